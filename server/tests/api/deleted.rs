//! What becomes of messages and people when a list, a feed or a recipient is removed, as a client of the REST API sees it.
use crate::support::{Api, World, assert_error, assert_paging};
use app::{features::api_keys::server::create, testing::On};
use axum::http::StatusCode;
use serde_json::{Value, json};

const SQLITE_AND_POSTGRES: [On; 2] = [On::Sqlite, On::Postgres];

/// A client of an identity of its own, and the identity's address.
async fn client(world: &World) -> (Api, String) {
    let ada = world.test.administrator("Town", "ada@example.org").await;
    let identity = world.identity(&ada, "o50").await;
    let key = create(&world.test.ctx, "ada@example.org", "Test", &[])
        .await
        .unwrap();
    (world.api(&key), format!("/api/v1/identities/{}", identity.uid))
}

/// Makes something; answers its address.
async fn made(api: &Api, path: &str, body: Value) -> String {
    let made = api.post(path, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    format!("{path}/{}", made.body["id"].as_str().unwrap())
}

/// A list or feed with one person; answers its address.
async fn with_somebody(api: &Api, path: &str, name: &str) -> String {
    let list = made(api, path, json!({ "name": name })).await;
    let added = api
        .post(
            &format!("{list}/recipients"),
            json!({ "recipients": ["MEMBER01"] }),
        )
        .await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
    list
}

async fn remove(api: &Api, path: &str) {
    let removed = api.delete(path, Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text);
}

#[tokio::test]
async fn messages_of_a_deleted_list_or_feed_are_read_and_deleted() {
    for on in SQLITE_AND_POSTGRES {
        let world = World::new(on).await;
        let (api, base) = client(&world).await;
        let kinds = ["distribution_lists", "feeds"].map(|kind| format!("{base}/{kind}"));
        for (kind, other) in [(&kinds[0], &kinds[1]), (&kinds[1], &kinds[0])] {
            let list = with_somebody(&api, kind, "Verkehr").await;
            let chat = format!("{list}/chat");
            let first = made(&api, &chat, json!({ "body": "Umleitung" })).await;
            made(&api, &chat, json!({ "body": "Frei" })).await;
            remove(&api, &list).await;

            let shown = api.get(&first).await;
            assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
            assert_eq!(shown.body["body"], json!({ "de": "Umleitung" }));
            assert_paging(&api.get(&chat).await.body, 20, 2, 0);
            assert_error(
                &api.post(&chat, json!({ "body": "Nochmals" })).await,
                StatusCode::CONFLICT,
            );
            assert_error(&api.get(&chat.replace(kind, other)).await, StatusCode::NOT_FOUND);

            remove(&api, &first).await;
            assert_error(&api.get(&first).await, StatusCode::NOT_FOUND);
            assert_paging(&api.get(&chat).await.body, 20, 1, 0);
        }
    }
}

#[tokio::test]
async fn a_message_is_found_only_at_the_list_it_went_to() {
    for on in SQLITE_AND_POSTGRES {
        let world = World::new(on).await;
        let (api, base) = client(&world).await;
        let lists = format!("{base}/distribution_lists");
        let one = with_somebody(&api, &lists, "Verkehr").await;
        let another = with_somebody(&api, &lists, "Wetter").await;
        let message = made(&api, &format!("{one}/chat"), json!({ "body": "Umleitung" })).await;
        let elsewhere = message.replace(&one, &another);
        remove(&api, &one).await;
        assert_error(&api.get(&elsewhere).await, StatusCode::NOT_FOUND);
        assert_error(&api.delete(&elsewhere, Value::Null).await, StatusCode::NOT_FOUND);
        assert_eq!(api.get(&message).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn removing_somebody_leaves_groups_and_deleted_lists_alone() {
    for on in SQLITE_AND_POSTGRES {
        let world = World::new(on).await;
        let (api, base) = client(&world).await;
        let lists = format!("{base}/distribution_lists");
        let list = with_somebody(&api, &lists, "Verkehr").await;
        let feed = with_somebody(&api, &format!("{base}/feeds"), "Wetter").await;
        let deleted = with_somebody(&api, &lists, "Winter").await;
        remove(&api, &deleted).await;
        let group = json!({ "name": "Stab", "members": ["MEMBER01"], "saveChatHistory": false });
        let group = made(&api, &format!("{base}/groups"), group).await;
        let person = format!("{base}/recipients/MEMBER01");
        let places = api.get(&person).await;
        assert_eq!(places.body["places"], 3, "list, feed and group: {}", places.text);

        for _ in 0..2 {
            remove(&api, &person).await;
            assert_eq!(api.get(&person).await.body["places"], 1, "the group");
        }
        for left in [&list, &feed] {
            let on_it = api.get(&format!("{left}/recipients")).await;
            assert_eq!(on_it.body["recipients"], json!([]), "{left}");
        }
        let on_it = api.get(&format!("{deleted}/recipients")).await;
        assert_eq!(on_it.body["recipients"][0]["id"], "MEMBER01");
        assert_eq!(api.get(&group).await.body["memberCount"], 1);
        assert_eq!(
            api.get(&base).await.body["recipientCount"],
            1,
            "counts for the plan"
        );
    }
}
