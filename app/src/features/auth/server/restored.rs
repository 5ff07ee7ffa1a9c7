//! After a restore: nothing is sent until somebody with full access says so.
use super::{entity::organisation, guard::Granted};
use crate::features::audit::server::{ActorKind, Who, record};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::EntityTrait;
use serde_json::json;

/// Has sending wait in every organisation of a database that was just restored from a backup of that time.
pub async fn after_restore(ctx: &Ctx, tx: &Tx, made_at: Timestamp) -> AppResult<()> {
    tx.exec("UPDATE organisation SET restored_from = $1", [made_at.0.into()])
        .await?;
    // a link from before may be in strange hands
    tx.exec("UPDATE installation SET setup_token_hash = NULL", [])
        .await?;
    for organisation in organisation::Entity::find().all(tx.conn()).await? {
        let who = Who {
            organisation_id: organisation.id,
            kind: ActorKind::Operator,
            administrator_id: None,
            address: None,
        };
        let detail = json!({ "backupOf": made_at.0 });
        record(ctx, tx, &who, "installation.restore", &organisation.uid, detail).await?;
    }
    Ok(())
}

/// Lets sending go on after a restore.
pub async fn resume_sending(ctx: Ctx, granted: Granted<cap::ResumeSending>) -> AppResult<()> {
    let id = granted.organisation_id();
    let row = organisation::Entity::find_by_id(id).one(ctx.db.conn()).await?;
    let row = row.ok_or(ErrorCode::NotFound)?;
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE organisation SET restored_from = NULL WHERE id = $1 AND restored_from IS NOT NULL";
    if tx.exec(sql, [id.into()]).await? == 0 {
        // somebody else was quicker
        return Ok(());
    }
    let detail = json!({ "backupOf": row.restored_from });
    record(&ctx, &tx, granted.who(), "sending.resume", &row.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    Ok(())
}
