//! A message that needs the approval of somebody else, as a client of the REST API follows it.
use crate::support::{Answer, Api, World};
use app::{
    features::{api_keys::server::create, messages::server::send_back},
    testing::On,
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

const SQLITE_AND_POSTGRES: [On; 2] = [On::Sqlite, On::Postgres];

async fn send_once(api: &Api, chat: &str) -> Answer {
    let request = Request::post(chat)
        .header("X-Api-Key", api.key())
        .header("Idempotency-Key", "once");
    let body = Body::from(r#"{"body":"Die Schule bleibt geschlossen"}"#);
    api.send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn a_message_that_is_sent_back_is_still_found() {
    for on in SQLITE_AND_POSTGRES {
        let world = World::new(on).await;
        let ctx = &world.test.ctx;
        let ada = world.test.administrator("Town", "ada@example.org").await;
        let otto = world.test.administrator("Town", "otto@example.org").await;
        let identity = world.identity(&ada, "o15").await;
        let always = "UPDATE identity SET approval_above = 0";
        ctx.db.conn().execute_unprepared(always).await.unwrap();
        let api = world.api(&create(ctx, "ada@example.org", "Test", &[]).await.unwrap());
        let lists = format!("/api/v1/identities/{}/distribution_lists", identity.uid);
        let list = api.post(&lists, json!({ "name": "Eltern" })).await;
        let list = format!("{lists}/{}", list.body["id"].as_str().unwrap());
        let members = json!({ "recipients": ["MEMBER01"] });
        api.post(&format!("{list}/recipients"), members).await;
        let chat = format!("{list}/chat");

        let sent = send_once(&api, &chat).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
        assert_eq!(sent.body["state"], "needs_approval");
        let id = sent.body["id"].as_str().unwrap();
        let one = format!("{chat}/{id}");
        let granted = otto.granted().unwrap();
        let message = id.parse().unwrap();
        send_back(ctx.clone(), granted, identity.uid.clone(), message, String::new())
            .await
            .unwrap();

        let shown = api.get(&one).await;
        assert_eq!(
            (shown.status, &shown.body["state"]),
            (StatusCode::OK, &json!("draft"))
        );
        assert_eq!(api.get(&chat).await.body["messages"][0]["id"], id);
        let again = send_once(&api, &chat).await;
        assert_eq!(again.status, StatusCode::CREATED, "{}", again.text);
        assert_eq!(
            (&again.body["id"], &again.body["state"]),
            (&json!(id), &json!("draft")),
            "nothing was sent"
        );
    }
}

#[tokio::test]
async fn whatever_waits_for_approval_was_made() {
    for on in SQLITE_AND_POSTGRES {
        let world = World::new(on).await;
        let ctx = &world.test.ctx;
        let ada = world.test.administrator("Town", "ada@example.org").await;
        let identity = world.identity(&ada, "o15").await;
        let always = "UPDATE identity SET approval_above = 0";
        ctx.db.conn().execute_unprepared(always).await.unwrap();
        let api = world.api(&create(ctx, "ada@example.org", "Test", &[]).await.unwrap());
        let base = format!("/api/v1/identities/{}", identity.uid);
        let feed = api
            .post(&format!("{base}/feeds"), json!({ "name": "Schulnews" }))
            .await;
        let feed = format!("{base}/feeds/{}", feed.body["id"].as_str().unwrap());
        let members = json!({ "recipients": ["MEMBER01"] });
        api.post(&format!("{feed}/recipients"), members).await;

        let text = json!({ "name": "Schule", "body": "Die Schule bleibt geschlossen" });
        for path in [format!("{feed}/chat"), format!("{base}/broadcasts")] {
            let sent = api.post(&path, text.clone()).await;
            assert_eq!(sent.status, StatusCode::CREATED, "{path}: {}", sent.text);
            assert_eq!(sent.body["state"], "needs_approval", "{path}");
        }
    }
}
