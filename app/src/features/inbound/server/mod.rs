//! The door of `inbound`.
mod callback;
mod dispatch;

pub use callback::callback;
pub use dispatch::run_inbound_jobs;
