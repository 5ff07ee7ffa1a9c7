//! The chat: writing, keeping, changing.
use super::world::{Groups, kinds};
use crate::features::{
    gateway::wire::{GroupChat, GroupMessage, MessageId, ReceiptStatus},
    groups::{
        model::{ChatRequest, EntryKind, NewText, Sender},
        server as groups,
    },
};
use crate::kernel::{ErrorCode, Problem, Timestamp};
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

async fn while_history_is_off_nothing_of_a_text_is_stored(on: On) {
    let g = Groups::steady(on, 1, 1).await;
    let text = g.in_chat(GroupChat::Text("a very secret word".to_owned())).await;
    assert!(!g.says(0, 1, &text).await);
    assert!(g.chat().await.is_empty());
    let db = &g.world.ctx().db;
    let sql = "SELECT COUNT(*) AS n FROM group_message";
    let row = db.conn().query_one_raw(db.stmt(sql, [])).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0);
    if on == On::Sqlite {
        for file in std::fs::read_dir(g.world.test.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(18).any(|w| w == b"a very secret word"));
        }
    }
}

async fn the_switch_acts_at_once_and_tells_members(on: On) {
    let mut g = Groups::steady(on, 1, 1).await;
    g.switch_history(true).await;
    g.send_all().await;
    let on_mail = g.mail(0).await;
    assert_eq!(kinds(&on_mail)[0], "name \u{2601}\u{fe0f} Crisis");
    assert!(kinds(&on_mail)[1].starts_with("text The chat history"));
    assert!(on_mail[0].no_push && !on_mail[1].no_push);
    let text = g.in_chat(GroupChat::Text("Water rises".to_owned())).await;
    assert!(g.says(0, 7, &text).await);
    g.switch_history(false).await;
    g.send_all().await;
    assert_eq!(kinds(&g.mail(0).await)[0], "name Crisis");
    assert!(!g.says(0, 8, &text).await);
    let kinds: Vec<EntryKind> = g.chat().await.iter().map(|e| e.kind).collect();
    assert_eq!(
        kinds,
        [EntryKind::HistoryOn, EntryKind::Text, EntryKind::HistoryOff]
    );
}

async fn texts_reach_all_under_one_id_and_can_be_changed(on: On) {
    let mut g = Groups::steady(on, 2, 2).await;
    let uid = g.write("Road closd").await.unwrap();
    g.send_all().await;
    let (first, second) = (g.mail(0).await, g.mail(1).await);
    assert_eq!(kinds(&first), ["text Road closd"]);
    assert_eq!(first[0].id, second[0].id);
    assert!(!first[0].no_push);
    let entry = g.chat().await.pop().unwrap();
    assert_eq!(
        entry.delivered.map(|d| (d.total, d.accepted, d.failed)),
        Some((2, 2, 0))
    );
    let (identity, group) = g.place();
    let edit = |text: &str| {
        groups::edit_text(
            g.ctx(),
            g.granted(),
            identity.clone(),
            group.clone(),
            uid.clone(),
            text.to_owned(),
        )
    };
    edit("Road closed").await.unwrap();
    g.send_all().await;
    let mail = g.mail(0).await;
    let id: MessageId = first[0].id.parse().unwrap();
    let said = GroupChat::Edit {
        message: id,
        text: "Road closed".to_owned(),
    };
    assert_eq!(mail[0].said, g.in_chat(said).await);
    assert_eq!(g.chat().await[0].text.as_ref().unwrap().text, "Road closed");
    let (identity, group) = g.place();
    g.world.test.clock.turn(6 * Timestamp::HOUR);
    let late = groups::edit_text(
        g.ctx(),
        g.granted(),
        identity.clone(),
        group.clone(),
        uid.clone(),
        "x".to_owned(),
    );
    assert!(late.await.is_err());
    // what is stored can still go
    groups::delete_text(g.ctx(), g.granted(), identity, group, uid)
        .await
        .unwrap();
    g.send_all().await;
    assert!(g.mail(0).await.is_empty());
    assert!(g.chat().await[0].is_deleted);
}

