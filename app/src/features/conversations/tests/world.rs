//! An identity whose people reply.
use super::super::{model::*, server::*};
use crate::features::{
    auth::server::Caller,
    gateway::wire::PrivateKey,
    identities::server::Identity,
    lists::{model::ListInput, server as lists},
    recipients::server::{Person, find_recipient},
};
use crate::kernel::{
    AppResult, Lang, PageRequest, ThreemaId, Uid, permission::Right, rights::Rights, server::Ctx,
};
use crate::testing::{On, TestCtx, identity};
use sea_orm::ConnectionTrait;

/// An identity with a list, and two administrators.
pub(super) struct Desk {
    pub(super) test: TestCtx,
    pub(super) ada: Caller,
    pub(super) bea: Caller,
    pub(super) identity: Identity,
    pub(super) uid: Uid,
    pub(super) list: Uid,
}

pub(super) fn id(n: usize) -> ThreemaId {
    format!("A{n:07}").parse().unwrap()
}

impl Desk {
    /// So many people are on the list, and their keys are known.
    pub(super) async fn new(on: On, people: usize) -> Self {
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
    pub(super) async fn taking(on: On, people: usize) -> Self {
        let desk = Self::new(on, people).await;
        desk.keep(true).await;
        desk
    }

    pub(super) fn ctx(&self) -> Ctx {
        self.test.ctx.clone()
    }

    pub(super) async fn keep(&self, on: bool) {
        let granted = self.ada.granted().unwrap();
        lists::switch_replies(self.ctx(), granted, self.uid.clone(), self.list.clone(), on)
            .await
            .unwrap();
    }

    pub(super) async fn exec(&self, sql: &str, values: Vec<sea_orm::Value>) -> u64 {
        let tx = self.test.ctx.db.begin().await.unwrap();
        let n = tx.exec(sql, values).await.unwrap();
        tx.commit().await.unwrap();
        n
    }

    pub(super) async fn number(&self, sql: &str) -> i64 {
        let db = &self.test.ctx.db;
        let row = db.conn().query_one_raw(db.stmt(sql, [])).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    pub(super) async fn person(&self, n: usize) -> Person {
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

    pub(super) async fn reply_as(&self, person: &Person, text: &str) -> Option<Vec<String>> {
        let ctx = self.ctx();
        let tx = ctx.db.begin().await.unwrap();
        let kept = take_reply(&ctx, &tx, person, text, ctx.now()).await.unwrap();
        if let (Some(Kept { notice: Some(_) }), Some(recipient_id)) = (&kept, person.recipient_id) {
            note_told(&ctx, &tx, recipient_id).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.test.clock.turn(1_000);
        kept.map(|kept| kept.notice.into_iter().collect())
    }

    pub(super) async fn reply(&self, n: usize, text: &str) -> Option<Vec<String>> {
        self.reply_as(&self.person(n).await, text).await
    }

    pub(super) async fn list_of(&self, who: &Caller, filter: &str, q: &str) -> ConversationsPage {
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
    pub(super) async fn shows(&self, who: &Caller, filter: &str) -> Vec<ThreemaId> {
        let page = self.list_of(who, filter, "").await.page;
        assert_eq!(page.items.len() as u64, page.total);
        page.items.into_iter().map(|row| row.threema_id).collect()
    }

    /// The conversation with somebody.
    pub(super) async fn uid_of(&self, n: usize) -> Uid {
        let all = self.list_of(&self.ada, "all", "").await.page.items;
        all.into_iter().find(|r| r.threema_id == id(n)).unwrap().uid
    }

    pub(super) async fn thread(&self, n: usize, q: &str) -> Thread {
        let (uid, granted) = (self.uid_of(n).await, self.ada.granted().unwrap());
        load_thread(self.ctx(), granted, self.uid.clone(), uid, q.into(), STEP)
            .await
            .unwrap()
    }

    pub(super) async fn texts(&self, n: usize) -> Vec<String> {
        self.thread(n, "")
            .await
            .messages
            .into_iter()
            .map(|m| m.text)
            .collect()
    }

    pub(super) async fn write(&self, n: usize, text: &str) -> AppResult<()> {
        let (uid, granted) = (self.uid_of(n).await, self.ada.granted().unwrap());
        let written = (text.to_owned(), None);
        write(self.ctx(), granted, self.uid.clone(), uid, written).await
    }

    pub(super) async fn done(&self, n: usize, done: bool) {
        let (uid, granted) = (self.uid_of(n).await, self.ada.granted().unwrap());
        set_done(self.ctx(), granted, self.uid.clone(), uid, done)
            .await
            .unwrap();
    }

    pub(super) async fn mark(&self, who: &Caller, n: usize, read: bool) {
        let (uid, granted) = (self.uid_of(n).await, who.granted().unwrap());
        mark(self.ctx(), granted, self.uid.clone(), uid, read)
            .await
            .unwrap();
    }

    pub(super) async fn unread(&self, who: &Caller) -> u64 {
        count_unread(self.ctx(), who.granted().unwrap(), self.uid.clone())
            .await
            .unwrap()
    }
}
