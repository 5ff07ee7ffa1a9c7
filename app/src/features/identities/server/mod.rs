//! The door of `identities`.
mod create;
pub mod entity;
mod key_export;
mod keys;
mod registration;
pub mod rest;
mod service;
mod store;

pub use create::create;
pub use entity::Model as Identity;
pub use key_export::export_private_key;
pub use keys::{account, open_gateway_secret, open_private_key};
pub use service::{change_plan, configure, list, load, set_availability};
pub use store::{all, find, find_by_id, find_by_threema_ids, seen};
