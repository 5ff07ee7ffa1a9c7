//! A cockpit with two organisations, and what is called in it.
use crate::cockpit::{cockpit, sign_in};
use app::{
    features::{
        auth::server::operator,
        bots::{model::BotInput, server::create_bot},
        feeds::{model::FeedInput, server::create_feed},
        groups::{model::NewGroup, server::create_group},
        identities::{model::NewIdentity, server::create as create_identity},
        lists::{model::ListInput, server::create_list},
        messages::{model::DraftInput, server::save_draft},
    },
    kernel::{
        PageRequest, Uid,
        server::clock::{Clock, SystemClock},
    },
    testing::{On, TestCtx, start_gateway},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Of both administrators.
pub const PASSWORD: &str = "correct-horse-battery";

/// Two organisations; the first has an identity with one of each.
pub struct World {
    pub test: TestCtx,
    pub cockpit: Router,
    pub identity: Uid,
    pub list: Uid,
    pub feed: Uid,
    pub bot: Uid,
    pub group: Uid,
    pub draft: Uid,
    _folder: tempfile::TempDir,
}

/// An answer: its status and its JSON, null when there is none.
pub type Answer = (StatusCode, Value);

impl World {
    /// Two organisations; the first has an identity with a list and a draft.
    pub async fn new(on: On) -> Self {
        // the gateway's HTTP client needs one
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let url = start_gateway(folder.path(), 300).await;
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
        Self {
            cockpit: cockpit(&ctx),
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

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.cockpit.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// The cookie of a real sign-in.
    pub async fn sign_in(&self, email: &str) -> String {
        sign_in(&self.cockpit, email, PASSWORD).await
    }

    pub async fn rpc(&self, cookie: &str, name: &str, body: &Input) -> Answer {
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
        self.send(request).await
    }

    /// Calls of the cockpit that name something of the first organisation; none of them changes the next one's answer.
    pub fn calls(&self) -> Vec<(&'static str, Input)> {
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

    pub async fn rest(&self, key: &str, method: Method, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "localhost:3000")
            .header("x-api-key", key)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }
}

/// What is sent along.
pub enum Input {
    Form(String),
    Json(Value),
}
