//! Messages: written once, sent to everybody on the chosen lists, followed to every single phone.
//!
//! Offers: the pages under `/i/:identity/messages`, the last messages for the overview ([`view`]), and (server) the
//! door in `server/mod.rs`: sending, the fan-out, receipts.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod text;
pub mod view;

#[cfg(test)]
pub mod tests;
