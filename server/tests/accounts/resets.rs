//! A new password by a one-time link.
use super::{
    mail::MailServer,
    world::{ADA, EVE, PASSWORD, World},
};
use crate::on_both;
use app::{
    features::auth::server::{hashes_computed, operators_reset_link, run_mail_jobs},
    kernel::Timestamp,
    testing::On,
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::atomic::Ordering;

const NEW: &str = "der Brunnen läuft nur nachts";

fn input(token: &str, password: &str) -> Value {
    json!({ "input": { "token": token, "password": password } })
}

async fn operators_token(world: &World) -> String {
    let link = operators_reset_link(&world.test.ctx, ADA).await.unwrap();
    let token = link
        .url
        .strip_prefix("http://localhost:3000/reset?token=")
        .unwrap();
    token.to_owned()
}

async fn a_link_works_once(on: On) {
    let world = World::new(on).await;
    let mut here = world.signed_in(ADA, "192.0.2.1").await;
    let token = operators_token(&world).await;
    // in the database there is only its hash
    let hash = hex::encode(Sha256::digest(&token));
    assert_eq!(
        world
            .number(&format!(
                "SELECT count(*) FROM reset_link WHERE token_hash = '{hash}'"
            ))
            .await,
        1
    );
    let mut browser = world.browser("192.0.2.2");
    let (status, view) = browser.form("load_reset", &[("token", &token)]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(view, json!({ "email": ADA, "min_length": 12 }));
    // a bad password does not use it up
    for (password, problem) in [("short", "too_short"), ("Password2026!", "known_password")] {
        let (status, body) = browser.json("use_reset", &input(&token, password)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(body["fields"][0]["problem"]["code"], problem);
    }
    assert!(here.is_in().await);
    let (status, body) = browser.json("use_reset", &input(&token, NEW)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(!here.is_in().await, "all sessions have ended");
    assert!(browser.token().is_none(), "a link does not sign in");
    assert_eq!(browser.sign_in(ADA, PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.sign_in(ADA, NEW).await, StatusCode::OK);
    let (status, body) = browser
        .json("use_reset", &input(&token, "noch ein eigener Satz"))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(body["code"]["code"], "reset_link", "{body}");
    let (status, _) = browser.form("load_reset", &[("token", &token)]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(
        world.audited("administrator.reset_link").await,
        [json!({ "by": "operator" })]
    );
    assert_eq!(
        world.audited("administrator.password").await,
        [json!({ "by": "link", "sessionsEnded": 1 })]
    );
}

async fn a_link_ends(on: On) {
    let world = World::new(on).await;
    let mut browser = world.browser("192.0.2.1");
    let status = async |browser: &mut super::world::Browser<'_>, token: &str| {
        browser.form("load_reset", &[("token", token)]).await.0
    };
    // with a newer one
    let first = operators_token(&world).await;
    let second = operators_token(&world).await;
    assert_eq!(status(&mut browser, &first).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&mut browser, &second).await, StatusCode::OK);
    // after half an hour
    world.test.clock.turn(30 * Timestamp::MINUTE - 1);
    assert_eq!(status(&mut browser, &second).await, StatusCode::OK);
    world.test.clock.turn(1);
    assert_eq!(status(&mut browser, &second).await, StatusCode::FORBIDDEN);
    let (answer, _) = browser.json("use_reset", &input(&second, NEW)).await;
    assert_eq!(answer, StatusCode::FORBIDDEN);
    // with its administrator
    let third = operators_token(&world).await;
    world.execute("UPDATE administrator SET disabled_at = 1").await;
    let (answer, _) = browser.json("use_reset", &input(&third, NEW)).await;
    assert_eq!(answer, StatusCode::FORBIDDEN);
    // and whatever was never one is none
    for bad in ["", "x", &hex::encode(Sha256::digest(&third))] {
        assert_eq!(status(&mut browser, bad).await, StatusCode::FORBIDDEN, "{bad}");
    }
}

async fn of_two_at_once_one_wins(on: On) {
    let world = World::new(on).await;
    let token = operators_token(&world).await;
    let passwords = ["der erste eigene Satz", "der zweite eigene Satz"];
    let [mut a, mut b] = [world.browser("192.0.2.1"), world.browser("192.0.2.2")];
    let (for_a, for_b) = (input(&token, passwords[0]), input(&token, passwords[1]));
    let (a, b) = tokio::join!(a.json("use_reset", &for_a), b.json("use_reset", &for_b));
    let mut answers = [a.0, b.0];
    answers.sort();
    assert_eq!(answers, [StatusCode::OK, StatusCode::FORBIDDEN]);
    assert_eq!(world.audited("administrator.password").await.len(), 1);
}

async fn a_link_comes_by_mail(on: On) {
    let mut server = MailServer::start().await;
    let world = World::with_mail(on, server.port).await;
    world
        .execute("UPDATE administrator SET name = 'Ada Müller', language = 'de'")
        .await;
    let mut browser = world.browser("192.0.2.1");
    let (status, _) = browser
        .form("request_reset", &[("email", " ADA@example.org ")])
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(run_mail_jobs(&world.test.ctx, "test").await.unwrap(), 1);
    let mail = server.mails.try_recv().unwrap();
    assert!(mail.from.contains("<fanfare@aarental.example>"), "{mail:?}");
    assert!(mail.to.contains("<ada@example.org>"), "{mail:?}");
    let text = mail.text();
    assert!(text.starts_with("Guten Tag Ada Müller"), "{text}");
    let (_, rest) = text.split_once("http://localhost:3000/reset?token=").unwrap();
    let token = rest.split_whitespace().next().unwrap();
    let (status, body) = browser.json("use_reset", &input(token, NEW)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(browser.sign_in(ADA, NEW).await, StatusCode::OK);
    assert_eq!(run_mail_jobs(&world.test.ctx, "test").await.unwrap(), 0);
}

async fn asking_does_not_tell_whether_somebody_exists(on: On) {
    let mut server = MailServer::start().await;
    let world = World::with_mail(on, server.port).await;
    let mut answers = Vec::new();
    let before = hashes_computed();
    for email in [ADA, "nobody@example.org"] {
        let jobs = world.number("SELECT count(*) FROM job").await;
        let mut browser = world.browser("192.0.2.1");
        answers.push(browser.form("request_reset", &[("email", email)]).await);
        // the same work: one row
        assert_eq!(
            world.number("SELECT count(*) FROM job").await - jobs,
            1,
            "{email}"
        );
        assert!(browser.cookies.is_empty());
    }
    assert_eq!(answers[0], (StatusCode::OK, Value::Null));
    assert_eq!(answers[0], answers[1]);
    assert_eq!(hashes_computed(), before);
    assert_eq!(run_mail_jobs(&world.test.ctx, "test").await.unwrap(), 2);
    assert!(server.mails.try_recv().is_ok());
    assert!(server.mails.try_recv().is_err(), "nobody gets no mail");
    // three an hour for one account, and still the same answer
    for _ in 0..5 {
        let mut browser = world.browser("192.0.2.2");
        assert_eq!(browser.form("request_reset", &[("email", ADA)]).await, answers[0]);
    }
    assert_eq!(run_mail_jobs(&world.test.ctx, "test").await.unwrap(), 2);
}

async fn a_mail_waits_for_its_server(on: On) {
    let mut server = MailServer::start().await;
    let world = World::with_mail(on, server.port).await;
    server.full.store(true, Ordering::SeqCst);
    world
        .browser("192.0.2.1")
        .form("request_reset", &[("email", ADA)])
        .await;
    assert_eq!(run_mail_jobs(&world.test.ctx, "test").await.unwrap(), 1);
    assert!(server.mails.try_recv().is_err());
    assert_eq!(
        run_mail_jobs(&world.test.ctx, "test").await.unwrap(),
        0,
        "not at once"
    );
    server.full.store(false, Ordering::SeqCst);
    world.test.clock.turn(2 * Timestamp::MINUTE);
    assert_eq!(run_mail_jobs(&world.test.ctx, "test").await.unwrap(), 1);
    assert!(server.mails.try_recv().is_ok());
    assert_eq!(world.number("SELECT count(*) FROM job").await, 0);
}

async fn without_a_mail_server_nothing_is_noted(on: On) {
    let world = World::new(on).await;
    let answer = world
        .browser("192.0.2.1")
        .form("request_reset", &[("email", ADA)])
        .await;
    assert_eq!(answer, (StatusCode::OK, Value::Null));
    assert_eq!(world.number("SELECT count(*) FROM job").await, 0);
}

async fn an_administrator_makes_a_link_for_a_colleague(on: On) {
    let world = World::new(on).await;
    let ada = world.administrator(ADA).await;
    let mut browser = world.signed_in(ADA, "192.0.2.1").await;
    let (status, link) = browser
        .form("make_reset_link", &[("administrator", &ada.uid)])
        .await;
    assert_eq!(status, StatusCode::OK, "{link}");
    let token = link["url"].as_str().unwrap().split_once("token=").unwrap().1;
    assert_eq!(
        browser.form("load_reset", &[("token", token)]).await.0,
        StatusCode::OK
    );
    assert_eq!(
        world.audited("administrator.reset_link").await,
        [json!({ "by": "administrator" })]
    );
    // not for somebody of another organisation
    let mut eve = world.signed_in(EVE, "192.0.2.2").await;
    let (status, _) = eve.form("make_reset_link", &[("administrator", &ada.uid)]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // not with a sign-in that is too old
    world.test.clock.turn(11 * Timestamp::MINUTE);
    let (status, body) = browser
        .form("make_reset_link", &[("administrator", &ada.uid)])
        .await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::FORBIDDEN, &json!("confirm_sign_in"))
    );
    // and not without full access
    world
        .execute("UPDATE administrator SET full_access = FALSE")
        .await;
    let (status, body) = browser
        .form("make_reset_link", &[("administrator", &ada.uid)])
        .await;
    assert_eq!(
        (status, &body["code"]["code"]),
        (StatusCode::FORBIDDEN, &json!("forbidden"))
    );
}

on_both!(
    a_link_works_once,
    a_link_ends,
    of_two_at_once_one_wins,
    a_link_comes_by_mail,
    asking_does_not_tell_whether_somebody_exists,
    a_mail_waits_for_its_server,
    without_a_mail_server_nothing_is_noted,
    an_administrator_makes_a_link_for_a_colleague,
);
