//! From the callback to the answer, on both databases.
use super::server::{Intake, callback, run_inbound_jobs};
use crate::features::{
    feeds::{
        model::{FeedInput, FeedView},
        server::{self as feeds},
    },
    gateway::{
        server::callback_mac,
        wire::{Content, GroupChat, GroupId, GroupMessage, PrivateKey, PublicKey},
    },
    groups::{
        model::{ChatRequest, MemberState, NewGroup},
        server as groups,
    },
    identities::server::{open_gateway_secret, set_availability},
    lists::server as lists,
    messages::tests::world::World,
};
use crate::kernel::{LanguageCode, PageRequest, ThreemaId, Uid, live::Change};
use crate::testing::On;
use axum::{Extension, Router, body::Body, http::Request, routing::post};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::sync::Arc;
use tower::ServiceExt;

/// A world with people who have keys of their own, and the callback.
struct Desk {
    world: World,
    callback: Router,
    secret: String,
    sent: std::cell::Cell<u64>,
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
struct Person {
    id: ThreemaId,
    key: PrivateKey,
}

impl Desk {
    async fn new(on: On) -> Self {
        let world = World::new(on, 3).await;
        let ctx = world.ctx().clone();
        let secret = open_gateway_secret(&ctx, &world.identity)
            .await
            .unwrap()
            .to_string();
        let callback = Router::new().route(
            "/callback/{threema_id}",
            post(callback)
                .with_state(ctx)
                .layer(Extension(Arc::new(Intake::default()))),
        );
        Self {
            world,
            callback,
            secret,
            sent: std::cell::Cell::new(1),
        }
    }

    async fn open_to_all(&self) {
        let (ctx, granted) = (self.world.ctx().clone(), self.world.caller.granted().unwrap());
        set_availability(ctx, granted, self.world.uid.clone(), false)
            .await
            .unwrap();
    }

    /// Somebody on the list.
    async fn member(&self, n: usize) -> Person {
        let (id, key) = (self.world.ids[n], PrivateKey::from_bytes([n as u8 + 1; 32]));
        let db = &self.world.ctx().db;
        let sql = "UPDATE recipient SET public_key = $1, shared_key_stored = NULL WHERE threema_id = $2";
        let values = [key.public_key().as_bytes().to_vec().into(), id.as_str().into()];
        db.conn().execute_raw(db.stmt(sql, values)).await.unwrap();
        Person { id, key }
    }

