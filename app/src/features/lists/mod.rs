//! Distribution lists: recipients chosen by administrators; messages arrive one to one.
//!
//! Offers: the pages `/i/:identity/lists` and `/i/:identity/lists/:list`, [`model`] with the forgiving reader of pasted
//! IDs, and (server) lists, their members and audiences through the door in `server/mod.rs`.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
