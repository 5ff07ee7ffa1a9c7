//! What administrators do in conversations.
use super::{
    super::{model::*, server::*},
    world::{Desk, id},
};
use crate::kernel::{ErrorCode, Problem, Uid, permission::Right, rights::Rights};
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

on_both! {
    answers_go_through_the_outbox: answers_on_sqlite, answers_on_postgres;
    who_deals_with_it: assigned_on_sqlite, assigned_on_postgres;
    saved_replies_are_sealed: saved_on_sqlite, saved_on_postgres;
    deleting_leaves_nothing: deleting_on_sqlite, deleting_on_postgres;
}

async fn answers_go_through_the_outbox(on: On) {
    let desk = Desk::taking(on, 1).await;
    desk.reply(0, "Hello").await;
    desk.write(0, " *Good* morning \n").await.unwrap();
    let thread = desk.thread(0, "").await;
    let last = thread.messages.last().unwrap();
    assert_eq!(
        (last.text.as_str(), last.sent),
        ("*Good* morning", Some(Sent::Waiting))
    );
    assert_eq!(last.author, "Ada");
    assert!(thread.row.preview_is_ours && thread.row.preview == "Good morning");
    let sql = "SELECT COUNT(*) FROM answer WHERE state = 0 AND about IS NOT NULL";
    assert_eq!(desk.number(sql).await, 1);
    desk.exec("UPDATE answer SET state = 1", vec![]).await;
    assert_eq!(desk.thread(0, "").await.messages[1].sent, Some(Sent::Accepted));
    // the audit log says how long it was, not what it was
    let sql = "SELECT COUNT(*) FROM audit_entry WHERE detail LIKE '%morning%'";
    assert_eq!(desk.number(sql).await, 0);
    let (max, is) = (3_500, 3_501);
    let error = desk.write(0, &"x".repeat(is)).await.unwrap_err();
    assert_eq!(error.of("text"), Some(&Problem::TooManyBytes { max, is }));
    assert!(desk.write(0, &"é".repeat(1_750)).await.is_ok());
    assert_eq!(
        desk.write(0, " ").await.unwrap_err().of("text"),
        Some(&Problem::Required)
    );
    desk.exec("UPDATE recipient SET state = 4", vec![]).await;
    assert_eq!(desk.write(0, "x").await, Err(ErrorCode::WrongState.into()));
    desk.exec("UPDATE recipient SET state = 1", vec![]).await;
    desk.exec("UPDATE plan SET valid_until = 1", vec![]).await;
    assert_eq!(desk.write(0, "x").await, Err(ErrorCode::PlanEnded.into()));
    assert!(!desk.thread(0, "").await.plan_is_valid);
    assert_eq!(desk.texts(0).await.len(), 3);
}

async fn who_deals_with_it(on: On) {
    let desk = Desk::taking(on, 2).await;
    desk.reply(0, "one").await;
    desk.reply(1, "two").await;
    let rights = Rights::default().with(Right::Send, Some(desk.identity.id));
    desk.test.limited("Town", "cleo@example.org", rights).await;
    let people = desk.thread(0, "").await.people;
    assert_eq!(people.len(), 2, "cleo has not the right");
    let bea = people.iter().find(|p| *p != &people[0]).unwrap().clone();
    let give = async |n: usize, to: Option<Uid>| {
        let (uid, granted) = (desk.uid_of(n).await, desk.ada.granted().unwrap());
        assign(desk.ctx(), granted, desk.uid.clone(), uid, to).await
    };
    let mut assigned = Vec::new();
    for person in &people {
        give(0, Some(person.uid.clone())).await.unwrap();
        assigned.push((
            desk.shows(&desk.ada, "mine").await,
            desk.shows(&desk.bea, "mine").await,
        ));
    }
    assigned.sort();
    assert_eq!(assigned, [(vec![], vec![id(0)]), (vec![id(0)], vec![])]);
    assert_eq!(desk.shows(&desk.bea, "unassigned").await, [id(1)]);
    assert_eq!(desk.thread(0, "").await.row.assigned, Some(bea));
    let stranger = Some("aaaaaaaaaa".parse().unwrap());
    assert_eq!(
        give(0, stranger).await.unwrap_err().of("to"),
        Some(&Problem::NotAChoice)
    );
    give(0, None).await.unwrap();
    assert_eq!(desk.shows(&desk.bea, "unassigned").await.len(), 2);
    // found by name and by ID
    desk.exec(
        "UPDATE recipient SET first_name = 'Zoë', search_text = 'a0000001 zoe' WHERE threema_id = $1",
        vec![id(1).as_str().into()],
    )
    .await;
    for (q, found) in [("Zoé", vec![id(1)]), ("a0000000", vec![id(0)]), ("%", vec![])] {
        let page = desk.list_of(&desk.ada, "all", q).await.page;
        let ids: Vec<_> = page.items.into_iter().map(|r| r.threema_id).collect();
        assert_eq!(ids, found, "{q}");
    }
}

