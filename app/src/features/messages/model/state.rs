//! Where a message and its deliveries stand.
use crate::kernel::live::Counts;
use serde::{Deserialize, Serialize};

/// Rule 15: the way of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageState {
    /// Being written
    Draft,
    /// Waits until somebody else approves it (rule 17)
    #[serde(rename = "needs_approval")]
    NeedsApproval,
    /// Sent by a person; the undo window runs
    Queued,
    /// The fan-out works on it
    Sending,
    /// Halted, see [`PauseReason`]
    Paused,
    /// Nothing is left to send
    Sent,
    /// Stopped before everything left
    Cancelled,
}

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::NeedsApproval,
        Self::Queued,
        Self::Sending,
        Self::Paused,
        Self::Sent,
        Self::Cancelled,
    ];

    /// The word in tables and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::NeedsApproval => "needs_approval",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Paused => "paused",
            Self::Sent => "sent",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// Why a message is paused or, while it is sending, what it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Somebody pressed Pause.
    ByAdministrator,
    /// 402: the gateway account has no credits left.
    NoCredits,
    /// 401: the gateway refuses ID or secret.
    Unauthorized,
    /// The plan has ended.
    PlanEnded,
    /// Not paused: the gateway does not answer, and the message goes on by itself as soon as it does.
    GatewayAway,
}

impl PauseReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::ByAdministrator,
        Self::NoCredits,
        Self::Unauthorized,
        Self::PlanEnded,
        Self::GatewayAway,
    ];

    /// The word in tables and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ByAdministrator => "by_administrator",
            Self::NoCredits => "no_credits",
            Self::Unauthorized => "unauthorized",
            Self::PlanEnded => "plan_ended",
            Self::GatewayAway => "gateway_away",
        }
    }

    /// The reason of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// Rule 15: the way of a delivery. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(i64)]
pub enum DeliveryState {
    /// Waits here
    Pending = 0,
    /// Taken by the gateway
    Accepted = 1,
    /// Arrived on the phone
    Delivered = 2,
    /// Read, as the phone tells
    Read = 3,
    /// Will not arrive, see [`Reason`]
    Failed = 4,
    /// Left out, see [`Reason`]
    Skipped = 5,
    /// Stopped before it left
    Cancelled = 6,
}

impl DeliveryState {
    /// Every state, at the place of its number.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Accepted,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Skipped,
        Self::Cancelled,
    ];

    /// The word in the API, in exports and in the URL's filter.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The state of that number in the table.
    pub fn from_number(number: i64) -> Option<Self> {
        usize::try_from(number)
            .ok()
            .and_then(|n| Self::ALL.get(n).copied())
    }

    /// How many deliveries are in this state.
    pub const fn count_in(self, counts: &Counts) -> u64 {
        match self {
            Self::Pending => counts.pending,
            Self::Accepted => counts.accepted,
            Self::Delivered => counts.delivered,
            Self::Read => counts.read,
            Self::Failed => counts.failed,
            Self::Skipped => counts.skipped,
            Self::Cancelled => counts.cancelled,
        }
    }
}

/// Why a delivery is where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(i64)]
pub enum Reason {
    /// Nothing special
    None = 0,
    /// Held: the recipient's key has changed and nobody has accepted the new one
    KeyChanged = 1,
    /// The gateway does not know the ID
    UnknownId = 2,
    /// The ID has been revoked
    Revoked = 3,
    /// 400: the gateway refuses the recipient
    Refused = 4,
    /// 404: the gateway does not find the recipient
    NotFound = 5,
    /// 413: too big for the gateway
    TooBig = 6,
    /// The gateway does not answer; tried again
    GatewayAway = 7,
    /// 429 or 5xx for this item; tried again
    TryAgain = 8,
}

impl Reason {
    /// Every reason, at the place of its number.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::KeyChanged,
        Self::UnknownId,
        Self::Revoked,
        Self::Refused,
        Self::NotFound,
        Self::TooBig,
        Self::GatewayAway,
        Self::TryAgain,
    ];

    /// The reason of that number in the table.
    pub fn from_number(number: i64) -> Self {
        usize::try_from(number)
            .ok()
            .and_then(|n| Self::ALL.get(n).copied())
            .unwrap_or(Self::None)
    }
}
