//! API keys: what a program shows instead of a session (design/product.md rule 23).
//!
//! Offers (server): making a key and finding its caller, through the door in `server/mod.rs`.
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
