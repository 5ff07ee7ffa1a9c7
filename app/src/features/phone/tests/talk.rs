//! Two phones with a mailbox between them.
use crate::features::gateway::wire::{Content, MessageId, Nonce, PrivateKey, PublicKey, ReceiptStatus};
use crate::features::phone::model::{Incoming, Outgoing, OwnState, Profile, What};
use crate::features::phone::rules::{CannotSend, Verdict};
use crate::kernel::{ThreemaId, Timestamp};

/// A phone, and what its mailbox has counted.
struct Phone {
    profile: Profile,
    key: PrivateKey,
    seq: u64,
    drawn: u8,
}

const NOW: Timestamp = Timestamp(1_795_262_400_000);

impl Phone {
    fn new(id: &str, seed: u8) -> Self {
        let key = PrivateKey::from_bytes([seed; 32]);
        Self {
            profile: Profile::new(id.parse().unwrap(), "token".to_owned(), &key),
            key,
            seq: 0,
            drawn: seed,
        }
    }

    fn id(&self) -> ThreemaId {
        self.profile.id
    }

    fn public(&self) -> PublicKey {
        self.key.public_key()
    }

    /// Bytes that never come twice.
    fn with_dice<T>(&mut self, act: impl FnOnce(&mut Profile, &mut dyn FnMut(&mut [u8])) -> T) -> T {
        let drawn = &mut self.drawn;
        act(&mut self.profile, &mut |bytes| {
            *drawn = drawn.wrapping_add(1);
            bytes.fill(*drawn);
        })
    }

    fn write(&mut self, to: &Self, text: &str) -> Result<(), CannotSend> {
        let (id, key) = (to.id(), to.public());
        self.with_dice(|p, dice| {
            p.meet(id, key);
            p.write(&id, text, NOW, dice)
        })
    }

    /// The oldest box that waits to be sent.
    fn next(&self) -> Outgoing {
        self.profile.outbox.first().cloned().expect("something to send")
    }

    /// A box in this mailbox.
    fn incoming(&mut self, from: &str, id: u64, nonce: &str, sealed: &str) -> Incoming {
        self.seq += 1;
        Incoming {
            seq: self.seq,
            from: from.to_owned(),
            message_id: format!("{id:016x}"),
            nonce: nonce.to_owned(),
            sealed: sealed.to_owned(),
            date: NOW.0 / 1_000,
            nickname: Some("~ Marc ".to_owned()),
            no_delivery_receipts: false,
        }
    }

    fn receive(&mut self, incoming: &Incoming, key: &PublicKey, watched: Option<ThreemaId>) -> Verdict {
        self.with_dice(|p, dice| p.receive(incoming, Some(key), watched.as_ref(), dice))
            .verdict
    }

    /// Takes the oldest box of the other phone, as the gateway hands it over under `id`.
    fn take(&mut self, from: &mut Self, id: u64, watched: Option<ThreemaId>) -> Verdict {
        let outgoing = from.next();
        from.profile.sent(&outgoing.nonce, Some(message_id(id)));
        let incoming = self.incoming(from.id().as_str(), id, &outgoing.nonce, &outgoing.sealed);
        self.receive(&incoming, &from.public(), watched)
    }

    /// A box of any content, sealed for this phone.
    fn sealed(&mut self, from: &Self, id: u64, nonce: u8, content: &Content) -> Incoming {
        let shared = from.key.shared_with(&self.public());
        let sealed = shared.seal_padded(&[nonce; 24], &content.encode(), 40);
        self.incoming(
            from.id().as_str(),
            id,
            &hex::encode([nonce; 24]),
            &hex::encode(sealed),
        )
    }

    fn contents(&self, with: ThreemaId) -> Vec<What> {
        let chat = self.profile.chat(&with).expect("a chat");
        chat.entries.iter().map(|e| e.what.clone()).collect()
    }

    /// What waits to be sent, opened by its receiver.
    fn outbox(&self, receiver: &Self) -> Vec<Content> {
        let shared = receiver.key.shared_with(&self.public());
        let open = |o: &Outgoing| {
            let mut nonce = Nonce::default();
            hex::decode_to_slice(&o.nonce, &mut nonce).unwrap();
            let plain = shared
                .open_padded(&nonce, &hex::decode(&o.sealed).unwrap())
                .unwrap();
            Content::decode(&plain).unwrap()
        };
        self.profile.outbox.iter().map(open).collect()
    }

