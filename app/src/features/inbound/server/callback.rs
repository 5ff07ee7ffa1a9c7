//! `POST /callback/{threemaId}`: checked, stored as a job, answered; what it says is looked at afterwards.
use crate::features::{
    gateway::{
        server::{Callback, CallbackError, Incoming, MAX_CALLBACK},
        wire::MessageId,
    },
    identities::server as identities,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, ThreemaId, Timestamp,
    server::{Ctx, jobs},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// A stored callback; the box stays closed until the job runs.
#[derive(Debug, Serialize, Deserialize)]
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
pub async fn callback(State(ctx): State<Ctx>, Path(to): Path<String>, body: Bytes) -> Response {
    if body.len() > MAX_CALLBACK {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    match receive(&ctx, &to, &body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(status) => status.into_response(),
    }
}

async fn receive(ctx: &Ctx, to: &str, body: &[u8]) -> Result<(), StatusCode> {
    let to: ThreemaId = to.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    let parsed = Callback::parse(body).map_err(refusal)?;
    let identity = identities::find_by_threema_id(ctx, &to)
        .await
        .map_err(|e| fault(&e))?
        .ok_or(StatusCode::NOT_FOUND)?;
    let secret = identities::open_gateway_secret(ctx, &identity)
        .await
        .map_err(|e| fault(&e))?;
    let incoming = match parsed.verify(&secret, &to) {
        Ok(incoming) => incoming,
        // authentic, but of no use: sending it again would not help
        Err(CallbackError::Format) => return Ok(()),
        Err(error) => return Err(refusal(error)),
    };
    store(ctx, identity.id, &incoming).await.map_err(|e| fault(&e))
}

fn refusal(error: CallbackError) -> StatusCode {
    tracing::warn!(%error, "a callback is refused");
    match error {
        CallbackError::WrongMac => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// The gateway tries again when we cannot store it.
fn fault(error: &AppError) -> StatusCode {
    match error.code {
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn store(ctx: &Ctx, identity_id: i64, incoming: &Incoming) -> AppResult<()> {
    let stored = Stored {
        identity_id,
        from: incoming.from,
        message_id: Some(incoming.message_id),
        sent_at: Some(incoming.sent_at),
        nickname: incoming.nickname.clone(),
        nonce: hex::encode(incoming.nonce),
        sealed: hex::encode(&incoming.sealed),
        only: Vec::new(),
    };
    let payload = serde_json::to_vec(&stored).map_err(|e| crate::kernel::server::faults::internal(&e))?;
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    let sql = "INSERT INTO inbound_seen (identity_id, sender, gateway_message_id, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let values = [
        identity_id.into(),
        incoming.from.as_str().into(),
        incoming.message_id.to_i64().into(),
        now.into(),
    ];
    if tx.exec(sql, values).await? == 1 {
        jobs::enqueue(&tx, jobs::INBOUND, payload, now).await?;
    }
    tx.commit().await?;
    ctx.work.notify_waiters();
    Ok(())
}