async fn the_same_key_again_sends_nothing_more(on: On) {
    let mut g = Groups::steady(on, 2, 2).await;
    let first = g.write_once("Road closed", Some("one")).await.unwrap();
    // the answer was lost, and somebody presses again: before it has left, and after
    assert_eq!(g.write_once("Road closed", Some("one")).await, Ok(first.clone()));
    g.send_all().await;
    assert_eq!(g.write_once("Road closed", Some("one")).await, Ok(first.clone()));
    g.send_all().await;
    for n in 0..2 {
        assert_eq!(kinds(&g.mail(n).await), ["text Road closed"]);
    }
    assert_eq!(g.chat().await.len(), 1);
    // another key is another text
    let second = g.write_once("Road closed", Some("two")).await.unwrap();
    assert_ne!(second, first);
    // the first one counts also when nothing can be sent any more
    let sql = "UPDATE plan SET valid_until = 1";
    let conn = g.world.ctx().db.conn();
    conn.execute_unprepared(sql).await.unwrap();
    assert_eq!(g.write_once("Road closed", Some("one")).await, Ok(first));
    let error = g.write("x").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PlanEnded);
    let error = g.write_once("x", Some(&"k".repeat(65))).await.unwrap_err();
    assert_eq!(error.of("key"), Some(&Problem::TooLong { max: 64 }));
}

async fn what_has_not_left_never_does(on: On) {
    let mut g = Groups::steady(on, 1, 1).await;
    let uid = g.write("oops").await.unwrap();
    let (identity, group) = g.place();
    groups::delete_text(g.ctx(), g.granted(), identity, group, uid)
        .await
        .unwrap();
    g.send_all().await;
    assert!(g.mail(0).await.is_empty());
}

async fn quotes_and_reactions_find_their_message(on: On) {
    let mut g = Groups::steady(on, 2, 2).await;
    g.switch_history(true).await;
    g.send_all().await;
    g.mail(0).await;
    let text = g.in_chat(GroupChat::Text("Pump ready".to_owned())).await;
    g.says(0, 0x11, &text).await;
    let theirs = g.chat().await.pop().unwrap();
    assert!(matches!(&theirs.sender, Sender::Member { id, .. } if *id == g.apps[0].id));
    let (identity, group) = g.place();
    let new = NewText {
        text: "Thanks".to_owned(),
        quotes: Some(theirs.uid.clone()),
    };
    groups::write_text(g.ctx(), g.granted(), identity, group, (new, None))
        .await
        .unwrap();
    g.send_all().await;
    let mail = g.mail(0).await;
    assert_eq!(kinds(&mail), ["text > quote #0000000000000011\n\nThanks"]);
    let ours: MessageId = mail[0].id.parse().unwrap();
    let entry = g.chat().await.pop().unwrap();
    assert_eq!(entry.text.unwrap().quoted.as_deref(), Some("Pump ready"));
    for (id, chat) in [
        (
            0x12,
            GroupChat::Receipt {
                status: ReceiptStatus::ThumbsUp,
                ids: vec![ours],
            },
        ),
        (
            0x13,
            GroupChat::Receipt {
                status: ReceiptStatus::ThumbsDown,
                ids: vec![ours],
            },
        ),
    ] {
        let message = g.in_chat(chat).await;
        g.says(0, id, &message).await;
    }
    let reactions = g.chat().await.pop().unwrap().reactions;
    assert_eq!(reactions.len(), 1, "a thumb takes the place of the other");
    assert_eq!(reactions[0].emoji, "\u{1f44e}");
    // only authors change what they wrote
    let forged = GroupChat::Edit {
        message: MessageId::from_bytes(0x11_u64.to_be_bytes()),
        text: "forged".to_owned(),
    };
    let message = g.in_chat(forged).await;
    g.says(1, 0x14, &message).await;
    let kept: Vec<_> = g
        .chat()
        .await
        .into_iter()
        .filter_map(|e| e.text)
        .map(|t| t.text)
        .collect();
    assert_eq!(kept, ["Pump ready", "Thanks"]);
}

async fn the_first_text_comes_after_the_set_up(on: On) {
    let mut g = Groups::new(on, 1, 1).await;
    g.write("Hi").await.unwrap();
    g.send_all().await;
    assert_eq!(
        kinds(&g.mail(0).await),
        ["set-up 1", "name Crisis", "no picture", "text Hi"]
    );
}

async fn an_unknown_id_is_adopted_when_one_message_is_in_doubt(on: On) {
    let mut g = Groups::steady(on, 1, 1).await;
    g.switch_history(true).await;
    g.send_all().await;
    g.mail(0).await;
    g.world
        .faults(serde_json::json!({ "dropResponseRate": 1.0, "seed": 1 }))
        .await;
    g.write("once").await.unwrap();
    groups::run_groups(g.world.ctx(), "a").await.unwrap();
    g.world.faults(serde_json::json!({})).await;
    g.world.test.clock.turn(60_000);
    g.send_all().await;
    let mail = g.mail(0).await;
    assert_eq!((mail.len(), mail[0].nonce == mail[1].nonce), (2, true));
    // the app kept the first copy, whose ID nobody here has ever heard
    let id: MessageId = mail[0].id.parse().unwrap();
    let thumb = g
        .in_chat(GroupChat::Receipt {
            status: ReceiptStatus::ThumbsUp,
            ids: vec![id],
        })
        .await;
    g.says(0, 0x21, &thumb).await;
    assert_eq!(g.chat().await.pop().unwrap().reactions.len(), 1);
}

