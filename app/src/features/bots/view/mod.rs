//! Pages of bots.
mod answers;
mod bots;
mod builder;
mod head;
mod inspector;
mod name;
mod problems;
mod save;
mod simulate;
mod state;
mod statistics;
mod switch;
mod transfer;
mod tree;
mod words;

pub use bots::BotsPage;
pub use builder::BotPage;
