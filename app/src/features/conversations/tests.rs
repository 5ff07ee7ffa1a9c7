//! Replies that are kept, and what administrators do with them.
use super::{model::*, server::*, text};
use crate::features::{
    auth::server::{Caller, change_rules, own_rules},
    lists::server as lists,
    recipients::server::Person,
};
use crate::kernel::{Lang, Timestamp, live::Change, server::live::Told};
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use world::{Desk, id};

mod broadcasts;
mod once;
mod steps;
mod world;

on_both! {
    a_reply_opens_continues_and_opens_again: a_reply_opens_on_sqlite, a_reply_opens_on_postgres;
    without_the_switch_nothing_is_kept: nothing_is_kept_on_sqlite, nothing_is_kept_on_postgres;
    profile_names_what_was_kept_earlier: profile_on_sqlite, profile_on_postgres;
    unread_is_of_each_administrator: unread_on_sqlite, unread_on_postgres;
    retention_erases_texts_and_key: retention_on_sqlite, retention_on_postgres;
    thousands_are_done_at_once: thousands_on_sqlite, thousands_on_postgres;
}

async fn a_reply_opens_continues_and_opens_again(on: On) {
    let desk = Desk::taking(on, 3).await;
    let told = desk.reply(0, "Is the school open?").await.unwrap();
    assert_eq!(told, [text::told_once(Lang::En, 180)]);
    assert_eq!(
        desk.reply(0, "And the pool?").await,
        Some(Vec::new()),
        "told once"
    );
    let german = Person {
        language: Lang::De,
        ..desk.person(1).await
    };
    let told = desk.reply_as(&german, "Grüezi").await.unwrap();
    assert!(
        told[0].starts_with("Ihre Nachricht wurde gespeichert"),
        "{told:?}"
    );
    // one for each, and nobody stands in another one's
    assert_eq!(desk.texts(0).await, ["Is the school open?", "And the pool?"]);
    assert_eq!(desk.texts(1).await, ["Grüezi"]);
    assert_eq!(desk.shows(&desk.ada, "").await, [id(1), id(0)], "newest first");

    desk.done(0, true).await;
    assert_eq!(desk.shows(&desk.ada, "").await, [id(1)]);
    assert_eq!(desk.shows(&desk.ada, "done").await, [id(0)]);
    assert_eq!(desk.reply(0, "Hello?").await, Some(Vec::new()));
    assert_eq!(desk.shows(&desk.ada, "").await, [id(0), id(1)]);
    assert!(desk.shows(&desk.ada, "done").await.is_empty());
    assert_eq!(desk.number("SELECT COUNT(*) FROM conversation").await, 2);
    // what was written is found in the open conversation only
    assert_eq!(desk.thread(0, "POOL").await.messages.len(), 1);
    assert!(desk.thread(1, "pool").await.messages.is_empty());
    let row = desk.list_of(&desk.ada, "", "").await.page.items.remove(0);
    assert_eq!((row.preview.as_str(), row.unread), ("Hello?", 3));
}

async fn without_the_switch_nothing_is_kept(on: On) {
    let desk = Desk::new(on, 2).await;
    assert_eq!(desk.reply(0, "secret words").await, None);
    let ctx = desk.ctx();
    let line = async |n: usize| {
        let tx = ctx.db.begin().await.unwrap();
        profile_line(&tx, &desk.person(n).await).await.unwrap()
    };
    assert_eq!(line(0).await, None);
    desk.keep(true).await;
    assert_eq!(line(0).await, Some(text::profile_line(Lang::En, 180)));
    // somebody who is on no such list, or whom the identity does not know
    assert_eq!(desk.reply(77, "who?").await, None);
    assert_eq!(desk.reply(0, " \n ").await, None, "nothing was said");
    let granted = desk.ada.granted().unwrap();
    lists::delete_list(desk.ctx(), granted, desk.uid.clone(), desk.list.clone())
        .await
        .unwrap();
    assert_eq!(desk.reply(0, "still there?").await, None);
    let granted = desk.ada.granted().unwrap();
    lists::restore_list(desk.ctx(), granted, desk.uid.clone(), desk.list.clone())
        .await
        .unwrap();
    desk.keep(false).await;
    assert_eq!(desk.reply(0, "off again").await, None);
    for table in ["conversation", "conversation_message", "conversation_notice"] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(desk.number(&sql).await, 0, "{table}");
    }
}

