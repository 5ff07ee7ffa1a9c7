//! Nobody gets in: every address of the cockpit and of the REST API, tried without session and without key. The
//! addresses come from the program itself, so that a new one is tried too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
mod cockpit;

use app::{
    features::auth::server::PUBLIC_RPC,
    testing::{On, TestCtx},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, Response, StatusCode, header},
};
use cockpit::cockpit;
use leptos::server_fn::axum::server_fn_paths;
use tower::ServiceExt;

/// What no decoder takes: had a body been looked at before the session, the answer would be another one.
const GARBAGE: &[u8] = b"\xff\x00{not a form, not JSON";

async fn installation(on: On) -> (Router, TestCtx) {
    let test = TestCtx::new(on, "http://127.0.0.1:9").await;
    (cockpit(&test.ctx), test)
}

async fn call(cockpit: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost:3000");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    cockpit
        .clone()
        .oneshot(request.body(Body::from(GARBAGE)).unwrap())
        .await
        .unwrap()
}

/// The paths of all server functions, each once.
fn functions() -> Vec<&'static str> {
    let mut paths: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

async fn server_functions_answer_nobody(on: On) {
    let (cockpit, _test) = installation(on).await;
    let functions = functions();
    assert!(
        functions.len() > 20,
        "the functions of app are known: {functions:?}"
    );
    for path in functions {
        for kind in [
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
        ] {
            for method in [Method::POST, Method::GET] {
                let answer = call(&cockpit, method.clone(), path, &[("content-type", kind)]).await;
                let open = PUBLIC_RPC.contains(&path);
                assert_eq!(
                    answer.status() == StatusCode::UNAUTHORIZED,
                    !open,
                    "{method} {path} ({kind}): {}",
                    answer.status()
                );
                if !open {
                    let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
                    let error: app::kernel::AppError = serde_json::from_slice(&body).unwrap();
                    assert_eq!(error.code, app::kernel::ErrorCode::SignInRequired, "{path}");
                }
            }
        }
    }
    let unknown = call(&cockpit, Method::POST, "/rpc/unheard_of", &[]).await;
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn server_functions_answer_nobody_on_sqlite() {
    server_functions_answer_nobody(On::Sqlite).await;
}

#[tokio::test]
async fn server_functions_answer_nobody_on_postgres() {
    server_functions_answer_nobody(On::Postgres).await;
}

#[test]
fn every_public_function_exists() {
    let functions = functions();
    for path in PUBLIC_RPC {
        assert!(functions.contains(&path), "{path}");
    }
}

#[tokio::test]
async fn another_site_cannot_change_anything() {
    let (cockpit, _test) = installation(On::Sqlite).await;
    for path in functions() {
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://elsewhere.example"),
        ] {
            let answer = call(&cockpit, Method::POST, path, &[foreign]).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {foreign:?}");
        }
    }
    // what is no server function and changes something: the phone's calls, and methods that no page has
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in [
            "/phone/sim/identities",
            "/phone/sim/messages",
            "/",
            "/live",
            "/settings/rules",
        ] {
            let answer = call(
                &cockpit,
                method.clone(),
                path,
                &[("sec-fetch-site", "cross-site")],
            )
            .await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn pages_lead_to_the_sign_in_and_streams_are_shut() {
    let (cockpit, _test) = installation(On::Sqlite).await;
    for path in [
        "/",
        "/settings",
        "/settings/rules",
        "/settings/api-keys",
        "/settings/audit-log",
        "/identities/new",
        "/i/abcdefghij",
        "/i/abcdefghij/messages",
        "/i/abcdefghij/messages/new",
        "/i/abcdefghij/lists/klmnopqrst",
        "/i/abcdefghij/feeds",
        "/i/abcdefghij/feeds/klmnopqrst",
        "/i/abcdefghij/feeds/klmnopqrst/blocked",
        "/i/abcdefghij/feeds/klmnopqrst/history",
        "/i/abcdefghij/feeds/klmnopqrst/link",
        "/i/abcdefghij/bots",
        "/i/abcdefghij/bots/klmnopqrst",
        "/i/abcdefghij/recipients?page=2&q=a b",
        "/i/abcdefghij/groups",
        "/i/abcdefghij/groups/klmnopqrst",
        "/i/abcdefghij/configuration",
        "/i/abcdefghij/conversations?c=klmnopqrst",
    ] {
        let path = path.replace(' ', "%20");
        let answer = call(&cockpit, Method::GET, &path, &[]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        let to = answer.headers()[header::LOCATION].to_str().unwrap();
        assert!(to.starts_with("/login?next=/"), "{path} leads to {to}");
    }
    for path in [
        "/live",
        "/export/abcdefghij/messages/klmnopqrst.csv",
        "/export/abcdefghij/groups/klmnopqrst.txt",
        "/export/audit/audit-log.csv",
    ] {
        let answer = call(&cockpit, Method::GET, path, &[]).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    for path in ["/login", "/setup?token=x"] {
        let answer = call(&cockpit, Method::GET, path, &[]).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn the_rest_api_answers_no_one_without_a_key() {
    let (cockpit, _test) = installation(On::Sqlite).await;
    let document = serde_json::to_value(server::rest::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 5, "the paths of the API are known");
    for (template, item) in paths {
        let path: String = template
            .split('/')
            .map(|part| if part.starts_with('{') { "abcdefghij" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        for method in item.as_object().unwrap().keys() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
                continue;
            }
            let tries: [&[(&str, &str)]; 3] = [
                &[],
                &[("x-api-key", "fk_wrong")],
                &[("cookie", "fanfare=a; __Host-fanfare=a")],
            ];
            for headers in tries {
                let answer = call(&cockpit, method.clone(), &format!("/api/v1{path}"), headers).await;
                assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
            }
        }
    }
    let unknown = call(&cockpit, Method::GET, "/api/v1/unheard-of", &[]).await;
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
}
