//! The second factor: set up, asked for, used once, guessed in vain.
use super::world::{ADA, Browser, PASSWORD, World};
use app::{
    features::auth::server::code_to_send,
    kernel::{Timestamp, server::clock::Clock},
    testing::On,
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

/// The code that an app with this secret shows now.
fn shown(world: &World, secret: &str) -> String {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    let seconds = u64::try_from(world.test.clock.now().0 / 1000).unwrap();
    totp.generate(seconds).to_string()
}

fn codes(body: &Value) -> Vec<String> {
    let codes = body.as_array().unwrap_or_else(|| panic!("no codes: {body}"));
    codes.iter().map(|c| c.as_str().unwrap().to_owned()).collect()
}

async fn set_up(world: &World, browser: &mut Browser<'_>) -> (String, Vec<String>) {
    let (status, body) = browser.form("start_totp", &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let secret = body["secret"].as_str().unwrap().to_owned();
    assert!(body["address"].as_str().unwrap().contains(&secret));
    let (status, body) = browser
        .form("finish_second_factor", &[("code", &shown(world, &secret))])
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    (secret, codes(&body))
}

async fn password(browser: &mut Browser<'_>) -> Value {
    let form = [("email", ADA), ("password", PASSWORD)];
    let (status, body) = browser.form("sign_in", &form).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

async fn code(browser: &mut Browser<'_>, code: &str) -> (StatusCode, Value) {
    browser.form("sign_in_by_code", &[("code", code)]).await
}

async fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.form("load_confirmation", &[]).await.0 == StatusCode::OK
}

async fn a_code_is_asked_for_after_the_password(on: On) {
    let world = World::new(on).await;
    let mut ada = world.signed_in(ADA).await;
    // a factor that was never proved does not count
    assert_eq!(ada.form("start_totp", &[]).await.0, StatusCode::OK);
    let (status, body) = ada.form("finish_second_factor", &[("code", "000000")]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["fields"][0]["problem"]["code"], "wrong_code", "{body}");
    assert_eq!(password(&mut world.browser()).await, "done");

    let (secret, backup) = set_up(&world, &mut ada).await;
    assert_eq!(backup.len(), 10);
    let used = shown(&world, &secret);
    let mut browser = world.browser();
    assert_eq!(password(&mut browser).await, "code");
    assert!(!is_in(&mut browser).await, "the password alone opens nothing");
    assert_eq!(
        code(&mut browser, &used).await.0,
        StatusCode::BAD_REQUEST,
        "a code works once"
    );
    world.test.clock.turn(31 * Timestamp::SECOND);
    let before = browser.cookie.clone();
    let fresh = shown(&world, &secret);
    let (status, body) = code(&mut browser, &fresh).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(is_in(&mut browser).await);
    assert_ne!(browser.cookie, before, "the session has a new token");

    let mut second = world.browser();
    password(&mut second).await;
    assert_eq!(code(&mut second, &fresh).await.0, StatusCode::BAD_REQUEST);
    // a backup code in any spelling, once
    let spelled = backup[0].to_lowercase().replace('-', " ");
    assert_eq!(code(&mut second, &spelled).await.0, StatusCode::OK);
    let mut third = world.browser();
    password(&mut third).await;
    assert_eq!(code(&mut third, &backup[0]).await.0, StatusCode::BAD_REQUEST);
    let (_, body) = second.form("load_second_factor", &[]).await;
    assert_eq!(
        (&body["backup_codes"], &body["active"]["kind"]),
        (&json!(9), &json!("totp"))
    );
    // without the first step there is no second, and the first is worth ten minutes
    assert_eq!(
        code(&mut world.browser(), &backup[1]).await.0,
        StatusCode::CONFLICT
    );
    world.test.clock.turn(11 * Timestamp::MINUTE);
    let (status, body) = code(&mut third, &backup[1]).await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::CONFLICT, &"second_step_over".into())
    );
    // stepping up by a code, then removing
    let (status, body) = second.form("remove_second_factor", &[]).await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::FORBIDDEN, &"confirm_sign_in".into())
    );
    let now = shown(&world, &secret);
    assert_eq!(
        second.form("confirm_by_code", &[("code", &now)]).await.0,
        StatusCode::OK
    );
    assert_eq!(second.form("remove_second_factor", &[]).await.0, StatusCode::OK);
    assert_eq!(password(&mut world.browser()).await, "done");
    let audited = world.audited().await;
    for action in [
        "second-factor.set",
        "backup-code.use",
        "session.code-refused",
        "second-factor.remove",
    ] {
        assert!(audited.iter().any(|a| a == action), "{action} in {audited:?}");
    }
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_on_sqlite() {
    a_code_is_asked_for_after_the_password(On::Sqlite).await;
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_on_postgres() {
    a_code_is_asked_for_after_the_password(On::Postgres).await;
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_and_passwords_do_not_help() {
    let world = World::new(On::Sqlite).await;
    let (secret, _) = set_up(&world, &mut world.signed_in(ADA).await).await;
    world.test.clock.turn(31 * Timestamp::SECOND);
    let mut browser = world.browser();
    password(&mut browser).await;
    for _ in 0..5 {
        assert_eq!(code(&mut browser, "123").await.0, StatusCode::BAD_REQUEST);
    }
    let good = shown(&world, &secret);
    assert_eq!(code(&mut browser, &good).await.0, StatusCode::TOO_MANY_REQUESTS);
    // the right password again does not wipe the count
    password(&mut browser).await;
    assert_eq!(code(&mut browser, &good).await.0, StatusCode::TOO_MANY_REQUESTS);
    world.test.clock.turn(31 * Timestamp::SECOND);
    let good = shown(&world, &secret);
    assert_eq!(code(&mut browser, &good).await.0, StatusCode::OK);
}

/// The newest code on its way, as the job would send it.
async fn sent(world: &World) -> String {
    let payload = world
        .bytes("SELECT payload FROM job WHERE kind = 'sign-in-code' ORDER BY id DESC")
        .await;
    let code = code_to_send(&world.test.ctx, &payload).await.unwrap().unwrap();
    assert_eq!(code.threema_id.as_str(), "ECHOECHO");
    code.code
}

#[tokio::test]
async fn a_code_by_message_works_once_and_for_five_minutes() {
    let world = World::new(On::Sqlite).await;
    let mut ada = world.signed_in(ADA).await;
    for bad in ["*BCAST01", "short", ""] {
        let (status, _) = ada.form("start_message_factor", &[("threema_id", bad)]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let form = [("threema_id", "echoecho")];
    assert_eq!(ada.form("start_message_factor", &form).await.0, StatusCode::OK);
    let first = sent(&world).await;
    let (status, body) = ada.form("finish_second_factor", &[("code", &first)]).await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let mut browser = world.browser();
    assert_eq!(password(&mut browser).await, "code");
    let (_, site) = browser.form("load_site", &[]).await;
    assert_eq!(
        site["second_step"],
        json!({ "kind": "message", "threema_id": "••••ECHO" })
    );
    let second = sent(&world).await;
    assert_eq!(code(&mut browser, &second).await.0, StatusCode::OK);
    assert_eq!(
        code(&mut browser, &second).await.0,
        StatusCode::CONFLICT,
        "the step is over"
    );
    let mut late = world.browser();
    password(&mut late).await;
    let third = sent(&world).await;
    assert_eq!(late.form("resend_code", &[]).await.0, StatusCode::OK);
    let fourth = sent(&world).await;
    if third != fourth {
        assert_eq!(
            code(&mut late, &third).await.0,
            StatusCode::BAD_REQUEST,
            "replaced"
        );
    }
    world.test.clock.turn(5 * Timestamp::MINUTE);
    assert_eq!(
        code(&mut late, &fourth).await.0,
        StatusCode::BAD_REQUEST,
        "too old"
    );
    assert_eq!(late.form("resend_code", &[]).await.0, StatusCode::OK);
    let (status, _) = late.form("resend_code", &[]).await;
    assert_eq!(
        status,
        StatusCode::TOO_MANY_REQUESTS,
        "five in a quarter of an hour"
    );
}

#[tokio::test]
async fn required_for_all_means_set_up_first() {
    let world = World::new(On::Sqlite).await;
    world
        .sql("UPDATE organisation_rules SET second_factor_required = TRUE")
        .await;
    let mut browser = world.browser();
    assert_eq!(password(&mut browser).await, "set_up");
    let (status, body) = browser.form("list_identities", &[]).await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::FORBIDDEN, &"second_factor_missing".into())
    );
    assert_eq!(
        browser.page("/").await,
        (StatusCode::SEE_OTHER, Some("/second-factor".to_owned()))
    );
    assert_eq!(browser.page("/live").await.0, StatusCode::UNAUTHORIZED);
    let (secret, _) = set_up(&world, &mut browser).await;
    assert_eq!(browser.form("list_identities", &[]).await.0, StatusCode::OK);
    let (status, _) = browser.form("remove_second_factor", &[]).await;
    assert_eq!(status, StatusCode::CONFLICT, "it can be replaced, not removed");
    world.test.clock.turn(31 * Timestamp::SECOND);
    let mut next = world.browser();
    assert_eq!(password(&mut next).await, "code");
    assert_eq!(code(&mut next, &shown(&world, &secret)).await.0, StatusCode::OK);
    assert_eq!(next.form("list_identities", &[]).await.0, StatusCode::OK);
}
