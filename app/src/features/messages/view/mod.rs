//! Pages and components of messages.
mod composer;
mod last;
mod list_page;
mod live;
mod message;
mod table;
mod waiting;
mod words;

pub use composer::ComposerPage;
pub use last::LastMessages;
pub use list_page::MessagesPage;
pub use message::MessagePage;
pub use waiting::WaitingForApproval;
