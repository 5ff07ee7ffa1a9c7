//! What is written in groups comes with the event, for who may read it, and again for a page that was away.
use super::{World, next};
use app::{
    features::{
        auth::server::operator,
        groups::{
            model::{ChatEntry, EntryKind, NewGroup, Sender},
            server::create_group,
        },
    },
    kernel::{
        Uid,
        live::{Change, GroupPart},
        permission::Right,
        rights::Rights,
        server::live::LiveEvent,
    },
    testing::On,
};
use sea_orm::ConnectionTrait;

const ENTRY: &str = "entryentry";

/// A group with an entry of this administrator, and the event that tells of it.
async fn written(world: &World, author_id: Option<i64>) -> LiveEvent {
    let organisation_id = world.viewer.who.organisation_id;
    let input = NewGroup {
        name: "Crisis".to_owned(),
        ..NewGroup::default()
    };
    let (ctx, identity) = (&world.test.ctx, &world.seen.1);
    let made = create_group(ctx.clone(), operator(organisation_id), identity.clone(), input);
    let group: Uid = made.await.unwrap().uid;
    let sql = "INSERT INTO group_message (uid, group_id, kind, author_id, unclear, at, erase_at, total, accepted, failed)
               SELECT $1, id, $2, $3, FALSE, 1, 2, 3, 2, 0 FROM chat_group WHERE uid = $4";
    let values = [
        ENTRY.into(),
        EntryKind::HistoryOn.number().into(),
        author_id.into(),
        group.as_str().into(),
    ];
    ctx.db.conn().execute_raw(ctx.db.stmt(sql, values)).await.unwrap();
    LiveEvent {
        organisation_id,
        identity_id: Some(world.seen.0),
        change: Change::Group {
            identity: identity.clone(),
            uid: group,
            part: GroupPart::Entry(ENTRY.parse().unwrap()),
        },
    }
}

/// What a page is told: the entry in it, and where to go on from.
fn entry_in(heard: &str) -> (ChatEntry, String) {
    let line = |name: &str| heard.lines().find_map(|line| line.strip_prefix(name));
    let change = serde_json::from_str(line("data: ").unwrap()).unwrap();
    let Change::Group {
        part: GroupPart::Written(json),
        ..
    } = change
    else {
        panic!("no entry in {heard}");
    };
    (
        serde_json::from_str(&json).unwrap(),
        line("id: ").unwrap().to_owned(),
    )
}

async fn entries_come_with_the_event(on: On) {
    let world = World::new(on).await;
    let live = &world.test.ctx.live;
    let me = world.viewer.who.administrator_id;
    let event = written(&world, me).await;
    let cookie = world.sign_in().await;

    // without the right nothing is told of it
    let mut page = world.listen(&cookie).await;
    live.tell(event.clone());
    world.tell(&world.seen);
    let heard = next(&mut page).await.unwrap();
    assert!(heard.contains("identity") && !heard.contains(ENTRY), "{heard}");

    let rights = Rights::default().with(Right::Groups, Some(world.seen.0));
    world.test.give(&world.viewer, &rights).await;
    let mut page = world.listen(&cookie).await;
    live.tell(event.clone());
    let (entry, mark) = entry_in(&next(&mut page).await.unwrap());
    assert_eq!((entry.uid.as_str(), entry.kind), (ENTRY, EntryKind::HistoryOn));
    assert_eq!(entry.delivered.map(|d| (d.total, d.accepted)), Some((3, 2)));
    assert!(matches!(entry.sender, Sender::Us { is_me: true, .. }));

    // away for a moment: what came is told again, as it is now, and nothing else
    drop(page);
    live.tell(event.clone());
    let sql = "UPDATE group_message SET accepted = 3, author_id = NULL";
    let conn = world.test.ctx.db.conn();
    conn.execute_unprepared(sql).await.unwrap();
    let mut page = world.listen_since(&cookie, &mark).await;
    let (entry, mark) = entry_in(&next(&mut page).await.unwrap());
    assert_eq!(entry.delivered.map(|d| d.accepted), Some(3));
    assert!(matches!(entry.sender, Sender::Us { is_me: false, .. }));
    assert_eq!(mark, live.mark());

    // gone: the page is told that something has changed, and looks by itself
    conn.execute_unprepared("DELETE FROM group_message")
        .await
        .unwrap();
    live.tell(event);
    let heard = next(&mut page).await.unwrap();
    assert!(heard.contains(r#""part":{"entry":"entryentry"}"#), "{heard}");

    // away for too long, or on another machine
    for mark in ["1-1", "x"] {
        let mut page = world.listen_since(&cookie, mark).await;
        let heard = next(&mut page).await.unwrap();
        assert!(heard.contains("event: lagged"), "{heard}");
    }
}

#[tokio::test]
async fn entries_come_with_the_event_on_sqlite() {
    entries_come_with_the_event(On::Sqlite).await;
}

#[tokio::test]
async fn entries_come_with_the_event_on_postgres() {
    entries_come_with_the_event(On::Postgres).await;
}
