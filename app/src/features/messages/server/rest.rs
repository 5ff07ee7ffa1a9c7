//! REST: the chat of a distribution list (reference/broadcast-api.md sections 3.4 and 3.7).
use super::{
    SendNow, body, drafts::default_language, entity, erase_message, messages_of_list, reading::went_to_list,
    send_now, store,
};
use crate::features::{
    auth::server::Granted,
    identities::server::{Identity, find as find_identity},
    lists::{
        model::{Kind, ListState},
        server::find_of,
    },
    messages::model::{MessageState, PauseReason, Settings},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Timestamp, Uid,
    live::Counts,
    permission::{Capability, cap},
    server::{
        Ctx,
        rest::{
            ApiBody, ApiError, Link, Localised, PageQuery, Paged, idempotency_key, link, links_of_part,
            page_of, uid,
        },
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_list_chat, api_send_to_list))
        .routes(routes!(api_list_message, api_delete_list_message))
        .merge(super::rest_feeds::routes())
        .merge(super::rest_broadcasts::routes())
}

/// A message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChatMessage {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "w2c8r41mzp")]
    id: String,
    /// Always `text`.
    #[serde(rename = "type")]
    #[schema(example = "text")]
    kind: &'static str,
    /// Language code → text.
    #[schema(example = json!({"de": "Hallo", "en": "Hello"}))]
    body: BTreeMap<String, String>,
    /// When it was sent.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    created_at: String,
    /// When it or one of its deliveries changed last.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    updated_at: String,
    /// `needs_approval`, `draft` (sent back instead of approved), `queued`, `sending`, `paused`, `sent` or `cancelled`.
    #[schema(example = "sending")]
    state: String,
    /// Why it is paused: `by_administrator`, `no_credits`, `unauthorized` or `plan_ended`. While it is being sent:
    /// `gateway_away` when the gateway does not answer; the message goes on by itself.
    pause_reason: Option<&'static str>,
    deliveries: Deliveries,
}

/// How many deliveries are in each state; together they are `total`.
#[derive(Serialize, ToSchema)]
pub(super) struct Deliveries {
    total: u64,
    /// Waiting here.
    pending: u64,
    /// Taken by the gateway.
    accepted: u64,
    /// Arrived on the phone.
    delivered: u64,
    /// Read, as far as people tell.
    read: u64,
    /// Will not arrive.
    failed: u64,
    /// Left out: ID revoked, no key.
    skipped: u64,
    /// Stopped before it left.
    cancelled: u64,
}

page_of! {
    /// Messages.
    pub(super) struct Chat { messages: ChatMessage }
}

/// A message to send.
#[derive(Deserialize, ToSchema)]
pub(super) struct ChatInput {
    /// `text`, which is also taken when nothing is said.
    #[serde(default, rename = "type")]
    #[schema(example = "text")]
    kind: Option<String>,
    /// One text for all, or language code → text; at most 3500 bytes each. A recipient gets the text of their language, else
    /// that of the identity's default language, which must be there.
    body: Option<Localised>,
    /// What people reply to it is kept, as conversations, also where the list does not say so.
    #[serde(default, rename = "takesReplies")]
    #[schema(default = false, required = false)]
    takes_replies: bool,
    /// Whoever comes later gets it too, once, as long as its text is kept.
    #[serde(default, rename = "default")]
    #[schema(default = false, required = false)]
    newcomers: bool,
}

/// List the messages of a distribution list
///
/// Newest first. Messages whose text is erased (after 180 days, or deleted) are not listed.
#[utoipa::path(get, path = "/identities/{identity}/distribution_lists/{list}/chat", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Messages", body = Chat),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_list_chat(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeMessages>,
    Path((identity, list)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<Chat>, AppError> {
    let place = Place::find(&ctx, &granted, Kind::List, &identity, &list).await?;
    chat(&ctx, &place, &paged).await
}

pub(super) async fn chat(ctx: &Ctx, place: &Place, paged: &Paged) -> Result<Json<Chat>, AppError> {
    let (offset, limit) = paged.window();
    let (rows, total) = messages_of_list(ctx, &place.identity, place.list_id, offset, limit).await?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        messages.push(place.shown(ctx, row).await?);
    }
    let links = links_of_part(ctx, &place.list_path(), "chat", place.relation());
    Ok(Chat::of(links, paged.found((messages, total)), |m| m))
}

/// Send a message to a distribution list
///
/// The answer comes as soon as the message is durable; it is sent at once, without the undo window. With the header
/// `Idempotency-Key` (at most 64 characters) the same call again answers the same message instead of sending another one.
#[utoipa::path(post, path = "/identities/{identity}/distribution_lists/{list}/chat", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9")), request_body = ChatInput, responses(
    (status = 201, description = "The message; its state is `needs_approval` if it goes to more people than the Broadcast ID allows without the approval of another administrator", body = ChatMessage),
    (status = 400, description = "No text, too long, not in the default language, or nobody would get it", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "The plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The list is deleted", body = ApiError),
))]
async fn api_send_to_list(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SendMessages>,
    Path((identity, list)): Path<(String, String)>,
    headers: HeaderMap,
    ApiBody(input): ApiBody<ChatInput>,
) -> Result<Response, AppError> {
    let place = Place::find(&ctx, &granted, Kind::List, &identity, &list).await?;
    send(&ctx, &granted, &place, &headers, input).await
}

