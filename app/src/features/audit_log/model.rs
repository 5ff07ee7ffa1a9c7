//! Entries as the page shows them, and what can be asked for.
use crate::kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// Entries a page.
pub const PAGE: usize = 50;

/// Which entries. Empty texts: all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogFilter {
    /// An administrator's uid, or a kind of actor: `operator`, `job`, `api-key`.
    pub who: String,
    /// The code of an action, or of a group of them.
    pub what: String,
    /// The uid of what it is about.
    pub subject: String,
    /// First day (UTC), `2026-12-31`.
    pub from: String,
    /// Last day (UTC).
    pub to: String,
    /// Words.
    pub q: String,
}

impl LogFilter {
    /// Whether anything is left out.
    pub fn narrows(&self) -> bool {
        *self != Self::default()
    }
}

/// Which part of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The newest.
    #[default]
    Newest,
    /// Those before the entry of that number.
    Before(u64),
    /// Those after the entry of that number.
    After(u64),
}

/// One thing that an entry tells: of a change what was and what is, else only what is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The field's name in the log.
    pub field: String,
    /// What was; none: it is no change.
    pub before: Option<String>,
    /// What is.
    pub after: Option<String>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its number in the organisation.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// `administrator`, `api-key`, `operator` or `job`.
    pub kind: String,
    /// The administrator's name at that time.
    pub name: String,
    /// Name and prefix of the API key.
    pub api_key: String,
    /// From where.
    pub address: Option<String>,
    /// There was an address; it is erased.
    pub address_erased: bool,
    /// The action's code.
    pub action: String,
    /// What it is about.
    pub subject: String,
    /// What it is called.
    pub title: String,
    /// What it tells.
    pub lines: Vec<Line>,
    /// Its hash in the chain.
    pub hash: String,
}

/// A check of the chain that somebody has made before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCheck {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub name: String,
    /// How many entries.
    pub entries: u64,
    /// Whether the chain was unbroken.
    pub unbroken: bool,
}

/// A page of entries, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// The entries.
    pub entries: Vec<LogEntry>,
    /// How many the log has in all.
    pub total: u64,
    /// Where newer ones are.
    pub newer: Option<Place>,
    /// Where older ones are.
    pub older: Option<Place>,
    /// A search looks through a part of a large log at a time: it has come to here, and goes on with `older`.
    pub searched_to: Option<Timestamp>,
    /// The last check.
    pub last_check: Option<LastCheck>,
}
