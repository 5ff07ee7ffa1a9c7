//! REST: central groups, their members, pictures and chats (reference/broadcast-api.md section 3.6).
use super::{
    add_members, all_groups, change_members, create_group, delete_picture, delete_text, disband_group,
    load_entry, load_group, load_picture, reading, remove_members, rename_group, send_text, set_history,
    set_picture, synchronise, wait_until_sent,
};
use crate::features::{
    auth::server::Granted,
    groups::model::{
        ChatEntry, GroupInput, GroupState, GroupView, MemberState, MemberView, NewGroup, NewText, Sender,
    },
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, ThreemaId, Uid,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiBody, ApiError, IdsInput, Link, Localised, PageQuery, Paged, Paging, link, uid},
    },
    validate::Check,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest idempotency key in characters.
const KEY_CHARS: usize = 64;

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_groups, api_create_group))
        .routes(routes!(api_group, api_change_group, api_delete_group))
        .routes(routes!(
            api_group_members,
            api_add_group_members,
            api_remove_group_members
        ))
        .routes(routes!(api_synchronise_group))
        .routes(routes!(
            api_group_image,
            api_set_group_image,
            api_delete_group_image
        ))
        .routes(routes!(api_group_chat, api_write_in_group))
        .routes(routes!(api_group_message, api_delete_group_message))
}

/// A group.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiGroup {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    id: String,
    /// Its name, without the cloud that phones show while history is saved.
    name: String,
    /// `active` or `deleted`.
    #[schema(example = "active")]
    state: &'static str,
    /// Whether what members write is kept.
    save_chat_history: bool,
    /// How many members are wanted in it, without the Broadcast ID.
    member_count: u64,
    /// Whether phones have this state.
    synchronised: bool,
    /// When it was made.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    created_at: String,
    /// When name, state or members changed last.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    updated_at: String,
}

/// Groups.
#[derive(Serialize, ToSchema)]
struct ApiGroups {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    groups: Vec<ApiGroup>,
    #[serde(rename = "_paging")]
    documented_paging: Paging,
    paging: Paging,
}

/// A group to make.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupBody {
    /// At most 256 bytes; 249 while history is saved.
    #[serde(default)]
    name: String,
    /// Threema IDs.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    members: Option<IdsInput>,
    /// Whether what members write is kept.
    #[serde(default)]
    save_chat_history: bool,
}

/// What to change of a group; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupChangeBody {
    /// At most 256 bytes; 249 while history is saved.
    #[serde(default)]
    name: Option<String>,
    /// Whether what members write is kept.
    #[serde(default)]
    save_chat_history: Option<bool>,
}

/// Threema IDs: `{"members": […]}`, `{"recipients": […]}` or a bare array.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; `IdsInput` reads it")]
struct MembersBody {
    members: Vec<String>,
}

/// A member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiMember {
    /// Threema ID.
    #[schema(example = "ECHOECHO")]
    id: String,
    first_name: String,
    last_name: String,
    category: String,
    /// What they call themselves.
    nickname: String,
    /// `new`, `to-be-removed`, `on-the-way`, `in-sync`, `left` or `unreachable`.
    #[schema(example = "in-sync")]
    state: &'static str,
    /// When they left by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_at: Option<String>,
    /// Why they are unreachable: `unknown`, `revoked`, `key-changed` or `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// Members.
#[derive(Serialize, ToSchema)]
struct ApiMembers {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    members: Vec<ApiMember>,
    #[serde(rename = "_paging")]
    documented_paging: Paging,
    paging: Paging,
}

/// What a change of members did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MembersChanged {
    /// Wanted in the group since now; phones hear of it with the next synchronisation.
    added: u64,
    /// Not wanted in it any more.
    removed: u64,
    /// Wanted in it afterwards.
    member_count: u64,
}

/// A picture.
#[derive(Serialize, Deserialize, ToSchema)]
struct ApiImage {
    /// A JPEG in base64, line breaks allowed, at most 1 MB; null: there is none.
    image: Option<String>,
}

/// A message of the chat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiGroupMessage {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "w2c8r41mzp")]
    id: String,
    /// Always `text`.
    #[serde(rename = "type")]
    #[schema(example = "text")]
    kind: &'static str,
    /// The text; mentions as `@[THREEMAID]`.
    body: String,
    /// Threema ID of the member who wrote it; null: the Broadcast ID.
    sender: Option<String>,
    #[schema(example = "2026-11-21T12:00:00+0000")]
    created_at: String,
    #[schema(example = "2026-11-21T12:00:00+0000")]
    updated_at: String,
    /// `sending` or `sent`; `received` for one of a member.
    #[schema(example = "sent")]
    state: &'static str,
    deliveries: GroupDeliveries,
}

