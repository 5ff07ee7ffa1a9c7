//! Bots: trees of commands with answers that recipients walk by dialogue.
//!
//! Offers: the pages `/i/:identity/bots` and `/i/:identity/bots/:bot`, [`model`] with the engine that talks on the server
//! and in the browser alike, and (server) answers to what people write through the door in `server/mod.rs`.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
