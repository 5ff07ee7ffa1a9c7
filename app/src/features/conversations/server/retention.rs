//! Rule 18: texts of conversations go after 180 days, or earlier where the organisation says so; with the last text goes
//! the conversation and its key.
use super::store::{numbers, sweep};
use crate::features::{
    answers::server::forget_about,
    audit::server::{Who, record},
    auth::server::shorter_text_periods,
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, Tx},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Conversations that one transaction deletes.
const CHUNK: u32 = 5_000;

#[derive(FromQueryResult)]
struct Due {
    organisation_id: i64,
    texts: i64,
}

/// Erases what is due; answers how many texts. What the database keeps of old rows goes too.
pub async fn erase_conversations(ctx: &Ctx) -> AppResult<u64> {
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    note(ctx, &tx).await?;
    let texts = tx
        .exec(
            "DELETE FROM conversation_message WHERE erase_at <= $1",
            [now.into()],
        )
        .await?;
    tx.commit().await?;
    let mut gone = 0;
    loop {
        let here = erase_empty(ctx, now).await?;
        gone += here;
        if here < u64::from(CHUNK) {
            break;
        }
    }
    if texts + gone > 0 {
        sweep(ctx).await?;
    }
    Ok(texts)
}

/// Deletes conversations in which nothing is left.
async fn erase_empty(ctx: &Ctx, now: i64) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let lock = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
    let sql = format!(
        "SELECT c.id FROM conversation c WHERE c.erase_at <= $1
           AND NOT EXISTS (SELECT 1 FROM conversation_message m WHERE m.conversation_id = c.id)
         ORDER BY c.id LIMIT {CHUNK}{lock}"
    );
    let rows = tx.conn().query_all_raw(tx.stmt(&sql, [now.into()])).await?;
    let ids = rows
        .iter()
        .map(|row| row.try_get("", "id"))
        .collect::<Result<Vec<i64>, _>>()?;
    if ids.is_empty() {
        return Ok(0);
    }
    // what has come meanwhile has moved the end: looked at once more with the rows locked
    let sql = format!(
        "DELETE FROM conversation WHERE id IN ({}) AND erase_at <= $1",
        numbers(&ids)
    );
    tx.exec(&sql, [now.into()]).await?;
    forget_about(&tx, &ids).await?;
    tx.commit().await?;
    Ok(ids.len() as u64)
}

/// Brings the end of texts nearer where an organisation keeps them for less than 180 days.
pub async fn shorten_conversation_periods(ctx: &Ctx) -> AppResult<()> {
    for (organisation_id, days) in shorter_text_periods(ctx).await? {
        let period = i64::from(days) * Timestamp::DAY;
        let tx = ctx.db.begin().await?;
        let whose = "SELECT c.id FROM conversation c JOIN identity i ON i.id = c.identity_id WHERE i.organisation_id = $2";
        let values = || -> [sea_orm::Value; 2] { [period.into(), organisation_id.into()] };
        let sql = format!(
            "UPDATE conversation_message SET erase_at = at + $1 WHERE erase_at > at + $1 AND conversation_id IN ({whose})"
        );
        tx.exec(&sql, values()).await?;
        let sql = format!(
            "UPDATE conversation SET erase_at = COALESCE((SELECT MAX(m.erase_at) FROM conversation_message m
                 WHERE m.conversation_id = conversation.id), 0) WHERE erase_at > last_at + $1 AND id IN ({whose})"
        );
        tx.exec(&sql, values()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// One entry for each organisation: how many texts go.
async fn note(ctx: &Ctx, tx: &Tx) -> AppResult<()> {
    let sql = "SELECT i.organisation_id, COUNT(*) AS texts FROM conversation_message m
               JOIN conversation c ON c.id = m.conversation_id JOIN identity i ON i.id = c.identity_id
               WHERE m.erase_at <= $1 GROUP BY i.organisation_id ORDER BY i.organisation_id";
    let due = Due::find_by_statement(tx.stmt(sql, [ctx.now().0.into()]));
    for due in due.all(tx.conn()).await? {
        let who = Who::job(due.organisation_id);
        let detail = serde_json::json!({ "texts": due.texts });
        record(ctx, tx, &who, "conversation.expire", "", detail).await?;
    }
    Ok(())
}
