//! Taking batches, and giving them back.
use super::super::{
    entity,
    sending::tell,
    store::{self, BATCH},
};
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx, rng::Rng},
};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};
use std::time::Duration;

/// A batch that this process works on.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Lease {
    /// The message.
    pub message_id: i64,
    /// Number of the batch.
    pub batch: i64,
    /// This process.
    pub lease_holder: String,
    /// Attempts whose outcome is not known, this one included.
    pub open_attempts: i64,
    /// Failures in a row.
    pub failures: i64,
}

impl Lease {
    /// First `seq` of the batch.
    pub const fn first(&self) -> i64 {
        self.batch * BATCH
    }

    /// First `seq` after the batch.
    pub const fn end(&self) -> i64 {
        (self.batch + 1) * BATCH
    }

    /// An earlier attempt ended without an answer: copies may have arrived under IDs that we do not know.
    pub const fn in_doubt(&self) -> bool {
        self.open_attempts > 1
    }
}

/// After a restore nothing is sent until somebody says so.
const NOT_WAITING: &str =
    "m.identity_id NOT IN (SELECT i.id FROM identity i JOIN organisation o ON o.id = i.organisation_id
    WHERE o.restored_from IS NOT NULL)";

#[derive(FromQueryResult)]
struct LeftOver {
    id: i64,
    organisation_id: i64,
}

#[derive(FromQueryResult)]
struct Next {
    at: Option<i64>,
}

/// Moves messages whose undo window has ended to `sending`; answers when the next one ends.
pub async fn promote(ctx: &Ctx) -> AppResult<Option<i64>> {
    let sql = format!("SELECT MIN(send_after) AS at FROM message m WHERE state = 'queued' AND {NOT_WAITING}");
    let next = Next::find_by_statement(ctx.db.stmt(&sql, []))
        .one(ctx.db.conn())
        .await?
        .and_then(|n| n.at);
    let now = ctx.now().0;
    if next.is_none_or(|at| at > now) {
        return Ok(next);
    }
    let tx = ctx.db.begin().await?;
    let sql = format!(
        "UPDATE message AS m SET state = 'sending', started_at = $1
         WHERE state = 'queued' AND send_after <= $1 AND {NOT_WAITING}"
    );
    tx.exec(&sql, [now.into()]).await?;
    tx.commit().await?;
    Ok(None)
}

/// Takes up to `most` batches of messages that are being sent, the first batches of every message first, so that a
/// short message does not wait behind a long one.
pub async fn take(ctx: &Ctx, holder: &str, most: usize, gated: &[i64]) -> AppResult<Vec<Lease>> {
    let gated = super::super::store::numbers(gated);
    let sqlite = ctx.db.is_sqlite();
    let open = format!(
        "SELECT b.message_id AS message_id, b.batch AS batch FROM message m JOIN fanout_batch b ON b.message_id = m.id
         WHERE m.state = 'sending' AND NOT b.done AND b.lease_holder IS NULL AND b.not_before <= $1
           AND COALESCE(m.identity_id IN ({gated}), FALSE) = FALSE AND {NOT_WAITING}
         ORDER BY b.batch, b.message_id LIMIT {most}"
    );
    // looking costs no lock: most of the time there is nothing
    if ctx
        .db
        .conn()
        .query_one_raw(ctx.db.stmt(&open, [ctx.now().0.into()]))
        .await?
        .is_none()
    {
        return Ok(Vec::new());
    }
    let tx = ctx.db.begin().await?;
    let skip = if sqlite { "" } else { "FOR UPDATE OF b SKIP LOCKED" };
    let sql = format!(
        "UPDATE fanout_batch SET lease_holder = $2, open_attempts = open_attempts + 1
         WHERE (message_id, batch) IN ({open} {skip})
         RETURNING message_id, batch, lease_holder, open_attempts, failures"
    );
    let rows = tx
        .conn()
        .query_all_raw(tx.stmt(&sql, [ctx.now().0.into(), holder.into()]))
        .await?;
    let leases = rows
        .iter()
        .map(|r| Lease::from_query_result(r, ""))
        .collect::<Result<_, _>>()?;
    tx.commit().await?;
    Ok(leases)
}

/// Of a database that was just restored: what had not left when the backup was made may have left since. It goes out again,
/// in the same boxes, and receipts may name IDs that we do not know.
pub async fn sent_in_doubt(tx: &Tx) -> AppResult<()> {
    let sql = "UPDATE fanout_batch SET open_attempts = open_attempts + 1 WHERE NOT done";
    tx.exec(sql, []).await.map(|_| ())
}

/// Frees a lease without a result: its outcome is not known. It goes out again after a pause, as after every failure:
/// what cannot be written now may not be for long, and every copy costs credits.
pub async fn give_back(ctx: &Ctx, lease: &Lease) -> AppResult<()> {
    let pause = back_off(&*ctx.rng, lease.failures);
    let not_before = ctx
        .now()
        .plus(i64::try_from(pause.as_millis()).unwrap_or_default());
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE fanout_batch SET lease_holder = NULL, failures = failures + 1, not_before = $4
               WHERE message_id = $1 AND batch = $2 AND lease_holder = $3";
    let values = [
        lease.message_id.into(),
        lease.batch.into(),
        lease.lease_holder.clone().into(),
        not_before.0.into(),
    ];
    tx.exec(sql, values).await?;
    tx.commit().await
}

/// Longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(60);
/// First pause; it doubles with every failure.
const FIRST: Duration = Duration::from_millis(500);

/// How long a batch waits that has failed so many times before: doubling up to a minute, with jitter.
pub fn back_off(rng: &dyn Rng, failures: i64) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.clamp(0, 10)).min(LONGEST);
    doubled.mul_f64(0.5 + rng.fraction() / 2.0)
}

/// Cancels what a dead process has left of stopped messages: nobody takes their batches any more. Answers how many messages.
pub async fn cancel_left_over(ctx: &Ctx) -> AppResult<usize> {
    let sql = "SELECT DISTINCT b.message_id AS id, i.organisation_id AS organisation_id
               FROM fanout_batch b JOIN message m ON m.id = b.message_id JOIN identity i ON i.id = m.identity_id
               WHERE NOT b.done AND b.lease_holder IS NULL AND m.state = 'cancelled' LIMIT 100";
    let left = LeftOver::find_by_statement(ctx.db.stmt(sql, []))
        .all(ctx.db.conn())
        .await?;
    for LeftOver { id, organisation_id } in &left {
        let tx = ctx.db.begin().await?;
        store::hold(&tx, *id).await?;
        store::cancel_pending(&tx, *id, None, ctx.now().0).await?;
        let row = entity::Entity::find_by_id(*id).one(tx.conn()).await?;
        tx.commit().await?;
        if let Some(row) = row {
            tell(ctx, *organisation_id, &row);
        }
    }
    Ok(left.len())
}
