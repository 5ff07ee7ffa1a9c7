//! Plans: how many recipients an identity may have, and until when it may send (design/product.md rules 1 to 3).
//!
//! Offers: [`model`], and (server) limits, validity and starting a plan through the door in `server/mod.rs`.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
