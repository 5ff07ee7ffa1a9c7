//! `POST /callback/{threemaId}`: checked, stored as a job, answered; what it says is looked at afterwards.
use super::store;
use crate::features::{
    gateway::{
        server::{Callback, CallbackError, Incoming, MAX_CALLBACK},
        wire::MessageId,
    },
    identities::server as identities,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, ThreemaId, Timestamp,
    server::{Ctx, faults::internal},
};
use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot::{self, error::TryRecvError};

/// Callbacks that one transaction stores at most.
const TOGETHER: usize = 200;

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

/// Callbacks that wait for being stored. Whoever gets hold of the database first stores all that wait, in one transaction:
/// under load there are few transactions, and nobody waits for more than two.
#[derive(Debug, Default)]
pub struct Intake {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    stored: Stored,
    gateway_message_id: i64,
    done: oneshot::Sender<AppResult<()>>,
}

impl Intake {
    /// Stores one; answers when it is durable.
    async fn store(&self, ctx: &Ctx, stored: Stored, gateway_message_id: i64) -> AppResult<()> {
        let (done, mut result) = oneshot::channel();
        self.lock().push(Waiting {
            stored,
            gateway_message_id,
            done,
        });
        loop {
            let turn = self.turn.lock().await;
            match result.try_recv() {
                Ok(result) => return result,
                Err(TryRecvError::Closed) => return Err(internal(&"a callback was not stored")),
                Err(TryRecvError::Empty) => {}
            }
            let together: Vec<Waiting> = {
                let mut waiting = self.lock();
                let n = waiting.len().min(TOGETHER);
                waiting.drain(..n).collect()
            };
            let ctx = ctx.clone();
            // to its end, also when the gateway hangs up on the one whose turn it is: others wait for it
            let writing = tokio::spawn(async move {
                let stored = write(&ctx, &together).await;
                for one in together {
                    // who has gone away meanwhile comes again: the gateway got no answer
                    let _ = one.done.send(stored.clone());
                }
            });
            writing.await.map_err(|e| internal(&e))?;
            drop(turn);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(ctx: &Ctx, together: &[Waiting]) -> AppResult<()> {
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    for one in together {
        store::add(&tx, &one.stored, one.gateway_message_id, now).await?;
    }
    tx.commit().await?;
    ctx.work.notify_waiters();
    Ok(())
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
    let id = incoming.message_id.to_i64();
    let stored = stored(identity.id, incoming);
    intake.store(ctx, stored, id).await.map_err(|e| fault(&e))
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

fn stored(identity_id: i64, incoming: Incoming) -> Stored {
    Stored {
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
