//! What belongs to one organisation does not exist for another: the same calls of the cockpit and of the REST API, as
//! an administrator of the own organisation, of another one, and of one without rights.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
#[path = "../cockpit/mod.rs"]
mod cockpit;
mod world;

use app::{
    features::{api_keys::server as api_keys, auth::server::entity::administrator},
    kernel::Lang,
    testing::{On, TestCtx},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use cockpit::cockpit;
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};
use serde_json::{Value, json};
use tower::ServiceExt;
use world::{Input, PASSWORD, World};

async fn the_cockpit_keeps_organisations_apart(on: On) {
    let world = World::new(on).await;
    let own = world.sign_in("ada@example.org").await;
    let other = world.sign_in("eve@example.org").await;
    for (name, body) in world.calls() {
        let (status, answer) = world.rpc(&own, name, &body).await;
        assert_eq!(status, StatusCode::OK, "own {name}: {answer}");
        let (status, answer) = world.rpc(&other, name, &body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "other {name}: {answer}");
    }
    let none = Input::Form(String::new());
    let (_, mine) = world.rpc(&own, "list_identities", &none).await;
    let (_, theirs) = world.rpc(&other, "list_identities", &none).await;
    assert_eq!(mine.as_array().map(Vec::len), Some(1));
    assert_eq!(theirs.as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn the_cockpit_keeps_organisations_apart_on_sqlite() {
    the_cockpit_keeps_organisations_apart(On::Sqlite).await;
}

#[tokio::test]
async fn the_cockpit_keeps_organisations_apart_on_postgres() {
    the_cockpit_keeps_organisations_apart(On::Postgres).await;
}

#[tokio::test]
async fn without_a_right_nothing_is_shown_and_nothing_done() {
    let world = World::new(On::Sqlite).await;
    let cookie = world.sign_in("ada@example.org").await;
    let db = world.test.ctx.db.conn();
    let row = administrator::Entity::find()
        .filter(administrator::Column::Email.eq("ada@example.org"))
        .one(db)
        .await
        .unwrap()
        .unwrap();
    let mut row = row.into_active_model();
    row.full_access = Set(false);
    let row = row.update(db).await.unwrap();
    for (name, body) in world.calls() {
        let (status, answer) = world.rpc(&cookie, name, &body).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{name}: {answer}");
    }
    // who is disabled is nobody at once, with the session that is there
    let mut row = row.into_active_model();
    row.disabled_at = Set(Some(1));
    row.update(db).await.unwrap();
    for (name, body) in world.calls() {
        let (status, _) = world.rpc(&cookie, name, &body).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{name}");
    }
}

#[tokio::test]
async fn the_rest_api_keeps_organisations_apart() {
    let world = World::new(On::Sqlite).await;
    let ctx = &world.test.ctx;
    let own = api_keys::create(ctx, "ada@example.org", "own", &[])
        .await
        .unwrap();
    let other = api_keys::create(ctx, "eve@example.org", "other", &[])
        .await
        .unwrap();
    let identity = format!("/identities/{}", world.identity);
    let list = format!("{identity}/distribution_lists/{}", world.list);
    let feed = format!("{identity}/feeds/{}", world.feed);
    let bot = format!("{identity}/bots/{}", world.bot);
    let group = format!("{identity}/groups/{}", world.group);
    let none = Value::Null;
    // neither is found where the other stands
    for wrong in [
        format!("{identity}/feeds/{}", world.list),
        format!("{identity}/distribution_lists/{}", world.feed),
        format!("{identity}/feeds/{}/chat", world.list),
        format!("{identity}/distribution_lists/{}/chat", world.feed),
    ] {
        let (status, _) = world.rest(&own, Method::GET, &wrong, &none).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{wrong}");
    }
    for (method, path, body, good) in [
        (Method::GET, identity.clone(), none.clone(), StatusCode::OK),
        (
            Method::GET,
            format!("{identity}/distribution_lists"),
            none.clone(),
            StatusCode::OK,
        ),
        (Method::GET, list.clone(), none.clone(), StatusCode::OK),
        (
            Method::GET,
            format!("{list}/recipients"),
            none.clone(),
            StatusCode::OK,
        ),
        (Method::GET, format!("{list}/chat"), none.clone(), StatusCode::OK),
        (Method::GET, feed.clone(), none.clone(), StatusCode::OK),
        (
            Method::GET,
            format!("{feed}/recipients"),
            none.clone(),
            StatusCode::OK,
        ),
        (
            Method::GET,
            format!("{feed}/blacklist"),
            none.clone(),
            StatusCode::OK,
        ),
        (Method::GET, format!("{feed}/chat"), none.clone(), StatusCode::OK),
        (
            Method::GET,
            format!("{identity}/bots"),
            none.clone(),
            StatusCode::OK,
        ),
        (Method::GET, bot.clone(), none.clone(), StatusCode::OK),
        (
            Method::GET,
            format!("{bot}/commands"),
            none.clone(),
            StatusCode::OK,
        ),
        (
            Method::POST,
            format!("{bot}/commands"),
            json!({ "command": "north", "answers": [{ "type": "text", "body": "Tuesday" }] }),
            StatusCode::CREATED,
        ),
        (
            Method::PUT,
            bot.clone(),
            json!({ "name": "Renamed" }),
            StatusCode::NO_CONTENT,
        ),
        (
            Method::GET,
            format!("{identity}/groups"),
            none.clone(),
            StatusCode::OK,
        ),
        (Method::GET, group.clone(), none.clone(), StatusCode::OK),
        (
            Method::GET,
            format!("{group}/members"),
            none.clone(),
            StatusCode::OK,
        ),
        (Method::GET, format!("{group}/chat"), none.clone(), StatusCode::OK),
        (
            Method::GET,
            format!("{identity}/conversations"),
            none.clone(),
            StatusCode::OK,
        ),
        (
            Method::GET,
            format!("{identity}/broadcasts"),
            none.clone(),
            StatusCode::OK,
        ),
        (
            Method::POST,
            format!("{list}/recipients"),
            json!({ "recipients": ["ABCD1234"] }),
            StatusCode::OK,
        ),
        (
            Method::PUT,
            list.clone(),
            json!({ "name": "Renamed" }),
            StatusCode::NO_CONTENT,
        ),
    ] {
        // first the stranger, so that nothing it could have done is hidden by the owner's call
        let (status, answer) = world.rest(&other, method.clone(), &path, &body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "other {method} {path}: {answer}");
        let (status, answer) = world.rest(&own, method.clone(), &path, &body).await;
        assert_eq!(status, good, "own {method} {path}: {answer}");
    }
    let (_, theirs) = world.rest(&other, Method::GET, "/identities", &none).await;
    assert_eq!(theirs["identities"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn the_set_up_link_ends_with_the_first_administrator() {
    let test = TestCtx::new(On::Sqlite, "http://127.0.0.1:9").await;
    let ctx = &test.ctx;
    app::kernel::server::master_key::check_master_key(ctx)
        .await
        .unwrap();
    let link = app::features::auth::server::new_set_up_link(ctx)
        .await
        .unwrap()
        .unwrap();
    test.administrator("Aarental", "ada@example.org").await;
    let token = link.split_once("token=").unwrap().1;
    let input = json!({ "input": {
        "token": token, "organisation": "Aarental", "name": "Eve", "email": "eve@example.org",
        "password": PASSWORD, "language": Lang::En,
    }});
    let request = Request::post("/rpc/first_set_up")
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .body(Body::from(input.to_string()))
        .unwrap();
    let answer = cockpit(ctx).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        administrator::Entity::find().count(ctx.db.conn()).await.unwrap(),
        1
    );
}
