//! What only the server has: context, database, keys, live events, jobs.
pub mod clock;
pub mod csv;
pub mod ctx;
pub mod data_key;
pub mod db;
pub mod download;
pub mod faults;
pub mod files;
pub mod jobs;
pub mod key_file;
pub mod key_ring;
pub mod lanes;
pub mod live;
pub mod master_key;
pub mod process;
pub mod rest;
pub mod rng;
pub mod rows;
pub mod sealed;
pub mod secret;

pub use ctx::{Ctx, MailSettings, Settings};
pub use db::{Db, Tx};
