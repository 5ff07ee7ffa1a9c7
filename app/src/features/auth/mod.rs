//! Signing in, sessions, and the guard: the one place where permission is checked.
//!
//! Offers: the pages `/login` and `/setup`, [`model`], and (server) the door in `server/mod.rs`.
pub mod api;
pub mod model;
pub mod next;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
