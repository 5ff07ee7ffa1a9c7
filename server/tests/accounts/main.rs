//! Passwords, sessions, rules and headers over the real router: what a browser would send, and what nobody should get
//! away with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
#[path = "../cockpit/mod.rs"]
mod cockpit;
mod guessing;
mod headers;
mod mail;
mod passwords;
mod refusals;
mod resets;
mod rules;
mod sessions;
mod world;
