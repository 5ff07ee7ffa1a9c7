//! Live events are told by right: only of identities that somebody sees, and no longer than the right or the session is
//! there. A real router, real sessions, no page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
#[path = "../cockpit/mod.rs"]
mod cockpit;
mod groups;

use app::{
    features::auth::server::{AdministratorInput, Caller, access_changed, entity::administrator},
    kernel::{
        Lang, Uid,
        live::{Change, GroupPart},
        permission::Right,
        rights::Rights,
        server::{
            Ctx,
            clock::{Clock, SystemClock},
            live::{LiveBus, LiveEvent},
        },
    },
    testing::{On, TestCtx, identity},
};
use axum::{
    Router,
    body::{Body, BodyDataStream},
    http::{Request, StatusCode},
};
use cockpit::{cockpit, sign_in};
use futures::StreamExt;
use sea_orm::{ActiveValue::Set, prelude::*};
use server::live::{hear_others, tell_others};
use std::time::{Duration, Instant};
use tower::ServiceExt;

const PASSWORD: &str = "correct-horse-battery";

struct World {
    test: TestCtx,
    cockpit: Router,
    viewer: Caller,
    seen: (i64, Uid),
    hidden: (i64, Uid),
}

impl World {
    /// Two identities; a viewer sees the first.
    async fn new(on: On) -> Self {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        // sessions end by the machine's clock
        test.clock.turn(SystemClock.now().0 - test.clock.now().0);
        let ctx = &test.ctx;
        let ada = test.administrator("Aarental", "ada@example.org").await;
        let (seen, seen_uid) = identity(ctx, &ada, "*SEEN001", "o50").await;
        let (hidden, hidden_uid) = identity(ctx, &ada, "*HIDE001", "o50").await;
        let rights = Rights::default().with(Right::See, Some(seen.id));
        let viewer = test.limited("Aarental", "vic@example.org", rights).await;
        let input = AdministratorInput::new(String::new(), String::new(), PASSWORD, Lang::En).await;
        let row = administrator::ActiveModel {
            id: Set(viewer.who.administrator_id.unwrap()),
            password_hash: Set(input.unwrap().password_hash),
            ..Default::default()
        };
        row.update(ctx.db.conn()).await.unwrap();
        Self {
            cockpit: cockpit(ctx),
            viewer,
            seen: (seen.id, seen_uid),
            hidden: (hidden.id, hidden_uid),
            test,
        }
    }

    async fn sign_in(&self) -> String {
        sign_in(&self.cockpit, "vic@example.org", PASSWORD).await
    }

    async fn listen(&self, cookie: &str) -> BodyDataStream {
        Self::listen_at(&self.cockpit, cookie, "/live").await
    }

    /// As a page that was away.
    async fn listen_since(&self, cookie: &str, mark: &str) -> BodyDataStream {
        Self::listen_at(&self.cockpit, cookie, &format!("/live?since={mark}")).await
    }

    async fn listen_at(cockpit: &Router, cookie: &str, address: &str) -> BodyDataStream {
        let request = Request::get(address)
            .header("host", "localhost:3000")
            .header("cookie", cookie)
            .body(Body::empty());
        let answer = cockpit.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.into_body().into_data_stream()
    }

    /// Another machine on the same database; the two tell each other what happens.
    fn other_machine(&self) -> Ctx {
        let here = self.test.ctx.clone();
        let there = Ctx {
            live: LiveBus::default(),
            ..here.clone()
        };
        tokio::spawn(tell_others(here, "here".to_owned()));
        let url = self.test.url.clone();
        tokio::spawn(hear_others(there.clone(), url, "there".to_owned()));
        there
    }

    fn tell(&self, of: &(i64, Uid)) {
        self.test.ctx.live.tell(LiveEvent {
            organisation_id: self.viewer.who.organisation_id,
            identity_id: Some(of.0),
            change: Change::Identity { uid: of.1.clone() },
        });
    }
}

/// The next event's text; none when the stream has ended.
async fn next(stream: &mut BodyDataStream) -> Option<String> {
    let chunk = tokio::time::timeout(Duration::from_secs(5), stream.next()).await;
    let chunk = chunk.expect("an event, or the end");
    chunk.map(|bytes| String::from_utf8(bytes.unwrap().to_vec()).unwrap())
}

async fn by_right(on: On) {
    let world = World::new(on).await;
    let cookie = world.sign_in().await;
    let mut page = world.listen(&cookie).await;
    world.tell(&world.hidden);
    world.tell(&world.seen);
    let heard = next(&mut page).await.unwrap();
    assert!(heard.contains(world.seen.1.as_str()), "{heard}");
    assert!(!heard.contains(world.hidden.1.as_str()), "{heard}");

    // taken away: the stream says so and ends, at once
    let begin = Instant::now();
    world.test.give(&world.viewer, &Rights::default()).await;
    let last = next(&mut page).await.unwrap();
    assert!(last.contains("event: access"), "{last}");
    assert_eq!(next(&mut page).await, None);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());

    // a page that opens now hears nothing of it, and nothing about the notices of others ends it
    let mut page = world.listen(&cookie).await;
    access_changed(&world.test.ctx, world.viewer.who.organisation_id, 0);
    world.tell(&world.seen);
    world
        .test
        .give(
            &world.viewer,
            &Rights::default().with(Right::See, Some(world.hidden.0)),
        )
        .await;
    let only = next(&mut page).await.unwrap();
    assert!(only.contains("event: access"), "{only}");
}

#[tokio::test]
async fn live_events_are_told_by_right_on_sqlite() {
    by_right(On::Sqlite).await;
}

#[tokio::test]
async fn live_events_are_told_by_right_on_postgres() {
    by_right(On::Postgres).await;
}

