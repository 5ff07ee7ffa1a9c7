//! The door of `inbound`.
mod callback;
mod dispatch;
mod round;
mod store;
mod texts;

pub use callback::{Intake, callback};
pub use dispatch::run_inbound_jobs;
