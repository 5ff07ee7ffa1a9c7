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
    /// File with a passphrase
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
    /// File with the passphrase
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

/// One newline at the end does not count.
fn passphrase(file: &Path) -> Result<String, Sentence> {
    let text = text(file)?;
    let line = text.strip_suffix('\n').map(|t| t.strip_suffix('\r').unwrap_or(t));
    let line = line.unwrap_or(&text);
    if line.is_empty() {
        return Err(format!("{} is empty: it must hold a passphrase", file.display()));
    }
    Ok(line.to_owned())
}
