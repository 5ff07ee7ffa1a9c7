//! The keys that this process holds opened.
use super::secret::{Key, KeyFile, Place};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use zeroize::Zeroizing;

/// Data keys from before a change that are still tried.
const EARLIER: usize = 4;

/// The master key and the opened data keys of the organisations, kept in memory of this process only.
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    master: RwLock<Key>,
    /// None in tests that need no file.
    file: Option<KeyFile>,
    data: RwLock<HashMap<i64, Arc<DataKeys>>>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing(…)")
    }
}

/// The data key of an organisation, and those it has taken the place of.
#[derive(Debug)]
pub struct DataKeys {
    /// As the key stands in the organisation's row: tells whether it is still the same.
    pub wrapped: Vec<u8>,
    /// Seals and opens.
    pub current: Key,
    /// Only open.
    pub earlier: Vec<Key>,
}

impl DataKeys {
    /// Opens a value that was sealed by the current key or an earlier one.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        std::iter::once(&self.current)
            .chain(&self.earlier)
            .find_map(|key| key.open(place, sealed).ok())
    }
}

impl KeyRing {
    /// A ring with nothing but the master key. With a file, a key that is changed there is taken over.
    pub fn new(master: Key, file: Option<KeyFile>) -> Self {
        Self(Arc::new(Inner {
            master: RwLock::new(master),
            file,
            data: RwLock::default(),
        }))
    }

    /// The master key as this process knows it.
    pub fn master(&self) -> Key {
        let master = self.0.master.read().unwrap_or_else(PoisonError::into_inner);
        master.clone()
    }

    /// Exchanges the master key.
    pub fn set_master(&self, key: Key) {
        *self.0.master.write().unwrap_or_else(PoisonError::into_inner) = key;
    }

    /// Where the master key stands.
    pub fn file(&self) -> Option<&KeyFile> {
        self.0.file.as_ref()
    }

    /// The known master key, then those that the file may have got since; read only when asked for.
    pub fn masters(&self) -> impl Iterator<Item = Key> {
        std::iter::once_with(|| self.master()).chain(self.0.file.iter().flat_map(KeyFile::candidates))
    }

    /// The place of an organisation's data key.
    pub fn data_key_place(organisation_uid: &str) -> Place {
        Place::new("organisation", "data_key_sealed", organisation_uid)
    }

    /// The place of the data key that is being changed.
    pub fn previous_key_place(organisation_uid: &str) -> Place {
        Place::new("organisation", "previous_key_sealed", organisation_uid)
    }

    /// Opened data keys, when this process has them already.
    pub fn data_keys(&self, organisation_id: i64) -> Option<Arc<DataKeys>> {
        let data = self.0.data.read().unwrap_or_else(PoisonError::into_inner);
        data.get(&organisation_id).cloned()
    }

    /// Keeps opened data keys. Known keys that are not among them still open: somebody may hold a row that was read
    /// before it was sealed anew.
    pub fn keep(&self, organisation_id: i64, mut keys: DataKeys) -> Arc<DataKeys> {
        let mut data = self.0.data.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = data.get(&organisation_id) {
            for key in std::iter::once(&known.current).chain(&known.earlier) {
                let is = |k: &Key| k.expose() == key.expose();
                if !is(&keys.current) && !keys.earlier.iter().any(is) {
                    keys.earlier.push(key.clone());
                }
            }
            keys.earlier.truncate(EARLIER);
        }
        let keys = Arc::new(keys);
        data.insert(organisation_id, Arc::clone(&keys));
        keys
    }
}
