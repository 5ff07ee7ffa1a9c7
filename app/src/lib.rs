//! Fanfare's capabilities: one folder each under `features`, on a small kernel and a feature-free interface kit.
#![recursion_limit = "512"]
pub mod features;
pub mod kernel;
pub mod shell;
pub mod ui;

#[cfg(feature = "testing")]
pub mod testing;

// The tests of this crate do not depend on the crate itself with that feature: it would be compiled first, and they after.
#[cfg(all(test, not(feature = "testing")))]
compile_error!("name the feature of the tests: cargo nextest run -p app --features testing");
