//! REST: feeds, who gets them and who is barred (reference/broadcast-api.md section 3.5).
use super::{all_feeds, block, change_feed, create_feed, list_blocked, load_feed, store, unblock};
use crate::features::{
    auth::server::Granted,
    feeds::model::{FeedInput, FeedView, Greeting, link as public_link},
    identities::server::find as find_identity,
    lists::server as lists,
    recipients::model::Recipient,
};
use crate::kernel::{
    AppError, AppResult, PageRequest, Uid,
    permission::{Capability, cap},
    server::{
        Ctx,
        rest::{
            ApiBody, ApiError, IdsInput, Link, PageQuery, Paged, deleted, link, links_of_part, page_of, uid,
        },
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
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

/// A feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Feed {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    id: String,
    /// What people may type instead of the name.
    number: u64,
    /// Its name, which people type.
    name: String,
    /// An internal note.
    description: String,
    /// `active` or `deleted`.
    #[schema(example = "active")]
    state: &'static str,
    /// How many get it.
    recipient_count: u64,
    /// When it was made.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    created_at: String,
    /// When it or its subscribers changed last.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    updated_at: String,
}

/// A feed with its greetings and its link.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FeedDetail {
    #[serde(flatten)]
    feed: Feed,
    /// Sent to who subscribes: language code → text.
    welcome: BTreeMap<String, String>,
    /// Sent to who leaves: language code → text.
    goodbye: BTreeMap<String, String>,
    /// Opens a chat with the command typed in; for QR codes.
    #[schema(example = "https://threema.id/*BCAST01?text=start%20News")]
    public_link: String,
}

page_of! {
    /// Feeds.
    struct Feeds { feeds: Feed }
}

/// Somebody who gets a feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FeedRecipient {
    /// The Threema ID.
    #[schema(example = "ECHOECHO")]
    id: String,
    first_name: String,
    last_name: String,
    category: String,
    /// Two letters; null: the identity's default language.
    language: Option<String>,
    /// `not-fetched`, `reachable`, `unknown`, `key-changed` or `revoked`.
    #[schema(example = "reachable")]
    state: &'static str,
    /// In no list of the identity.
    external: bool,
}

page_of! {
    /// Who gets a feed.
    struct FeedRecipients { recipients: FeedRecipient }
}

/// Somebody who is barred.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BlockedRecipient {
    /// The Threema ID.
    #[schema(example = "ECHOECHO")]
    id: String,
    /// Since when.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    blocked_at: String,
}

page_of! {
    /// Who is barred from a feed.
    struct BlockedRecipients { recipients: BlockedRecipient }
}

/// A feed to be made or changed. What is left out of a change stays.
#[derive(Deserialize, ToSchema)]
struct FeedBody {
    /// 1 to 256 characters; no other feed in use may have it.
    #[schema(min_length = 1, max_length = 256)]
    name: Option<String>,
    /// An internal note.
    #[schema(max_length = 1000)]
    description: Option<String>,
    /// Sent to who subscribes: language code → text, each at most 3500 bytes.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    welcome: Option<Greeting>,
    /// Sent to who leaves, likewise.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    goodbye: Option<Greeting>,
}

impl FeedBody {
    fn over(self, before: FeedInput) -> FeedInput {
        FeedInput {
            name: self.name.unwrap_or(before.name),
            description: self.description.unwrap_or(before.description),
            welcome: self.welcome.unwrap_or(before.welcome),
            goodbye: self.goodbye.unwrap_or(before.goodbye),
        }
    }
}

/// IDs. `{"members": […]}` and a bare array are taken too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `IdsInput`")]
struct FeedIds {
    /// Threema IDs, at most 5000.
    #[schema(max_items = 5000)]
    recipients: Vec<String>,
}

/// What subscribing did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Subscribed {
    /// Get it since now.
    added: u64,
    /// Got it before.
    already_there: u64,
    /// Get it afterwards.
    recipient_count: u64,
}

/// What blocking did.
#[derive(Serialize, ToSchema)]
struct BlockingDone {
    /// Barred since now.
    blocked: u64,
    /// Those of them who lost the feed by it.
    removed: u64,
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

fn shown(ctx: &Ctx, identity: &Uid, feed: FeedView) -> Feed {
    let path = format!("/identities/{identity}/feeds/{}", feed.uid);
    Feed {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "recipients", &format!("{path}/recipients")),
            link(ctx, "blacklist", &format!("{path}/blacklist")),
            link(ctx, "chat", &format!("{path}/chat")),
            link(ctx, "identity", &format!("/identities/{identity}")),
        ],
        id: feed.uid.to_string(),
        number: feed.number,
        name: feed.name,
        description: feed.description,
        state: feed.state.code(),
        recipient_count: feed.subscribers,
        created_at: feed.created_at.rest(),
        updated_at: feed.updated_at.rest(),
    }
}

fn subscriber(recipient: Recipient) -> FeedRecipient {
    FeedRecipient {
        id: recipient.threema_id.to_string(),
        external: recipient.external,
        first_name: recipient.first_name,
        last_name: recipient.last_name,
        category: recipient.category,
        language: recipient.language.map(|l| l.to_string()),
        state: recipient.state.code(),
    }
}
