//! Lists on both databases; reading of pasted text and tables.
mod import;
mod lists;
mod members;
mod paste;
mod table;
mod world;
