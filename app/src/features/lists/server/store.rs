//! Queries on lists and on who is on them.
use super::entity::{Column, Entity, Model};
use crate::features::{
    identities::server::Identity,
    lists::model::{Kind, ListState, ListView},
    recipients::server::{Among, like_words},
};
use crate::kernel::{
    AppResult, ErrorCode, Page, PageRequest, ThreemaId, Timestamp, Uid,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{
    QueryOrder, QuerySelect, Statement,
    prelude::*,
    sea_query::{ExprTrait, LikeExpr},
};
use std::collections::HashSet;

/// The list of that uid, deleted or not.
///
/// # Errors
/// [`ErrorCode::NotFound`] when the identity has none.
pub async fn find<C: ConnectionTrait>(conn: &C, identity_id: i64, uid: &Uid) -> AppResult<Model> {
    Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::Uid.eq(uid.as_str()))
        .one(conn)
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The list of that uid, if it is of that kind.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub async fn find_of<C: ConnectionTrait>(
    conn: &C,
    identity_id: i64,
    kind: Kind,
    uid: &Uid,
) -> AppResult<Model> {
    let found = find(conn, identity_id, uid).await?;
    match Kind::of(&found.kind) == kind {
        true => Ok(found),
        false => Err(ErrorCode::NotFound.into()),
    }
}

/// The list of a row's number, in use.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub async fn find_by_number<C: ConnectionTrait>(conn: &C, identity_id: i64, id: i64) -> AppResult<Model> {
    Entity::find_by_id(id)
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::State.eq(ListState::Active.code()))
        .one(conn)
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The list inside a transaction that has locked the identity; it must be in use.
///
/// # Errors
/// [`ErrorCode::NotFound`]; [`ErrorCode::WrongState`] when it is deleted.
pub async fn find_active(tx: &Tx, identity_id: i64, uid: &Uid) -> AppResult<Model> {
    let list = find(tx.conn(), identity_id, uid).await?;
    match ListState::of(&list.state) {
        ListState::Active => Ok(list),
        ListState::Deleted => Err(ErrorCode::WrongState.into()),
    }
}

/// The lists of these uids, each once, all of them in use.
///
/// # Errors
/// [`ErrorCode::NotFound`] when one does not exist, belongs to another identity or is deleted.
pub async fn find_lists(ctx: &Ctx, identity_id: i64, uids: &[Uid]) -> AppResult<Vec<Model>> {
    let mut wanted: Vec<&str> = uids.iter().map(Uid::as_str).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let found = Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::State.eq(ListState::Active.code()))
        .filter(Column::Uid.is_in(wanted.iter().copied()))
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .all(ctx.db.conn())
        .await?;
    if found.len() == wanted.len() {
        Ok(found)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// One page of lists: those in use, or with the filter `deleted` the deleted ones. Sorted by name, `members` or
/// `updated`.
pub async fn page(
    ctx: &Ctx,
    identity: &Identity,
    kind: Option<Kind>,
    request: &PageRequest,
) -> AppResult<Page<ListView>> {
    let state = ListState::of(&request.filter);
    let query = matching(identity.id, kind, &request.q).filter(Column::State.eq(state.code()));
    let total = query.clone().count(ctx.db.conn()).await?;
    let limit = request.limit();
    let page = Ord::min(u64::from(request.page), total.saturating_sub(1) / limit);
    let way = if request.desc {
        sea_orm::Order::Desc
    } else {
        sea_orm::Order::Asc
    };
    let column = match request.sort.as_str() {
        "members" => Column::MemberCount,
        "updated" => Column::UpdatedAt,
        _ => Column::NameKey,
    };
    let rows = query
        .order_by(column, way.clone())
        .order_by(Column::Id, way)
        .offset(page * limit)
        .limit(limit)
        .all(ctx.db.conn())
        .await?;
    Ok(Page {
        items: rows.into_iter().map(view_of).collect::<AppResult<_>>()?,
        total,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        size: u32::try_from(limit).unwrap_or(PageRequest::MAX_SIZE),
    })
}

/// Lists in use and deleted ones after them, each part by name: `limit` of them (none: all) from `offset` on, and how
/// many there are.
pub async fn window(
    ctx: &Ctx,
    (identity_id, kind): (i64, Kind),
    q: &str,
    offset: u64,
    limit: Option<u64>,
) -> AppResult<(Vec<ListView>, u64)> {
    let query = matching(identity_id, Some(kind), q);
    let total = query.clone().count(ctx.db.conn()).await?;
    let rows = query
        // "active" comes before "deleted"
        .order_by_asc(Column::State)
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit.unwrap_or(Ord::max(total, 1)))
        .all(ctx.db.conn())
        .await?;
    Ok((rows.into_iter().map(view_of).collect::<AppResult<_>>()?, total))
}

/// The identity's lists whose names have all words of `q`.
fn matching(identity_id: i64, kind: Option<Kind>, q: &str) -> Select<Entity> {
    let mut all = Entity::find().filter(Column::IdentityId.eq(identity_id));
    if let Some(kind) = kind {
        all = all.filter(Column::Kind.eq(kind.code()));
    }
    like_words(q).into_iter().fold(all, |query, word| {
        query.filter(Expr::col(Column::NameKey).like(LikeExpr::new(word).escape('!')))
    })
}

