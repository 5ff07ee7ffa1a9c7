//! Receipts (type 80, section 4.2): `status (1 byte) ‖ message ID (8 bytes) …`.
use super::MessageId;

/// The most IDs in one receipt: 7000 / 8 (section 4.2).
pub const MAX_RECEIPT_IDS: usize = 875;

/// What a receipt says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReceiptStatus {
    /// The app has it.
    Received,
    /// The person has seen it.
    Read,
    /// Thumbs up; so apps send every approving reaction to a gateway ID.
    ThumbsUp,
    /// Thumbs down.
    ThumbsDown,
}

impl ReceiptStatus {
    /// The byte on the wire.
    pub const fn to_byte(self) -> u8 {
        match self {
            Self::Received => 1,
            Self::Read => 2,
            Self::ThumbsUp => 3,
            Self::ThumbsDown => 4,
        }
    }

    /// The status of a byte; none for bytes that have no meaning.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Received),
            2 => Some(Self::Read),
            3 => Some(Self::ThumbsUp),
            4 => Some(Self::ThumbsDown),
            _ => None,
        }
    }
}

/// A receipt for one or more messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What it says.
    pub status: ReceiptStatus,
    /// About which messages: 1 to [`MAX_RECEIPT_IDS`].
    pub ids: Vec<MessageId>,
}

impl Receipt {
    /// Reads the data of a receipt; none when its form is wrong or its status has no meaning.
    pub fn decode(data: &[u8]) -> Option<Self> {
        let (status, ids) = data.split_first()?;
        let status = ReceiptStatus::from_byte(*status)?;
        let (ids, rest) = ids.as_chunks::<8>();
        if ids.is_empty() || ids.len() > MAX_RECEIPT_IDS || !rest.is_empty() {
            return None;
        }
        let ids = ids.iter().map(|id| MessageId::from_bytes(*id)).collect();
        Some(Self { status, ids })
    }

    /// Appends the data. At most [`MAX_RECEIPT_IDS`] IDs: split longer lists.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.push(self.status.to_byte());
        for id in self.ids.iter().take(MAX_RECEIPT_IDS) {
            out.extend_from_slice(id.as_bytes());
        }
    }
}
