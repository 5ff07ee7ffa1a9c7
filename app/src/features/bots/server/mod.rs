//! The door of `bots`.
mod commands;
mod drafts;
mod entity;
pub mod rest;
mod service;
mod statistics;
mod store;
mod talk;
mod trees;

pub use drafts::{discard_bot_draft, publish_bot, save_bot_draft};
pub use service::{all_bots, create_bot, delete_bot, list_bots, load_bot, rename_bot, restore_bot};
pub use statistics::forget_counts;
pub use talk::{Talk, forget_places, talk};

/// For the tests of the engine on a database.
#[cfg(test)]
pub mod test_commands {
    pub use super::commands::{CommandInput, add_command, change_command, remove_command};
}
