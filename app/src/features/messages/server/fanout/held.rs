//! Deliveries that wait for somebody to accept a changed key.
use super::super::store::BATCH;
use crate::features::messages::model::{DeliveryState as D, Reason};
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, Tx, jobs},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(FromQueryResult)]
struct Held {
    message_id: i64,
    seq: i64,
}

/// Whether a batch with a delivery to them is being worked on: it may have found the key changed, and writes so at its end.
/// Nobody takes one of the others before the transaction ends. Locks messages before batches, as every other step does.
async fn in_work(tx: &Tx, recipient: i64) -> AppResult<bool> {
    let pending = format!(
        "FROM delivery d WHERE d.recipient_id = $1 AND d.state = {}",
        D::Pending as i64
    );
    let (hold, skip) = match tx.is_sqlite() {
        true => ("", ""),
        false => ("FOR UPDATE", "FOR UPDATE OF b SKIP LOCKED"),
    };
    let rows = async |sql: &str| tx.conn().query_all_raw(tx.stmt(sql, [recipient.into()])).await;
    let messages = format!(
        "SELECT m.id FROM message m WHERE m.id IN (SELECT d.message_id {pending}) ORDER BY m.id {hold}"
    );
    rows(&messages).await?;
    let all = format!("SELECT DISTINCT d.message_id, d.seq / {BATCH} {pending}");
    let free = format!(
        "SELECT b.batch FROM fanout_batch b WHERE b.lease_holder IS NULL
           AND (b.message_id, b.batch) IN (SELECT d.message_id, d.seq / {BATCH} {pending}) {skip}"
    );
    // a batch that somebody has locked is one that is being taken or written
    Ok(rows(&all).await?.len() != rows(&free).await?.len())
}

/// Lets held deliveries of recipients with an accepted key go on, with the new key; answers how many recipients' did. Those
/// of whom one is in work come back in a second.
pub async fn key_accepted(ctx: &Ctx) -> AppResult<usize> {
    let mut done = 0;
    while jobs::is_due(ctx, jobs::KEY_ACCEPTED).await? {
        let tx = ctx.db.begin().await?;
        let Some(job) = jobs::next(ctx, &tx, jobs::KEY_ACCEPTED).await? else {
            break;
        };
        let recipient: i64 = serde_json::from_slice(&job.payload).unwrap_or_default();
        if in_work(&tx, recipient).await? {
            jobs::later(&tx, job.id, ctx.now().plus(Timestamp::SECOND).0).await?;
        } else {
            go_on(&tx, recipient).await?;
            jobs::done(&tx, job.id).await?;
            done += 1;
        }
        tx.commit().await?;
    }
    if done > 0 {
        ctx.work.notify_waiters();
    }
    Ok(done)
}

async fn go_on(tx: &Tx, recipient: i64) -> AppResult<()> {
    let sql = format!(
        "UPDATE delivery SET reason = 0, public_key = (SELECT r.public_key FROM recipient r WHERE r.id = $1)
         WHERE recipient_id = $1 AND state = {} AND reason = {}
           AND EXISTS (SELECT 1 FROM recipient r WHERE r.id = $1 AND r.state = 1)
           AND EXISTS (SELECT 1 FROM message m WHERE m.id = delivery.message_id AND m.erased_at IS NULL)
         RETURNING message_id, seq",
        D::Pending as i64,
        Reason::KeyChanged as i64
    );
    let rows = tx.conn().query_all_raw(tx.stmt(&sql, [recipient.into()])).await?;
    for row in &rows {
        let held = Held::from_query_result(row, "")?;
        let values = [held.message_id.into(), (held.seq / BATCH).into()];
        tx.exec(
            "UPDATE fanout_batch SET done = FALSE, not_before = 0 WHERE message_id = $1 AND batch = $2",
            values,
        )
        .await?;
        let sql = "UPDATE message SET state = 'sending', finished_at = NULL WHERE id = $1 AND state = 'sent'";
        tx.exec(sql, [held.message_id.into()]).await?;
    }
    Ok(())
}
