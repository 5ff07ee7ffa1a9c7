//! The store of known nonces (reference/threema-gateway.md section 3.5).
use crate::features::gateway::wire::{NONCE_LEN, Nonce};
use serde::{Deserialize, Serialize};

/// As many nonces as a browser's storage holds with ease. Apps keep them for ever; copies come within minutes.
pub const MAX_NONCES: usize = 20_000;

/// Nonces that were sent or received: what comes with one of them again is a copy. Stored as one text, 48 hexadecimal
/// digits each, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Nonces(Vec<Nonce>);

impl Nonces {
    /// Whether it was seen before.
    pub fn contains(&self, nonce: &Nonce) -> bool {
        // copies follow soon: look at the newest first
        self.0.iter().rev().any(|known| known == nonce)
    }

    /// Keeps it, and lets the oldest go when there are too many.
    pub fn remember(&mut self, nonce: Nonce) {
        if self.contains(&nonce) {
            return;
        }
        if self.0.len() >= MAX_NONCES {
            self.0.drain(..=self.0.len() - MAX_NONCES);
        }
        self.0.push(nonce);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Nonces> for String {
    fn from(nonces: Nonces) -> Self {
        hex::encode(nonces.0.as_flattened())
    }
}

impl TryFrom<String> for Nonces {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = hex::decode(text).map_err(|_| "nonces are hexadecimal")?;
        let (nonces, rest) = bytes.as_chunks::<NONCE_LEN>();
        if !rest.is_empty() {
            return Err("a nonce has 24 bytes");
        }
        Ok(Self(nonces.to_vec()))
    }
}
