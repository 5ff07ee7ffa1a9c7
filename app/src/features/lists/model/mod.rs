//! Distribution lists as browser and server know them.
mod check;
mod list;
mod paste;
mod table;

pub use check::{CheckedLine, CheckedLines, Outcome, Reason};
pub use list::{Audience, Kind, ListHead, ListInput, ListState, ListView, Membership, NAME_CHARS, Removed};
pub use paste::{MAX_PASTE_BYTES, Token, read, read_id};
pub use table::{Column, Encoding, MAX_FILE_BYTES, MAX_ROWS, TableCheck, TableImport, TableOptions};
