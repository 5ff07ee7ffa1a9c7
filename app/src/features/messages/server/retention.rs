//! Rule 18: texts go after 180 days, for good.
use crate::kernel::{AppResult, server::Ctx};
use sea_orm::ConnectionTrait;

/// Erases the texts (and with them the keys) of messages that are due, and drafts nobody has touched for that long;
/// answers how many. What the database keeps of old rows, its journal included, is overwritten or removed too.
pub async fn erase_texts(ctx: &Ctx) -> AppResult<u64> {
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    let drafts = "SELECT id FROM message WHERE state = 'draft' AND erase_at <= $1";
    tx.exec(
        &format!("DELETE FROM message_audience WHERE message_id IN ({drafts})"),
        [now.into()],
    )
    .await?;
    let gone = tx
        .exec(
            "DELETE FROM message WHERE state = 'draft' AND erase_at <= $1",
            [now.into()],
        )
        .await?;
    // what has not left by then never will: there is no text any more
    let late = "SELECT id FROM message WHERE erase_at <= $1 AND erased_at IS NULL AND state <> 'draft'";
    let sql = format!("UPDATE fanout_batch SET done = TRUE WHERE NOT done AND message_id IN ({late})");
    tx.exec(&sql, [now.into()]).await?;
    let sql = format!(
        "UPDATE delivery SET state = 6, reason = 0, state_at = $1 WHERE state = 0 AND message_id IN ({late} AND pending > 0)"
    );
    tx.exec(&sql, [now.into()]).await?;
    let sql = "UPDATE message SET key_sealed = NULL, body_sealed = NULL, title_sealed = NULL, return_note_sealed = NULL, erased_at = $1,
                   cancelled = cancelled + pending, pending = 0,
                   state = CASE WHEN state IN ('needs_approval', 'queued', 'sending', 'paused') THEN 'cancelled' ELSE state END
               WHERE erase_at <= $1 AND erased_at IS NULL AND state <> 'draft'";
    let erased = tx.exec(sql, [now.into()]).await?;
    tx.commit().await?;
    if gone + erased > 0 {
        sweep(ctx).await?;
    }
    Ok(gone + erased)
}

/// Removes old row versions. SQLite overwrites freed space by itself (secure_delete) and keeps old pages only in its
/// write-ahead log; PostgreSQL keeps dead rows until they are vacuumed.
async fn sweep(ctx: &Ctx) -> AppResult<()> {
    let sql = if ctx.db.is_sqlite() {
        "PRAGMA wal_checkpoint(TRUNCATE)"
    } else {
        "VACUUM message"
    };
    ctx.db.conn().execute_unprepared(sql).await?;
    Ok(())
}
