//! The page of API keys.
mod make;
mod page;
mod revoke;
mod table;

pub use page::ApiKeysPage;
