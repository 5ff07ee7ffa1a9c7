//! Forwards the phone's calls to the local gateway, so that the phone stays on one origin (contract.md section 4).
//!
//! No session and no cookie is looked at: a mailbox opens by its token alone. The calls stand outside of the session
//! layers.
use crate::kernel::server::Ctx;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use std::time::Duration;

/// Largest body that is taken: everything that a phone sends is far smaller.
const BODY_LIMIT: usize = 1 << 20;
/// How long the gateway may take beyond what a call asks it to wait.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest wait that a call may ask for, in seconds.
const MAX_WAIT: u64 = 120;
/// What goes on to the gateway, and what comes back, of the headers.
const FORWARDED: [HeaderName; 2] = [header::AUTHORIZATION, header::CONTENT_TYPE];
const RETURNED: [HeaderName; 2] = [header::CONTENT_TYPE, header::RETRY_AFTER];

/// `/phone/sim/*`; nothing at all without a local gateway. To be merged outside of the session layers and of layers
/// that end long calls.
pub fn router(ctx: &Ctx) -> Router {
    if !ctx.settings.local_gateway {
        return Router::new();
    }
    Router::new()
        .route("/phone/sim/{*path}", any(forward))
        .with_state(ctx.clone())
}

async fn forward(State(ctx): State<Ctx>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(path) = target(&parts.uri) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = ctx
        .http
        .request(parts.method, format!("{}{path}", ctx.settings.gateway_url))
        .headers(picked(&parts.headers, &FORWARDED))
        .timeout(PATIENCE + wait(&parts.uri))
        .body(body);
    match call.send().await {
        Ok(answer) => {
            let (head, body) = axum::http::Response::<reqwest::Body>::from(answer).into_parts();
            let headers = picked(&head.headers, &RETURNED);
            (head.status, headers, Body::new(body)).into_response()
        }
        Err(error) => {
            tracing::debug!(%error, "the local gateway does not answer the phone");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

/// Path and query at the gateway; none for paths that would lead out of `/sim/`.
fn target(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_prefix("/phone")?;
    let leads_out = path.contains("..") || path.to_ascii_lowercase().contains("%2e");
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    (!leads_out).then(|| format!("{path}{query}"))
}

/// How long the call asks the gateway to wait for something.
fn wait(uri: &Uri) -> Duration {
    let pairs = uri.query().unwrap_or_default().split('&');
    let seconds = pairs
        .filter_map(|pair| pair.strip_prefix("wait="))
        .find_map(|wait| wait.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(MAX_WAIT))
}

fn picked(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    names
        .iter()
        .filter_map(|name| Some((name.clone(), headers.get(name)?.clone())))
        .collect()
}
