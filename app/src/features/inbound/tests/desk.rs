//! A callback, and people who write to it.
use super::super::server::{Intake, callback, run_inbound_jobs};
use crate::features::{
    feeds::{
        model::{FeedInput, FeedView},
        server as feeds,
    },
    gateway::wire::{Content, PrivateKey, PublicKey},
    identities::server::{open_gateway_secret, set_availability},
    lists::server as lists,
    messages::tests::world::World,
};
use crate::kernel::{LanguageCode, PageRequest, ThreemaId, server::Ctx};
use crate::testing::{On, callback_body};
use axum::{Extension, Router, body::Body, http::Request, routing::post};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::sync::{Arc, atomic::AtomicUsize};
use tower::ServiceExt;

/// A world with people who have keys of their own, and the callback.
pub(super) struct Desk {
    pub(super) world: World,
    callback: Router,
    secret: String,
    pub(super) sent: std::cell::Cell<u64>,
}

#[derive(FromQueryResult)]
struct Row {
    nonce: Vec<u8>,
    boxed: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

/// Somebody with an app.
pub(super) struct Person {
    pub(super) id: ThreemaId,
    pub(super) key: PrivateKey,
}

fn router(ctx: Ctx) -> Router {
    let intake = Extension(Arc::new(Intake::default()));
    Router::new().route(
        "/callback/{threema_id}",
        post(callback).with_state(ctx).layer(intake),
    )
}

impl Desk {
    pub(super) async fn new(on: On) -> Self {
        let world = World::new(on, 3).await;
        let ctx = world.ctx().clone();
        let secret = open_gateway_secret(&ctx, &world.identity)
            .await
            .unwrap()
            .to_string();
        Self {
            world,
            callback: router(ctx),
            secret,
            sent: std::cell::Cell::new(1),
        }
    }

    /// Counts the statements from now on.
    pub(super) fn count_statements(&mut self) -> Arc<AtomicUsize> {
        let count = self.world.test.ctx.db.count_statements();
        self.callback = router(self.world.ctx().clone());
        count
    }

    pub(super) async fn open_to_all(&self) {
        let (ctx, granted) = (self.world.ctx().clone(), self.world.caller.granted().unwrap());
        set_availability(ctx, granted, self.world.uid.clone(), false)
            .await
            .unwrap();
    }

    /// Somebody on the list.
    pub(super) async fn member(&self, n: usize) -> Person {
        let (id, key) = (self.world.ids[n], PrivateKey::from_bytes([n as u8 + 1; 32]));
        let db = &self.world.ctx().db;
        let sql = "UPDATE recipient SET public_key = $1, shared_key_stored = NULL WHERE threema_id = $2";
        let values = [key.public_key().as_bytes().to_vec().into(), id.as_str().into()];
        db.conn().execute_raw(db.stmt(sql, values)).await.unwrap();
        Person { id, key }
    }

    /// Somebody whom the identity does not know.
    pub(super) async fn stranger(&self, n: u8) -> Person {
        let seed = format!("stranger{n}");
        let url = format!("{}/sim/recipients", self.world.gateway);
        let http = reqwest::Client::new();
        let made = serde_json::json!({ "count": 1, "seed": seed });
        http.post(&url).json(&made).send().await.unwrap();
        let text = http.get(format!("{url}?seed={seed}")).send().await.unwrap();
        let id: ThreemaId = text.text().await.unwrap().trim().parse().unwrap();
        let key = PrivateKey::from_bytes([100 + n; 32]);
        let public = hex::encode(key.public_key().as_bytes());
        self.world
            .patch(id.as_str(), serde_json::json!({ "publicKey": public }))
            .await;
        Person { id, key }
    }

    pub(super) fn public(&self) -> PublicKey {
        PublicKey::from_bytes(&self.world.identity.public_key).unwrap()
    }

    pub(super) fn body(&self, from: &Person, content: &Content, number: u64) -> String {
        let container = content.encode();
        let nonce = [number as u8; 24];
        let sealed = from
            .key
            .shared_with(&self.public())
            .seal_padded(&nonce, &container, 40);
        callback_body(
            &self.secret,
            &from.id,
            &self.world.identity.threema_id,
            number,
            &nonce,
            &sealed,
        )
    }

    pub(super) async fn post(&self, body: String) -> u16 {
        let request = Request::builder()
            .method("POST")
            .uri(format!("/callback/{}", self.world.identity.threema_id))
            .body(Body::from(body))
            .unwrap();
        self.callback
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    pub(super) async fn bring(&self, from: &Person, content: Content) {
        let number = self.sent.get();
        self.sent.set(number + 1);
        assert_eq!(self.post(self.body(from, &content, number)).await, 200);
    }

    pub(super) async fn round(&self) -> usize {
        run_inbound_jobs(self.world.ctx(), "test").await.unwrap()
    }

    /// Writes, and answers what comes back.
    pub(super) async fn says(&self, from: &Person, text: &str) -> Vec<String> {
        self.bring(from, Content::Text(text.to_owned())).await;
        self.round().await;
        self.answers(from).await
    }

    /// What is on its way to somebody, in its order.
    pub(super) async fn answers(&self, to: &Person) -> Vec<String> {
        let db = &self.world.ctx().db;
        let sql = "SELECT nonce, boxed FROM answer WHERE threema_id = $1 ORDER BY id";
        let rows = Row::find_by_statement(db.stmt(sql, [to.id.as_str().into()]))
            .all(db.conn())
            .await
            .unwrap();
        let gone = db.stmt(
            "DELETE FROM answer WHERE threema_id = $1",
            [to.id.as_str().into()],
        );
        db.conn().execute_raw(gone).await.unwrap();
        let shared = to.key.shared_with(&self.public());
        let open = |row: Row| {
            let plain = shared
                .open_padded(&row.nonce.try_into().unwrap(), &row.boxed)
                .unwrap();
            match Content::decode(&plain).unwrap() {
                Content::Text(text) => text,
                other => panic!("{other:?}"),
            }
        };
        rows.into_iter().map(open).collect()
    }

    pub(super) async fn count(&self, sql: &str) -> i64 {
        let db = &self.world.ctx().db;
        let row = Count::find_by_statement(db.stmt(sql, [])).one(db.conn()).await;
        row.unwrap().unwrap().n
    }

    pub(super) async fn feed(&self, name: &str) -> FeedView {
        let input = FeedInput {
            name: name.to_owned(),
            welcome: [
                (LanguageCode::EN, "Welcome aboard!".to_owned()),
                (LanguageCode::DE, "Schön, dass Sie da sind!".to_owned()),
            ]
            .into(),
            ..FeedInput::default()
        };
        let (ctx, granted) = (self.world.ctx().clone(), self.world.caller.granted().unwrap());
        feeds::create_feed(ctx, granted, self.world.uid.clone(), input)
            .await
            .unwrap()
    }

    pub(super) async fn subscribers(&self, feed: &FeedView) -> Vec<ThreemaId> {
        let (ctx, granted) = (self.world.ctx().clone(), self.world.caller.granted().unwrap());
        let page = lists::list_members(
            ctx,
            granted,
            self.world.uid.clone(),
            feed.uid.clone(),
            PageRequest::default(),
        );
        page.await
            .unwrap()
            .items
            .into_iter()
            .map(|r| r.threema_id)
            .collect()
    }
}
