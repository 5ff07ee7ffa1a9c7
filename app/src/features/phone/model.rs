//! What a phone keeps, in one piece, so that it is stored whole or not at all.
use super::rules::Nonces;
use crate::features::gateway::wire::{MessageId, PrivateKey, PublicKey, ReceiptStatus};
use crate::features::groups::model::split_quote;
use crate::kernel::{ThreemaId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod group;
pub use group::{Group, GroupEntry, GroupKey, GroupNote, GroupPicture, Mine, Unsealed};

/// Raised when what is stored changes its form; a phone of another form starts over.
pub const VERSION: u8 = 1;
/// The longest name, in bytes: that of a nickname on the wire (reference/threema-gateway.md section 7).
pub const MAX_NAME: usize = 32;

/// A phone: its identity, its chats, what it has yet to send.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// [`VERSION`]
    pub version: u8,
    /// Its Threema ID, given by the local gateway.
    pub id: ThreemaId,
    /// Opens its mailbox.
    pub token: String,
    /// 64 hexadecimal digits; never leaves the browser.
    pub private_key: String,
    /// The number of the last box that was dealt with.
    pub seq: u64,
    /// The number of the next entry.
    pub next: u64,
    /// One chat per contact, in the order of their first message.
    pub chats: Vec<Chat>,
    /// IDs whose messages are dropped.
    pub blocked: Vec<ThreemaId>,
    /// Whether senders learn that a message was read.
    pub read_receipts: bool,
    /// Nonces that were seen, of both directions.
    pub nonces: Nonces,
    /// How many copies of known messages were dropped.
    pub dropped: u64,
    /// Sealed boxes that the gateway has not taken yet, oldest first.
    pub outbox: Vec<Outgoing>,
    /// Groups that this phone is in, or was.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Public keys of people met in groups, pinned like those of contacts.
    #[serde(default)]
    pub keys: BTreeMap<ThreemaId, PublicKey>,
    /// Messages to people whose key has yet to be fetched.
    #[serde(default)]
    pub unsealed: Vec<Unsealed>,
    /// When the creator of a group was asked for its state last.
    #[serde(default)]
    pub asked: Vec<(GroupKey, Timestamp)>,
    /// Receipts that came before the gateway's answer told the ID of the message; they wait for it.
    #[serde(skip)]
    pub early: Vec<(ThreemaId, MessageId, ReceiptStatus)>,
}

/// What was written with one contact.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// The contact.
    pub with: ThreemaId,
    /// The nickname that came with the contact's last message; empty when there was none.
    pub name: String,
    /// The contact's public key, pinned when it was first met.
    pub key: PublicKey,
    /// The newest last.
    pub entries: Vec<Entry>,
}

/// One thing in a chat.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Unique on this phone, growing.
    pub number: u64,
    /// None until the gateway has taken an own message.
    pub id: Option<MessageId>,
    /// When it was sent, or came in.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A text from the contact.
    Text {
        /// As it was written, markup included.
        text: String,
        /// Whether its chat was open since.
        read: bool,
        /// Whether the sender wants receipts.
        receipts: bool,
    },
    /// A text of this phone.
    Own {
        /// As it was written.
        text: String,
        /// How far it got.
        state: OwnState,
        /// The contact's answer by thumb, up or down.
        thumb: Option<bool>,
    },
    /// A type that this phone cannot show.
    Unknown(u8),
    /// A box that does not open.
    Closed,
}

/// How far an own message got; it only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OwnState {
    /// The gateway has not taken it yet.
    Sending,
    /// The gateway refused it.
    Failed,
    /// The gateway has it.
    Sent,
    /// The other phone has it.
    Delivered,
    /// Its person has seen it.
    Read,
}

/// A sealed box on its way to the gateway. Every try sends the same nonce and box.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// For whom.
    pub to: ThreemaId,
    /// 48 hexadecimal digits.
    pub nonce: String,
    /// Hexadecimal.
    pub sealed: String,
    /// The entry that it is; none for receipts.
    pub entry: Option<u64>,
    /// The group that it belongs to.
    #[serde(default)]
    pub group: Option<GroupKey>,
    /// The ID that this phone gave it: in groups all receivers must get the same one. Else the gateway gives one.
    #[serde(default)]
    pub message_id: Option<MessageId>,
}

