//! What the pages about passwords exchange.
use super::Rules;
use crate::kernel::{AppResult, Problem, Timestamp, validate::Check};
use serde::{Deserialize, Serialize};

/// The own password, as Settings shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordView {
    /// When it was set; none before this was noted.
    pub changed_at: Option<Timestamp>,
    /// Characters that a new one has at least.
    pub min_length: u32,
}

/// A new password for oneself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordChange {
    /// The present one.
    pub current: String,
    /// The new one.
    pub new: String,
}

impl PasswordChange {
    /// What the form can check; whether the new one is known, the server checks.
    pub fn validate(self, min_length: u32) -> AppResult<Self> {
        let mut check = Check::new();
        if self.current.is_empty() {
            check.fail("current", Problem::Required);
        }
        check_length(&mut check, "new", &self.new, min_length);
        check.done()?;
        Ok(self)
    }
}

/// What a link for a new password allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetView {
    /// Whose password it is.
    pub email: String,
    /// Characters that it has at least.
    pub min_length: u32,
}

/// A new password by a one-time link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordReset {
    /// The token of the link.
    pub token: String,
    /// The new password.
    pub password: String,
}

impl PasswordReset {
    /// What the form can check.
    pub fn validate(self, min_length: u32) -> AppResult<Self> {
        let mut check = Check::new();
        check_length(&mut check, "password", &self.password, min_length);
        check.done()?;
        Ok(self)
    }
}

/// A link for a new password, shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetLink {
    /// The address.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Whether a new password is long enough for the field `field`.
pub fn check_length(check: &mut Check, field: &str, password: &str, min_length: u32) {
    let min = min_length.max(*Rules::PASSWORD_MIN_LENGTH.start()) as usize;
    if password.is_empty() {
        check.fail(field, Problem::Required);
    } else if password.chars().count() < min {
        check.fail(field, Problem::TooShort { min });
    }
}
