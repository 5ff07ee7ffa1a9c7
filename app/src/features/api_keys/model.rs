//! API keys as the cockpit shows them.
use crate::kernel::{Timestamp, Uid, permission::Right, rights::RightSet};
use serde::{Deserialize, Serialize};

/// Requests a key may make in a day (UTC).
pub const DAILY_LIMIT: i64 = 10_000;

/// The rights that open something in REST; the others do nothing for a key.
pub const KEY_RIGHTS: [Right; 9] = [
    Right::See,
    Right::Lists,
    Right::Feeds,
    Right::Groups,
    Right::Recipients,
    Right::Send,
    Right::Bots,
    Right::Conversations,
    Right::Broadcast,
];

/// Characters of a key's name.
pub const NAME_CHARS: usize = 200;

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// Somebody has ended it.
    Revoked,
}

/// A key, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyView {
    /// Names it.
    pub uid: Uid,
    /// What it is for.
    pub name: String,
    /// The first characters of the key.
    pub prefix: String,
    /// Where it may be used from; empty: anywhere.
    pub networks: Vec<String>,
    /// Whose it is.
    pub owner: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// From when it does not work any more.
    pub expires_at: Option<Timestamp>,
    /// Whether it works.
    pub state: KeyState,
    /// Only these of its administrator's rights; none: all of them.
    pub rights: Option<RightSet>,
    /// Requests of this day (UTC).
    pub requests_today: u64,
}

/// A key to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyInput {
    /// What it is for.
    pub name: String,
    /// Networks or addresses, parted by blanks, commas or lines; empty: from anywhere.
    pub networks: String,
    /// The last day on which it works, `2026-12-31`; empty: without end.
    pub expires: String,
    /// Only these of one's own rights; none: all of them.
    #[serde(default)]
    pub rights: Option<RightSet>,
}

/// A key that was just made: the only time that it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiKey {
    /// The key itself.
    pub key: String,
    /// What is kept of it.
    pub view: ApiKeyView,
}
