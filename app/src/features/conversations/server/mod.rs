//! The door of `conversations`.
mod incoming;
mod many;
mod reading;
pub mod rest;
mod retention;
mod saved;
mod seal;
mod steps;
mod store;
mod writing;

pub use incoming::{Kept, note_told, profile_line, take_reply};
pub use many::{finish_many, reopen_many};
pub use reading::{count_unread, list_conversations, load_thread};
pub use retention::{erase_conversations, shorten_conversation_periods};
pub use saved::{delete_saved_reply, keep_saved_reply, saved_replies};
pub use steps::{assign, delete_conversation, mark, set_done};
pub use writing::{send_text, write};
