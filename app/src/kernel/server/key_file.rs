//! The file of the master key, and how a new key takes its place.
//!
//! A new key is first written beside the file (`<file>.next`), then the database is rewrapped in one transaction, then
//! the new file takes the old one's name. Whenever that breaks off, one of the two files fits the database.
use super::{rng::Rng, secret::Key};
use std::{
    fs::{File, OpenOptions},
    io::{Error, ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    #[error("the master key file {path} cannot be used: {source}")]
    File { path: String, source: Error },
    /// The file is not 32 bytes long.
    #[error("the master key file {path} is not 32 bytes long: restore it from your backup")]
    Length { path: String },
    /// Others may read the file.
    #[error("the master key file {path} can be read by others: run chmod 600 on it")]
    Open { path: String },
    /// Another call holds the lock.
    #[error("the master key in {path} is being changed by another call: wait until that has ended")]
    Locked { path: String },
}

/// Where the master key stands.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The key file of that name.
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Its name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    /// The key that is to take this one's place.
    fn next(&self) -> PathBuf {
        self.beside(".next")
    }

    /// Reads the key; when there is no file, makes one that only its owner may read (mode 0600).
    pub fn read_or_make(&self, rng: &dyn Rng) -> Result<Key, MasterKeyError> {
        if let Some(key) = read(&self.path)? {
            return Ok(key);
        }
        let key = Key::generate(rng);
        match self.make(&key) {
            Ok(()) => Ok(key),
            // another process was quicker: its key counts
            Err(MasterKeyError::File { source, .. }) if source.kind() == ErrorKind::AlreadyExists => {
                read(&self.path)?.ok_or_else(|| failed(&self.path, ErrorKind::NotFound.into()))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the key into a new file, whole or not at all: a half-written key file would lock everybody out.
    pub fn make(&self, key: &Key) -> Result<(), MasterKeyError> {
        let part = self.beside(&format!(".part{}", std::process::id()));
        let made = write(&part, key).and_then(|()| std::fs::hard_link(&part, &self.path));
        // it may not have come to be
        let _ = std::fs::remove_file(&part);
        made.and_then(|()| sync_folder(&self.path))
            .map_err(|e| failed(&self.path, e))
    }

    /// The keys that may fit: the file's, and the one that is to take its place. What cannot be read is left out.
    pub fn candidates(&self) -> impl Iterator<Item = Key> {
        [self.path.clone(), self.next()]
            .into_iter()
            .filter_map(|path| read(&path).ok().flatten())
    }

    /// Keeps other calls from changing the key, as long as the answer is kept.
    pub fn lock(&self) -> Result<File, MasterKeyError> {
        let path = self.beside(".lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|e| failed(&path, e))?;
        lock.try_lock().map_err(|_| MasterKeyError::Locked {
            path: self.path.display().to_string(),
        })?;
        Ok(lock)
    }

    /// Puts a new key beside the file; hold the lock. A key of an earlier try is forgotten: call [`Self::settle`] first.
    pub fn put_next(&self, key: &Key) -> Result<(), MasterKeyError> {
        let next = self.next();
        match std::fs::remove_file(&next) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(failed(&next, e)),
            _ => {}
        }
        write(&next, key)
            .and_then(|()| sync_folder(&next))
            .map_err(|e| failed(&next, e))
    }

    /// Ends a change that was broken off: when the key that fits is the next one, it takes its place. Hold the lock.
    pub fn settle(&self, fits: &Key) -> Result<(), MasterKeyError> {
        let is = |key: Option<Key>| key.is_some_and(|k| k.expose() == fits.expose());
        // a next file that was not written to its end is none
        if is(read(&self.path)?) || !is(read(&self.next()).ok().flatten()) {
            return Ok(());
        }
        std::fs::rename(self.next(), &self.path)
            .and_then(|()| sync_folder(&self.path))
            .map_err(|e| failed(&self.path, e))
    }
}

fn failed(path: &Path, source: Error) -> MasterKeyError {
    MasterKeyError::File {
        path: path.display().to_string(),
        source,
    }
}

fn read(path: &Path) -> Result<Option<Key>, MasterKeyError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(path, e)),
    };
    let shown = || path.display().to_string();
    let mode = std::fs::metadata(path).map_err(|e| failed(path, e))?;
    if mode.permissions().mode() & 0o077 != 0 {
        return Err(MasterKeyError::Open { path: shown() });
    }
    let key = Key::from_bytes(&bytes).ok_or_else(|| MasterKeyError::Length { path: shown() })?;
    Ok(Some(key))
}

fn write(path: &Path, key: &Key) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(key.expose())?;
    file.sync_all()
}

/// A name in a folder is durable only when the folder is.
pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::server::rng::SystemRng;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_key_file_is_made_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/master.key");
        let file = KeyFile::new(path.clone());
        let first = file.read_or_make(&SystemRng).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(file.read_or_make(&SystemRng).unwrap().expose(), first.expose());
        assert!(
            file.make(&Key::generate(&SystemRng)).is_err(),
            "never over another key"
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            file.read_or_make(&SystemRng),
            Err(MasterKeyError::Open { .. })
        ));
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, b"short").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(
            file.read_or_make(&SystemRng),
            Err(MasterKeyError::Length { .. })
        ));
        let left = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "no part of a key stays behind");
    }

    #[test]
    fn the_next_key_takes_its_place_only_when_it_fits() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("master.key"));
        let old = file.read_or_make(&SystemRng).unwrap();
        let new = Key::generate(&SystemRng);
        file.put_next(&new).unwrap();
        assert_eq!(mode(&file.next()), 0o600);
        let shown: Vec<_> = file.candidates().map(|k| *k.expose()).collect();
        assert_eq!(shown, [*old.expose(), *new.expose()]);
        file.settle(&old).unwrap();
        assert_eq!(read(&file.path).unwrap().unwrap().expose(), old.expose());
        file.settle(&new).unwrap();
        assert_eq!(read(&file.path).unwrap().unwrap().expose(), new.expose());
        assert!(!file.next().exists());
        file.settle(&new).unwrap();
    }

    #[test]
    fn one_call_at_a_time_changes_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("master.key"));
        let held = file.lock().unwrap();
        assert!(matches!(file.lock(), Err(MasterKeyError::Locked { .. })));
        drop(held);
        file.lock().unwrap();
    }
}
