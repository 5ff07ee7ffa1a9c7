//! Sends the codes of a sign-in's second step as Threema messages from a Broadcast ID of the organisation.
//!
//! Offers: (server) a round of its jobs, for the worker.
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
mod text;
