//! REST: the commands of a bot.
use crate::features::{
    auth::server::Granted,
    bots::{
        model::{After, Node, Texts, Tree},
        server::commands::{
            CommandInput, add_command, change_command, commands, default_language, remove_command,
        },
    },
    recipients::server::fold,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, LanguageCode, Problem, Uid,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiBody, ApiError, Link, Localised, PageQuery, Paged, link, links_of_part, page_of, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_commands, api_add_command))
        .routes(routes!(api_command, api_change_command, api_remove_command))
}

/// What a command answers.
#[derive(Serialize, ToSchema)]
struct BotAnswer {
    /// `text`
    #[serde(rename = "type")]
    kind: &'static str,
    /// Language code → text.
    body: BTreeMap<String, String>,
}

/// A command of a bot.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BotCommand {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9, unique in the bot.
    id: String,
    /// The word that leads here. Case, blanks and marks do not matter.
    #[schema(example = "waste")]
    command: String,
    /// The word in other languages: menus show the person's own, and all of them lead here.
    words: BTreeMap<String, String>,
    /// Further words.
    aliases: Vec<String>,
    /// What menus say beside the word: language code → text.
    description: BTreeMap<String, String>,
    /// The command above it; null: the start of the bot.
    parent: Option<String>,
    /// Its place among its neighbours, from 0.
    position: usize,
    /// At most one, of type `text`.
    answers: Vec<BotAnswer>,
    /// `stay`: the next word is looked for below this command, then further up. `start`: from the start.
    #[schema(example = "stay")]
    after: &'static str,
    /// `active`
    state: &'static str,
}

page_of! {
    /// Commands, each after the one above it.
    struct BotCommands { commands: BotCommand }
}

/// What a command is to answer.
#[derive(Deserialize, ToSchema)]
struct BotAnswerBody {
    /// `text`
    #[serde(default, rename = "type")]
    #[schema(example = "text")]
    kind: Option<String>,
    /// At most 3500 bytes per language.
    body: Localised,
}

/// A command to be added or changed. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
struct CommandBody {
    /// 1 to 256 characters; required for a new one. No neighbour may have the same word.
    #[schema(min_length = 1, max_length = 256)]
    #[serde(default)]
    command: Option<String>,
    /// The word in other languages: language code → word.
    #[serde(default)]
    words: Option<BTreeMap<String, String>>,
    /// At most 20 further words.
    #[schema(max_items = 20)]
    #[serde(default)]
    aliases: Option<Vec<String>>,
    /// At most 200 characters per language.
    #[serde(default)]
    description: Option<Localised>,
    /// The command above it; null: the start of the bot.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    parent: Option<Option<String>>,
    /// Its place among its neighbours, from 0; a new one stands last.
    #[serde(default)]
    position: Option<usize>,
    /// At most one, of type `text`.
    #[schema(max_items = 1)]
    #[serde(default)]
    answers: Option<Vec<BotAnswerBody>>,
    /// `stay` or `start`
    #[serde(default)]
    after: Option<String>,
}

/// Tells null from nothing.
fn given<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(d).map(Some)
}

impl CommandBody {
    fn checked(self, default: LanguageCode) -> AppResult<CommandInput> {
        let after = match self.after.as_deref() {
            None => None,
            Some("stay") => Some(After::Stay),
            Some("start") => Some(After::Start),
            Some(_) => return Err(AppError::field("after", Problem::NotAChoice)),
        };
        let texts = |field, text: Option<Localised>| text.map(|t| t.texts(field, default)).transpose();
        let parent = match self.parent {
            None => None,
            Some(None) => Some(None),
            Some(Some(text)) => {
                let unknown = |_| AppError::field("parent", Problem::NotAChoice);
                Some(Some(text.parse().map_err(unknown)?))
            }
        };
        Ok(CommandInput {
            word: self.command,
            words: texts("words", self.words.map(Localised::Many))?,
            aliases: self.aliases,
            description: texts("description", self.description)?,
            answer: self.answers.map(|a| one_text(a, default)).transpose()?,
            after,
            parent,
            position: self.position,
        })
    }
}

fn one_text(answers: Vec<BotAnswerBody>, default: LanguageCode) -> AppResult<Texts> {
    if answers.len() > 1 {
        return Err(AppError::field("answers", Problem::TooMany { max: 1 }));
    }
    let Some(answer) = answers.into_iter().next() else {
        return Ok(Texts::new());
    };
    match answer.kind.as_deref() {
        None | Some("text") => answer.body.texts("answers", default),
        Some(_) => Err(AppError::field("answers", Problem::NotAChoice)),
    }
}

