//! Groups as a phone keeps them.
use super::{OwnState, Profile};
use crate::features::gateway::wire::{GroupId, MessageId};
use crate::features::groups::model::split_quote;
use crate::kernel::{ThreemaId, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Names a group: its creator and what the creator calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupKey {
    /// Who made it.
    pub creator: ThreemaId,
    /// The creator's name for it.
    pub id: GroupId,
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.creator, self.id)
    }
}

impl FromStr for GroupKey {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        let (creator, id) = s.split_once('-').ok_or(())?;
        Ok(Self {
            creator: creator.parse().map_err(|_| ())?,
            id: id.parse().map_err(|_| ())?,
        })
    }
}

/// A group on this phone.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Which one.
    pub key: GroupKey,
    /// As the creator has named it, cloud included.
    pub name: String,
    /// Everybody in it but the creator, sorted; this phone too.
    pub members: Vec<ThreemaId>,
    /// This phone is out: it has left, was removed, or the group was dissolved. What was written stays readable.
    pub left: bool,
    /// Its picture.
    pub picture: Option<GroupPicture>,
    /// The newest last.
    pub entries: Vec<GroupEntry>,
}

/// Where a group's picture lies, and the picture once it was fetched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPicture {
    /// 32 hexadecimal digits: names the blob at the gateway.
    pub blob: String,
    /// 64 hexadecimal digits: opens it.
    pub key: String,
    /// The picture in base64; empty until it was fetched.
    pub image: String,
}

/// One thing in a group's chat.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupEntry {
    /// Unique on this phone, growing.
    pub number: u64,
    /// Who has sent it.
    pub from: ThreemaId,
    /// The same at all members.
    pub id: Option<MessageId>,
    /// When it was sent.
    pub at: Timestamp,
    /// The text; none when it was taken back, or when it is a note.
    pub text: Option<String>,
    /// Its author has changed it.
    pub edited: bool,
    /// Its chat was open since.
    pub read: bool,
    /// Of this phone: how far it got.
    pub mine: Option<Mine>,
    /// Who has reacted how.
    pub reactions: Vec<(ThreemaId, String)>,
    /// It is no message.
    pub note: Option<GroupNote>,
}

/// How far an own message got. Groups know no "delivered" and no "read".
pub type Mine = OwnState;

/// What happened to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupNote {
    /// This phone is in it now.
    In,
    /// This phone is not in it any more.
    Out,
    /// It has another name.
    Renamed(String),
    /// It has another picture, or none.
    Picture,
    /// Others came or went.
    Members,
    /// Somebody has left.
    Left(ThreemaId),
    /// A message of a type that this phone cannot show.
    Unknown(u8),
}

/// A message to somebody whose key is not there yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsealed {
    /// For whom.
    pub to: ThreemaId,
    /// `type ‖ data`, hexadecimal.
    pub container: String,
    /// The entry that it is.
    pub entry: Option<u64>,
    /// The group that it belongs to.
    pub group: GroupKey,
    /// The same for all receivers.
    pub message_id: MessageId,
}

impl Group {
    /// What stands above the chat.
    pub fn title(&self) -> String {
        if self.name.trim().is_empty() {
            self.key.to_string()
        } else {
            self.name.clone()
        }
    }

    /// Whether somebody is in it: the creator always is.
    pub fn has(&self, who: &ThreemaId) -> bool {
        *who == self.key.creator || self.members.contains(who)
    }

    /// Whether a creator with a gateway's ID gets what members write: only while the cloud stands first in the name
    /// (reference/threema-gateway.md section 5.7).
    pub fn is_captured(&self) -> bool {
        self.name.starts_with('\u{2601}')
    }

    /// The words of the message of that ID, without what it quotes itself; none when this phone does not have them.
    pub fn words_of(&self, id: MessageId) -> Option<&str> {
        let entry = self.entries.iter().rev().find(|e| e.id == Some(id))?;
        entry.text.as_deref().map(|text| split_quote(text).1)
    }

    /// How many texts wait to be read.
    pub fn unread(&self) -> usize {
        let waits = |e: &&GroupEntry| !e.read && e.mine.is_none() && e.note.is_none();
        self.entries.iter().filter(waits).count()
    }
}

impl Profile {
    /// The group of that name.
    pub fn group(&self, key: &GroupKey) -> Option<&Group> {
        self.groups.iter().find(|g| g.key == *key)
    }

    pub(in crate::features::phone) fn group_mut(&mut self, key: &GroupKey) -> Option<&mut Group> {
        self.groups.iter_mut().find(|g| g.key == *key)
    }

    /// People in groups whose keys have yet to be fetched.
    pub fn missing_keys(&self) -> Vec<ThreemaId> {
        let in_groups = self.groups.iter().filter(|g| !g.left);
        let wanted = in_groups.flat_map(|g| g.members.iter().chain([&g.key.creator]));
        let mut missing: Vec<ThreemaId> = wanted
            .chain(self.unsealed.iter().map(|u| &u.to))
            .filter(|id| **id != self.id && self.known_key(id).is_none())
            .copied()
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// Pictures that have yet to be fetched: the group, the blob, its key.
    pub fn missing_pictures(&self) -> Vec<(GroupKey, String, [u8; 32])> {
        let missing = |g: &Group| {
            let picture = g.picture.as_ref().filter(|p| p.image.is_empty())?;
            let mut key = [0; 32];
            hex::decode_to_slice(&picture.key, &mut key).ok()?;
            Some((g.key, picture.blob.clone(), key))
        };
        self.groups.iter().filter_map(missing).collect()
    }
}
