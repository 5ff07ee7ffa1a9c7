//! Passkeys over the real server functions, with a software authenticator.
use super::{
    authenticator::{Assertion, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, PRESENT, VERIFIED},
    world::{ADA, Browser, EVE, World},
};
use app::{kernel::Timestamp, testing::On};
use axum::http::StatusCode;
use serde_json::Value;

async fn allowing(on: On) -> World {
    let world = World::new(on).await;
    world
        .sql("UPDATE organisation_rules SET passkeys_allowed = TRUE")
        .await;
    world
}

fn ceremony(body: &Value) -> (String, Value) {
    let id = body["id"].as_str().unwrap().to_owned();
    (
        id,
        serde_json::from_str(body["options"].as_str().unwrap()).unwrap(),
    )
}

async fn register(browser: &mut Browser<'_>) -> Authenticator {
    let (status, body) = browser.form("start_passkey", &[("name", "Laptop")]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (id, options) = ceremony(&body);
    let made = Authenticator::new(&options);
    let answer = made.create(&options, PRESENT | VERIFIED, Some(true)).to_string();
    let (status, body) = finish(browser, &id, &answer).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    made
}

async fn finish(browser: &mut Browser<'_>, id: &str, answer: &str) -> (StatusCode, Value) {
    let fields = [("id", id), ("name", "Laptop"), ("answer", answer)];
    browser.form("finish_passkey", &fields).await
}

async fn start(browser: &mut Browser<'_>) -> (String, Value) {
    let (status, body) = browser.form("start_passkey_sign_in", &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    ceremony(&body)
}

async fn sign_in(browser: &mut Browser<'_>, id: &str, answer: &str) -> (StatusCode, Value) {
    browser
        .form("finish_passkey_sign_in", &[("id", id), ("answer", answer)])
        .await
}

async fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.form("load_confirmation", &[]).await.0 == StatusCode::OK
}

async fn a_passkey_signs_in(on: On) {
    let world = allowing(on).await;
    let mut ada = world.signed_in(ADA).await;
    let mut key = register(&mut ada).await;
    let (_, body) = ada.form("load_passkeys", &[]).await;
    assert_eq!(body["passkeys"][0]["name"], "Laptop", "{body}");
    assert!(body["passkeys"][0]["last_used_at"].is_null());

    let mut browser = world.browser();
    let (id, options) = start(&mut browser).await;
    assert_eq!(options["publicKey"]["userVerification"], "required");
    let said = key.assertion(&options);
    let (status, body) = sign_in(&mut browser, &id, &key.sign(&said)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(is_in(&mut browser).await);
    let (_, body) = browser.form("load_passkeys", &[]).await;
    assert!(body["passkeys"][0]["last_used_at"].is_i64(), "{body}");

    let uid = body["passkeys"][0]["uid"].as_str().unwrap().to_owned();
    let (status, _) = browser
        .form("rename_passkey", &[("uid", &uid), ("name", "Desk")])
        .await;
    assert_eq!(status, StatusCode::OK);
    // nobody else's
    let mut eve = world.signed_in(EVE).await;
    for (name, fields) in [
        ("rename_passkey", vec![("uid", uid.as_str()), ("name", "Mine")]),
        ("delete_passkey", vec![("uid", uid.as_str())]),
    ] {
        assert_eq!(eve.form(name, &fields).await.0, StatusCode::NOT_FOUND, "{name}");
    }
    // deleting asks for a fresh sign-in, and ends its use
    world.test.clock.turn(11 * Timestamp::MINUTE);
    let (status, body) = browser.form("delete_passkey", &[("uid", &uid)]).await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::FORBIDDEN, &"confirm_sign_in".into())
    );
    let (_, body) = browser.form("start_passkey_confirmation", &[]).await;
    let (id, options) = ceremony(&body);
    let said = key.assertion(&options);
    let fields = [("id", id.as_str()), ("answer", &key.sign(&said))];
    let (status, body) = browser.form("finish_passkey_confirmation", &fields).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(
        browser.form("delete_passkey", &[("uid", &uid)]).await.0,
        StatusCode::OK
    );
    let mut late = world.browser();
    let (id, options) = start(&mut late).await;
    let said = key.assertion(&options);
    assert_eq!(
        sign_in(&mut late, &id, &key.sign(&said)).await.0,
        StatusCode::UNAUTHORIZED
    );
    let audited = world.audited().await;
    for action in [
        "passkey.create",
        "passkey.rename",
        "passkey.delete",
        "session.confirm",
    ] {
        assert!(audited.iter().any(|a| a == action), "{action} in {audited:?}");
    }
}

#[tokio::test]
async fn a_passkey_signs_in_on_sqlite() {
    a_passkey_signs_in(On::Sqlite).await;
}

