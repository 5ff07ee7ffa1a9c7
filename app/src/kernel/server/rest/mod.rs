//! What all REST handlers share: links, paging, bodies (reference/broadcast-api.md section 1).
//!
//! The published descriptions and what live clients need differ in names; both are sent: `ref` and `rel`, `_paging` and
//! `paging`, `error` and `message`.
mod error;
mod inputs;
mod page_of;
mod paging;

pub use inputs::{IdsInput, Localised};
pub(crate) use page_of::page_of;
pub use paging::{DEFAULT_PAGE_SIZE, PageQuery, Paged, Paging};

use super::Ctx;
use crate::kernel::{AppError, AppResult, ErrorCode, Uid, validate::Check};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Most records a page, and most recipients a call.
pub const MAX_RECORDS: u32 = 5_000;

/// Longest key in characters that names a call, see [`idempotency_key`].
pub const KEY_CHARS: usize = 64;

/// Where something related is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// The relation, as it is documented.
    #[serde(rename = "ref")]
    documented: &'static str,
    /// The relation, as clients of the live service read it.
    rel: &'static str,
    /// Absolute address.
    link: String,
}

/// A link to `path` below `/api/v1`.
pub fn link(ctx: &Ctx, rel: &'static str, path: &str) -> Link {
    Link {
        documented: rel,
        rel,
        link: format!("{}/api/v1{path}", ctx.settings.public_url),
    }
}

/// The links of a page of the `part` of something that is at `path`: itself, and as `whole` the something.
pub fn links_of_part(ctx: &Ctx, path: &str, part: &str, whole: &'static str) -> Vec<Link> {
    vec![
        link(ctx, "self", &format!("{path}/{part}")),
        link(ctx, whole, path),
    ]
}

/// The answer to a deletion: again it changes nothing.
pub fn deleted<T>(done: AppResult<T>) -> AppResult<StatusCode> {
    match done {
        Err(error) if error.code != ErrorCode::WrongState => Err(error),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// A JSON body, whatever its content type says; unknown fields are ignored.
#[derive(Debug)]
pub struct ApiBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, state).await.map_err(|e| {
            let status = e.status();
            problem(
                status,
                "The body of the request is too long or could not be read.",
            )
        })?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|e| malformed(&e).into_response())
    }
}

/// An error that is none of ours, in the form of all errors.
pub fn problem(status: StatusCode, text: &str) -> Response {
    (
        status,
        Json(serde_json::json!({ "error": text, "message": text })),
    )
        .into_response()
}

fn malformed(why: &dyn std::fmt::Display) -> AppError {
    ErrorCode::Malformed { why: why.to_string() }.into()
}

/// How an error is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiError {
    /// A sentence in English.
    error: String,
    /// The same sentence.
    message: String,
    /// Status 400: what is wrong with which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, String>>,
}

/// The header `Idempotency-Key`: the same call again answers what the first one has done.
pub fn idempotency_key(headers: &HeaderMap) -> AppResult<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let mut check = Check::new();
    let key = check.text("Idempotency-Key", value.to_str().unwrap_or_default(), KEY_CHARS);
    check.done()?;
    Ok(Some(key))
}

/// An address names something by its uid; what is none does not exist.
pub fn uid(text: &str) -> AppResult<Uid> {
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}
