//! Bots in lists and on their page.
use super::{
    check::Neighbour,
    tree::{MAX_COMMANDS, MAX_TREE_BYTES, Tree},
};
use crate::kernel::{AppError, AppResult, LanguageCode, Problem, ThreemaId, Timestamp, Uid, validate::Check};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest name of a bot in characters (reference/broadcast-api.md section 3.3).
pub const BOT_NAME_CHARS: usize = 256;

/// Whether a bot answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BotState {
    /// It answers.
    #[default]
    Active,
    /// It stays listed, answers nobody, and can be restored.
    Deleted,
}

impl BotState {
    /// The name in tables, addresses and REST.
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

/// A bot in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotView {
    /// Its public identifier.
    pub uid: Uid,
    /// Its name; only administrators see it.
    pub name: String,
    /// Whether it answers.
    pub state: BotState,
    /// Published commands.
    pub commands: u64,
    /// There are changes that are not published.
    pub unpublished: bool,
    /// How often its commands were asked for in the last 30 days.
    pub asked: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was renamed, deleted, restored or published last.
    pub updated_at: Timestamp,
}

/// What an administrator says about a bot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotInput {
    /// 1 to [`BOT_NAME_CHARS`] characters.
    pub name: String,
}

impl BotInput {
    /// Checks and tidies.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        // a name is one line, however it was pasted
        let one_line = self.name.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let name = check.text("name", &one_line, BOT_NAME_CHARS);
        check.done()?;
        Ok(Self { name })
    }
}

/// A bot with what its page needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotHead {
    /// The bot.
    pub bot: BotView,
    /// What people meet.
    pub published: Tree,
    /// What is being worked on; none: nothing else than what is published.
    pub draft: Option<Tree>,
    /// Goes up with every change of either.
    pub version: u64,
    /// The identity's default language.
    pub default_language: LanguageCode,
    /// The name that recipients see.
    pub sender: String,
    /// The identity's Threema ID.
    pub sender_id: ThreemaId,
    /// The identity's other bots in use, those first that are asked first.
    pub neighbours: Vec<Neighbour>,
    /// What people asked for.
    pub statistics: Statistics,
}

/// What is kept while somebody works on a bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftInput {
    /// The version that it was made of.
    pub version: u64,
    /// The whole bot.
    pub tree: Tree,
}

impl DraftInput {
    /// Checks what has to hold for a bot that is not finished.
    pub fn validate(&self) -> AppResult<()> {
        let bytes = serde_json::to_vec(&self.tree).map_or(usize::MAX, |json| json.len());
        if bytes > MAX_TREE_BYTES {
            let (max, is) = (MAX_TREE_BYTES, bytes);
            return Err(AppError::field("tree", Problem::TooManyBytes { max, is }));
        }
        if self.tree.len() > MAX_COMMANDS {
            return Err(AppError::field("tree", Problem::TooMany { max: MAX_COMMANDS }));
        }
        Ok(())
    }
}

/// A draft was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSaved {
    /// The version now.
    pub version: u64,
    /// When.
    pub at: Timestamp,
}

/// How often something happened at one command. Nothing is kept of who wrote, nor of what was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// It was asked for.
    pub asked: u64,
    /// Somebody who stood here wrote what led nowhere.
    pub unanswered: u64,
    /// One of its words was written where it leads nowhere.
    pub missed: u64,
}

/// One day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// Its beginning (UTC).
    pub at: Timestamp,
    /// Commands that were asked for.
    pub asked: u64,
    /// Messages that led nowhere.
    pub unanswered: u64,
}

/// What people asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// How many days back it goes.
    pub days: u32,
    /// By command.
    pub commands: BTreeMap<Uid, Count>,
    /// By day, from the first; every day is there.
    pub by_day: Vec<DayCount>,
}
