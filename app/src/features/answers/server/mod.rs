//! The door of `answers`.
mod automatic;
mod forgetting;
mod outbox;
mod sending;

pub use automatic::{ANSWERS_A_MINUTE, Answers};
pub use forgetting::forget_about;
pub use outbox::{AnswerState, Sender, send, states_about};
pub use sending::{forget_old_counts, run_answers};