async fn profile_names_what_was_kept_earlier(on: On) {
    let desk = Desk::taking(on, 1).await;
    desk.reply(0, "kept").await;
    desk.keep(false).await;
    let tx = desk.ctx().db.begin().await.unwrap();
    let line = profile_line(&tx, &desk.person(0).await).await.unwrap();
    assert_eq!(line, Some(text::profile_earlier(Lang::En, 180)));
}

/// What open pages were told of conversations; the keys of recipients, for example, are fetched beside them.
fn heard_of_conversations(heard: &mut Receiver<Arc<Told>>) -> Vec<Change> {
    std::iter::from_fn(|| heard.try_recv().ok())
        .map(|event| event.change.clone())
        .filter(|change| matches!(change, Change::Conversation { .. }))
        .collect()
}

async fn unread_is_of_each_administrator(on: On) {
    let desk = Desk::taking(on, 2).await;
    desk.reply(0, "one").await;
    desk.reply(0, "two").await;
    desk.reply(1, "three").await;
    assert_eq!(
        (desk.unread(&desk.ada).await, desk.unread(&desk.bea).await),
        (2, 2)
    );
    desk.mark(&desk.ada, 0, true).await;
    assert_eq!(
        (desk.unread(&desk.ada).await, desk.unread(&desk.bea).await),
        (1, 2)
    );
    assert_eq!(desk.shows(&desk.ada, "unread").await, [id(1)]);
    desk.reply(0, "four").await;
    let row = desk.list_of(&desk.ada, "unread", "").await.page.items.remove(0);
    assert_eq!((row.threema_id, row.unread), (id(0), 1));
    // whoever answers has read
    desk.write(0, "Yes").await.unwrap();
    assert_eq!(desk.shows(&desk.ada, "unread").await, [id(1)]);
    desk.mark(&desk.ada, 0, false).await;
    assert_eq!(desk.unread(&desk.ada).await, 2);
    // done is dealt with, for everybody
    desk.done(1, true).await;
    assert_eq!(
        (desk.unread(&desk.ada).await, desk.unread(&desk.bea).await),
        (1, 1)
    );
    // what is known already wakes no page; what was told before may still be on its way
    desk.test.ctx.live.at_rest().await;
    let mut heard = desk.test.ctx.live.listen();
    desk.mark(&desk.ada, 0, false).await;
    assert_eq!(heard_of_conversations(&mut heard), []);
}

async fn retention_erases_texts_and_key(on: On) {
    let desk = Desk::taking(on, 2).await;
    let ctx = desk.ctx();
    desk.reply(0, "old").await;
    desk.reply(1, "alone").await;
    desk.test.clock.turn(100 * Timestamp::DAY);
    desk.reply(0, "young").await;
    assert_eq!(erase_conversations(&ctx).await, Ok(0));
    desk.test.clock.turn(80 * Timestamp::DAY);
    assert_eq!(erase_conversations(&ctx).await, Ok(2));
    assert_eq!(desk.texts(0).await, ["young"]);
    assert_eq!(
        desk.number("SELECT COUNT(*) FROM conversation").await,
        1,
        "the key went too"
    );
    let sql = "SELECT COUNT(*) FROM audit_entry WHERE action = 'conversation.expire'";
    assert_eq!(desk.number(sql).await, 1);
    // the organisation keeps texts for a shorter time: what is there goes by that, too
    let mut rules = own_rules(ctx.clone(), desk.ada.granted().unwrap()).await.unwrap();
    rules.text_days = 30;
    let ada = Caller {
        confirmed_at: Some(ctx.now()),
        ..desk.ada.clone()
    };
    change_rules(ctx.clone(), ada.granted().unwrap(), rules)
        .await
        .unwrap();
    assert_eq!(desk.reply(1, "again").await, Some(Vec::new()), "never told twice");
    shorten_conversation_periods(&ctx).await.unwrap();
    assert_eq!(erase_conversations(&ctx).await, Ok(1));
    assert_eq!(desk.shows(&desk.ada, "all").await, [id(1)]);
    desk.test.clock.turn(30 * Timestamp::DAY);
    assert_eq!(erase_conversations(&ctx).await, Ok(1));
    for table in ["conversation", "conversation_message", "conversation_read"] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(desk.number(&sql).await, 0, "{table}");
    }
}

