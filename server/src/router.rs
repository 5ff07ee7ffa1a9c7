//! All addresses of the cockpit in one place.
use crate::{
    config::Config,
    layers::{self, TrustedProxies},
    live, probes, rest,
};
use app::{
    features::{
        audit_log,
        auth::server::{HashedStore, Looks},
        groups::server::export_chat,
        inbound::server::{Intake, callback},
        messages::server::export_csv,
        phone,
    },
    kernel::server::Ctx,
    shell::{App, document, server::prepare_page},
};
use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::{
    LeptosRoutes, ResponseOptions, file_and_error_handler_with_context,
    generate_route_list_with_exclusions_and_ssg_and_context,
};
use metrics_exporter_prometheus::PrometheusHandle;
use std::{sync::Arc, time::Duration};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate, SizeAbove},
    },
    services::ServeDir,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

/// How long the cookie lives; the session itself ends by the organisation's rules, which are never longer.
const SESSION_HOURS: i64 = 12;

/// What is shorter travels in one packet anyway, and compressing it would cost more than the whole call.
const PACKET: u16 = 1_024;

/// What the router needs besides the context.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The measuring instruments.
    pub metrics: PrometheusHandle,
    /// Bearer token for `/metrics`.
    pub metrics_token: Option<String>,
    /// Networks whose forwarded-for header counts.
    pub trusted_proxies: Vec<ipnet::IpNet>,
}

/// The whole cockpit.
pub fn build(ctx: &Ctx, parts: Parts) -> Router {
    let trusted = TrustedProxies(Arc::new(parts.trusted_proxies));
    let metrics = probes::Metrics {
        handle: parts.metrics,
        token: parts.metrics_token.map(Into::into),
    };
    Router::new()
        .merge(cockpit(ctx))
        .merge(rest::router(ctx))
        .route(
            "/callback/{threema_id}",
            post(callback)
                .with_state(ctx.clone())
                .layer(Extension(Arc::new(Intake::default()))),
        )
        .merge(phone::server::router(ctx).layer(from_fn(layers::same_origin)))
        .route("/healthz", get(probes::healthz))
        .route("/readyz", get(probes::readyz).with_state(ctx.clone()))
        .route("/metrics", get(probes::metrics).with_state(metrics))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(SizeAbove::new(PACKET))))
        .layer(from_fn_with_state(ctx.settings.https, layers::security_headers))
        .layer(from_fn_with_state(trusted, layers::client_address))
        .layer(TraceLayer::new_for_http().make_span_with(request_span))
}

/// Only method and path: a query may hold the set-up token.
fn request_span(request: &axum::extract::Request) -> tracing::Span {
    tracing::debug_span!("request", method = %request.method(), path = request.uri().path())
}

/// Pages, server functions and live events: everything that knows sessions.
fn cockpit(ctx: &Ctx) -> Router {
    let options = leptos_options();
    let provide = {
        let ctx = ctx.clone();
        move || provide(&ctx)
    };
    let app = || leptos::prelude::view! { <App /> };
    let (routes, _) = generate_route_list_with_exclusions_and_ssg_and_context(app, None, provide.clone());
    let page = {
        let options = options.clone();
        move || document(options.clone())
    };
    let pkg = ServeDir::new(Config::site_root().join("pkg"))
        .precompressed_br()
        .precompressed_gzip();
    let guarded = Router::new()
        .leptos_routes_with_context(&options, routes, provide.clone(), page)
        .fallback(file_and_error_handler_with_context(provide, document))
        .with_state(options)
        .layer(from_fn_with_state(ctx.clone(), prepare_page))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(60),
        ))
        .route(
            "/live",
            get(live::live)
                .with_state(ctx.clone())
                .layer(Extension(Looks::default())),
        )
        .route(
            "/export/{identity}/messages/{file}",
            get(export_csv).with_state(ctx.clone()),
        )
        .route(
            "/export/{identity}/groups/{file}",
            get(export_chat).with_state(ctx.clone()),
        )
        .route(
            "/export/audit/{file}",
            get(audit_log::server::export).with_state(ctx.clone()),
        )
        .layer(DefaultBodyLimit::max(layers::BODY_LIMIT))
        .layer(from_fn_with_state(ctx.clone(), layers::caller))
        .layer(from_fn(layers::same_origin))
        .layer(sessions(ctx));
    Router::new()
        .nest_service("/pkg", pkg)
        .layer(from_fn(layers::revalidate))
        .merge(guarded)
}

fn sessions(ctx: &Ctx) -> SessionManagerLayer<HashedStore> {
    let https = ctx.settings.https;
    SessionManagerLayer::new(HashedStore(ctx.clone()))
        // the prefix makes the browser itself insist on https, this host and no other path
        .with_name(if https { "__Host-fanfare" } else { "fanfare" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(SESSION_HOURS)))
}

/// What pages and server functions find in their context.
fn provide(ctx: &Ctx) {
    provide_context(ctx.clone());
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&layers::page_policy(&nonce))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn leptos_options() -> LeptosOptions {
    let watch = std::env::var("LEPTOS_WATCH").is_ok();
    LeptosOptions::builder()
        .output_name("fanfare")
        .site_root(Config::site_root().display().to_string())
        .site_pkg_dir("pkg")
        .env(if watch {
            leptos::config::Env::DEV
        } else {
            leptos::config::Env::PROD
        })
        .reload_port(3009_u32)
        .build()
}
