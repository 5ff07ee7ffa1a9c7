//! The chat of a group.
use super::words::split_quote;
use crate::features::gateway::wire::MessageId;
use crate::kernel::{AppError, AppResult, Problem, ThreemaId, Timestamp, Uid};
use serde::{Deserialize, Serialize};

/// The longest text that administrators write, in bytes (design/product.md rule 13).
pub const MAX_CHAT_TEXT: usize = 3500;
/// How long a text can be changed or taken back (reference/threema-gateway.md section 4.6).
pub const EDIT_WINDOW: i64 = 6 * Timestamp::HOUR;

/// A text as it may be sent; what is wrong stands at `field`.
pub fn chat_text(field: &str, text: &str) -> AppResult<String> {
    let problem = match text.trim() {
        "" => Problem::Required,
        t if t.len() > MAX_CHAT_TEXT => Problem::TooManyBytes {
            max: MAX_CHAT_TEXT,
            is: t.len(),
        },
        t if t.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => Problem::ControlCharacters,
        t => return Ok(t.to_owned()),
    };
    Err(AppError::field(field, problem))
}

macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The number in tables, from 1.
            pub fn number(self) -> i64 {
                Self::ALL.iter().zip(1..).find(|(v, _)| **v == self).map_or(0, |(_, n)| n)
            }

            /// What the number stands for; 0 and others: nothing.
            pub fn of(number: i64) -> Option<Self> {
                let at = usize::try_from(number).ok()?.checked_sub(1)?;
                Self::ALL.get(at).copied()
            }

            /// The name in REST.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

numbered! {
    /// Why something does not go to a member.
    Why {
        /// The gateway has no such ID.
        Unknown = "unknown",
        /// The ID does not exist any more.
        Revoked = "revoked",
        /// Its key has changed and nobody has accepted it.
        KeyChanged = "key-changed",
        /// The gateway refuses it for good.
        Refused = "refused",
    }
}

numbered! {
    /// What an entry of the chat is.
    EntryKind {
        /// A text.
        Text = "text",
        /// Something that is not stored: a picture, a file, a poll.
        NotStored = "not-stored",
        /// History is saved from here.
        HistoryOn = "history-on",
        /// History is not saved any more.
        HistoryOff = "history-off",
        /// A member has left.
        Left = "left",
    }
}

numbered! {
    /// Why what is on its way waits.
    Trouble {
        /// The gateway does not answer.
        GatewayAway = "gateway-away",
        /// It refuses ID or secret.
        Unauthorized = "unauthorized",
        /// No credits are left.
        NoCredits = "no-credits",
        /// The plan has ended.
        PlanEnded = "plan-ended",
    }
}

/// Who has sent an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Sender {
    /// The identity; by which administrator, empty for one who is gone, or for none.
    Us {
        /// Name
        name: String,
        /// It was who asks.
        is_me: bool,
    },
    /// A member.
    Member {
        /// Their ID
        id: ThreemaId,
        /// As it is shown
        name: String,
    },
}

/// What became of it, for one of the identity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct Delivered {
    /// To how many members it goes.
    pub total: u64,
    /// Those to whom the gateway takes it.
    pub accepted: u64,
    /// Those to whom it does not go.
    pub failed: u64,
}

/// Who has reacted how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Their names.
    pub by: Vec<String>,
    /// The identity is among them.
    pub is_ours: bool,
}

/// The words of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct EntryText {
    /// As they were written, quote left out, mentions as on the wire.
    pub text: String,
    /// The beginning of the text that is quoted; empty when it is not there any more.
    pub quoted: Option<String>,
}

/// One thing in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct ChatEntry {
    /// Grows with the order of the chat.
    pub number: i64,
    /// Its public identifier.
    pub uid: Uid,
    /// What it is.
    pub kind: EntryKind,
    /// Who has sent it, or has done it.
    pub sender: Sender,
    /// When
    pub at: Timestamp,
    /// None: taken back, or not a text.
    pub text: Option<EntryText>,
    /// Its author has changed it.
    pub is_edited: bool,
    /// Its author has taken it back.
    pub is_deleted: bool,
    /// Who has reacted.
    pub reactions: Vec<Reaction>,
    /// What became of it.
    pub delivered: Option<Delivered>,
    /// When the text goes.
    pub erase_at: Timestamp,
    /// It can be changed and taken back until then.
    pub editable_until: Option<Timestamp>,
}

/// Which part of a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// Only entries before this number.
    #[serde(default)]
    pub before: Option<i64>,
    /// Only entries behind this number, oldest first.
    #[serde(default)]
    pub after: Option<i64>,
    /// From this time on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Only texts with these words.
    #[serde(default)]
    pub q: String,
}

/// A part of a chat, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatPage {
    /// The entries.
    pub entries: Vec<ChatEntry>,
    /// There are older ones.
    pub more_before: bool,
    /// There are newer ones.
    pub more_after: bool,
    /// How far who asks has read.
    pub read_up_to: i64,
}

/// A text to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewText {
    /// As it was written.
    pub text: String,
    /// The entry that it quotes.
    #[serde(default)]
    pub quotes: Option<Uid>,
}

/// What pages tell each other through the server: who looks at a group, and who is writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// Has come, and asks who else is here.
    Comes,
    /// Is here.
    Here,
    /// Is here and writes.
    Typing,
    /// Has gone.
    Gone,
}

impl Presence {
    const ALL: [Self; 4] = [Self::Comes, Self::Here, Self::Typing, Self::Gone];

    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Comes => "comes",
            Self::Here => "here",
            Self::Typing => "typing",
            Self::Gone => "gone",
        }
    }

    /// What a word stands for.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// A text as it goes over the wire, apart: which message it quotes, and its words.
pub fn apart(text: &str) -> (Option<MessageId>, String) {
    let (quote, words) = split_quote(text);
    (quote, words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_stand_for_the_same() {
        for why in Why::ALL {
            assert_eq!(Why::of(why.number()), Some(*why));
            assert_eq!(serde_json::to_string(why).unwrap(), format!("\"{}\"", why.code()));
        }
        assert_eq!((Why::of(0), Why::of(99), Why::Unknown.number()), (None, None, 1));
    }

    #[test]
    fn texts_are_counted_in_bytes() {
        assert_eq!(chat_text("text", " Hi \n"), Ok("Hi".to_owned()));
        assert!(chat_text("text", &"ä".repeat(1750)).is_ok());
        let long = chat_text("text", &"ä".repeat(1751)).unwrap_err();
        assert_eq!(
            long.of("text"),
            Some(&Problem::TooManyBytes { max: 3500, is: 3502 })
        );
        assert!(chat_text("text", " \n").is_err());
    }
}
