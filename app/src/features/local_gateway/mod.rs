//! A Threema Gateway that runs here: the same HTTP API (reference/threema-gateway.md sections 1 and 2) with real
//! checks, so that everything works without an account and any client is tested by changing its base URL.
//! On top `/sim/*` for phones and tests (design/contract.md section 6).
//!
//! Offers: the door in `server/mod.rs`.
#[cfg(feature = "ssr")]
pub mod server;

#[cfg(test)]
mod tests;
