//! Mailboxes and callbacks.
use super::*;
use crate::features::gateway::server::{Callback, Incoming};
use axum::{Router, body::Bytes, extract::State, routing::post};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[tokio::test]
async fn a_mailbox_waits_for_the_first_message() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 10).await;
    let (app, token) = served.app().await;
    let client = served.client();
    assert_eq!(served.mailbox(&token, "after=0&wait=0").await.len(), 0);
    let items = [outgoing(app, 1)];
    let (mail, sent) = tokio::join!(
        served.mailbox(&token, "after=0&wait=60"),
        client.send_e2e_bulk(&account, &items, false)
    );
    assert!(sent.is_ok());
    assert_eq!(mail[0]["seq"], 1);
    client
        .send_e2e_bulk(&account, &[outgoing(app, 2), outgoing(app, 3)], false)
        .await
        .unwrap();
    let rest = served.mailbox(&token, "after=1&wait=60").await;
    assert_eq!(
        rest.iter()
            .map(|m| m["seq"].as_i64().unwrap())
            .collect::<Vec<_>>(),
        [2, 3]
    );
    assert_eq!(served.mailbox(&token, "").await.len(), 3, "nothing is dropped");
    let wrong = served
        .http
        .get(format!("{}/sim/mailbox", served.base))
        .bearer_auth("wrong")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
    // an ending server answers at once
    let (mail, ()) = tokio::join!(served.mailbox(&token, "after=3&wait=60"), async {
        served.gateway.close()
    });
    assert!(mail.is_empty());
}

#[tokio::test]
async fn identities_are_made_with_good_ids_only() {
    let (_folder, served) = fresh().await;
    let make = async |body: Value| served.sim(Method::POST, "/sim/identities", body).await;
    let key = key(3).public_key();
    for (body, status) in [
        (json!({"publicKey": key, "kind": "user", "id": "ABCDEFGH"}), 201),
        (json!({"publicKey": key, "kind": "user", "id": "ABCDEFGH"}), 409),
        (json!({"publicKey": key, "kind": "user", "id": "*BCDEFGH"}), 400),
        (
            json!({"publicKey": key, "kind": "gateway", "id": "ABCDEFGI"}),
            400,
        ),
        (json!({"publicKey": key, "kind": "user", "id": "abcdefgh"}), 400),
        (json!({"publicKey": "00".repeat(32), "kind": "user"}), 400),
        (json!({"publicKey": key, "kind": "counted"}), 400),
        (json!({"publicKey": key}), 400),
        (json!({"kind": "user"}), 400),
        (json!("x"), 400),
    ] {
        assert_eq!(make(body.clone()).await.status(), status, "{body}");
    }
    let made: Value = make(json!({"publicKey": key, "kind": "gateway"}))
        .await
        .json()
        .await
        .unwrap();
    assert!(
        made["id"].as_str().unwrap().starts_with('*')
            && made["secret"].as_str().unwrap().len() == 16
            && made.get("token").is_none()
    );
    // an ID of the counting kind, chosen by hand, is never given twice
    assert_eq!(
        make(json!({"publicKey": key, "kind": "user", "id": "SIM00001"}))
            .await
            .status(),
        201
    );
    assert_eq!(served.recipients(2, "s").await[0].as_str(), "SIM00002");
    assert_eq!(
        make(json!({"publicKey": key, "kind": "user", "id": "SIM00003"}))
            .await
            .status(),
        409
    );
}

type Calls = UnboundedReceiver<Bytes>;

/// A receiver of callbacks that answers what the list says, then 200.
async fn receiver(answers: &[u16]) -> (String, Calls) {
    type Shared = (UnboundedSender<Bytes>, Arc<std::sync::Mutex<Vec<u16>>>);
    let (sender, calls) = unbounded_channel();
    let answers = Arc::new(std::sync::Mutex::new(answers.iter().rev().copied().collect()));
    let handler = |State((sender, answers)): State<Shared>, body: Bytes| {
        sender.send(body).unwrap();
        let status = answers.lock().unwrap().pop().unwrap_or(200);
        std::future::ready(StatusCode::from_u16(status).unwrap())
    };
    let router = Router::new()
        .route("/in", post(handler))
        .with_state((sender, answers));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, calls)
}

