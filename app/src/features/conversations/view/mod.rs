//! The page of conversations, and the count of what is unread.
mod bulk;
mod composer;
mod drafts;
mod page;
mod rows;
mod saved;
mod thread;
mod unread;

pub use page::ConversationsPage;
pub use unread::UnreadCount;
