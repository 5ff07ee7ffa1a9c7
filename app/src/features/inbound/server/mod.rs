//! The door of `inbound`.
mod callback;
mod dispatch;
mod intake;
mod round;
mod store;
mod texts;

pub use callback::callback;
pub use dispatch::run_inbound_jobs;
pub use intake::Intake;
