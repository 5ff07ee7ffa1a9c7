//! Identities and the REST API, beside a real local gateway.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
mod approval;
mod bots;
mod broadcasts;
mod deleted;
mod groups;
mod identities;
mod rest;
mod support;
