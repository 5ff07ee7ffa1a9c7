//! One capability a folder; ranks and arrows are described in ARCHITECTURE.md and checked by a test.
pub mod audit;
pub mod auth;
pub mod messages;
