//! Where somebody is signed in, and when it ends.
use super::world::{ADA, Browser, EVE, PASSWORD, World};
use crate::on_both;
use app::{kernel::Timestamp, testing::On};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

async fn listed(browser: &mut Browser<'_>) -> Vec<Value> {
    let (status, body) = browser.form("list_sessions", &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body.as_array().unwrap().clone()
}

async fn sessions_are_listed_and_ended(on: On) {
    let world = World::new(on).await;
    let mut here = world.signed_in(ADA, "192.0.2.1").await;
    world.test.clock.turn(Timestamp::MINUTE);
    let mut phone = world.browser("192.0.2.2");
    phone.user_agent = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
    phone.sign_in(ADA, PASSWORD).await;
    let mut third = world.signed_in(ADA, "192.0.2.3").await;
    let mut stranger = world.signed_in(EVE, "192.0.2.4").await;

    let all = listed(&mut here).await;
    assert_eq!(all.len(), 3);
    assert_eq!(all[0]["this_one"], true);
    assert_eq!(all[0]["device"], "Firefox, Linux");
    assert_eq!(all[0]["address"], "192.0.2.1");
    let of_phone = all.iter().find(|s| s["device"] == "Chrome, Android").unwrap();
    assert_eq!(
        (&of_phone["this_one"], &of_phone["address"]),
        (&json!(false), &json!("192.0.2.2"))
    );
    assert_eq!(of_phone["started_at"], world.test.ctx.now().0);
    let uid = of_phone["uid"].as_str().unwrap();
    assert!(
        !here.cookies.values().any(|value| value.contains(uid)),
        "no part of a token"
    );

    // of somebody else's there is nothing to end
    let (status, _) = stranger.form("end_session", &[("session", uid)]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(phone.is_in().await);
    let (status, _) = here.form("end_session", &[("session", uid)]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!phone.is_in().await);
    assert!(third.is_in().await);

    let (status, ended) = here.form("end_other_sessions", &[]).await;
    assert_eq!((status, ended), (StatusCode::OK, json!(1)));
    assert!(!third.is_in().await);
    assert!(here.is_in().await);
    assert!(stranger.is_in().await);
    assert_eq!(listed(&mut here).await.len(), 1);
    assert_eq!(
        world.audited("session.end").await,
        [json!({ "sessions": 1 }), json!({ "sessions": 1 })]
    );
}

async fn a_session_ends_without_use(on: On) {
    let world = World::new(on).await;
    let mut used = world.signed_in(ADA, "192.0.2.1").await;
    let mut left = world.signed_in(ADA, "192.0.2.2").await;
    world.test.clock.turn(29 * Timestamp::MINUTE);
    assert!(used.is_in().await);
    world.test.clock.turn(Timestamp::MINUTE);
    assert!(used.is_in().await);
    assert!(!left.is_in().await, "30 minutes without use");
    // a stream that a forgotten page opens again is no use
    for _ in 0..3 {
        world.test.clock.turn(9 * Timestamp::MINUTE);
        drop(used.get("/live").await);
    }
    world.test.clock.turn(3 * Timestamp::MINUTE);
    assert!(!used.is_in().await);
}

async fn a_session_ends_after_twelve_hours(on: On) {
    let world = World::new(on).await;
    let mut browser = world.signed_in(ADA, "192.0.2.1").await;
    let mut passed = 0;
    while passed < 11 * 60 + 40 {
        world.test.clock.turn(20 * Timestamp::MINUTE);
        passed += 20;
        assert!(browser.is_in().await, "after {passed} minutes");
    }
    // a new token does not begin anew
    world.test.clock.turn(19 * Timestamp::MINUTE);
    let old = browser.token().cloned();
    let input = json!({ "input": { "current": PASSWORD, "new": "der Brunnen läuft nur nachts" } });
    let (status, body) = browser.json("change_password", &input).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_ne!(browser.token().cloned(), old);
    assert!(browser.is_in().await);
    world.test.clock.turn(Timestamp::MINUTE);
    assert!(!browser.is_in().await, "12 hours after the sign-in");
}

async fn stricter_rules_hold_at_once(on: On) {
    let world = World::new(on).await;
    let mut browser = world.signed_in(ADA, "192.0.2.1").await;
    let mut idle = world.signed_in(ADA, "192.0.2.2").await;
    let mut stranger = world.signed_in(EVE, "192.0.2.3").await;
    world.test.clock.turn(6 * Timestamp::MINUTE);
    let (_, mut rules) = browser.form("load_rules", &[]).await;
    rules["idle_minutes"] = json!(5);
    rules["absolute_minutes"] = json!(30);
    let (status, body) = browser.json("change_rules", &json!({ "rules": rules })).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(browser.is_in().await);
    assert!(!idle.is_in().await);
    assert!(
        stranger.is_in().await,
        "another organisation has rules of its own"
    );
    for _ in 0..5 {
        world.test.clock.turn(4 * Timestamp::MINUTE);
        assert!(browser.is_in().await);
    }
    world.test.clock.turn(4 * Timestamp::MINUTE);
    assert!(!browser.is_in().await, "30 minutes after the sign-in");
}

async fn the_last_use_is_written_once_a_minute(on: On) {
    let world = World::new(on).await;
    let mut browser = world.signed_in(ADA, "192.0.2.1").await;
    let start = world.test.ctx.now().0;
    let written = async || world.number("SELECT last_used_at FROM session").await - start;
    world.test.clock.turn(59 * Timestamp::SECOND);
    browser.is_in().await;
    assert_eq!(written().await, 0);
    world.test.clock.turn(Timestamp::SECOND);
    browser.address = "192.0.2.77:1".parse().unwrap();
    browser.is_in().await;
    assert_eq!(written().await, 60_000);
    assert_eq!(listed(&mut browser).await[0]["address"], "192.0.2.77");
}

async fn a_token_is_new_and_only_its_hash_is_kept(on: On) {
    let world = World::new(on).await;
    let mut browser = world.browser("192.0.2.1");
    // somebody has planted a token
    let planted = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    browser.cookies.insert("fanfare".to_owned(), planted.clone());
    browser.sign_in(ADA, PASSWORD).await;
    let token = browser.token().unwrap().clone();
    assert_ne!(token, planted);
    let first = browser.clone();
    browser.sign_in(ADA, PASSWORD).await;
    assert_ne!(*browser.token().unwrap(), token, "each sign-in gives a new one");
    assert!(!first.clone().is_in().await);
    let token = browser.token().unwrap();
    let hash = hex::encode(Sha256::digest(token));
    let count =
        |column: &str, text: &str| format!("SELECT count(*) FROM session WHERE {column} LIKE '%{text}%'");
    assert_eq!(world.number(&count("token_hash", &hash)).await, 1);
    for column in ["token_hash", "data", "device", "address"] {
        assert_eq!(world.number(&count(column, token)).await, 0, "{column}");
    }
}

async fn an_ended_session_does_not_come_back(on: On) {
    let world = World::new(on).await;
    let browser = world.signed_in(ADA, "192.0.2.1").await;
    // a request that changes the session is under way while somebody ends it
    let store = app::features::auth::server::HashedStore(world.test.ctx.clone());
    let id: tower_sessions::session::Id = browser.token().unwrap().parse().unwrap();
    let record = tower_sessions::SessionStore::load(&store, &id)
        .await
        .unwrap()
        .unwrap();
    world.execute("DELETE FROM session").await;
    tower_sessions::SessionStore::save(&store, &record).await.unwrap();
    assert!(!browser.clone().is_in().await);
    assert_eq!(world.number("SELECT count(*) FROM session").await, 0);
}

on_both!(
    sessions_are_listed_and_ended,
    a_session_ends_without_use,
    a_session_ends_after_twelve_hours,
    stricter_rules_hold_at_once,
    the_last_use_is_written_once_a_minute,
    a_token_is_new_and_only_its_hash_is_kept,
    an_ended_session_does_not_come_back,
);
