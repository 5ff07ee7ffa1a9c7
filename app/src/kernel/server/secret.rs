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
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, RwLock},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

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

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    #[error("the master key file {path} cannot be used: {source}")]
    File { path: String, source: std::io::Error },
    /// The file is not 32 bytes long.
    #[error("the master key file {path} is not 32 bytes long: restore it from your backup")]
    Length { path: String },
    /// Others may read the file.
    #[error("the master key file {path} can be read by others: run chmod 600 on it")]
    Open { path: String },
}

/// Reads the master key; when there is no file, makes one that only its owner may read (mode 0600).
pub fn master_key(path: &Path, rng: &dyn Rng) -> Result<Key, MasterKeyError> {
    let shown = path.display().to_string();
    let file = |source| MasterKeyError::File {
        path: shown.clone(),
        source,
    };
    match std::fs::read(path) {
        Ok(bytes) => {
            let bytes = Zeroizing::new(bytes);
            check_mode(path, &shown)?;
            Key::from_bytes(&bytes).ok_or_else(|| MasterKeyError::Length { path: shown.clone() })
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let key = Key::generate(rng);
            write_new(path, &key).map_err(file)?;
            Ok(key)
        }
        Err(e) => Err(file(e)),
    }
}

#[cfg(unix)]
fn check_mode(path: &Path, shown: &str) -> Result<(), MasterKeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path)
        .map_err(|source| MasterKeyError::File {
            path: shown.to_owned(),
            source,
        })?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(MasterKeyError::Open {
            path: shown.to_owned(),
        })
    }
}

/// Written whole or not at all: a half-written key file would lock everybody out.
fn write_new(path: &Path, key: &Key) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let part = path.with_extension(format!("part{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)?;
    file.write_all(key.expose())?;
    file.sync_all()?;
    // fails when another process was quicker: its key counts
    let linked = std::fs::hard_link(&part, path);
    std::fs::remove_file(&part)?;
    linked
}

/// The master key and the opened data keys of the organisations, kept in memory of this process only.
#[derive(Clone)]
pub struct KeyRing {
    master: Arc<RwLock<Key>>,
    data: Arc<RwLock<HashMap<i64, Key>>>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing(…)")
    }
}

impl KeyRing {
    /// A ring with nothing but the master key.
    pub fn new(master: Key) -> Self {
        Self {
            master: Arc::new(RwLock::new(master)),
            data: Arc::default(),
        }
    }

    /// The master key.
    pub fn master(&self) -> Key {
        self.master
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// The place of an organisation's data key.
    pub fn data_key_place(organisation_uid: &str) -> Place {
        Place::new("organisation", "data_key_sealed", organisation_uid)
    }

    /// An opened data key, when this process has it already.
    pub fn data_key(&self, organisation_id: i64) -> Option<Key> {
        self.data
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&organisation_id)
            .cloned()
    }

    /// Keeps an opened data key.
    pub fn keep(&self, organisation_id: i64, key: Key) {
        self.data
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(organisation_id, key);
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

    #[test]
    fn the_key_file_is_made_once_and_only_for_its_owner() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/master.key");
        let first = master_key(&path, &SystemRng).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(master_key(&path, &SystemRng).unwrap().expose(), first.expose());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            master_key(&path, &SystemRng),
            Err(MasterKeyError::Open { .. })
        ));
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, b"short").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(
            master_key(&path, &SystemRng),
            Err(MasterKeyError::Length { .. })
        ));
    }
}
