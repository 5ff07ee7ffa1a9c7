//! What `/live` tells open pages: that something changed. They load what they show again, except for what is written in
//! groups: that comes along, since it is live (see [`GroupPart`]).
use super::Uid;
use serde::{Deserialize, Serialize};

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A message's state or counts.
    Message {
        /// The message.
        uid: Uid,
        /// How its deliveries stand.
        counts: Counts,
        /// Its state, see `messages::model::MessageState`.
        state: String,
    },
    /// The lists, recipients or configuration of an identity.
    Identity {
        /// The identity.
        uid: Uid,
    },
    /// A bot, or what somebody works on in it.
    Bot {
        /// The bot.
        uid: Uid,
    },
    /// Conversations of an identity.
    Conversation {
        /// The identity.
        identity: Uid,
        /// The conversation; none: many of them.
        uid: Option<Uid>,
    },
    /// A group: its chat, its members, or what is on its way to them.
    Group {
        /// The identity.
        identity: Uid,
        /// The group.
        uid: Uid,
        /// What of it.
        part: GroupPart,
    },
    /// Somebody looks at a group, writes in it, or has gone. Pages tell each other; nothing of it is kept.
    Presence {
        /// The group.
        group: Uid,
        /// Names the page that tells.
        page: Uid,
        /// The administrator's name.
        name: String,
        /// See `groups::model::Presence`.
        what: String,
    },
    /// Rights or sessions of an administrator. It stays on the server: whom it concerns loads the page anew.
    Access {
        /// The number of the administrator.
        administrator_id: i64,
    },
    /// What other machines told was missed for a while. It stays on the server: every page loads anew what it shows.
    Missed,
}

/// What of a group has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupPart {
    /// Anything.
    Any,
    /// One entry of its chat and nothing else. So it stands in events: what was written never passes between machines, and
    /// each reads it once for all of its pages.
    Entry(Uid),
    /// The same entry as pages get it: `groups::model::ChatEntry` as JSON.
    Written(String),
}

/// How many deliveries are in each state; they add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All deliveries
    pub total: u64,
    /// Waiting here
    pub pending: u64,
    /// Taken by the gateway
    pub accepted: u64,
    /// Arrived on the phone
    pub delivered: u64,
    /// Read, as far as people tell
    pub read: u64,
    /// Will not arrive
    pub failed: u64,
    /// Left out: ID revoked, no key
    pub skipped: u64,
    /// Stopped before it left
    pub cancelled: u64,
}
