//! What travels in group chats (sections 4.6 and 4.7). A group is named by its creator and its ID together.
use super::{
    Malformed, MessageId, Receipt, ReceiptStatus, decode_text, kind,
    protobuf::{self, Field},
};
use crate::kernel::ThreemaId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The longest name that the apps show, in bytes of UTF-8; they cut what is longer.
pub const MAX_GROUP_NAME: usize = 256;
/// People in a group, the creator included (section 5.6).
pub const MAX_GROUP_PEOPLE: usize = 256;
/// Stands first in the name of a group whose chat the creator gets (section 5.7). Apps look for U+2601 alone.
pub const CLOUD: &str = "\u{2601}\u{fe0f} ";

/// What the creator calls a group: 8 random bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId([u8; 8]);

/// The text is not a group's ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the ID of a group: 16 hexadecimal digits expected")]
pub struct NotAGroupId;

impl GroupId {
    /// The ID of these bytes, in wire order.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bytes in wire order.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// As the database keeps it: the bytes in wire order, read as a big-endian number.
    pub const fn to_i64(self) -> i64 {
        i64::from_be_bytes(self.0)
    }

    /// The reverse of [`Self::to_i64`].
    pub const fn from_i64(number: i64) -> Self {
        Self(number.to_be_bytes())
    }
}

impl fmt::Debug for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for GroupId {
    type Err = NotAGroupId;

    fn from_str(s: &str) -> Result<Self, NotAGroupId> {
        let mut bytes = [0; 8];
        hex::decode_to_slice(s, &mut bytes).map_err(|_| NotAGroupId)?;
        Ok(Self(bytes))
    }
}

impl Serialize for GroupId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GroupId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Where an encrypted picture lies: blob, its size in bytes, and the key that opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct PictureAt {
    /// Names the blob at the gateway.
    pub blob: [u8; 16],
    /// Of the encrypted picture, in bytes.
    pub size: u32,
    /// Opens it (secretbox, nonce 00…01).
    pub key: [u8; 32],
}

impl fmt::Debug for PictureAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PictureAt")
            .field("blob", &hex::encode(self.blob))
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// What changes a group, or asks for its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupControl {
    /// Who is in it, without the creator; nobody: dissolved, or the receiver is out.
    Setup(Vec<ThreemaId>),
    /// What it is called.
    Name(String),
    /// Its picture.
    SetPicture(PictureAt),
    /// It has no picture.
    DeletePicture,
    /// A member asks the creator for the state.
    SyncRequest,
}

/// What is said in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChat {
    /// The sender leaves.
    Leave,
    /// A text, at least one byte long.
    Text(String),
    /// An old reaction, the form that apps send to a gateway's ID: thumbs up or down. Groups have no other receipts.
    Receipt {
        /// Thumbs up or down.
        status: ReceiptStatus,
        /// For which messages.
        ids: Vec<MessageId>,
    },
    /// A reaction.
    Reaction {
        /// To which message.
        to: MessageId,
        /// The emoji, at most 64 bytes.
        emoji: String,
        /// Added, or taken back.
        apply: bool,
    },
    /// The author's new text for a message.
    Edit {
        /// Which message.
        message: MessageId,
        /// The new text.
        text: String,
    },
    /// The author takes a message back.
    Delete(MessageId),
    /// Something that is not stored: a picture, a file, a poll … by its type.
    Other(u8),
}

/// A message of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupMessage {
    /// Creator container: the creator is the sender, or the receiver of a sync request.
    Control(GroupId, GroupControl),
    /// Member container: it names the creator itself.
    Chat(ThreemaId, GroupId, GroupChat),
}

impl GroupMessage {
    /// Whether messages of this type belong to groups.
    pub const fn is_group(number: u8) -> bool {
        matches!(number, 0x41..=0x46 | 0x4a..=0x4c | 0x50..=0x54 | 0x81 | 0x83 | 0x93 | 0x94)
    }

    /// Reads `type ‖ data` of a type for which [`Self::is_group`] holds.
    pub fn decode(number: u8, data: &[u8]) -> Result<Self, Malformed> {
        let read = match number {
            kind::GROUP_SETUP
            | kind::GROUP_NAME
            | kind::GROUP_SET_PICTURE
            | kind::GROUP_DELETE_PICTURE
            | kind::GROUP_SYNC_REQUEST => control(number, data),
            _ => chat(number, data),
        };
        read.ok_or(Malformed::Group)
    }

    /// Appends `type ‖ data`.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Control(group, control) => {
                out.push(control.number());
                out.extend_from_slice(&group.0);
                control.encode_into(out);
            }
            Self::Chat(creator, group, chat) => {
                out.push(chat.number());
                out.extend_from_slice(creator.as_bytes());
                out.extend_from_slice(&group.0);
                chat.encode_into(out);
            }
        }
    }
}

impl GroupControl {
    const fn number(&self) -> u8 {
        match self {
            Self::Setup(_) => kind::GROUP_SETUP,
            Self::Name(_) => kind::GROUP_NAME,
            Self::SetPicture(_) => kind::GROUP_SET_PICTURE,
            Self::DeletePicture => kind::GROUP_DELETE_PICTURE,
            Self::SyncRequest => kind::GROUP_SYNC_REQUEST,
        }
    }

    fn encode_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Setup(members) => members.iter().for_each(|m| out.extend_from_slice(m.as_bytes())),
            Self::Name(name) => out.extend_from_slice(name.as_bytes()),
            Self::SetPicture(picture) => {
                out.extend_from_slice(&picture.blob);
                out.extend_from_slice(&picture.size.to_le_bytes());
                out.extend_from_slice(&picture.key);
            }
            Self::DeletePicture | Self::SyncRequest => {}
        }
    }
}

