//! Central groups: chats that the identity creates and that any number of co-administrators run together.
//!
//! Offers: the pages `/i/:identity/groups` and `/i/:identity/groups/:group`, [`model`] with the rules of synchronising and
//! judging (pure), and (server) what members send, through the door in `server/mod.rs`.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
