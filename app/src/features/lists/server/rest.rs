//! REST: distribution lists and who is on them (reference/broadcast-api.md section 3.4).
use super::{
    add_members, all_lists, create_list, delete_list, find_of, list_members, load_list, remove_members,
    rename_list, replace_members,
};
use crate::features::{
    auth::server::Granted,
    identities::server::find as find_identity,
    lists::model::{Kind, ListInput, ListView},
    recipients::model::Recipient,
};
use crate::kernel::{
    AppError, PageRequest, Uid,
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
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_lists, api_create_list))
        .routes(routes!(api_list, api_rename_list, api_delete_list))
        .routes(routes!(
            api_list_recipients,
            api_add_list_recipients,
            api_remove_list_recipients
        ))
        .merge(super::rest_recipients::routes())
}

/// A distribution list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DistributionList {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9.
    #[schema(example = "k3v9ztq0ab")]
    id: String,
    /// Its name.
    name: String,
    /// `active` or `deleted`.
    #[schema(example = "active")]
    state: &'static str,
    /// How many are on it.
    recipient_count: u64,
    /// When it was made.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    created_at: String,
    /// When its name, state or recipients changed last.
    #[schema(example = "2026-11-21T12:00:00+0000")]
    updated_at: String,
}

page_of! {
    /// Distribution lists.
    struct DistributionLists {
        #[serde(rename = "distributionLists")]
        lists: DistributionList
    }
}

/// Somebody on a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListRecipient {
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
}

page_of! {
    /// Who is on a list.
    struct ListRecipients { recipients: ListRecipient }
}

/// A list to be made or renamed.
#[derive(Deserialize, ToSchema)]
struct ListBody {
    /// 1 to 256 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 256)]
    name: String,
}

/// IDs to add. `{"members": […]}` and a bare array are taken too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `IdsInput`")]
struct AddRecipients {
    /// Threema IDs, at most 5000; IDs that nobody knows yet included.
    #[schema(max_items = 5000)]
    recipients: Vec<String>,
    /// Whether these take the place of all who are on the list.
    #[schema(default = false, required = false, rename = "replaceExisting")]
    replace_existing: bool,
}

/// IDs to remove. `{"members": […]}` and a bare array are taken too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `IdsInput`")]
struct RemoveRecipients {
    /// Threema IDs, at most 5000.
    #[schema(max_items = 5000)]
    recipients: Vec<String>,
}

/// What adding did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecipientsAdded {
    /// On the list since now.
    added: u64,
    /// Were on it before.
    already_there: u64,
    /// Taken off the list (only with `replaceExisting`).
    removed: u64,
    /// On the list afterwards.
    recipient_count: u64,
}

/// List distribution lists
///
/// Those in use first, each part by name; deleted ones stay listed.
#[utoipa::path(get, path = "/identities/{identity}/distribution_lists", tag = "Distribution lists",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Distribution lists", body = DistributionLists),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_lists(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeLists>,
    Path(identity): Path<String>,
    paged: Paged,
) -> Result<Json<DistributionLists>, AppError> {
    let identity = uid(&identity)?;
    let found = all_lists(&ctx, &granted, &identity, paged.q(), paged.window()).await?;
    let path = format!("/identities/{identity}/distribution_lists");
    let links = vec![link(&ctx, "self", &path)];
    Ok(DistributionLists::of(links, paged.found(found), |l| {
        shown(&ctx, &identity, l)
    }))
}

/// Make a distribution list
#[utoipa::path(post, path = "/identities/{identity}/distribution_lists", tag = "Distribution lists",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9")), request_body = ListBody, responses(
    (status = 201, description = "The new list", body = DistributionList),
    (status = 400, description = "The name is missing or too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_create_list(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageLists>,
    Path(identity): Path<String>,
    ApiBody(body): ApiBody<ListBody>,
) -> Result<Response, AppError> {
    let identity = uid(&identity)?;
    let input = ListInput { name: body.name };
    let made = create_list(ctx.clone(), granted, identity.clone(), input).await?;
    Ok((StatusCode::CREATED, Json(shown(&ctx, &identity, made))).into_response())
}

/// Show a distribution list
#[utoipa::path(get, path = "/identities/{identity}/distribution_lists/{list}", tag = "Distribution lists",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9")), responses(
    (status = 200, description = "The list", body = DistributionList),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_list(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeLists>,
    Path((identity, list)): Path<(String, String)>,
) -> Result<Json<DistributionList>, AppError> {
    let (identity, list) = (uid(&identity)?, uid(&list)?);
    expect(&ctx, &granted, &identity, &list).await?;
    let head = load_list(ctx.clone(), granted, identity.clone(), list).await?;
    Ok(Json(shown(&ctx, &identity, head.list)))
}

