//! Recipients as browser and server know them.
use crate::kernel::{AppResult, LanguageCode, Page, Problem, ThreemaId, Timestamp, validate::Check};
use serde::{Deserialize, Serialize};

/// Longest first name, last name and category in characters.
pub const NAME_CHARS: usize = 100;

/// Whether somebody can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientState {
    /// Just added: the gateway has not been asked for the key yet.
    NotFetched,
    /// There is a key.
    Reachable,
    /// The gateway has no such ID.
    Unknown,
    /// The gateway has another key than before: nothing is sent until somebody accepts it.
    KeyChanged,
    /// There was a key, and the gateway does not know the ID any more.
    Revoked,
}

impl RecipientState {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::NotFetched,
        Self::Reachable,
        Self::Unknown,
        Self::KeyChanged,
        Self::Revoked,
    ];

    /// The number in tables.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The state of a number in a table; a number that is none is taken as not fetched.
    pub fn of(number: i64) -> Self {
        Self::ALL
            .into_iter()
            .find(|s| s.number() == number)
            .unwrap_or(Self::NotFetched)
    }

    /// The name in addresses and in REST.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFetched => "not-fetched",
            Self::Reachable => "reachable",
            Self::Unknown => "unknown",
            Self::KeyChanged => "key-changed",
            Self::Revoked => "revoked",
        }
    }

    /// The state of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// The filter for recipients that are in feeds only.
pub const EXTERNAL: &str = "external";
/// The filter for recipients that are in no list.
pub const IN_NO_LIST: &str = "in-no-list";

/// Somebody that an identity knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Also names the recipient on the wire: an identity knows an ID once.
    pub threema_id: ThreemaId,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// The language of their texts; none: the identity's default.
    pub language: Option<LanguageCode>,
    /// May be empty.
    pub category: String,
    /// Whether they can be reached.
    pub state: RecipientState,
    /// In how many lists and feeds.
    pub places: u64,
    /// In feeds only: of an ID for internal use they get nothing but these (design/product.md rule 4).
    pub external: bool,
    /// When the gateway was asked last.
    pub key_checked_at: Option<Timestamp>,
    /// For a held one: the keys' fingerprints.
    pub held: Option<HeldKeys>,
}

impl Recipient {
    /// First and last name; empty when there is neither.
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    /// The name, or the ID when there is none.
    pub fn shown(&self) -> String {
        let name = self.name();
        if name.is_empty() {
            self.threema_id.to_string()
        } else {
            name
        }
    }
}

/// First and last name, parted by a blank when there are both.
pub fn full_name(first: &str, last: &str) -> String {
    [first, last].join(" ").trim().to_owned()
}

/// The fingerprints of a recipient's two keys: 32 hexadecimal digits, the first half of the SHA-256 of the key, as the
/// apps show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldKeys {
    /// The key that messages were sealed for until now.
    pub known: String,
    /// The key that the gateway has now.
    pub new: String,
}

/// What an administrator may change of a recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientDetails {
    /// At most [`NAME_CHARS`] characters.
    pub first_name: String,
    /// At most [`NAME_CHARS`] characters.
    pub last_name: String,
    /// Two letters, or empty.
    pub language: String,
    /// At most [`NAME_CHARS`] characters.
    pub category: String,
}

impl RecipientDetails {
    /// Checks and tidies.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        let language = match self.language.trim() {
            "" => String::new(),
            code => code
                .parse::<LanguageCode>()
                .map(|l| l.to_string())
                .unwrap_or_else(|_| {
                    check.fail("language", Problem::NotALanguage);
                    String::new()
                }),
        };
        let done = Self {
            first_name: check.optional_text("first_name", &one_line(&self.first_name), NAME_CHARS),
            last_name: check.optional_text("last_name", &one_line(&self.last_name), NAME_CHARS),
            category: check.optional_text("category", &one_line(&self.category), NAME_CHARS),
            language,
        };
        check.done()?;
        Ok(done)
    }

    /// Nothing is said about anything.
    pub const fn is_empty(&self) -> bool {
        self.first_name.is_empty()
            && self.last_name.is_empty()
            && self.language.is_empty()
            && self.category.is_empty()
    }
}

/// Line ends and tabs inside a name become one blank.
fn one_line(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The page of all recipients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientsPage {
    /// This page.
    pub page: Page<Recipient>,
    /// Distinct recipients over all lists: what counts for the plan (design/product.md rule 2).
    pub count: u64,
    /// The plan's limit; none: no limit.
    pub limit: Option<u64>,
    /// How many are held because their key has changed.
    pub held: u64,
    /// How many are external, while only internal people are answered; 0 otherwise.
    pub external: u64,
}
