//! Feeds as browser and server know them.
use crate::features::lists::model::{ListState, NAME_CHARS};
use crate::kernel::{AppResult, LanguageCode, Problem, ThreemaId, Timestamp, Uid, validate::Check};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest description in characters; it is an internal note.
pub const DESCRIPTION_CHARS: usize = 1_000;
/// Longest greeting in bytes (design/product.md rule 13).
pub const GREETING_BYTES: usize = 3_500;
/// Days that the history shows.
pub const HISTORY_DAYS: i64 = 90;

/// A greeting, by language.
pub type Greeting = BTreeMap<LanguageCode, String>;

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedView {
    /// Its public identifier.
    pub uid: Uid,
    /// What people may type instead of the name.
    pub number: u64,
    /// Its name, which people type.
    pub name: String,
    /// For administrators only.
    pub description: String,
    /// Whether it can be used.
    pub state: ListState,
    /// How many get it.
    pub subscribers: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it or its subscribers changed last.
    pub updated_at: Timestamp,
}

/// What the page of a feed shows above its tabs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedHead {
    /// The feed.
    pub feed: FeedView,
    /// Sent to who subscribes.
    pub welcome: Greeting,
    /// Sent to who leaves.
    pub goodbye: Greeting,
    /// The identity's ID.
    pub threema_id: ThreemaId,
    /// The language of those who have none.
    pub default_language: LanguageCode,
    /// How many are barred.
    pub blocked: u64,
    /// Subscribers who are in no list, while only internal people are answered.
    pub external: u64,
    /// How many wanted to subscribe in the last week and could not, because the plan is full.
    pub refused: u64,
    /// Subscribers whose keys are being fetched.
    pub not_fetched: u64,
    /// Subscribers whose key has changed.
    pub key_changed: u64,
    /// Subscribers whom nothing reaches.
    pub gone: u64,
}

/// What an administrator says about a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedInput {
    /// 1 to [`NAME_CHARS`] characters.
    pub name: String,
    /// At most [`DESCRIPTION_CHARS`] characters.
    pub description: String,
    /// Each at most [`GREETING_BYTES`] bytes.
    pub welcome: Greeting,
    /// Likewise.
    pub goodbye: Greeting,
}

impl FeedInput {
    /// Checks and tidies; empty greetings are left out.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        let one_line = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let done = Self {
            name: check.text("name", &one_line, NAME_CHARS),
            description: check.optional_text("description", self.description.trim(), DESCRIPTION_CHARS),
            welcome: greeting(&mut check, "welcome", self.welcome),
            goodbye: greeting(&mut check, "goodbye", self.goodbye),
        };
        check.done()?;
        Ok(done)
    }
}

fn greeting(check: &mut Check, field: &str, texts: Greeting) -> Greeting {
    let texts: Greeting = texts
        .into_iter()
        .map(|(language, text)| (language, text.trim().to_owned()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    for (language, text) in &texts {
        if text.len() > GREETING_BYTES {
            let problem = Problem::TooManyBytes {
                max: GREETING_BYTES,
                is: text.len(),
            };
            check.fail(&format!("{field}.{language}"), problem);
        }
    }
    texts
}

/// The greeting in somebody's language, else in the default one, else in any.
pub fn greeting_for(texts: &Greeting, own: Option<LanguageCode>, default: LanguageCode) -> Option<&str> {
    let own = own.and_then(|l| texts.get(&l));
    let found = own
        .or_else(|| texts.get(&default))
        .or_else(|| texts.values().next());
    found.map(String::as_str)
}

/// Somebody who is barred from a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Who.
    pub threema_id: ThreemaId,
    /// The name, when the identity knows them.
    pub name: String,
    /// Since when.
    pub blocked_at: Timestamp,
}

/// What blocking did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockDone {
    /// Barred since now.
    pub blocked: u64,
    /// Those of them who lost the feed by it.
    pub removed: u64,
}

/// Comings and goings of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Subscribed themselves.
    pub joined: u64,
    /// Left themselves.
    pub gone: u64,
    /// Added by administrators.
    pub added: u64,
    /// Removed by administrators.
    pub removed: u64,
    /// Could not subscribe: the plan was full.
    pub refused: u64,
}

/// Longest name that a link writes out: what people type as a name ends at 80 characters.
const LINKED_NAME: usize = 60;

/// The link that opens a chat with the identity with the command typed in; a name that is too long, or has no letter or
/// digit, gives way to the feed's number.
pub fn link(threema_id: ThreemaId, name: &str, number: u64) -> String {
    let word = match name.chars().count() <= LINKED_NAME && name.chars().any(char::is_alphanumeric) {
        true => name.to_owned(),
        false => number.to_string(),
    };
    let mut typed = String::new();
    for byte in format!("start {word}").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                typed.push(char::from(byte))
            }
            other => typed.push_str(&format!("%{other:02X}")),
        }
    }
    format!("https://threema.id/{threema_id}?text={typed}")
}
