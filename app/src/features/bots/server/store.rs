//! Queries on bots.
use super::{
    entity::{Column, Entity, Model},
    statistics::asked_of,
};
use crate::features::{
    bots::model::{BotState, BotView},
    identities::server::Identity,
    recipients::server::like_words,
};
use crate::kernel::{
    AppResult, ErrorCode, Page, PageRequest, Timestamp, Uid,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{
    QueryOrder, QuerySelect,
    prelude::*,
    sea_query::{ExprTrait, LikeExpr},
};

/// The bot of that uid, deleted or not.
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

/// The bot, locked until the transaction ends: nobody else changes it meanwhile.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub async fn lock(tx: &Tx, identity_id: i64, uid: &Uid) -> AppResult<Model> {
    tx.exec(
        "UPDATE bot SET version = version WHERE identity_id = $1 AND uid = $2",
        [identity_id.into(), uid.as_str().into()],
    )
    .await?;
    find(tx.conn(), identity_id, uid).await
}

/// The same; it must be in use.
///
/// # Errors
/// [`ErrorCode::NotFound`]; [`ErrorCode::WrongState`] when it is deleted.
pub async fn lock_active(tx: &Tx, identity_id: i64, uid: &Uid) -> AppResult<Model> {
    let bot = lock(tx, identity_id, uid).await?;
    match BotState::of(&bot.state) {
        BotState::Active => Ok(bot),
        BotState::Deleted => Err(ErrorCode::WrongState.into()),
    }
}

/// The identity's bots in use, in the order in which they are asked.
pub async fn in_use<C: ConnectionTrait>(conn: &C, identity_id: i64) -> AppResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::State.eq(BotState::Active.code()))
        .order_by_asc(Column::Id)
        .all(conn)
        .await?)
}

/// One page of bots: those in use, or with the filter `deleted` the deleted ones. Sorted by name or `updated`.
pub async fn page(ctx: &Ctx, identity: &Identity, request: &PageRequest) -> AppResult<Page<BotView>> {
    let state = BotState::of(&request.filter);
    let query = matching(identity.id, &request.q).filter(Column::State.eq(state.code()));
    let total = query.clone().count(ctx.db.conn()).await?;
    let limit = request.limit();
    let page = Ord::min(u64::from(request.page), total.saturating_sub(1) / limit);
    let way = if request.desc {
        sea_orm::Order::Desc
    } else {
        sea_orm::Order::Asc
    };
    let column = match request.sort.as_str() {
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
        items: views(ctx, rows).await?,
        total,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        size: u32::try_from(limit).unwrap_or(PageRequest::MAX_SIZE),
    })
}

/// Bots in use and deleted ones after them, each part by name: `limit` of them (none: all) from `offset` on, and how many
/// there are.
pub async fn window(
    ctx: &Ctx,
    identity_id: i64,
    q: &str,
    offset: u64,
    limit: Option<u64>,
) -> AppResult<(Vec<BotView>, u64)> {
    let query = matching(identity_id, q);
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
    Ok((views(ctx, rows).await?, total))
}

/// The identity's bots whose names have all words of `q`.
fn matching(identity_id: i64, q: &str) -> Select<Entity> {
    like_words(q).into_iter().fold(
        Entity::find().filter(Column::IdentityId.eq(identity_id)),
        |query, word| query.filter(Expr::col(Column::NameKey).like(LikeExpr::new(word).escape('!'))),
    )
}

async fn views(ctx: &Ctx, rows: Vec<Model>) -> AppResult<Vec<BotView>> {
    let ids: Vec<i64> = rows.iter().map(|r| r.id).collect();
    let asked = asked_of(ctx, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let asked = asked.get(&row.id).copied().unwrap_or_default();
            view_of(&row, asked)
        })
        .collect()
}

/// What browser and REST get of a row.
pub fn view_of(row: &Model, asked: u64) -> AppResult<BotView> {
    Ok(BotView {
        uid: row
            .uid
            .parse()
            .map_err(|_| internal(&"a stored bot is malformed"))?,
        name: row.name.clone(),
        state: BotState::of(&row.state),
        commands: u64::try_from(row.command_count).unwrap_or_default(),
        unpublished: row.draft_sealed.is_some(),
        asked,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}

/// One bot's view.
pub async fn view(ctx: &Ctx, row: &Model) -> AppResult<BotView> {
    let asked = asked_of(ctx, &[row.id]).await?;
    view_of(row, asked.get(&row.id).copied().unwrap_or_default())
}
