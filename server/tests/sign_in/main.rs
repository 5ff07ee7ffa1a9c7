//! Signing in over the real router: passwords, step-up, passkeys, second factor. What a browser would send, and what
//! nobody should get away with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
mod authenticator;
#[path = "../cockpit/mod.rs"]
mod cockpit;
mod factor_limits;
mod passkeys;
mod second_factor;
mod step_up;
mod world;
