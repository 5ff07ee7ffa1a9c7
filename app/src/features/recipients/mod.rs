//! Recipients: the people that an identity knows by their Threema IDs, their names, language, category and public keys.
//!
//! Offers: the page `/i/:identity/recipients`, [`model`], and (server) pages of recipients, bulk adding and fetching of
//! public keys through the door in `server/mod.rs`. Which list somebody is on is the business of `lists`.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
pub mod tests;
pub mod text;
pub mod view;
