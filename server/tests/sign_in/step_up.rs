//! What is protected asks for a fresh sign-in; confirming gives the session a new token.
use super::world::{ADA, Browser, PASSWORD, World};
use app::{kernel::Timestamp, testing::On};
use axum::http::StatusCode;

async fn fresh(browser: &mut Browser<'_>) -> bool {
    let (status, body) = browser.form("load_confirmation", &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["fresh"].as_bool().unwrap()
}

async fn a_sign_in_is_fresh_for_ten_minutes(on: On) {
    let world = World::new(on).await;
    let mut browser = world.signed_in(ADA).await;
    assert!(fresh(&mut browser).await);
    world.test.clock.turn(10 * Timestamp::MINUTE);
    assert!(fresh(&mut browser).await);
    world.test.clock.turn(1);
    assert!(!fresh(&mut browser).await);

    let (status, body) = browser
        .form("confirm_by_password", &[("password", "wrong")])
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["fields"][0]["problem"]["code"], "wrong_password", "{body}");
    assert!(!fresh(&mut browser).await);

    let old = browser.cookie.clone();
    let (status, body) = browser
        .form("confirm_by_password", &[("password", PASSWORD)])
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(fresh(&mut browser).await);
    assert_ne!(browser.cookie, old, "the session has a new token");
    let mut thief = world.browser();
    thief.cookie = old;
    let (status, _) = thief.form("load_confirmation", &[]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the old token is worth nothing");
    assert_eq!(
        world.audited().await.last().map(String::as_str),
        Some("session.confirm")
    );
}

#[tokio::test]
async fn a_sign_in_is_fresh_for_ten_minutes_on_sqlite() {
    a_sign_in_is_fresh_for_ten_minutes(On::Sqlite).await;
}

#[tokio::test]
async fn a_sign_in_is_fresh_for_ten_minutes_on_postgres() {
    a_sign_in_is_fresh_for_ten_minutes(On::Postgres).await;
}

#[tokio::test]
async fn guessing_in_the_dialog_is_slowed_down() {
    let world = World::new(On::Sqlite).await;
    let mut browser = world.signed_in(ADA).await;
    for _ in 0..5 {
        let (status, _) = browser
            .form("confirm_by_password", &[("password", "guess")])
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let (status, _) = browser
        .form("confirm_by_password", &[("password", PASSWORD)])
        .await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
}
