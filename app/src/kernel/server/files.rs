//! Files and folders that are for their owner only, whatever the umask is.
use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{ErrorKind, Result},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
    path::Path,
};

/// Makes a folder and those above it, where there are none.
pub fn make_folder(folder: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Opens a file to lock, made if there is none; its content does not matter. It belongs to whoever owns `like`.
pub fn lock_file(path: &Path, like: &Path) -> Result<File> {
    let file = open(path)?;
    // whoever may not give it away can lock it all the same
    let _ = hand_over(&file, like);
    Ok(file)
}

/// Makes an empty file, if there is none.
pub fn make_file(path: &Path) -> Result<()> {
    open(path).map(drop)
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
}

/// Gives a file to whoever owns another one, if that is there: what root makes in the server's folder must not lock the
/// server's user out.
pub fn hand_over(file: &File, like: &Path) -> Result<()> {
    let owner = match std::fs::metadata(like) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        owner => owner?,
    };
    if file.metadata()?.uid() == owner.uid() {
        return Ok(());
    }
    fchown(file, Some(owner.uid()), Some(owner.gid()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_is_for_its_owner_and_what_is_there_stays() {
        let place = tempfile::tempdir().unwrap();
        let deep = place.path().join("a/b");
        make_folder(&deep).unwrap();
        make_folder(&deep).unwrap();
        assert_eq!((mode(&deep), mode(&place.path().join("a"))), (0o700, 0o700));
        let file = deep.join("file");
        make_file(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
        std::fs::write(&file, "content").unwrap();
        make_file(&file).unwrap();
        lock_file(&file, &deep.join("none")).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"content");
    }
}
