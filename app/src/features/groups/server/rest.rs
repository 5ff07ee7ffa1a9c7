//! REST: central groups, their members, pictures and chats (reference/broadcast-api.md section 3.6).
mod chat;
mod shapes;

use super::{
    add_members, all_groups, change_members, create_group, delete_picture, disband_group, load_group,
    load_picture, remove_members, rename_group, set_history, set_picture, synchronise, wait_until_sent,
};
use crate::features::{
    auth::server::Granted,
    groups::model::{GroupInput, NewGroup},
};
use crate::kernel::{
    AppError, ThreemaId,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiBody, ApiError, IdsInput, PageQuery, Paged, link, links_of_part, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shapes::{
    ApiGroup, ApiGroups, ApiImage, ApiMembers, GroupBody, GroupChangeBody, MembersBody, MembersChanged,
    WantedState, member, shown,
};
use utoipa_axum::{router::OpenApiRouter, routes};

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
        .merge(chat::routes())
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
    WantedState(state): WantedState,
) -> Result<Json<ApiGroups>, AppError> {
    let identity = uid(&identity)?;
    let found = all_groups(&ctx, &granted, &identity, (state, paged.q()), paged.window()).await?;
    let links = vec![link(&ctx, "self", &format!("/identities/{identity}/groups"))];
    Ok(ApiGroups::of(links, paged.found(found), |g| {
        shown(&ctx, &identity, g)
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
    let links = links_of_part(&ctx, &path, "members", "group");
    Ok(ApiMembers::of(links, paged.part(head.members), member))
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
