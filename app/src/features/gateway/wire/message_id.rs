//! Message IDs (section 3.5): 8 bytes, given by the gateway.
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A message ID: 8 bytes; every hexadecimal form shows them in wire order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId([u8; 8]);

/// The text is not a message ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a message ID: 16 hexadecimal digits expected")]
pub struct NotAMessageId;

impl MessageId {
    /// The ID of these bytes, in wire order.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bytes in wire order.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// As the database keeps it: the bytes in wire order, read as a big-endian number.
    pub const fn to_i64(self) -> i64 {
        i64::from_be_bytes(self.0)
    }

    /// The reverse of [`Self::to_i64`].
    pub const fn from_i64(number: i64) -> Self {
        Self(number.to_be_bytes())
    }
}

impl FromStr for MessageId {
    type Err = NotAMessageId;

    fn from_str(s: &str) -> Result<Self, NotAMessageId> {
        let mut bytes = [0; 8];
        hex::decode_to_slice(s, &mut bytes).map_err(|_| NotAMessageId)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for MessageId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MessageId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_stay_in_wire_order() {
        let id: MessageId = "0123456789ABCDEF".parse().unwrap();
        assert_eq!(id.as_bytes(), &[0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
        assert_eq!(id.to_string(), "0123456789abcdef");
        assert_eq!(id.to_i64(), 0x0123_4567_89ab_cdef);
        let high = MessageId::from_bytes([0xff; 8]);
        assert_eq!(high.to_i64(), -1);
        assert_eq!(MessageId::from_i64(-1), high);
        assert_eq!(serde_json::to_string(&high).unwrap(), "\"ffffffffffffffff\"");
        for bad in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeg"] {
            assert_eq!(bad.parse::<MessageId>(), Err(NotAMessageId), "{bad}");
        }
    }
}
