//! What a call to the gateway means for the batch and for each delivery (rule 15).
use crate::features::{
    gateway::server::{CallError, ItemResult},
    messages::model::{PauseReason, Reason},
};
use std::time::Duration;

/// What became of one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway took it under this ID.
    Accepted(i64),
    /// It will not arrive.
    Failed(Reason),
    /// It is left out.
    Skipped(Reason),
    /// The recipient's key has changed: it waits until somebody accepts the new one.
    Held,
    /// 429, 5xx, 401 or 402 for this item: the same box goes out again.
    Again,
}

impl Outcome {
    /// 400, 404 and 413 end the delivery, everything else is tried again.
    pub const fn of(item: ItemResult) -> Self {
        match item {
            ItemResult::Accepted(id) => Self::Accepted(id.to_i64()),
            ItemResult::Error(400) => Self::Failed(Reason::Refused),
            ItemResult::Error(404) => Self::Failed(Reason::NotFound),
            ItemResult::Error(413) => Self::Failed(Reason::TooBig),
            ItemResult::Error(_) => Self::Again,
        }
    }
}

/// What became of the whole call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Every item has its own outcome.
    Answered,
    /// Surely nothing was taken; later again. With the pause that the gateway asked for.
    Later(Option<Duration>),
    /// Nobody knows what was taken; the same boxes go out again.
    Unclear,
    /// Nothing more is taken until somebody acts; the items that were answered have their own outcome.
    Pause(PauseReason),
    /// As [`Whole::Pause`], found before the call.
    PlanEnded,
}

impl Whole {
    /// The gateway does not answer.
    pub const fn away() -> Self {
        Self::Later(None)
    }

    /// What the answers to the items mean together: the account has no credits, or is refused, for the first of them that
    /// says so and for all after it (reference/threema-gateway.md section 1.4).
    pub fn of(items: &[ItemResult]) -> Self {
        let said = |code| items.contains(&ItemResult::Error(code));
        match (said(401), said(402)) {
            (true, _) => Self::Pause(PauseReason::Unauthorized),
            (_, true) => Self::Pause(PauseReason::NoCredits),
            _ => Self::Answered,
        }
    }

    /// What a failed call means.
    pub fn failed(error: CallError) -> Self {
        match error {
            CallError::RateLimited { retry_after } => Self::Later(retry_after),
            CallError::NoCredits => Self::Pause(PauseReason::NoCredits),
            CallError::Unauthorized => Self::Pause(PauseReason::Unauthorized),
            CallError::Unclear(_) => Self::Unclear,
            CallError::NotSent(_) | CallError::NotFound | CallError::Refused(_) => Self::Later(None),
        }
    }
}
