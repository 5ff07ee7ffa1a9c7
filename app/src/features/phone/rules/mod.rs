//! How a phone behaves. Nothing here touches the network, the clock or a source of randomness: they are handed in.
mod group_outgoing;
mod groups;
mod incoming;
mod nonces;
mod outgoing;

pub use incoming::{Arrival, Verdict};
pub use nonces::{MAX_NONCES, Nonces};
pub use outgoing::CannotSend;

/// Fills bytes with randomness.
pub type Dice<'a> = dyn FnMut(&mut [u8]) + 'a;

/// Entries that a chat keeps; older ones go.
pub const MAX_ENTRIES: usize = 500;