/// How many deliveries are in each state; together they are `total`. Groups know neither `delivered` nor `read`.
#[derive(Serialize, ToSchema)]
struct GroupDeliveries {
    total: u64,
    pending: u64,
    accepted: u64,
    delivered: u64,
    read: u64,
    failed: u64,
    skipped: u64,
    cancelled: u64,
}

/// Messages.
#[derive(Serialize, ToSchema)]
struct GroupChatPage {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    messages: Vec<ApiGroupMessage>,
    #[serde(rename = "_paging")]
    documented_paging: Paging,
    paging: Paging,
}

/// A message to send.
#[derive(Deserialize, ToSchema)]
struct GroupChatInput {
    /// `text`, which is also taken when nothing is said.
    #[serde(default, rename = "type")]
    #[schema(example = "text")]
    kind: Option<String>,
    /// At most 3500 bytes.
    #[schema(value_type = String)]
    body: Option<Localised>,
}

/// Which states are asked for: `?states=active`, or `{"states": ["active"]}` in the body, as a client of the live service
/// sends it.
#[derive(Default, Deserialize)]
struct StatesBody {
    #[serde(default)]
    states: Vec<String>,
}

fn wanted_state(uri: &Uri, body: &Bytes) -> Option<GroupState> {
    let in_query = uri.query().unwrap_or_default().split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        matches!(name, "states" | "state" | "states[]" | "states%5B%5D").then(|| value.to_owned())
    });
    let states = match in_query {
        Some(states) => states.split(',').map(str::to_owned).collect(),
        None => {
            serde_json::from_slice::<StatesBody>(body)
                .unwrap_or_default()
                .states
        }
    };
    match states.as_slice() {
        [one] => Some(GroupState::of(one)),
        _ => None,
    }
}

/// List the groups of an identity
///
/// Those in use come first. With `?states=active` (or `{"states": ["active"]}` in the body) only they.
#[utoipa::path(get, path = "/identities/{identity}/groups", tag = "Groups",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Groups", body = ApiGroups),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_groups(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path(identity): Path<String>,
    paged: Paged,
    uri: Uri,
    body: Bytes,
) -> Result<Json<ApiGroups>, AppError> {
    let identity = uid(&identity)?;
    let state = wanted_state(&uri, &body);
    let (items, total) = all_groups(&ctx, &granted, &identity, (state, paged.q()), paged.window()).await?;
    let paging = paged.paging_of(total);
    Ok(Json(ApiGroups {
        links: vec![link(&ctx, "self", &format!("/identities/{identity}/groups"))],
        groups: items.into_iter().map(|g| shown(&ctx, &identity, g)).collect(),
        documented_paging: paging.clone(),
        paging,
    }))
}

/// Make a group
///
/// With members it is synchronised at once: they get set-up, name and picture.
#[utoipa::path(post, path = "/identities/{identity}/groups", tag = "Groups",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9")), request_body = GroupBody, responses(
    (status = 201, description = "The new group", body = ApiGroup),
    (status = 400, description = "The name is missing or too long, or a member is no Threema ID", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "Over the plan's recipient limit, or the plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "More than 255 members", body = ApiError),
))]
async fn api_create_group(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path(identity): Path<String>,
    ApiBody(body): ApiBody<GroupBody>,
) -> Result<Response, AppError> {
    let identity = uid(&identity)?;
    let members: Vec<ThreemaId> = match body.members {
        Some(ids) => ids.checked()?,
        None => Vec::new(),
    };
    let with_members = !members.is_empty();
    let input = NewGroup {
        name: body.name,
        members,
        saves_history: body.save_chat_history,
    };
    let made = create_group(ctx.clone(), granted.clone(), identity.clone(), input).await?;
    if with_members {
        synchronise(ctx.clone(), granted.clone(), identity.clone(), made.uid.clone()).await?;
    }
    let head = load_group(ctx.clone(), granted, identity.clone(), made.uid).await?;
    Ok((StatusCode::CREATED, Json(shown(&ctx, &identity, head.group))).into_response())
}

/// Show a group
#[utoipa::path(get, path = "/identities/{identity}/groups/{group}", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The group", body = ApiGroup),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_group(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
) -> Result<Json<ApiGroup>, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    let head = load_group(ctx.clone(), granted, identity.clone(), group).await?;
    Ok(Json(shown(&ctx, &identity, head.group)))
}

