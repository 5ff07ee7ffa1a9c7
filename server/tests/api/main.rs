//! Identities and the REST API, beside a real local gateway.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod identities;
mod rest;
mod support;
