//! Messages of groups, on their way from the callback.
use super::desk::{Desk, Person};
use crate::features::{
    gateway::wire::{Content, GroupChat, GroupControl, GroupId, GroupMessage},
    groups::{
        model::{ChatRequest, MemberState, NewGroup},
        server as groups,
    },
};
use crate::kernel::{
    ThreemaId, Timestamp, Uid,
    live::{Change, GroupPart},
};
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

on_both!(
    a_machine_gets_no_state_of_a_group,
    what_is_said_in_a_group_stays_in_it,
);

async fn a_machine_gets_no_state_of_a_group(on: On) {
    let desk = Desk::new(on).await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    let (_, wire) = group_of(&desk, &[&staff]).await;
    let sends = "SELECT COUNT(*) AS n FROM group_send";
    let before = desk.count(sends).await;
    // somebody who knows the ID of the group, first a person, then a machine
    let asks = || Content::Group(GroupMessage::Control(wire, GroupControl::SyncRequest));
    desk.bring(&other, asks()).await;
    desk.round().await;
    assert_eq!(desk.count(sends).await, before + 1);
    let db = &desk.world.ctx().db;
    let machine: ThreemaId = "*OTHER01".parse().unwrap();
    let sql = "UPDATE recipient SET threema_id = $1 WHERE threema_id = $2";
    let values = [machine.as_str().into(), other.id.as_str().into()];
    db.conn().execute_raw(db.stmt(sql, values)).await.unwrap();
    let machine = Person {
        id: machine,
        key: other.key,
    };
    // nobody is answered twice within an hour
    desk.world.test.clock.turn(2 * Timestamp::HOUR);
    desk.bring(&machine, asks()).await;
    assert_eq!(desk.round().await, 1);
    assert_eq!(desk.count(sends).await, before + 1);
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
    // what the set-up changed may still be on its way
    desk.world.ctx().live.at_rest().await;
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
    let mut texts = chat.await.unwrap().entries;
    texts.retain(|entry| entry.text.is_some());
    assert_eq!(texts.len(), 1);
    let told = Change::Group {
        identity: uid.clone(),
        uid: group.clone(),
        part: GroupPart::Entry(texts[0].uid.clone()),
    };
    assert_eq!(events.recv().await.unwrap().change, told);
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
