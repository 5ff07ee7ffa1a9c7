//! Two organisations, and in the first one an administrator for every single right.
use crate::cockpit::{cockpit, sign_in};
use app::{
    features::{
        administrators::{
            model::InviteInput,
            server::{invite, load_people},
        },
        api_keys::server as api_keys,
        auth::server::{AdministratorInput, Caller, operator},
        bots::{
            model::{BotInput, DraftInput as BotDraft, Node},
            server::{create_bot, load_bot, publish_bot, save_bot_draft},
        },
        conversations::server::take_reply,
        feeds::{model::FeedInput, server::create_feed},
        groups::{
            model::{NewGroup, NewText},
            server::{create_group, send_text},
        },
        identities::server::{Identity, find},
        lists::{
            model::ListInput,
            server::{add_members, create_list},
        },
        messages::{
            model::{DraftInput, Scope, Settings},
            server::{SendNow, save_draft, send_now},
        },
        recipients::server::{Person, find_recipient},
    },
    kernel::{
        Lang, LanguageCode, PageRequest, Uid,
        permission::{Right, cap},
        rights::Rights,
        server::{
            Ctx,
            clock::{Clock, SystemClock},
        },
    },
    testing::{On, TestCtx, identity},
};
use axum::Router;
use sea_orm::ConnectionTrait;

const PASSWORD: &str = "correct-horse-battery";

/// Somebody who calls.
pub struct Someone {
    /// For messages of failed tests.
    pub name: String,
    /// None: of the other organisation.
    pub rights: Option<Rights>,
    pub cookie: String,
    pub key: String,
}

pub struct World {
    pub test: TestCtx,
    pub cockpit: Router,
    pub identity: Uid,
    pub identity_id: i64,
    pub list: Uid,
    pub empty_list: Uid,
    pub feed: Uid,
    /// Sent to the feed.
    pub feed_sent: Uid,
    pub bot: Uid,
    pub other_bot: Uid,
    /// Of the bot.
    pub command: Uid,
    pub draft: Uid,
    /// Waits for approval.
    pub waiting: Uid,
    /// Queued before approval was asked for.
    pub sent: Uid,
    pub broadcast: Uid,
    /// Something that the one on the list replied.
    pub conversation: Uid,
    /// With a member and a message.
    pub group: Uid,
    pub group_message: Uid,
    pub other_group: Uid,
    /// An administrator with full access.
    pub person: Uid,
    pub invitation: Uid,
    /// An API key of somebody else.
    pub key: Uid,
}

/// Keeps a reply of whoever is on the list; answers the conversation.
async fn reply(ctx: &Ctx, identity: &Identity) -> Uid {
    let db = &ctx.db;
    let sql = "UPDATE distribution_list SET takes_replies = TRUE";
    db.conn().execute_unprepared(sql).await.unwrap();
    let threema_id = "ABCD1234".parse().unwrap();
    let person = Person {
        identity_id: identity.id,
        organisation_id: identity.organisation_id,
        recipient_id: Some(find_recipient(ctx, identity.id, &threema_id).await.unwrap().id),
        threema_id,
        language: Lang::En,
        own_language: None,
        internal: true,
    };
    let tx = db.begin().await.unwrap();
    take_reply(ctx, &tx, &person, "Hello", ctx.now()).await.unwrap();
    tx.commit().await.unwrap();
    let row = db
        .conn()
        .query_one_raw(db.stmt("SELECT uid FROM conversation", []))
        .await;
    let uid: String = row.unwrap().unwrap().try_get("", "uid").unwrap();
    uid.parse().unwrap()
}

