//! The pages of the phone.
mod address;
mod chat;
mod chats;
mod details;
mod group;
mod page;
mod phones;
mod quote;
mod stage;
mod wire;

pub use page::PhonePage;
