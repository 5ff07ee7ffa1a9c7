//! Sealing a batch of deliveries so that a retry makes the very same bytes (section 3.5 "consequence").
use super::hmac_sha256;
use crate::features::gateway::wire::{
    Content, NONCE_LEN, Nonce, PrivateKey, PublicKey, SharedKey, pad_length,
};
use crate::kernel::server::{
    rng::Rng,
    secret::{Key, Place},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Names the use of the identity's private key; another label gives unrelated keys.
const NONCE_KEY_LABEL: &[u8] = b"fanfare delivery nonce v1";
/// Likewise for what stored shared keys are sealed with.
const STORE_KEY_LABEL: &[u8] = b"fanfare shared key store v1";

/// The keys of an identity that sends: its key pair, what nonces are derived with and what shared keys are stored with.
#[derive(Debug)]
pub struct SenderKeys {
    private: PrivateKey,
    public: PublicKey,
    nonce_key: Zeroizing<[u8; 32]>,
    store_key: Key,
}

impl SenderKeys {
    /// The keys that follow from the private key.
    pub fn new(private: PrivateKey) -> Self {
        let secret = Zeroizing::new(private.expose());
        let derive = |label: &[u8]| -> Zeroizing<[u8; 32]> {
            let key = hmac_sha256(secret.as_slice()).chain_update(label);
            Zeroizing::new(key.finalize().into_bytes().into())
        };
        Self {
            public: private.public_key(),
            nonce_key: derive(NONCE_KEY_LABEL),
            store_key: Key::from_array(*derive(STORE_KEY_LABEL)),
            private,
        }
    }

    /// Derives the key shared with a recipient, the dear part of sealing, and seals it for storing beside the recipient.
    /// What seals it follows from the private key: it protects no more and no less, and no other key's change touches it.
    pub fn store_shared(&self, rng: &dyn Rng, recipient: &PublicKey) -> Vec<u8> {
        let shared = self.private.shared_with(recipient);
        self.store_key
            .seal(rng, &shared_place(recipient), shared.expose())
    }

    /// The key shared with a recipient: the stored one, or derived when there is none or it is another recipient key's.
    pub fn shared(&self, recipient: &PublicKey, stored: Option<&[u8]>) -> SharedKey {
        let opened = stored.and_then(|s| self.store_key.open(&shared_place(recipient), s).ok());
        opened
            .and_then(|bytes| SharedKey::from_bytes(&bytes))
            .unwrap_or_else(|| self.private.shared_with(recipient))
    }

    /// The public key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The private key.
    pub const fn private(&self) -> &PrivateKey {
        &self.private
    }
}

/// Bound to the recipient's key: after a change the old shared key does not open any more.
fn shared_place(recipient: &PublicKey) -> Place {
    Place::new("recipient", "shared_key_stored", recipient)
}

/// What is sealed: `type ‖ data`, with its hash, so that deriving a nonce costs the same for long texts and short ones.
#[derive(Clone, Debug)]
pub struct Plaintext {
    container: Vec<u8>,
    hash: [u8; 32],
}

impl Plaintext {
    /// Of a message. Data over [`crate::features::gateway::wire::MAX_DATA`] makes boxes that the gateway refuses.
    pub fn new(content: &Content) -> Self {
        let container = content.encode();
        let hash = Sha256::digest(&container).into();
        Self { container, hash }
    }
}

/// One delivery to seal.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The recipient's key, frozen when the message was queued.
    pub recipient: PublicKey,
    /// What [`SenderKeys::store_shared`] gave for this recipient; none costs some 50 µs.
    pub stored: Option<&'a [u8]>,
    /// The 16 random bytes of the message.
    pub nonce_seed: [u8; 16],
    /// The delivery's number in its message.
    pub seq: u64,
    /// What it says, shared by the deliveries of a batch.
    pub plaintext: &'a Plaintext,
}

/// A box as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBox {
    /// Its nonce.
    pub nonce: Nonce,
    /// Tag and ciphertext.
    pub sealed: Vec<u8>,
}

/// Seals deliveries of one sender, in their order. Busy for some 50 µs per recipient without a stored shared key, so
/// call it where blocking is fine (`spawn_blocking`). The same jobs always give the same bytes.
pub fn seal_batch(sender: &SenderKeys, jobs: &[Job<'_>]) -> Vec<SealedBox> {
    let mac = hmac_sha256(sender.nonce_key.as_slice()).chain_update(sender.public.as_bytes());
    jobs.iter()
        .map(|job| {
            let key = sender.shared(&job.recipient, job.stored);
            seal_one(mac.clone(), &key, job)
        })
        .collect()
}

fn seal_one(mac: Hmac<Sha256>, key: &SharedKey, job: &Job<'_>) -> SealedBox {
    let (nonce, random) = derive(mac, job);
    let container = &job.plaintext.container;
    let pad_len = pad_length(random, container.len().saturating_sub(1));
    SealedBox {
        nonce,
        sealed: key.seal_padded(&nonce, container, pad_len),
    }
}

/// Nonce and random byte for the padding of a delivery: HMAC-SHA-256 under the identity's nonce key of
/// `sender key ‖ recipient key ‖ message's nonce seed ‖ seq (u64, big-endian) ‖ SHA-256(type ‖ data)`.
/// Every part has a fixed length, so no two inputs look alike; another text, recipient or message gives another nonce.
fn derive(mac: Hmac<Sha256>, job: &Job<'_>) -> (Nonce, u8) {
    let out: [u8; 32] = mac
        .chain_update(job.recipient.as_bytes())
        .chain_update(job.nonce_seed)
        .chain_update(job.seq.to_be_bytes())
        .chain_update(job.plaintext.hash)
        .finalize()
        .into_bytes()
        .into();
    let mut nonce = [0; NONCE_LEN];
    nonce.copy_from_slice(&out[..NONCE_LEN]);
    // 8 bytes over 255 values: even enough
    let mut rest = [0; 8];
    rest.copy_from_slice(&out[NONCE_LEN..]);
    let random = 1 + (u64::from_be_bytes(rest) % 255) as u8;
    (nonce, random)
}
