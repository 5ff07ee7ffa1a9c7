//! The door of `gateway` on the server.
mod callback;
mod client;
mod crypto;
mod lookup;

pub use callback::{Callback, CallbackError, Incoming, MAX_CALLBACK, callback_mac};
pub use client::{Account, BULK_MESSAGES, BULK_PUBLIC_KEYS, CallError, GatewayClient, ItemResult, Outgoing};
pub use crypto::{Job, Plaintext, SealedBox, SenderKeys, seal_batch};
pub use lookup::{email_hash, phone_hash};

use hmac::{Hmac, KeyInit};
use sha2::Sha256;

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}
