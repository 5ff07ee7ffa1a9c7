//! Single messages to one person: automatic answers, and what administrators write in conversations.
//!
//! Offers: (server) putting a message on its way inside a transaction, and a round of sending, for the worker. What is on
//! its way is stored as the closed box only, with its nonce, so that a retry sends the very same bytes.
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
