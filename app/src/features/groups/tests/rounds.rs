//! Rounds of synchronisation.
use super::world::{Groups, kinds};
use crate::features::{
    gateway::wire::{GroupControl, GroupMessage, open_blob},
    groups::{
        model::{GroupInput, GroupState, MemberState, Staged},
        server as groups,
    },
};
use crate::kernel::Timestamp;
use crate::testing::{On, on_both};
use serde_json::json;

async fn a_round_says_everything_in_its_order(on: On) {
    let mut g = Groups::new(on, 3, 2).await;
    assert_eq!(g.state_of(0).await, Some(MemberState::New));
    assert_eq!(
        g.head().await.staged,
        Staged {
            add: 2,
            name: true,
            ..Staged::default()
        }
    );
    g.synchronise().await.unwrap();
    assert_eq!(g.state_of(0).await, Some(MemberState::OnTheWay));
    // one row after the other: the name waits for the set-up
    assert_eq!(groups::run_groups(g.world.ctx(), "a").await.unwrap(), 1);
    assert_eq!(kinds(&g.mail(0).await), ["set-up 2"]);
    g.send_all().await;
    let (first, second) = (g.mail(0).await, g.mail(1).await);
    assert_eq!(kinds(&first), ["name Crisis", "no picture"]);
    assert!(first.iter().all(|m| m.no_push));
    let second = &second[1..];
    assert!(
        first
            .iter()
            .zip(second)
            .all(|(a, b)| a.id == b.id && a.nonce != b.nonce),
        "one ID for all"
    );
    assert!(g.mail(2).await.is_empty());
    assert_eq!(g.state_of(1).await, Some(MemberState::InSync));
    assert_eq!(g.head().await.staged.count(), 0);
}

async fn changes_reach_nobody_before_their_round(on: On) {
    let mut g = Groups::steady(on, 3, 2).await;
    g.change(&[2], &[0]).await;
    let (identity, group) = g.place();
    let input = GroupInput {
        name: "Storm".to_owned(),
    };
    groups::rename_group(g.ctx(), g.granted(), identity, group, input)
        .await
        .unwrap();
    g.send_all().await;
    for n in 0..3 {
        assert!(g.mail(n).await.is_empty());
    }
    let staged = Staged {
        add: 1,
        remove: 1,
        name: true,
        picture: false,
    };
    assert_eq!(g.head().await.staged, staged);
    assert_eq!(g.state_of(0).await, Some(MemberState::ToBeRemoved));
    g.synchronise().await.unwrap();
    g.send_all().await;
    let (out, stays, new) = (g.mail(0).await, g.mail(1).await, g.mail(2).await);
    assert_eq!(kinds(&out), ["out"]);
    assert_eq!(kinds(&stays), ["set-up 2", "name Storm", "no picture"]);
    assert_eq!(kinds(&new), kinds(&stays));
    assert_eq!(out[0].id, stays[0].id, "the empty set-up shares the ID");
    assert_eq!(g.state_of(0).await, None);
}

async fn discarding_puts_back_what_phones_have(on: On) {
    let mut g = Groups::steady(on, 3, 2).await;
    g.change(&[2], &[0]).await;
    let (identity, group) = g.place();
    let input = GroupInput {
        name: "Storm".to_owned(),
    };
    groups::rename_group(g.ctx(), g.granted(), identity.clone(), group.clone(), input)
        .await
        .unwrap();
    groups::discard_changes(g.ctx(), g.granted(), identity, group)
        .await
        .unwrap();
    let head = g.head().await;
    assert_eq!(
        (head.staged.count(), head.group.name.as_str(), head.group.members),
        (0, "Crisis", 2)
    );
    assert_eq!(g.state_of(0).await, Some(MemberState::InSync));
    assert_eq!(g.state_of(2).await, None);
    g.send_all().await;
    assert!(g.mail(0).await.is_empty());
}

