//! What people type, and what they are answered: pure, without a database, so that every sentence can be tested.
mod answer;
mod fold;
mod parse;
pub mod text;

#[cfg(test)]
mod tests;

pub use answer::{Effect, FeedNow, Outcome, View, fallback, help, profile, reply, split};
pub use parse::{Command, parse};
