//! The page of the audit log.
mod chain;
mod entries;
mod export;
mod filter;
mod page;
mod place;

pub use page::AuditLogPage;
