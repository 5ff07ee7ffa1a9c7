//! The audit log: who did what, when, from where. Written in the transaction of the change itself.
#[cfg(feature = "ssr")]
pub mod server;
