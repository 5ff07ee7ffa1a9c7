//! The door of `messages`.
mod approval;
mod audience;
mod body;
mod deleting;
mod drafts;
pub mod entity;
mod export;
pub mod fanout;
mod newcomers;
mod people;
mod reading;
mod receipts;
pub mod rest;
mod rest_broadcasts;
mod rest_feeds;
mod retention;
mod sending;
mod steps;
mod store;

pub use approval::{approve, ask_approval, send_back, withdraw};
pub use deleting::erase_message;
pub use drafts::{count_audience, discard_draft, load_draft, save_draft};
pub use export::{export_csv, prepare_export};
pub use fanout::{key_accepted, sent_in_doubt};
pub use newcomers::{greet_newcomers, stop_newcomers};
pub use people::{change_people, count_broadcast, load_people};
pub use reading::{
    ListFilter, broadcasts_of, deliveries_of, list_deliveries, list_messages, load_message, messages_of_list,
};
pub use receipts::{Outcome, ReceiptOf, apply_receipts, tell_changed};
pub use retention::{erase_texts, shorten_text_periods};
pub use sending::{SendNow, send_draft, send_now, send_to_failed};
pub use steps::{pause, resume, stop, undo_send};
pub use store::{any_takes_replies, took_replies_of};
