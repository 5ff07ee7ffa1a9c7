//! What tables and pages of messages show.
use super::{approval, audience::settings_of, body, entity, store};
use crate::features::{
    auth::server::Granted,
    identities::server::{self as identities, Identity},
    messages::model::{DeliveryState, MessageRow, MessageState, MessageView, PauseReason, Reason, Scope},
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, Page, PageRequest, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal},
};
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect, prelude::*};
use std::collections::HashMap;

/// Most messages whose sealed titles a search opens.
const SEARCHED: u64 = 5_000;

/// Which messages a list of them shows.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Only of this list.
    pub list_id: Option<i64>,
    /// Only in this state.
    pub state: Option<MessageState>,
    /// Only what was sent and still has its text.
    pub with_text: bool,
    /// Only broadcasts.
    pub broadcasts: bool,
}

/// Messages, newest first.
pub async fn list_messages(
    ctx: Ctx,
    granted: Granted<cap::SeeMessages>,
    identity: Uid,
    page: PageRequest,
) -> AppResult<Page<MessageRow>> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let filter = ListFilter {
        state: MessageState::from_code(&page.filter),
        ..ListFilter::default()
    };
    let (rows, total) = if page.q.trim().is_empty() {
        (
            select(&identity, &filter)
                .offset(page.offset())
                .limit(page.limit())
                .all(ctx.db.conn())
                .await?,
            None,
        )
    } else {
        let (rows, total) = search(&ctx, &identity, &filter, &page).await?;
        (rows, Some(total))
    };
    let total = match total {
        Some(total) => total,
        None => select(&identity, &filter).count(ctx.db.conn()).await?,
    };
    Ok(Page {
        items: rows_of(&ctx, &identity, rows).await?,
        total,
        page: page.page,
        size: page.size,
    })
}

/// Messages of one list, newest first, for the REST API: `limit` rows from `offset`, and how many there are.
pub async fn messages_of_list(
    ctx: &Ctx,
    identity: &Identity,
    list_id: i64,
    offset: u64,
    limit: Option<u64>,
) -> AppResult<(Vec<entity::Model>, u64)> {
    let filter = ListFilter {
        list_id: Some(list_id),
        with_text: true,
        ..ListFilter::default()
    };
    window(ctx, identity, &filter, offset, limit).await
}

/// Whether a message is one to that list. The list may be deleted meanwhile.
pub async fn went_to_list(ctx: &Ctx, message_id: i64, list_id: i64) -> AppResult<bool> {
    let sql = "SELECT 1 AS n FROM message_audience WHERE message_id = $1 AND list_id = $2";
    let statement = ctx.db.stmt(sql, [message_id.into(), list_id.into()]);
    Ok(ctx.db.conn().query_one_raw(statement).await?.is_some())
}

/// Broadcasts, likewise.
pub async fn broadcasts_of(
    ctx: &Ctx,
    identity: &Identity,
    offset: u64,
    limit: Option<u64>,
) -> AppResult<(Vec<entity::Model>, u64)> {
    let filter = ListFilter {
        with_text: true,
        broadcasts: true,
        ..ListFilter::default()
    };
    window(ctx, identity, &filter, offset, limit).await
}

async fn window(
    ctx: &Ctx,
    identity: &Identity,
    filter: &ListFilter,
    offset: u64,
    limit: Option<u64>,
) -> AppResult<(Vec<entity::Model>, u64)> {
    let total = select(identity, filter).count(ctx.db.conn()).await?;
    let rows = select(identity, filter)
        .offset(offset)
        .limit(limit.unwrap_or(total.max(1)));
    Ok((rows.all(ctx.db.conn()).await?, total))
}

fn select(identity: &Identity, filter: &ListFilter) -> Select<entity::Entity> {
    let mut select = entity::Entity::find().filter(entity::Column::IdentityId.eq(identity.id));
    if let Some(state) = filter.state {
        select = select.filter(entity::Column::State.eq(state.code()));
    }
    if filter.with_text {
        let shown = Condition::any()
            .add(entity::Column::State.ne(MessageState::Draft.code()))
            .add(entity::Column::ReturnedAt.is_not_null());
        select = select.filter(shown).filter(entity::Column::ErasedAt.is_null());
    }
    if filter.broadcasts {
        select = select.filter(entity::Column::Scope.ne(Scope::Lists.code()));
    }
    if let Some(list) = filter.list_id {
        let sql = format!("id IN (SELECT message_id FROM message_audience WHERE list_id = {list})");
        select = select.filter(sea_orm::sea_query::Expr::cust(sql));
    }
    select.order_by_desc(entity::Column::Id)
}

/// Titles are sealed, so a search opens them one by one.
async fn search(
    ctx: &Ctx,
    identity: &Identity,
    filter: &ListFilter,
    page: &PageRequest,
) -> AppResult<(Vec<entity::Model>, u64)> {
    let wanted = page.q.trim().to_lowercase();
    let mut found = Vec::new();
    for row in select(identity, filter)
        .limit(SEARCHED)
        .all(ctx.db.conn())
        .await?
    {
        let title = body::open_title(ctx, identity.organisation_id, &row).await?;
        if title.is_some_and(|t| t.to_lowercase().contains(&wanted)) {
            found.push(row);
        }
    }
    let total = found.len() as u64;
    let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let take = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    Ok((found.into_iter().skip(skip).take(take).collect(), total))
}

