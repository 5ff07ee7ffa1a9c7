//! What people send to an identity: one dispatch over what the callback brings.
#[cfg(feature = "ssr")]
pub mod server;
