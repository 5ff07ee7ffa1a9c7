//! Members: how many there may be, leaving, asking, counting.
use super::world::{Groups, kinds};
use crate::features::{
    gateway::wire::{GroupChat, GroupControl, GroupMessage},
    groups::{
        model::{EntryKind, MemberState, NewGroup},
        server as groups,
    },
    recipients::server::{Person, find_person},
};
use crate::kernel::{ErrorCode, ThreemaId, Timestamp};
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

fn many(n: usize) -> Vec<ThreemaId> {
    (0..n).map(|i| format!("MANY{i:04}").parse().unwrap()).collect()
}

async fn count(g: &Groups, sql: &str) -> i64 {
    let db = &g.world.ctx().db;
    let row = db.conn().query_one_raw(db.stmt(sql, [])).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}

async fn the_256th_other_is_refused(on: On) {
    let g = Groups::new(on, 0, 0).await;
    let (identity, group) = g.place();
    let add = |ids| groups::add_members(g.ctx(), g.granted(), identity.clone(), group.clone(), ids);
    let known = "SELECT COUNT(*) AS n FROM recipient";
    let before = count(&g, known).await;
    let refused = add(many(256)).await.unwrap_err();
    assert!(matches!(
        refused.code,
        ErrorCode::GroupFull {
            max: 256,
            count: 1,
            adding: 256
        }
    ));
    assert_eq!(count(&g, known).await, before, "nothing was written");
    assert_eq!(add(many(255)).await.unwrap().members, 255);
    let one_more: ThreemaId = "ONEMORE1".parse().unwrap();
    assert!(add(vec![one_more]).await.is_err());
    // the identity itself is in it anyway
    assert_eq!(add(vec![g.own()]).await.unwrap().added, 0);
    let input = NewGroup {
        name: "Big".to_owned(),
        members: many(256),
        saves_history: false,
    };
    assert!(
        groups::create_group(g.ctx(), g.granted(), identity.clone(), input)
            .await
            .is_err()
    );
    assert_eq!(count(&g, "SELECT COUNT(*) AS n FROM chat_group").await, 1);
}

async fn members_count_once_for_the_plan(on: On) {
    let g = Groups::new(on, 2, 0).await;
    let counted = "SELECT recipient_count AS n FROM identity";
    let before = count(&g, counted).await;
    g.change(&[0, 1], &[]).await;
    assert_eq!(count(&g, counted).await, before + 2);
    let (identity, _) = g.place();
    let input = NewGroup {
        name: "Second".to_owned(),
        members: vec![g.apps[0].id],
        saves_history: false,
    };
    groups::create_group(g.ctx(), g.granted(), identity, input)
        .await
        .unwrap();
    assert_eq!(
        count(&g, counted).await,
        before + 2,
        "in two groups, and counted once"
    );
    g.change(&[], &[0, 1]).await;
    assert_eq!(count(&g, counted).await, before + 1);
    let (identity, group) = g.place();
    groups::disband_group(g.ctx(), g.granted(), identity, group)
        .await
        .unwrap();
    assert_eq!(count(&g, counted).await, before + 1);
    assert_eq!(count(&g, "SELECT MIN(places) AS n FROM recipient").await, 0);
}

async fn who_leaves_is_shown_and_can_be_invited_again(on: On) {
    let mut g = Groups::steady(on, 2, 2).await;
    let leave = g.in_chat(GroupChat::Leave).await;
    assert!(g.says(0, 1, &leave).await);
    assert!(!g.says(0, 2, &leave).await, "a leave counts once");
    let at = g.world.ctx().now();
    assert_eq!(g.state_of(0).await, Some(MemberState::Left { at }));
    assert_eq!(g.head().await.group.members, 1);
    assert_eq!(g.chat().await.last().unwrap().kind, EntryKind::Left);
    g.write("who is here").await.unwrap();
    g.send_all().await;
    assert!(g.mail(0).await.is_empty());
    // to be sure: their app may have been set up since
    g.synchronise().await.unwrap();
    g.send_all().await;
    assert_eq!(kinds(&g.mail(0).await), ["out"]);
    g.mail(1).await;
    g.change(&[0], &[]).await;
    assert_eq!(g.state_of(0).await, Some(MemberState::New));
    g.synchronise().await.unwrap();
    g.send_all().await;
    assert_eq!(kinds(&g.mail(0).await)[0], "set-up 2");
    assert_eq!(g.state_of(0).await, Some(MemberState::InSync));
}