pub(super) async fn send(
    ctx: &Ctx,
    granted: &Granted<cap::SendMessages>,
    place: &Place,
    headers: &HeaderMap,
    input: ChatInput,
) -> Result<Response, AppError> {
    let idempotency_key = idempotency_key(headers)?;
    if input.kind.as_deref().is_some_and(|kind| kind != "text") {
        return Err(AppError::field("type", Problem::NotAChoice));
    }
    let body = input
        .body
        .ok_or_else(|| AppError::field("body", Problem::Required))?;
    let texts = body.texts("body", default_language(&place.identity))?;
    if place.state == ListState::Deleted {
        return Err(ErrorCode::WrongState.into());
    }
    let send = SendNow {
        lists: vec![place.list.clone()],
        texts,
        settings: Settings {
            takes_replies: input.takes_replies,
            newcomers: input.newcomers,
            ..Settings::default()
        },
        people: Vec::new(),
        idempotency_key,
    };
    let sent = send_now(ctx, granted, &place.identity, send)
        .await
        .map_err(at_body)?;
    let row = store::find(ctx.db.conn(), place.identity.id, &sent).await?;
    // whether it goes out or waits for approval, its state says
    Ok((StatusCode::CREATED, Json(place.shown(ctx, row).await?)).into_response())
}

/// Show a message
#[utoipa::path(get, path = "/identities/{identity}/distribution_lists/{list}/chat/{message}", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9"), ("message" = String, Path, description = "The message: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The message", body = ChatMessage),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist, or its text is erased", body = ApiError),
))]
async fn api_list_message(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeMessages>,
    Path((identity, list, message)): Path<(String, String, String)>,
) -> Result<Json<ChatMessage>, AppError> {
    let place = Place::find(&ctx, &granted, Kind::List, &identity, &list).await?;
    let row = place.message(&ctx, &uid(&message)?).await?;
    Ok(Json(place.shown(&ctx, row).await?))
}

/// Delete a message
///
/// Its text is erased for good, and what has not left yet is cancelled. What has arrived on phones stays there.
#[utoipa::path(delete, path = "/identities/{identity}/distribution_lists/{list}/chat/{message}", tag = "Chat",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9"), ("message" = String, Path, description = "The message: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Deleted"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_delete_list_message(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SendMessages>,
    Path((identity, list, message)): Path<(String, String, String)>,
) -> Result<StatusCode, AppError> {
    let place = Place::find(&ctx, &granted, Kind::List, &identity, &list).await?;
    let row = place.message(&ctx, &uid(&message)?).await?;
    erase_message(&ctx, &granted, row).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose chat it is.
pub(super) struct Place {
    kind: Kind,
    identity: Identity,
    identity_uid: Uid,
    list: Uid,
    list_id: i64,
    state: ListState,
}

impl Place {
    /// The list or feed, also a deleted one: what was sent to it stays.
    pub(super) async fn find<C: Capability>(
        ctx: &Ctx,
        granted: &Granted<C>,
        kind: Kind,
        identity: &str,
        list: &str,
    ) -> AppResult<Self> {
        let (identity_uid, list) = (uid(identity)?, uid(list)?);
        let identity = find_identity(ctx, granted, &identity_uid).await?;
        let found = find_of(ctx.db.conn(), identity.id, kind, &list).await?;
        Ok(Self {
            kind,
            list_id: found.id,
            state: ListState::of(&found.state),
            identity,
            identity_uid,
            list,
        })
    }

    /// A message of this list that still has its text.
    pub(super) async fn message(&self, ctx: &Ctx, message: &Uid) -> AppResult<entity::Model> {
        let row = store::find(ctx.db.conn(), self.identity.id, message).await?;
        let here = went_to_list(ctx, row.id, self.list_id).await?;
        // somebody who sent it by this API looks it up also when it was not approved
        let shown = row.state != MessageState::Draft.code() || row.returned_at.is_some();
        if here && shown && row.erased_at.is_none() {
            Ok(row)
        } else {
            Err(ErrorCode::NotFound.into())
        }
    }

    fn list_path(&self) -> String {
        let collection = match self.kind {
            Kind::List => "distribution_lists",
            Kind::Feed => "feeds",
        };
        format!("/identities/{}/{collection}/{}", self.identity_uid, self.list)
    }

    const fn relation(&self) -> &'static str {
        match self.kind {
            Kind::List => "distribution_list",
            Kind::Feed => "feed",
        }
    }

    fn path(&self, end: &str) -> String {
        format!("{}/chat{end}", self.list_path())
    }

    pub(super) async fn shown(&self, ctx: &Ctx, row: entity::Model) -> AppResult<ChatMessage> {
        let texts = body::texts(ctx, self.identity.organisation_id, &row).await?;
        Ok(ChatMessage {
            links: vec![
                link(ctx, "detail", &self.path(&format!("/{}", row.uid))),
                link(ctx, self.relation(), &self.list_path()),
            ],
            kind: "text",
            body: texts
                .into_iter()
                .map(|(language, text)| (language.to_string(), text))
                .collect(),
            created_at: Timestamp(row.queued_at.unwrap_or(row.created_at)).rest(),
            updated_at: Timestamp(row.updated_at).rest(),
            pause_reason: row
                .pause_reason
                .as_deref()
                .and_then(PauseReason::from_code)
                .map(PauseReason::code),
            deliveries: deliveries(row.counts()),
            state: row.state,
            id: row.uid,
        })
    }
}

pub(super) fn deliveries(counts: Counts) -> Deliveries {
    Deliveries {
        total: counts.total,
        pending: counts.pending,
        accepted: counts.accepted,
        delivered: counts.delivered,
        read: counts.read,
        failed: counts.failed,
        skipped: counts.skipped,
        cancelled: counts.cancelled,
    }
}

/// The cockpit's field `texts.de` is `body.de` here.
pub(super) fn at_body(mut error: AppError) -> AppError {
    for field in &mut error.fields {
        if let Some(language) = field.field.strip_prefix("texts.") {
            field.field = format!("body.{language}");
        }
    }
    error
}
