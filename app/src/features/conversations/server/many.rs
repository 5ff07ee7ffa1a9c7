//! Steps for many conversations: one statement, however many they are.
use super::{reading::me, store};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    conversations::model::{Finished, Many, Show},
    identities::server::find as find_identity,
};
use crate::kernel::{AppResult, Timestamp, Uid, permission::cap, server::Ctx};
use serde_json::json;

/// So many rows change what the planner should do.
const MANY: u64 = 1_000;

/// Marks all open conversations of a filter as done, without those in which something has come since it was shown.
pub async fn finish_many(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    many: Many,
) -> AppResult<Finished> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let (condition, mut values) =
        store::condition(identity.id, Show::of(&many.filter), &many.q, me(&granted));
    let at = ctx.now();
    let n = values.len();
    let sql = format!(
        "UPDATE conversation SET state = 'done', done_at = ${}, done_by = ${}
         WHERE state = 'open' AND last_at <= ${}
           AND id IN (SELECT c.id FROM conversation c WHERE {condition} AND c.state = 'open')",
        n + 1,
        n + 2,
        n + 3,
    );
    values.extend([at.0.into(), me(&granted).into(), many.as_of.0.into()]);
    let tx = ctx.db.begin().await?;
    let count = tx.exec(&sql, values).await?;
    if count > 0 {
        let detail = json!({ "conversations": count, "filter": Show::of(&many.filter).code() });
        record(
            &ctx,
            &tx,
            granted.who(),
            "conversation.done-many",
            &identity.uid,
            detail,
        )
        .await?;
    }
    tx.commit().await?;
    if count > MANY {
        ctx.db.has_grown("conversation").await;
    }
    store::tell(&ctx, &identity, None);
    Ok(Finished { count, at })
}

/// Opens again what the administrator has marked as done at that moment; answers how many.
pub async fn reopen_many(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    at: Timestamp,
) -> AppResult<u64> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let sql = "UPDATE conversation SET state = 'open', done_at = NULL, done_by = NULL
               WHERE identity_id = $1 AND done_at = $2 AND done_by = $3 AND state = 'done'";
    let tx = ctx.db.begin().await?;
    let values = [identity.id.into(), at.0.into(), me(&granted).into()];
    let count = tx.exec(sql, values).await?;
    if count > 0 {
        let detail = json!({ "conversations": count });
        record(
            &ctx,
            &tx,
            granted.who(),
            "conversation.reopen-many",
            &identity.uid,
            detail,
        )
        .await?;
    }
    tx.commit().await?;
    store::tell(&ctx, &identity, None);
    Ok(count)
}
