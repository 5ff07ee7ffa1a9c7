//! Conversations: replies to lists that take them, one to one with each person, for all administrators of an identity.
//!
//! Offers: the page `/i/:identity/conversations`, the count of what is unread for the navigation ([`api`]), and (server)
//! through the door in `server/mod.rs` what `inbound` calls when somebody writes: keeping a reply, and the line about it
//! in a profile.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
