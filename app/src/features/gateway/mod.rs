//! Speaking with a Threema Gateway: what travels inside an end-to-end box, sealing it, the HTTP calls, the callback.
//!
//! Offers: [`wire`] for both sides (the browser's phone seals and opens with it too) and the door in `server/mod.rs`.
//! Source of every number and layout: reference/threema-gateway.md.
#[cfg(feature = "ssr")]
pub mod server;
pub mod wire;

#[cfg(test)]
mod tests;
