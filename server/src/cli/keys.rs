//! `fanfare keys`: changing the keys by which secrets are sealed at rest.
use crate::{
    boot::{self, Sentence},
    config::Config,
};
use app::{
    features::auth::server::{rotate_data_key, rotate_master_key},
    kernel::server::process::exclusive,
};
use clap::Subcommand;

/// Any number that nothing else locks.
const LOCK: i64 = 0x6b65_7973;

/// Keys at rest
#[derive(Subcommand, Debug)]
pub enum Command {
    /// A new master key, or a new data key of an organisation; may be broken off and repeated, beside a running server
    #[command(
        after_help = "Examples:\n  fanfare keys rotate\n  fanfare keys rotate --organisation 'Stadt Aarental'\n\nKeep a copy of the new master key file. Backups made before need no key besides their own: they carry theirs."
    )]
    Rotate {
        /// Only this organisation's data key, and everything that it seals
        #[arg(long)]
        organisation: Option<String>,
    },
}

/// Changes a key. What was done is said on standard error: there is no result to pass on.
pub async fn run(config: &Config, Command::Rotate { organisation }: Command) -> Result<(), Sentence> {
    let ctx = boot::context(config).await?;
    let lock = exclusive(&config.database_url(), "keys", LOCK).await?;
    let _lock = lock.ok_or("another call is changing keys: wait until that has ended")?;
    match organisation {
        None => {
            let keys = rotate_master_key(&ctx).await.map_err(|e| e.to_string())?;
            let file = config.master_key_file();
            eprintln!(
                "The master key in {} is new; {keys} data keys are sealed by it. Keep a copy of the file.",
                file.display()
            );
        }
        Some(name) => {
            let sealed = rotate_data_key(&ctx, &name).await.map_err(|e| e.to_string())?;
            eprintln!("The data key of {name} is new; {sealed} values are sealed anew.");
        }
    }
    Ok(())
}
