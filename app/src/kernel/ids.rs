//! Public identifiers.
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The public identifier of an object: exactly 10 characters of `[a-z0-9]`, as the REST API has it
/// (reference/broadcast-api.md section 1.1). Inside the database rows also have a number; it never leaves the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Uid(String);

/// The text is not a [`Uid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAUid;

impl Uid {
    /// How many characters a uid has.
    pub const LEN: usize = 10;
    const ALPHABET: &'static [u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

    /// Makes a uid of random bytes (the bias of the remainder does not matter: a uid is no secret).
    pub fn from_random(bytes: [u8; Self::LEN]) -> Self {
        Self(
            bytes
                .iter()
                .map(|b| char::from(Self::ALPHABET[usize::from(*b) % 36]))
                .collect(),
        )
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Uid {
    type Err = NotAUid;

    fn from_str(s: &str) -> Result<Self, NotAUid> {
        let good = s.len() == Self::LEN && s.bytes().all(|b| Self::ALPHABET.contains(&b));
        good.then(|| Self(s.to_owned())).ok_or(NotAUid)
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(|NotAUid| serde::de::Error::custom("not a uid: 10 characters of a-z and 0-9 expected"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ten_lower_case_letters_and_digits_are_a_uid() {
        assert!("pw5oa30xpl".parse::<Uid>().is_ok());
        for bad in ["", "pw5oa30xp", "pw5oa30xpl1", "PW5OA30XPL", "pw5oa30xp*"] {
            assert_eq!(bad.parse::<Uid>(), Err(NotAUid), "{bad}");
        }
        let uid = Uid::from_random([255, 0, 1, 35, 36, 7, 8, 9, 10, 11]);
        assert_eq!(uid.to_string().parse::<Uid>(), Ok(uid));
    }
}
