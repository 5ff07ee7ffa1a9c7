//! Backup and restore: everything that makes an installation, the master key included, in one encrypted file.
//!
//! The file is `age(gzip(lines))`. Each line is JSON: a [`Mark`] (an object), or a row (an array) of the table that was
//! marked last. Rows say nothing of the database they come from, so that a backup of SQLite can be restored on
//! PostgreSQL and the other way round. Nothing is ever held whole in memory, and nothing is written unencrypted.
use serde::{Deserialize, Serialize};

mod catalogue;
mod dump;
mod load;
mod place;
mod restore;
mod seal;

pub use dump::backup;
pub use restore::{Restored, restore};
pub use seal::{Lock, Unlock};

/// The version of the file's form.
const FORMAT: u32 = 1;
/// The cockpit's database, in [`Mark::Database`].
const COCKPIT: &str = "cockpit";
/// The local gateway's file, in [`Mark::Database`].
const GATEWAY: &str = "gateway";
/// What belongs to running processes and open browsers: not part of a backup.
const LEFT_OUT: [&str; 3] = ["process", "session", "seaql_migrations"];

/// A line that is not a row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Mark {
    /// The first line
    Backup {
        /// [`FORMAT`]
        format: u32,
        /// Of the program that wrote it
        version: String,
        /// Milliseconds since 1970 UTC
        made_at: i64,
        /// Hex
        master_key: String,
    },
    /// A database begins.
    Database {
        /// [`COCKPIT`] or [`GATEWAY`]
        name: String,
        /// Steps of the schema that it has seen
        migrations: Vec<String>,
    },
    /// A table begins; tables come after those that they refer to.
    Table {
        /// Its name
        name: String,
        /// The columns of the rows that follow
        columns: Vec<String>,
    },
    /// A table ends.
    End {
        /// So many rows
        rows: u64,
        /// The highest `id` that was ever given, when ids are given by the database
        last_id: Option<i64>,
    },
    /// The last line
    Complete {
        /// Rows of all tables
        rows: u64,
    },
}
