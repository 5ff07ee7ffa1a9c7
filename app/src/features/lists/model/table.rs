//! Tables (CSV): how one is read, and what a look at it found.
use super::{CheckedLines, Membership};
use serde::{Deserialize, Serialize};

/// Most bytes of a file.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// Most rows of a file.
pub const MAX_ROWS: usize = 200_000;

/// What a column holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Nothing that we take.
    #[default]
    Ignore,
    /// The Threema ID, a code or a link.
    ThreemaId,
    /// First name
    FirstName,
    /// Last name
    LastName,
    /// Language
    Language,
    /// Category
    Category,
}

impl Column {
    /// All, in the order of the menu.
    pub const ALL: [Self; 6] = [
        Self::Ignore,
        Self::ThreemaId,
        Self::FirstName,
        Self::LastName,
        Self::Language,
        Self::Category,
    ];
}

/// How a file's bytes become text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// With or without a byte order mark.
    #[default]
    #[serde(rename = "UTF-8")]
    Utf8,
    /// Little endian, with a byte order mark.
    #[serde(rename = "UTF-16LE")]
    Utf16Le,
    /// Big endian, with a byte order mark.
    #[serde(rename = "UTF-16BE")]
    Utf16Be,
    /// What is none of the others.
    #[serde(rename = "Windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// How a table is read; what is not said is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOptions {
    /// One of [`Self::DELIMITERS`].
    pub delimiter: Option<char>,
    /// The first row holds names of columns.
    pub header: Option<bool>,
    /// What the columns hold, from the left; empty: guessed.
    pub columns: Vec<Column>,
}

impl TableOptions {
    /// What may stand between cells.
    pub const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
}

/// How a table was read and what was found in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCheck {
    /// How its bytes were read.
    pub encoding: Encoding,
    /// The options, with all guesses filled in.
    pub options: TableOptions,
    /// Names of the columns, from the header; empty where there is none.
    pub names: Vec<String>,
    /// The first rows below the header.
    pub samples: Vec<Vec<String>>,
    /// The rows, checked. Empty as long as no column holds the ID.
    pub checked: CheckedLines,
}

impl TableCheck {
    /// A column holds the ID.
    pub fn has_id(&self) -> bool {
        self.options.columns.contains(&Column::ThreemaId)
    }
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableImport {
    /// Who was added.
    pub membership: Membership,
    /// Whose name, language or category changed.
    pub changed: u64,
    /// Rows that could not be taken.
    pub bad: u64,
}
