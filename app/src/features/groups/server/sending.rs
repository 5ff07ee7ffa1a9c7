//! Sending what is on its way: the oldest row of each group, one bulk call each, the same bytes at every try.
mod load;
mod results;

use crate::features::{
    gateway::{
        server::{CallError, GatewayClient, Job, Outgoing, Plaintext, SenderKeys, seal_batch},
        wire::{Content, PrivateKey},
    },
    groups::model::{Trouble, Why},
    identities::server::{self as identities, Identity},
    plans::server as plans,
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp,
    server::{
        Ctx, Tx,
        faults::internal,
        lanes::{Lanes, Step},
    },
};
pub(super) use load::About;
use load::{Ready, Row, Variants};
use results::{Fate, Outcome};
use sea_orm::FromQueryResult;
use std::time::Duration;

/// First pause after a failure; it doubles with every further one.
const FIRST: i64 = Timestamp::SECOND / 2;
/// The longest pause.
const LONGEST: i64 = 60 * Timestamp::SECOND;

/// The first row that waits for each group, as many as are worked on side by side. After a restore nothing is sent until
/// somebody says so.
const WAITING: Lanes = Lanes {
    table: "group_send",
    lane: "x.group_id",
    waiting: "x.state = 0 AND x.group_id NOT IN (SELECT g.id FROM chat_group g JOIN identity i ON i.id = g.identity_id
        JOIN organisation o ON o.id = i.organisation_id WHERE o.restored_from IS NOT NULL)",
    due: "not_before",
    counts: Some("open_attempts"),
    step: Step::First,
    most: 16,
    lock: 0x6772_6f75,
};

/// A row of `group_send` that this process has taken.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Lease {
    pub id: i64,
    pub uid: String,
    pub group_id: i64,
    pub round: i64,
    pub ends_round: bool,
    pub no_push: bool,
    pub message_id: Option<i64>,
    pub said_sealed: Option<Vec<u8>>,
    pub nonce_seed: Vec<u8>,
    pub failures: i64,
    pub open_attempts: i64,
}

/// Of a database that was just restored: what was on its way may have left since the backup. It goes out again in the same
/// boxes, and reactions may name IDs that we do not know.
pub async fn group_sends_in_doubt(tx: &Tx) -> AppResult<()> {
    let sql = "UPDATE group_send SET open_attempts = open_attempts + 1 WHERE state = 0";
    tx.exec(sql, []).await.map(|_| ())
}

/// Sends what is due; answers how many rows were tried.
pub async fn run_groups(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let columns = "uid, group_id, round, ends_round, no_push, message_id, said_sealed, nonce_seed, failures, open_attempts";
    let leases: Vec<Lease> = WAITING.take(ctx, holder, columns).await?;
    let tried = leases.len();
    let working = leases.iter().map(|lease| work(ctx, holder, lease));
    for (lease, done) in leases.iter().zip(futures::future::join_all(working).await) {
        if let Err(error) = done {
            // nothing was written: the lease is given back with a pause
            tracing::warn!(%error, send = lease.id, "what is on its way to a group waits");
            results::put_off(ctx, holder, lease, later(ctx, lease, None), None).await?;
        }
    }
    Ok(tried)
}

