//! What people type, and what they are answered: pure, without a database, so that every sentence can be tested.
mod answer;
mod fold;
mod parse;
pub mod text;
mod view;

#[cfg(test)]
mod tests;

pub use answer::{Effect, Outcome, fallback, help, profile, reply, split};
pub use parse::{Command, parse};
pub use view::{FeedNow, View};
