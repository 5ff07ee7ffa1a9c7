//! Rule 18: texts go after 180 days, for good.
use super::store::{self, cancel_pending};
use crate::features::{
    audit::server::{Who, record},
    auth::server::shorter_text_periods,
    lists::server::stop_greeting,
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, Tx},
};
use sea_orm::FromQueryResult;

/// Erases the texts (and with them the keys) of messages that are due, and drafts nobody has touched for that long;
/// answers how many. What the database keeps of old rows, its journal included, is overwritten or removed too.
pub async fn erase_texts(ctx: &Ctx) -> AppResult<u64> {
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    note(ctx, &tx).await?;
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
    // without a text there is nothing that newcomers could get or that could be replied to
    stop_greeting(&tx, late, vec![now.into()]).await?;
    tx.exec(
        &format!("DELETE FROM message_recipient WHERE message_id IN ({late})"),
        [now.into()],
    )
    .await?;
    tx.exec(
        &format!("DELETE FROM message_person WHERE message_id IN ({late})"),
        [now.into()],
    )
    .await?;
    // what is on its way right now is still taken note of, as when somebody stops a message
    let open = format!("{late} AND pending > 0 ORDER BY id");
    for Open { id } in Open::find_by_statement(tx.stmt(&open, [now.into()]))
        .all(tx.conn())
        .await?
    {
        store::hold(&tx, id).await?;
        cancel_pending(&tx, id, None, now).await?;
    }
    let sql = "UPDATE message SET key_sealed = NULL, body_sealed = NULL, title_sealed = NULL, return_note_sealed = NULL, erased_at = $1,
                   state = CASE WHEN state IN ('needs_approval', 'queued', 'sending', 'paused') THEN 'cancelled' ELSE state END
               WHERE erase_at <= $1 AND erased_at IS NULL AND state <> 'draft'";
    let erased = tx.exec(sql, [now.into()]).await?;
    tx.commit().await?;
    if gone + erased > 0 {
        ctx.db.sweep(&["message"]).await?;
    }
    Ok(gone + erased)
}

/// Brings the end of texts nearer where an organisation keeps them for less than 180 days: counted from the sending,
/// or from the last change of a draft. A longer period later brings nothing back.
pub async fn shorten_text_periods(ctx: &Ctx) -> AppResult<()> {
    for (organisation_id, days) in shorter_text_periods(ctx).await? {
        let tx = ctx.db.begin().await?;
        let sql = "UPDATE message SET erase_at = COALESCE(queued_at, updated_at) + $1
                   WHERE erased_at IS NULL AND erase_at > COALESCE(queued_at, updated_at) + $1
                   AND identity_id IN (SELECT id FROM identity WHERE organisation_id = $2)";
        let period = i64::from(days) * Timestamp::DAY;
        tx.exec(sql, [period.into(), organisation_id.into()]).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Open {
    id: i64,
}

#[derive(FromQueryResult)]
struct Due {
    organisation_id: i64,
    texts: i64,
    cut_off: i64,
}

/// One entry for each organisation: how many texts go, and how many deliveries end with them. What somebody deletes by hand
/// is due this very moment and has an entry of its own.
async fn note(ctx: &Ctx, tx: &Tx) -> AppResult<()> {
    let sql = "SELECT i.organisation_id, COUNT(*) AS texts, CAST(SUM(m.pending) AS BIGINT) AS cut_off
               FROM message m JOIN identity i ON i.id = m.identity_id
               WHERE m.erase_at < $1 AND m.erased_at IS NULL
               GROUP BY i.organisation_id ORDER BY i.organisation_id";
    let due = Due::find_by_statement(tx.stmt(sql, [ctx.now().0.into()]));
    for due in due.all(tx.conn()).await? {
        let who = Who::job(due.organisation_id);
        let detail = serde_json::json!({ "texts": due.texts, "cutOff": due.cut_off });
        record(ctx, tx, &who, "message.expire", "", detail).await?;
    }
    Ok(())
}