impl GroupChat {
    const fn number(&self) -> u8 {
        match self {
            Self::Leave => kind::GROUP_LEAVE,
            Self::Text(_) => kind::GROUP_TEXT,
            Self::Receipt { .. } => kind::GROUP_RECEIPT,
            Self::Reaction { .. } => kind::GROUP_REACTION,
            Self::Edit { .. } => kind::GROUP_EDIT,
            Self::Delete(_) => kind::GROUP_DELETE,
            Self::Other(number) => *number,
        }
    }

    fn encode_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Leave | Self::Other(_) => {}
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Receipt { status, ids } => {
                let (status, ids) = (*status, ids.clone());
                Receipt { status, ids }.encode_into(out);
            }
            Self::Reaction { to, emoji, apply } => {
                protobuf::write_fixed64(out, 1, to.as_bytes());
                protobuf::write_bytes(out, if *apply { 2 } else { 3 }, emoji.as_bytes());
            }
            Self::Edit { message, text } => {
                protobuf::write_fixed64(out, 1, message.as_bytes());
                protobuf::write_bytes(out, 2, text.as_bytes());
            }
            Self::Delete(message) => protobuf::write_fixed64(out, 1, message.as_bytes()),
        }
    }
}

fn control(number: u8, data: &[u8]) -> Option<GroupMessage> {
    let (group, rest) = data.split_first_chunk()?;
    let control = match number {
        kind::GROUP_SETUP => GroupControl::Setup(members(rest)?),
        kind::GROUP_NAME => GroupControl::Name(std::str::from_utf8(rest).ok()?.to_owned()),
        kind::GROUP_SET_PICTURE => GroupControl::SetPicture(picture(rest)?),
        kind::GROUP_DELETE_PICTURE if rest.is_empty() => GroupControl::DeletePicture,
        kind::GROUP_SYNC_REQUEST if rest.is_empty() => GroupControl::SyncRequest,
        _ => return None,
    };
    Some(GroupMessage::Control(GroupId(*group), control))
}

fn members(data: &[u8]) -> Option<Vec<ThreemaId>> {
    let (ids, rest) = data.as_chunks::<8>();
    if !rest.is_empty() {
        return None;
    }
    ids.iter().map(|id| ThreemaId::from_bytes(*id).ok()).collect()
}

fn picture(data: &[u8]) -> Option<PictureAt> {
    let (blob, rest) = data.split_first_chunk()?;
    let (size, key) = rest.split_first_chunk()?;
    Some(PictureAt {
        blob: *blob,
        size: u32::from_le_bytes(*size),
        key: key.try_into().ok()?,
    })
}

fn chat(number: u8, data: &[u8]) -> Option<GroupMessage> {
    let (creator, rest) = data.split_first_chunk()?;
    let creator = ThreemaId::from_bytes(*creator).ok()?;
    let (group, rest) = rest.split_first_chunk()?;
    let chat = match number {
        kind::GROUP_LEAVE if rest.is_empty() => GroupChat::Leave,
        kind::GROUP_LEAVE => return None,
        kind::GROUP_TEXT => GroupChat::Text(decode_text(rest).ok()?.to_owned()),
        kind::GROUP_RECEIPT => receipt(rest)?,
        kind::GROUP_REACTION => reaction(rest)?,
        kind::GROUP_EDIT => edit(rest)?,
        kind::GROUP_DELETE => GroupChat::Delete(about(&protobuf::read(rest)?)?),
        other => GroupChat::Other(other),
    };
    Some(GroupMessage::Chat(creator, GroupId(*group), chat))
}

fn receipt(data: &[u8]) -> Option<GroupChat> {
    let Receipt { status, ids } = Receipt::decode(data)?;
    let thumb = matches!(status, ReceiptStatus::ThumbsUp | ReceiptStatus::ThumbsDown);
    thumb.then_some(GroupChat::Receipt { status, ids })
}

/// The longest emoji in bytes (section 4.6).
const MAX_EMOJI: usize = 64;

fn reaction(data: &[u8]) -> Option<GroupChat> {
    let fields = protobuf::read(data)?;
    let (apply, emoji) = fields
        .iter()
        .rev()
        .find_map(|(number, field)| match (number, field) {
            (2, Field::Bytes(emoji)) => Some((true, *emoji)),
            (3, Field::Bytes(emoji)) => Some((false, *emoji)),
            _ => None,
        })?;
    let emoji = std::str::from_utf8(emoji).ok()?;
    if emoji.is_empty() || emoji.len() > MAX_EMOJI {
        return None;
    }
    Some(GroupChat::Reaction {
        to: about(&fields)?,
        emoji: emoji.to_owned(),
        apply,
    })
}

fn edit(data: &[u8]) -> Option<GroupChat> {
    let fields = protobuf::read(data)?;
    let text = fields
        .iter()
        .rev()
        .find_map(|(number, field)| match (number, field) {
            (2, Field::Bytes(text)) => Some(*text),
            _ => None,
        })?;
    Some(GroupChat::Edit {
        message: about(&fields)?,
        text: decode_text(text).ok()?.to_owned(),
    })
}

/// The message that a protobuf body is about; the last one counts, as protobuf has it.
fn about(fields: &[(u64, Field<'_>)]) -> Option<MessageId> {
    fields
        .iter()
        .rev()
        .find_map(|(number, field)| match (number, field) {
            (1, Field::Fixed64(id)) => Some(MessageId::from_bytes(*id)),
            _ => None,
        })
}