/// A box as the mailbox hands it out (contract.md section 6). Texts, so that one that is malformed does not hide the
/// others.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incoming {
    /// Its number in the mailbox.
    pub seq: u64,
    /// The sender.
    pub from: String,
    /// 16 hexadecimal digits.
    pub message_id: String,
    /// 48 hexadecimal digits.
    pub nonce: String,
    /// Hexadecimal.
    #[serde(rename = "box")]
    pub sealed: String,
    /// Unix seconds.
    pub date: i64,
    /// The sender's nickname.
    #[serde(default)]
    pub nickname: Option<String>,
    /// The sender wants no receipts.
    #[serde(default)]
    pub no_delivery_receipts: bool,
}

impl Profile {
    /// A new phone.
    pub fn new(id: ThreemaId, token: String, key: &PrivateKey) -> Self {
        Self {
            version: VERSION,
            id,
            token,
            private_key: hex::encode(key.expose()),
            seq: 0,
            next: 1,
            chats: Vec::new(),
            blocked: Vec::new(),
            read_receipts: true,
            nonces: Nonces::default(),
            dropped: 0,
            outbox: Vec::new(),
            groups: Vec::new(),
            keys: BTreeMap::new(),
            unsealed: Vec::new(),
            asked: Vec::new(),
            early: Vec::new(),
        }
    }

    /// What was stored, when it can be read and is of this form.
    pub fn parse(stored: &str) -> Option<Self> {
        let profile: Self = serde_json::from_slice(stored.as_bytes()).ok()?;
        (profile.version == VERSION && profile.key().is_some()).then_some(profile)
    }

    /// The private key.
    pub fn key(&self) -> Option<PrivateKey> {
        PrivateKey::from_hex(&self.private_key)
    }

    /// The code that other phones scan to be sure of the key: `3mid:ID,key` (reference/threema-gateway.md section 7).
    pub fn code(&self) -> String {
        let key = self.key().map(|k| k.public_key().to_string());
        format!("3mid:{},{}", self.id, key.unwrap_or_default())
    }

    /// The chat with a contact.
    pub fn chat(&self, with: &ThreemaId) -> Option<&Chat> {
        self.chats.iter().find(|c| c.with == *with)
    }

    /// Whether messages of this ID are dropped.
    pub fn is_blocked(&self, id: &ThreemaId) -> bool {
        self.blocked.contains(id)
    }

    /// The chats with something in them, the newest first.
    pub fn chats_newest_first(&self) -> Vec<&Chat> {
        let mut chats: Vec<&Chat> = self.chats.iter().collect();
        chats.sort_by_key(|c| std::cmp::Reverse(c.entries.last().map_or(0, |e| e.number)));
        chats
    }

    /// Whether texts of this contact wait to be read.
    pub fn has_unread(&self, with: &ThreemaId) -> bool {
        self.chat(with).is_some_and(|c| c.unread() > 0)
    }

    /// How many texts wait to be read.
    pub fn unread(&self) -> usize {
        let groups: usize = self.groups.iter().map(Group::unread).sum();
        self.chats.iter().map(Chat::unread).sum::<usize>() + groups
    }
}

impl Chat {
    /// What stands above the chat: the nickname as people chose it, else the ID.
    pub fn title(&self) -> String {
        if self.name.is_empty() {
            self.with.to_string()
        } else {
            self.name.clone()
        }
    }

    /// The words of the message of that ID, without what it quotes itself; none when this phone does not have them.
    pub fn words_of(&self, id: MessageId) -> Option<&str> {
        let entry = self.entries.iter().rev().find(|e| e.id == Some(id))?;
        match &entry.what {
            What::Text { text, .. } | What::Own { text, .. } => Some(split_quote(text).1),
            What::Unknown(_) | What::Closed => None,
        }
    }

    /// How many texts wait to be read.
    pub fn unread(&self) -> usize {
        let waits = |e: &&Entry| matches!(e.what, What::Text { read: false, .. });
        self.entries.iter().filter(waits).count()
    }
}

/// The name of a phone as it may be used: one line, at most [`MAX_NAME`] bytes.
pub fn clean_name(name: &str) -> String {
    let mut out = String::new();
    for c in name.trim().chars().filter(|c| !c.is_control()) {
        if out.len() + c.len_utf8() > MAX_NAME {
            break;
        }
        out.push(c);
    }
    out
}
