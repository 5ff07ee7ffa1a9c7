//! The door of `recipients`.
mod bulk;
mod details;
pub mod entity;
mod fold;
mod keys;
mod pages;
mod person;
mod service;

pub use bulk::{hex_bytes, insert_missing, json_rows, json_texts, texts_json, unify};
pub use details::{GivenDetails, SavedDetails, known_among, save_details};
pub use fold::{fold, like_words, name_key};
pub use keys::{KEY_AGE_MS, accept_key, fetch_keys, refresh_keys_for, run_key_jobs};
pub use pages::{Among, find_recipient, page_of, recipient_of};
pub use person::{KnownKey, Person, find_person, keys_among, stranger};
pub use service::{edit_recipient, external_count, held_count, list_recipients, tell};
