//! `fanfare backup` and `fanfare restore`.
use crate::{
    backup::{Lock, Unlock, backup as write, restore as read},
    boot::Sentence,
    config::Config,
};
use clap::Args;
use std::path::{Path, PathBuf};

/// How a backup is written.
#[derive(Args, Debug)]
pub struct Backup {
    /// The new file
    #[arg(long)]
    to: PathBuf,
    #[command(flatten)]
    by: BackupLock,
}

/// By what it is encrypted.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct BackupLock {
    /// A public age key, age1…; only whoever has its secret key can restore
    #[arg(long, value_name = "AGE_KEY")]
    recipient: Option<String>,
    /// File whose first line is a passphrase
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// How a backup is read.
#[derive(Args, Debug)]
pub struct Restore {
    /// The backup
    #[arg(long)]
    from: PathBuf,
    #[command(flatten)]
    by: RestoreLock,
}

/// By what it is opened.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct RestoreLock {
    /// File with the secret age key, AGE-SECRET-KEY-1…
    #[arg(long, value_name = "FILE")]
    identity_file: Option<PathBuf>,
    /// File whose first line is the passphrase
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Writes a backup beside a running server.
pub async fn backup(config: &Config, Backup { to, by }: Backup) -> Result<(), Sentence> {
    let lock = match (by.recipient, by.passphrase_file) {
        (Some(key), _) => Lock::Recipient(key),
        (_, Some(file)) => Lock::Passphrase(passphrase(&file)?),
        // clap has asked for one of them
        _ => return Err("name a --recipient or a --passphrase-file".to_owned()),
    };
    let rows = write(config, &to, lock).await?;
    eprintln!("{} is complete: {rows} rows and the master key.", to.display());
    Ok(())
}

/// Restores a backup into an empty place.
pub async fn restore(config: &Config, Restore { from, by }: Restore) -> Result<(), Sentence> {
    let unlock = match (by.identity_file, by.passphrase_file) {
        (Some(file), _) => Unlock::Identities(text(&file)?),
        (_, Some(file)) => Unlock::Passphrase(passphrase(&file)?),
        _ => return Err("name an --identity-file or a --passphrase-file".to_owned()),
    };
    let restored = read(config, &from, unlock).await?;
    eprintln!(
        "{} rows of {} are restored. Start 'fanfare serve'. Sending is paused: a person with full access resumes it in the cockpit.",
        restored.rows,
        from.display()
    );
    Ok(())
}

fn text(file: &Path) -> Result<String, Sentence> {
    std::fs::read_to_string(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))
}

/// The first line.
fn passphrase(file: &Path) -> Result<String, Sentence> {
    match text(file)?.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(format!("{} has no passphrase in its first line", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_the_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("words.txt");
        for text in [
            "six words",
            "six words\n",
            "six words\r\n",
            "six words\nof the backup\n",
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(passphrase(&file).unwrap(), "six words", "{text:?}");
        }
        for text in ["", "\n", "\nsix words\n"] {
            std::fs::write(&file, text).unwrap();
            assert!(passphrase(&file).unwrap_err().contains("first line"), "{text:?}");
        }
    }
}
