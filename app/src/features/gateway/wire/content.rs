//! What a message says.
use super::{GroupMessage, MessageId, Receipt, ReceiptStatus, TextProblem, decode_text, kind};

/// What a message says, as far as Fanfare understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text, at least one byte long.
    Text(String),
    /// A receipt for messages; never answer it with a receipt.
    Receipt {
        /// What it says.
        status: ReceiptStatus,
        /// About which messages.
        ids: Vec<MessageId>,
    },
    /// A message of a group chat.
    Group(GroupMessage),
    /// Another type: log the number, acknowledge, ignore (section 4.1).
    Unknown(u8),
}

/// The message has a known type and a wrong form: log, acknowledge, ignore.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not even a type byte.
    #[error("nothing in the container")]
    Nothing,
    /// A text that is none.
    #[error(transparent)]
    Text(#[from] TextProblem),
    /// A receipt of a wrong form.
    #[error("the receipt has a wrong form")]
    Receipt,
    /// A message of a group that is none.
    #[error("the group message has a wrong form")]
    Group,
}

impl Content {
    /// Reads `type ‖ data`, without padding.
    pub fn decode(container: &[u8]) -> Result<Self, Malformed> {
        let (number, data) = container.split_first().ok_or(Malformed::Nothing)?;
        match *number {
            kind::TEXT => Ok(Self::Text(decode_text(data)?.to_owned())),
            kind::RECEIPT => {
                let Receipt { status, ids } = Receipt::decode(data).ok_or(Malformed::Receipt)?;
                Ok(Self::Receipt { status, ids })
            }
            group if GroupMessage::is_group(group) => Ok(Self::Group(GroupMessage::decode(group, data)?)),
            other => Ok(Self::Unknown(other)),
        }
    }

    /// Writes `type ‖ data`, without padding. An unknown type becomes its bare type byte.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => {
                let mut out = Vec::with_capacity(1 + text.len());
                out.push(kind::TEXT);
                out.extend_from_slice(text.as_bytes());
                out
            }
            Self::Receipt { status, ids } => {
                let mut out = Vec::with_capacity(2 + ids.len() * 8);
                out.push(kind::RECEIPT);
                let receipt = Receipt {
                    status: *status,
                    ids: ids.clone(),
                };
                receipt.encode_into(&mut out);
                out
            }
            Self::Group(message) => {
                let mut out = Vec::new();
                message.encode_into(&mut out);
                out
            }
            Self::Unknown(number) => vec![*number],
        }
    }
}
