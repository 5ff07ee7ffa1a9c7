//! The door of `feeds`.
mod blocking;
mod entity;
mod export;
mod people;
mod png;
pub mod rest;
mod service;
mod store;

pub use blocking::{block, list_blocked, unblock};
pub use export::{export_subscribers, qr_png};
pub use people::{
    PersonFeed, choose_language, feeds_of, forget_languages, join, leave, lists_of, note_refused,
    stranger_language,
};
pub use service::{all_feeds, change_feed, create_feed, list_feeds, load_feed, load_history};
