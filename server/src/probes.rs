//! Whether the process lives, whether it can work, and what it measures.
use app::kernel::server::Ctx;
use app::kernel::server::master_key::check_master_key;
use axum::{
    Extension,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::PrometheusHandle;
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// The process lives.
pub async fn healthz() -> &'static str {
    "ok"
}

/// Database, schema and master key fit: 200, else 503. The schema was brought up at the start; a query tells whether
/// it is still there.
pub async fn readyz(State(ctx): State<Ctx>) -> Response {
    let check = tokio::time::timeout(Duration::from_secs(3), check_master_key(&ctx)).await;
    match check {
        Ok(Ok(true)) => "ready".into_response(),
        Ok(Ok(false)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the master key does not fit the database",
        )
            .into_response(),
        Ok(Err(_)) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}

/// The measuring instruments, and who may read them.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// What has been measured.
    pub handle: PrometheusHandle,
    /// The bearer token; without one only loopback may read.
    pub token: Option<Arc<str>>,
}

/// What has been measured, for Prometheus.
pub async fn metrics(
    State(m): State<Metrics>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "));
    let may = match &m.token {
        Some(token) => bearer.is_some_and(|b| constant_time_equal(b, token)),
        None => peer.is_some_and(|p| p.0.0.ip().is_loopback()) && !headers.contains_key("x-forwarded-for"),
    };
    if !may {
        return StatusCode::FORBIDDEN.into_response();
    }
    m.handle.run_upkeep();
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        m.handle.render(),
    )
        .into_response()
}

fn constant_time_equal(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}
