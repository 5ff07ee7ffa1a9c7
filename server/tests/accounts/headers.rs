//! What every answer carries, whatever kind it is.
use super::world::{ADA, World};
use app::testing::On;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};

/// One address of each kind, and what it answers; 0: some refusal.
const KINDS: [(Method, &str, u16); 21] = [
    (Method::GET, "/", 200),
    (Method::GET, "/login", 200),
    (Method::GET, "/reset", 200),
    (Method::GET, "/reset?token=x", 403),
    (Method::GET, "/setup?token=x", 200),
    (Method::GET, "/settings", 200),
    (Method::GET, "/settings/security", 200),
    (Method::GET, "/settings/sessions", 200),
    (Method::GET, "/settings/rules", 200),
    (Method::GET, "/phone", 200),
    (Method::GET, "/no/such/page", 404),
    (Method::GET, "/pkg/no-such-file.js", 404),
    (Method::POST, "/rpc/load_own_password", 200),
    (Method::POST, "/rpc/sign_in", 0),
    (Method::GET, "/live", 200),
    (Method::GET, "/api/docs", 200),
    (Method::GET, "/api/v1/openapi.json", 200),
    (Method::GET, "/api/v1/identities", 401),
    (Method::POST, "/callback/*BC12345", 0),
    (Method::GET, "/healthz", 200),
    (Method::GET, "/readyz", 200),
];

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The sources that a policy has for one kind of content.
fn sources<'a>(policy: &'a str, kind: &str) -> Vec<&'a str> {
    let rule = policy
        .split(';')
        .map(str::trim)
        .find(|rule| rule.split(' ').next() == Some(kind));
    rule.map(|rule| rule.split(' ').skip(1).collect())
        .unwrap_or_default()
}

fn check(headers: &HeaderMap, what: &str, https: bool) {
    let policy = header(headers, "content-security-policy");
    assert_eq!(sources(policy, "default-src"), ["'none'"], "{what}: {policy}");
    assert_eq!(sources(policy, "frame-ancestors"), ["'none'"], "{what}: {policy}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{what}: {policy}"
    );
    // nothing from elsewhere: no source names a scheme's hosts or a host
    for rule in policy.split(';') {
        for source in rule.trim().split(' ').skip(1) {
            let own = source.starts_with('\'') || matches!(source, "data:" | "blob:");
            assert!(own, "{what}: {source}");
        }
    }
    assert_eq!(header(headers, "x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header(headers, "x-frame-options"), "DENY", "{what}");
    assert_eq!(header(headers, "referrer-policy"), "same-origin", "{what}");
    assert_eq!(
        header(headers, "cross-origin-opener-policy"),
        "same-origin",
        "{what}"
    );
    assert_eq!(headers.contains_key("strict-transport-security"), https, "{what}");
}

async fn every_answer(https: bool) {
    let world = World::with(On::Sqlite, |settings| settings.https = https).await;
    let name = if https { "__Host-fanfare" } else { "fanfare" };
    app::kernel::server::master_key::check_master_key(&world.test.ctx)
        .await
        .unwrap();
    let mut browser = world.signed_in(ADA, "127.0.0.1").await;
    assert!(browser.cookies.contains_key(name));
    for (method, path, status) in KINDS {
        // the sign-in leads on who is signed in already
        let mut visitor = if path == "/login" {
            world.browser("127.0.0.1")
        } else {
            browser.clone()
        };
        let request = Request::builder()
            .method(&method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let answer = visitor.send(request).await;
        let what = format!("{method} {path}");
        match status {
            0 => assert!(!answer.status().is_success(), "{what}: {}", answer.status()),
            _ => assert_eq!(answer.status(), status, "{what}"),
        }
        check(answer.headers(), &what, https);
    }
    // refused before any of it is looked at
    let foreign = Request::post("/rpc/sign_in").header("sec-fetch-site", "cross-site");
    let answer = browser.send(foreign.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    check(answer.headers(), "another site", https);
    // on the way to the sign-in
    let mut nobody = world.browser("127.0.0.1");
    for path in ["/", "/settings/rules"] {
        let answer = nobody.get(path).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        check(answer.headers(), path, https);
    }
}

#[tokio::test]
async fn every_answer_is_shut_against_others() {
    every_answer(false).await;
}

#[tokio::test]
async fn with_https_browsers_are_told_to_stay_there() {
    every_answer(true).await;
}

#[tokio::test]
async fn cookies_are_for_this_server_only() {
    for https in [false, true] {
        let world = World::with(On::Sqlite, |settings| settings.https = https).await;
        let mut browser = world.browser("127.0.0.1");
        let form = format!("email={ADA}&password={}", super::world::PASSWORD);
        let request =
            Request::post("/rpc/sign_in").header("content-type", "application/x-www-form-urlencoded");
        let answer = browser.send(request.body(Body::from(form)).unwrap()).await;
        let cookies: Vec<_> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .map(|c| c.to_str().unwrap())
            .collect();
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for cookie in cookies {
            assert!(
                cookie.contains("HttpOnly") && cookie.contains("Path=/") && cookie.contains("SameSite="),
                "{cookie}"
            );
            assert!(!cookie.contains("Domain"), "{cookie}");
            assert_eq!(cookie.contains("Secure"), https, "{cookie}");
            assert_eq!(cookie.starts_with("__Host-"), https, "{cookie}");
        }
    }
}

#[tokio::test]
async fn a_page_runs_only_its_own_scripts() {
    let world = World::new(On::Sqlite).await;
    let mut seen = Vec::new();
    for path in ["/login", "/login", "/reset", "/phone"] {
        let answer = world.browser("127.0.0.1").get(path).await;
        let policy = header(answer.headers(), "content-security-policy").to_owned();
        let scripts = sources(&policy, "script-src");
        let nonce = scripts
            .iter()
            .find_map(|s| s.strip_prefix("'nonce-")?.strip_suffix('\''))
            .unwrap()
            .to_owned();
        assert_eq!(scripts.len(), 3, "{policy}");
        assert_eq!(sources(&policy, "style-src"), ["'self'"], "{policy}");
        let body = to_bytes(answer.into_body(), 10 << 20).await.unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        for tag in html.split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert!(
                tag.contains(&nonce) || tag.contains("src=\"/"),
                "{path}: <script{tag}>"
            );
        }
        assert!(
            !html.contains("<style") && !html.contains(" style="),
            "{path} has styles of its own"
        );
        assert!(!seen.contains(&nonce), "a nonce is used once");
        seen.push(nonce);
    }
}