/// List the commands of a bot
///
/// Those that people meet, each after the one above it. Changes that are not published in the cockpit are not among them.
#[utoipa::path(get, path = "/identities/{identity}/bots/{bot}/commands", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Commands", body = BotCommands),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_commands(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeBots>,
    Path((identity, bot)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<BotCommands>, AppError> {
    let (identity, bot) = (uid(&identity)?, uid(&bot)?);
    let tree = commands(&ctx, &granted, &identity, &bot).await?;
    let q = fold(paged.q().trim());
    let path = format!("/identities/{identity}/bots/{bot}");
    let all = tree.start.all();
    let found = all.into_iter().skip(1).filter(|n| fold(&n.word).contains(&q));
    let (items, paging) = paged.part(found.collect());
    let shown = |n| shown_command(&ctx, &path, &tree, n);
    let commands = items.into_iter().filter_map(shown).collect();
    let links = links_of_part(&ctx, &path, "commands", "bot");
    Ok(BotCommands::of(links, (commands, paging), |c| c))
}

/// Add a command to a bot
///
/// People meet it at once.
#[utoipa::path(post, path = "/identities/{identity}/bots/{bot}/commands", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9")), request_body = CommandBody, responses(
    (status = 201, description = "The new command", body = BotCommand),
    (status = 400, description = "A word is missing, too long or taken, an answer is too long, or there is no such parent", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The bot is deleted", body = ApiError),
))]
async fn api_add_command(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageBots>,
    Path((identity, bot)): Path<(String, String)>,
    ApiBody(body): ApiBody<CommandBody>,
) -> Result<Response, AppError> {
    let (identity, bot) = (uid(&identity)?, uid(&bot)?);
    let input = body.checked(default_language(&ctx, &granted, &identity).await?)?;
    let path = format!("/identities/{identity}/bots/{bot}");
    let (added, tree) = add_command(ctx.clone(), granted, identity, bot, input).await?;
    let made = command_of(&ctx, &path, &tree, &added)?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Show a command
#[utoipa::path(get, path = "/identities/{identity}/bots/{bot}/commands/{command}", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9"), ("command" = String, Path, description = "The command: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The command", body = BotCommand),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_command(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeBots>,
    Path((identity, bot, command)): Path<(String, String, String)>,
) -> Result<Json<BotCommand>, AppError> {
    let (identity, bot, command) = (uid(&identity)?, uid(&bot)?, uid(&command)?);
    let tree = commands(&ctx, &granted, &identity, &bot).await?;
    let path = format!("/identities/{identity}/bots/{bot}");
    Ok(Json(command_of(&ctx, &path, &tree, &command)?))
}

/// Change a command
///
/// What is left out stays as it is; with `parent` or `position` it moves, with everything below it.
#[utoipa::path(put, path = "/identities/{identity}/bots/{bot}/commands/{command}", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9"), ("command" = String, Path, description = "The command: 10 characters of a-z and 0-9")), request_body = CommandBody, responses(
    (status = 204, description = "Changed"),
    (status = 400, description = "A word is missing, too long or taken, an answer is too long, or the parent does not exist or lies below the command", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The bot is deleted", body = ApiError),
))]
async fn api_change_command(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageBots>,
    Path((identity, bot, command)): Path<(String, String, String)>,
    ApiBody(body): ApiBody<CommandBody>,
) -> Result<StatusCode, AppError> {
    let (identity, bot, command) = (uid(&identity)?, uid(&bot)?, uid(&command)?);
    let input = body.checked(default_language(&ctx, &granted, &identity).await?)?;
    change_command(ctx, granted, identity, bot, command, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a command
///
/// Everything below it goes with it.
#[utoipa::path(delete, path = "/identities/{identity}/bots/{bot}/commands/{command}", tag = "Bots",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("bot" = String, Path, description = "The bot: 10 characters of a-z and 0-9"), ("command" = String, Path, description = "The command: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Removed"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The bot is deleted", body = ApiError),
))]
async fn api_remove_command(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageBots>,
    Path((identity, bot, command)): Path<(String, String, String)>,
) -> Result<StatusCode, AppError> {
    remove_command(ctx, granted, uid(&identity)?, uid(&bot)?, uid(&command)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The command of that uid; the start is none.
fn command_of(ctx: &Ctx, path: &str, tree: &Tree, command: &Uid) -> AppResult<BotCommand> {
    let node = tree.find(command);
    node.and_then(|n| shown_command(ctx, path, tree, n))
        .ok_or_else(|| ErrorCode::NotFound.into())
}

fn shown_command(ctx: &Ctx, path: &str, tree: &Tree, node: &Node) -> Option<BotCommand> {
    let spot = tree.spot(&node.uid)?;
    let texts = |texts: &Texts| texts.iter().map(|(l, t)| (l.to_string(), t.clone())).collect();
    let answers = match node.answer.is_empty() {
        true => Vec::new(),
        false => vec![BotAnswer {
            kind: "text",
            body: texts(&node.answer),
        }],
    };
    Some(BotCommand {
        links: vec![
            link(ctx, "detail", &format!("{path}/commands/{}", node.uid)),
            link(ctx, "bot", path),
        ],
        id: node.uid.to_string(),
        command: node.word.clone(),
        words: texts(&node.words),
        aliases: node.aliases.clone(),
        description: texts(&node.description),
        parent: (spot.parent != tree.start.uid).then(|| spot.parent.to_string()),
        position: spot.at,
        answers,
        after: node.after.code(),
        state: "active",
    })
}
