//! Showing, making and changing feeds. Deleting and restoring are those of lists.
use super::{
    entity,
    store::{self, Feed, greeting, greeting_json},
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    feeds::model::{Day, FeedHead, FeedInput, FeedView, HISTORY_DAYS},
    identities::server::{Identity, find as find_identity},
    lists::{
        model::{Kind, ListState},
        server::{self as lists, NewList},
    },
    plans::server::check_limit,
    recipients::server::{name_key, tell},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, LanguageCode, Page, PageRequest, Problem, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{ActiveValue::Set, FromQueryResult, IntoActiveModel, prelude::*};
use serde_json::json;

/// Days in which a refused subscription is a warning.
const WARN_DAYS: i64 = 7;

/// One page of the identity's feeds.
pub async fn list_feeds(
    ctx: Ctx,
    granted: Granted<cap::SeeFeeds>,
    identity: Uid,
    request: PageRequest,
) -> AppResult<Page<FeedView>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let page = lists::list_page(&ctx, &identity, Some(Kind::Feed), &request).await?;
    Ok(Page {
        items: store::views(ctx.db.conn(), identity.id, page.items).await?,
        total: page.total,
        page: page.page,
        size: page.size,
    })
}

/// `limit` of the identity's feeds (none: all) from `offset` on, deleted ones last, and how many there are.
pub async fn all_feeds(
    ctx: &Ctx,
    granted: &Granted<cap::SeeFeeds>,
    identity: &Uid,
    q: &str,
    (offset, limit): (u64, Option<u64>),
) -> AppResult<(Vec<FeedView>, u64)> {
    let identity = find_identity(ctx, granted, identity).await?;
    let (found, total) = lists::window(ctx, (identity.id, Kind::Feed), q, offset, limit).await?;
    Ok((store::views(ctx.db.conn(), identity.id, found).await?, total))
}

#[derive(FromQueryResult)]
struct Counts {
    blocked: i64,
    external: i64,
    refused: i64,
}

/// A feed with everything that its page shows.
pub async fn load_feed(
    ctx: Ctx,
    granted: Granted<cap::SeeFeeds>,
    identity: Uid,
    feed: Uid,
) -> AppResult<FeedHead> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let feed = store::find(ctx.db.conn(), identity.id, &feed).await?;
    let audience = lists::audience_counts(ctx.db.conn(), identity.id, &[feed.list.id]).await?;
    let counts = counts(&ctx, &identity, &feed).await?;
    let n = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(FeedHead {
        welcome: greeting(&feed.row.welcome),
        goodbye: greeting(&feed.row.goodbye),
        threema_id: identity
            .threema_id
            .parse()
            .map_err(|_| internal(&"a stored identity is malformed"))?,
        default_language: identity.default_language.parse().unwrap_or(LanguageCode::EN),
        blocked: n(counts.blocked),
        external: n(counts.external),
        refused: n(counts.refused),
        not_fetched: audience.not_fetched,
        key_changed: audience.key_changed,
        gone: audience.unknown + audience.revoked,
        feed: store::view_of(lists::view_of(feed.list)?, feed.row.number, feed.row.description),
    })
}

async fn counts(ctx: &Ctx, identity: &Identity, feed: &Feed) -> AppResult<Counts> {
    let sql = "SELECT (SELECT COUNT(*) FROM feed_block WHERE list_id = $1) AS blocked,
                 (SELECT COUNT(*) FROM distribution_list_member m JOIN recipient r ON r.id = m.recipient_id
                   WHERE $2 AND m.list_id = $1 AND r.places = r.feed_places) AS external,
                 (SELECT CAST(COALESCE(SUM(refused), 0) AS BIGINT) FROM feed_day WHERE list_id = $1 AND day > $3) AS refused";
    let day = ctx.now().0.div_euclid(Timestamp::DAY) - WARN_DAYS;
    let values = [feed.list.id.into(), identity.internal_only.into(), day.into()];
    let found = Counts::find_by_statement(ctx.db.stmt(sql, values))
        .one(ctx.db.conn())
        .await?;
    found.ok_or_else(|| internal(&"COUNT gave no row"))
}

