//! Changing the own password.
use super::world::{ADA, EVE, PASSWORD, World};
use crate::on_both;
use app::testing::On;
use axum::http::StatusCode;
use serde_json::{Value, json};

const NEW: &str = "der Brunnen läuft nur nachts";

fn input(current: &str, new: &str) -> Value {
    json!({ "input": { "current": current, "new": new } })
}

async fn a_new_password_ends_all_other_sessions(on: On) {
    let world = World::new(on).await;
    let mut here = world.signed_in(ADA, "192.0.2.1").await;
    let mut elsewhere = world.signed_in(ADA, "192.0.2.2").await;
    let mut stranger = world.signed_in(EVE, "192.0.2.3").await;
    let old = here.clone();
    let before = world.administrator(ADA).await;

    let (status, body) = here.json("change_password", &input(PASSWORD, NEW)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(here.is_in().await);
    assert_ne!(here.token(), old.token(), "the session has a new token");
    assert!(!old.clone().is_in().await, "the old token is worth nothing");
    assert!(!elsewhere.is_in().await);
    assert!(stranger.is_in().await);

    let after = world.administrator(ADA).await;
    assert_ne!(after.password_hash, before.password_hash);
    assert!(after.password_hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(after.password_changed_at, Some(world.test.ctx.now().0));
    let mut browser = world.browser("192.0.2.4");
    assert_eq!(browser.sign_in(ADA, PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.sign_in(ADA, NEW).await, StatusCode::OK);
    assert_eq!(
        world.audited("administrator.password").await,
        [json!({ "by": "self", "sessionsEnded": 1 })]
    );
}

async fn a_bad_new_password_changes_nothing(on: On) {
    let world = World::new(on).await;
    let mut here = world.signed_in(ADA, "192.0.2.1").await;
    let mut elsewhere = world.signed_in(ADA, "192.0.2.2").await;
    let before = world.administrator(ADA).await;
    for (current, new, field, problem) in [
        ("not my password", NEW, "current", "wrong_password"),
        (PASSWORD, "short", "new", "too_short"),
        (PASSWORD, "Password2026!", "new", "known_password"),
        (PASSWORD, "Aarental liegt am Wasser", "new", "own_words"),
        (PASSWORD, "", "new", "required"),
    ] {
        let (status, body) = here.json("change_password", &input(current, new)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{new}");
        assert_eq!(body["fields"][0]["field"], field, "{body}");
        assert_eq!(body["fields"][0]["problem"]["code"], problem, "{body}");
    }
    assert_eq!(world.administrator(ADA).await, before);
    assert!(elsewhere.is_in().await);
    // the organisation can ask for more
    world
        .execute("UPDATE organisation_rules SET password_min_length = 40")
        .await;
    let (_, body) = here.json("change_password", &input(PASSWORD, NEW)).await;
    assert_eq!(
        body["fields"][0]["problem"],
        json!({ "code": "too_short", "min": 40 })
    );
}

on_both!(
    a_new_password_ends_all_other_sessions,
    a_bad_new_password_changes_nothing
);
