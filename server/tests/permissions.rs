//! What belongs to one organisation does not exist for another: the same calls of the cockpit and of the REST API, as
//! an administrator of the own organisation, of another one, and of one without rights.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
use app::{
    features::{
        api_keys::server as api_keys,
        auth::server::{entity::administrator, operator},
        bots::{model::BotInput, server::create_bot},
        feeds::{model::FeedInput, server::create_feed},
        groups::{model::NewGroup, server::create_group},
        identities::{model::NewIdentity, server::create as create_identity},
        lists::{model::ListInput, server::create_list},
        local_gateway::server::LocalGateway,
        messages::{model::DraftInput, server::save_draft},
    },
    kernel::{
        Lang, PageRequest, Uid,
        server::{
            clock::{Clock, SystemClock},
            rng::SystemRng,
        },
    },
    testing::{On, TestCtx},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};
use serde_json::{Value, json};
use server::router::{Parts, build};
use std::sync::Arc;
use tower::ServiceExt;

const PASSWORD: &str = "correct-horse-battery";

struct World {
    test: TestCtx,
    cockpit: Router,
    identity: Uid,
    list: Uid,
    feed: Uid,
    bot: Uid,
    group: Uid,
    draft: Uid,
    _folder: tempfile::TempDir,
}

/// An answer: its status and its JSON, null when there is none.
type Answer = (StatusCode, Value);

impl World {
    /// Two organisations; the first has an identity with a list and a draft.
    async fn new(on: On) -> Self {
        // the gateway's HTTP client needs one
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gateway.db");
        let gateway = LocalGateway::open(&file, Arc::new(SystemClock), Arc::new(SystemRng), 300).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = gateway.unwrap().router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let test = TestCtx::new(on, &url).await;
        // the gateway goes by the machine's clock
        test.clock.turn(SystemClock.now().0 - test.clock.now().0);
        let ctx = test.ctx.clone();
        let ada = test.with_password("Aarental", "ada@example.org", PASSWORD).await;
        test.with_password("Elsewhere", "eve@example.org", PASSWORD).await;
        let own = ada.who.organisation_id;
        let input = NewIdentity {
            plan: "o50".to_owned(),
            ..NewIdentity::default()
        };
        let identity = create_identity(ctx.clone(), operator(own), input)
            .await
            .unwrap()
            .uid;
        let name = ListInput {
            name: "Press".to_owned(),
        };
        let list = create_list(ctx.clone(), operator(own), identity.clone(), name)
            .await
            .unwrap()
            .uid;
        let input = FeedInput {
            name: "News".to_owned(),
            ..FeedInput::default()
        };
        let feed = create_feed(ctx.clone(), operator(own), identity.clone(), input)
            .await
            .unwrap()
            .uid;
        let name = BotInput {
            name: "Waste".to_owned(),
        };
        let bot = create_bot(ctx.clone(), operator(own), identity.clone(), name)
            .await
            .unwrap()
            .uid;
        let input = NewGroup {
            name: "Crisis".to_owned(),
            members: Vec::new(),
            saves_history: false,
        };
        let group = create_group(ctx.clone(), operator(own), identity.clone(), input)
            .await
            .unwrap()
            .uid;
        let input = DraftInput {
            uid: None,
            lists: vec![list.clone()],
            texts: Default::default(),
            ..Default::default()
        };
        let draft = save_draft(ctx.clone(), operator(own), identity.clone(), input)
            .await
            .unwrap()
            .uid;
        let parts = Parts {
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            metrics_token: None,
            trusted_proxies: Vec::new(),
        };
        Self {
            cockpit: build(&ctx, parts),
            test,
            identity,
            list,
            feed,
            bot,
            group,
            draft,
            _folder: folder,
        }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Option<String>, Value) {
        let answer = self.cockpit.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
        let cookie = cookies
            .map(|c| c.to_str().unwrap().to_owned())
            .find(|c| c.starts_with("fanfare="));
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, cookie, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// The cookie of a real sign-in.
    async fn sign_in(&self, email: &str) -> String {
        let form = format!("email={email}&password={PASSWORD}");
        let request = Request::post("/rpc/sign_in")
            .header("host", "localhost:3000")
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into())
            .unwrap();
        let (status, cookie, body) = self.send(request).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        cookie.unwrap().split(';').next().unwrap().to_owned()
    }

