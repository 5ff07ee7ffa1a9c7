//! What a phone does with messages of groups, as a member of them (reference/threema-gateway.md sections 5.2 to 5.5). A phone
//! makes no groups itself.
use super::{Dice, MAX_ENTRIES, Verdict};
use crate::features::gateway::wire::{
    Content, GroupChat, GroupControl, GroupMessage, MessageId, PictureAt, PublicKey, ReceiptStatus,
};
use crate::features::phone::model::{Group, GroupEntry, GroupKey, GroupNote, GroupPicture, Profile};
use crate::kernel::{ThreemaId, Timestamp};

/// A creator is asked for the state of a group again after this time.
const ASK_AGAIN_AFTER: i64 = Timestamp::HOUR;
/// Questions that are remembered.
const MAX_ASKED: usize = 50;
/// Apps cut names here, in bytes.
const MAX_NAME: usize = 256;

/// A message of a group as it came in.
#[derive(Clone, Copy)]
pub(super) struct Received {
    pub from: ThreemaId,
    pub id: MessageId,
    pub at: Timestamp,
}

impl Profile {
    /// Deals with a message of a group.
    pub(super) fn take_group(
        &mut self,
        received: Received,
        message: &GroupMessage,
        dice: &mut Dice<'_>,
    ) -> Verdict {
        match message {
            GroupMessage::Control(id, control) => {
                let key = GroupKey {
                    creator: received.from,
                    id: *id,
                };
                match control {
                    GroupControl::Setup(list) => self.set_up(key, list, received.at),
                    // only creators are asked
                    GroupControl::SyncRequest => Verdict::Dropped,
                    other if self.may_process(key, received, dice) => {
                        self.change_group(key, other, received.at)
                    }
                    _ => Verdict::Dropped,
                }
            }
            GroupMessage::Chat(creator, id, chat) => {
                let key = GroupKey {
                    creator: *creator,
                    id: *id,
                };
                match chat {
                    GroupChat::Leave => self.somebody_left(key, received, dice),
                    chat if self.may_process(key, received, dice) => self.say_in_group(key, received, chat),
                    _ => Verdict::Dropped,
                }
            }
        }
    }

    /// The check that every message passes except set-ups, leaves and sync requests (section 5.2, as a member).
    fn may_process(&mut self, key: GroupKey, received: Received, dice: &mut Dice<'_>) -> bool {
        if key.creator == self.id {
            return false;
        }
        match self.group(&key) {
            None => self.ask_state(key, received.at, dice),
            Some(group) if group.left => self.tell_leave(key, &[received.from], dice),
            Some(group) if !group.has(&received.from) => self.ask_state(key, received.at, dice),
            Some(_) => return true,
        }
        false
    }

    /// Section 5.3.
    fn set_up(&mut self, key: GroupKey, list: &[ThreemaId], at: Timestamp) -> Verdict {
        let mut members: Vec<ThreemaId> = list.iter().filter(|id| **id != key.creator).copied().collect();
        members.sort_unstable();
        members.dedup();
        let (is_in, own) = (members.contains(&self.id), self.id);
        let refuses = self.is_blocked(&key.creator);
        match self.group_mut(&key) {
            Some(group) if group.members == members && group.left != is_in => return Verdict::Silent,
            Some(group) if !is_in => {
                if !group.left {
                    group.left = true;
                    group.members.retain(|m| *m != own);
                    self.note_in_group(key, GroupNote::Out, at);
                }
            }
            Some(group) => {
                group.members = members;
                let note = match std::mem::take(&mut group.left) {
                    true => GroupNote::In,
                    false => GroupNote::Members,
                };
                self.note_in_group(key, note, at);
            }
            None if !is_in || refuses => return Verdict::Silent,
            None => {
                self.groups.push(Group {
                    key,
                    name: String::new(),
                    members,
                    left: false,
                    picture: None,
                    entries: Vec::new(),
                });
                self.note_in_group(key, GroupNote::In, at);
            }
        }
        Verdict::Group
    }