/// Works on a row to its end; an error means that no result could be written.
async fn work(ctx: &Ctx, holder: &str, lease: &Lease) -> AppResult<()> {
    let Some(group) = load::group(ctx, lease.group_id).await? else {
        return Err(ErrorCode::NotFound.into());
    };
    let identity = identities::find_by_id(ctx, group.identity_id).await?;
    let wait = |trouble, asked| results::put_off(ctx, holder, lease, later(ctx, lease, asked), Some(trouble));
    let plan = plans::active_plan(ctx.db.conn(), identity.id, ctx.now()).await?;
    if plan.is_none() {
        return wait(Trouble::PlanEnded, Some(LONGEST)).await;
    }
    let rows = match load::checked(ctx, &identity, lease).await {
        Ok(rows) => rows,
        Err(error) if matches!(error.code, ErrorCode::GatewayAway | ErrorCode::GatewayRefused) => {
            return wait(Trouble::GatewayAway, None).await;
        }
        Err(error) => return Err(error),
    };
    let (mut outcomes, ready) = load::sort(rows);
    let variants = match load::variants(ctx, &identity, lease, &group, &ready).await {
        Ok(variants) => variants,
        Err(error) if matches!(error.code, ErrorCode::GatewayAway | ErrorCode::GatewayRefused) => {
            return wait(Trouble::GatewayAway, None).await;
        }
        Err(error) => return Err(error),
    };
    let (ready, without): (Vec<_>, Vec<_>) = ready.into_iter().partition(|r| variants.of(r).is_some());
    outcomes.extend(without.iter().map(|r| Outcome {
        seq: r.seq,
        fate: Fate::Failed(Why::Refused),
    }));
    if ready.is_empty() {
        return results::write(ctx, holder, lease, &identity, &outcomes, later(ctx, lease, None)).await;
    }
    let account = identities::account(ctx, &identity).await?;
    let seqs: Vec<i64> = ready.iter().map(|r| r.seq).collect();
    let outgoing = seal(ctx, &identity, lease, variants, ready).await?;
    match GatewayClient::of(ctx)
        .send_e2e_bulk(&account, &outgoing, true)
        .await
    {
        Ok(items) => {
            let of = |(seq, item)| Outcome {
                seq,
                fate: Fate::of(item),
            };
            outcomes.extend(seqs.into_iter().zip(items).map(of));
            results::write(ctx, holder, lease, &identity, &outcomes, later(ctx, lease, None)).await
        }
        Err(error) => {
            tracing::warn!(%error, "what is on its way to a group waits");
            let (trouble, asked) = meaning(&error);
            let at = later(ctx, lease, asked);
            if !matches!(error, CallError::Unclear(_)) {
                results::nothing_was_taken(ctx, holder, lease).await?;
            }
            results::put_off(ctx, holder, lease, at, Some(trouble)).await
        }
    }
}

fn meaning(error: &CallError) -> (Trouble, Option<i64>) {
    match error {
        CallError::Unauthorized => (Trouble::Unauthorized, Some(LONGEST)),
        CallError::NoCredits => (Trouble::NoCredits, Some(LONGEST)),
        CallError::RateLimited { retry_after } => (Trouble::GatewayAway, retry_after.map(milliseconds)),
        _ => (Trouble::GatewayAway, None),
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(LONGEST)
}

/// When the row goes out again: pauses double up to a minute, and are never shorter than the gateway asked for.
fn later(ctx: &Ctx, lease: &Lease, asked: Option<i64>) -> i64 {
    let doubled = (FIRST << lease.failures.clamp(0, 10)).min(LONGEST);
    ctx.now().0 + doubled.max(asked.unwrap_or_default())
}

/// Seals off the async threads. The same row always gives the same boxes.
async fn seal(
    ctx: &Ctx,
    identity: &Identity,
    lease: &Lease,
    variants: Variants,
    ready: Vec<Ready>,
) -> AppResult<Vec<Outgoing>> {
    let private = identities::open_private_key(ctx, identity).await?;
    let nonce_seed: [u8; 16] = lease
        .nonce_seed
        .as_slice()
        .try_into()
        .map_err(|_| internal(&"a nonce seed is not 16 bytes long"))?;
    let no_push = lease.no_push;
    let sealing = move || {
        let sender = SenderKeys::new(PrivateKey::from_bytes(*private.expose()));
        let plaintexts: Vec<Plaintext> = variants
            .said
            .iter()
            .map(|message| Plaintext::new(&Content::Group(message.clone())))
            .collect();
        let jobs: Option<Vec<Job<'_>>> = ready
            .iter()
            .map(|r| {
                Some(Job {
                    recipient: r.key,
                    stored: r.stored.as_deref(),
                    nonce_seed,
                    seq: r.seq.unsigned_abs(),
                    plaintext: plaintexts.get(variants.of(r)?)?,
                })
            })
            .collect();
        let boxes = seal_batch(&sender, &jobs?);
        let outgoing = |(r, sealed): (&Ready, _)| Outgoing {
            to: r.to,
            sealed,
            no_push,
            no_delivery_receipts: false,
            group: true,
        };
        Some(ready.iter().zip(boxes).map(outgoing).collect::<Vec<_>>())
    };
    let sealed = tokio::task::spawn_blocking(sealing)
        .await
        .map_err(|e| internal(&e))?;
    sealed.ok_or_else(|| internal(&"what a row says is gone"))
}

/// A row of deliveries that can be sealed, or why not.
fn why_not(row: &Row) -> Option<Why> {
    use crate::features::recipients::model::RecipientState;
    match RecipientState::of(row.recipient_state) {
        RecipientState::Unknown => Some(Why::Unknown),
        RecipientState::Revoked => Some(Why::Revoked),
        RecipientState::KeyChanged => Some(Why::KeyChanged),
        RecipientState::NotFetched | RecipientState::Reachable => None,
    }
}