/// Change a group
///
/// Name and history; then the group is synchronised, with everything else that is staged.
#[utoipa::path(put, path = "/identities/{identity}/groups/{group}", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), request_body = GroupChangeBody, responses(
    (status = 204, description = "Changed; phones are being told"),
    (status = 400, description = "The name is missing or too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "The plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The group is dissolved", body = ApiError),
))]
async fn api_change_group(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
    ApiBody(body): ApiBody<GroupChangeBody>,
) -> Result<StatusCode, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    let (i, g) = (|| identity.clone(), || group.clone());
    // a name that fits only without the cloud is checked after the cloud has gone, and before it comes
    if body.save_chat_history == Some(false) {
        set_history(ctx.clone(), granted.clone(), i(), g(), false).await?;
    }
    if let Some(name) = body.name {
        rename_group(ctx.clone(), granted.clone(), i(), g(), GroupInput { name }).await?;
    }
    if body.save_chat_history == Some(true) {
        set_history(ctx.clone(), granted.clone(), i(), g(), true).await?;
    }
    synchronise(ctx, granted, identity.clone(), group.clone()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Dissolve a group
///
/// Its members lose it on their phones; it stays listed with the state `deleted`. Again changes nothing.
#[utoipa::path(delete, path = "/identities/{identity}/groups/{group}", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Dissolved"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_delete_group(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    disband_group(ctx, granted, uid(&identity)?, uid(&group)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the members of a group
///
/// With those who are to be removed, and those who have left.
#[utoipa::path(get, path = "/identities/{identity}/groups/{group}/members", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Members", body = ApiMembers),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_group_members(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<ApiMembers>, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    let path = format!("/identities/{identity}/groups/{group}");
    let head = load_group(ctx.clone(), granted, identity, group).await?;
    let (items, paging) = paged.part(head.members);
    Ok(Json(ApiMembers {
        links: vec![
            link(&ctx, "self", &format!("{path}/members")),
            link(&ctx, "group", &path),
        ],
        members: items.into_iter().map(member).collect(),
        documented_paging: paging.clone(),
        paging,
    }))
}

/// Add members to a group, or replace them
///
/// Phones hear of it with the next synchronisation: change the group, or `POST …/sync`.
#[utoipa::path(post, path = "/identities/{identity}/groups/{group}/members", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), request_body = MembersBody, responses(
    (status = 200, description = "What was done", body = MembersChanged),
    (status = 400, description = "One of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "Over the plan's recipient limit; nothing was changed", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "More than 255 members, or the group is dissolved; nothing was changed", body = ApiError),
))]
async fn api_add_group_members(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<Json<MembersChanged>, AppError> {
    let (identity, group, ids) = (uid(&identity)?, uid(&group)?, body.checked()?);
    let done = if body.replace_existing {
        let head = load_group(ctx.clone(), granted.clone(), identity.clone(), group.clone()).await?;
        let known = head.members.iter().map(|m| m.threema_id);
        let remove = known.filter(|id| !ids.contains(id)).collect();
        change_members(ctx, granted, identity, group, (ids, remove)).await?
    } else {
        add_members(ctx, granted, identity, group, ids).await?
    };
    Ok(Json(MembersChanged {
        added: done.added,
        removed: done.removed,
        member_count: done.members,
    }))
}

/// Remove members from a group
///
/// IDs that are not in it are left out. Phones hear of it with the next synchronisation.
#[utoipa::path(delete, path = "/identities/{identity}/groups/{group}/members", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), request_body = MembersBody, responses(
    (status = 204, description = "Removed"),
    (status = 400, description = "One of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The group is dissolved", body = ApiError),
))]
async fn api_remove_group_members(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<StatusCode, AppError> {
    remove_members(ctx, granted, uid(&identity)?, uid(&group)?, body.checked()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Synchronise a group
///
/// Brings phones to the present members, name and picture. Answers when the gateway has taken everything.
#[utoipa::path(post, path = "/identities/{identity}/groups/{group}/sync", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "The gateway has taken everything"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "The plan has ended", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The group is dissolved", body = ApiError),
    (status = 502, description = "The gateway does not answer; the synchronisation goes on by itself", body = ApiError),
))]
async fn api_synchronise_group(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    synchronise(ctx.clone(), granted.clone(), identity.clone(), group.clone()).await?;
    wait_until_sent(&ctx, &granted, &identity, &group).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show the picture of a group
#[utoipa::path(get, path = "/identities/{identity}/groups/{group}/image", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The picture", body = ApiImage),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_group_image(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
) -> Result<Json<ApiImage>, AppError> {
    let image = load_picture(&ctx, &granted, &uid(&identity)?, &uid(&group)?).await?;
    Ok(Json(ApiImage { image }))
}

