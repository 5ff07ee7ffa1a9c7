//! REST: broadcasts, whose replies become conversations.
use super::{
    body, broadcasts_of,
    drafts::default_language,
    entity,
    rest::{Deliveries, at_body, deliveries},
    sending::{SendNow, send_now},
    store,
};
use crate::features::{
    auth::server::Granted,
    identities::server::{Identity, find as find_identity},
    messages::model::{MessageState, Scope, Settings},
    recipients::server::fold,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Timestamp, Uid,
    permission::cap,
    server::{
        Ctx,
        rest::{
            ApiBody, ApiError, IdsInput, Link, Localised, PageQuery, Paged, Paging, idempotency_key, link,
            links_of_part, page_of, uid,
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
pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_broadcasts, api_send_broadcast))
        .routes(routes!(api_broadcast))
}

/// A broadcast to send.
#[derive(Deserialize, ToSchema)]
struct BroadcastInput {
    /// For administrators; 1 to 256 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 256)]
    name: String,
    /// `identity`: everybody on a list or feed of it (default); `organisation`: also the people of the other identities, once each,
    /// which takes a right of its own; `people`: those named in `recipients`.
    #[serde(default)]
    #[schema(example = "identity", required = false)]
    audience: Option<String>,
    /// Threema IDs for `people`, at most 5000; IDs that the identity does not know are left out.
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = false)]
    recipients: IdsInput,
    /// Whoever is new later gets it too, once, as long as its text is kept. Not for `people`.
    #[serde(default, rename = "default")]
    #[schema(default = false, required = false)]
    newcomers: bool,
    /// One text for all, or language code → text; at most 3500 bytes each.
    body: Option<Localised>,
}

/// A broadcast.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Broadcast {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "w2c8r41mzp")]
    id: String,
    /// For administrators.
    name: String,
    /// `identity`, `organisation` or `people`.
    #[schema(example = "identity")]
    audience: &'static str,
    /// Whoever is new gets it too.
    default: bool,
    /// Language code → text.
    #[schema(example = json!({"de": "Hallo", "en": "Hello"}))]
    body: BTreeMap<String, String>,
    /// When it was sent.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    created_at: String,
    /// As that of a message to a list.
    #[schema(example = "sending")]
    state: String,
    deliveries: Deliveries,
}

page_of! {
    /// Broadcasts.
    struct Broadcasts { broadcasts: Broadcast }
}

/// List broadcasts
///
/// Newest first. Broadcasts whose text is erased (after 180 days, or deleted) are not listed.
#[utoipa::path(get, path = "/identities/{identity}/broadcasts", tag = "Conversations",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Broadcasts", body = Broadcasts),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_broadcasts(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeMessages>,
    Path(identity): Path<String>,
    paged: Paged,
) -> Result<Json<Broadcasts>, AppError> {
    let path = uid(&identity)?;
    let identity = find_identity(&ctx, &granted, &path).await?;
    let (rows, paging) = broadcasts(&ctx, &identity, &paged).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(shown(&ctx, &identity, &path, row).await?);
    }
    let links = links_of_part(&ctx, &format!("/identities/{path}"), "broadcasts", "identity");
    Ok(Broadcasts::of(links, (found, paging), |broadcast| broadcast))
}

/// The part that was asked for. A name is compared as searches do, which no database can, so a search reads all of them.
async fn broadcasts(
    ctx: &Ctx,
    identity: &Identity,
    paged: &Paged,
) -> AppResult<(Vec<entity::Model>, Paging)> {
    let words = fold(paged.q());
    if words.is_empty() {
        let (offset, limit) = paged.window();
        let (rows, total) = broadcasts_of(ctx, identity, offset, limit).await?;
        return Ok((rows, paged.paging_of(total)));
    }
    let (mut rows, _) = broadcasts_of(ctx, identity, 0, None).await?;
    rows.retain(|row| fold(&row.broadcast_name).contains(&words));
    Ok(paged.part(rows))
}