    async fn rpc(&self, cookie: &str, name: &str, body: &Input) -> Answer {
        let (kind, body) = match body {
            Input::Form(text) => ("application/x-www-form-urlencoded", text.clone()),
            Input::Json(value) => ("application/json", value.to_string()),
        };
        let request = Request::post(format!("/rpc/{name}"))
            .header("host", "localhost:3000")
            .header("accept", "application/json")
            .header("content-type", kind)
            .header("cookie", cookie)
            .body(body.into())
            .unwrap();
        let (status, _, body) = self.send(request).await;
        (status, body)
    }

    /// Calls of the cockpit that name something of the first organisation; none of them changes the next one's answer.
    fn calls(&self) -> Vec<(&'static str, Input)> {
        let Self {
            identity,
            list,
            feed,
            bot,
            group,
            draft,
            ..
        } = self;
        let page = PageRequest::default();
        let form = Input::Form;
        vec![
            ("load_identity", form(format!("identity={identity}"))),
            (
                "load_lists",
                Input::Json(json!({ "identity": identity, "request": page })),
            ),
            ("load_list_head", form(format!("identity={identity}&list={list}"))),
            (
                "load_list_members",
                Input::Json(json!({ "identity": identity, "list": list, "request": page })),
            ),
            (
                "make_list",
                Input::Json(json!({ "identity": identity, "input": { "name": "Another" } })),
            ),
            (
                "load_feeds",
                Input::Json(json!({ "identity": identity, "request": page })),
            ),
            ("load_feed_head", form(format!("identity={identity}&feed={feed}"))),
            (
                "load_blocked",
                Input::Json(json!({ "identity": identity, "feed": feed, "request": page })),
            ),
            (
                "block_people",
                Input::Json(json!({ "identity": identity, "feed": feed, "ids": ["ABCD1234"] })),
            ),
            (
                "load_recipients",
                Input::Json(json!({ "identity": identity, "request": page })),
            ),
            (
                "load_conversations",
                Input::Json(json!({ "identity": identity, "request": page })),
            ),
            ("count_unread", form(format!("identity={identity}"))),
            ("load_saved_replies", form(format!("identity={identity}"))),
            (
                "count_audience",
                Input::Json(json!({ "identity": identity, "lists": [list] })),
            ),
            (
                "count_broadcast",
                Input::Json(json!({ "identity": identity, "scope": "identity", "draft": draft })),
            ),
            (
                "load_broadcast_people",
                Input::Json(json!({ "identity": identity, "draft": draft, "request": page })),
            ),
            (
                "change_broadcast_people",
                Input::Json(json!({ "identity": identity, "draft": draft, "change": "clear" })),
            ),
            (
                "list_messages",
                Input::Json(json!({ "identity": identity, "page": page })),
            ),
            (
                "load_bots",
                Input::Json(json!({ "identity": identity, "request": page })),
            ),
            ("load_bot", form(format!("identity={identity}&bot={bot}"))),
            (
                "save_bot_name",
                Input::Json(json!({ "identity": identity, "bot": bot, "input": { "name": "Waste" } })),
            ),
            (
                "load_groups",
                Input::Json(json!({ "identity": identity, "request": page })),
            ),
            (
                "load_group_head",
                form(format!("identity={identity}&group={group}")),
            ),
            (
                "load_group_chat",
                Input::Json(json!({ "identity": identity, "group": group, "request": {} })),
            ),
            (
                "save_group_name",
                Input::Json(json!({ "identity": identity, "group": group, "input": { "name": "Storm" } })),
            ),
            (
                "tell_group_presence",
                Input::Json(
                    json!({ "identity": identity, "group": group, "page": "abcdefghij", "what": "here" }),
                ),
            ),
            ("load_draft", form(format!("identity={identity}&draft={draft}"))),
            (
                "save_draft",
                Input::Json(json!({
                    "identity": identity, "input": { "uid": draft, "lists": [list], "texts": { "en": "Hello" } },
                })),
            ),
        ]
    }

    async fn rest(&self, key: &str, method: Method, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "localhost:3000")
            .header("x-api-key", key)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let (status, _, body) = self.send(request).await;
        (status, body)
    }
}

enum Input {
    Form(String),
    Json(Value),
}

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
    let parts = Parts {
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        metrics_token: None,
        trusted_proxies: Vec::new(),
    };
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
    let answer = build(ctx, parts).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        administrator::Entity::find().count(ctx.db.conn()).await.unwrap(),
        1
    );
}
