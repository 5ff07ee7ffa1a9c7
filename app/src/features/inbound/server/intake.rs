//! Callbacks that come at once are checked and stored together: under load there are few looks at identities and few
//! transactions, however many come.
use super::{
    callback::{Stored, refusal},
    store,
};
use crate::features::{
    gateway::server::{Callback, CallbackError},
    identities::server as identities,
};
use crate::kernel::{AppError, AppResult, ThreemaId, server::Ctx};
use axum::http::StatusCode;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot::{self, error::TryRecvError};
use zeroize::Zeroizing;

/// Callbacks that one transaction stores at most.
const TOGETHER: usize = 200;

/// Callbacks that wait. Whoever gets hold of the turn first deals with all that wait, so nobody waits for more than two
/// transactions, and nobody is checked against a secret that was read before they came.
#[derive(Debug, Default)]
pub struct Intake {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

/// What the gateway is told: 200 in the one case, this in the other.
type Told = Result<(), StatusCode>;

#[derive(Debug)]
struct Waiting {
    to: ThreemaId,
    callback: Callback,
    tell: oneshot::Sender<Told>,
}

/// An identity that callbacks may be for.
struct Addressee {
    id: i64,
    secret: AppResult<Zeroizing<String>>,
}

type Addressees = HashMap<String, Addressee>;

impl Intake {
    /// Checks and stores one; well only when it is durable, or authentic and of no use.
    pub(super) async fn take_in(&self, ctx: &Ctx, to: ThreemaId, callback: Callback) -> Told {
        let (tell, mut told) = oneshot::channel();
        self.lock().push(Waiting { to, callback, tell });
        loop {
            let turn = self.turn.lock().await;
            match told.try_recv() {
                Ok(told) => return told,
                Err(TryRecvError::Closed) => return Err(StatusCode::SERVICE_UNAVAILABLE),
                Err(TryRecvError::Empty) => {}
            }
            let together: Vec<Waiting> = {
                let mut waiting = self.lock();
                let n = waiting.len().min(TOGETHER);
                waiting.drain(..n).collect()
            };
            // to its end, also when the gateway hangs up on the one whose turn it is: others wait for it
            let work = tokio::spawn(deal(ctx.clone(), together));
            if let Err(error) = work.await {
                tracing::error!(%error, "callbacks were not stored");
            }
            drop(turn);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn deal(ctx: Ctx, together: Vec<Waiting>) {
    let found = addressees(&ctx, together.iter().map(|one| one.to).collect()).await;
    let (mut new, mut tell_later) = (Vec::new(), Vec::new());
    for one in together {
        let checked = match &found {
            Ok(found) => check(found, one.to, one.callback),
            Err(error) => Err(fault(error)),
        };
        // who has gone away meanwhile comes again: the gateway got no answer
        let _ = match checked {
            Ok(Some(callback)) => {
                new.push(callback);
                tell_later.push(one.tell);
                continue;
            }
            Ok(None) => one.tell.send(Ok(())),
            Err(status) => one.tell.send(Err(status)),
        };
    }
    if new.is_empty() {
        return;
    }
    let stored = write(&ctx, &new).await.map_err(|error| fault(&error));
    for tell in tell_later {
        let _ = tell.send(stored);
    }
}

/// Who they are for, by one look for all.
async fn addressees(ctx: &Ctx, ids: BTreeSet<ThreemaId>) -> AppResult<Addressees> {
    let mut found = HashMap::new();
    for identity in identities::find_by_threema_ids(ctx, &ids).await? {
        let secret = identities::open_gateway_secret(ctx, &identity).await;
        let id = identity.id;
        found.insert(identity.threema_id, Addressee { id, secret });
    }
    Ok(found)
}

/// What is to be stored, with the number of its message; none when sending it again would not help.
fn check(found: &Addressees, to: ThreemaId, callback: Callback) -> Result<Option<(Stored, i64)>, StatusCode> {
    let addressee = found.get(to.as_str()).ok_or(StatusCode::NOT_FOUND)?;
    let secret = addressee.secret.as_ref().map_err(fault)?;
    match callback.verify(secret, &to) {
        Ok(incoming) => {
            let number = incoming.message_id.to_i64();
            Ok(Some((Stored::new(addressee.id, incoming), number)))
        }
        // authentic, but of no use
        Err(CallbackError::Format) => Ok(None),
        Err(error) => Err(refusal(error)),
    }
}

async fn write(ctx: &Ctx, new: &[(Stored, i64)]) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let new: Vec<(&Stored, i64)> = new.iter().map(|(stored, number)| (stored, *number)).collect();
    store::add(&tx, &new, ctx.now().0).await?;
    tx.commit().await?;
    ctx.came_in.notify_waiters();
    Ok(())
}

/// The gateway tries again when we cannot store it.
fn fault(error: &AppError) -> StatusCode {
    tracing::warn!(%error, "callbacks are not taken");
    StatusCode::SERVICE_UNAVAILABLE
}
