//! Whoever holds the last byte of a call back, or reads a file slowly, does not go on with what was taken from them meanwhile.
use crate::world::World;
use app::testing::On;
use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode},
};
use futures::{StreamExt, stream};
use sea_orm::ConnectionTrait;
use std::{convert::Infallible, sync::Arc};
use tokio::sync::Notify;
use tower::ServiceExt;

/// Calls with a body that waits; while it does, the statement is carried out and two seconds go by.
async fn meanwhile(world: &World, path: &str, who: (&str, &str), body: &str, sql: &str) -> StatusCode {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait, text) = (begun.clone(), go_on.clone(), Bytes::from(body.to_owned()));
    // asked for only once the caller has been looked up
    let chunks = stream::once(async move {
        tell.notify_one();
        wait.notified().await;
        Ok::<_, Infallible>(text)
    });
    let request = Request::post(path)
        .header("host", "localhost:3000")
        .header("accept", "application/json")
        .header("content-type", "application/json")
        .header(who.0, who.1)
        .body(Body::from_stream(chunks));
    let call = tokio::spawn(world.cockpit.clone().oneshot(request.unwrap()));
    begun.notified().await;
    world.test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    world.test.clock.turn(2_000);
    go_on.notify_one();
    call.await.unwrap().unwrap().status()
}

async fn taken_away_meanwhile(on: On) {
    let (world, people) = World::new(on).await;
    let lists = people.iter().find(|p| p.name == "lists").unwrap();
    let (cookie, key) = (
        ("cookie", lists.cookie.as_str()),
        ("x-api-key", lists.key.as_str()),
    );
    let own = serde_json::json!({ "identity": world.identity, "input": { "name": "Slow" } }).to_string();
    let path = format!("/api/v1/identities/{}/distribution_lists", world.identity);
    let rest = r#"{ "name": "Slow by a machine" }"#;
    let id = format!(
        "(SELECT administrator_id FROM administrator_right WHERE code = 'lists' AND identity_id = {})",
        world.identity_id
    );
    // nothing happens meanwhile: slow is not wrong
    let status = meanwhile(&world, "/rpc/make_list", cookie, &own, "SELECT 1").await;
    assert_eq!(status, StatusCode::OK);
    let status = meanwhile(&world, &path, key, rest, "SELECT 1").await;
    assert_eq!(status, StatusCode::CREATED);

    let disable = format!("UPDATE administrator SET disabled_at = 1 WHERE id = {id}");
    let enable = "UPDATE administrator SET disabled_at = NULL";
    let status = meanwhile(&world, &path, key, rest, &disable).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let db = world.test.ctx.db.conn();
    db.execute_unprepared(enable).await.unwrap();
    let status = meanwhile(&world, "/rpc/make_list", cookie, &own, &disable).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    db.execute_unprepared(enable).await.unwrap();

    // only seeing is left
    let less = "DELETE FROM administrator_right WHERE code = 'lists'";
    let status = meanwhile(&world, "/rpc/make_list", cookie, &own, less).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    db.execute_unprepared("UPDATE api_key SET revoked_at = NULL")
        .await
        .unwrap();
    let revoke = "UPDATE api_key SET revoked_at = 1";
    let status = meanwhile(&world, &path, key, rest, revoke).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // signed out
    let status = meanwhile(&world, "/rpc/make_list", cookie, &own, "DELETE FROM session").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn taken_away_meanwhile_on_sqlite() {
    taken_away_meanwhile(On::Sqlite).await;
}

#[tokio::test]
async fn taken_away_meanwhile_on_postgres() {
    taken_away_meanwhile(On::Postgres).await;
}

/// A file is made while it is read: its head stands at the beginning, the rest is asked for part by part.
async fn a_download_ends_with_its_session(on: On) {
    let (world, people) = World::new(on).await;
    let ada = people.iter().find(|p| p.name == "full access").unwrap();
    let begin = async |path: &str| {
        let request = Request::get(path)
            .header("host", "localhost:3000")
            .header("cookie", ada.cookie.as_str())
            .body(Body::empty());
        let answer = world.cockpit.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let mut file = answer.into_body().into_data_stream();
        assert!(file.next().await.unwrap().is_ok(), "the head of {path}");
        file
    };
    let message = world.path("/export/{identity}/messages/{message}.csv");
    for path in ["/export/audit/audit-log.csv", message.as_str()] {
        let mut file = begin(path).await;
        assert!(file.next().await.unwrap().is_ok(), "{path}");
    }
    let mut files = Vec::new();
    for path in ["/export/audit/audit-log.csv", message.as_str()] {
        files.push(begin(path).await);
    }
    let db = world.test.ctx.db.conn();
    db.execute_unprepared("DELETE FROM session").await.unwrap();
    for mut file in files {
        // with an error: no half file looks whole
        assert!(file.next().await.unwrap().is_err());
    }
}

#[tokio::test]
async fn a_download_ends_with_its_session_on_sqlite() {
    a_download_ends_with_its_session(On::Sqlite).await;
}

#[tokio::test]
async fn a_download_ends_with_its_session_on_postgres() {
    a_download_ends_with_its_session(On::Postgres).await;
}
