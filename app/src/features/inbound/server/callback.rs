//! `POST /callback/{threemaId}`: checked, stored as a job, answered; what it says is looked at afterwards.
use super::intake::Intake;
use crate::features::gateway::{
    server::{Callback, CallbackError, Incoming, MAX_CALLBACK},
    wire::MessageId,
};
use crate::kernel::{ThreemaId, Timestamp, server::Ctx};
use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A stored callback; the box stays closed until the job runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stored {
    /// Number of the identity.
    pub identity_id: i64,
    /// Who sent it.
    pub from: ThreemaId,
    /// The ID that the sender's app gave it.
    #[serde(default)]
    pub message_id: Option<MessageId>,
    /// When, by the sender's clock.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// What the sender calls themself; nothing rests on it.
    #[serde(default)]
    pub nickname: Option<String>,
    /// Hex
    pub nonce: String,
    /// Hex
    pub sealed: String,
    /// IDs of a receipt that were early the last time; empty: all.
    #[serde(default)]
    pub only: Vec<i64>,
}

/// 200 only for what is stored; a repeat is answered with 200 and does nothing (reference/threema-gateway.md section 2).
pub async fn callback(
    State(ctx): State<Ctx>,
    Extension(intake): Extension<Arc<Intake>>,
    Path(to): Path<String>,
    body: Bytes,
) -> Response {
    if body.len() > MAX_CALLBACK {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    match receive(&ctx, &intake, &to, &body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(status) => status.into_response(),
    }
}

async fn receive(ctx: &Ctx, intake: &Intake, to: &str, body: &[u8]) -> Result<(), StatusCode> {
    let to: ThreemaId = to.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    let parsed = Callback::parse(body).map_err(refusal)?;
    intake.take_in(ctx, to, parsed).await
}

/// What the answer is to a callback that is not taken.
pub(super) fn refusal(error: CallbackError) -> StatusCode {
    tracing::warn!(%error, "a callback is refused");
    match error {
        CallbackError::WrongMac => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    }
}

impl Stored {
    /// What came for that identity.
    pub(super) fn new(identity_id: i64, incoming: Incoming) -> Self {
        Self {
            identity_id,
            from: incoming.from,
            message_id: Some(incoming.message_id),
            sent_at: Some(incoming.sent_at),
            nickname: incoming.nickname,
            nonce: hex::encode(incoming.nonce),
            sealed: hex::encode(&incoming.sealed),
            only: Vec::new(),
        }
    }
}