/// Makes an empty feed.
///
/// # Errors
/// [`Problem::Taken`] at the name when another feed in use has it: people could not tell them apart.
pub async fn create_feed(
    ctx: Ctx,
    granted: Granted<cap::ManageFeeds>,
    identity: Uid,
    input: FeedInput,
) -> AppResult<FeedView> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    // locks the identity: names and numbers stay distinct
    check_limit(&ctx, &tx, identity.id, 0).await?;
    free_name(&tx, &identity, &input, 0).await?;
    let now = ctx.now().0;
    let list = NewList {
        uid: Set(ctx.rng.uid().to_string()),
        identity_id: Set(identity.id),
        kind: Set(Kind::Feed.code().to_owned()),
        name_key: Set(name_key(&input.name)),
        name: Set(input.name.clone()),
        state: Set(ListState::Active.code().to_owned()),
        member_count: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let list = list.insert(tx.conn()).await?;
    let row = entity::ActiveModel {
        list_id: Set(list.id),
        identity_id: Set(identity.id),
        number: Set(store::next_number(tx.conn(), identity.id).await?),
        description: Set(input.description.clone()),
        welcome: Set(greeting_json(&input.welcome)?),
        goodbye: Set(greeting_json(&input.goodbye)?),
    };
    let row = row.insert(tx.conn()).await?;
    let detail = json!({ "name": list.name, "number": row.number, "after": shown(&input) });
    record(&ctx, &tx, granted.who(), "feed.create", &list.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    Ok(store::view_of(lists::view_of(list)?, row.number, row.description))
}

/// Changes name, description and greetings.
///
/// # Errors
/// As [`create_feed`]; [`ErrorCode::WrongState`] when it is deleted.
pub async fn change_feed(
    ctx: Ctx,
    granted: Granted<cap::ManageFeeds>,
    identity: Uid,
    feed: Uid,
    input: FeedInput,
) -> AppResult<FeedView> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    check_limit(&ctx, &tx, identity.id, 0).await?;
    let Feed { list, row } = store::find(tx.conn(), identity.id, &feed).await?;
    if ListState::of(&list.state) == ListState::Deleted {
        return Err(ErrorCode::WrongState.into());
    }
    free_name(&tx, &identity, &input, list.id).await?;
    let before = FeedInput {
        name: list.name.clone(),
        description: row.description.clone(),
        welcome: greeting(&row.welcome),
        goodbye: greeting(&row.goodbye),
    };
    let mut list = list.into_active_model();
    list.name_key = Set(name_key(&input.name));
    list.name = Set(input.name.clone());
    list.updated_at = Set(ctx.now().0);
    let list = list.update(tx.conn()).await?;
    let mut row = row.into_active_model();
    row.description = Set(input.description.clone());
    row.welcome = Set(greeting_json(&input.welcome)?);
    row.goodbye = Set(greeting_json(&input.goodbye)?);
    let row = row.update(tx.conn()).await?;
    let detail = json!({ "name": list.name, "before": shown(&before), "after": shown(&input) });
    record(&ctx, &tx, granted.who(), "feed.change", &list.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    Ok(store::view_of(lists::view_of(list)?, row.number, row.description))
}

async fn free_name(tx: &Tx, identity: &Identity, input: &FeedInput, own: i64) -> AppResult<()> {
    match lists::feed_name_taken(tx.conn(), identity.id, &name_key(&input.name), own).await? {
        true => Err(AppError::field("name", Problem::Taken)),
        false => Ok(()),
    }
}

/// For the audit log: which greetings there are, not what they say.
fn shown(input: &FeedInput) -> serde_json::Value {
    let languages = |texts: &crate::features::feeds::model::Greeting| {
        texts.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    json!({
        "name": input.name, "description": input.description,
        "welcome": languages(&input.welcome), "goodbye": languages(&input.goodbye),
    })
}

#[derive(FromQueryResult)]
struct DayRow {
    day: i64,
    joined: i64,
    gone: i64,
    added: i64,
    removed: i64,
    refused: i64,
}

/// Comings and goings of the last [`HISTORY_DAYS`], oldest first; days on which nothing happened are left out.
pub async fn load_history(
    ctx: Ctx,
    granted: Granted<cap::SeeFeeds>,
    identity: Uid,
    feed: Uid,
) -> AppResult<Vec<Day>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let feed = store::find(ctx.db.conn(), identity.id, &feed).await?;
    let from = ctx.now().0.div_euclid(Timestamp::DAY) - HISTORY_DAYS;
    let sql = "SELECT day, joined, gone, added, removed, refused FROM feed_day WHERE list_id = $1 AND day > $2 ORDER BY day";
    let rows = DayRow::find_by_statement(ctx.db.stmt(sql, [feed.list.id.into(), from.into()]))
        .all(ctx.db.conn())
        .await?;
    let n = |n: i64| u64::try_from(n).unwrap_or_default();
    let day = |row: DayRow| Day {
        day: row.day,
        joined: n(row.joined),
        gone: n(row.gone),
        added: n(row.added),
        removed: n(row.removed),
        refused: n(row.refused),
    };
    Ok(rows.into_iter().map(day).collect())
}
