//! Backup and restore between SQLite and PostgreSQL, and what a restore refuses. Sending across a restore is in
//! `tests/processes`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
mod installation;
mod refusals;
mod whole;
