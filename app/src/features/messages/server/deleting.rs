//! Deleting a sent message before retention does it.
use super::{entity, erase_texts, sending::tell};
use crate::features::{audit::server::record, auth::server::Granted};
use crate::kernel::{AppResult, Timestamp, permission::cap, server::Ctx};
use sea_orm::EntityTrait;

/// Erases the text of a message for good and cancels what has not left, by letting its retention end now.
pub async fn erase_message(
    ctx: &Ctx,
    granted: &Granted<cap::SendMessages>,
    row: entity::Model,
) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE message SET erase_at = $1 WHERE id = $2";
    tx.exec(sql, [ctx.now().0.into(), row.id.into()]).await?;
    let detail = serde_json::json!({
        "state": row.state, "pending": row.pending,
        "before": { "eraseAt": Timestamp(row.erase_at).rfc3339() }, "after": { "eraseAt": ctx.now().rfc3339() },
    });
    record(ctx, &tx, granted.who(), "message.delete", &row.uid, detail).await?;
    tx.commit().await?;
    erase_texts(ctx).await?;
    if let Some(row) = entity::Entity::find_by_id(row.id).one(ctx.db.conn()).await? {
        tell(ctx, granted.organisation_id(), &row);
    }
    Ok(())
}
