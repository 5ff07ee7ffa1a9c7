//! Sync requests are answered once an hour, for each person and group. Members have the time in their own row; whoever is in no
//! list any more has a row of `group_asked` for that hour. Only people whom the identity knows get one.
use crate::features::groups::model::judge::ANSWER_AGAIN_AFTER;
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, Tx},
};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Asked {
    answered_at: i64,
}

/// When somebody without a place in the group was answered last.
pub(super) async fn answered_at(tx: &Tx, group_id: i64, recipient_id: i64) -> AppResult<Option<Timestamp>> {
    let sql = "SELECT answered_at FROM group_asked WHERE group_id = $1 AND recipient_id = $2";
    let found = Asked::find_by_statement(tx.stmt(sql, [group_id.into(), recipient_id.into()]));
    Ok(found.one(tx.conn()).await?.map(|a| Timestamp(a.answered_at)))
}

/// Somebody is answered now. The group is locked.
pub(super) async fn note_answer(ctx: &Ctx, tx: &Tx, group_id: i64, recipient_id: i64) -> AppResult<()> {
    let values = || [ctx.now().0.into(), group_id.into(), recipient_id.into()];
    let sql = "UPDATE group_member SET answered_at = $1 WHERE group_id = $2 AND recipient_id = $3";
    if tx.exec(sql, values()).await? > 0 {
        return Ok(());
    }
    let sql = "INSERT INTO group_asked (answered_at, group_id, recipient_id) VALUES ($1, $2, $3)
               ON CONFLICT (group_id, recipient_id) DO UPDATE SET answered_at = $1";
    tx.exec(sql, values()).await.map(|_| ())
}

/// Forgets answers after which the same person is answered again; answers how many.
pub async fn forget_group_answers(ctx: &Ctx) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let sql = "DELETE FROM group_asked WHERE answered_at <= $1";
    let gone = tx
        .exec(sql, [ctx.now().plus(-ANSWER_AGAIN_AFTER).0.into()])
        .await?;
    tx.commit().await?;
    Ok(gone)
}
