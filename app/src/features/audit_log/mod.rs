//! The audit log as administrators see it: filtered and paged, checked, and exported. Writing it is `audit`.
//!
//! Offers: the page `/settings/audit-log`, and its export (`server`).
pub mod api;
pub mod model;
pub mod text;
pub mod view;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