/// Set the picture of a group
///
/// Phones hear of it with the next synchronisation.
#[utoipa::path(put, path = "/identities/{identity}/groups/{group}/image", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), request_body = ApiImage, responses(
    (status = 204, description = "Set"),
    (status = 400, description = "Not a JPEG in base64, or too big", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The group is dissolved", body = ApiError),
))]
async fn api_set_group_image(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
    ApiBody(body): ApiBody<ApiImage>,
) -> Result<StatusCode, AppError> {
    let (identity, group) = (uid(&identity)?, uid(&group)?);
    match body.image.filter(|i| !i.trim().is_empty()) {
        Some(image) => set_picture(ctx, granted, identity, group, image).await?,
        None => delete_picture(ctx, granted, identity, group).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Remove the picture of a group
#[utoipa::path(delete, path = "/identities/{identity}/groups/{group}/image", tag = "Groups",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("group" = String, Path, description = "The group: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Removed"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The group is dissolved", body = ApiError),
))]
async fn api_delete_group_image(
    State(ctx): State<Ctx>,
    granted: Granted<cap::Groups>,
    Path((identity, group)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    delete_picture(ctx, granted, uid(&identity)?, uid(&group)?).await?;
    Ok(StatusCode::NO_CONTENT)
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
    let (items, total) = reading::texts(&ctx, &granted, (&identity, &group), paged.window()).await?;
    let paging = paged.paging_of(total);
    Ok(Json(GroupChatPage {
        links: vec![
            link(&ctx, "self", &format!("{path}/chat")),
            link(&ctx, "group", &path),
        ],
        messages: items.into_iter().map(|e| message(&ctx, &path, e)).collect(),
        documented_paging: paging.clone(),
        paging,
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

fn shown(ctx: &Ctx, identity: &Uid, group: GroupView) -> ApiGroup {
    let path = format!("/identities/{identity}/groups/{}", group.uid);
    ApiGroup {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "members", &format!("{path}/members")),
            link(ctx, "image", &format!("{path}/image")),
            link(ctx, "chat", &format!("{path}/chat")),
            link(ctx, "sync", &format!("{path}/sync")),
            link(ctx, "identity", &format!("/identities/{identity}")),
        ],
        id: group.uid.to_string(),
        name: group.name,
        state: group.state.code(),
        save_chat_history: group.saves_history,
        member_count: group.members,
        synchronised: !group.is_staged,
        created_at: group.created_at.rest(),
        updated_at: group.updated_at.rest(),
    }
}

fn member(member: MemberView) -> ApiMember {
    ApiMember {
        id: member.threema_id.to_string(),
        first_name: member.first_name,
        last_name: member.last_name,
        category: member.category,
        nickname: member.nickname,
        state: member.state.code(),
        left_at: match member.state {
            MemberState::Left { at } => Some(at.rest()),
            _ => None,
        },
        reason: match member.state {
            MemberState::Unreachable { why } => Some(why.code()),
            _ => None,
        },
    }
}

fn message(ctx: &Ctx, path: &str, entry: ChatEntry) -> ApiGroupMessage {
    let delivered = entry.delivered.unwrap_or_default();
    let pending = delivered
        .total
        .saturating_sub(delivered.accepted + delivered.failed);
    let sender = match &entry.sender {
        Sender::Us { .. } => None,
        Sender::Member { id, .. } => Some(id.to_string()),
    };
    ApiGroupMessage {
        links: vec![
            link(ctx, "detail", &format!("{path}/chat/{}", entry.uid)),
            link(ctx, "group", path),
        ],
        id: entry.uid.to_string(),
        kind: "text",
        body: entry.text.map(|t| t.text).unwrap_or_default(),
        state: match (&sender, pending) {
            (Some(_), _) => "received",
            (None, 0) => "sent",
            (None, _) => "sending",
        },
        sender,
        created_at: entry.at.rest(),
        updated_at: entry.at.rest(),
        deliveries: GroupDeliveries {
            total: delivered.total,
            pending,
            accepted: delivered.accepted,
            delivered: 0,
            read: 0,
            failed: delivered.failed,
            skipped: 0,
            cancelled: 0,
        },
    }
}

fn idempotency_key(headers: &HeaderMap) -> AppResult<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let mut check = Check::new();
    let key = check.text("Idempotency-Key", value.to_str().unwrap_or_default(), KEY_CHARS);
    check.done()?;
    Ok(Some(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_asked_for_in_query_or_body() {
        let asks = |path: &str, body: &str| {
            let uri: Uri = format!("http://x{path}").parse().unwrap();
            wanted_state(&uri, &Bytes::from(body.to_owned()))
        };
        assert_eq!(asks("/groups", ""), None);
        assert_eq!(
            asks("/groups?limit=100", "{\"states\":[\"active\"]}"),
            Some(GroupState::Active)
        );
        assert_eq!(asks("/groups?states=deleted&q=x", ""), Some(GroupState::Deleted));
        assert_eq!(asks("/groups?states=active,deleted", ""), None);
        assert_eq!(asks("/groups", "not json"), None);
    }
}
