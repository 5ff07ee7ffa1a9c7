//! Feeds: newsletters that people subscribe to and leave by themselves. Who gets a feed stands where the members of lists
//! stand (`lists`); here is what makes a feed of such a list: number, description, greetings, block list, history, link.
//!
//! Offers: the pages under `/i/:identity/feeds`, [`model`], and (server) what people can do themselves through the door in
//! `server/mod.rs`.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