async fn saved_replies_are_sealed(on: On) {
    let desk = Desk::new(on, 0).await;
    let keep = async |uid: Option<Uid>, name: &str, text: &str| {
        let input = SavedReplyInput {
            uid,
            name: name.into(),
            text: text.into(),
        };
        keep_saved_reply(desk.ctx(), desk.bea.granted().unwrap(), desk.uid.clone(), input).await
    };
    let all = async || {
        let all = saved_replies(desk.ctx(), desk.ada.granted().unwrap(), desk.uid.clone()).await;
        let names = all.unwrap().into_iter().map(|r| (r.name, r.text));
        names.collect::<Vec<_>>()
    };
    let hours = keep(None, "Opening hours", "We open at eight.").await.unwrap();
    keep(None, "Ask back", "Which street?").await.unwrap();
    let expected = |hours: &str| {
        vec![
            ("Ask back".to_owned(), "Which street?".to_owned()),
            ("Opening hours".to_owned(), hours.to_owned()),
        ]
    };
    assert_eq!(all().await, expected("We open at eight."));
    keep(Some(hours.uid.clone()), "Opening  hours", "We open at nine.")
        .await
        .unwrap();
    assert_eq!(all().await, expected("We open at nine."));
    assert!(keep(None, "", &"x".repeat(3_501)).await.unwrap_err().fields.len() == 2);
    let stranger = keep(Some("aaaaaaaaaa".parse().unwrap()), "a", "b").await;
    assert_eq!(stranger.unwrap_err().code, ErrorCode::NotFound);
    let db = &desk.test.ctx.db;
    let rows = db
        .conn()
        .query_all_raw(db.stmt("SELECT text_sealed FROM saved_reply", []))
        .await
        .unwrap();
    for row in rows {
        let sealed: Vec<u8> = row.try_get_by_index(0).unwrap();
        assert!(!sealed.windows(4).any(|w| w == b"open" || w == b"Whic"));
    }
    let granted = desk.bea.granted().unwrap();
    delete_saved_reply(desk.ctx(), granted, desk.uid.clone(), hours.uid)
        .await
        .unwrap();
    assert_eq!(all().await.len(), 1);
}

async fn deleting_leaves_nothing(on: On) {
    let desk = Desk::taking(on, 2).await;
    desk.reply(0, "one").await;
    desk.reply(1, "two").await;
    desk.write(0, "answer").await.unwrap();
    desk.mark(&desk.bea, 0, true).await;
    let (uid, granted) = (desk.uid_of(0).await, desk.bea.granted().unwrap());
    delete_conversation(desk.ctx(), granted, desk.uid.clone(), uid)
        .await
        .unwrap();
    assert_eq!(desk.shows(&desk.ada, "all").await, [id(1)]);
    assert_eq!(desk.number("SELECT COUNT(*) FROM conversation_message").await, 1);
    assert_eq!(desk.number("SELECT COUNT(*) FROM conversation_read").await, 0);
    // what is on its way still leaves
    assert_eq!(
        desk.number("SELECT COUNT(*) FROM answer WHERE about IS NULL")
            .await,
        1
    );
    assert_eq!(desk.reply(0, "hello again").await, Some(Vec::new()));
    assert_eq!(desk.texts(0).await, ["hello again"]);
}
