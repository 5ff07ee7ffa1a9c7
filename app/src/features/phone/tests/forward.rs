//! Forwarding to the local gateway, with a stand-in that says what it was asked.
use crate::features::phone::server::router;
use crate::testing::{On, TestCtx};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use tower::ServiceExt;

async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 16).await.unwrap();
    let header = |name| {
        parts
            .headers
            .get(name)
            .map_or("-", |v| v.to_str().unwrap())
            .to_owned()
    };
    let said = format!(
        "{} {} auth={} cookie={} body={}",
        parts.method,
        parts.uri,
        header(header::AUTHORIZATION),
        header(header::COOKIE),
        String::from_utf8_lossy(&body),
    );
    (
        StatusCode::CREATED,
        [("retry-after", "7"), ("set-cookie", "a=b")],
        said,
    )
        .into_response()
}

/// The address of a stand-in for the gateway, which ends with the test's runtime.
async fn stand_in() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(any(echo));
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

async fn ask(router: Router, request: Request) -> (StatusCode, axum::http::HeaderMap, String) {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 16).await.unwrap();
    (
        parts.status,
        parts.headers,
        String::from_utf8_lossy(&body).into_owned(),
    )
}

#[tokio::test]
async fn a_call_goes_on_with_query_token_and_body_and_without_cookies() {
    let test = TestCtx::new(On::Sqlite, &stand_in().await).await;
    let request = Request::post("/phone/sim/messages?after=3&wait=25")
        .header(header::AUTHORIZATION, "Bearer secret")
        .header(header::COOKIE, "fanfare=session")
        .body(Body::from("{}"))
        .unwrap();
    let (status, headers, said) = ask(router(&test.ctx), request).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(
        said,
        "POST /sim/messages?after=3&wait=25 auth=Bearer secret cookie=- body={}"
    );
    assert_eq!(headers.get("retry-after").unwrap(), "7");
    assert!(headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_star_in_an_id_stays_and_no_path_leads_out() {
    let test = TestCtx::new(On::Sqlite, &stand_in().await).await;
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let (_, _, said) = ask(router(&test.ctx), get("/phone/sim/pubkeys/*BC12345")).await;
    assert!(said.starts_with("GET /sim/pubkeys/*BC12345 "), "{said}");
    for path in [
        "/phone/sim/../credits",
        "/phone/sim/%2e%2e/credits",
        "/phone/sim/x/%2E./../credits",
    ] {
        let (status, _, said) = ask(router(&test.ctx), get(path)).await;
        assert_eq!((status, said.as_str()), (StatusCode::NOT_FOUND, ""), "{path}");
    }
}

#[tokio::test]
async fn without_an_answer_it_is_a_bad_gateway_and_without_a_local_gateway_nothing() {
    // a port that was free a moment ago: nobody listens
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut test = TestCtx::new(On::Sqlite, &away).await;
    let get = || Request::get("/phone/sim/stats").body(Body::empty()).unwrap();
    assert_eq!(ask(router(&test.ctx), get()).await.0, StatusCode::BAD_GATEWAY);

    let settings = std::sync::Arc::make_mut(&mut test.ctx.settings);
    settings.local_gateway = false;
    assert_eq!(ask(router(&test.ctx), get()).await.0, StatusCode::NOT_FOUND);
}
