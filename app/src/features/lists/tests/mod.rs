//! Lists on both databases; reading of pasted text and tables.
mod lists;
mod paste;
mod table;
