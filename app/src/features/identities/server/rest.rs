//! REST: identities (reference/broadcast-api.md sections 3.1 and 3.2).
use super::{list, load};
use crate::features::{auth::server::Granted, identities::model::IdentityView, plans::model::PlanCode};
use crate::kernel::{
    AppError,
    permission::cap,
    server::{
        Ctx,
        rest::{ApiError, Link, PageQuery, Paged, link, page_of, uid},
    },
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, relative to `/api/v1`.
pub fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::default()
        .routes(routes!(api_profile))
        .routes(routes!(api_identities))
        .routes(routes!(api_identity))
}

/// The entry point of the tree of links.
#[derive(Serialize, ToSchema)]
struct Profile {
    #[serde(rename = "_links")]
    links: Vec<Link>,
}

/// A Broadcast ID.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Identity {
    #[serde(rename = "_links")]
    links: Vec<Link>,
    /// 10 characters of a-z and 0-9; not the Threema ID.
    #[schema(example = "pw5oa30xpl")]
    id: String,
    /// The Threema ID.
    #[schema(example = "*BC4W4O3")]
    threema_id: String,
    /// End of the plan; null when there never was one.
    #[schema(example = "2027-11-21T12:00:00+0000")]
    valid_until: Option<String>,
    /// The plan: o15, o50, o100, o500, o1000, unlimited or custom.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    plan: Option<PlanCode>,
    /// Most recipients; null: no limit.
    recipient_limit: Option<u64>,
    /// Distinct recipients over all lists.
    recipient_count: u64,
    /// The name that recipients see.
    nickname: String,
    /// An internal note.
    description: String,
    /// Contents only for internal recipients.
    private: bool,
    /// The language of recipients who have none.
    #[schema(example = "de")]
    default_language: String,
    /// 64 hexadecimal digits.
    public_key: String,
}

page_of! {
    /// Identities.
    struct Identities { identities: Identity }
}

/// Entry point
///
/// Answers links to what this key can see.
#[utoipa::path(get, path = "/", tag = "Profile", responses(
    (status = 200, description = "Links", body = Profile),
    (status = 401, description = "Missing or invalid key", body = ApiError),
))]
async fn api_profile(State(ctx): State<Ctx>, _granted: Granted<cap::SignedIn>) -> Json<Profile> {
    Json(Profile {
        links: vec![link(&ctx, "self", "/"), link(&ctx, "identities", "/identities")],
    })
}

/// List Broadcast IDs
#[utoipa::path(get, path = "/identities", tag = "Identities", params(PageQuery), responses(
    (status = 200, description = "Broadcast IDs", body = Identities),
    (status = 400, description = "pageSize or page out of range", body = ApiError),
    (status = 401, description = "Missing or invalid key", body = ApiError),
))]
async fn api_identities(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SignedIn>,
    paged: Paged,
) -> Result<Json<Identities>, AppError> {
    let q = paged.q().trim().to_lowercase();
    let mut all = list(ctx.clone(), granted).await?;
    all.retain(|i| {
        i.nickname.to_lowercase().contains(&q) || i.threema_id.as_str().to_lowercase().contains(&q)
    });
    let links = vec![link(&ctx, "self", "/identities")];
    Ok(Identities::of(links, paged.part(all), |i| shown(&ctx, i)))
}

/// Show a Broadcast ID
#[utoipa::path(get, path = "/identities/{identity}", tag = "Identities", responses(
    (status = 200, description = "The Broadcast ID", body = Identity),
    (status = 401, description = "Missing or invalid key", body = ApiError),
    (status = 404, description = "Does not exist", body = ApiError),
), params(("identity" = String, Path, description = "10 characters of a-z and 0-9")))]
async fn api_identity(
    State(ctx): State<Ctx>,
    granted: Granted<cap::SeeIdentities>,
    Path(identity): Path<String>,
) -> Result<Json<Identity>, AppError> {
    let view = load(ctx.clone(), granted, uid(&identity)?).await?;
    Ok(Json(shown(&ctx, view)))
}

fn shown(ctx: &Ctx, view: IdentityView) -> Identity {
    let path = format!("/identities/{}", view.uid);
    Identity {
        links: vec![
            link(ctx, "detail", &path),
            link(ctx, "distribution_lists", &format!("{path}/distribution_lists")),
            link(ctx, "feeds", &format!("{path}/feeds")),
        ],
        id: view.uid.to_string(),
        threema_id: view.threema_id.to_string(),
        valid_until: view.plan.map(|p| p.valid_until.rest()),
        plan: view.plan.map(|p| p.code),
        recipient_limit: view.plan.and_then(|p| p.recipient_limit),
        recipient_count: view.recipient_count,
        nickname: view.nickname,
        description: view.description,
        private: view.internal_only,
        default_language: view.default_language.to_string(),
        public_key: view.public_key,
    }
}
