//! Wrong passwords leave a trace, and tell nobody whether the account exists.
use super::world::{ADA, EVE, PASSWORD, World};
use crate::on_both;
use app::{features::auth::server::run_refusal_jobs, testing::On};
use axum::http::StatusCode;
use serde_json::json;

async fn a_refused_sign_in_is_noted(on: On) {
    let world = World::new(on).await;
    let eve = world.administrator(EVE).await.id;
    world
        .execute(&format!(
            "UPDATE administrator SET disabled_at = 1 WHERE id = {eve}"
        ))
        .await;
    for (n, email) in [ADA, "nobody@example.org", EVE].into_iter().enumerate() {
        let before = world.number("SELECT count(*) FROM job").await;
        let mut browser = world.browser(&format!("192.0.2.{n}"));
        assert_eq!(
            browser.sign_in(email, "a wrong one").await,
            StatusCode::UNAUTHORIZED
        );
        // the same work, whoever it is
        assert_eq!(
            world.number("SELECT count(*) FROM job").await - before,
            1,
            "{email}"
        );
    }
    assert!(world.audited("session.refused").await.is_empty());
    assert_eq!(run_refusal_jobs(&world.test.ctx, "test").await.unwrap(), 3);
    assert_eq!(
        world.audited("session.refused").await,
        [json!({ "by": "password" })]
    );
    let of_ada = format!(
        "SELECT count(*) FROM audit_entry WHERE action = 'session.refused' AND address = '192.0.2.0' AND subject = '{}'",
        world.administrator(ADA).await.uid
    );
    assert_eq!(world.number(&of_ada).await, 1);
    assert_eq!(run_refusal_jobs(&world.test.ctx, "test").await.unwrap(), 0);
    assert_eq!(world.number("SELECT count(*) FROM job").await, 0);
    // what no account can be is not kept
    let mut browser = world.browser("192.0.2.9");
    let long = "x".repeat(255);
    for email in ["", long.as_str()] {
        browser.sign_in(email, "a wrong one").await;
    }
    assert_eq!(world.number("SELECT count(*) FROM job").await, 0);
}

async fn a_wrong_password_of_somebody_signed_in_is_noted(on: On) {
    let world = World::new(on).await;
    let mut browser = world.signed_in(ADA, "192.0.2.1").await;
    let (status, _) = browser
        .form("confirm_by_password", &[("password", "a wrong one")])
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(world.audited("session.refused").await.len(), 1);
    let input = json!({ "input": { "current": "a wrong one", "new": "der Brunnen läuft nur nachts" } });
    let (status, _) = browser.json("change_password", &input).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(world.audited("session.refused").await.len(), 2);
    assert_eq!(
        browser
            .form("confirm_by_password", &[("password", PASSWORD)])
            .await
            .0,
        StatusCode::OK
    );
    assert_eq!(world.audited("session.refused").await.len(), 2);
}

on_both!(
    a_refused_sign_in_is_noted,
    a_wrong_password_of_somebody_signed_in_is_noted,
);
