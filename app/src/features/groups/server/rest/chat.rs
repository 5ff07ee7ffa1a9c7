//! REST: the chat of a group.
use super::{
    super::{delete_text, load_entry, reading, send_text},
    shapes::{ApiGroupMessage, GroupChatInput, GroupChatPage, message},
};
use crate::features::{auth::server::Granted, groups::model::NewText};
use crate::kernel::{
    AppError, ErrorCode, Problem,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiBody, ApiError, Localised, PageQuery, Paged, idempotency_key, links_of_part, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_group_chat, api_write_in_group))
        .routes(routes!(api_group_message, api_delete_group_message))
}

/// List the messages of a group
///
/// Newest first: what was written as the Broadcast ID, and what members wrote while history was saved.
#[utoipa::path(get, path = "/identities/{identity}/groups/{group}/chat", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Messages", body = GroupChatPage),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_group_chat(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<GroupChatPage>, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    let path = format!("/identities/{identity}/groups/{group}");
    let found = reading::texts(&ctx, &granted, (&identity, &group), paged.window()).await?;
    let links = links_of_part(&ctx, &path, "chat", "group");
    Ok(GroupChatPage::of(links, paged.found(found), |e| {
        message(&ctx, &path, e)
    }))
}

/// Write in a group
///
/// The answer comes as soon as the message is durable. With the header `Idempotency-Key` (at most 64 characters) the same call
/// again answers the same message instead of sending another one. A group that was never synchronised is now.
#[utoipa::path(post, path = "/identities/{identity}/groups/{group}/chat", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), request_body = GroupChatInput, responses(
    (status = 201, description = "The message", body = ApiGroupMessage),
    (status = 400, description = "No text, too long, or nobody would get it", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "The plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The group is dissolved", body = ApiError),
))]
async fn api_write_in_group(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
    headers: HeaderMap,
    ApiBody(input): ApiBody<GroupChatInput>,
) -> Result<Response, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    if input.kind.as_deref().is_some_and(|kind| kind != "text") {
        return Err(AppError::field("type", Problem::NotAChoice));
    }
    let text = match input.body {
        Some(Localised::One(text)) => text,
        // groups have one text; a client that sends one per language sends one
        Some(Localised::Many(texts)) if texts.len() == 1 => texts.into_values().next().unwrap_or_default(),
        Some(Localised::Many(_)) => return Err(AppError::field("body", Problem::NotAChoice)),
        None => return Err(AppError::field("body", Problem::Required)),
    };
    let key = idempotency_key(&headers)?;
    let new = NewText { text, quotes: None };
    let place = (&identity, &group);
    let sent = send_text(&ctx, &granted, place, ("body", &new), key.as_deref()).await?;
    let entry = load_entry(&ctx, &granted, place, &sent).await?;
    let path = format!("/identities/{identity}/groups/{group}");
    Ok((StatusCode::CREATED, Json(message(&ctx, &path, entry))).into_response())
}

/// Show a message of a group
#[utoipa::path(get, path = "/identities/{identity}/groups/{group}/chat/{group_message}", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9"), ("group_message" = String, Path, description = "The message: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The message", body = ApiGroupMessage),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist, or its text is erased", body = ApiError),
))]
async fn api_group_message(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group, message_uid)): Path<(String, String, String)>,
) -> Result<Json<ApiGroupMessage>, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    let entry = load_entry(&ctx, &granted, (&identity, &group), &uid(&message_uid)?).await?;
    if entry.text.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    let path = format!("/identities/{identity}/groups/{group}");
    Ok(Json(message(&ctx, &path, entry)))
}

/// Take a message of a group back
///
/// Within six hours it disappears from the phones, too; later only what is stored here goes.
#[utoipa::path(delete, path = "/identities/{identity}/groups/{group}/chat/{group_message}", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9"), ("group_message" = String, Path, description = "The message: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Taken back"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "It is taken back already, or the group is dissolved", body = ApiError),
))]
async fn api_delete_group_message(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group, message_uid)): Path<(String, String, String)>,
) -> Result<StatusCode, AppError> {
    delete_text(ctx, granted, uid(&identity)?, uid(&group)?, uid(&message_uid)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