impl World {
    pub async fn new(on: On) -> (Self, Vec<Someone>) {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        // sessions end by the machine's clock
        test.clock.turn(SystemClock.now().0 - test.clock.now().0);
        let ctx = test.ctx.clone();
        let ada = test.administrator("Aarental", "ada@example.org").await;
        let (row, uid) = identity(&ctx, &ada, "*PRESS01", "o50").await;
        let (second, _) = identity(&ctx, &ada, "*SECOND1", "o50").await;
        let organisation = ada.who.organisation_id;
        let list = async |name: &str| {
            let input = ListInput {
                name: name.to_owned(),
            };
            let made = create_list(ctx.clone(), operator(organisation), uid.clone(), input);
            made.await.unwrap().uid
        };
        let (full, empty_list) = (list("Press").await, list("Empty").await);
        let input = FeedInput {
            name: "News".to_owned(),
            ..FeedInput::default()
        };
        let feed = create_feed(ctx.clone(), operator(organisation), uid.clone(), input)
            .await
            .unwrap()
            .uid;
        let bot = async |name: &str| {
            let input = BotInput {
                name: name.to_owned(),
            };
            let made = create_bot(ctx.clone(), operator(organisation), uid.clone(), input);
            made.await.unwrap().uid
        };
        let (bot, other_bot) = (bot("Waste").await, bot("Other").await);
        let command = publish_command(&ctx, organisation, &uid, &bot).await;
        let ids: Vec<_> = vec!["ABCD1234".parse().unwrap()];
        add_members(
            ctx.clone(),
            operator(organisation),
            uid.clone(),
            feed.clone(),
            ids.clone(),
        )
        .await
        .unwrap();
        add_members(
            ctx.clone(),
            operator(organisation),
            uid.clone(),
            full.clone(),
            ids,
        )
        .await
        .unwrap();
        let input = DraftInput {
            uid: None,
            lists: vec![full.clone()],
            texts: Default::default(),
            ..Default::default()
        };
        let draft = save_draft(ctx.clone(), ada.granted().unwrap(), uid.clone(), input)
            .await
            .unwrap()
            .uid;
        let send = async |caller: &Caller, list: &Uid| {
            let granted = caller.granted::<cap::SendMessages>().unwrap();
            let found = find(&ctx, &granted, &uid).await.unwrap();
            let input = SendNow {
                lists: vec![list.clone()],
                texts: [(LanguageCode::EN, "Hello".to_owned())].into(),
                idempotency_key: None,
                ..Default::default()
            };
            send_now(&ctx, &granted, &found, input).await.unwrap()
        };
        let (sent, feed_sent) = (send(&ada, &full).await, send(&ada, &feed).await);
        let broadcast = {
            let granted = ada.granted::<cap::SendMessages>().unwrap();
            let found = find(&ctx, &granted, &uid).await.unwrap();
            let input = SendNow {
                texts: [(LanguageCode::EN, "Hello".to_owned())].into(),
                settings: Settings {
                    scope: Scope::Identity,
                    name: "Storm".to_owned(),
                    ..Default::default()
                },
                ..Default::default()
            };
            send_now(&ctx, &granted, &found, input).await.unwrap()
        };
        let db = ctx.db.conn();
        db.execute_unprepared("UPDATE identity SET approval_above = 0")
            .await
            .unwrap();
        let waiting = send(&ada, &full).await;
        let conversation = reply(&ctx, &row).await;
        let make_group = async |name: &str| {
            let input = NewGroup {
                name: name.to_owned(),
                members: vec!["ABCD1234".parse().unwrap()],
                saves_history: false,
            };
            let made = create_group(ctx.clone(), ada.granted().unwrap(), uid.clone(), input);
            made.await.unwrap().uid
        };
        let (group, other_group) = (make_group("Crisis").await, make_group("Another").await);
        let text = NewText {
            text: "Hello".to_owned(),
            quotes: None,
        };
        let granted = ada.granted().unwrap();
        let group_message = send_text(&ctx, &granted, (&uid, &group), ("text", &text), None)
            .await
            .unwrap();
        let input = InviteInput {
            email: "new@example.org".to_owned(),
            rights: Rights::full(),
        };
        invite(ctx.clone(), ada.granted().unwrap(), input).await.unwrap();
        let all = load_people(ctx.clone(), ada.granted().unwrap(), PageRequest::default())
            .await
            .unwrap()
            .people;
        test.limited("Aarental", "keys@example.org", Rights::default())
            .await;
        api_keys::create(&ctx, "keys@example.org", "test", &[])
            .await
            .unwrap();
        let key = db
            .query_one_raw(ctx.db.stmt("SELECT uid FROM api_key", []))
            .await
            .unwrap()
            .unwrap();
        let key: String = key.try_get("", "uid").unwrap();
        let of = |email: &str| all.iter().find(|p| p.email == email).unwrap().uid.clone();
        let world = Self {
            cockpit: cockpit(&ctx),
            identity: uid.clone(),
            identity_id: row.id,
            list: full.clone(),
            empty_list,
            feed,
            feed_sent,
            bot,
            other_bot,
            command,
            draft,
            waiting,
            sent,
            broadcast,
            conversation,
            group,
            group_message,
            other_group,
            person: of("ada@example.org"),
            invitation: of("new@example.org"),
            key: key.parse().unwrap(),
            test,
        };
        let people = world.people(ada, row.id, second.id).await;
        (world, people)
    }