/// Rename a distribution list
#[utoipa::path(put, path = "/identities/{identity}/distribution_lists/{list}", tag = "Distribution lists",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9")), request_body = ListBody, responses(
    (status = 204, description = "Renamed"),
    (status = 400, description = "The name is missing or too long", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The list is deleted", body = ApiError),
))]
async fn api_rename_list(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageLists>,
    Path((identity, list)): Path<(String, String)>,
    ApiBody(body): ApiBody<ListBody>,
) -> Result<StatusCode, AppError> {
    let input = ListInput { name: body.name };
    let (identity, list) = (uid(&identity)?, uid(&list)?);
    expect(&ctx, &granted, &identity, &list).await?;
    rename_list(ctx, granted, identity, list, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a distribution list
///
/// It stays listed with the state `deleted`. Deleting it again changes nothing.
#[utoipa::path(delete, path = "/identities/{identity}/distribution_lists/{list}", tag = "Distribution lists",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9")), responses(
    (status = 204, description = "Deleted"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_delete_list(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageLists>,
    Path((identity, list)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    let (identity, list) = (uid(&identity)?, uid(&list)?);
    expect(&ctx, &granted, &identity, &list).await?;
    deleted(delete_list(ctx, granted.also()?, identity, list).await)
}

/// List the recipients of a distribution list
#[utoipa::path(get, path = "/identities/{identity}/distribution_lists/{list}/recipients", tag = "Distribution lists",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Recipients", body = ListRecipients),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_list_recipients(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeLists>,
    Path((identity, list)): Path<(String, String)>,
    paged: Paged,
) -> Result<Json<ListRecipients>, AppError> {
    let (identity, list) = (uid(&identity)?, uid(&list)?);
    expect(&ctx, &granted, &identity, &list).await?;
    let load = |request: PageRequest| {
        list_members(
            ctx.clone(),
            granted.clone(),
            identity.clone(),
            list.clone(),
            request,
        )
    };
    let found = paged.load(load).await?;
    let path = format!("/identities/{identity}/distribution_lists/{list}");
    let links = links_of_part(&ctx, &path, "recipients", "distribution_list");
    Ok(ListRecipients::of(links, found, member))
}

/// Add recipients to a distribution list, or replace them
#[utoipa::path(post, path = "/identities/{identity}/distribution_lists/{list}/recipients", tag = "Distribution lists",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9")), request_body = AddRecipients, responses(
    (status = 200, description = "What was done", body = RecipientsAdded),
    (status = 400, description = "Too many, or one of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "Over the plan's recipient limit; nothing was changed", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The list is deleted", body = ApiError),
))]
async fn api_add_list_recipients(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageLists>,
    Path((identity, list)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<Json<RecipientsAdded>, AppError> {
    let (identity, list, ids) = (uid(&identity)?, uid(&list)?, body.checked()?);
    expect(&ctx, &granted, &identity, &list).await?;
    let granted = granted.also()?;
    let done = if body.replace_existing {
        replace_members(ctx, granted, identity, list, ids).await?
    } else {
        add_members(ctx, granted, identity, list, ids).await?
    };
    Ok(Json(RecipientsAdded {
        added: done.added,
        already_there: done.already,
        removed: done.removed,
        recipient_count: done.members,
    }))
}

/// Remove recipients from a distribution list
///
/// IDs that are not on it are left out.
#[utoipa::path(delete, path = "/identities/{identity}/distribution_lists/{list}/recipients", tag = "Distribution lists",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("list" = String, Path, description = "The list: 10 characters of a-z and 0-9")), request_body = RemoveRecipients, responses(
    (status = 204, description = "Removed"),
    (status = 400, description = "Too many, or one of them is no Threema ID; nothing was changed", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
    (status = 409, description = "The list is deleted", body = ApiError),
))]
async fn api_remove_list_recipients(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageLists>,
    Path((identity, list)): Path<(String, String)>,
    ApiBody(body): ApiBody<IdsInput>,
) -> Result<StatusCode, AppError> {
    let (identity, list, ids) = (uid(&identity)?, uid(&list)?, body.checked()?);
    expect(&ctx, &granted, &identity, &list).await?;
    remove_members(ctx, granted.also()?, identity, list, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A feed is not found here.
async fn expect<C: Capability>(
    ctx: &Ctx,
    granted: &Granted<C>,
    identity: &Uid,
    list: &Uid,
) -> Result<(), AppError> {
    let identity = find_identity(ctx, granted, identity).await?;
    find_of(ctx.db.conn(), identity.id, Kind::List, list).await?;
    Ok(())
}

fn shown(ctx: &Ctx, identity: &Uid, list: ListView) -> DistributionList {
    let path = format!("/identities/{identity}/distribution_lists/{}", list.uid);
    DistributionList {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "recipients", &format!("{path}/recipients")),
            link(ctx, "chat", &format!("{path}/chat")),
            link(ctx, "identity", &format!("/identities/{identity}")),
        ],
        id: list.uid.to_string(),
        name: list.name,
        state: list.state.code(),
        recipient_count: list.members,
        created_at: list.created_at.rest(),
        updated_at: list.updated_at.rest(),
    }
}

fn member(recipient: Recipient) -> ListRecipient {
    ListRecipient {
        id: recipient.threema_id.to_string(),
        first_name: recipient.first_name,
        last_name: recipient.last_name,
        category: recipient.category,
        language: recipient.language.map(|l| l.to_string()),
        state: recipient.state.code(),
    }
}
