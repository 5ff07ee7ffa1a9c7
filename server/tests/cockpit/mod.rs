//! The cockpit without a port, and people who sign in to it: shared by the tests that call its addresses.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a test that cannot go on has failed; not every one signs in"
)]
use app::kernel::server::Ctx;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use server::router::{Parts, build};
use tower::ServiceExt;

/// Every address, as the program serves them; nothing is known of proxies, and the figures are for everybody.
pub fn cockpit(ctx: &Ctx) -> Router {
    let parts = Parts {
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        metrics_token: None,
        trusted_proxies: Vec::new(),
    };
    build(ctx, parts)
}

/// The cookie of a session, as a request brings it.
pub async fn sign_in(cockpit: &Router, email: &str, password: &str) -> String {
    let request = Request::post("/rpc/sign_in")
        .header("host", "localhost:3000")
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("email={email}&password={password}")));
    let answer = cockpit.clone().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{email}");
    // another one names the browser
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookie = cookies
        .map(|c| c.to_str().unwrap())
        .find(|c| c.starts_with("fanfare="))
        .unwrap();
    cookie.split(';').next().unwrap().to_owned()
}
