//! Work for later: a row in the caller's transaction first, a job second. Whoever enqueues knows the kind, whoever does
//! the job knows the payload; both stand in slices.
use super::{
    Ctx, Tx,
    rows::{among, numbers},
};
use crate::kernel::AppResult;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// A job that this process has taken.
#[derive(Debug, FromQueryResult)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// What it is about, in the form of its kind.
    pub payload: Vec<u8>,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// A key of a recipient was accepted; the payload is the recipient's number. Held deliveries go on.
pub const KEY_ACCEPTED: &str = "key-accepted";
/// A code for the second step of a sign-in goes out; see `sign_in_codes`.
pub const SIGN_IN_CODE: &str = "sign-in-code";
/// A callback of the gateway; see `inbound`.
pub const INBOUND: &str = "inbound";
/// Public keys of an identity's recipients are being fetched ([`claim`]); the payload is the identity's number.
pub const FETCH_KEYS: &str = "fetch-keys";

/// Names the lock of [`claim`] among PostgreSQL's advisory locks of two numbers; nothing else takes one of these.
const CLAIM_LOCK: i32 = 0x6a6f_6273;

/// Somebody has asked for a link for a new password by mail; the payload is the e-mail that was typed.
pub const RESET_MAIL: &str = "reset-mail";

/// A sign-in was refused; the payload says who was named and from where, see `auth/server/refusals.rs`.
pub const REFUSED_SIGN_IN: &str = "refused-sign-in";

/// Adds a job to the caller's transaction, due at `run_at`. After the commit ring [`Ctx::work`].
pub async fn enqueue(tx: &Tx, kind: &str, payload: Vec<u8>, run_at: i64) -> AppResult<()> {
    let sql = "INSERT INTO job (kind, payload, run_at, attempts, lease_holder) VALUES ($1, $2, $3, 0, NULL)";
    tx.exec(sql, [kind.into(), payload.into(), run_at.into()])
        .await
        .map(|_| ())
}

/// Whether there is a job of a kind to do. Looking costs no lock: most of the time there is nothing, and whoever has rung
/// wants to write on.
pub async fn is_due(ctx: &Ctx, kind: &str) -> AppResult<bool> {
    let any = "SELECT id FROM job WHERE kind = $1 AND run_at <= $2 AND lease_holder IS NULL LIMIT 1";
    let any = ctx.db.stmt(any, [kind.into(), ctx.now().0.into()]);
    Ok(ctx.db.conn().query_one_raw(any).await?.is_some())
}

fn skip_locked(tx: &Tx) -> &'static str {
    if tx.is_sqlite() {
        ""
    } else {
        "FOR UPDATE SKIP LOCKED"
    }
}

/// The oldest due job of a kind that is quick enough to be done in the transaction that takes it: no lease is left behind,
/// whatever fails. It must end by [`done`] or [`later`].
pub async fn next(ctx: &Ctx, tx: &Tx, kind: &str) -> AppResult<Option<Job>> {
    let sql = format!(
        "SELECT id, payload, attempts + 1 AS attempts FROM job WHERE kind = $1 AND run_at <= $2 AND lease_holder IS NULL
         ORDER BY run_at, id LIMIT 1 {}",
        skip_locked(tx)
    );
    let values = [kind.into(), ctx.now().0.into()];
    let row = tx.conn().query_one_raw(tx.stmt(&sql, values)).await?;
    Ok(row.map(|r| Job::from_query_result(&r, "")).transpose()?)
}

/// Takes up to `most` due jobs of a kind, oldest first. A dead process's jobs are free again as soon as it is seen
/// to be dead (see [`super::process::Process::reap`]).
pub async fn lease(ctx: &Ctx, holder: &str, kind: &str, most: u32) -> AppResult<Vec<Job>> {
    if !is_due(ctx, kind).await? {
        return Ok(Vec::new());
    }
    let tx = ctx.db.begin().await?;
    let skip = skip_locked(&tx);
    let sql = format!(
        "UPDATE job SET lease_holder = $1, attempts = attempts + 1 WHERE id IN (
             SELECT id FROM job WHERE kind = $2 AND run_at <= $3 AND lease_holder IS NULL ORDER BY run_at, id LIMIT {most} {skip}
         ) RETURNING id, payload, attempts"
    );
    let values = [holder.into(), kind.into(), ctx.now().0.into()];
    let rows = tx.conn().query_all_raw(tx.stmt(&sql, values)).await?;
    let mut jobs = rows
        .iter()
        .map(|r| Job::from_query_result(r, ""))
        .collect::<Result<Vec<_>, _>>()?;
    tx.commit().await?;
    jobs.sort_by_key(|j| j.id);
    Ok(jobs)
}

/// Takes work that is no row of its own (`payload` says which), so that no two processes do it at once; none when another
/// one does it. End it by [`give_up`]. What a dead process has taken is free again like every job.
pub async fn claim(ctx: &Ctx, holder: &str, kind: &str, payload: Vec<u8>) -> AppResult<Option<i64>> {
    let tx = ctx.db.begin().await?;
    if !tx.is_sqlite() {
        // until the commit: two processes that both find no row must not both add one
        tx.exec("SELECT pg_advisory_xact_lock($1, 0)", [CLAIM_LOCK.into()])
            .await?;
    }
    let sql = "UPDATE job SET lease_holder = $1, attempts = attempts + 1
               WHERE kind = $2 AND payload = $3 AND (lease_holder IS NULL OR lease_holder = $1) RETURNING id, payload, attempts";
    let values = || -> [sea_orm::Value; 3] { [holder.into(), kind.into(), payload.clone().into()] };
    let mut row = tx.conn().query_one_raw(tx.stmt(sql, values())).await?;
    if row.is_none() {
        let sql = "INSERT INTO job (kind, payload, run_at, attempts, lease_holder)
                   SELECT $2, $3, 0, 1, $1 WHERE NOT EXISTS (SELECT 1 FROM job WHERE kind = $2 AND payload = $3)
                   RETURNING id, payload, attempts";
        row = tx.conn().query_one_raw(tx.stmt(sql, values())).await?;
    }
    let job = row.map(|r| Job::from_query_result(&r, "")).transpose()?;
    tx.commit().await?;
    Ok(job.map(|j| j.id))
}

/// Ends what [`claim`] has taken.
pub async fn give_up(ctx: &Ctx, id: i64) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    done(&tx, id).await?;
    tx.commit().await
}

/// Removes a job that is done, in the transaction of its effect: then it happens exactly once.
pub async fn done(tx: &Tx, id: i64) -> AppResult<()> {
    tx.exec("DELETE FROM job WHERE id = $1", [id.into()])
        .await
        .map(|_| ())
}

/// As [`done`], for many.
pub async fn all_done(tx: &Tx, ids: &[i64]) -> AppResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let sqlite = tx.is_sqlite();
    let sql = format!("DELETE FROM job WHERE {}", among(sqlite, "id", "$1"));
    tx.exec(&sql, [numbers(sqlite, ids)]).await.map(|_| ())
}

/// Puts a job back for later.
pub async fn later(tx: &Tx, id: i64, run_at: i64) -> AppResult<()> {
    let sql = "UPDATE job SET lease_holder = NULL, run_at = $1 WHERE id = $2";
    tx.exec(sql, [run_at.into(), id.into()]).await.map(|_| ())
}
