//! API keys: what a program shows instead of a session (design/product.md rule 23).
//!
//! Offers: the page with the own keys and, for full access, everybody's; finding a key's caller (`server`).
pub mod api;
pub mod model;
pub mod text;
pub mod view;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