async fn next(calls: &mut Calls) -> Bytes {
    tokio::time::timeout(Duration::from_secs(20), calls.recv())
        .await
        .expect("a callback")
        .unwrap()
}

async fn speak(served: &Served, token: &str, to: &str, text: u8) -> (u16, Value) {
    let body = json!({"to": to, "nonce": hex::encode([text; 24]), "box": hex::encode([text; 20])});
    let request = served
        .http
        .post(format!("{}/sim/messages", served.base))
        .bearer_auth(token);
    let answer = request.body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn verified(body: &Bytes, account: &Account) -> Incoming {
    Callback::parse(body)
        .unwrap()
        .verify(&account.secret, &account.threema_id)
        .unwrap()
}

#[tokio::test]
async fn callbacks_are_signed_tried_four_times_and_in_order() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 10).await;
    let (app, token) = served.app().await;
    assert_eq!(
        speak(&served, &token, "*TOWN001", 1).await.0,
        200,
        "nobody listens: accepted all the same"
    );
    let (url, mut calls) = receiver(&[500, 204, 404]).await;
    served
        .change(&account.threema_id, json!({"callbackUrl": url}))
        .await;
    let (_, sent) = speak(&served, &token, "*TOWN001", 2).await;
    // 500, 204 and 404 are no success: the fourth attempt is
    for _ in 0..4 {
        let incoming = verified(&next(&mut calls).await, &account);
        assert_eq!((incoming.from, incoming.to), (app, account.threema_id));
        assert_eq!(incoming.message_id.to_string(), sent["messageId"]);
        assert_eq!(
            (incoming.sent_at.0, incoming.nonce, incoming.sealed),
            (NOW * 1000, [2; 24], vec![2; 20])
        );
        assert_eq!(incoming.nickname.as_deref(), Some("Ruth"));
    }
    for text in 10..40 {
        speak(&served, &token, "*TOWN001", text).await;
    }
    for text in 10..40 {
        assert_eq!(verified(&next(&mut calls).await, &account).nonce, [text; 24]);
    }
    for (to, status) in [("ZZZZZZZZ", 404), ("bad", 400)] {
        assert_eq!(speak(&served, &token, to, 1).await.0, status);
    }
    assert_eq!(speak(&served, "wrong", "*TOWN001", 1).await.0, 401);
}

#[tokio::test]
async fn a_callback_is_given_up_after_four_attempts() {
    let (_folder, served) = fresh().await;
    let account = served.account("*TOWN001", 10).await;
    let (_, token) = served.app().await;
    let (url, mut calls) = receiver(&[500; 4]).await;
    served
        .change(&account.threema_id, json!({"callbackUrl": url}))
        .await;
    speak(&served, &token, "*TOWN001", 1).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(verified(&next(&mut calls).await, &account).nonce[0]);
    }
    speak(&served, &token, "*TOWN001", 2).await;
    seen.push(verified(&next(&mut calls).await, &account).nonce[0]);
    assert_eq!(seen, [1, 1, 1, 1, 2]);
}

#[tokio::test]
async fn gateway_accounts_reach_each_other_and_apps_reach_apps() {
    let (_folder, served) = fresh().await;
    let (town, school) = (
        served.account("*TOWN001", 10).await,
        served.account("*SCHOOL1", 10).await,
    );
    let ((_, ruth), (other, mailbox)) = (served.app().await, served.app().await);
    let (url, mut calls) = receiver(&[]).await;
    served
        .change(&school.threema_id, json!({"callbackUrl": url}))
        .await;
    served
        .client()
        .send_e2e_bulk(&town, &[outgoing(school.threema_id, 5)], false)
        .await
        .unwrap();
    let incoming = verified(&next(&mut calls).await, &school);
    assert_eq!(
        (incoming.from, incoming.nickname.as_deref()),
        (town.threema_id, Some("Town"))
    );
    assert_eq!(served.stats().await["accepted"], 1);
    let (_, sent) = speak(&served, &ruth, other.as_str(), 6).await;
    let mail = served.mailbox(&mailbox, "").await;
    assert_eq!(
        (&mail[0]["messageId"], &mail[0]["nickname"]),
        (&sent["messageId"], &json!("Ruth"))
    );
    assert_eq!(
        served.stats().await["accepted"],
        1,
        "only boxes of gateway accounts count"
    );
}
