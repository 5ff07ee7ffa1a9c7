//! What composer, message page and API exchange, and the rules they share.
use crate::kernel::{AppResult, LanguageCode, Problem, Timestamp, Uid, live::Counts, validate::Check};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod broadcast;
mod state;
pub use broadcast::{BROADCAST_NAME, PeopleChange, Person, Scope, Settings};
pub use state::{DeliveryState, MessageState, PauseReason, Reason};

/// Rule 13: most bytes of UTF-8 in a text.
pub const TEXT_BYTES: usize = 3_500;
/// Longest note with which a message is sent back, in characters.
pub const NOTE_CHARS: usize = 500;
/// Most lists that one message names.
pub const MAX_LISTS: usize = 100;

/// One text per language.
pub type Texts = BTreeMap<LanguageCode, String>;

/// What the composer keeps while it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftInput {
    /// The draft, once it has been saved for the first time.
    pub uid: Option<Uid>,
    /// The lists chosen so far.
    pub lists: Vec<Uid>,
    /// The texts so far; may be empty or too long, a draft is kept as it is.
    pub texts: Texts,
    /// To whom besides, and what comes back.
    #[serde(default)]
    pub settings: Settings,
}

/// A draft as the composer loads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its uid; the message keeps it.
    pub uid: Uid,
    /// The lists chosen so far that still exist.
    pub lists: Vec<Uid>,
    /// The texts so far.
    pub texts: Texts,
    /// To whom besides, and what comes back.
    pub settings: Settings,
    /// When it was saved last.
    pub saved_at: Timestamp,
    /// It was sent back instead of being approved.
    pub returned: Option<Returned>,
}

/// Why a message was not approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Who sent it back.
    pub by: Option<String>,
    /// When
    pub at: Timestamp,
    /// What they wrote; may be empty.
    pub note: String,
}

/// A message that waits for somebody's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who asked.
    pub by: Option<String>,
    /// When
    pub at: Timestamp,
    /// How many people would get it now.
    pub goes_to: u64,
    /// Names text and recipients as they stand: an approval of another version is refused.
    pub version: String,
    /// Whoever looks has written on it, and so cannot approve it.
    pub own: bool,
}

/// An approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveInput {
    /// The message.
    pub message: Uid,
    /// The number that the button has shown.
    pub goes_to: u64,
    /// The version that was shown, see [`Asked`].
    pub version: String,
}

/// The audience of some lists, exact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Different people on these lists.
    pub people: u64,
    /// People who are on more than one of them.
    pub named_more_than_once: u64,
    /// Left out: the gateway does not know the ID.
    pub unknown: u64,
    /// Left out: the ID has been revoked.
    pub revoked: u64,
    /// Held: the key has changed and nobody has accepted the new one.
    pub key_changed: u64,
    /// How many get which language's text, for those who will get one.
    pub by_language: Vec<(LanguageCode, u64)>,
}

impl Audience {
    /// The number in the button: people the message goes to (those held included: they get it once their key is accepted).
    pub const fn goes_to(&self) -> u64 {
        self.people - self.unknown - self.revoked
    }
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendInput {
    /// The draft; sending it twice sends it once.
    pub draft: Uid,
    /// The number that the button has shown; when it is another by now, nothing is sent.
    pub goes_to: u64,
}

/// Rule 13 and 14: every text has at least one and at most 3 500 bytes, and the default language has one.
pub fn validate_texts(texts: &Texts, default: LanguageCode) -> AppResult<()> {
    let mut check = Check::new();
    for (language, text) in texts {
        let field = format!("texts.{language}");
        if text.len() > TEXT_BYTES {
            check.fail(
                &field,
                Problem::TooManyBytes {
                    max: TEXT_BYTES,
                    is: text.len(),
                },
            );
        }
        if text.trim().is_empty() {
            check.fail(&field, Problem::Required);
        }
    }
    if !texts.contains_key(&default) {
        check.fail(&format!("texts.{default}"), Problem::DefaultTextMissing);
    }
    check.done()
}

/// A message in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// The message
    pub uid: Uid,
    /// First line of the text in the default language, without markup; none once the text is erased.
    pub title: Option<String>,
    /// Names of the lists; of a broadcast its own name.
    pub lists: Vec<String>,
    /// State
    pub state: MessageState,
    /// Why it is paused, or (while sending) what it waits for.
    pub pause_reason: Option<PauseReason>,
    /// Deliveries
    pub counts: Counts,
    /// When it was sent by a person; of a draft, when it was saved.
    pub at: Timestamp,
}

/// A message on its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// What the tables show too.
    pub row: MessageRow,
    /// The texts; empty once they are erased.
    pub texts: Texts,
    /// The default language of the identity.
    pub default_language: LanguageCode,
    /// Who wrote it; none for an API client that is gone.
    pub author: Option<String>,
    /// End of the undo window, while it is queued.
    pub send_after: Option<Timestamp>,
    /// When the first delivery was tried.
    pub started_at: Option<Timestamp>,
    /// When nothing was left.
    pub finished_at: Option<Timestamp>,
    /// When the texts will be (or were) erased.
    pub erase_at: Timestamp,
    /// Why deliveries failed, were skipped or are held, with how many.
    pub reasons: Vec<(DeliveryState, Reason, u64)>,
    /// How many of the failed nobody has sent it to once more since; 0 while there are more to come.
    pub failed_left: u64,
    /// To whom besides, and what comes back.
    pub settings: Settings,
    /// Newcomers of other identities who did not get it, for the plan's limit was reached.
    pub left_out: u64,
    /// This message was sent to the failed ones of that one.
    pub retry_of: Option<Uid>,
    /// It waits for approval.
    pub asked: Option<Asked>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// The server's time when this was read, for countdowns.
    pub now: Timestamp,
}

/// A delivery in the table of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Number within the message, from 0.
    pub seq: u64,
    /// The recipient's ID.
    pub threema_id: String,
    /// First and last name, as far as known.
    pub name: String,
    /// Language of the text variant.
    pub language: LanguageCode,
    /// State
    pub state: DeliveryState,
    /// Why
    pub reason: Reason,
    /// Since when it is in this state.
    pub at: Timestamp,
}
