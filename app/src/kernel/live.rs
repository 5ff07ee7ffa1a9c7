//! What `/live` tells open pages: that something changed. They load what they show again, except for what is written in
//! groups: that comes along, since it is live (see [`GroupPart`]).
use super::Uid;
use serde::{Deserialize, Serialize};

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "Wire")]
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

/// A [`Change`] as it travels, with every field that one may have: serde reads a type with a tag by way of a value of any
/// kind, which is a lot of code for the browser.
#[derive(Deserialize)]
struct Wire {
    kind: Kind,
    uid: Option<Uid>,
    identity: Option<Uid>,
    group: Option<Uid>,
    page: Option<Uid>,
    name: Option<String>,
    what: Option<String>,
    state: Option<String>,
    counts: Option<Counts>,
    administrator_id: Option<i64>,
    part: Option<GroupPart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Message,
    Identity,
    Bot,
    Conversation,
    Group,
    Presence,
    Access,
    Missed,
}

impl Wire {
    fn change(self) -> Option<Change> {
        Some(match self.kind {
            Kind::Message => Change::Message {
                uid: self.uid?,
                counts: self.counts?,
                state: self.state?,
            },
            Kind::Identity => Change::Identity { uid: self.uid? },
            Kind::Bot => Change::Bot { uid: self.uid? },
            Kind::Conversation => Change::Conversation {
                identity: self.identity?,
                uid: self.uid,
            },
            Kind::Group => Change::Group {
                identity: self.identity?,
                uid: self.uid?,
                part: self.part?,
            },
            Kind::Missed => Change::Missed,
            Kind::Presence => Change::Presence {
                group: self.group?,
                page: self.page?,
                name: self.name?,
                what: self.what?,
            },
            Kind::Access => Change::Access {
                administrator_id: self.administrator_id?,
            },
        })
    }
}

impl TryFrom<Wire> for Change {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        wire.change().ok_or("a field is missing")
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(change: &Change) {
        let json = serde_json::to_string(change).unwrap();
        assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), *change, "{json}");
    }

    #[test]
    fn changes_are_read_as_they_are_written() {
        let uid: Uid = "abcdefghi1".parse().unwrap();
        let counts = Counts {
            total: 3,
            read: 1,
            ..Counts::default()
        };
        let of_group = |part| Change::Group {
            identity: uid.clone(),
            uid: uid.clone(),
            part,
        };
        for change in [
            Change::Message {
                uid: uid.clone(),
                counts,
                state: "sending".to_owned(),
            },
            Change::Identity { uid: uid.clone() },
            Change::Bot { uid: uid.clone() },
            Change::Conversation {
                identity: uid.clone(),
                uid: None,
            },
            of_group(GroupPart::Any),
            of_group(GroupPart::Entry(uid.clone())),
            of_group(GroupPart::Written(r#"{"number":1}"#.to_owned())),
            Change::Missed,
            Change::Presence {
                group: uid.clone(),
                page: uid.clone(),
                name: "Lea".to_owned(),
                what: "here".to_owned(),
            },
            Change::Access { administrator_id: 7 },
        ] {
            there_and_back(&change);
        }
        assert!(serde_json::from_str::<Change>(r#"{"kind":"identity"}"#).is_err());
    }
}
