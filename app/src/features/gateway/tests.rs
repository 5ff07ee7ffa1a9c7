//! The reference's own vectors, and properties that hold for any bytes.
#[cfg(feature = "ssr")]
mod server;
mod wire;

use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
pub struct Vectors {
    pub identities: HashMap<String, KeyPair>,
    pub key_derivation: Vec<KeyPair>,
    pub shared_keys_beforenm: HashMap<String, String>,
    pub e2e: Vec<Message>,
    pub long_text: LongText,
    pub padding_edge_cases: Vec<Padding>,
    pub tampered: Tampered,
    pub callbacks: Vec<CallbackVector>,
    pub callbacks_known: Vec<CallbackVector>,
    pub lookup_hashes: Vec<LookupHash>,
    pub bulk_example: BulkExample,
}

#[derive(Deserialize)]
pub struct KeyPair {
    pub private: String,
    pub public: String,
}

#[derive(Deserialize)]
pub struct Message {
    pub name: String,
    pub from: String,
    pub to: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub body_hex: String,
    pub pad_len: u8,
    pub padded_plaintext_hex: String,
    pub nonce_hex: String,
    pub box_hex: String,
}

#[derive(Deserialize)]
pub struct LongText {
    pub from: String,
    pub to: String,
    pub pad_len: u8,
    pub nonce_hex: String,
    pub box_len: usize,
    pub box_sha256: String,
}

#[derive(Deserialize)]
pub struct Padding {
    pub name: String,
    pub from: String,
    pub to: String,
    pub padded_plaintext_hex: String,
    pub nonce_hex: String,
    pub box_hex: String,
    pub expect: String,
}

#[derive(Deserialize)]
pub struct Tampered {
    pub of: String,
    pub nonce_hex: String,
    pub box_hex: String,
}

#[derive(Deserialize)]
pub struct CallbackVector {
    pub name: String,
    pub secret: String,
    pub fields: HashMap<String, String>,
    pub mac: String,
    pub form_body: Option<String>,
}

#[derive(Deserialize)]
pub struct LookupHash {
    pub kind: String,
    pub input: String,
    pub hash_hex: String,
}

#[derive(Deserialize)]
pub struct BulkExample {
    pub request: serde_json::Value,
    pub response: serde_json::Value,
}

pub fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

impl Vectors {
    pub fn private(&self, id: &str) -> super::wire::PrivateKey {
        super::wire::PrivateKey::from_hex(&self.identities[id].private).unwrap()
    }

    /// The shared key as the receiver computes it: with its private key and the sender's public key.
    pub fn shared(&self, from: &str, to: &str) -> super::wire::SharedKey {
        let sender = self.identities[from].public.parse().unwrap();
        self.private(to).shared_with(&sender)
    }
}
