//! Threema IDs, parsed and checked once.
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A Threema ID: 8 characters, `^[0-9A-Z*][0-9A-Z]{7}$` (reference/threema-gateway.md section 7).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreemaId([u8; 8]);

/// The text is not a Threema ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAThreemaId;

impl ThreemaId {
    /// Checks the eight bytes as they came over the wire.
    pub fn from_bytes(bytes: [u8; 8]) -> Result<Self, NotAThreemaId> {
        let letter = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        let good = (bytes[0] == b'*' || letter(&bytes[0])) && bytes[1..].iter().all(letter);
        good.then_some(Self(bytes)).ok_or(NotAThreemaId)
    }

    /// The eight ASCII bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // only ASCII gets in, see `from_bytes`
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether this is the ID of a gateway account (`*` first) and not of a person's app.
    pub const fn is_gateway(&self) -> bool {
        self.0[0] == b'*'
    }
}

impl FromStr for ThreemaId {
    type Err = NotAThreemaId;

    /// Takes exactly the eight characters; forgiving input (blanks, lower case, links) is `lists`' paste reader.
    fn from_str(s: &str) -> Result<Self, NotAThreemaId> {
        Self::from_bytes(s.as_bytes().try_into().map_err(|_| NotAThreemaId)?)
    }
}

impl fmt::Display for ThreemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ThreemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ThreemaId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ThreemaId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(|NotAThreemaId| serde::de::Error::custom("not a Threema ID"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_star_stands_only_at_the_front() {
        for good in ["ECHOECHO", "*BCAST01", "00000000", "ZZZZZZZZ"] {
            assert_eq!(
                good.parse::<ThreemaId>().map(|id| id.to_string()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "ECHOECH",
            "ECHOECHOO",
            "echoecho",
            "E*HOECHO",
            "ECHO CHO",
            "ÄCHOECH",
            "********",
        ] {
            assert_eq!(bad.parse::<ThreemaId>(), Err(NotAThreemaId), "{bad}");
        }
    }
}
