//! REST: conversations, their messages, and answering.
use super::{list_conversations, load_thread, send_text};
use crate::features::{
    auth::server::Granted,
    conversations::model::{ConversationMessage, ConversationRow, MOST, STEP, Show},
};
use crate::kernel::{
    AppError, PageRequest, Problem, Uid,
    permission::cap,
    server::{
        Ctx,
        rest::{
            ApiBody, ApiError, Link, PageQuery, Paged, idempotency_key, link, links_of_part, page_of, uid,
        },
    },
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_conversations))
        .routes(routes!(api_conversation))
        .routes(routes!(api_answer))
}

/// A conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Conversation {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    id: String,
    /// The Threema ID of the person.
    #[schema(example = "ECHOECHO")]
    recipient: String,
    /// The name of the person; empty: none is known.
    name: String,
    /// `open` or `done`.
    #[schema(example = "open")]
    state: &'static str,
    /// Who deals with it; null: nobody in particular.
    assigned_to: Option<String>,
    /// Messages that the administrator of the key has not read.
    unread: u64,
    /// The time of the last message.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    updated_at: String,
    /// When the last text goes, and the conversation with it.
    #[schema(example = "2027-05-20T12:00:00+0000")]
    expires_at: String,
}

page_of! {
    /// Conversations.
    struct Conversations { conversations: Conversation }
}

/// A message of a conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Message {
    /// 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    id: String,
    /// `in`: the person wrote it; `out`: an administrator did.
    #[schema(example = "in")]
    direction: &'static str,
    /// The text.
    body: String,
    /// Of an answer: who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    /// Of an answer: `waiting`, `accepted` by the gateway, or `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// When it was sent.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    sent_at: String,
}

/// A conversation with its messages.
#[derive(Serialize, ToSchema)]
struct ConversationWithMessages {
    #[serde(flatten)]
    conversation: Conversation,
    /// Its last messages, oldest first.
    messages: Vec<Message>,
    /// There are older ones.
    more: bool,
}

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConversationQuery {
    /// `open` (default), `unread`, `mine`, `unassigned`, `done` or `all`. `unread` and `mine` are of the administrator of the key.
    filter: Option<String>,
}

/// How many messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MessagesQuery {
    /// Messages in the answer, the last ones. Default 50.
    #[param(minimum = 1, maximum = 5000)]
    messages: Option<String>,
}

/// An answer.
#[derive(Deserialize, ToSchema)]
struct AnswerBody {
    /// 1 to 3500 bytes.
    #[serde(default)]
    #[schema(required = true, min_length = 1)]
    body: String,
}

/// An answer that is on its way.
#[derive(Serialize, ToSchema)]
struct Answered {
    /// The message: 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    id: String,
}

/// List conversations
///
/// What people replied to distribution lists that keep replies, one conversation for each person, the newest first.
#[utoipa::path(get, path = "/identities/{identity}/conversations", tag = "Conversations",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9"), ConversationQuery, PageQuery), responses(
    (status = 200, description = "Conversations", body = Conversations),
    (status = 400, description = "filter, pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "No right to conversations", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_conversations(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Conversations>,
    Path(identity): Path<String>,
    Query(query): Query<ConversationQuery>,
    paged: Paged,
) -> Result<Json<Conversations>, AppError> {
    let identity = uid(&identity)?;
    let filter = query.filter.unwrap_or_default();
    if !filter.is_empty() && Show::of(&filter).code() != filter {
        return Err(AppError::field("filter", Problem::NotAChoice));
    }
    let load = |request: PageRequest| {
        let request = PageRequest {
            filter: filter.clone(),
            ..request
        };
        let listed = list_conversations(ctx.clone(), granted.clone(), identity.clone(), request);
        async move { Ok(listed.await?.page) }
    };
    let found = paged.load(load).await?;
    let path = format!("/identities/{identity}");
    let links = links_of_part(&ctx, &path, "conversations", "identity");
    Ok(Conversations::of(links, found, |row| {
        conversation(&ctx, &identity, row)
    }))
}

/// Show a conversation
///
/// Reading it here does not mark it as read.
#[utoipa::path(get, path = "/identities/{identity}/conversations/{conversation}", tag = "Conversations",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("conversation" = String, Path, description = "The conversation: 10 characters of a-z and 0-9"), MessagesQuery), responses(
    (status = 200, description = "The conversation", body = ConversationWithMessages),
    (status = 400, description = "messages out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "No right to conversations", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_conversation(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Conversations>,
    Path((identity, found)): Path<(String, String)>,
    Query(query): Query<MessagesQuery>,
) -> Result<Json<ConversationWithMessages>, AppError> {
    let (identity, found) = (uid(&identity)?, uid(&found)?);
    let most = match query.messages.as_deref() {
        None => STEP,
        Some(text) => text
            .parse()
            .ok()
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| {
                let max = MOST as usize;
                AppError::field("messages", Problem::OutOfRange { min: 1, max })
            })?,
    };
    let thread = load_thread(ctx.clone(), granted, identity.clone(), found, String::new(), most).await?;
    Ok(Json(ConversationWithMessages {
        conversation: conversation(&ctx, &identity, thread.row),
        messages: thread.messages.into_iter().map(message).collect(),
        more: thread.more,
    }))
}

/// Answer in a conversation
///
/// The text goes to the person of the conversation only. `Idempotency-Key` against doubles, as with distribution lists.
#[utoipa::path(post, path = "/identities/{identity}/conversations/{conversation}/messages", tag = "Conversations",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("conversation" = String, Path, description = "The conversation: 10 characters of a-z and 0-9")), request_body = AnswerBody, responses(
    (status = 201, description = "It is on its way", body = Answered),
    (status = 400, description = "The text is missing or too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "No right to conversations, or the plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "Nothing reaches the person (any more)", body = ApiError),
))]
async fn api_answer(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Conversations>,
    Path((identity, found)): Path<(String, String)>,
    headers: HeaderMap,
    ApiBody(body): ApiBody<AnswerBody>,
) -> Result<Response, AppError> {
    let (identity, found) = (uid(&identity)?, uid(&found)?);
    let key = idempotency_key(&headers)?;
    let text = ("body", body.body.as_str());
    let sent = send_text(&ctx, &granted, (&identity, &found), text, key.as_deref()).await?;
    let answered = Answered { id: sent.to_string() };
    Ok((StatusCode::CREATED, Json(answered)).into_response())
}

fn conversation(ctx: &Ctx, identity: &Uid, row: ConversationRow) -> Conversation {
    let path = format!("/identities/{identity}/conversations/{}", row.uid);
    Conversation {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "messages", &format!("{path}/messages")),
            link(ctx, "identity", &format!("/identities/{identity}")),
        ],
        id: row.uid.to_string(),
        recipient: row.threema_id.to_string(),
        name: row.name,
        state: row.state.code(),
        assigned_to: row.assigned.map(|a| a.name),
        unread: row.unread,
        updated_at: row.last_at.rest(),
        expires_at: row.erase_at.rest(),
    }
}

fn message(message: ConversationMessage) -> Message {
    let ours = message.sent.is_some();
    Message {
        id: message.uid.to_string(),
        direction: if ours { "out" } else { "in" },
        body: message.text,
        author: ours.then_some(message.author),
        state: message.sent.map(|sent| sent.code()),
        sent_at: message.at.rest(),
    }
}