#[tokio::test]
async fn a_passkey_signs_in_on_postgres() {
    a_passkey_signs_in(On::Postgres).await;
}

type Tamper = fn(&mut Assertion);

#[tokio::test]
async fn tampered_assertions_are_refused() {
    let world = allowing(On::Sqlite).await;
    let mut key = register(&mut world.signed_in(ADA).await).await;
    let others = register(&mut world.signed_in(EVE).await).await;
    let tampered: [(&str, Tamper); 18] = [
        ("another origin", |a| a.origin = "http://evil.example"),
        ("another port", |a| a.origin = "http://localhost:3001"),
        ("another scheme", |a| a.origin = "https://localhost:3000"),
        ("another host's hash", |a| a.rp_id = "evil.example"),
        ("in a frame of another site", |a| a.cross_origin = true),
        ("user not verified", |a| a.flags = PRESENT),
        ("user not present", |a| a.flags = VERIFIED),
        ("now to be backed up", |a| a.flags |= BACKUP_ELIGIBLE),
        ("backed up without being able to", |a| a.flags |= BACKED_UP),
        ("counter stands still", |a| a.counter = 1),
        ("counter goes back", |a| a.counter = 0),
        ("broken signature", |a| a.break_signature = true),
        ("made for a registration", |a| a.kind = "webauthn.create"),
        ("another type of credential", |a| a.outer_type = "password"),
        ("another challenge", |a| a.challenge = "A".repeat(43)),
        ("no challenge", |a| a.challenge = String::new()),
        ("no user handle", |a| a.user_handle = None),
        ("authenticator data cut short", |a| a.cut = 3),
    ];
    let mut browser = world.browser();
    for (what, tamper) in tampered {
        let (id, options) = start(&mut browser).await;
        let mut said = key.assertion(&options);
        tamper(&mut said);
        let (status, body) = sign_in(&mut browser, &id, &key.sign(&said)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}: {body}");
        assert_eq!(body["code"]["code"], "passkey_refused", "{what}");
    }
    // somebody else's user handle, somebody else's passkey, one that nobody has
    for (what, handle, credential) in [
        (
            "another user's handle",
            others.user_handle.clone(),
            key.credential_id.clone(),
        ),
        (
            "another user's passkey",
            others.user_handle.clone(),
            others.credential_id.clone(),
        ),
        (
            "another user's passkey, own handle",
            key.user_handle.clone(),
            others.credential_id.clone(),
        ),
        ("unknown passkey", key.user_handle.clone(), vec![7; 32]),
    ] {
        let (id, options) = start(&mut browser).await;
        let mut said = key.assertion(&options);
        said.user_handle = Some(handle);
        said.credential_id = credential;
        let (status, _) = sign_in(&mut browser, &id, &key.sign(&said)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}");
    }
    for garbage in ["", "{}", "null", "[1]", "\u{0}", "{\"id\":\"x\"}"] {
        let (id, _) = start(&mut browser).await;
        let (status, _) = sign_in(&mut browser, &id, garbage).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{garbage:?}");
    }
    assert!(!is_in(&mut browser).await);
    // and after all that the honest one still works
    let (id, options) = start(&mut browser).await;
    let said = key.assertion(&options);
    assert_eq!(
        sign_in(&mut browser, &id, &key.sign(&said)).await.0,
        StatusCode::OK
    );
    assert!(is_in(&mut browser).await);
}