    fn change_group(&mut self, key: GroupKey, control: &GroupControl, at: Timestamp) -> Verdict {
        let Some(group) = self.group_mut(&key) else {
            return Verdict::Dropped;
        };
        let note = match control {
            GroupControl::Name(name) => {
                let name = cut(name);
                if group.name == name {
                    return Verdict::Silent;
                }
                group.name.clone_from(&name);
                GroupNote::Renamed(name)
            }
            GroupControl::SetPicture(at) => {
                let picture = picture_of(at);
                if group.picture.as_ref().is_some_and(|p| p.blob == picture.blob) {
                    return Verdict::Silent;
                }
                group.picture = Some(picture);
                GroupNote::Picture
            }
            GroupControl::DeletePicture => {
                if group.picture.take().is_none() {
                    return Verdict::Silent;
                }
                GroupNote::Picture
            }
            GroupControl::Setup(_) | GroupControl::SyncRequest => return Verdict::Dropped,
        };
        self.note_in_group(key, note, at);
        Verdict::Group
    }

    /// Section 5.4.
    fn somebody_left(&mut self, key: GroupKey, received: Received, dice: &mut Dice<'_>) -> Verdict {
        if received.from == key.creator || key.creator == self.id {
            return Verdict::Dropped;
        }
        match self.group_mut(&key) {
            Some(group) if !group.left => {
                if !group.members.contains(&received.from) {
                    return Verdict::Silent;
                }
                group.members.retain(|m| *m != received.from);
                self.note_in_group(key, GroupNote::Left(received.from), received.at);
                Verdict::Group
            }
            _ => {
                self.ask_state(key, received.at, dice);
                Verdict::Dropped
            }
        }
    }

    fn say_in_group(&mut self, key: GroupKey, received: Received, chat: &GroupChat) -> Verdict {
        let Received { from, id, at } = received;
        match chat {
            GroupChat::Text(text) => {
                self.add_to_group(
                    key,
                    GroupEntry {
                        id: Some(id),
                        text: Some(text.clone()),
                        ..blank(from, at)
                    },
                );
            }
            GroupChat::Other(number) => self.note_in_group(key, GroupNote::Unknown(*number), at),
            GroupChat::Receipt { status, ids } => {
                let emoji = thumb(*status);
                for id in ids {
                    self.react_to(key, *id, from, emoji, true);
                }
            }
            GroupChat::Reaction { to, emoji, apply } => self.react_to(key, *to, from, emoji, *apply),
            GroupChat::Edit { message, text } => {
                if let Some(entry) = self.entry_by(key, *message, from) {
                    entry.text = Some(text.clone());
                    entry.edited = true;
                }
            }
            GroupChat::Delete(message) => {
                if let Some(entry) = self.entry_by(key, *message, from) {
                    entry.text = None;
                    entry.reactions.clear();
                }
            }
            GroupChat::Leave => return Verdict::Dropped,
        }
        Verdict::Group
    }

    /// An entry of that author: only authors change what they wrote.
    fn entry_by(&mut self, key: GroupKey, id: MessageId, author: ThreemaId) -> Option<&mut GroupEntry> {
        let entries = &mut self.group_mut(&key)?.entries;
        entries
            .iter_mut()
            .find(|e| e.id == Some(id) && e.from == author && e.text.is_some())
    }

    pub(super) fn react_to(
        &mut self,
        key: GroupKey,
        id: MessageId,
        who: ThreemaId,
        emoji: &str,
        apply: bool,
    ) {
        let Some(group) = self.group_mut(&key) else { return };
        let Some(entry) = group.entries.iter_mut().find(|e| e.id == Some(id)) else {
            return;
        };
        // a thumb takes the place of the other thumb
        let thumbs = ["\u{1f44d}", "\u{1f44e}"];
        let replaces = |old: &str| old == emoji || (thumbs.contains(&old) && thumbs.contains(&emoji));
        entry.reactions.retain(|(by, old)| *by != who || !replaces(old));
        if apply {
            entry.reactions.push((who, emoji.to_owned()));
        }
    }

