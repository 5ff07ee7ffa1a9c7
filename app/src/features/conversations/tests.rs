//! Replies that are kept, and what administrators do with them.
use super::{model::*, server::*, text};
use crate::features::{
    auth::server::{Caller, change_rules, own_rules},
    gateway::wire::PrivateKey,
    identities::server::Identity,
    lists::{model::ListInput, server as lists},
    recipients::server::{Person, find_recipient},
};
use crate::kernel::{
    AppResult, ErrorCode, Lang, PageRequest, Problem, ThreemaId, Timestamp, Uid, live::Change,
    permission::Right, rights::Rights, server::Ctx,
};
use crate::testing::{On, TestCtx, identity};
use sea_orm::ConnectionTrait;

mod broadcasts;

/// An identity with a list, and two administrators.
struct Desk {
    test: TestCtx,
    ada: Caller,
    bea: Caller,
    identity: Identity,
    uid: Uid,
    list: Uid,
}

fn id(n: usize) -> ThreemaId {
    format!("A{n:07}").parse().unwrap()
}

impl Desk {
    /// So many people are on the list, and their keys are known.
    async fn new(on: On, people: usize) -> Self {
        let test = TestCtx::new(on, "http://127.0.0.1:1").await;
        let ctx = test.ctx.clone();
        let ada = test.administrator("Town", "ada@example.org").await;
        let (identity, uid) = identity(&ctx, &ada, "*TOWN001", "unlimited").await;
        let rights = Rights::default().with(Right::Conversations, Some(identity.id));
        let bea = test.limited("Town", "bea@example.org", rights).await;
        let input = ListInput { name: "Press".into() };
        let list = lists::create_list(ctx.clone(), ada.granted().unwrap(), uid.clone(), input)
            .await
            .unwrap()
            .uid;
        let ids = (0..people).map(id).collect();
        lists::add_members(
            ctx.clone(),
            ada.granted().unwrap(),
            uid.clone(),
            list.clone(),
            ids,
        )
        .await
        .unwrap();
        let desk = Self {
            test,
            ada,
            bea,
            identity,
            uid,
            list,
        };
        let key = PrivateKey::from_bytes([7; 32]).public_key();
        desk.exec(
            "UPDATE recipient SET state = 1, key_checked_at = 1, public_key = $1",
            vec![key.as_bytes().to_vec().into()],
        )
        .await;
        desk
    }

    /// The same with a list that keeps replies.
    async fn taking(on: On, people: usize) -> Self {
        let desk = Self::new(on, people).await;
        desk.keep(true).await;
        desk
    }

    fn ctx(&self) -> Ctx {
        self.test.ctx.clone()
    }

    async fn keep(&self, on: bool) {
        let granted = self.ada.granted().unwrap();
        lists::switch_replies(self.ctx(), granted, self.uid.clone(), self.list.clone(), on)
            .await
            .unwrap();
    }

    async fn exec(&self, sql: &str, values: Vec<sea_orm::Value>) -> u64 {
        let tx = self.test.ctx.db.begin().await.unwrap();
        let n = tx.exec(sql, values).await.unwrap();
        tx.commit().await.unwrap();
        n
    }

