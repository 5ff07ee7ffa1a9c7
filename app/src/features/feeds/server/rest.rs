//! REST: feeds, who gets them and who is barred (reference/broadcast-api.md section 3.5).
mod shapes;

use super::{all_feeds, block, change_feed, create_feed, list_blocked, load_feed, store, unblock};
use crate::features::{
    auth::server::Granted,
    feeds::model::{FeedInput, Greeting, link as public_link},
    identities::server::find as find_identity,
    lists::server as lists,
};
use crate::kernel::{
    AppError, AppResult, PageRequest, Uid,
    permission::{Capability, cap},
    server::{
        Ctx,
        rest::{ApiBody, ApiError, IdsInput, PageQuery, Paged, deleted, link, links_of_part, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shapes::{
    BlockedRecipient, BlockedRecipients, BlockingDone, Feed, FeedBody, FeedDetail, FeedIds, FeedRecipients,
    Feeds, Subscribed, shown, subscriber,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_feeds, api_create_feed))
        .routes(routes!(api_feed, api_change_feed, api_delete_feed))
        .routes(routes!(
            api_subscribers,
            api_add_subscribers,
            api_remove_subscribers
        ))
        .routes(routes!(api_blocked, api_block, api_unblock))
}

/// List feeds
///
/// Those in use first, each part by name; deleted ones stay listed.
#[utoipa::path(get, path = "/identities/{identity}/feeds", tag = "Feeds",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Feeds", body = Feeds),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_feeds(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeFeeds>,
    Path(identity): Path<String>,
    paged: Paged,
) -> Result<Json<Feeds>, AppError> {
    let identity = uid(&identity)?;
    let found = all_feeds(&ctx, &granted, &identity, paged.q(), paged.window()).await?;
    let links = vec![link(&ctx, "self", &format!("/identities/{identity}/feeds"))];
    Ok(Feeds::of(links, paged.found(found), |f| {
        shown(&ctx, &identity, f)
    }))
}

/// Make a feed
#[utoipa::path(post, path = "/identities/{identity}/feeds", tag = "Feeds",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9")), request_body = FeedBody, responses(
    (status = 201, description = "The new feed", body = Feed),
    (status = 400, description = "The name is missing, taken or too long, or a greeting is too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_create_feed(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageFeeds>,
    Path(identity): Path<String>,
    ApiBody(body): ApiBody<FeedBody>,
) -> Result<Response, AppError> {
    let identity = uid(&identity)?;
    let input = body.over(FeedInput::default());
    let made = create_feed(ctx.clone(), granted, identity.clone(), input).await?;
    Ok((StatusCode::CREATED, Json(shown(&ctx, &identity, made))).into_response())
}

/// Show a feed
#[utoipa::path(get, path = "/identities/{identity}/feeds/{feed}", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The feed", body = FeedDetail),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_feed(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeFeeds>,
    Path((identity, feed)): Path<(String, String)>,
) -> Result<Json<FeedDetail>, AppError> {
    let (identity, feed) = (uid(&identity)?, uid(&feed)?);
    let head = load_feed(ctx.clone(), granted, identity.clone(), feed).await?;
    let texts = |greeting: Greeting| greeting.into_iter().map(|(l, t)| (l.to_string(), t)).collect();
    Ok(Json(FeedDetail {
        public_link: public_link(head.threema_id, &head.feed.name, head.feed.number),
        feed: shown(&ctx, &identity, head.feed),
        welcome: texts(head.welcome),
        goodbye: texts(head.goodbye),
    }))
}

