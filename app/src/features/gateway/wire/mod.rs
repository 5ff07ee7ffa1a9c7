//! What travels inside an end-to-end box, byte for byte; pure and built for server and browser.
//!
//! Nothing here draws randomness or panics on any bytes: the caller brings nonce and padding length, decoders answer
//! an error.
mod container;
mod content;
mod message_id;
mod receipt;
mod seal;
mod text;

pub use container::{BadPadding, MAX_DATA, MAX_PAD, MIN_DATA_AND_PAD, pad, pad_length, unpad};
pub use content::{Content, Malformed};
pub use message_id::{MessageId, NotAMessageId};
pub use receipt::{MAX_RECEIPT_IDS, Receipt, ReceiptStatus};
pub use seal::{
    DoesNotOpen, MAX_BOX, NONCE_LEN, Nonce, NotAPublicKey, PrivateKey, PublicKey, SharedKey, TAG_LEN,
};
pub use text::{MAX_TEXT, TextProblem, decode_text};

/// Types of message by their first byte (section 4.1).
pub mod kind {
    /// A text.
    pub const TEXT: u8 = 0x01;
    /// Receipts for messages, and the two old reactions.
    pub const RECEIPT: u8 = 0x80;
}
