//! The key hierarchy: the installation's master key → a data key per organisation → what is sealed at rest.
//!
//! Everything is sealed by XChaCha20-Poly1305 with a random 24-byte nonce in front. The associated data names table,
//! column and row, so that a sealed value copied to another place does not open there.
use super::rng::Rng;
use crate::kernel::AppError;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use super::{
    key_file::{KeyFile, MasterKeyError},
    key_ring::{DataKeys, KeyRing},
};

const NONCE: usize = 24;

/// A 32-byte key that is wiped when dropped and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Where a sealed value stands: table, column, row.
#[derive(Clone, Debug)]
pub struct Place(String);

impl Place {
    /// `row` is what identifies the row for good, for example its uid.
    pub fn new(table: &str, column: &str, row: impl std::fmt::Display) -> Self {
        Self(format!("{table}.{column}/{row}"))
    }
}

/// The value does not open: wrong key, wrong place, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open: wrong key, wrong place or changed")]
pub struct DoesNotOpen;

impl From<DoesNotOpen> for AppError {
    fn from(error: DoesNotOpen) -> Self {
        super::faults::internal(&error)
    }
}

impl Key {
    /// A new random key.
    pub fn generate(rng: &dyn Rng) -> Self {
        Self(rng.array())
    }

    /// The key of 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The key of exactly these bytes.
    pub const fn from_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw bytes; for key files and derivations only.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals a value for a place.
    pub fn seal(&self, rng: &dyn Rng, place: &Place, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = rng.array();
        let payload = Payload {
            msg: plain,
            aad: place.0.as_bytes(),
        };
        let sealed = XChaCha20Poly1305::new(&self.0.into()).encrypt(&XNonce::from(nonce), payload);
        // fails only for plaintexts over 256 GiB
        [nonce.as_slice(), &sealed.unwrap_or_default()].concat()
    }

    /// Opens a sealed value of that place.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(DoesNotOpen)?;
        let payload = Payload {
            msg: body,
            aad: place.0.as_bytes(),
        };
        XChaCha20Poly1305::new(&self.0.into())
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| DoesNotOpen)
    }

    /// Seals a key under this key.
    pub fn wrap(&self, rng: &dyn Rng, place: &Place, key: &Self) -> Vec<u8> {
        self.seal(rng, place, &key.0)
    }

    /// Opens a wrapped key.
    pub fn unwrap(&self, place: &Place, sealed: &[u8]) -> Result<Self, DoesNotOpen> {
        Self::from_bytes(&self.open(place, sealed)?).ok_or(DoesNotOpen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::server::rng::SystemRng;

    #[test]
    fn a_sealed_value_opens_only_at_its_place_and_unchanged() {
        let (key, place) = (
            Key::generate(&SystemRng),
            Place::new("identity", "private_key_sealed", "abcdefghij"),
        );
        let sealed = key.seal(&SystemRng, &place, b"secret");
        assert_eq!(key.open(&place, &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(
            key.open(&Place::new("identity", "private_key_sealed", "other"), &sealed),
            Err(DoesNotOpen)
        );
        assert_eq!(Key::generate(&SystemRng).open(&place, &sealed), Err(DoesNotOpen));
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert_eq!(key.open(&place, &changed), Err(DoesNotOpen), "byte {i}");
        }
        assert_eq!(key.open(&place, b"short"), Err(DoesNotOpen));
    }
}