    fn own_state(&self, with: ThreemaId) -> OwnState {
        match self.contents(with).last() {
            Some(What::Own { state, .. }) => *state,
            _ => panic!("the last entry is no own message"),
        }
    }
}

fn message_id(id: u64) -> MessageId {
    MessageId::from_bytes(id.to_be_bytes())
}

fn receipt(status: ReceiptStatus, ids: &[u64]) -> Content {
    Content::Receipt {
        status,
        ids: ids.iter().map(|id| message_id(*id)).collect(),
    }
}

fn text(text: &str, read: bool) -> What {
    What::Text {
        text: text.to_owned(),
        read,
        receipts: true,
    }
}

#[test]
fn a_text_arrives_and_the_receipts_come_back() {
    let (mut marc, mut ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    marc.write(&ruth, "  *Hallo* Ruth \n").unwrap();
    assert_eq!(marc.own_state(ruth.id()), OwnState::Sending);

    assert_eq!(ruth.take(&mut marc, 1, None), Verdict::Shown);
    assert_eq!(marc.own_state(ruth.id()), OwnState::Sent);
    assert_eq!(ruth.contents(marc.id()), [text("*Hallo* Ruth", false)]);
    assert_eq!(ruth.profile.chat(&marc.id()).unwrap().title(), "~ Marc");
    assert_eq!(ruth.outbox(&marc), [receipt(ReceiptStatus::Received, &[1])]);

    assert_eq!(marc.take(&mut ruth, 2, None), Verdict::Receipt);
    assert_eq!(marc.own_state(ruth.id()), OwnState::Delivered);
    // a receipt is never answered
    assert!(marc.profile.outbox.is_empty());

    let from = marc.id();
    ruth.with_dice(|p, dice| p.mark_read(&from, dice));
    assert_eq!(ruth.contents(marc.id()), [text("*Hallo* Ruth", true)]);
    assert_eq!(ruth.outbox(&marc), [receipt(ReceiptStatus::Read, &[1])]);
    ruth.with_dice(|p, dice| p.mark_read(&from, dice));
    assert_eq!(ruth.profile.outbox.len(), 1, "said once");
    assert_eq!(marc.take(&mut ruth, 3, None), Verdict::Receipt);
    assert_eq!(marc.own_state(ruth.id()), OwnState::Read);
}

#[test]
fn a_chat_that_is_looked_at_is_read_at_once() {
    let (mut marc, mut ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    marc.write(&ruth, "one").unwrap();
    let watched = Some(marc.id());
    ruth.take(&mut marc, 1, watched);
    assert_eq!(
        ruth.outbox(&marc),
        [
            receipt(ReceiptStatus::Received, &[1]),
            receipt(ReceiptStatus::Read, &[1])
        ]
    );
    // receipts out of order never move a state back
    marc.take(&mut ruth, 2, None);
    let late = ruth.next();
    assert_eq!(marc.own_state(ruth.id()), OwnState::Delivered);
    ruth.profile.outbox.clear();
    let read = marc.incoming("RUTH4PHN", 3, &late.nonce, &late.sealed);
    marc.receive(&read, &ruth.public(), None);
    let again = marc.sealed(&ruth, 4, 200, &receipt(ReceiptStatus::Received, &[1]));
    marc.receive(&again, &ruth.public(), None);
    assert_eq!(marc.own_state(ruth.id()), OwnState::Read);
}

#[test]
fn read_receipts_can_be_switched_off_and_unwanted_ones_are_not_sent() {
    let (marc, mut ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    ruth.profile.read_receipts = false;
    let first = ruth.sealed(&marc, 1, 1, &Content::Text("one".to_owned()));
    ruth.receive(&first, &marc.public(), Some(marc.id()));
    assert_eq!(ruth.outbox(&marc), [receipt(ReceiptStatus::Received, &[1])]);
    assert_eq!(ruth.contents(marc.id()), [text("one", true)]);

    ruth.profile.outbox.clear();
    ruth.profile.read_receipts = true;
    let mut second = ruth.sealed(&marc, 2, 2, &Content::Text("two".to_owned()));
    second.no_delivery_receipts = true;
    assert_eq!(
        ruth.receive(&second, &marc.public(), Some(marc.id())),
        Verdict::Shown
    );
    assert!(ruth.profile.outbox.is_empty());
}

#[test]
fn copies_are_dropped_and_counted() {
    let (marc, mut ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    let content = Content::Text("once".to_owned());
    let first = ruth.sealed(&marc, 1, 9, &content);
    // the gateway gives the same box another ID when it is sent again
    let copy = ruth.sealed(&marc, 2, 9, &content);
    // and the same ID with another nonce is a copy too
    let same_id = ruth.sealed(&marc, 1, 10, &content);
    assert_eq!(ruth.receive(&first, &marc.public(), None), Verdict::Shown);
    assert_eq!(ruth.receive(&copy, &marc.public(), None), Verdict::Copy);
    assert_eq!(ruth.receive(&same_id, &marc.public(), None), Verdict::Copy);
    assert_eq!(ruth.contents(marc.id()), [text("once", false)]);
    assert_eq!(ruth.profile.dropped, 2);
    assert_eq!(ruth.profile.outbox.len(), 1, "one receipt for one message");
    // the same place in the mailbox twice is nothing new at all
    assert_eq!(ruth.receive(&same_id, &marc.public(), None), Verdict::Copy);
    assert_eq!(ruth.profile.dropped, 2);
}

#[test]
fn receipts_and_typing_indicators_may_come_twice() {
    let (marc, mut ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    for (n, content) in [
        (1, receipt(ReceiptStatus::Received, &[5])),
        (3, receipt(ReceiptStatus::Read, &[5])),
        (5, Content::Unknown(0x90)),
    ] {
        for _ in 0..2 {
            let incoming = ruth.sealed(&marc, n, 9, &content);
            let verdict = ruth.receive(&incoming, &marc.public(), None);
            assert!(
                matches!(verdict, Verdict::Receipt | Verdict::Silent),
                "{content:?} {verdict:?}"
            );
        }
    }
    assert!(ruth.profile.nonces.is_empty());
    let thumb = receipt(ReceiptStatus::ThumbsUp, &[5]);
    let (once, twice) = (ruth.sealed(&marc, 7, 9, &thumb), ruth.sealed(&marc, 8, 9, &thumb));
    assert_eq!(ruth.receive(&once, &marc.public(), None), Verdict::Receipt);
    assert_eq!(ruth.receive(&twice, &marc.public(), None), Verdict::Copy);
    assert!(ruth.profile.chats.is_empty() && ruth.profile.outbox.is_empty());
}

#[test]
fn blocked_ids_get_nothing_and_show_nothing() {
    let (mut marc, mut ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    let first = ruth.sealed(&marc, 1, 11, &Content::Text("before".to_owned()));
    ruth.receive(&first, &marc.public(), None);
    ruth.profile.block(&marc.id(), true);
    assert!(
        ruth.profile.outbox.is_empty(),
        "what waited for a blocked ID goes"
    );

    let dropped = ruth.sealed(&marc, 2, 12, &Content::Text("blocked".to_owned()));
    assert_eq!(
        ruth.receive(&dropped, &marc.public(), Some(marc.id())),
        Verdict::Blocked
    );
    let mut garbage = dropped.clone();
    garbage.seq = 90;
    garbage.sealed = "00".repeat(40);
    assert_eq!(ruth.receive(&garbage, &marc.public(), None), Verdict::Blocked);
    let from = marc.id();
    ruth.with_dice(|p, dice| p.mark_read(&from, dice));
    assert!(ruth.profile.outbox.is_empty());
    assert_eq!(ruth.write(&marc, "no"), Err(CannotSend::Blocked));
    assert_eq!(ruth.contents(marc.id()), [text("before", true)]);

    // a copy of what was dropped stays dropped when the block is lifted; what is new comes through
    ruth.profile.block(&marc.id(), false);
    ruth.seq = 90;
    let copy = ruth.sealed(&marc, 3, 12, &Content::Text("blocked".to_owned()));
    assert_eq!(ruth.receive(&copy, &marc.public(), None), Verdict::Copy);
    marc.write(&ruth, "after").unwrap();
    assert_eq!(ruth.take(&mut marc, 4, None), Verdict::Shown);
}

#[test]
fn what_cannot_be_shown_leaves_a_note() {
    let (marc, mut ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    let file = ruth.sealed(&marc, 1, 1, &Content::Unknown(0x17));
    assert_eq!(ruth.receive(&file, &marc.public(), None), Verdict::Unknown);
    let mut broken = ruth.sealed(&marc, 2, 2, &Content::Text("x".to_owned()));
    broken.nonce = hex::encode([3; 24]);
    assert_eq!(ruth.receive(&broken, &marc.public(), None), Verdict::Closed);
    let empty = ruth.sealed(&marc, 3, 4, &Content::Text(String::new()));
    assert_eq!(ruth.receive(&empty, &marc.public(), None), Verdict::Closed);
    let silent = ruth.sealed(&marc, 4, 5, &Content::Unknown(0xfc));
    assert_eq!(ruth.receive(&silent, &marc.public(), None), Verdict::Silent);
    assert_eq!(
        ruth.contents(marc.id()),
        [What::Unknown(0x17), What::Closed, What::Closed]
    );
    // notes are not answered and do not count as unread
    assert!(ruth.profile.outbox.is_empty());
    assert_eq!(ruth.profile.unread(), 0);

    // neither are boxes whose head cannot be read, or whose sender has no key
    let mut nonsense = ruth.incoming("nobody", 9, "00", "zz");
    nonsense.message_id = "?".to_owned();
    assert_eq!(ruth.receive(&nonsense, &marc.public(), None), Verdict::Closed);
    let stranger = ruth.incoming("STRANGER", 10, &"00".repeat(24), &"00".repeat(40));
    let verdict = ruth
        .with_dice(|p, dice| p.receive(&stranger, None, None, dice))
        .verdict;
    assert_eq!(verdict, Verdict::Closed);
    assert_eq!(ruth.profile.chats.len(), 1);
    assert_eq!(ruth.profile.seq, ruth.seq, "the mailbox goes on behind them");
}

#[test]
fn a_receipt_that_overtakes_the_gateways_answer_waits() {
    let (mut marc, ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    marc.write(&ruth, "quick").unwrap();
    let early = marc.sealed(&ruth, 2, 9, &receipt(ReceiptStatus::Received, &[1]));
    marc.receive(&early, &ruth.public(), None);
    assert_eq!(marc.own_state(ruth.id()), OwnState::Sending);
    let nonce = marc.next().nonce;
    marc.profile.sent(&nonce, Some(message_id(1)));
    assert_eq!(marc.own_state(ruth.id()), OwnState::Delivered);
    assert!(marc.profile.early.is_empty());
    // only its receiver can say so
    marc.write(&ruth, "again").unwrap();
    let other = Phone::new("PRIYA9PH", 55);
    let nonce = marc.next().nonce;
    marc.profile.sent(&nonce, Some(message_id(3)));
    let forged = marc.sealed(&other, 4, 10, &receipt(ReceiptStatus::Read, &[3]));
    marc.receive(&forged, &other.public(), None);
    assert_eq!(marc.own_state(ruth.id()), OwnState::Sent);
}

#[test]
fn what_cannot_be_sent_says_why() {
    let (mut marc, ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    assert_eq!(marc.write(&ruth, " \n "), Err(CannotSend::Empty));
    assert_eq!(
        marc.write(&ruth, &"ä".repeat(3_001)),
        Err(CannotSend::TooLong(6_002))
    );
    assert_eq!(marc.write(&ruth, &"ä".repeat(3_000)), Ok(()));
    let nobody = "NOBODY00".parse().unwrap();
    let said = marc.with_dice(|p, dice| p.write(&nobody, "x", NOW, dice));
    assert_eq!(said, Err(CannotSend::Stranger));
    let nonce = marc.next().nonce;
    marc.profile.refused(&nonce);
    assert_eq!(marc.own_state(ruth.id()), OwnState::Failed);
    assert!(marc.profile.outbox.is_empty());
}

#[test]
fn a_key_stays_as_it_was_first_met_and_long_chats_lose_their_oldest() {
    let (mut marc, ruth) = (Phone::new("MARC7PHN", 1), Phone::new("RUTH4PHN", 101));
    marc.profile.meet(ruth.id(), ruth.public());
    marc.profile.meet(ruth.id(), Phone::new("RUTH4PHN", 33).public());
    assert!(marc.profile.chat(&ruth.id()).unwrap().key == ruth.public());
    for n in 0..510 {
        let to = ruth.id();
        // nonces repeat here: the dice have one byte; what counts is the chat
        marc.with_dice(|p, dice| p.write(&to, &n.to_string(), NOW, dice))
            .unwrap();
    }
    let chat = marc.profile.chat(&ruth.id()).unwrap();
    assert_eq!(chat.entries.len(), 500);
    assert_eq!(chat.entries[0].number, 11);
}
