//! The door of `answers`.
mod forgetting;
mod outbox;
mod sending;

pub use forgetting::forget_about;
pub use outbox::{ANSWERS_A_MINUTE, AnswerState, Sender, send, states_about};
pub use sending::{forget_old_counts, run_answers};
