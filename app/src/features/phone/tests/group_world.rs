//! Phones in a group of a gateway's ID. The creator is played by what the cockpit uses: `groups::model::{plan, judge}`, with
//! a gateway in between that loses answers, and a process that dies between any two steps.
use crate::features::gateway::wire::{
    Content, GroupChat, GroupControl, GroupId, GroupMessage, MessageId, Nonce, PictureAt, PrivateKey, unpad,
};
use crate::features::groups::model::{
    judge::{self, GroupNow, SenderNow, Verdict as Judged},
    plan::{self, Kind, Round, Standing, Step},
};
use crate::features::phone::model::{GroupKey, Incoming, Profile};
use crate::features::phone::rules::Verdict;
use crate::kernel::{ThreemaId, Timestamp};
use std::collections::{BTreeMap, VecDeque};

const NOW: Timestamp = Timestamp(1_795_262_400_000);
pub const ID: GroupId = GroupId::from_bytes([0xa1, 2, 3, 4, 5, 6, 7, 8]);

/// Random enough, and the same for the same seed.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub fn own() -> ThreemaId {
    "*BCAST01".parse().unwrap()
}

pub fn key() -> GroupKey {
    GroupKey {
        creator: own(),
        id: ID,
    }
}

/// One row of `group_send`: nonces are drawn when it is made, so every try sends the same boxes.
#[derive(Clone)]
pub struct Row {
    round: i64,
    last: bool,
    boxes: Vec<(ThreemaId, Nonce, Vec<u8>)>,
    full: Vec<ThreemaId>,
}

/// What the database of the cockpit has.
#[derive(Clone)]
pub struct Cockpit {
    pub members: Vec<Standing>,
    pub name: String,
    pub saves_history: bool,
    pub picture: Option<u8>,
    pub sent: (String, bool, Option<u8>),
    pub version: i64,
    pub queue: VecDeque<Row>,
    pub answered: BTreeMap<ThreemaId, Timestamp>,
}

pub struct World {
    pub cockpit: Cockpit,
    pub private: PrivateKey,
    pub phones: Vec<Profile>,
    pub seq: u64,
    pub drawn: u64,
    pub now: Timestamp,
    pub taken: Vec<(ThreemaId, GroupChat)>,
}

pub fn person(n: usize) -> ThreemaId {
    format!("MEMBER{n:02}").parse().unwrap()
}

impl World {
    pub fn new(people: usize) -> Self {
        let key = |n: usize| PrivateKey::from_bytes([n as u8 + 1; 32]);
        let mut phones: Vec<Profile> = (0..people)
            .map(|n| Profile::new(person(n), "token".to_owned(), &key(n)))
            .collect();
        let private = PrivateKey::from_bytes([200; 32]);
        for phone in &mut phones {
            phone.keys.insert(own(), private.public_key());
            for n in 0..people {
                phone.keys.insert(person(n), key(n).public_key());
            }
        }
        Self {
            cockpit: Cockpit {
                members: Vec::new(),
                name: "Crisis".to_owned(),
                saves_history: false,
                picture: None,
                sent: (String::new(), false, None),
                version: 0,
                queue: VecDeque::new(),
                answered: BTreeMap::new(),
            },
            private,
            phones,
            seq: 0,
            drawn: 0,
            now: NOW,
            taken: Vec::new(),
        }
    }

    pub fn phone(&mut self, id: ThreemaId) -> &mut Profile {
        self.phones.iter_mut().find(|p| p.id == id).unwrap()
    }

    pub fn with_dice<T>(
        &mut self,
        id: ThreemaId,
        act: impl FnOnce(&mut Profile, &mut dyn FnMut(&mut [u8])) -> T,
    ) -> T {
        let mut drawn = self.drawn;
        let phone = self.phone(id);
        let done = act(phone, &mut |bytes| {
            drawn += 1;
            for (byte, value) in bytes.iter_mut().zip(drawn.to_le_bytes().into_iter().cycle()) {
                *byte = value;
            }
        });
        self.drawn = drawn;
        done
    }