#[tokio::test]
async fn challenges_work_once_for_five_minutes_and_for_their_purpose() {
    let world = allowing(On::Sqlite).await;
    let mut ada = world.signed_in(ADA).await;
    let mut key = register(&mut ada).await;
    let mut browser = world.browser();
    // the same answer again, and as the answer to another challenge
    let (id, options) = start(&mut browser).await;
    let said = key.assertion(&options);
    let answer = key.sign(&said);
    assert_eq!(sign_in(&mut browser, &id, &answer).await.0, StatusCode::OK);
    let mut thief = world.browser();
    assert_eq!(
        sign_in(&mut thief, &id, &answer).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (other, _) = start(&mut thief).await;
    assert_eq!(
        sign_in(&mut thief, &other, &answer).await.0,
        StatusCode::UNAUTHORIZED
    );
    // a failed try uses the challenge up too
    let (id, options) = start(&mut thief).await;
    assert_eq!(sign_in(&mut thief, &id, "{}").await.0, StatusCode::UNAUTHORIZED);
    let said = key.assertion(&options);
    assert_eq!(
        sign_in(&mut thief, &id, &key.sign(&said)).await.0,
        StatusCode::UNAUTHORIZED
    );
    // too late
    let (id, options) = start(&mut thief).await;
    let said = key.assertion(&options);
    world.test.clock.turn(5 * Timestamp::MINUTE);
    assert_eq!(
        sign_in(&mut thief, &id, &key.sign(&said)).await.0,
        StatusCode::UNAUTHORIZED
    );
    // one for confirming does not sign in, one for signing in does not confirm
    let (_, body) = ada.form("start_passkey_confirmation", &[]).await;
    let (id, options) = ceremony(&body);
    let said = key.assertion(&options);
    assert_eq!(
        sign_in(&mut thief, &id, &key.sign(&said)).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (id, options) = start(&mut thief).await;
    let said = key.assertion(&options);
    let fields = [("id", id.as_str()), ("answer", &key.sign(&said))];
    let (status, _) = ada.form("finish_passkey_confirmation", &fields).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // nobody confirms with somebody else's passkey
    let mut eve = world.signed_in(EVE).await;
    register(&mut eve).await;
    let (_, body) = eve.form("start_passkey_confirmation", &[]).await;
    let (id, options) = ceremony(&body);
    let said = key.assertion(&options);
    let fields = [("id", id.as_str()), ("answer", &key.sign(&said))];
    let (status, _) = eve.form("finish_passkey_confirmation", &fields).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn only_discoverable_passkeys_with_verification_are_kept_and_each_once() {
    let world = allowing(On::Sqlite).await;
    let mut ada = world.signed_in(ADA).await;
    for (flags, discoverable, code) in [
        (PRESENT | VERIFIED, Some(false), "passkey_not_discoverable"),
        (PRESENT | VERIFIED, None, "passkey_not_discoverable"),
        (PRESENT, Some(true), "passkey_refused"),
        (VERIFIED, Some(true), "passkey_refused"),
    ] {
        let (_, body) = ada.form("start_passkey", &[("name", "Laptop")]).await;
        let (id, options) = ceremony(&body);
        assert_eq!(
            options["publicKey"]["authenticatorSelection"]["residentKey"],
            "required"
        );
        assert_eq!(
            options["publicKey"]["authenticatorSelection"]["userVerification"],
            "required"
        );
        let made = Authenticator::new(&options);
        let answer = made.create(&options, flags, discoverable).to_string();
        let (_, body) = finish(&mut ada, &id, &answer).await;
        assert_eq!(body["code"]["code"], code, "{flags} {discoverable:?}");
    }
    let made = register(&mut ada).await;
    let (_, body) = ada.form("start_passkey", &[("name", "Laptop")]).await;
    let (id, options) = ceremony(&body);
    let excluded = options["publicKey"]["excludeCredentials"].as_array().unwrap();
    assert_eq!(excluded.len(), 1);
    let answer = made.create(&options, PRESENT | VERIFIED, Some(true)).to_string();
    let (status, body) = finish(&mut ada, &id, &answer).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
}

#[tokio::test]
async fn switched_off_they_stop_at_once() {
    let world = allowing(On::Sqlite).await;
    let mut ada = world.signed_in(ADA).await;
    let mut key = register(&mut ada).await;
    let mut browser = world.browser();
    let (id, options) = start(&mut browser).await;
    let said = key.assertion(&options);
    let (_, holders) = ada.form("passkey_holders", &[]).await;
    assert_eq!(holders, serde_json::json!(["Ada"]));
    // only for Ada's organisation: the page still offers them for the other one
    world
        .sql("UPDATE organisation_rules SET passkeys_allowed = FALSE WHERE organisation_id = (SELECT organisation_id FROM administrator WHERE email = 'ada@example.org')")
        .await;
    let (status, body) = sign_in(&mut browser, &id, &key.sign(&said)).await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::FORBIDDEN, &"passkeys_off".into())
    );
    assert!(!is_in(&mut browser).await);
    let (_, body) = ada.form("start_passkey_confirmation", &[]).await;
    assert!(body.is_null(), "{body}");
    let (status, _) = ada.form("start_passkey", &[("name", "Laptop")]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    world
        .sql("UPDATE organisation_rules SET passkeys_allowed = FALSE")
        .await;
    let (_, body) = browser.form("start_passkey_sign_in", &[]).await;
    assert!(body.is_null(), "nothing is offered: {body}");
    // who is disabled is nobody
    world
        .sql("UPDATE organisation_rules SET passkeys_allowed = TRUE")
        .await;
    world
        .sql("UPDATE administrator SET disabled_at = 1 WHERE email = 'ada@example.org'")
        .await;
    let (id, options) = start(&mut browser).await;
    let said = key.assertion(&options);
    assert_eq!(
        sign_in(&mut browser, &id, &key.sign(&said)).await.0,
        StatusCode::UNAUTHORIZED
    );
}
