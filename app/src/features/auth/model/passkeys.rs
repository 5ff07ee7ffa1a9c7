//! Passkeys on the wire.
use crate::kernel::{AppResult, Timestamp, Uid, validate::Check};
use serde::{Deserialize, Serialize};

/// One's own passkeys, and whether they can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkeys {
    /// The organisation allows them.
    pub allowed: bool,
    /// The cockpit has a host name, which they need.
    pub possible: bool,
    /// Oldest first.
    pub passkeys: Vec<PasskeyRow>,
}

/// One passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRow {
    /// Its name in calls.
    pub uid: Uid,
    /// The device.
    pub name: String,
    /// Made at.
    pub created_at: Timestamp,
    /// Used last at.
    pub last_used_at: Option<Timestamp>,
}

/// A challenge for the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceremony {
    /// Its name in calls.
    pub id: String,
    /// What the browser's `navigator.credentials` gets, as JSON with base64url for bytes.
    pub options: String,
}

/// Checks and tidies the name of a device.
pub fn passkey_name(name: &str) -> AppResult<String> {
    let mut check = Check::new();
    let name = check.text("name", name, 100);
    check.done()?;
    Ok(name)
}
