//! Keys and boxes: NaCl `crypto_box`, that is X25519, XSalsa20 and Poly1305 (sections 3.1 and 3.2).
use super::{BadPadding, pad, unpad};
use crypto_box::aead::{AeadInPlace, KeyInit};
use crypto_secretbox::{Kdf, XSalsa20Poly1305, cipher::generic_array::GenericArray};
use curve25519_dalek::MontgomeryPoint;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

/// A nonce, never used twice between the same two parties.
pub type Nonce = [u8; NONCE_LEN];
/// Bytes of a nonce.
pub const NONCE_LEN: usize = 24;
/// Bytes that a box is longer than its plaintext.
pub const TAG_LEN: usize = 16;
/// The longest box that the gateway takes (section 1.7).
pub const MAX_BOX: usize = 7812;

/// Points of small order: with any private key they give the all-zero shared secret, so a box sealed for them is
/// open to everybody. Little-endian, top bit clear (X25519 ignores it): 0, 1, the two of order 8, p−1, p, p+1.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    last_and_first(0x01, 0x00, 0x00),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    last_and_first(0xec, 0xff, 0x7f),
    last_and_first(0xed, 0xff, 0x7f),
    last_and_first(0xee, 0xff, 0x7f),
];

const fn last_and_first(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// A public key that gives a secret shared key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey([u8; 32]);

/// Not 32 bytes (64 hexadecimal digits), or a point of small order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable public key")]
pub struct NotAPublicKey;

impl PublicKey {
    /// Checks the 32 bytes: a point of small order, all zeros for example, is refused (section 3.1).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAPublicKey> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| NotAPublicKey)?;
        let mut masked = bytes;
        masked[31] &= 0x7f;
        if SMALL_ORDER.contains(&masked) {
            return Err(NotAPublicKey);
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for PublicKey {
    type Err = NotAPublicKey;

    /// Takes 64 hexadecimal digits of either case.
    fn from_str(s: &str) -> Result<Self, NotAPublicKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(s, &mut bytes).map_err(|_| NotAPublicKey)?;
        Self::from_bytes(&bytes)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A private key, wiped when dropped and never printed.
#[derive(Clone)]
pub struct PrivateKey(crypto_box::SecretKey);

impl PrivateKey {
    /// The key of 32 (random) bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(crypto_box::SecretKey::from_bytes(bytes))
    }

    /// The key of 64 hexadecimal digits; none for anything else.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(hex, &mut bytes).ok()?;
        Some(Self::from_bytes(bytes))
    }

    /// The raw bytes; for storing them sealed and for derivations only.
    pub fn expose(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Its public key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.public_key().to_bytes())
    }

    /// The key shared with the other party, the same for both directions, as `crypto_box` derives it: HSalsa20 of the
    /// X25519 secret. The dear part: some 50 µs.
    pub fn shared_with(&self, other: &PublicKey) -> SharedKey {
        let secret = Zeroizing::new((self.0.to_scalar() * MontgomeryPoint(other.0)).0);
        let key =
            <XSalsa20Poly1305 as Kdf>::kdf(GenericArray::from_slice(&*secret), &GenericArray::default());
        SharedKey(Zeroizing::new(key.into()))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// The key that two parties share, wiped when dropped and never printed.
///
/// It is `crypto_box`'s own, kept as 32 bytes because a server that knows its recipients stores it (sealed) rather than
/// derive it for every message.
pub struct SharedKey(Zeroizing<[u8; 32]>);

/// The box was not sealed by this key with this nonce, or it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the box does not open")]
pub struct DoesNotOpen;

impl From<BadPadding> for DoesNotOpen {
    fn from(BadPadding: BadPadding) -> Self {
        Self
    }
}

impl SharedKey {
    /// The key of 32 bytes that [`Self::expose`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|key| Self(Zeroizing::new(key)))
    }

    /// The raw bytes; for storing them sealed only.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XSalsa20Poly1305 {
        XSalsa20Poly1305::new(GenericArray::from_slice(&*self.0))
    }

    /// Seals a plaintext: 16 bytes of tag, then as many bytes as the plaintext has. The nonce is not in it.
    pub fn seal(&self, nonce: &Nonce, plaintext: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(TAG_LEN + plaintext.len());
        out.resize(TAG_LEN, 0);
        out.extend_from_slice(plaintext);
        self.seal_in_place(nonce, &mut out);
        out
    }

    /// Pads `type ‖ data` by `pad_len` bytes (see [`super::pad_length`]) and seals it, in one buffer.
    pub fn seal_padded(&self, nonce: &Nonce, container: &[u8], pad_len: u8) -> Vec<u8> {
        let mut out = Vec::with_capacity(TAG_LEN + container.len() + usize::from(pad_len));
        out.resize(TAG_LEN, 0);
        out.extend_from_slice(container);
        pad(&mut out, pad_len);
        self.seal_in_place(nonce, &mut out);
        out
    }

    /// `buffer` is room for the tag, then the plaintext.
    fn seal_in_place(&self, nonce: &Nonce, buffer: &mut [u8]) {
        let (tag_room, body) = buffer.split_at_mut(TAG_LEN);
        // refuses only associated data, and there is none
        if let Ok(tag) = self.cipher().encrypt_in_place_detached(nonce.into(), &[], body) {
            tag_room.copy_from_slice(&tag);
        }
    }

    /// Opens a box.
    pub fn open(&self, nonce: &Nonce, sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let (tag, body) = sealed.split_first_chunk::<TAG_LEN>().ok_or(DoesNotOpen)?;
        let mut plain = body.to_vec();
        self.cipher()
            .decrypt_in_place_detached(nonce.into(), &[], &mut plain, tag.into())
            .map_err(|_| DoesNotOpen)?;
        Ok(plain)
    }

    /// Opens a box and takes the padding off: `type ‖ data`.
    pub fn open_padded(&self, nonce: &Nonce, sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let mut plain = self.open(nonce, sealed)?;
        let length = unpad(&plain)?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_share_no_secret_are_refused() {
        let (a, b) = (PrivateKey::from_bytes([1; 32]), PrivateKey::from_bytes([2; 32]));
        for point in SMALL_ORDER {
            for top in [0, 0x80] {
                let mut bytes = point;
                bytes[31] |= top;
                assert_eq!(PublicKey::from_bytes(&bytes), Err(NotAPublicKey));
                // the reason: whoever seals for it, the key is the same
                let weak = PublicKey(bytes);
                let sealed = a.shared_with(&weak).seal(&[7; 24], b"secret");
                assert_eq!(
                    b.shared_with(&weak).open(&[7; 24], &sealed).as_deref(),
                    Ok(&b"secret"[..])
                );
            }
        }
        assert_eq!(PublicKey::from_bytes(&[9; 31]), Err(NotAPublicKey));
        assert_eq!("00".repeat(32).parse::<PublicKey>(), Err(NotAPublicKey));
    }

    #[test]
    fn the_shared_key_is_the_one_of_crypto_box() {
        for n in 1..40_u8 {
            let (a, b) = (
                PrivateKey::from_bytes([n; 32]),
                PrivateKey::from_bytes([n + 100; 32]),
            );
            let theirs = crypto_box::SalsaBox::new(&b.0.public_key(), &a.0);
            let mut plain = [n; 50];
            let tag = theirs
                .encrypt_in_place_detached((&[n; 24]).into(), &[], &mut plain)
                .unwrap();
            let ours = a.shared_with(&b.public_key()).seal(&[n; 24], &[n; 50]);
            assert_eq!(ours, [tag.as_slice(), &plain].concat());
            let kept = SharedKey::from_bytes(b.shared_with(&a.public_key()).expose()).unwrap();
            assert_eq!(kept.open(&[n; 24], &ours).unwrap(), [n; 50]);
        }
        assert!(SharedKey::from_bytes(&[0; 31]).is_none());
    }

    #[test]
    fn keys_never_print_themselves() {
        let key = PrivateKey::from_bytes([0xab; 32]);
        let shared = key.shared_with(&key.public_key());
        assert!(!format!("{key:?} {shared:?}").contains("ab"));
    }
}