async fn who_asks_is_answered_once_an_hour(on: On) {
    let mut g = Groups::steady(on, 2, 1).await;
    // what is staged is not told
    g.change(&[1], &[]).await;
    let ask = GroupMessage::Control(g.wire().await, GroupControl::SyncRequest);
    for id in 1..=3 {
        g.says(0, id, &ask).await;
    }
    g.send_all().await;
    assert_eq!(kinds(&g.mail(0).await), ["set-up 1", "name Crisis", "no picture"]);
    g.world.test.clock.turn(Timestamp::HOUR);
    g.says(0, 4, &ask).await;
    g.says(1, 5, &ask).await;
    g.send_all().await;
    assert_eq!(g.mail(0).await.len(), 3);
    assert_eq!(kinds(&g.mail(1).await), ["out"], "not a member before the round");
}

async fn who_is_in_no_list_is_answered_once_an_hour_too(on: On) {
    let mut g = Groups::steady(on, 2, 1).await;
    // known to the identity, and without a row among the members
    g.change(&[1], &[]).await;
    g.change(&[], &[1]).await;
    let ask = GroupMessage::Control(g.wire().await, GroupControl::SyncRequest);
    let asked = "SELECT COUNT(*) AS n FROM group_asked";
    for id in 1..=3 {
        assert_eq!(g.says(1, id, &ask).await, id == 1);
    }
    g.world.test.clock.turn(Timestamp::HOUR - 1);
    g.says(1, 4, &ask).await;
    g.send_all().await;
    assert_eq!(kinds(&g.mail(1).await), ["out"]);
    assert_eq!(groups::forget_group_answers(g.world.ctx()).await.unwrap(), 0);
    g.world.test.clock.turn(1);
    g.says(1, 5, &ask).await;
    g.send_all().await;
    assert_eq!(kinds(&g.mail(1).await), ["out"]);
    assert_eq!(count(&g, asked).await, 1, "one row, however often they ask");
    // a member is told the state, whatever they were answered before
    g.change(&[1], &[]).await;
    g.synchronise().await.unwrap();
    g.send_all().await;
    g.mail(1).await;
    assert!(g.says(1, 6, &ask).await);
    g.send_all().await;
    assert_eq!(kinds(&g.mail(1).await)[0], "set-up 2");
    g.world.test.clock.turn(Timestamp::HOUR);
    assert_eq!(groups::forget_group_answers(g.world.ctx()).await.unwrap(), 1);
    assert_eq!(count(&g, asked).await, 0, "nothing of it stays");
}

async fn strangers_and_foreign_groups_are_dropped(on: On) {
    let mut g = Groups::steady(on, 2, 1).await;
    g.switch_history(true).await;
    g.send_all().await;
    g.mail(0).await;
    let entries = g.chat().await.len();
    let text = g.in_chat(GroupChat::Text("Hi".to_owned())).await;
    // known to the identity, and no member
    g.change(&[1], &[]).await;
    assert!(g.says(1, 1, &text).await);
    let theirs = GroupMessage::Chat(g.apps[0].id, g.wire().await, GroupChat::Text("theirs".to_owned()));
    assert!(!g.says(0, 2, &theirs).await);
    let ctx = g.world.ctx();
    let stranger = Person {
        threema_id: "STRANGER".parse().unwrap(),
        recipient_id: None,
        ..person(&g).await
    };
    let tx = ctx.db.begin().await.unwrap();
    let id = crate::features::gateway::wire::MessageId::from_bytes([9; 8]);
    assert!(
        groups::take(ctx, &tx, &stranger, &text, id, ctx.now())
            .await
            .unwrap()
            .is_none()
    );
    tx.commit().await.unwrap();
    assert_eq!(g.chat().await.len(), entries);
    g.send_all().await;
    assert_eq!(kinds(&g.mail(1).await), ["out"]);
}

async fn person(g: &Groups) -> Person {
    let tx = g.world.ctx().db.begin().await.unwrap();
    find_person(&tx, &g.world.identity, g.apps[0].id)
        .await
        .unwrap()
        .unwrap()
        .0
}

async fn whom_nothing_reaches_is_shown(on: On) {
    let g = Groups::steady(on, 2, 2).await;
    let id = g.apps[0].id.to_string();
    g.world.patch(&id, serde_json::json!({ "revoked": true })).await;
    g.world.test.clock.turn(2 * Timestamp::DAY);
    g.write("Hi").await.unwrap();
    g.send_all().await;
    assert!(matches!(
        g.state_of(0).await,
        Some(MemberState::Unreachable { .. })
    ));
    let delivered = g.chat().await.last().unwrap().delivered.unwrap();
    assert_eq!((delivered.total, delivered.accepted, delivered.failed), (2, 1, 1));
}

on_both!(
    the_256th_other_is_refused,
    members_count_once_for_the_plan,
    who_leaves_is_shown_and_can_be_invited_again,
    who_asks_is_answered_once_an_hour,
    who_is_in_no_list_is_answered_once_an_hour_too,
    strangers_and_foreign_groups_are_dropped,
    whom_nothing_reaches_is_shown,
);
