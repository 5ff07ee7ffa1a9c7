//! REST: the chat of a feed, as that of a distribution list.
use super::{
    erase_message,
    rest::{Chat, ChatInput, ChatMessage, Place, chat, send},
};
use crate::features::{auth::server::Granted, lists::model::Kind};
use crate::kernel::{
    AppError,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiBody, ApiError, PageQuery, Paged, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_feed_chat, api_send_to_feed))
        .routes(routes!(api_feed_message, api_delete_feed_message))
}

/// List the messages of a feed
///
/// Newest first. Messages whose text is erased (after 180 days, or deleted) are not listed.
#[utoipa::path(get, path = "/identities/{identity}/feeds/{feed}/chat", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Messages", body = Chat),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_feed_chat(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeMessages>,
    Path((identity, feed)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<Chat>, AppError> {
    let place = Place::find(&ctx, &granted, Kind::Feed, &identity, &feed).await?;
    chat(&ctx, &place, &paged).await
}

/// Send a message to a feed
///
/// As to a distribution list: durable when it is answered, sent at once, `Idempotency-Key` against doubles.
#[utoipa::path(post, path = "/identities/{identity}/feeds/{feed}/chat", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9")), request_body = ChatInput, responses(
    (status = 201, description = "The message; its state is `needs_approval` if it goes to more people than the Broadcast ID allows without the approval of another administrator", body = ChatMessage),
    (status = 400, description = "No text, too long, not in the default language, or nobody would get it", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "The plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The feed is deleted", body = ApiError),
))]
async fn api_send_to_feed(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SendMessages>,
    Path((identity, feed)): Path<(String, String)>,
    headers: HeaderMap,
    ApiBody(input): ApiBody<ChatInput>,
) -> Result<Response, AppError> {
    let place = Place::find(&ctx, &granted, Kind::Feed, &identity, &feed).await?;
    send(&ctx, &granted, &place, &headers, input).await
}

/// Show a message of a feed
#[utoipa::path(get, path = "/identities/{identity}/feeds/{feed}/chat/{message}", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9"), ("message" = String, Path, description = "The message: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The message", body = ChatMessage),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist, or its text is erased", body = ApiError),
))]
async fn api_feed_message(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeMessages>,
    Path((identity, feed, message)): Path<(String, String, String)>,
) -> Result<Json<ChatMessage>, AppError> {
    let place = Place::find(&ctx, &granted, Kind::Feed, &identity, &feed).await?;
    let row = place.message(&ctx, &uid(&message)?).await?;
    Ok(Json(place.shown(&ctx, row).await?))
}

/// Delete a message of a feed
///
/// Its text is erased for good, and what has not left yet is cancelled. What has arrived on phones stays there.
#[utoipa::path(delete, path = "/identities/{identity}/feeds/{feed}/chat/{message}", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("feed" = String, Path, description = "The feed: 10 characters of a-z and 0-9"), ("message" = String, Path, description = "The message: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Deleted"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_delete_feed_message(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SendMessages>,
    Path((identity, feed, message)): Path<(String, String, String)>,
) -> Result<StatusCode, AppError> {
    let place = Place::find(&ctx, &granted, Kind::Feed, &identity, &feed).await?;
    let row = place.message(&ctx, &uid(&message)?).await?;
    erase_message(&ctx, &granted, row).await?;
    Ok(StatusCode::NO_CONTENT)
}
