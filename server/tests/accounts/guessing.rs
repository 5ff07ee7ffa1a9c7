//! What a sign-in tells to those who guess: nothing, and slowly.
use super::world::{ADA, EVE, PASSWORD, World};
use crate::on_both;
use app::{features::auth::server::hashes_computed, kernel::Timestamp, testing::On};
use axum::http::StatusCode;
use futures::future::join_all;

async fn an_answer_does_not_tell_whether_somebody_exists(on: On) {
    let world = World::new(on).await;
    let eve = world.administrator(EVE).await.id;
    world
        .execute(&format!(
            "UPDATE administrator SET disabled_at = 1 WHERE id = {eve}"
        ))
        .await;
    let mut answers = Vec::new();
    for (n, (email, password)) in [
        (ADA, "not my password"),
        ("nobody@example.org", "not my password"),
        (EVE, PASSWORD),
        ("", ""),
        ("no address at all", "x"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = world.browser(&format!("192.0.2.{n}"));
        let before = hashes_computed();
        let (status, body) = browser
            .form("sign_in", &[("email", email), ("password", password)])
            .await;
        // time is told by the work: exactly one hash, whoever it is
        assert_eq!(hashes_computed() - before, 1, "{email}");
        assert!(browser.cookies.is_empty(), "{email}: {:?}", browser.cookies);
        answers.push((status, body));
    }
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
    for other in &answers[1..] {
        assert_eq!(*other, answers[0]);
    }
}

async fn an_account_is_guessed_slowly(on: On) {
    let world = World::new(on).await;
    // from many addresses, so that only the account counts
    let guess = async |n: usize| {
        let mut browser = world.browser(&format!("198.51.100.{n}"));
        browser.sign_in(ADA, "a guess").await
    };
    for n in 0..5 {
        assert_eq!(guess(n).await, StatusCode::UNAUTHORIZED, "{n}");
    }
    assert_eq!(guess(5).await, StatusCode::TOO_MANY_REQUESTS);
    // not even the right one is looked at
    let before = hashes_computed();
    let mut owner = world.browser("192.0.2.1");
    assert_eq!(owner.sign_in(ADA, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(hashes_computed(), before);
    // another account is not slowed down
    assert_eq!(owner.sign_in(EVE, PASSWORD).await, StatusCode::OK);
    // the wait doubles, up to 30 seconds
    let mut waits = Vec::new();
    for n in 6..14 {
        let mut browser = world.browser(&format!("198.51.100.{n}"));
        let (_, body) = browser
            .form("sign_in", &[("email", ADA), ("password", "a guess")])
            .await;
        let seconds = body["code"]["seconds"].as_i64().unwrap();
        waits.push(seconds);
        world.test.clock.turn(seconds * Timestamp::SECOND);
        assert_eq!(guess(100 + n).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
    world.test.clock.turn(30 * Timestamp::SECOND);
    let mut owner = world.browser("192.0.2.2");
    assert_eq!(owner.sign_in(ADA, PASSWORD).await, StatusCode::OK);
}

async fn nobody_is_locked_out_by_others(on: On) {
    let world = World::new(on).await;
    let mut owner = world.signed_in(ADA, "192.0.2.1").await;
    owner.form("sign_out", &[]).await;
    assert!(!owner.is_in().await);
    // an hour of guessing, as quickly as it is allowed, from the owner's own address too
    let mut looked_at = 0;
    for n in 0..400 {
        let address = if n % 2 == 0 { "192.0.2.1" } else { "198.51.100.7" };
        if world.browser(address).sign_in(ADA, "a guess").await == StatusCode::UNAUTHORIZED {
            looked_at += 1;
        }
        world.test.clock.turn(9 * Timestamp::SECOND);
    }
    assert!(
        (50..=120).contains(&looked_at),
        "{looked_at} guesses were looked at"
    );
    // in a browser that was here before nothing is slow
    assert_eq!(owner.sign_in(ADA, PASSWORD).await, StatusCode::OK);
    // that cookie helps for its own account only
    let mut stranger = world.browser("192.0.2.9");
    stranger.cookies.clone_from(&owner.cookies);
    stranger.cookies.remove("fanfare");
    for _ in 0..5 {
        assert_eq!(stranger.sign_in(EVE, "a guess").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        stranger.sign_in(EVE, "a guess").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    // and does not make guessing free
    for _ in 0..10 {
        assert_eq!(stranger.sign_in(ADA, "a guess").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        stranger.sign_in(ADA, PASSWORD).await,
        StatusCode::TOO_MANY_REQUESTS
    );
}

async fn a_burst_is_no_way_round(on: On) {
    let world = World::new(on).await;
    let before = hashes_computed();
    let guesses = (0..40).map(|n| {
        let mut browser = world.browser(&format!("198.51.100.{n}"));
        async move { browser.sign_in(ADA, "a guess").await }
    });
    let answers = join_all(guesses).await;
    let looked_at = answers.iter().filter(|s| **s == StatusCode::UNAUTHORIZED).count();
    assert_eq!(looked_at, 5);
    assert_eq!(hashes_computed() - before, 5);
}

async fn one_address_cannot_try_everybody(on: On) {
    let world = World::new(on).await;
    let mut looked_at = 0;
    for n in 0..60 {
        // addresses of one IPv6 network are one
        let mut browser = world.browser(&format!("[2001:db8:1:1::{n:x}]"));
        if browser.sign_in(&format!("a{n}@example.org"), "a guess").await == StatusCode::UNAUTHORIZED {
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 20);
    let mut elsewhere = world.browser("192.0.2.1");
    assert_eq!(elsewhere.sign_in(ADA, PASSWORD).await, StatusCode::OK);
}

on_both!(
    an_answer_does_not_tell_whether_somebody_exists,
    an_account_is_guessed_slowly,
    nobody_is_locked_out_by_others,
    a_burst_is_no_way_round,
    one_address_cannot_try_everybody,
);