    async fn number(&self, sql: &str) -> i64 {
        let db = &self.test.ctx.db;
        let row = db.conn().query_one_raw(db.stmt(sql, [])).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    async fn person(&self, n: usize) -> Person {
        let row = find_recipient(&self.test.ctx, self.identity.id, &id(n)).await;
        Person {
            identity_id: self.identity.id,
            organisation_id: self.identity.organisation_id,
            recipient_id: row.ok().map(|r| r.id),
            threema_id: id(n),
            language: Lang::En,
            own_language: None,
            internal: true,
        }
    }

    async fn reply_as(&self, person: &Person, text: &str) -> Option<Vec<String>> {
        let ctx = self.ctx();
        let tx = ctx.db.begin().await.unwrap();
        let answers = take_reply(&ctx, &tx, person, text, ctx.now()).await.unwrap();
        tx.commit().await.unwrap();
        self.test.clock.turn(1_000);
        answers
    }

    async fn reply(&self, n: usize, text: &str) -> Option<Vec<String>> {
        self.reply_as(&self.person(n).await, text).await
    }

    async fn list_of(&self, who: &Caller, filter: &str, q: &str) -> ConversationsPage {
        let request = PageRequest {
            filter: filter.into(),
            q: q.into(),
            ..PageRequest::default()
        };
        list_conversations(self.ctx(), who.granted().unwrap(), self.uid.clone(), request)
            .await
            .unwrap()
    }

    /// Whom a filter shows.
    async fn shows(&self, who: &Caller, filter: &str) -> Vec<ThreemaId> {
        let page = self.list_of(who, filter, "").await.page;
        assert_eq!(page.items.len() as u64, page.total);
        page.items.into_iter().map(|row| row.threema_id).collect()
    }

    /// The conversation with somebody.
    async fn uid_of(&self, n: usize) -> Uid {
        let all = self.list_of(&self.ada, "all", "").await.page.items;
        all.into_iter().find(|r| r.threema_id == id(n)).unwrap().uid
    }

    async fn thread(&self, n: usize, q: &str) -> Thread {
        let (uid, granted) = (self.uid_of(n).await, self.ada.granted().unwrap());
        load_thread(self.ctx(), granted, self.uid.clone(), uid, q.into(), STEP)
            .await
            .unwrap()
    }

    async fn texts(&self, n: usize) -> Vec<String> {
        self.thread(n, "")
            .await
            .messages
            .into_iter()
            .map(|m| m.text)
            .collect()
    }

    async fn write(&self, n: usize, text: &str) -> AppResult<()> {
        let (uid, granted) = (self.uid_of(n).await, self.ada.granted().unwrap());
        write(self.ctx(), granted, self.uid.clone(), uid, text.into()).await
    }

    async fn done(&self, n: usize, done: bool) {
        let (uid, granted) = (self.uid_of(n).await, self.ada.granted().unwrap());
        set_done(self.ctx(), granted, self.uid.clone(), uid, done)
            .await
            .unwrap();
    }

    async fn mark(&self, who: &Caller, n: usize, read: bool) {
        let (uid, granted) = (self.uid_of(n).await, who.granted().unwrap());
        mark(self.ctx(), granted, self.uid.clone(), uid, read)
            .await
            .unwrap();
    }

    async fn unread(&self, who: &Caller) -> u64 {
        count_unread(self.ctx(), who.granted().unwrap(), self.uid.clone())
            .await
            .unwrap()
    }
}

macro_rules! on_both {
    ($($name:ident: $sqlite:ident, $postgres:ident;)+) => {$(
        #[tokio::test]
        async fn $sqlite() {
            $name(On::Sqlite).await;
        }

        #[tokio::test]
        async fn $postgres() {
            $name(On::Postgres).await;
        }
    )+};
}

on_both! {
    a_reply_opens_continues_and_opens_again: a_reply_opens_on_sqlite, a_reply_opens_on_postgres;
    without_the_switch_nothing_is_kept: nothing_is_kept_on_sqlite, nothing_is_kept_on_postgres;
    profile_names_what_was_kept_earlier: profile_on_sqlite, profile_on_postgres;
    unread_is_of_each_administrator: unread_on_sqlite, unread_on_postgres;
    retention_erases_texts_and_key: retention_on_sqlite, retention_on_postgres;
    thousands_are_done_at_once: thousands_on_sqlite, thousands_on_postgres;
    answers_go_through_the_outbox: answers_on_sqlite, answers_on_postgres;
    who_deals_with_it: assigned_on_sqlite, assigned_on_postgres;
    saved_replies_are_sealed: saved_on_sqlite, saved_on_postgres;
    deleting_leaves_nothing: deleting_on_sqlite, deleting_on_postgres;
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
    // what is known already wakes no page
    let mut heard = desk.test.ctx.live.listen();
    desk.mark(&desk.ada, 0, false).await;
    assert!(heard.try_recv().is_err());
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
    let many = Many {
        filter: "unread".into(),
        q: String::new(),
        as_of: shown.as_of,
    };
    let granted = desk.ada.granted().unwrap();
    let finished = finish_many(desk.ctx(), granted, desk.uid.clone(), many)
        .await
        .unwrap();
    assert_eq!(finished.count, 5_000);
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

#[tokio::test]
async fn open_pages_hear_of_a_reply_once_it_is_kept() {
    let desk = Desk::taking(On::Sqlite, 1).await;
    let ctx = desk.ctx();
    let person = desk.person(0).await;
    let mut heard = ctx.live.listen();
    let tx = ctx.db.begin().await.unwrap();
    take_reply(&ctx, &tx, &person, "lost", ctx.now()).await.unwrap();
    drop(tx);
    assert!(heard.try_recv().is_err(), "nothing was kept");
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
