//! The block list of a feed: who stands on it cannot subscribe, and is not added by administrators either.
use super::store;
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    feeds::model::{BlockDone, Blocked},
    identities::server::find as find_identity,
    lists::server as lists,
    plans::server::check_limit,
    recipients::{
        model::full_name,
        server::{json_texts, like_words, tell, texts_json, unify},
    },
};
use crate::kernel::{AppResult, Page, PageRequest, ThreemaId, Timestamp, Uid, permission::cap, server::Ctx};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;

/// How many IDs an entry of the audit log names; beyond that it says only how many.
const NAMED: usize = 20;

#[derive(FromQueryResult)]
struct Row {
    threema_id: String,
    first_name: Option<String>,
    last_name: Option<String>,
    blocked_at: i64,
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// One page of who is barred, by ID; found by ID and name.
pub async fn list_blocked(
    ctx: Ctx,
    granted: Granted<cap::SeeFeeds>,
    identity: Uid,
    feed: Uid,
    request: PageRequest,
) -> AppResult<Page<Blocked>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let feed = store::find(ctx.db.conn(), identity.id, &feed).await?;
    let mut values: Vec<Value> = vec![feed.list.id.into(), identity.id.into()];
    let mut from =
        "FROM feed_block b LEFT JOIN recipient r ON r.identity_id = $2 AND r.threema_id = b.threema_id
                    WHERE b.list_id = $1"
            .to_owned();
    for word in like_words(&request.q) {
        values.push(word.into());
        let n = values.len();
        from += &format!(" AND COALESCE(r.search_text, LOWER(b.threema_id)) LIKE ${n} ESCAPE '!'");
    }
    let sql = format!("SELECT COUNT(*) AS n {from}");
    let total = Count::find_by_statement(ctx.db.stmt(&sql, values.clone()))
        .one(ctx.db.conn())
        .await?;
    let sql = format!(
        "SELECT b.threema_id, r.first_name, r.last_name, b.blocked_at {from} ORDER BY b.threema_id LIMIT {} OFFSET {}",
        request.limit(),
        request.offset()
    );
    let rows = Row::find_by_statement(ctx.db.stmt(&sql, values))
        .all(ctx.db.conn())
        .await?;
    let shown = |row: Row| {
        Some(Blocked {
            threema_id: row.threema_id.parse().ok()?,
            name: full_name(
                &row.first_name.unwrap_or_default(),
                &row.last_name.unwrap_or_default(),
            ),
            blocked_at: Timestamp(row.blocked_at),
        })
    };
    Ok(Page {
        items: rows.into_iter().filter_map(shown).collect(),
        total: total.map_or(0, |t| u64::try_from(t.n).unwrap_or_default()),
        page: request.page,
        size: request.size,
    })
}

/// Bars people, and takes the feed from those who get it.
pub async fn block(
    ctx: Ctx,
    granted: Granted<cap::ManageFeeds>,
    identity: Uid,
    feed: Uid,
    ids: Vec<ThreemaId>,
) -> AppResult<BlockDone> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let ids = unify(ids);
    let tx = ctx.db.begin().await?;
    check_limit(&ctx, &tx, identity.id, 0).await?;
    let feed = store::find(tx.conn(), identity.id, &feed).await?;
    let sql = format!(
        "INSERT INTO feed_block (list_id, threema_id, blocked_at) SELECT $1, j.value, $3 FROM {} AS j WHERE true
         ON CONFLICT (list_id, threema_id) DO NOTHING",
        json_texts(tx.is_sqlite(), "$2")
    );
    let values = [feed.list.id.into(), texts_json(&ids).into(), ctx.now().0.into()];
    let blocked = tx.exec(&sql, values).await?;
    let active = crate::features::lists::model::ListState::of(&feed.list.state)
        == crate::features::lists::model::ListState::Active;
    let removed = match active {
        true => lists::remove(&ctx, &tx, &identity, &feed.list, &ids).await?,
        false => Vec::new(),
    };
    lists::count_day(&ctx, &tx, &feed.list, "removed", removed.len() as u64).await?;
    if blocked > 0 {
        let detail = json!({
            "feed": feed.list.name, "blocked": blocked, "removed": removed.len(),
            "ids": ids.get(..NAMED).unwrap_or(&ids),
        });
        record(&ctx, &tx, granted.who(), "feed.block", &feed.list.uid, detail).await?;
    }
    tx.commit().await?;
    tell(&ctx, &identity);
    Ok(BlockDone {
        blocked,
        removed: removed.len() as u64,
    })
}

/// Bars people no longer; they do not get the feed again by it. Answers how many.
pub async fn unblock(
    ctx: Ctx,
    granted: Granted<cap::ManageFeeds>,
    identity: Uid,
    feed: Uid,
    ids: Vec<ThreemaId>,
) -> AppResult<u64> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let ids = unify(ids);
    let tx = ctx.db.begin().await?;
    let feed = store::find(tx.conn(), identity.id, &feed).await?;
    let sql = format!(
        "DELETE FROM feed_block WHERE list_id = $1 AND threema_id IN (SELECT j.value FROM {} AS j)",
        json_texts(tx.is_sqlite(), "$2")
    );
    let gone = tx
        .exec(&sql, [feed.list.id.into(), texts_json(&ids).into()])
        .await?;
    if gone > 0 {
        let detail =
            json!({ "feed": feed.list.name, "unblocked": gone, "ids": ids.get(..NAMED).unwrap_or(&ids) });
        record(&ctx, &tx, granted.who(), "feed.unblock", &feed.list.uid, detail).await?;
    }
    tx.commit().await?;
    tell(&ctx, &identity);
    Ok(gone)
}
