//! What a look at pasted lines or at a table found, before anything is written.
use crate::features::lists::text;
use crate::kernel::{Lang, ThreemaId, i18n::number};
use serde::{Deserialize, Serialize};

/// Why a line cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no ID at all.
    Missing,
    /// Only letters and digits, but not 8.
    Length(u32),
    /// A character that no ID has, or a star that is not at the front.
    Character(char),
    /// A link that names no ID.
    LinkWithoutId,
    /// The language is not two letters.
    Language,
    /// A name or category has more characters than this.
    TooLong(u32),
    /// A name or category has characters that cannot be shown.
    ControlCharacters,
    /// The feed's block list bars this ID.
    Blocked,
}

impl Reason {
    /// The sentence for people.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Missing => text::reason_missing(lang).to_owned(),
            Self::Length(1) => text::reason_length_one(lang).to_owned(),
            Self::Length(n) => text::reason_length(lang, number(u64::from(*n))),
            Self::Character(c) => text::reason_character(lang, *c),
            Self::LinkWithoutId => text::reason_link(lang).to_owned(),
            Self::Language => text::reason_language(lang).to_owned(),
            Self::TooLong(max) => text::reason_too_long(lang, *max),
            Self::ControlCharacters => text::reason_control(lang).to_owned(),
            Self::Blocked => text::reason_blocked(lang).to_owned(),
        }
    }
}

/// What will become of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Will be added; the identity does not know the ID yet.
    New,
    /// Will be added; the identity knows the ID already, perhaps by this name.
    Known(String),
    /// Is on the list already, perhaps by this name.
    Already(String),
    /// The same ID stands in an earlier line.
    SameAs(u32),
    /// Cannot be taken.
    Bad(Reason),
}

/// One line (or one of several IDs in a line), checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedLine {
    /// Counted from 1.
    pub line: u32,
    /// What stands there, shortened.
    pub text: String,
    /// How it was read.
    pub id: Option<ThreemaId>,
    /// What will become of it.
    pub outcome: Outcome,
}

impl CheckedLine {
    /// A gateway ID: it may be a recipient, but usually a person's ID is meant.
    pub fn is_gateway(&self) -> bool {
        self.id.is_some_and(|id| id.is_gateway())
    }

    /// What stands there differs from how it was read.
    pub fn is_read_as(&self) -> bool {
        self.id.is_some_and(|id| id.as_str() != self.text)
    }
}

/// All lines, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedLines {
    /// In the order of the input; of each kind only the first [`Self::SHOWN`].
    pub lines: Vec<CheckedLine>,
    /// Will be added.
    pub new: u64,
    /// Are on the list already.
    pub already: u64,
    /// Stand in an earlier line.
    pub same: u64,
    /// Cannot be taken.
    pub bad: u64,
    /// Gateway IDs among those that will be added.
    pub gateway: u64,
    /// How many of the new ones the identity does not count yet.
    pub counting: u64,
    /// Distinct recipients of the identity now.
    pub recipient_count: u64,
    /// The plan's limit; none: no limit.
    pub limit: Option<u64>,
}

impl CheckedLines {
    /// How many lines of each kind are shown.
    pub const SHOWN: u64 = 100;

    /// Distinct recipients of the identity afterwards.
    pub const fn count_after(&self) -> u64 {
        self.recipient_count + self.counting
    }

    /// Adding them would be refused (design/product.md rule 3).
    pub fn over_limit(&self) -> bool {
        self.counting > 0 && self.limit.is_some_and(|limit| self.count_after() > limit)
    }

    /// All lines, shown or not.
    pub const fn total(&self) -> u64 {
        self.new + self.already + self.same + self.bad
    }
}