    /// Asks the creator for the state of a group, at most once an hour; a blocked one is not asked.
    fn ask_state(&mut self, key: GroupKey, now: Timestamp, dice: &mut Dice<'_>) {
        let recently =
            |(asked, at): &(GroupKey, Timestamp)| *asked == key && now.since(*at) < ASK_AGAIN_AFTER;
        if self.is_blocked(&key.creator) || key.creator == self.id || self.asked.iter().any(recently) {
            return;
        }
        self.asked.retain(|(asked, _)| *asked != key);
        let too_many = (self.asked.len() + 1).saturating_sub(MAX_ASKED);
        self.asked.drain(..too_many);
        self.asked.push((key, now));
        let ask = GroupMessage::Control(key.id, GroupControl::SyncRequest);
        self.send_in_group(key, &ask, &[key.creator], None, dice);
    }

    pub(super) fn tell_leave(&mut self, key: GroupKey, to: &[ThreemaId], dice: &mut Dice<'_>) {
        let leave = GroupMessage::Chat(key.creator, key.id, GroupChat::Leave);
        self.send_in_group(key, &leave, to, None, dice);
    }

    /// Takes over a key that the gateway has given, and seals what waited for it; none: there is no such ID.
    pub fn learn_key(&mut self, of: ThreemaId, key: Option<PublicKey>, dice: &mut Dice<'_>) {
        if let Some(key) = key {
            self.keys.entry(of).or_insert(key);
        } else {
            // an ID that does not exist is no member (section 5.3)
            for group in &mut self.groups {
                group.members.retain(|m| *m != of);
            }
        }
        let (ready, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.unsealed)
            .into_iter()
            .partition(|u| u.to == of);
        self.unsealed = waiting;
        for unsealed in ready {
            let container = hex::decode(&unsealed.container).unwrap_or_default();
            if let Ok(Content::Group(message)) = Content::decode(&container) {
                self.seal_for_group(&unsealed, &message, dice);
            }
        }
    }

    /// Keeps the picture that was fetched.
    pub fn learn_picture(&mut self, key: &GroupKey, blob: &str, image: String) {
        let picture = self.group_mut(key).and_then(|g| g.picture.as_mut());
        if let Some(picture) = picture.filter(|p| p.blob == blob) {
            picture.image = image;
        }
    }

    /// The picture that a group should have is not there, or does not open.
    pub fn lose_picture(&mut self, key: &GroupKey, blob: &str) {
        if let Some(group) = self.group_mut(key) {
            group.picture = group.picture.take().filter(|p| p.blob != blob);
        }
    }

    fn note_in_group(&mut self, key: GroupKey, note: GroupNote, at: Timestamp) {
        let entry = GroupEntry {
            note: Some(note),
            read: true,
            ..blank(key.creator, at)
        };
        self.add_to_group(key, entry);
    }

    /// Adds an entry at the end; answers its number.
    pub(super) fn add_to_group(&mut self, key: GroupKey, entry: GroupEntry) -> u64 {
        let number = self.next;
        if let Some(group) = self.group_mut(&key) {
            group.entries.push(GroupEntry { number, ..entry });
            let too_many = group.entries.len().saturating_sub(MAX_ENTRIES);
            group.entries.drain(..too_many);
        }
        self.next += 1;
        number
    }

    /// Whether a sender has used a message ID in a group before.
    pub(super) fn has_group_message(&self, from: &ThreemaId, id: MessageId) -> bool {
        let known = |e: &GroupEntry| e.id == Some(id) && e.from == *from;
        self.groups.iter().any(|g| g.entries.iter().any(known))
    }
}

/// An entry of which nothing is known but who and when.
pub(super) const fn blank(from: ThreemaId, at: Timestamp) -> GroupEntry {
    GroupEntry {
        number: 0,
        from,
        id: None,
        at,
        text: None,
        edited: false,
        read: false,
        mine: None,
        reactions: Vec::new(),
        note: None,
    }
}

/// The reaction that an old receipt stands for.
pub(super) const fn thumb(status: ReceiptStatus) -> &'static str {
    match status {
        ReceiptStatus::ThumbsDown => "\u{1f44e}",
        _ => "\u{1f44d}",
    }
}

fn picture_of(at: &PictureAt) -> GroupPicture {
    GroupPicture {
        blob: hex::encode(at.blob),
        key: hex::encode(at.key),
        image: String::new(),
    }
}

fn cut(name: &str) -> String {
    let mut end = name.len().min(MAX_NAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}
