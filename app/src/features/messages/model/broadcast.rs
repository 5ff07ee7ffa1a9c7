//! Broadcasts, and what a message asks of those who get it.
use crate::features::recipients::model::Recipient;
use crate::kernel::{AppResult, ThreemaId, validate::Check};
use serde::{Deserialize, Serialize};

/// Longest name of a broadcast in characters.
pub const BROADCAST_NAME: usize = 256;

/// To whom a message goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// To lists and feeds.
    #[default]
    Lists,
    /// A broadcast to everybody on any list or feed of the identity.
    Identity,
    /// A broadcast to everybody on any list or feed of any identity of the organisation.
    Organisation,
    /// A broadcast to single people.
    People,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lists, Self::Identity, Self::Organisation, Self::People];

    /// The word in tables, addresses and REST.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Identity => "identity",
            Self::Organisation => "organisation",
            Self::People => "people",
        }
    }

    /// The scope of that word; any other word is that of lists.
    pub fn of(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == code)
            .unwrap_or_default()
    }

    /// It has a name of its own and its replies are always kept.
    pub fn is_broadcast(self) -> bool {
        self != Self::Lists
    }
}

/// To whom a message goes besides lists, and what comes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// To whom.
    pub scope: Scope,
    /// Of a broadcast: 1 to [`BROADCAST_NAME`] characters, empty as long as it is a draft.
    pub name: String,
    /// What people reply to it is kept, as conversations.
    pub takes_replies: bool,
    /// Whoever comes later to whom it went to gets it too, once.
    pub newcomers: bool,
}

impl Settings {
    /// Checks and tidies; a draft needs no name yet.
    pub fn validate(self) -> AppResult<Self> {
        let broadcast = self.scope.is_broadcast();
        let mut check = Check::new();
        let one_line = self.name.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let name = match broadcast {
            true => check.optional_text("name", &one_line, BROADCAST_NAME),
            false => String::new(),
        };
        check.done()?;
        Ok(Self {
            name,
            takes_replies: self.takes_replies || broadcast,
            // nobody comes to a choice of single people
            newcomers: self.newcomers && self.scope != Scope::People,
            scope: self.scope,
        })
    }
}

/// Somebody whom a broadcast may name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub recipient: Recipient,
    /// It names them.
    pub chosen: bool,
}

/// A change of those whom a broadcast names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleChange {
    /// These too; IDs that the identity does not know are left out.
    Add(Vec<ThreemaId>),
    /// These no longer.
    Remove(Vec<ThreemaId>),
    /// All that this search finds too.
    AddFound(String),
    /// Nobody any more.
    Clear,
}