    /// Full access, nothing, every single right here, one right elsewhere, and another organisation.
    async fn people(&self, ada: Caller, here: i64, elsewhere: i64) -> Vec<Someone> {
        let test = &self.test;
        let mut callers = Vec::new();
        let mut wanted = vec![
            ("no right".to_owned(), Rights::default()),
            (
                "see elsewhere".to_owned(),
                Rights::default().with(Right::See, Some(elsewhere)),
            ),
        ];
        for right in Right::ALL {
            // what does not fit its place is left out
            let rights = Rights::default().with(*right, Some(here)).with(*right, None);
            assert_ne!(rights, Rights::default(), "{right:?}");
            wanted.push((right.code().to_owned(), rights));
        }
        for (i, (name, rights)) in wanted.into_iter().enumerate() {
            let caller = test
                .limited("Aarental", &format!("p{i}@example.org"), rights.clone())
                .await;
            callers.push((name, Some(rights), caller));
        }
        let eve = test.administrator("Elsewhere", "eve@example.org").await;
        callers.push(("another organisation".to_owned(), None, eve));
        // last: what it removes nobody else needs
        callers.push(("full access".to_owned(), Some(Rights::full()), ada));
        let hash = AdministratorInput::new(String::new(), String::new(), PASSWORD, Lang::En)
            .await
            .unwrap()
            .password_hash;
        let db = &test.ctx.db;
        let sql = "UPDATE administrator SET password_hash = $1";
        db.conn().execute_raw(db.stmt(sql, [hash.into()])).await.unwrap();
        let mut out = Vec::new();
        for (name, rights, caller) in callers {
            let sql = "SELECT email FROM administrator WHERE id = $1";
            let id = caller.who.administrator_id.unwrap();
            let row = db
                .conn()
                .query_one_raw(db.stmt(sql, [id.into()]))
                .await
                .unwrap()
                .unwrap();
            let email: String = row.try_get("", "email").unwrap();
            out.push(Someone {
                name,
                rights,
                cookie: sign_in(&self.cockpit, &email, PASSWORD).await,
                key: api_keys::create(&test.ctx, &email, "test", &[]).await.unwrap(),
            });
        }
        out
    }
}

/// Gives the bot one command that people meet.
async fn publish_command(
    ctx: &app::kernel::server::Ctx,
    organisation: i64,
    identity: &Uid,
    bot: &Uid,
) -> Uid {
    let uid: Uid = "north00000".parse().unwrap();
    let place = || (ctx.clone(), identity.clone(), bot.clone());
    let (context, identity, bot) = place();
    let head = load_bot(context, operator(organisation), identity, bot)
        .await
        .unwrap();
    let mut tree = head.published;
    let mut node = Node::new(uid.clone());
    node.word = "north".to_owned();
    node.answer.insert(LanguageCode::EN, "Tuesday".to_owned());
    tree.start.commands.push(node);
    let input = BotDraft {
        version: head.version,
        tree,
    };
    let (context, identity, bot) = place();
    let saved = save_bot_draft(context, operator(organisation), identity, bot, input).await;
    let (context, identity, bot) = place();
    let version = saved.unwrap().version;
    publish_bot(context, operator(organisation), identity, bot, version)
        .await
        .unwrap();
    uid
}
