//! Identities (Broadcast IDs): the Threema IDs that an organisation sends from, each with its own key pair and gateway
//! secret.
//!
//! Offers: [`model`], server functions in [`api`], the pages in [`view`], and (server) finding an identity and opening
//! its keys through the door in `server/mod.rs`.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod text;
pub mod view;
