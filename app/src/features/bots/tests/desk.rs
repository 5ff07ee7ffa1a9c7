//! A bot and who works on it.
use crate::features::{
    auth::server::Caller,
    bots::{
        model::{BotHead, BotInput, BotView, DraftInput, Tree},
        server::{Talk, create_bot, list_bots, load_bot, publish_bot, save_bot_draft, talk},
    },
    identities::server::{Identity, find_by_id},
    recipients::server::Person,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Lang, PageRequest, Uid,
    server::{Ctx, Tx},
};
use crate::testing::{TestCtx, identity};
use sea_orm::ConnectionTrait;

/// An identity that speaks German, with the administrator who works on it.
pub(super) struct Desk {
    pub(super) ctx: Ctx,
    pub(super) ada: Caller,
    pub(super) identity: Identity,
    pub(super) uid: Uid,
}

impl Desk {
    pub(super) async fn new(test: &TestCtx) -> Self {
        let ada = test.administrator("Town", "ada@example.org").await;
        let (identity, uid) = identity(&test.ctx, &ada, "*TOWN001", "o15").await;
        let sql = "UPDATE identity SET default_language = 'de'";
        test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
        Self {
            ctx: test.ctx.clone(),
            ada,
            identity,
            uid,
        }
    }

    pub(super) async fn bot(&self, name: &str) -> BotView {
        let input = BotInput {
            name: name.to_owned(),
        };
        create_bot(
            self.ctx.clone(),
            self.ada.granted().unwrap(),
            self.uid.clone(),
            input,
        )
        .await
        .unwrap()
    }

    pub(super) async fn version(&self, bot: &Uid) -> u64 {
        self.head(bot).await.version
    }

    pub(super) async fn head(&self, bot: &Uid) -> BotHead {
        load_bot(
            self.ctx.clone(),
            self.ada.granted().unwrap(),
            self.uid.clone(),
            bot.clone(),
        )
        .await
        .unwrap()
    }

    pub(super) async fn save(&self, bot: &Uid, version: u64, tree: &Tree) -> AppResult<u64> {
        let input = DraftInput {
            version,
            tree: tree.clone(),
        };
        let granted = self.ada.granted().unwrap();
        let saved = save_bot_draft(self.ctx.clone(), granted, self.uid.clone(), bot.clone(), input).await;
        saved.map(|s| s.version)
    }

    pub(super) async fn publish(&self, bot: &Uid, version: u64) -> AppResult<u64> {
        let granted = self.ada.granted().unwrap();
        let head = publish_bot(self.ctx.clone(), granted, self.uid.clone(), bot.clone(), version).await;
        head.map(|h| h.version)
    }

    /// A bot that people meet.
    pub(super) async fn working(&self, name: &str, tree: &Tree) -> Uid {
        let bot = self.bot(name).await.uid;
        let version = self.save(&bot, self.version(&bot).await, tree).await.unwrap();
        self.publish(&bot, version).await.unwrap();
        bot
    }

    pub(super) fn person(&self, threema_id: &str, language: Lang) -> Person {
        Person {
            identity_id: self.identity.id,
            organisation_id: self.identity.organisation_id,
            recipient_id: None,
            threema_id: threema_id.parse().unwrap(),
            language,
            own_language: None,
            internal: true,
        }
    }

    /// The bots, with the identity as it is now.
    pub(super) async fn talk(&self, tx: &Tx, person: &Person) -> Option<Talk> {
        let identity = find_by_id(&self.ctx, self.identity.id).await.unwrap();
        talk(&self.ctx, tx, &identity, person).await.unwrap()
    }

    /// What is answered, messages one after the other; empty: no bot takes it.
    pub(super) async fn asks(&self, person: &Person, text: &str) -> String {
        let tx = self.ctx.db.begin().await.unwrap();
        let said = match self.talk(&tx, person).await {
            Some(talk) => talk.answer(&self.ctx, &tx, person, text).await.unwrap(),
            None => None,
        };
        tx.commit().await.unwrap();
        said.map(|texts| texts.join("\n---\n")).unwrap_or_default()
    }

    pub(super) async fn number(&self, sql: &str) -> i64 {
        let row = self.ctx.db.conn().query_one_raw(self.ctx.db.stmt(sql, [])).await;
        row.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// The actions in the audit log, oldest first, of bots only.
    pub(super) async fn log(&self) -> Vec<String> {
        let sql = "SELECT action FROM audit_entry WHERE action LIKE 'bot.%' ORDER BY id";
        let rows = self
            .ctx
            .db
            .conn()
            .query_all_raw(self.ctx.db.stmt(sql, []))
            .await
            .unwrap();
        rows.iter().map(|r| r.try_get("", "action").unwrap()).collect()
    }
}

pub(super) fn is(error: &AppError, code: &ErrorCode) -> bool {
    error.code == *code
}

/// The bots in use, by name.
pub(super) async fn list_of(desk: &Desk) -> Vec<Uid> {
    let page = list_bots(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        PageRequest::default(),
    )
    .await;
    page.unwrap().items.into_iter().map(|b| b.uid).collect()
}