async fn a_lost_answer_sends_the_same_boxes_again(on: On) {
    let mut g = Groups::new(on, 2, 2).await;
    g.world
        .faults(json!({ "dropResponseRate": 1.0, "seed": 1 }))
        .await;
    g.synchronise().await.unwrap();
    for _ in 0..3 {
        groups::run_groups(g.world.ctx(), "a").await.unwrap();
        g.world.test.clock.turn(2_000);
    }
    g.world.faults(json!({})).await;
    g.world.test.clock.turn(61_000);
    g.send_all().await;
    let mail = g.mail(0).await;
    assert!(mail.len() > 3);
    let mut nonces: Vec<_> = mail.iter().map(|m| m.nonce.clone()).collect();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "set-up, name and picture; the rest are copies");
    assert_eq!(g.state_of(0).await, Some(MemberState::InSync));
}

async fn a_dead_process_leaves_its_row_to_others(on: On) {
    let mut g = Groups::new(on, 1, 1).await;
    g.synchronise().await.unwrap();
    let tx = g.world.ctx().db.begin().await.unwrap();
    // taken, and never written
    tx.exec("UPDATE group_send SET lease_holder = 'dead', open_attempts = 1 WHERE id = (SELECT MIN(id) FROM group_send)", [])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        groups::run_groups(g.world.ctx(), "b").await.unwrap(),
        0,
        "in its order, or not at all"
    );
    let tx = g.world.ctx().db.begin().await.unwrap();
    tx.exec("UPDATE group_send SET lease_holder = NULL", [])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    g.send_all().await;
    assert_eq!(kinds(&g.mail(0).await), ["set-up 1", "name Crisis", "no picture"]);
}

async fn a_picture_lies_encrypted_at_the_gateway(on: On) {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let mut g = Groups::steady(on, 1, 1).await;
    let jpeg = [&[0xff, 0xd8, 0xff, 0xe0][..], &[7; 300]].concat();
    let (identity, group) = g.place();
    let image = BASE64_STANDARD.encode(&jpeg);
    groups::set_picture(g.ctx(), g.granted(), identity, group, image)
        .await
        .unwrap();
    assert!(g.head().await.staged.picture);
    g.synchronise().await.unwrap();
    g.send_all().await;
    let mail = g.mail(0).await;
    let GroupMessage::Control(_, GroupControl::SetPicture(at)) = &mail[2].said else {
        panic!("a picture");
    };
    assert_eq!(usize::try_from(at.size).unwrap(), jpeg.len() + 16);
    let lies = g.blob(0, &hex::encode(at.blob)).await;
    assert_eq!(open_blob(&at.key, &lies), Some(jpeg));
    assert_eq!(g.head().await.staged.count(), 0);
}

async fn after_a_week_the_next_activity_tells_everybody_again(on: On) {
    let mut g = Groups::steady(on, 3, 2).await;
    g.change(&[2], &[]).await;
    g.world.test.clock.turn(7 * Timestamp::DAY - 60_000);
    g.write("before").await.unwrap();
    g.send_all().await;
    assert_eq!(kinds(&g.mail(0).await), ["text before"]);
    g.world.test.clock.turn(60_000);
    g.write("after").await.unwrap();
    g.write("again").await.unwrap();
    g.send_all().await;
    // what is staged stays so
    assert_eq!(
        kinds(&g.mail(0).await),
        [
            "set-up 2",
            "name Crisis",
            "no picture",
            "text after",
            "text again"
        ]
    );
    assert!(g.mail(2).await.is_empty());
}

async fn a_dissolved_group_stays_listed(on: On) {
    let mut g = Groups::steady(on, 2, 2).await;
    let (identity, group) = g.place();
    for _ in 0..2 {
        groups::disband_group(g.ctx(), g.granted(), identity.clone(), group.clone())
            .await
            .unwrap();
    }
    g.send_all().await;
    assert_eq!(kinds(&g.mail(0).await), ["out"]);
    let head = g.head().await;
    assert_eq!((head.group.state, head.group.members), (GroupState::Deleted, 0));
    assert!(g.write("Hi").await.is_err());
    assert!(g.synchronise().await.is_err());
}

on_both!(
    a_round_says_everything_in_its_order,
    changes_reach_nobody_before_their_round,
    discarding_puts_back_what_phones_have,
    a_lost_answer_sends_the_same_boxes_again,
    a_dead_process_leaves_its_row_to_others,
    a_picture_lies_encrypted_at_the_gateway,
    after_a_week_the_next_activity_tells_everybody_again,
    a_dissolved_group_stays_listed,
);
