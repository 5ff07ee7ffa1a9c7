//! The REST API at `/api/v1`: one key check in front, the slices' handlers behind, and the document that describes them.
use crate::layers::whole_body;
use app::features::{
    api_keys::server::{Intent, authenticate, caller_of_key, seconds_to_next_day},
    auth::server::ClientAddress,
    bots, conversations, feeds, groups, identities, lists, messages,
};
use app::kernel::{AppError, ErrorCode, Timestamp, server::Ctx, server::rest::problem};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{sync::LazyLock, time::Duration};
use tower_http::timeout::TimeoutLayer;
use utoipa::openapi::{
    Components, InfoBuilder, License, OpenApi, OpenApiBuilder, Server,
    security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

/// Largest body: texts in many languages, or 5 000 IDs with names around them.
const BODY_LIMIT: usize = 2 << 20;

const KEY: &str = "apiKey";
const ABOUT: &str = "The REST API of Fanfare, compatible with the Threema Broadcast API. Where that one's published \
description ends, this document decides.\n\n\
Every call carries `X-Api-Key`. Dates are ISO 8601 with a numeric zone without colon (`2018-02-28T22:20:04+0100`); objects are \
named by 10 characters of a-z and 0-9. `pageSize` goes from 0 (everything in one answer) to 5000, pages count from 0. Unknown \
fields and query parameters are ignored. A key makes at most 10 000 requests a day (UTC); beyond that the answer is 429 \
with `Retry-After`.";

/// `/api/v1/*`, `/api/v1/openapi.json` and `/api/docs`.
pub fn router(ctx: &Ctx) -> Router {
    let (routes, _) = api().split_for_parts();
    let calls = routes
        .method_not_allowed_fallback(async || problem(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed."))
        .fallback(async || AppError::from(ErrorCode::NotFound))
        .with_state(ctx.clone())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(60),
        ))
        .layer(from_fn_with_state(ctx.clone(), key_check));
    Router::new()
        .route("/api/v1/openapi.json", get(openapi_json))
        .route("/api/docs", get(crate::api_docs::page))
        .nest_service("/api/v1", calls)
}

/// The document that describes the API, as it is served and printed.
pub fn document() -> &'static OpenApi {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| api().into_openapi());
    &DOCUMENT
}

/// The document as JSON, with a newline at its end.
pub fn document_json() -> String {
    // a document of texts and lists always becomes JSON
    let json = document().to_pretty_json().unwrap_or_default();
    format!("{json}\n")
}

fn api() -> OpenApiRouter<Ctx> {
    OpenApiRouter::with_openapi(frame())
        .merge(identities::server::rest::routes())
        .merge(lists::server::rest::routes())
        .merge(feeds::server::rest::routes())
        .merge(bots::server::rest::routes())
        .merge(groups::server::rest::routes())
        .merge(messages::server::rest::routes())
        .merge(conversations::server::rest::routes())
}

fn frame() -> OpenApi {
    let mut licence = License::new("AGPL-3.0-only");
    licence.identifier = Some("AGPL-3.0-only".to_owned());
    let info = InfoBuilder::new()
        .title("Fanfare")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(licence))
        .build();
    let mut components = Components::new();
    let header = ApiKeyValue::with_description("X-Api-Key", "Made with `fanfare api-key create`.");
    components.add_security_scheme(KEY, SecurityScheme::ApiKey(ApiKey::Header(header)));
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/api/v1")]))
        .components(Some(components))
        .security(Some([SecurityRequirement::new(KEY, [""; 0])]))
        .build()
}

async fn openapi_json() -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], document_json()).into_response()
}

/// Finds the key's caller. Nobody gets 401 here, before anything is decoded and whatever the path.
async fn key_check(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ClientAddress>().map(|a| a.0.clone());
    let key = request.headers().get("x-api-key").and_then(|v| v.to_str().ok());
    let Some(key) = key.map(str::to_owned) else {
        return refused(&ctx, ErrorCode::InvalidApiKey.into());
    };
    let intent = if request.method().is_safe() {
        Intent::Reads
    } else {
        Intent::Writes
    };
    let mut caller = authenticate(&ctx, &key, address.as_deref(), intent).await;
    if caller.is_ok() {
        let begun = ctx.now();
        request = match whole_body(request, BODY_LIMIT).await {
            Ok(request) => request,
            Err(status) => return problem(status, "The body is too large or too slow."),
        };
        if ctx.now().since(begun) >= Timestamp::SECOND {
            // key and rights may have been taken away meanwhile
            caller = caller_of_key(&ctx, &key, address.as_deref()).await;
        }
    }
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => refused(&ctx, error),
    }
}

fn refused(ctx: &Ctx, error: AppError) -> Response {
    let limit = error.code == ErrorCode::DailyLimit;
    let mut response = error.into_response();
    if limit {
        let seconds = seconds_to_next_day(ctx.now());
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