    /// Somebody whom the identity does not know.
    async fn stranger(&self, n: u8) -> Person {
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

    fn public(&self) -> PublicKey {
        PublicKey::from_bytes(&self.world.identity.public_key).unwrap()
    }

    fn body(&self, from: &Person, content: &Content, number: u64) -> String {
        let container = content.encode();
        let nonce = [number as u8; 24];
        let sealed = from
            .key
            .shared_with(&self.public())
            .seal_padded(&nonce, &container, 40);
        let signed = [
            from.id.to_string(),
            self.world.identity.threema_id.clone(),
            format!("{number:016x}"),
            "1795262400".to_owned(),
            hex::encode(nonce),
            hex::encode(sealed),
        ];
        let mac = hex::encode(callback_mac(&self.secret, signed.each_ref().map(String::as_str)));
        let names = ["from", "to", "messageId", "date", "nonce", "box"];
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(names.iter().zip(&signed));
        body.append_pair("mac", &mac).finish()
    }

    async fn post(&self, body: String) -> u16 {
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

    async fn bring(&self, from: &Person, content: Content) {
        let number = self.sent.get();
        self.sent.set(number + 1);
        assert_eq!(self.post(self.body(from, &content, number)).await, 200);
    }

    async fn round(&self) -> usize {
        run_inbound_jobs(self.world.ctx(), "test").await.unwrap()
    }

    /// Writes, and answers what comes back.
    async fn says(&self, from: &Person, text: &str) -> Vec<String> {
        self.bring(from, Content::Text(text.to_owned())).await;
        self.round().await;
        self.answers(from).await
    }

    /// What is on its way to somebody, in its order.
    async fn answers(&self, to: &Person) -> Vec<String> {
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

    async fn count(&self, sql: &str) -> i64 {
        let db = &self.world.ctx().db;
        let row = Count::find_by_statement(db.stmt(sql, [])).one(db.conn()).await;
        row.unwrap().unwrap().n
    }

    async fn feed(&self, name: &str) -> FeedView {
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

    async fn subscribers(&self, feed: &FeedView) -> Vec<ThreemaId> {
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

async fn people_come_and_go(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    let news = desk.feed("News").await;
    let anna = desk.stranger(1).await;
    assert_eq!(
        desk.says(&anna, "Start news").await,
        [
            "You now get “News”. To leave it, write: stop News",
            "Welcome aboard!"
        ]
    );
    assert_eq!(desk.subscribers(&news).await, [anna.id]);
    assert_eq!(
        desk.says(&anna, "start news").await,
        ["You already get “News”. To leave it, write: stop News"]
    );
    assert_eq!(
        desk.says(&anna, "de").await,
        ["Ab jetzt erhalten Sie deutsche Texte. Back to English: en"]
    );
    assert_eq!(
        desk.says(&anna, "abmelden").await,
        ["Sie erhalten «News» nicht mehr. Um es wieder zu erhalten, schreiben Sie: abo News"]
    );
    assert_eq!(desk.subscribers(&news).await, []);
    let (ctx, granted) = (desk.world.ctx().clone(), desk.world.caller.granted().unwrap());
    let uid = desk.world.uid.clone();
    feeds::block(ctx, granted, uid, news.uid.clone(), vec![anna.id])
        .await
        .unwrap();
    assert_eq!(
        desk.says(&anna, "abo News").await,
        [
            "Sie können «News» nicht abonnieren. Falls das ein Irrtum ist, fragen Sie bitte beim Absender nach."
        ]
    );
    assert_eq!(
        desk.count("SELECT joined * 10 + gone AS n FROM feed_day").await,
        11
    );
}

async fn a_language_comes_before_the_first_feed(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    desk.feed("News").await;
    let anna = desk.stranger(1).await;
    desk.says(&anna, "de").await;
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM recipient").await,
        3,
        "nobody is kept"
    );
    assert_eq!(
        desk.says(&anna, "Start News").await,
        [
            "Sie erhalten jetzt «News». Zum Abbestellen schreiben Sie: abmelden News",
            "Schön, dass Sie da sind!"
        ]
    );
    assert_eq!(desk.count("SELECT COUNT(*) AS n FROM stranger_language").await, 0);
    let bert = desk.stranger(2).await;
    desk.says(&bert, "de").await;
    desk.world.test.clock.turn(3_700_000);
    feeds::forget_languages(desk.world.ctx()).await.unwrap();
    assert_eq!(desk.count("SELECT COUNT(*) AS n FROM stranger_language").await, 0);
}

async fn only_internal_people_are_answered(on: On) {
    let desk = Desk::new(on).await;
    desk.feed("News").await;
    let (anna, staff) = (desk.stranger(1).await, desk.member(0).await);
    for text in ["start News", "help", "profile", "de", "hello"] {
        assert_eq!(
            desk.says(&anna, text).await,
            ["This ID only answers internal contacts."]
        );
    }
    assert!(desk.says(&staff, "start News").await[0].starts_with("You now get"));
    desk.open_to_all().await;
    assert!(desk.says(&anna, "start News").await[0].starts_with("You now get"));
    let (ctx, granted) = (desk.world.ctx().clone(), desk.world.caller.granted().unwrap());
    set_availability(ctx, granted, desk.world.uid.clone(), true)
        .await
        .unwrap();
    assert_eq!(
        desk.says(&anna, "feeds").await,
        ["This ID only answers internal contacts."]
    );
    assert!(desk.says(&anna, "profile").await[0].contains("Feeds: News"));
    assert!(desk.says(&anna, "stop News").await[0].contains("cannot subscribe again"));
    assert_eq!(
        desk.says(&anna, "start News").await,
        ["This ID only answers internal contacts."]
    );
}

async fn profile_hides_nothing_from_who_has_left(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    desk.feed("News").await;
    let anna = desk.stranger(1).await;
    assert!(desk.says(&anna, "profile").await[0].contains("knows nothing about you"));
    desk.says(&anna, "start News").await;
    desk.says(&anna, "stop News").await;
    let told = desk.says(&anna, "profile").await.remove(0);
    assert!(told.contains("Feeds: none"), "their ID is still there: {told}");
}

async fn a_full_plan_has_its_own_sentence(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    let news = desk.feed("News").await;
    let tight = "UPDATE plan SET recipient_limit = 3";
    desk.world
        .ctx()
        .db
        .conn()
        .execute_unprepared(tight)
        .await
        .unwrap();
    let (anna, staff) = (desk.stranger(1).await, desk.member(0).await);
    assert_eq!(
        desk.says(&anna, "start News").await,
        ["“News” cannot take anyone new at the moment. Please try again another day."]
    );
    assert_eq!(desk.count("SELECT refused AS n FROM feed_day").await, 1);
    desk.says(&staff, "start News").await;
    assert_eq!(
        desk.subscribers(&news).await,
        [staff.id],
        "who counts already fits"
    );
    assert_eq!(desk.count("SELECT recipient_count AS n FROM identity").await, 3);
}

async fn the_order_of_a_sender_is_kept(on: On) {
    let desk = Desk::new(on).await;
    let news = desk.feed("News").await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    for text in ["start News", "stop News", "start News"] {
        desk.bring(&staff, Content::Text(text.to_owned())).await;
    }
    assert_eq!(desk.round().await, 3);
    assert_eq!(desk.subscribers(&news).await, [staff.id]);
    let answers = desk.answers(&staff).await;
    let starts = |n: usize, with: &str| assert!(answers[n].starts_with(with), "{answers:?}");
    starts(0, "You now get");
    starts(2, "You no longer get");
    starts(3, "You now get");
    // the first of a sender waits: so do the others of the same sender, and nobody else
    for (who, text) in [(&staff, "stop News"), (&staff, "help"), (&other, "help")] {
        desk.bring(who, Content::Text(text.to_owned())).await;
    }
    let later =
        "UPDATE job SET run_at = run_at + 1000 WHERE id = (SELECT MIN(id) FROM job WHERE kind = 'inbound')";
    desk.world
        .ctx()
        .db
        .conn()
        .execute_unprepared(later)
        .await
        .unwrap();
    assert_eq!(desk.round().await, 1);
    assert_eq!(desk.answers(&other).await.len(), 1);
    desk.world.test.clock.turn(1_000);
    assert_eq!(desk.round().await, 2);
    assert!(desk.answers(&staff).await[0].starts_with("You no longer get"));
}

async fn what_a_round_left_behind_is_taken_up(on: On) {
    let desk = Desk::new(on).await;
    let news = desk.feed("News").await;
    let staff = desk.member(0).await;
    for text in ["start News", "stop News"] {
        desk.bring(&staff, Content::Text(text.to_owned())).await;
    }
    let conn = desk.world.ctx().db.conn();
    let left =
        "UPDATE job SET lease_holder = 'test' WHERE id = (SELECT MIN(id) FROM job WHERE kind = 'inbound')";
    conn.execute_unprepared(left).await.unwrap();
    // it belongs to another process: its sender waits
    assert_eq!(run_inbound_jobs(desk.world.ctx(), "other").await.unwrap(), 0);
    assert_eq!(desk.round().await, 2);
    assert_eq!(desk.subscribers(&news).await, []);
}

async fn after_the_plan_people_can_only_leave(on: On) {
    let desk = Desk::new(on).await;
    let news = desk.feed("News").await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    desk.says(&staff, "start News").await;
    let conn = desk.world.ctx().db.conn();
    let ended = "UPDATE plan SET valid_until = valid_from";
    conn.execute_unprepared(ended).await.unwrap();
    for (who, text) in [(&staff, "stop News"), (&other, "start News"), (&other, "help")] {
        assert_eq!(desk.says(who, text).await.len(), 0, "nothing is sent: {text}");
    }
    assert_eq!(desk.subscribers(&news).await, []);
}

async fn what_is_not_for_us_leaves_no_trace(on: On) {
    let desk = Desk::new(on).await;
    let staff = desk.member(0).await;
    let number = desk.sent.get();
    let secret = Content::Text("Zaphod keeps the towel".to_owned());
    let body = desk.body(&staff, &secret, number);
    // the gateway comes twice: one answer
    assert_eq!((desk.post(body.clone()).await, desk.post(body).await), (200, 200));
    assert_eq!(desk.round().await, 1);
    assert_eq!(desk.answers(&staff).await.len(), 1);
    desk.sent.set(number + 1);
    for kind in [0x02, 0x17, 0x41, 0x4a, 0x90] {
        desk.bring(&staff, Content::Unknown(kind)).await;
    }
    assert_eq!(desk.round().await, 5);
    assert_eq!(desk.answers(&staff).await.len(), 0);
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM job WHERE kind = 'inbound'")
            .await,
        0
    );
    if on == On::Sqlite {
        for file in std::fs::read_dir(desk.world.test.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(6).any(|w| w == b"Zaphod"));
        }
    }
}

async fn callbacks_at_once_are_all_stored(on: On) {
    let desk = Desk::new(on).await;
    let staff = desk.member(0).await;
    let text = Content::Text("help".to_owned());
    let bodies = (1..=120).map(|n| desk.post(desk.body(&staff, &text, n)));
    let answered = futures::future::join_all(bodies).await;
    assert!(answered.iter().all(|status| *status == 200));
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM job WHERE kind = 'inbound'")
            .await,
        120
    );
    while desk.round().await > 0 {}
    assert_eq!(desk.answers(&staff).await.len(), 20, "rule 8");
}

/// A group with these people whose chat is saved, as its members know it.
async fn group_of(desk: &Desk, members: &[&Person]) -> (Uid, GroupId) {
    let (ctx, uid) = (desk.world.ctx().clone(), desk.world.uid.clone());
    let input = NewGroup {
        name: "Crisis".to_owned(),
        members: members.iter().map(|p| p.id).collect(),
        saves_history: true,
    };
    let granted = || desk.world.caller.granted().unwrap();
    let made = groups::create_group(ctx.clone(), granted(), uid.clone(), input)
        .await
        .unwrap();
    groups::synchronise(ctx, granted(), uid, made.uid.clone())
        .await
        .unwrap();
    let wire = desk.count("SELECT wire_id AS n FROM chat_group").await;
    (made.uid, GroupId::from_i64(wire))
}

async fn what_is_said_in_a_group_stays_in_it(on: On) {
    let desk = Desk::new(on).await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    let (group, wire) = group_of(&desk, &[&staff]).await;
    let creator: ThreemaId = desk.world.identity.threema_id.parse().unwrap();
    let in_group = |said| Content::Group(GroupMessage::Chat(creator, wire, said));
    let said = |text: &str| in_group(GroupChat::Text(text.to_owned()));
    let mut events = desk.world.ctx().live.listen();
    // a command is none in a group, and who is no member says nothing there
    desk.bring(&staff, said("help")).await;
    desk.bring(&other, said("help")).await;
    assert_eq!(desk.round().await, 2);
    assert_eq!(
        desk.answers(&staff).await.len() + desk.answers(&other).await.len(),
        0
    );
    let granted = || desk.world.caller.granted().unwrap();
    let (ctx, uid) = (desk.world.ctx(), &desk.world.uid);
    let chat = groups::load_chat(
        ctx.clone(),
        granted(),
        uid.clone(),
        group.clone(),
        ChatRequest::default(),
    );
    let texts: Vec<_> = chat
        .await
        .unwrap()
        .entries
        .into_iter()
        .filter_map(|e| e.text)
        .collect();
    assert_eq!(texts.len(), 1);
    let told = Change::Group {
        identity: uid.clone(),
        uid: group.clone(),
    };
    // what the set-up changed may still be on its way through the database
    let heard = loop {
        match events.recv().await.unwrap().change {
            Change::Identity { .. } => {}
            change => break change,
        }
    };
    assert_eq!(heard, told);
    assert!(desk.says(&staff, "profile").await[0].contains("\nGroup Crisis: history saved: yes\n"));
    desk.bring(&staff, in_group(GroupChat::Leave)).await;
    desk.round().await;
    let head = groups::load_group(ctx.clone(), granted(), uid.clone(), group)
        .await
        .unwrap();
    assert!(
        matches!(head.members[0].state, MemberState::Left { .. }),
        "{:?}",
        head.members[0]
    );
}

async fn a_stranger_waits_for_the_gateway(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    let anna = desk.stranger(1).await;
    desk.world
        .faults(serde_json::json!({ "status500Rate": 1.0, "seed": 1 }))
        .await;
    assert_eq!(desk.says(&anna, "help").await.len(), 0);
    desk.world.faults(serde_json::json!({})).await;
    desk.world.test.clock.turn(120_000);
    desk.round().await;
    assert_eq!(desk.answers(&anna).await.len(), 1, "nothing is lost");
}

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use super::On;
            #[tokio::test]
            async fn sqlite() { super::$name(On::Sqlite).await; }
            #[tokio::test]
            async fn postgres() { super::$name(On::Postgres).await; }
        }
    )+};
}
on_both!(
    people_come_and_go,
    a_language_comes_before_the_first_feed,
    profile_hides_nothing_from_who_has_left,
    only_internal_people_are_answered,
    a_full_plan_has_its_own_sentence,
    the_order_of_a_sender_is_kept,
    what_a_round_left_behind_is_taken_up,
    after_the_plan_people_can_only_leave,
    what_is_not_for_us_leaves_no_trace,
    callbacks_at_once_are_all_stored,
    what_is_said_in_a_group_stays_in_it,
    a_stranger_waits_for_the_gateway,
);
