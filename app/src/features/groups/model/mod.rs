//! Central groups as browser and server know them.
mod chat;
mod group;
pub mod judge;
pub mod plan;
pub mod words;

pub use chat::{
    ChatEntry, ChatPage, ChatRequest, Delivered, EDIT_WINDOW, EntryKind, EntryText, MAX_CHAT_TEXT, NewText,
    Presence, Reaction, Sender, Trouble, Why, apart, chat_text,
};
pub use group::{
    GroupChange, GroupHead, GroupInput, GroupState, GroupView, MAX_OTHERS, MAX_PICTURE_BYTES, MemberFacts,
    MemberState, MemberView, NewGroup, Staged, group_name, max_name_bytes, shown_name,
};
pub use words::{show_mentions, split_quote, with_quote};
