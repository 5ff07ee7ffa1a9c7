//! What a second factor stands: guesses of strangers, a busy office, a new password meanwhile, a screen left open.
use super::{
    second_factor::{code, is_in, password, set_up, shown},
    world::{ADA, Browser, World},
};
use crate::on_both;
use app::{
    features::{auth::server::remove_unfinished_factors, retention},
    kernel::Timestamp,
    testing::On,
};
use axum::http::StatusCode;
use futures::future::join_all;

/// The time of one code of an app.
const STEP: i64 = 31 * Timestamp::SECOND;

async fn tries(browser: &mut Browser<'_>, email: &str, password: &str) -> StatusCode {
    let form = [("email", email), ("password", password)];
    browser.form("sign_in", &form).await.0
}

async fn nobody_uses_up_the_codes_of_others(on: On) {
    let world = World::new(on).await;
    let (secret, _) = set_up(&world, &mut world.signed_in(ADA).await).await;
    world.test.clock.turn(STEP);
    let mut owner = world.browser();
    password(&mut owner).await;
    // whatever is typed as e-mail is one
    for kind in [
        "code",
        "code-account",
        "password-account",
        "account",
        "code-device",
    ] {
        let typed = format!("{kind}:{ADA}");
        for n in 0..20 {
            let mut stranger = world.browser_at(&format!("198.51.100.{n}"));
            assert_ne!(tries(&mut stranger, &typed, "a guess").await, StatusCode::OK);
        }
    }
    let (status, body) = code(&mut owner, &shown(&world, &secret)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

async fn right_codes_do_not_slow_an_office_down(on: On) {
    let world = World::new(on).await;
    let (secret, _) = set_up(&world, &mut world.signed_in(ADA).await).await;
    for n in 0..12 {
        world.test.clock.turn(STEP);
        let mut browser = world.browser_at("192.0.2.1");
        password(&mut browser).await;
        let (status, body) = code(&mut browser, &shown(&world, &secret)).await;
        assert_eq!(status, StatusCode::OK, "{n}: {body}");
    }
    // and a right password that is given back once is not given back twice: guesses go on counting
    let mut looked_at = 0;
    for n in 0..40 {
        let mut guesser = world.browser_at("192.0.2.1");
        if tries(&mut guesser, &format!("a{n}@example.org"), "a guess").await == StatusCode::UNAUTHORIZED {
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 20);
}

async fn a_known_browser_keeps_its_own_codes(on: On) {
    let world = World::new(on).await;
    let mut here = world.signed_in(ADA).await;
    let (secret, _) = set_up(&world, &mut here).await;
    let device = here.given_device.clone();
    assert!(device.is_some());
    world.test.clock.turn(STEP);
    // somebody has the password and guesses codes
    let mut thief = world.browser();
    password(&mut thief).await;
    for _ in 0..5 {
        assert_eq!(code(&mut thief, "123").await.0, StatusCode::BAD_REQUEST);
    }
    assert_eq!(code(&mut thief, "123").await.0, StatusCode::TOO_MANY_REQUESTS);
    let mut owner = world.browser();
    owner.device = device;
    password(&mut owner).await;
    let (status, body) = code(&mut owner, &shown(&world, &secret)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

async fn a_new_password_ends_the_first_step(on: On) {
    let world = World::new(on).await;
    let (secret, _) = set_up(&world, &mut world.signed_in(ADA).await).await;
    world.test.clock.turn(STEP);
    let mut thief = world.browser();
    assert_eq!(password(&mut thief).await, "code");
    world
        .sql("UPDATE administrator SET password_changed_at = password_changed_at + 1")
        .await;
    let (status, body) = code(&mut thief, &shown(&world, &secret)).await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::CONFLICT, &"second_step_over".into())
    );
    assert!(!is_in(&mut thief).await);
}

async fn a_set_up_is_finished_soon(on: On) {
    let world = World::new(on).await;
    let mut ada = world.signed_in(ADA).await;
    let (_, body) = ada.form("start_totp", &[]).await;
    let secret = body["secret"].as_str().unwrap().to_owned();
    world.test.clock.turn(15 * Timestamp::MINUTE - 1);
    assert_eq!(remove_unfinished_factors(&world.test.ctx).await.unwrap(), 0);
    world.test.clock.turn(1);
    let (status, body) = ada
        .form("finish_second_factor", &[("code", &shown(&world, &secret))])
        .await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::CONFLICT, &"wrong_state".into())
    );
    assert_eq!(remove_unfinished_factors(&world.test.ctx).await.unwrap(), 1);
    // one that counts stays
    set_up(&world, &mut world.signed_in(ADA).await).await;
    world.test.clock.turn(16 * Timestamp::MINUTE);
    retention::server::run(&world.test.ctx).await.unwrap();
    assert_eq!(password(&mut world.browser()).await, "code");
}

async fn a_required_set_up_gives_a_new_token(on: On) {
    let world = World::new(on).await;
    world
        .sql("UPDATE organisation_rules SET second_factor_required = TRUE")
        .await;
    let mut browser = world.browser();
    assert_eq!(password(&mut browser).await, "set_up");
    let restricted = browser.cookie.clone();
    set_up(&world, &mut browser).await;
    assert_ne!(browser.cookie, restricted);
    assert_eq!(browser.form("list_identities", &[]).await.0, StatusCode::OK);
    let mut old = world.browser();
    old.cookie = restricted;
    assert!(!is_in(&mut old).await, "the old token is worth nothing");
}

async fn codes_by_message_are_limited_at_once_too(on: On) {
    let world = World::new(on).await;
    let mut ada = world.signed_in(ADA).await;
    let form = [("threema_id", "ECHOECHO")];
    assert_eq!(ada.form("start_message_factor", &form).await.0, StatusCode::OK);
    world
        .sql("UPDATE second_factor SET active = TRUE, codes_sent = 0")
        .await;
    world.sql("DELETE FROM job").await;
    let mut first = world.browser();
    assert_eq!(password(&mut first).await, "code");
    let calls = (0..12).map(|_| {
        let mut browser = world.browser();
        browser.cookie.clone_from(&first.cookie);
        async move { browser.form("resend_code", &[]).await.0 }
    });
    let answers = join_all(calls).await;
    let sent = answers.iter().filter(|s| **s == StatusCode::OK).count();
    assert!(
        answers
            .iter()
            .all(|s| [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS].contains(s)),
        "{answers:?}"
    );
    // one by the sign-in, four more in a quarter of an hour
    assert!((1..=4).contains(&sent), "{answers:?}");
}

on_both!(
    nobody_uses_up_the_codes_of_others,
    right_codes_do_not_slow_an_office_down,
    a_known_browser_keeps_its_own_codes,
    a_new_password_ends_the_first_step,
    a_set_up_is_finished_soon,
    a_required_set_up_gives_a_new_token,
    codes_by_message_are_limited_at_once_too,
);