/// Send a broadcast
///
/// Everybody gets it one to one; what they reply becomes a conversation with each of them. Durable when it is answered, sent at
/// once, `Idempotency-Key` against doubles, as with distribution lists.
#[utoipa::path(post, path = "/identities/{identity}/broadcasts", tag = "Conversations",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9")), request_body = BroadcastInput, responses(
    (status = 201, description = "The broadcast; its state is `needs_approval` if it goes to more people than the Broadcast ID allows without the approval of another administrator", body = Broadcast),
    (status = 400, description = "No name or text, too long, not in the default language, or nobody would get it", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "No right to that audience, over the plan's recipient limit, or the plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_send_broadcast(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SendMessages>,
    Path(identity): Path<String>,
    headers: HeaderMap,
    ApiBody(input): ApiBody<BroadcastInput>,
) -> Result<Response, AppError> {
    let path = uid(&identity)?;
    let identity = find_identity(&ctx, &granted, &path).await?;
    let idempotency_key = idempotency_key(&headers)?;
    let scope = match input.audience.as_deref() {
        None => Scope::Identity,
        Some(code) => Some(Scope::of(code))
            .filter(|s| s.is_broadcast())
            .ok_or_else(|| AppError::field("audience", Problem::NotAChoice))?,
    };
    let people = input.recipients.checked()?;
    let text = input
        .body
        .ok_or_else(|| AppError::field("body", Problem::Required))?;
    let send = SendNow {
        texts: text.texts("body", default_language(&identity))?,
        settings: Settings {
            scope,
            name: input.name,
            takes_replies: true,
            newcomers: input.newcomers,
        },
        people,
        idempotency_key,
        ..SendNow::default()
    };
    let sent = send_now(&ctx, &granted, &identity, send).await.map_err(at_body)?;
    let row = store::find(ctx.db.conn(), identity.id, &sent).await?;
    Ok((
        StatusCode::CREATED,
        Json(shown(&ctx, &identity, &path, row).await?),
    )
        .into_response())
}

/// Show a broadcast
#[utoipa::path(get, path = "/identities/{identity}/broadcasts/{message}", tag = "Conversations",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("message" = String, Path, description = "The broadcast: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The broadcast", body = Broadcast),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist, or its text is erased", body = ApiError),
))]
async fn api_broadcast(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeMessages>,
    Path((identity, message)): Path<(String, String)>,
) -> Result<Json<Broadcast>, AppError> {
    let path = uid(&identity)?;
    let identity = find_identity(&ctx, &granted, &path).await?;
    let row = store::find(ctx.db.conn(), identity.id, &uid(&message)?).await?;
    let sent = row.state != MessageState::Draft.code() || row.returned_at.is_some();
    if !Scope::of(&row.scope).is_broadcast() || !sent || row.erased_at.is_some() {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(Json(shown(&ctx, &identity, &path, row).await?))
}

async fn shown(ctx: &Ctx, identity: &Identity, path: &Uid, row: entity::Model) -> AppResult<Broadcast> {
    let texts = body::texts(ctx, identity.organisation_id, &row).await?;
    let base = format!("/identities/{path}");
    Ok(Broadcast {
        links: vec![
            link(ctx, "detail", &format!("{base}/broadcasts/{}", row.uid)),
            link(ctx, "conversations", &format!("{base}/conversations")),
            link(ctx, "identity", &base),
        ],
        audience: Scope::of(&row.scope).code(),
        default: row.for_newcomers,
        body: texts
            .into_iter()
            .map(|(language, text)| (language.to_string(), text))
            .collect(),
        created_at: Timestamp(row.queued_at.unwrap_or(row.created_at)).rest(),
        deliveries: deliveries(row.counts()),
        state: row.state,
        name: row.broadcast_name,
        id: row.uid,
    })
}
