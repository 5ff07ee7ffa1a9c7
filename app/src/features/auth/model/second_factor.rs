//! The second factor on the wire.
use crate::kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// Where codes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// An authenticator app.
    Totp,
    /// A Threema message.
    Message,
}

impl FactorKind {
    /// The name in tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Message => "message",
        }
    }

    /// Of the name in tables.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Totp, Self::Message]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// One's own second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// The one that counts.
    pub active: Option<Factor>,
    /// Backup codes that are left.
    pub backup_codes: u32,
    /// The organisation asks for one.
    pub required: bool,
}

/// A second factor that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// Where codes come from.
    pub kind: FactorKind,
    /// By message: to whom.
    pub threema_id: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// What an administrator has besides the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// A passkey that can be used.
    pub passkey: bool,
    /// The second factor.
    pub code: Option<FactorKind>,
}

/// What an authenticator app needs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpSetUp {
    /// The secret as people type it.
    pub secret: String,
    /// The address in the code that is scanned.
    pub address: String,
}

impl std::fmt::Debug for TotpSetUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSetUp(…)")
    }
}

/// What a right password leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Into the cockpit.
    Done,
    /// A code is asked for.
    Code,
    /// A second factor has to be set up.
    SetUp,
}

/// The code that is owed after the right password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStep {
    /// Where it comes from.
    pub kind: FactorKind,
    /// By message: the end of the Threema ID that it goes to.
    pub threema_id: Option<String>,
}
