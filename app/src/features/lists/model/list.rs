//! Lists, their audiences, and what a change of members did.
use crate::kernel::{AppResult, ThreemaId, Timestamp, Uid, permission::Right, validate::Check};
use serde::{Deserialize, Serialize};

/// Longest name of a list in characters.
pub const NAME_CHARS: usize = 256;

/// Whether a list can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListState {
    /// In use.
    #[default]
    Active,
    /// Stays listed, counts nowhere, can be restored.
    Deleted,
}

impl ListState {
    /// The name in tables, addresses and REST (reference/broadcast-api.md section 2).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deleted => "deleted",
        }
    }

    /// The state of that name; any other name is active.
    pub fn of(code: &str) -> Self {
        if code == Self::Deleted.code() {
            Self::Deleted
        } else {
            Self::Active
        }
    }
}

/// Who decides on who is on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A distribution list: administrators.
    #[default]
    List,
    /// A feed: people themselves, and administrators.
    Feed,
}

impl Kind {
    /// The name in tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Feed => "feed",
        }
    }

    /// The kind of that name; any other name is a list.
    pub fn of(code: &str) -> Self {
        if code == Self::Feed.code() {
            Self::Feed
        } else {
            Self::List
        }
    }

    /// The right that changing one takes.
    pub const fn right(self) -> Right {
        match self {
            Self::List => Right::Lists,
            Self::Feed => Right::Feeds,
        }
    }

    /// The icon before its name.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Feed => "rss",
        }
    }
}

/// A distribution list, or a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    /// Its public identifier.
    pub uid: Uid,
    /// Which of the two.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Whether it can be used.
    pub state: ListState,
    /// How many are on it.
    pub members: u64,
    /// Replies of those who are on it are kept, as conversations.
    pub takes_replies: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its name, state or members changed last.
    pub updated_at: Timestamp,
}

/// What an administrator says about a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListInput {
    /// 1 to [`NAME_CHARS`] characters.
    pub name: String,
}

impl ListInput {
    /// Checks and tidies.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        // a name is one line, however it was pasted
        let one_line = self.name.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let name = check.text("name", &one_line, NAME_CHARS);
        check.done()?;
        Ok(Self { name })
    }
}

/// How many people some lists reach together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Distinct recipients.
    pub total: u64,
    /// Those of them who are in more than one of the lists.
    pub named_more_than_once: u64,
    /// Their keys are being fetched: they will be reached as soon as the gateway has answered.
    pub not_fetched: u64,
    /// The gateway has no such ID.
    pub unknown: u64,
    /// Held: their key has changed and nobody has accepted it.
    pub key_changed: u64,
    /// Their ID does not exist any more.
    pub revoked: u64,
}

impl Audience {
    /// Those who would get a message now or once their key is there.
    pub const fn reachable(&self) -> u64 {
        self.total
            .saturating_sub(self.unknown)
            .saturating_sub(self.key_changed)
            .saturating_sub(self.revoked)
    }
}

/// A list with what its page shows above the members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListHead {
    /// The list.
    pub list: ListView,
    /// Whom it reaches.
    pub audience: Audience,
    /// Distinct recipients of the identity.
    pub recipient_count: u64,
    /// The plan's limit; none: no limit.
    pub limit: Option<u64>,
}

/// What adding did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// On the list since now.
    pub added: u64,
    /// Were on it before.
    pub already: u64,
    /// Count for the plan since now.
    pub new_recipients: u64,
    /// Taken off the list (only when all members were replaced).
    pub removed: u64,
    /// On the list afterwards.
    pub members: u64,
}

/// Who was taken off a list: adding them again undoes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Those who were on the list until now.
    pub ids: Vec<ThreemaId>,
}
