//! Rule 18: texts of groups go after 180 days, or earlier where the organisation says so, or when somebody asks for it.
use super::store;
use crate::features::{
    audit::server::{Who, record},
    auth::server::{Granted, shorter_text_periods},
    identities::server::find as find_identity,
};
use crate::kernel::{
    AppResult, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::FromQueryResult;

/// The tables that texts leave.
const SWEPT: [&str; 2] = ["group_message", "group_send"];

/// Erases the entries that are due, with what belongs to them; answers how many.
pub async fn erase_group_texts(ctx: &Ctx) -> AppResult<u64> {
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    note(ctx, &tx).await?;
    let gone = erase_where(&tx, "erase_at <= $1", now).await?;
    tx.commit().await?;
    if gone > 0 {
        ctx.db.sweep(&SWEPT).await?;
    }
    Ok(gone)
}

/// Removes entries and what became of them. What is still on its way never leaves: there is nothing to say any more.
async fn erase_where(tx: &Tx, condition: &str, value: i64) -> AppResult<u64> {
    let entries = format!("SELECT id FROM group_message WHERE {condition}");
    let sends = format!("SELECT id FROM group_send WHERE message_id IN ({entries})");
    for sql in [
        format!("DELETE FROM group_delivery WHERE send_id IN ({sends})"),
        format!("DELETE FROM group_send WHERE message_id IN ({entries})"),
        format!("DELETE FROM group_message_id WHERE message_id IN ({entries})"),
    ] {
        tx.exec(&sql, [value.into()]).await?;
    }
    tx.exec(
        &format!("DELETE FROM group_message WHERE {condition}"),
        [value.into()],
    )
    .await
}

/// Brings the end of texts nearer where an organisation keeps them for less than 180 days. A longer period later brings
/// nothing back.
pub async fn shorten_group_periods(ctx: &Ctx) -> AppResult<()> {
    for (organisation_id, days) in shorter_text_periods(ctx).await? {
        let tx = ctx.db.begin().await?;
        let sql = "UPDATE group_message SET erase_at = at + $1 WHERE erase_at > at + $1 AND group_id IN (
                       SELECT g.id FROM chat_group g JOIN identity i ON i.id = g.identity_id WHERE i.organisation_id = $2)";
        let period = i64::from(days) * Timestamp::DAY;
        tx.exec(sql, [period.into(), organisation_id.into()]).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Erases the whole chat of a group at once; answers how many entries there were.
pub async fn delete_history(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
) -> AppResult<u64> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    // also of a group that was dissolved
    let group = store::lock(&tx, identity.id, &group).await?;
    let gone = erase_where(&tx, "group_id = $1", group.id).await?;
    let detail = serde_json::json!({ "group": group.name, "texts": gone });
    record(&ctx, &tx, granted.who(), "group.erase", &group.uid, detail).await?;
    tx.commit().await?;
    if gone > 0 {
        ctx.db.sweep(&SWEPT).await?;
    }
    store::tell(&ctx, &identity, &group.uid);
    Ok(gone)
}

#[derive(FromQueryResult)]
struct Due {
    organisation_id: i64,
    texts: i64,
}

/// One entry for each organisation: how many go.
async fn note(ctx: &Ctx, tx: &Tx) -> AppResult<()> {
    let sql = "SELECT i.organisation_id, COUNT(*) AS texts FROM group_message m JOIN chat_group g ON g.id = m.group_id
               JOIN identity i ON i.id = g.identity_id WHERE m.erase_at <= $1
               GROUP BY i.organisation_id ORDER BY i.organisation_id";
    let due = Due::find_by_statement(tx.stmt(sql, [ctx.now().0.into()]));
    for due in due.all(tx.conn()).await? {
        let who = Who::job(due.organisation_id);
        let detail = serde_json::json!({ "texts": due.texts });
        record(ctx, tx, &who, "group.expire", "", detail).await?;
    }
    Ok(())
}