#[derive(FromQueryResult)]
struct ListName {
    message_id: i64,
    name: String,
}

async fn rows_of(ctx: &Ctx, identity: &Identity, rows: Vec<entity::Model>) -> AppResult<Vec<MessageRow>> {
    let ids: Vec<i64> = rows.iter().map(|r| r.id).collect();
    let sql = format!(
        "SELECT a.message_id AS message_id, l.name AS name FROM message_audience a JOIN distribution_list l ON l.id = a.list_id
         WHERE a.message_id IN ({}) ORDER BY l.name",
        store::numbers(&ids)
    );
    let mut names = HashMap::<i64, Vec<String>>::new();
    for row in ListName::find_by_statement(ctx.db.stmt(&sql, []))
        .all(ctx.db.conn())
        .await?
    {
        names.entry(row.message_id).or_default().push(row.name);
    }
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let mut lists = names.remove(&row.id).unwrap_or_default();
        if !row.broadcast_name.is_empty() {
            lists.push(row.broadcast_name.clone());
        }
        out.push(message_row(ctx, identity.organisation_id, &row, lists).await?);
    }
    Ok(out)
}

async fn message_row(
    ctx: &Ctx,
    organisation_id: i64,
    row: &entity::Model,
    lists: Vec<String>,
) -> AppResult<MessageRow> {
    Ok(MessageRow {
        uid: row
            .uid
            .parse()
            .map_err(|_| internal(&"a stored uid is malformed"))?,
        title: body::open_title(ctx, organisation_id, row).await?,
        lists,
        state: MessageState::from_code(&row.state).ok_or_else(|| internal(&"a stored state is unknown"))?,
        pause_reason: row.pause_reason.as_deref().and_then(PauseReason::from_code),
        counts: row.counts(),
        at: Timestamp(row.queued_at.unwrap_or(row.updated_at)),
    })
}

/// A message with everything its page shows.
pub async fn load_message(
    ctx: Ctx,
    granted: Granted<cap::SeeMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<MessageView> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let row = store::find(ctx.db.conn(), identity.id, &message).await?;
    let retry_of = match row.retry_of {
        Some(id) => entity::Entity::find_by_id(id)
            .one(ctx.db.conn())
            .await?
            .and_then(|r| r.uid.parse().ok()),
        None => None,
    };
    let author = approval::name(&ctx, row.created_by).await?;
    let asked = approval::asked(&ctx, &granted, &identity, &row).await?;
    let approved_by = approval::name(&ctx, row.approved_by).await?;
    let texts = body::texts(&ctx, identity.organisation_id, &row).await?;
    let (send_after, started_at) = (row.send_after.map(Timestamp), row.started_at.map(Timestamp));
    let (finished_at, erase_at) = (row.finished_at.map(Timestamp), Timestamp(row.erase_at));
    let reasons = reasons(&ctx, &row).await?;
    let failed_left = failed_left(&ctx, &row).await?;
    let settings = settings_of(&row);
    let left_out = u64::try_from(row.left_out).unwrap_or_default();
    let mut shown = rows_of(&ctx, &identity, vec![row]).await?;
    Ok(MessageView {
        row: shown.pop().ok_or(ErrorCode::NotFound)?,
        texts,
        default_language: identity.default_language.parse().unwrap_or(LanguageCode::EN),
        author,
        send_after,
        started_at,
        finished_at,
        erase_at,
        reasons,
        failed_left,
        settings,
        left_out,
        retry_of,
        asked,
        approved_by,
        now: ctx.now(),
    })
}

/// To how many "send to the failed" would go.
async fn failed_left(ctx: &Ctx, row: &entity::Model) -> AppResult<u64> {
    let over = matches!(
        MessageState::from_code(&row.state),
        Some(MessageState::Sent | MessageState::Cancelled)
    );
    if row.failed == 0 || !over {
        return Ok(0);
    }
    let failed = store::To::FailedOf(row.retry_of.unwrap_or(row.id));
    store::count_to(ctx, ctx.db.conn(), row.identity_id, &failed).await
}

#[derive(FromQueryResult)]
struct ReasonRow {
    state: i64,
    reason: i64,
    n: i64,
}

/// Why deliveries failed, were skipped or are held. Only looked for when there can be some: it reads all deliveries.
async fn reasons(ctx: &Ctx, row: &entity::Model) -> AppResult<Vec<(DeliveryState, Reason, u64)>> {
    if row.failed + row.skipped + row.pending == 0 {
        return Ok(Vec::new());
    }
    let sql = "SELECT state, reason, COUNT(*) AS n FROM delivery WHERE message_id = $1 AND reason <> 0 GROUP BY state, reason ORDER BY n DESC";
    let rows = ReasonRow::find_by_statement(ctx.db.stmt(sql, [row.id.into()]))
        .all(ctx.db.conn())
        .await?;
    let known = |r: ReasonRow| {
        let state = DeliveryState::from_number(r.state)?;
        Some((
            state,
            Reason::from_number(r.reason),
            u64::try_from(r.n).unwrap_or_default(),
        ))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}