/// Change a feed
///
/// Fields that are left out stay as they are.
#[utoipa::path(put, path = "/identities/{identity}/feeds/{feed}", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), request_body = FeedBody, responses(
    (status = 204, description = "Changed"),
    (status = 400, description = "The name is missing, taken or too long, or a greeting is too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The feed is deleted", body = ApiError),
))]
async fn api_change_feed(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageFeeds>,
    Path((identity, feed)): Path<(String, String)>,
    ApiBody(body): ApiBody<FeedBody>,
) -> Result<StatusCode, AppError> {
    let (identity, feed) = (uid(&identity)?, uid(&feed)?);
    let before = load_feed(
        ctx.clone(),
        granted.clone().also()?,
        identity.clone(),
        feed.clone(),
    )
    .await?;
    let before = FeedInput {
        name: before.feed.name,
        description: before.feed.description,
        welcome: before.welcome,
        goodbye: before.goodbye,
    };
    change_feed(ctx, granted, identity, feed, body.over(before)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a feed
///
/// It stays listed with the state `deleted`. Deleting it again changes nothing.
#[utoipa::path(delete, path = "/identities/{identity}/feeds/{feed}", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Deleted"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_delete_feed(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageFeeds>,
    Path((identity, feed)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    let (identity, feed) = (uid(&identity)?, uid(&feed)?);
    expect(&ctx, &granted, &identity, &feed).await?;
    deleted(lists::delete_list(ctx, granted.also()?, identity, feed).await)
}

/// List the recipients of a feed
#[utoipa::path(get, path = "/identities/{identity}/feeds/{feed}/recipients", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Recipients", body = FeedRecipients),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_subscribers(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeFeeds>,
    Path((identity, feed)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<FeedRecipients>, AppError> {
    let (identity, feed) = (uid(&identity)?, uid(&feed)?);
    expect(&ctx, &granted, &identity, &feed).await?;
    let granted: Granted<cap::SeeLists> = granted.also()?;
    let load = |request: PageRequest| {
        lists::list_members(
            ctx.clone(),
            granted.clone(),
            identity.clone(),
            feed.clone(),
            request,
        )
    };
    let found = paged.load(load).await?;
    let path = format!("/identities/{identity}/feeds/{feed}");
    let links = links_of_part(&ctx, &path, "recipients", "feed");
    Ok(FeedRecipients::of(links, found, subscriber))
}

/// Subscribe recipients to a feed
///
/// Whom the block list bars is left out. With `replaceExisting` they take the place of all who get it.
#[utoipa::path(post, path = "/identities/{identity}/feeds/{feed}/recipients", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), request_body = FeedIds, responses(
    (status = 200, description = "What was done", body = Subscribed),
    (status = 400, description = "Too many, or one of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "Over the plan's recipient limit; nothing was changed", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The feed is deleted", body = ApiError),
))]
async fn api_add_subscribers(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageFeeds>,
    Path((identity, feed)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<Json<Subscribed>, AppError> {
    let (identity, feed, ids) = (uid(&identity)?, uid(&feed)?, body.checked()?);
    expect(&ctx, &granted, &identity, &feed).await?;
    let granted = granted.also()?;
    let done = if body.replace_existing {
        lists::replace_members(ctx, granted, identity, feed, ids).await?
    } else {
        lists::add_members(ctx, granted, identity, feed, ids).await?
    };
    Ok(Json(Subscribed {
        added: done.added,
        already_there: done.already,
        recipient_count: done.members,
    }))
}

/// Unsubscribe recipients from a feed
///
/// IDs that do not get it are left out.
#[utoipa::path(delete, path = "/identities/{identity}/feeds/{feed}/recipients", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), request_body = FeedIds, responses(
    (status = 204, description = "Removed"),
    (status = 400, description = "Too many, or one of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The feed is deleted", body = ApiError),
))]
async fn api_remove_subscribers(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageFeeds>,
    Path((identity, feed)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<StatusCode, AppError> {
    let (identity, feed, ids) = (uid(&identity)?, uid(&feed)?, body.checked()?);
    expect(&ctx, &granted, &identity, &feed).await?;
    lists::remove_members(ctx, granted.also()?, identity, feed, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List who is barred from a feed
#[utoipa::path(get, path = "/identities/{identity}/feeds/{feed}/blacklist", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Who is barred", body = BlockedRecipients),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_blocked(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeFeeds>,
    Path((identity, feed)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<BlockedRecipients>, AppError> {
    let (identity, feed) = (uid(&identity)?, uid(&feed)?);
    let load = |request: PageRequest| {
        list_blocked(
            ctx.clone(),
            granted.clone(),
            identity.clone(),
            feed.clone(),
            request,
        )
    };
    let found = paged.load(load).await?;
    let path = format!("/identities/{identity}/feeds/{feed}");
    let links = links_of_part(&ctx, &path, "blacklist", "feed");
    Ok(BlockedRecipients::of(links, found, |b| BlockedRecipient {
        id: b.threema_id.to_string(),
        blocked_at: b.blocked_at.rest(),
    }))
}

/// Bar recipients from a feed
///
/// They lose the feed and cannot subscribe, nor be subscribed by administrators.
#[utoipa::path(post, path = "/identities/{identity}/feeds/{feed}/blacklist", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), request_body = FeedIds, responses(
    (status = 200, description = "What was done", body = BlockingDone),
    (status = 400, description = "Too many, or one of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_block(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageFeeds>,
    Path((identity, feed)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<Json<BlockingDone>, AppError> {
    let (identity, feed, ids) = (uid(&identity)?, uid(&feed)?, body.checked()?);
    let done = block(ctx, granted, identity, feed, ids).await?;
    Ok(Json(BlockingDone {
        blocked: done.blocked,
        removed: done.removed,
    }))
}

/// Bar recipients from a feed no longer
///
/// They do not get the feed again by it.
#[utoipa::path(delete, path = "/identities/{identity}/feeds/{feed}/blacklist", tag = "Feeds",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), request_body = FeedIds, responses(
    (status = 204, description = "Done"),
    (status = 400, description = "Too many, or one of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_unblock(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageFeeds>,
    Path((identity, feed)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<StatusCode, AppError> {
    let (identity, feed, ids) = (uid(&identity)?, uid(&feed)?, body.checked()?);
    unblock(ctx, granted, identity, feed, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A distribution list is not found here.
async fn expect<C: Capability>(ctx: &Ctx, granted: &Granted<C>, identity: &Uid, feed: &Uid) -> AppResult<()> {
    let identity = find_identity(ctx, granted, identity).await?;
    store::find(ctx.db.conn(), identity.id, feed).await?;
    Ok(())
}