    pub fn add(&mut self, id: ThreemaId) {
        match self.cockpit.members.iter_mut().find(|m| m.id == id) {
            Some(m) => {
                m.wanted = true;
                m.left = false;
            }
            None => self.cockpit.members.push(Standing {
                id,
                wanted: true,
                told: false,
                left: false,
                version: 0,
                reachable: true,
                exists: true,
            }),
        }
    }

    pub fn remove(&mut self, id: ThreemaId) {
        if let Some(m) = self.cockpit.members.iter_mut().find(|m| m.id == id) {
            m.wanted = false;
        }
        self.cockpit.members.retain(|m| m.wanted || m.told || m.left);
    }

    /// "Synchronise now": a transaction.
    pub fn synchronise(&mut self) {
        let round = Round::staged(&self.cockpit.members);
        let c = &mut self.cockpit;
        c.version += 1;
        c.sent = (c.name.clone(), c.saves_history, c.picture);
        c.members.retain(|m| m.wanted || m.left);
        for m in &mut c.members {
            m.told = m.wanted;
            if !m.wanted {
                m.version = 0;
            }
        }
        let version = c.version;
        self.enqueue(&round, version);
    }

    pub fn enqueue(&mut self, round: &Round, version: i64) {
        let steps = round.steps();
        let count = steps.len();
        for (at, step) in steps.iter().enumerate() {
            let boxes = self.boxes(round, step);
            self.cockpit.queue.push_back(Row {
                round: version,
                last: at + 1 == count,
                boxes,
                full: round.full.clone(),
            });
        }
    }

    pub fn boxes(&mut self, round: &Round, step: &Step) -> Vec<(ThreemaId, Nonce, Vec<u8>)> {
        let (name, history, picture) = self.cockpit.sent.clone();
        let said = match step.kind {
            Kind::Setup => plan::setup(ID, round.list.clone()),
            Kind::Name => plan::name(ID, &name, history),
            Kind::Picture => plan::picture(ID, picture.map(picture_at)),
        };
        let full = step.full.iter().map(|to| (*to, said.clone()));
        let out = step.out.iter().map(|to| (*to, plan::setup(ID, Vec::new())));
        let all: Vec<_> = full.chain(out).collect();
        all.into_iter().map(|(to, said)| self.seal(to, &said)).collect()
    }

