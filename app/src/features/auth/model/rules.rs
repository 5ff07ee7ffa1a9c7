//! What an organisation sets for its administrators.
use crate::kernel::{AppResult, Problem, validate::Check};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The administrator rules of an organisation. The defaults are the safe ones, and hold for a new organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Characters that a new password has at least.
    pub password_min_length: u32,
    /// Refuse new passwords that are known from breaches.
    pub breached_check: bool,
    /// Passkeys can be added and used.
    pub passkeys_allowed: bool,
    /// Nobody gets in with a password alone.
    pub second_factor_required: bool,
    /// A session ends after this time without use.
    pub idle_minutes: u32,
    /// A session ends after this time in any case.
    pub absolute_minutes: u32,
    /// Sending to more recipients needs a fresh confirmation.
    pub step_up_above: u32,
    /// Days after which the text of a message is erased.
    pub text_days: u32,
    /// Days after which network addresses in the audit log are erased.
    pub address_days: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            password_min_length: 12,
            breached_check: true,
            passkeys_allowed: false,
            second_factor_required: false,
            idle_minutes: 30,
            absolute_minutes: 720,
            step_up_above: 1000,
            text_days: 180,
            address_days: 10,
        }
    }
}

impl Rules {
    /// What [`Self::password_min_length`] can be.
    pub const PASSWORD_MIN_LENGTH: RangeInclusive<u32> = 10..=128;
    /// What [`Self::idle_minutes`] can be: the default or less.
    pub const IDLE_MINUTES: RangeInclusive<u32> = 5..=30;
    /// What [`Self::absolute_minutes`] can be: the default or less.
    pub const ABSOLUTE_MINUTES: RangeInclusive<u32> = 30..=720;
    /// What [`Self::step_up_above`] can be; 0: every send.
    pub const STEP_UP_ABOVE: RangeInclusive<u32> = 0..=10_000_000;
    /// What [`Self::text_days`] can be: the default or less.
    pub const TEXT_DAYS: RangeInclusive<u32> = 1..=180;
    /// What [`Self::address_days`] can be: the default or less.
    pub const ADDRESS_DAYS: RangeInclusive<u32> = 1..=10;

    /// Checks every number against its range.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        for (field, value, range) in [
            (
                "password_min_length",
                self.password_min_length,
                Self::PASSWORD_MIN_LENGTH,
            ),
            ("idle_minutes", self.idle_minutes, Self::IDLE_MINUTES),
            ("absolute_minutes", self.absolute_minutes, Self::ABSOLUTE_MINUTES),
            ("step_up_above", self.step_up_above, Self::STEP_UP_ABOVE),
            ("text_days", self.text_days, Self::TEXT_DAYS),
            ("address_days", self.address_days, Self::ADDRESS_DAYS),
        ] {
            if !range.contains(&value) {
                let (min, max) = (*range.start() as usize, *range.end() as usize);
                check.fail(field, Problem::OutOfRange { min, max });
            }
        }
        check.done()?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_allowed_and_nothing_laxer() {
        assert_eq!(Rules::default().validate(), Ok(Rules::default()));
        let laxer = Rules {
            password_min_length: 9,
            idle_minutes: 31,
            absolute_minutes: 721,
            text_days: 181,
            address_days: 11,
            ..Rules::default()
        };
        let fields: Vec<_> = laxer
            .validate()
            .unwrap_err()
            .fields
            .into_iter()
            .map(|f| f.field)
            .collect();
        assert_eq!(
            fields,
            [
                "password_min_length",
                "idle_minutes",
                "absolute_minutes",
                "text_days",
                "address_days"
            ]
        );
    }
}