#[tokio::test]
async fn who_sees_an_identity_hears_nothing_of_its_groups_without_the_right() {
    let world = World::new(On::Sqlite).await;
    let cookie = world.sign_in().await;
    let of_group = |change| {
        world.test.ctx.live.tell(LiveEvent {
            organisation_id: world.viewer.who.organisation_id,
            identity_id: Some(world.seen.0),
            change,
        });
    };
    let group: Uid = "abcdefghij".parse().unwrap();
    let told = || {
        of_group(Change::Group {
            identity: world.seen.1.clone(),
            uid: group.clone(),
            part: GroupPart::Any,
        });
        of_group(Change::Presence {
            group: group.clone(),
            page: "klmnopqrst".parse().unwrap(),
            name: "Nora Keller".to_owned(),
            what: "typing".to_owned(),
        });
        world.tell(&world.seen);
    };
    let mut page = world.listen(&cookie).await;
    told();
    let heard = next(&mut page).await.unwrap();
    assert!(
        heard.contains("identity") && !heard.contains("abcdefghij"),
        "{heard}"
    );
    let rights = Rights::default().with(Right::Groups, Some(world.seen.0));
    world.test.give(&world.viewer, &rights).await;
    let mut page = world.listen(&cookie).await;
    told();
    for what in ["group", "Nora Keller"] {
        let heard = next(&mut page).await.unwrap();
        assert!(heard.contains(what), "{heard}");
    }
}

/// Two machines on one database: what happens in a group on the one, and who writes there, is heard on the other.
#[tokio::test]
async fn groups_are_live_across_machines() {
    let world = World::new(On::Postgres).await;
    let here = &world.test.ctx;
    let mut events = world.other_machine().live.listen();
    let group: Uid = "abcdefghij".parse().unwrap();
    let written = Change::Group {
        identity: world.seen.1.clone(),
        uid: group.clone(),
        part: GroupPart::Any,
    };
    let typing = Change::Presence {
        group,
        page: "klmnopqrst".parse().unwrap(),
        name: "Zoë Müller".to_owned(),
        what: "typing".to_owned(),
    };
    for change in [written, typing] {
        let begin = Instant::now();
        // until the other machine listens: nobody knows when that is
        loop {
            here.live.tell(LiveEvent {
                organisation_id: world.viewer.who.organisation_id,
                identity_id: Some(world.seen.0),
                change: change.clone(),
            });
            let heard = tokio::time::timeout(Duration::from_millis(300), events.recv()).await;
            if heard.is_ok_and(|event| event.unwrap().change == change) {
                break;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "{change:?} is heard");
        }
    }
}

/// Two machines on one database: what is taken away on the one ends the stream of the other at once.
#[tokio::test]
async fn rights_that_go_on_one_machine_end_the_streams_of_the_other() {
    let world = World::new(On::Postgres).await;
    let cookie = world.sign_in().await;
    let there = world.other_machine();
    let mut events = there.live.listen();
    let mut page = World::listen_at(&cockpit(&there), &cookie, "/live").await;
    let begin = Instant::now();
    // until the other machine listens: nobody knows when that is
    loop {
        world.tell(&world.hidden);
        let heard = tokio::time::timeout(Duration::from_millis(300), events.recv()).await;
        if heard.is_ok() {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "nothing is heard");
    }
    let begin = Instant::now();
    world.test.give(&world.viewer, &Rights::default()).await;
    let last = next(&mut page).await.unwrap();
    assert!(last.contains("event: access"), "{last}");
    assert_eq!(next(&mut page).await, None);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn rights_that_went_without_a_notice_count_after_a_second() {
    let world = World::new(On::Sqlite).await;
    let mut page = world.listen(&world.sign_in().await).await;
    // as when the notice from another machine is lost
    let sql = "DELETE FROM administrator_right";
    let conn = world.test.ctx.db.conn();
    conn.execute_unprepared(sql).await.unwrap();
    world.test.clock.turn(1_001);
    world.tell(&world.seen);
    let last = next(&mut page).await.unwrap();
    assert!(last.contains("event: access"), "{last}");
    assert_eq!(next(&mut page).await, None);
}

#[tokio::test]
async fn the_end_of_the_session_ends_the_stream() {
    let world = World::new(On::Sqlite).await;
    let cookie = world.sign_in().await;
    let mut page = world.listen(&cookie).await;
    let conn = world.test.ctx.db.conn();
    conn.execute_unprepared("DELETE FROM session").await.unwrap();
    let who = &world.viewer.who;
    access_changed(
        &world.test.ctx,
        who.organisation_id,
        who.administrator_id.unwrap(),
    );
    let last = next(&mut page).await.unwrap();
    assert!(last.contains("event: again"), "{last}");
    assert_eq!(next(&mut page).await, None);
    let request = Request::get("/live")
        .header("host", "localhost:3000")
        .header("cookie", &cookie)
        .body(Body::empty());
    let answer = world.cockpit.clone().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

/// The way between machines broke: what was told meanwhile nobody knows, so that every page loads anew what it shows.
#[tokio::test]
async fn who_did_not_hear_other_machines_for_a_while_says_so() {
    let world = World::new(On::Postgres).await;
    let mut page = world.listen(&world.sign_in().await).await;
    let ctx = world.test.ctx.clone();
    tokio::spawn(hear_others(ctx, world.test.url.clone(), "here".to_owned()));
    // once it listens, and once more after its connection was broken
    let lagged = |heard: Option<String>| heard.is_some_and(|text| text.contains("event: lagged"));
    assert!(lagged(next(&mut page).await));
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let conn = world.test.ctx.db.conn();
    conn.execute_unprepared(sql).await.unwrap();
    assert!(lagged(next(&mut page).await));
}