    pub fn seal(&mut self, to: ThreemaId, said: &GroupMessage) -> (ThreemaId, Nonce, Vec<u8>) {
        self.drawn += 1;
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&self.drawn.to_be_bytes());
        nonce[23] = 1;
        let public = self.phone(to).key().unwrap().public_key();
        let container = Content::Group(said.clone()).encode();
        (
            to,
            nonce,
            self.private
                .shared_with(&public)
                .seal_padded(&nonce, &container, 40),
        )
    }

    /// One step of the sending: the oldest row goes out. The answer may get lost, or the process dies before it is
    /// written: then the row stays and goes out again.
    pub fn send_one(&mut self, chance: &mut Chance) -> bool {
        let Some(row) = self.cockpit.queue.front().cloned() else {
            return false;
        };
        if chance.one_in(6) {
            // the process dies before the call
            return true;
        }
        self.drawn += 1;
        let id = MessageId::from_bytes(self.drawn.to_be_bytes());
        for (to, nonce, sealed) in &row.boxes {
            self.arrive(*to, own(), id, *nonce, sealed);
        }
        if chance.one_in(4) {
            // the answer gets lost
            return true;
        }
        self.cockpit.queue.pop_front();
        if row.last && row.round > 0 {
            for m in &mut self.cockpit.members {
                if row.full.contains(&m.id) && m.told {
                    m.version = row.round;
                }
            }
        }
        true
    }

    pub fn arrive(&mut self, to: ThreemaId, from: ThreemaId, id: MessageId, nonce: Nonce, sealed: &[u8]) {
        self.seq += 1;
        let incoming = Incoming {
            seq: self.seq,
            from: from.to_string(),
            message_id: id.to_string(),
            nonce: hex::encode(nonce),
            sealed: hex::encode(sealed),
            date: self.now.0 / 1000,
            ..Incoming::default()
        };
        let key = self.phone(to).known_key(&from);
        let arrival = self.with_dice(to, |p, dice| p.receive(&incoming, key.as_ref(), None, dice));
        assert_ne!(arrival.verdict, Verdict::Closed, "every box opens");
    }

    /// Everything that phones want to send, in order.
    pub fn deliver_from_phones(&mut self) {
        loop {
            let next = self
                .phones
                .iter()
                .find_map(|p| Some((p.id, p.outbox.first()?.clone())));
            let Some((from, outgoing)) = next else { return };
            let mut nonce = [0; 24];
            hex::decode_to_slice(&outgoing.nonce, &mut nonce).unwrap();
            let sealed = hex::decode(&outgoing.sealed).unwrap();
            let id = outgoing.message_id.unwrap();
            if outgoing.to == own() {
                let public = self.phone(from).key().unwrap().public_key();
                let plain = self.private.shared_with(&public).open(&nonce, &sealed).unwrap();
                let Ok(Content::Group(message)) = Content::decode(unpad(&plain).unwrap()) else {
                    panic!("a message of a group");
                };
                self.take(from, &message);
            } else {
                self.arrive(outgoing.to, from, id, nonce, &sealed);
            }
            self.phone(from).sent(&outgoing.nonce, None);
        }
    }

    /// What the cockpit does with it.
    pub fn take(&mut self, from: ThreemaId, message: &GroupMessage) {
        let standing = self.cockpit.members.iter().find(|m| m.id == from);
        let sender = SenderNow {
            is_member: standing.is_some_and(Standing::is_member),
            answered_at: self.cockpit.answered.get(&from).copied(),
        };
        let now = GroupNow {
            deleted: false,
            saves_history: self.cockpit.saves_history,
        };
        match judge::judge(own(), Some(now), sender, message, self.now) {
            Judged::Drop => {}
            Judged::TellOut | Judged::TellState => {
                if matches!(message, GroupMessage::Control(_, GroupControl::SyncRequest)) {
                    self.cockpit.answered.insert(from, self.now);
                }
                let round = Round::answer(&self.cockpit.members, from);
                self.enqueue(&round, 0);
            }
            Judged::Left => {
                for m in self.cockpit.members.iter_mut().filter(|m| m.id == from) {
                    m.wanted = false;
                    m.told = false;
                    m.left = true;
                    // the app may have been set up since it left: the next round tells it off to be sure
                    m.version = m.version.max(1);
                }
            }
            Judged::Take => {
                if let GroupMessage::Chat(_, _, chat) = message {
                    self.taken.push((from, chat.clone()));
                }
            }
        }
    }

    pub fn settle(&mut self, chance: &mut Chance) {
        while self.send_one(chance) {
            self.deliver_from_phones();
        }
        self.deliver_from_phones();
    }

    pub fn check(&self) {
        let c = &self.cockpit;
        let mut wanted: Vec<ThreemaId> = c.members.iter().filter(|m| m.wanted).map(|m| m.id).collect();
        wanted.sort_unstable();
        for phone in &self.phones {
            let group = phone.group(&key());
            if !wanted.contains(&phone.id) {
                assert!(group.is_none_or(|g| g.left), "{} is out", phone.id);
                continue;
            }
            let group = group.expect("a member has the group");
            assert!(!group.left, "{} is in", phone.id);
            assert_eq!(group.members, wanted, "{}", phone.id);
            assert_eq!(group.name, plan::on_phones(&c.name, c.saves_history));
            let blob = group.picture.as_ref().map(|p| p.blob.clone());
            assert_eq!(blob, c.picture.map(|p| hex::encode(picture_at(p).blob)));
            let standing = c.members.iter().find(|m| m.id == phone.id).unwrap();
            assert_eq!(standing.version, c.version, "{} carries the round", phone.id);
        }
    }
}

pub fn picture_at(n: u8) -> PictureAt {
    PictureAt {
        blob: [n; 16],
        size: 100,
        key: [n; 32],
    }
}

pub fn steady(people: usize) -> (World, Chance) {
    let mut world = World::new(people + 1);
    for n in 0..people {
        world.add(person(n));
    }
    world.synchronise();
    let mut chance = Chance(7);
    world.settle(&mut chance);
    world.check();
    (world, chance)
}
