//! Work for later: a row in the caller's transaction first, a job second. Whoever enqueues knows the kind, whoever does
//! the job knows the payload; both stand in slices.
use super::{Ctx, Tx};
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

/// Somebody has asked for a link for a new password by mail; the payload is the e-mail that was typed.
pub const RESET_MAIL: &str = "reset-mail";

/// Adds a job to the caller's transaction, due at `run_at`. After the commit ring [`Ctx::work`].
pub async fn enqueue(tx: &Tx, kind: &str, payload: Vec<u8>, run_at: i64) -> AppResult<()> {
    let sql = "INSERT INTO job (kind, payload, run_at, attempts, lease_holder) VALUES ($1, $2, $3, 0, NULL)";
    tx.exec(sql, [kind.into(), payload.into(), run_at.into()])
        .await
        .map(|_| ())
}

/// Takes up to `most` due jobs of a kind, oldest first. A dead process's jobs are free again as soon as it is seen
/// to be dead (see [`super::process::Process::reap`]).
pub async fn lease(ctx: &Ctx, holder: &str, kind: &str, most: u32) -> AppResult<Vec<Job>> {
    let tx = ctx.db.begin().await?;
    let skip = if tx.is_sqlite() {
        ""
    } else {
        "FOR UPDATE SKIP LOCKED"
    };
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

/// Removes a job that is done, in the transaction of its effect: then it happens exactly once.
pub async fn done(tx: &Tx, id: i64) -> AppResult<()> {
    tx.exec("DELETE FROM job WHERE id = $1", [id.into()])
        .await
        .map(|_| ())
}

/// Puts a job back for later.
pub async fn later(tx: &Tx, id: i64, run_at: i64) -> AppResult<()> {
    let sql = "UPDATE job SET lease_holder = NULL, run_at = $1 WHERE id = $2";
    tx.exec(sql, [run_at.into(), id.into()]).await.map(|_| ())
}
