//! Groups as clients of the live service call them (reference/broadcast-api.md section 3.6), on both databases, with a
//! real local gateway behind and a worker beside.
use crate::support::{Answer, Api, World};
use app::{
    features::{api_keys::server::create, gateway::wire::PrivateKey, groups::server::run_groups},
    kernel::server::Ctx,
    testing::On,
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use serde_json::{Value, json};
use std::time::Duration;

/// Sends what is on its way, as the worker of a process does, until the test ends.
fn work(ctx: &Ctx) -> tokio::task::JoinHandle<()> {
    let ctx = ctx.clone();
    tokio::spawn(async move {
        loop {
            let rung = ctx.work.notified();
            tokio::pin!(rung);
            rung.as_mut().enable();
            while run_groups(&ctx, "test").await.unwrap() > 0 {}
            let _ = tokio::time::timeout(Duration::from_millis(50), rung).await;
        }
    })
}

/// Somebody with an app.
async fn member(world: &World, seed: u8) -> (String, String) {
    let key = PrivateKey::from_bytes([seed; 32]).public_key().to_string();
    let body = json!({ "publicKey": key, "kind": "user" });
    let url = format!("{}/sim/identities", world.gateway_url);
    let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

async fn mail(world: &World, token: &str) -> usize {
    let url = format!("{}/sim/mailbox?after=0", world.gateway_url);
    let answer = reqwest::Client::new()
        .get(url)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["messages"].as_array().unwrap().len()
}

fn assert_status(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", answer.text);
}

async fn story(on: On) {
    let world = World::new(on).await;
    let ada = world.test.administrator("Town", "ada@example.org").await;
    let identity = world.identity(&ada, "o50").await;
    let key = create(&world.test.ctx, "ada@example.org", "Test", &[])
        .await
        .unwrap();
    let api = world.api(&key);
    let worker = work(&world.test.ctx);
    let (first, second) = (member(&world, 1).await, member(&world, 2).await);
    let base = format!("/api/v1/identities/{}/groups", identity.uid);

    // with members it is on their phones at once
    let made = api
        .post(
            &base,
            json!({ "name": "Crisis", "members": [first.0], "saveChatHistory": false }),
        )
        .await;
    assert_status(&made, StatusCode::CREATED);
    assert_eq!(made.body["state"], "active");
    assert_eq!(made.body["saveChatHistory"], false);
    let group = format!("{base}/{}", made.body["id"].as_str().unwrap());
    assert_status(
        &api.call(Method::POST, &format!("{group}/sync"), "").await,
        StatusCode::NO_CONTENT,
    );
    assert_eq!(mail(&world, &first.1).await, 6, "set-up, name, no picture; twice");

    // staged until a change of the group, whose name has only another blank
    let members = format!("{group}/members");
    for body in [
        json!([second.0]),
        json!({ "members": [second.0] }),
        json!({ "recipients": [{ "id": second.0 }] }),
    ] {
        assert_status(&api.post(&members, body).await, StatusCode::OK);
    }
    let listed = api.get(&format!("{members}?pageSize=0")).await;
    let states: Vec<&str> = listed.body["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["state"].as_str().unwrap())
        .collect();
    assert!(
        states.contains(&"new") && states.contains(&"in-sync"),
        "{states:?}"
    );
    assert_eq!(api.get(&group).await.body["synchronised"], false);
    let put = api
        .put(&group, json!({ "name": "Crisis ", "saveChatHistory": false }))
        .await;
    assert_status(&put, StatusCode::NO_CONTENT);
    assert_status(
        &api.call(Method::POST, &format!("{group}/sync"), "").await,
        StatusCode::NO_CONTENT,
    );
    assert_eq!(mail(&world, &second.1).await, 6);

    // a picture with line breaks in its base64
    let image = format!("{group}/image");
    assert_eq!(api.get(&image).await.body, json!({ "image": null }));
    let jpeg = "/9j/4AAQSkZJRgABAQ\nAAAQABAAD/\n2Q==";
    assert_status(
        &api.put(&image, json!({ "image": jpeg })).await,
        StatusCode::NO_CONTENT,
    );
    assert_eq!(api.get(&image).await.body["image"], jpeg.replace('\n', ""));
    assert_status(
        &api.put(&image, json!({ "image": "AAAA" })).await,
        StatusCode::BAD_REQUEST,
    );
    assert_status(&api.delete(&image, Value::Null).await, StatusCode::NO_CONTENT);

    chat(&world.test.ctx, &api, &group).await;

    // DELETE with a bare array in its body
    assert_status(
        &api.delete(&members, json!([first.0])).await,
        StatusCode::NO_CONTENT,
    );
    assert_eq!(api.get(&group).await.body["memberCount"], 1);
    // a state in the body of GET, as a client sends it
    assert_status(&api.delete(&group, Value::Null).await, StatusCode::NO_CONTENT);
    assert_status(&api.delete(&group, Value::Null).await, StatusCode::NO_CONTENT);
    let active = api.call(Method::GET, &base, r#"{"states":["active"]}"#).await;
    assert_eq!(active.body["groups"], json!([]));
    let all = api.get(&format!("{base}?pageSize=0&limit=100")).await;
    assert_eq!(all.body["groups"][0]["state"], "deleted");
    assert_eq!(all.body["_paging"], all.body["paging"]);
    assert_status(
        &api.put(&group, json!({ "name": "x" })).await,
        StatusCode::CONFLICT,
    );
    assert_status(
        &api.get(&format!("{base}/abcdefghij")).await,
        StatusCode::NOT_FOUND,
    );
    worker.abort();
}

async fn chat(ctx: &Ctx, api: &Api, group: &str) {
    let chat = format!("{group}/chat");
    let text = "Hello\n\n🕒 中文 2026-11-22 12:00";
    let request = |body: &str| {
        Request::builder()
            .method(Method::POST)
            .uri(&chat)
            .header("host", "any.example")
            .header("x-api-key", api.key())
            .header("idempotency-key", "once")
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    let body = json!({ "type": "text", "body": text }).to_string();
    let mut told = ctx.live.listen();
    let sent = api.send(request(&body)).await;
    assert_status(&sent, StatusCode::CREATED);
    assert_eq!(sent.body["body"], text);
    assert_eq!(sent.body["deliveries"]["total"], 2);
    let again = api.send(request(&body)).await;
    assert_eq!(
        again.body["id"], sent.body["id"],
        "the same key, the same message"
    );
    let one = format!("{chat}/{}", sent.body["id"].as_str().unwrap());
    // every step on the way is told to open pages
    while api.get(&one).await.body["state"] != "sent" {
        told.recv().await.unwrap();
    }
    let listed = api.get(&chat).await;
    assert_eq!(listed.body["messages"].as_array().unwrap().len(), 1);
    assert_eq!(listed.body["messages"][0]["sender"], Value::Null);
    for wrong in [
        json!({ "body": "" }),
        json!({ "type": "file" }),
        json!({ "body": { "de": "a", "en": "b" } }),
    ] {
        assert_status(&api.post(&chat, wrong).await, StatusCode::BAD_REQUEST);
    }
    assert_status(&api.delete(&one, Value::Null).await, StatusCode::NO_CONTENT);
    assert_status(&api.get(&one).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn groups_as_clients_of_the_live_service_call_them_on_sqlite() {
    story(On::Sqlite).await;
}

#[tokio::test]
async fn groups_as_clients_of_the_live_service_call_them_on_postgres() {
    story(On::Postgres).await;
}