async fn texts_go_when_their_time_is_over(on: On) {
    let g = Groups::steady(on, 1, 1).await;
    g.write("for a while").await.unwrap();
    g.send_all().await;
    assert_eq!(groups::erase_group_texts(g.world.ctx()).await.unwrap(), 0);
    g.world.test.clock.turn(181 * Timestamp::DAY);
    assert_eq!(groups::erase_group_texts(g.world.ctx()).await.unwrap(), 1);
    assert!(g.chat().await.is_empty());
}

async fn search_and_days_find_entries(on: On) {
    let g = Groups::steady(on, 1, 1).await;
    for text in ["Level 4.12", "Cellar dry", "Level 4.18"] {
        g.write(text).await.unwrap();
        g.world.test.clock.turn(Timestamp::DAY);
    }
    let (identity, group) = g.place();
    let ask = |request| groups::load_chat(g.ctx(), g.granted(), identity.clone(), group.clone(), request);
    let q = ChatRequest {
        q: "level".to_owned(),
        ..ChatRequest::default()
    };
    let found: Vec<_> = ask(q)
        .await
        .unwrap()
        .entries
        .into_iter()
        .filter_map(|e| e.text)
        .map(|t| t.text)
        .collect();
    assert_eq!(found, ["Level 4.12", "Level 4.18"]);
    let from = g.world.ctx().now().plus(-2 * Timestamp::DAY);
    let day = ChatRequest {
        from: Some(from),
        ..ChatRequest::default()
    };
    assert_eq!(ask(day).await.unwrap().entries.len(), 2);
}

async fn messages_of_groups_are_told_live(on: On) {
    use crate::kernel::live::{Change, GroupPart};
    let g = Groups::steady(on, 1, 1).await;
    // what the set-up changed may still be on its way
    g.world.ctx().live.at_rest().await;
    let mut events = g.world.ctx().live.listen();
    let entry = g.write("Hi").await.unwrap();
    let event = events.recv().await.unwrap();
    let (identity, uid) = g.place();
    let part = |part| Change::Group {
        identity: identity.clone(),
        uid: uid.clone(),
        part,
    };
    assert_eq!(event.change, part(GroupPart::Entry(entry)));
    assert_eq!(event.identity_id, Some(g.world.identity.id));
    // pages get it with its words, which no event has
    let granted = g.granted();
    let whole = groups::whole_entry(&g.ctx(), &granted, &event.change).await;
    let whole = whole.unwrap().unwrap();
    assert_eq!(whole.by, granted.administrator_id());
    let loaded = groups::load_chat(
        g.ctx(),
        g.granted(),
        identity.clone(),
        uid.clone(),
        ChatRequest::default(),
    );
    let mut shown = loaded.await.unwrap().entries.pop().unwrap();
    assert_eq!(shown.text.as_ref().map(|t| t.text.as_str()), Some("Hi"));
    let written = |entry: &_| {
        let written = GroupPart::Written(serde_json::to_string(entry).unwrap());
        serde_json::to_string(&part(written)).unwrap()
    };
    assert_eq!(whole.own, written(&shown));
    if let Sender::Us { is_me, .. } = &mut shown.sender {
        *is_me = false;
    }
    assert_eq!(whole.others, written(&shown));
    // a message that is not ours to keep tells nobody
    let other = GroupMessage::Chat(g.apps[0].id, g.wire().await, GroupChat::Text("x".to_owned()));
    assert!(!g.says(0, 1, &other).await);
}

on_both!(
    while_history_is_off_nothing_of_a_text_is_stored,
    the_switch_acts_at_once_and_tells_members,
    texts_reach_all_under_one_id_and_can_be_changed,
    the_same_key_again_sends_nothing_more,
    what_has_not_left_never_does,
    quotes_and_reactions_find_their_message,
    the_first_text_comes_after_the_set_up,
    an_unknown_id_is_adopted_when_one_message_is_in_doubt,
    texts_go_when_their_time_is_over,
    search_and_days_find_entries,
    messages_of_groups_are_told_live,
);
