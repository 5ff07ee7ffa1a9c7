//! One capability a folder; ranks and arrows are described in ARCHITECTURE.md and checked by a test.
pub mod administrators;
pub mod api_keys;
pub mod audit;
pub mod audit_log;
pub mod auth;
pub mod bots;
pub mod gateway;
pub mod identities;
pub mod inbound;
pub mod lists;
pub mod local_gateway;
pub mod messages;
pub mod phone;
pub mod plans;
pub mod recipients;
pub mod retention;
pub mod sign_in_codes;
