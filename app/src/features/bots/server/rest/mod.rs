//! REST: bots and their commands (reference/broadcast-api.md section 3.3; the fields of a command are ours).
mod commands;

use super::{all_bots, create_bot, delete_bot, rename_bot, service::load_bot_view};
use crate::features::{
    auth::server::Granted,
    bots::model::{BotInput, BotView},
};
use crate::kernel::{
    AppError, Uid,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiBody, ApiError, Link, PageQuery, Paged, deleted, link, page_of, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_bots, api_create_bot))
        .routes(routes!(api_bot, api_rename_bot, api_delete_bot))
        .merge(commands::routes())
}

/// A bot.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Bot {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "3334osykj4")]
    id: String,
    /// Its name.
    name: String,
    /// `active` or `deleted`.
    #[schema(example = "active")]
    state: &'static str,
    /// How many commands it has.
    command_count: u64,
    /// When it was made.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    created_at: String,
    /// When it was renamed, deleted, restored or published last.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    updated_at: String,
}

page_of! {
    /// Bots.
    struct Bots { bots: Bot }
}

/// A bot to be made or renamed.
#[derive(Deserialize, ToSchema)]
struct BotBody {
    /// 1 to 256 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 256)]
    name: String,
}

/// List bots
///
/// Those in use first, each part by name; deleted ones stay listed.
#[utoipa::path(get, path = "/identities/{identity}/bots", tag = "Bots",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Bots", body = Bots),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_bots(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeBots>,
    Path(identity): Path<String>,
    paged: Paged,
) -> Result<Json<Bots>, AppError> {
    let identity = uid(&identity)?;
    let found = all_bots(&ctx, &granted, &identity, paged.q(), paged.window()).await?;
    let links = vec![link(&ctx, "self", &format!("/identities/{identity}/bots"))];
    Ok(Bots::of(links, paged.found(found), |b| shown(&ctx, &identity, b)))
}

/// Make a bot
///
/// It has no commands yet, and answers nobody until it has some.
#[utoipa::path(post, path = "/identities/{identity}/bots", tag = "Bots",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9")), request_body = BotBody, responses(
    (status = 201, description = "The new bot", body = Bot),
    (status = 400, description = "The name is missing or too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_create_bot(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageBots>,
    Path(identity): Path<String>,
    ApiBody(body): ApiBody<BotBody>,
) -> Result<Response, AppError> {
    let identity = uid(&identity)?;
    let input = BotInput { name: body.name };
    let made = create_bot(ctx.clone(), granted, identity.clone(), input).await?;
    Ok((StatusCode::CREATED, Json(shown(&ctx, &identity, made))).into_response())
}

/// Show a bot
#[utoipa::path(get, path = "/identities/{identity}/bots/{bot}", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The bot", body = Bot),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_bot(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeBots>,
    Path((identity, bot)): Path<(String, String)>,
) -> Result<Json<Bot>, AppError> {
    let (identity, bot) = (uid(&identity)?, uid(&bot)?);
    let found = load_bot_view(&ctx, &granted, &identity, &bot).await?;
    Ok(Json(shown(&ctx, &identity, found)))
}

/// Rename a bot
#[utoipa::path(put, path = "/identities/{identity}/bots/{bot}", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9")), request_body = BotBody, responses(
    (status = 204, description = "Renamed"),
    (status = 400, description = "The name is missing or too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The bot is deleted", body = ApiError),
))]
async fn api_rename_bot(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageBots>,
    Path((identity, bot)): Path<(String, String)>,
    ApiBody(body): ApiBody<BotBody>,
) -> Result<StatusCode, AppError> {
    let input = BotInput { name: body.name };
    rename_bot(ctx, granted, uid(&identity)?, uid(&bot)?, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a bot
///
/// It stays listed with the state `deleted` and answers nobody. Deleting it again changes nothing.
#[utoipa::path(delete, path = "/identities/{identity}/bots/{bot}", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Deleted"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_delete_bot(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageBots>,
    Path((identity, bot)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    deleted(delete_bot(ctx, granted, uid(&identity)?, uid(&bot)?).await)
}

fn shown(ctx: &Ctx, identity: &Uid, bot: BotView) -> Bot {
    let path = format!("/identities/{identity}/bots/{}", bot.uid);
    Bot {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "commands", &format!("{path}/commands")),
            link(ctx, "identity", &format!("/identities/{identity}")),
        ],
        id: bot.uid.to_string(),
        name: bot.name,
        state: bot.state.code(),
        command_count: bot.commands,
        created_at: bot.created_at.rest(),
        updated_at: bot.updated_at.rest(),
    }
}
