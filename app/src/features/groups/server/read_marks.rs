//! How far each administrator has read.
use super::reading::place;
use crate::features::auth::server::Granted;
use crate::kernel::{
    AppResult, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct ReadUpTo {
    read_up_to: i64,
}

/// How far an administrator has read.
pub(super) async fn read_up_to(ctx: &Ctx, me: i64, group_id: i64) -> AppResult<i64> {
    let sql = "SELECT read_up_to FROM group_read WHERE administrator_id = $1 AND group_id = $2";
    let found = ReadUpTo::find_by_statement(ctx.db.stmt(sql, [me.into(), group_id.into()]))
        .one(ctx.db.conn())
        .await?;
    Ok(found.map_or(0, |f| f.read_up_to))
}

/// Notes how far an administrator has read; never back.
pub(super) async fn set_read(tx: &Tx, me: i64, group_id: i64, up_to: i64) -> AppResult<()> {
    let sql = "INSERT INTO group_read (administrator_id, group_id, read_up_to) VALUES ($1, $2, $3)
               ON CONFLICT (administrator_id, group_id) DO UPDATE SET read_up_to = $3 WHERE group_read.read_up_to < $3";
    tx.exec(sql, [me.into(), group_id.into(), up_to.into()])
        .await
        .map(|_| ())
}

/// The caller has read up to this entry.
pub async fn mark_read(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    up_to: i64,
) -> AppResult<()> {
    let (_, group) = place(&ctx, &granted, &identity, &group).await?;
    let Some(me) = granted.administrator_id() else {
        return Ok(());
    };
    let up_to = up_to.min(group.last_message_id);
    if read_up_to(&ctx, me, group.id).await? >= up_to {
        return Ok(());
    }
    let tx = ctx.db.begin().await?;
    set_read(&tx, me, group.id, up_to).await?;
    tx.commit().await
}
