//! Fanfare's capabilities: one folder each under `features`, on a small kernel and a feature-free interface kit.
#![recursion_limit = "512"]
pub mod features;
pub mod kernel;
pub mod shell;
pub mod ui;

#[cfg(feature = "testing")]
pub mod testing;
