//! The door of `audit_log`.
mod check;
mod export;
mod query;
mod shown;

pub use check::check;
pub use export::{export, prepare_export};
pub use query::{load, people};
