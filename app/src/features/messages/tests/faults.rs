//! The gateway's faults: what pauses, what is tried again, what fails one delivery alone (product rules 15 and 16).
use super::world::World;
use crate::features::{
    identities::server as identities,
    messages::{
        model::{MessageState as S, PauseReason, Reason},
        server as messages,
    },
    recipients::server as recipients,
};
use crate::kernel::{Timestamp, Uid};
use crate::testing::On;
use serde_json::json;

async fn resume(w: &World, message: &Uid) {
    let granted = w.caller.granted().unwrap();
    messages::resume(w.ctx().clone(), granted, w.uid.clone(), message.clone())
        .await
        .unwrap();
}

/// 402 and then 401 in the middle of a message: it pauses with the reason, and goes on with exactly those who are left.
async fn no_credits_and_a_refused_secret_pause_and_resume_where_it_stood(on: On) {
    let w = World::new(on, 2_400).await;
    let sender = w.identity.threema_id.clone();
    let secret = identities::account(w.ctx(), &w.identity).await.unwrap().secret;
    // of three batches one or two can be paid
    w.patch(&sender, json!({ "credits": 1_500 })).await;
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Paused).await;
    assert_eq!(view.row.pause_reason, Some(PauseReason::NoCredits));
    let accepted = view.row.counts.accepted;
    assert!((1..2_400).contains(&accepted), "{accepted}");
    assert_eq!(view.row.counts.pending, 2_400 - accepted);
    assert_eq!(w.stats().await.0, accepted, "it knows where it stands");

    w.patch(&sender, json!({ "credits": 10_000, "secret": "another secret" }))
        .await;
    resume(&w, &uid).await;
    let view = w.work_until(&uid, |v| v.row.state == S::Paused).await;
    assert_eq!(view.row.pause_reason, Some(PauseReason::Unauthorized));
    assert_eq!(view.row.counts.accepted, accepted);
    assert_eq!(w.stats().await.0, accepted, "nothing was taken");

    w.patch(&sender, json!({ "secret": secret.as_str() })).await;
    resume(&w, &uid).await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    assert_eq!(view.row.counts.accepted, 2_400);
    assert_eq!(view.row.pause_reason, None);
    let (accepted, repeated, nonces) = w.stats().await;
    assert_eq!((accepted, repeated), (2_400, 0), "nobody was sent to twice");
    assert!(nonces.iter().all(|n| *n == 1), "nobody was left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn pauses_sqlite() {
    no_credits_and_a_refused_secret_pause_and_resume_where_it_stood(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pauses_postgres() {
    no_credits_and_a_refused_secret_pause_and_resume_where_it_stood(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_secret_pauses_at_once() {
    let w = World::new(On::Sqlite, 10).await;
    let sender = w.identity.threema_id.clone();
    w.patch(&sender, json!({ "secret": "another secret" })).await;
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Paused).await;
    assert_eq!(view.row.pause_reason, Some(PauseReason::Unauthorized));
    assert_eq!((view.row.counts.pending, w.stats().await.0), (10, 0));
}

#[test]
fn every_reason_is_read_as_it_was_written() {
    for reason in PauseReason::ALL {
        assert_eq!(PauseReason::from_code(reason.code()), Some(reason));
    }
    assert!(PauseReason::ALL.contains(&PauseReason::GatewayAway));
}

async fn answers_that_get_lost_are_sent_again_with_the_same_nonce(on: On) {
    let w = World::new(on, 3_000).await;
    w.faults(json!({ "dropResponseRate": 0.5, "status429Rate": 0.2, "retryAfter": 1, "status500Rate": 0.2, "seed": 7 })).await;
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    assert_eq!(view.row.counts.accepted, 3_000);
    let (accepted, repeated, nonces) = w.stats().await;
    assert!(repeated > 0, "the faults did nothing");
    assert_eq!(accepted - repeated, 3_000);
    assert!(
        nonces.iter().all(|n| *n == 1),
        "each recipient has exactly one distinct nonce"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_sqlite() {
    answers_that_get_lost_are_sent_again_with_the_same_nonce(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_postgres() {
    answers_that_get_lost_are_sent_again_with_the_same_nonce(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn some_items_fail_alone_and_can_be_sent_again() {
    let w = World::new(On::Sqlite, 400).await;
    w.faults(json!({ "itemErrorRate": 0.25, "itemErrorCode": 413, "seed": 3 }))
        .await;
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    let failed = view.row.counts.failed;
    assert!(failed > 0 && failed < 400, "{failed}");
    assert_eq!(view.row.counts.accepted + failed, 400);
    assert!(
        view.reasons
            .iter()
            .any(|(_, r, n)| *r == Reason::TooBig && *n == failed)
    );
    w.faults(json!({})).await;
    let granted = w.caller.granted().unwrap();
    let second = messages::send_to_failed(w.ctx().clone(), granted, w.uid.clone(), uid.clone())
        .await
        .unwrap();
    w.test.clock.turn(60_000);
    let view = w.work_until(&second, |v| v.row.state == S::Sent).await;
    assert_eq!(view.row.counts.accepted, failed);
    assert_eq!(view.retry_of, Some(uid));
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_are_told_to_wait_are_tried_again() {
    let w = World::new(On::Sqlite, 300).await;
    w.faults(json!({ "itemErrorRate": 0.5, "itemErrorCode": 429, "seed": 3 }))
        .await;
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    assert_eq!((view.row.counts.accepted, view.row.counts.failed), (300, 0));
    let (accepted, repeated, _) = w.stats().await;
    assert_eq!((accepted, repeated), (300, 0));
}

/// The account is empty in the middle of a call: some items were taken, the others answer 402 one by one.
async fn items_that_cannot_be_paid_pause_the_message(on: On) {
    let w = World::new(on, 300).await;
    w.faults(json!({ "itemErrorRate": 0.5, "itemErrorCode": 402, "seed": 3 }))
        .await;
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Paused).await;
    assert_eq!(view.row.pause_reason, Some(PauseReason::NoCredits));
    let (accepted, pending) = (view.row.counts.accepted, view.row.counts.pending);
    assert!(accepted > 0 && pending > 0, "{accepted} {pending}");
    assert_eq!((accepted + pending, w.stats().await.0), (300, accepted));
    w.faults(json!({})).await;
    resume(&w, &uid).await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    assert_eq!(view.row.counts.accepted, 300);
    let (accepted, repeated, _) = w.stats().await;
    assert_eq!((accepted, repeated), (300, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_cannot_be_paid_sqlite() {
    items_that_cannot_be_paid_pause_the_message(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_cannot_be_paid_postgres() {
    items_that_cannot_be_paid_pause_the_message(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_refused_when_keys_are_fetched_pauses_too() {
    let w = World::new(On::Sqlite, 10).await;
    let secret = json!({ "secret": "another secret" });
    w.patch(&w.identity.threema_id, secret).await;
    // the cached keys are older than a day
    w.test.clock.turn(25 * Timestamp::HOUR);
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Paused).await;
    assert_eq!(view.row.pause_reason, Some(PauseReason::Unauthorized));
    assert_eq!((view.row.counts.pending, w.stats().await.0), (10, 0));
}

async fn a_changed_key_is_held_until_somebody_accepts_it(on: On) {
    let w = World::new(on, 3).await;
    let other = hex::encode(
        crate::features::gateway::wire::PrivateKey::from_bytes([7; 32])
            .public_key()
            .as_bytes(),
    );
    w.patch(w.ids[1].as_str(), json!({ "publicKey": other })).await;
    // the cached keys are older than a day: they are asked for again before anything is sealed
    w.test.clock.turn(25 * Timestamp::HOUR);
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.counts.accepted == 2).await;
    assert_eq!((view.row.counts.pending, view.row.counts.accepted), (1, 2));
    assert!(
        view.reasons
            .iter()
            .any(|(_, r, n)| (*r, *n) == (Reason::KeyChanged, 1))
    );
    let page = crate::kernel::PageRequest {
        q: w.ids[1].to_string(),
        ..Default::default()
    };
    let held = recipients::list_recipients(w.ctx().clone(), w.caller.granted().unwrap(), w.uid.clone(), page)
        .await
        .unwrap();
    let fingerprint = held.page.items[0].held.clone().unwrap().new;
    let granted = w.caller.granted().unwrap();
    recipients::accept_key(w.ctx().clone(), granted, w.uid.clone(), w.ids[1], fingerprint)
        .await
        .unwrap();
    assert_eq!(messages::key_accepted(w.ctx()).await.unwrap(), 1);
    let view = w.work_until(&uid, |v| v.row.counts.pending == 0).await;
    assert_eq!(view.row.counts.accepted, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_key_sqlite() {
    a_changed_key_is_held_until_somebody_accepts_it(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_key_postgres() {
    a_changed_key_is_held_until_somebody_accepts_it(On::Postgres).await;
}
