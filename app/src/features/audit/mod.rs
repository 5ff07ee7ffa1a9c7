//! The audit log: who did what, when, from where. Written in the transaction of the change itself, as a chain that shows
//! when somebody has tampered with it (design/product.md rule 24).
//!
//! Offers: adding an entry, checking the chain, erasing addresses (`server`); the catalogue of actions with their words
//! (`model`). Reading and exporting it is `audit_log`.
pub mod model;
pub mod text;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
