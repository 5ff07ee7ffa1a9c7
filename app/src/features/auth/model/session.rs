//! Sessions, as Settings shows them.
use crate::kernel::{Timestamp, Uid};
use serde::{Deserialize, Serialize};

/// One place where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Names it; no part of the token.
    pub uid: Uid,
    /// Browser and system: `Firefox, macOS`.
    pub device: String,
    /// From where it was used last.
    pub address: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_used_at: Timestamp,
    /// When it ends if it is not used.
    pub ends_at: Timestamp,
    /// The one that asks.
    pub this_one: bool,
}
