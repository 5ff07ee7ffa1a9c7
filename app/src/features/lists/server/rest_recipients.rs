//! REST: the recipients of an identity. People become recipients by being put on a list or feed.
use super::remove_everywhere;
use crate::features::{
    auth::server::Granted,
    identities::server::find as find_identity,
    recipients::{
        model::{Recipient, RecipientDetails},
        server::{edit_recipient, find_recipient, list_recipients, recipient_of},
    },
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, PageRequest, ThreemaId, Uid,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiBody, ApiError, Link, PageQuery, Paged, link, links_of_part, page_of, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub(super) fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_recipients))
        .routes(routes!(api_recipient, api_change_recipient, api_remove_recipient))
}

/// Somebody whom an identity knows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KnownRecipient {
    #[serde(rename = "_links")]
    links: Vec<Link>,
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
    /// On how many lists and feeds in use, and in how many groups. With 0 they do not count for the plan.
    places: u64,
    /// In feeds only.
    external: bool,
}

page_of! {
    /// Recipients of an identity.
    struct KnownRecipients { recipients: KnownRecipient }
}

/// What changes; what is left out stays as it is, what is empty is emptied.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecipientChange {
    /// At most 100 characters.
    first_name: Option<String>,
    /// At most 100 characters.
    last_name: Option<String>,
    /// At most 100 characters.
    category: Option<String>,
    /// Two letters; empty: the identity's default language.
    language: Option<String>,
}

/// List the recipients of an identity
///
/// Everybody whom it knows, by name, also those who are on no list (any more). `q` searches names, categories and IDs.
#[utoipa::path(get, path = "/identities/{identity}/recipients", tag = "Recipients",
    params(("identity" = String, Path, description = "10 characters of a-z and 0-9"), PageQuery), responses(
    (status = 200, description = "Recipients", body = KnownRecipients),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_recipients(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeRecipients>,
    Path(identity): Path<String>,
    paged: Paged,
) -> Result<Json<KnownRecipients>, AppError> {
    let identity = uid(&identity)?;
    let load = |request: PageRequest| {
        let listed = list_recipients(ctx.clone(), granted.clone(), identity.clone(), request);
        async move { Ok(listed.await?.page) }
    };
    let found = paged.load(load).await?;
    let links = links_of_part(&ctx, &format!("/identities/{identity}"), "recipients", "identity");
    Ok(KnownRecipients::of(links, found, |r| shown(&ctx, &identity, r)))
}

/// Show a recipient
#[utoipa::path(get, path = "/identities/{identity}/recipients/{recipient}", tag = "Recipients",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("recipient" = String, Path, description = "The Threema ID")), responses(
    (status = 200, description = "The recipient", body = KnownRecipient),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_recipient(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeRecipients>,
    Path((identity, recipient)): Path<(String, String)>,
) -> Result<Json<KnownRecipient>, AppError> {
    let (identity, recipient) = (uid(&identity)?, threema_id(&recipient)?);
    let found = find_identity(&ctx, &granted, &identity).await?;
    let row = find_recipient(&ctx, found.id, &recipient).await?;
    Ok(Json(shown(&ctx, &identity, recipient_of(row)?)))
}

/// Change a recipient
#[utoipa::path(put, path = "/identities/{identity}/recipients/{recipient}", tag = "Recipients",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("recipient" = String, Path, description = "The Threema ID")), request_body = RecipientChange, responses(
    (status = 204, description = "Changed"),
    (status = 400, description = "A name is too long, or no such language", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "No right to recipients", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_change_recipient(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageRecipients>,
    Path((identity, recipient)): Path<(String, String)>,
    ApiBody(change): ApiBody<RecipientChange>,
) -> Result<StatusCode, AppError> {
    let (identity, recipient) = (uid(&identity)?, threema_id(&recipient)?);
    let found = find_identity(&ctx, &granted, &identity).await?;
    let now = recipient_of(find_recipient(&ctx, found.id, &recipient).await?)?;
    let details = RecipientDetails {
        first_name: change.first_name.unwrap_or(now.first_name),
        last_name: change.last_name.unwrap_or(now.last_name),
        category: change.category.unwrap_or(now.category),
        language: change
            .language
            .unwrap_or_else(|| now.language.map(|l| l.to_string()).unwrap_or_default()),
    };
    edit_recipient(ctx, granted, identity, recipient, details)
        .await
        .map_err(at_names)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a recipient from all lists and feeds
///
/// Takes them off all lists and feeds in use. Groups and deleted lists and feeds are not touched: who is in a group stays in it and
/// counts for the plan, and what is restored has them again. For somebody in feeds the key needs the right to feeds, too. Messages
/// that were sent stay. Removing them again changes nothing.
#[utoipa::path(delete, path = "/identities/{identity}/recipients/{recipient}", tag = "Recipients",
    params(("identity" = String, Path, description = "The identity: 10 characters of a-z and 0-9"), ("recipient" = String, Path, description = "The Threema ID")), responses(
    (status = 204, description = "Removed"),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 403, description = "No right to lists, or to the feeds that they get", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
))]
async fn api_remove_recipient(
    State(ctx): State<Ctx>,
    granted: Granted<cap::ManageLists>,
    Path((identity, recipient)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    let (identity, recipient) = (uid(&identity)?, threema_id(&recipient)?);
    // the right to lists in this identity, whatever the person is on
    find_identity(&ctx, &granted, &identity).await?;
    remove_everywhere(ctx, granted.also()?, identity, recipient).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn threema_id(text: &str) -> AppResult<ThreemaId> {
    text.to_uppercase()
        .parse()
        .map_err(|_| ErrorCode::NotFound.into())
}

/// The cockpit's fields have other names here.
fn at_names(mut error: AppError) -> AppError {
    for field in &mut error.fields {
        match field.field.as_str() {
            "first_name" => field.field = "firstName".to_owned(),
            "last_name" => field.field = "lastName".to_owned(),
            _ => {}
        }
    }
    error
}

fn shown(ctx: &Ctx, identity: &Uid, recipient: Recipient) -> KnownRecipient {
    let path = format!("/identities/{identity}");
    KnownRecipient {
        links: vec![
            link(
                ctx,
                "detail",
                &format!("{path}/recipients/{}", recipient.threema_id),
            ),
            link(ctx, "identity", &path),
        ],
        id: recipient.threema_id.to_string(),
        first_name: recipient.first_name,
        last_name: recipient.last_name,
        category: recipient.category,
        language: recipient.language.map(|l| l.to_string()),
        state: recipient.state.code(),
        places: recipient.places,
        external: recipient.external,
    }
}
