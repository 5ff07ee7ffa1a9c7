//! What people send to an identity: one dispatch over what the callback brings.
//!
//! Offers: (server) the callback and a round over what it stored, for router and worker; [`grammar`], what people can type.
#[cfg(feature = "ssr")]
pub mod grammar;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