/// Whether the recipient is on a list in use whose replies are kept.
pub async fn keeps_replies_of<C: ConnectionTrait>(conn: &C, recipient_id: i64) -> AppResult<bool> {
    let sql = format!(
        "SELECT 1 AS n FROM distribution_list_member m JOIN distribution_list l ON l.id = m.list_id
         WHERE m.recipient_id = $1 AND l.takes_replies AND l.state = '{}' LIMIT 1",
        ListState::Active.code()
    );
    let statement =
        sea_orm::Statement::from_sql_and_values(conn.get_database_backend(), sql, [recipient_id.into()]);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// The lists and feeds in use that a recipient is on.
pub async fn lists_with(tx: &Tx, recipient_id: i64) -> AppResult<Vec<Model>> {
    let sql = format!(
        "id IN (SELECT m.list_id FROM distribution_list_member m WHERE m.recipient_id = {recipient_id})"
    );
    Ok(Entity::find()
        .filter(Column::State.eq(ListState::Active.code()))
        .filter(Expr::cust(sql))
        .order_by_asc(Column::Id)
        .all(tx.conn())
        .await?)
}

/// Whether any list in use keeps replies.
pub async fn any_keeps_replies(ctx: &Ctx, identity_id: i64) -> AppResult<bool> {
    let found = Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::State.eq(ListState::Active.code()))
        .filter(Column::TakesReplies.eq(true))
        .one(ctx.db.conn())
        .await?;
    Ok(found.is_some())
}

/// What browser and REST get of a row.
pub fn view_of(row: Model) -> AppResult<ListView> {
    Ok(ListView {
        uid: row
            .uid
            .parse()
            .map_err(|_| internal(&"a stored list is malformed"))?,
        kind: Kind::of(&row.kind),
        name: row.name,
        state: ListState::of(&row.state),
        members: u64::try_from(row.member_count).unwrap_or_default(),
        takes_replies: row.takes_replies,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}

/// The members of a list, for a page of recipients.
pub fn among_members(list: &Model) -> Among {
    let id = list.id;
    Among {
        members: format!("SELECT recipient_id FROM distribution_list_member WHERE list_id = {id}"),
        condition: on_list(id),
        by_name: Some(format!("distribution_list_member m WHERE m.list_id = {id}")),
        size: u64::try_from(list.member_count).ok(),
    }
}

/// Those whom the identity knows and who are not on the list.
pub fn among_others(list: &Model) -> Among {
    Among {
        members: String::new(),
        condition: format!("NOT {}", on_list(list.id)),
        by_name: None,
        size: None,
    }
}

/// A condition on recipient `r`: is on the list.
pub fn on_list(list_id: i64) -> String {
    format!(
        "EXISTS (SELECT 1 FROM distribution_list_member m WHERE m.list_id = {list_id} AND m.recipient_id = r.id)"
    )
}

/// One number that a statement answers in its first column, `n`.
pub async fn number<I: IntoIterator<Item = sea_orm::Value>>(tx: &Tx, sql: &str, values: I) -> AppResult<u64> {
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let n: i64 = row.ok_or_else(|| internal(&"no row"))?.try_get("", "n")?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// Whether another feed in use has this name, however it is typed.
pub async fn feed_name_taken<C: ConnectionTrait>(
    conn: &C,
    identity_id: i64,
    name_key: &str,
    except: i64,
) -> AppResult<bool> {
    let sql = "SELECT 1 FROM distribution_list WHERE identity_id = $1 AND kind = $2 AND state = $3 AND name_key = $4 AND id <> $5";
    let values = [
        identity_id.into(),
        Kind::Feed.code().into(),
        ListState::Active.code().into(),
        name_key.into(),
        except.into(),
    ];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Who was barred while a feed was deleted does not come back with it; answers how many that were. Its members count
/// nowhere yet.
pub async fn remove_barred(tx: &Tx, feed: &Model) -> AppResult<i64> {
    let gone = "DELETE FROM distribution_list_member WHERE list_id = $1 AND recipient_id IN
                  (SELECT r.id FROM recipient r JOIN feed_block b ON b.threema_id = r.threema_id
                   WHERE b.list_id = $1 AND r.identity_id = $2)";
    let gone = tx.exec(gone, [feed.id.into(), feed.identity_id.into()]).await?;
    let counted = "UPDATE distribution_list SET member_count = member_count - $1 WHERE id = $2";
    let gone = i64::try_from(gone).unwrap_or_default();
    tx.exec(counted, [gone.into(), feed.id.into()]).await?;
    Ok(gone)
}

/// Whom a feed bars.
pub async fn barred<C: ConnectionTrait>(conn: &C, list_id: i64) -> AppResult<HashSet<ThreemaId>> {
    let sql = "SELECT threema_id FROM feed_block WHERE list_id = $1";
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [list_id.into()]);
    let rows = conn.query_all_raw(statement).await?;
    let mut all = HashSet::with_capacity(rows.len());
    for row in rows {
        let id: String = row.try_get("", "threema_id")?;
        all.extend(id.parse::<ThreemaId>().ok());
    }
    Ok(all)
}
