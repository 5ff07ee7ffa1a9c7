//! Stored callbacks: taken in the order of each sender, gone when they are done.
use super::callback::Stored;
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx, faults::internal, jobs},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Names the lock among PostgreSQL's advisory locks of two numbers, see `kernel/server/jobs.rs`.
const LEASE_LOCK: i32 = 0x696e_626f;

/// One that this process has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its number.
    pub id: i64,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// What it brings.
    pub stored: Stored,
}

/// Adds a callback to the caller's transaction; false for a repeat, which adds nothing.
pub async fn add(tx: &Tx, stored: &Stored, gateway_message_id: i64, now: i64) -> AppResult<bool> {
    let sql = "INSERT INTO inbound_seen (identity_id, sender, gateway_message_id, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let values = [
        stored.identity_id.into(),
        stored.from.as_str().into(),
        gateway_message_id.into(),
        now.into(),
    ];
    if tx.exec(sql, values).await? == 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO job (kind, payload, run_at, attempts, lease_holder, lane) VALUES ($1, $2, $3, 0, NULL, $4)";
    let values = [
        jobs::INBOUND.into(),
        payload(stored)?.into(),
        now.into(),
        lane(stored).into(),
    ];
    tx.exec(sql, values).await?;
    Ok(true)
}

fn lane(stored: &Stored) -> String {
    format!("{}/{}", stored.identity_id, stored.from)
}

fn payload(stored: &Stored) -> AppResult<Vec<u8>> {
    serde_json::to_vec(stored).map_err(|e| internal(&e))
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    attempts: i64,
    payload: Vec<u8>,
}

/// Takes up to `most` due callbacks, oldest first; none of a sender of whom an earlier one is in other hands or waits.
/// A process has one round at a time: what stands in its own name is left over from a round that broke off.
pub async fn take(ctx: &Ctx, holder: &str, most: u32) -> AppResult<Vec<Taken>> {
    let due = format!(
        "SELECT j.id FROM job j WHERE j.kind = $2 AND j.run_at <= $3
           AND (j.lease_holder IS NULL OR j.lease_holder = $1)
           AND NOT EXISTS (SELECT 1 FROM job b WHERE b.lane = j.lane AND b.id < j.id
             AND (b.lease_holder <> $1 OR b.run_at > $3))
         ORDER BY j.id LIMIT {most}"
    );
    let values = || -> [sea_orm::Value; 3] { [holder.into(), jobs::INBOUND.into(), ctx.now().0.into()] };
    // looking costs no lock: most of the time there is nothing
    let first = ctx.db.conn().query_one_raw(ctx.db.stmt(&due, values())).await?;
    if first.is_none() {
        return Ok(Vec::new());
    }
    let tx = ctx.db.begin().await?;
    if !tx.is_sqlite() {
        // until the commit: what another process takes meanwhile must be seen
        tx.exec("SELECT pg_advisory_xact_lock($1, 0)", [LEASE_LOCK.into()])
            .await?;
    }
    let sql = format!(
        "UPDATE job SET lease_holder = $1, attempts = attempts + 1 WHERE id IN ({due}) RETURNING id, attempts, payload"
    );
    let rows = tx.conn().query_all_raw(tx.stmt(&sql, values())).await?;
    let mut taken = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = Row::from_query_result(row, "")?;
        match serde_json::from_slice(&row.payload) {
            Ok(stored) => taken.push(Taken {
                id: row.id,
                attempts: row.attempts,
                stored,
            }),
            Err(error) => {
                tracing::error!(%error, "a stored callback is malformed");
                jobs::done(&tx, row.id).await?;
            }
        }
    }
    tx.commit().await?;
    taken.sort_by_key(|t| t.id);
    Ok(taken)
}

/// Some IDs of a receipt wait for the answer of their batch: the same callback again for those. Nothing waits for it.
pub async fn come_back(tx: &Tx, id: i64, rest: &Stored, run_at: i64) -> AppResult<()> {
    let sql = "UPDATE job SET payload = $1, lane = NULL WHERE id = $2";
    tx.exec(sql, [payload(rest)?.into(), id.into()]).await?;
    jobs::later(tx, id, run_at).await
}
