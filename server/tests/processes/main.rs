//! Fanfare as an operator runs it: real processes on loopback, killed and cut off, driven by its calls and by REST.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
mod crash;
mod faults;
mod leaks;
mod program;
mod restore;
mod rotation;
mod site;
