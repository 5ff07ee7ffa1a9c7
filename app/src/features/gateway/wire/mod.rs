//! What travels inside an end-to-end box, byte for byte; pure and built for server and browser.
//!
//! Nothing here draws randomness or panics on any bytes: the caller brings nonce and padding length, decoders answer
//! an error.
mod blob;
mod container;
mod content;
mod group;
mod message_id;
mod protobuf;
mod receipt;
mod seal;
mod text;

pub use blob::{open_blob, seal_blob};
pub use container::{BadPadding, MAX_DATA, MAX_PAD, MIN_DATA_AND_PAD, pad, pad_length, unpad};
pub use content::{Content, Malformed};
pub use group::{
    CLOUD, GroupChat, GroupControl, GroupId, GroupMessage, MAX_GROUP_NAME, MAX_GROUP_PEOPLE, NotAGroupId,
    PictureAt,
};
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
    /// A text in a group.
    pub const GROUP_TEXT: u8 = 0x41;
    /// Who is in a group.
    pub const GROUP_SETUP: u8 = 0x4a;
    /// What a group is called.
    pub const GROUP_NAME: u8 = 0x4b;
    /// A member leaves.
    pub const GROUP_LEAVE: u8 = 0x4c;
    /// The picture of a group.
    pub const GROUP_SET_PICTURE: u8 = 0x50;
    /// A member asks for the state of a group.
    pub const GROUP_SYNC_REQUEST: u8 = 0x51;
    /// A group has no picture.
    pub const GROUP_DELETE_PICTURE: u8 = 0x54;
    /// Old reactions in a group.
    pub const GROUP_RECEIPT: u8 = 0x81;
    /// A reaction in a group.
    pub const GROUP_REACTION: u8 = 0x83;
    /// A text in a group is changed.
    pub const GROUP_EDIT: u8 = 0x93;
    /// A message in a group is taken back.
    pub const GROUP_DELETE: u8 = 0x94;
    /// Receipts for messages, and the two old reactions.
    pub const RECEIPT: u8 = 0x80;
}
