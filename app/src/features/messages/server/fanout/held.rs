//! Deliveries that wait for somebody to accept a changed key.
use super::super::store::BATCH;
use crate::features::messages::model::{DeliveryState as D, Reason};
use crate::kernel::{
    AppResult,
    server::{Ctx, jobs},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(FromQueryResult)]
struct Held {
    message_id: i64,
    seq: i64,
}

/// Lets held deliveries of recipients with an accepted key go on, with the new key; answers how many jobs were done.
pub async fn key_accepted(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let jobs = jobs::lease(ctx, holder, jobs::KEY_ACCEPTED, 100).await?;
    for job in &jobs {
        let recipient: i64 = serde_json::from_slice(&job.payload).unwrap_or_default();
        let tx = ctx.db.begin().await?;
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
            let sql =
                "UPDATE message SET state = 'sending', finished_at = NULL WHERE id = $1 AND state = 'sent'";
            tx.exec(sql, [held.message_id.into()]).await?;
        }
        jobs::done(&tx, job.id).await?;
        tx.commit().await?;
    }
    if !jobs.is_empty() {
        ctx.work.notify_waiters();
    }
    Ok(jobs.len())
}