/// From now on PostgreSQL cannot count the conversations: that takes a function which fails.
async fn counting_fails(desk: &Desk) {
    let newest = desk.uid_of(5_000).await;
    let sql = format!(
        "CREATE FUNCTION counted(uid text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN uid; END';
         CREATE INDEX counted ON conversation (counted(uid::text)) WHERE uid = '{newest}';
         CREATE OR REPLACE FUNCTION counted(uid text) RETURNS text LANGUAGE plpgsql IMMUTABLE
             AS 'BEGIN RAISE EXCEPTION ''nobody counts''; END'"
    );
    let conn = desk.test.ctx.db.conn();
    conn.execute_unprepared(&sql).await.unwrap();
    assert!(conn.execute_unprepared("ANALYZE conversation").await.is_err());
}

async fn thousands_are_done_at_once(on: On) {
    let desk = Desk::taking(on, 5_001).await;
    // what 5 000 replies leave behind
    let sql = "INSERT INTO conversation (uid, identity_id, recipient_id, key_sealed, state, last_at, last_message_id, last_in_id,
                   erase_at, created_at)
               SELECT 'bulk' || SUBSTR('000000' || r.id, LENGTH('000000' || r.id) - 5), r.identity_id, r.id, $1, 'open', $2, 0, 1, $2, $2
               FROM recipient r WHERE r.threema_id <> $3";
    let now = desk.test.ctx.now().0;
    let values = vec![vec![0_u8].into(), now.into(), id(5_000).as_str().into()];
    assert_eq!(desk.exec(sql, values).await, 5_000);
    let shown = desk.list_of(&desk.ada, "unread", "").await;
    assert_eq!((shown.page.total, shown.page.items.len()), (5_000, 25));
    assert_eq!(desk.unread(&desk.ada).await, COUNTED + 1, "nobody counts further");
    desk.test.clock.turn(1_000);
    desk.reply(5_000, "has just come").await;
    if on == On::Postgres {
        counting_fails(&desk).await;
    }
    let many = Many {
        filter: "unread".into(),
        q: String::new(),
        as_of: shown.as_of,
    };
    let granted = desk.ada.granted().unwrap();
    let finished = finish_many(desk.ctx(), granted, desk.uid.clone(), many)
        .await
        .unwrap();
    assert_eq!(
        finished.count, 5_000,
        "it is done, whatever becomes of the planner's numbers"
    );
    assert_eq!(
        desk.shows(&desk.ada, "").await,
        [id(5_000)],
        "what came since stays"
    );
    assert_eq!(desk.list_of(&desk.ada, "done", "").await.page.total, 5_000);
    // somebody else's step is not undone
    let granted = desk.bea.granted().unwrap();
    let undone = reopen_many(desk.ctx(), granted, desk.uid.clone(), finished.at).await;
    assert_eq!(undone, Ok(0));
    let granted = desk.ada.granted().unwrap();
    let undone = reopen_many(desk.ctx(), granted, desk.uid.clone(), finished.at).await;
    assert_eq!(undone, Ok(5_000));
    assert_eq!(desk.list_of(&desk.ada, "", "").await.page.total, 5_001);
    let sql = "SELECT COUNT(*) FROM audit_entry WHERE action LIKE 'conversation.%-many'";
    assert_eq!(desk.number(sql).await, 2);
}

#[tokio::test]
async fn open_pages_hear_of_a_reply_once_it_is_kept() {
    let desk = Desk::taking(On::Sqlite, 1).await;
    let ctx = desk.ctx();
    let person = desk.person(0).await;
    ctx.live.at_rest().await;
    let mut heard = ctx.live.listen();
    let tx = ctx.db.begin().await.unwrap();
    take_reply(&ctx, &tx, &person, "lost", ctx.now()).await.unwrap();
    drop(tx);
    assert_eq!(heard_of_conversations(&mut heard), [], "nothing was kept");
    desk.reply(0, "kept").await;
    let event = heard.recv().await.unwrap();
    let uid = Some(desk.uid_of(0).await);
    let identity = desk.uid.clone();
    assert_eq!(event.change, Change::Conversation { identity, uid });
    assert_eq!(event.identity_id, Some(desk.identity.id));
}

#[test]
fn days_are_said_correctly() {
    assert!(text::told_once(Lang::En, 1).ends_with("after 1 day."));
    assert!(text::told_once(Lang::De, 30).ends_with("nach 30 Tagen gelöscht."));
    assert!(text::profile_line(Lang::De, 1).contains("1 Tag lang"));
}
