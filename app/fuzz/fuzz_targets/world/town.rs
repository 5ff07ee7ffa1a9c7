//! The set-up: an identity with a feed, a bot, two lists that take replies, a group and two messages sent.
use app::{
    features::{
        auth::server::Caller,
        bots::{
            model::{BotInput, DraftInput, Node, Texts, Tree},
            server as bots,
        },
        feeds::{model::FeedInput, server as feeds},
        gateway::wire::{MessageId, PrivateKey, PublicKey, SharedKey},
        groups::{model::NewGroup, server as groups},
        identities::{
            model::NewIdentity,
            server::{self as identities, Identity},
        },
        lists::{model::ListInput, server as lists},
        messages::server::{self as messages, SendNow},
    },
    kernel::{LanguageCode, ThreemaId, Uid, permission::cap, server::Ctx},
    testing::{On, TestCtx, start_gateway},
};
use sea_orm::ConnectionTrait;

/// Somebody with an app.
pub struct Person {
    pub id: ThreemaId,
    pub shared: SharedKey,
}

/// The identity of a town, and everybody around it.
pub struct Town {
    pub test: TestCtx,
    pub identity: Identity,
    pub people: Vec<Person>,
    /// Creator and ID of the group.
    pub group: ([u8; 8], [u8; 8]),
    pub gateway: tempfile::TempDir,
}

/// A new one, on a local gateway that listens as long as the runtime lives.
pub async fn make() -> Town {
    let gateway = tempfile::tempdir().unwrap();
    let url = start_gateway(gateway.path(), 1).await;
    let test = TestCtx::new(On::Sqlite, &url).await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;
    let input = NewIdentity {
        threema_id: "*TOWN001".into(),
        plan: "unlimited".into(),
        ..NewIdentity::default()
    };
    let uid = identities::create(ctx.clone(), ada.granted().unwrap(), input)
        .await
        .unwrap()
        .uid;
    let identity = identities::find(ctx, &ada.granted::<cap::SeeIdentities>().unwrap(), &uid)
        .await
        .unwrap();
    let ids = ids_at(ctx, &url).await;
    let [staff, board, reader, stranger] = [ids[0], ids[1], ids[2], ids[3]];
    let machine: ThreemaId = "*OTHER01".parse().unwrap();
    let desk = Desk {
        ctx,
        ada: &ada,
        uid: &uid,
        identity: &identity,
    };
    let list = desk.list("All", vec![staff, board, ids[4]]).await;
    let small = desk.list("Board", vec![board]).await;
    // a machine that is a recipient all the same
    let sql = format!(
        "UPDATE recipient SET threema_id = '{machine}' WHERE threema_id = '{}'",
        ids[4]
    );
    desk.exec(&sql).await;
    desk.feeds(reader, board).await;
    desk.bot().await;
    let group = desk.group(staff).await;
    let public = PublicKey::from_bytes(&identity.public_key).unwrap();
    let writers = [staff, board, reader, stranger, machine, ids[5]];
    let mut people = Vec::new();
    for (n, id) in (1..).zip(writers) {
        let key = PrivateKey::from_bytes([n; 32]);
        desk.has_key(&url, id, key.public_key()).await;
        people.push(Person {
            id,
            shared: key.shared_with(&public),
        });
    }
    desk.sent(&list, &small).await;
    Town {
        test,
        identity,
        people,
        group,
        gateway,
    }
}

async fn ids_at(ctx: &Ctx, gateway: &str) -> Vec<ThreemaId> {
    let url = format!("{gateway}/sim/recipients");
    let six = serde_json::json!({ "count": 6, "seed": "fuzz" });
    ctx.http
        .post(&url)
        .json(&six)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let listed = ctx.http.get(format!("{url}?seed=fuzz")).send().await.unwrap();
    listed
        .text()
        .await
        .unwrap()
        .lines()
        .map(|id| id.parse().unwrap())
        .collect()
}

/// An administrator at work on the identity.
struct Desk<'a> {
    ctx: &'a Ctx,
    ada: &'a Caller,
    uid: &'a Uid,
    identity: &'a Identity,
}

impl Desk<'_> {
    async fn exec(&self, sql: &str) {
        self.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    }

    /// The key of somebody, at the gateway and where the identity knows them.
    async fn has_key(&self, gateway: &str, id: ThreemaId, key: PublicKey) {
        let key = hex::encode(key.as_bytes());
        if !id.is_gateway() {
            let body = serde_json::json!({ "publicKey": key });
            let call = self
                .ctx
                .http
                .patch(format!("{gateway}/sim/identities/{id}"))
                .json(&body);
            call.send().await.unwrap().error_for_status().unwrap();
        }
        let sql = format!(
            "UPDATE recipient SET state = 1, key_checked_at = 1, public_key = x'{key}', shared_key_stored = NULL
             WHERE threema_id = '{id}'"
        );
        self.exec(&sql).await;
    }

    /// A list that takes replies.
    async fn list(&self, name: &str, ids: Vec<ThreemaId>) -> Uid {
        let input = ListInput { name: name.into() };
        let (ctx, uid) = (|| self.ctx.clone(), || self.uid.clone());
        let made = lists::create_list(ctx(), self.ada.granted().unwrap(), uid(), input)
            .await
            .unwrap();
        lists::add_members(ctx(), self.ada.granted().unwrap(), uid(), made.uid.clone(), ids)
            .await
            .unwrap();
        lists::switch_replies(ctx(), self.ada.granted().unwrap(), uid(), made.uid.clone(), true)
            .await
            .unwrap();
        made.uid
    }

    /// Two feeds; `reader` gets the first one and is on no list, `barred` cannot get it.
    async fn feeds(&self, reader: ThreemaId, barred: ThreemaId) {
        let (ctx, uid) = (|| self.ctx.clone(), || self.uid.clone());
        let mut first = None;
        for name in ["News", "Wetter Süd"] {
            let welcome = [(LanguageCode::EN, "Welcome aboard!".to_owned())].into();
            let input = FeedInput {
                name: name.into(),
                welcome,
                ..FeedInput::default()
            };
            let made = feeds::create_feed(ctx(), self.ada.granted().unwrap(), uid(), input)
                .await
                .unwrap();
            first.get_or_insert(made.uid);
        }
        let news = first.unwrap();
        lists::add_members(
            ctx(),
            self.ada.granted().unwrap(),
            uid(),
            news.clone(),
            vec![reader],
        )
        .await
        .unwrap();
        feeds::block(ctx(), self.ada.granted().unwrap(), uid(), news, vec![barred])
            .await
            .unwrap();
    }

    /// waste → north → bulky; hours.
    async fn bot(&self) {
        let (ctx, uid) = (|| self.ctx.clone(), || self.uid.clone());
        let input = BotInput { name: "Waste".into() };
        let bot = bots::create_bot(ctx(), self.ada.granted().unwrap(), uid(), input)
            .await
            .unwrap()
            .uid;
        let head = bots::load_bot(ctx(), self.ada.granted().unwrap(), uid(), bot.clone())
            .await
            .unwrap();
        let input = DraftInput {
            version: head.version,
            tree: tree(),
        };
        let saved = bots::save_bot_draft(ctx(), self.ada.granted().unwrap(), uid(), bot.clone(), input)
            .await
            .unwrap();
        bots::publish_bot(ctx(), self.ada.granted().unwrap(), uid(), bot, saved.version)
            .await
            .unwrap();
    }

    /// A group of one other, whose chat is saved; answers its creator and its ID.
    async fn group(&self, member: ThreemaId) -> ([u8; 8], [u8; 8]) {
        let (ctx, uid) = (|| self.ctx.clone(), || self.uid.clone());
        let input = NewGroup {
            name: "Crisis".into(),
            members: vec![member],
            saves_history: true,
        };
        let made = groups::create_group(ctx(), self.ada.granted().unwrap(), uid(), input)
            .await
            .unwrap();
        groups::synchronise(ctx(), self.ada.granted().unwrap(), uid(), made.uid)
            .await
            .unwrap();
        let db = &self.ctx.db;
        let row = db
            .conn()
            .query_one_raw(db.stmt("SELECT wire_id FROM chat_group", []))
            .await
            .unwrap();
        let wire: i64 = row.unwrap().try_get("", "wire_id").unwrap();
        let creator = self.identity.threema_id.as_bytes().try_into().unwrap();
        (creator, wire.to_be_bytes())
    }

    /// Two messages that receipts can name: one that the gateway has taken (1, and one without an ID), one on its way.
    async fn sent(&self, all: &Uid, small: &Uid) {
        for list in [all, small] {
            let input = SendNow {
                lists: vec![list.clone()],
                texts: [(LanguageCode::EN, "Hello everybody".to_owned())].into(),
                ..SendNow::default()
            };
            messages::send_now(self.ctx, &self.ada.granted().unwrap(), self.identity, input)
                .await
                .unwrap();
        }
        let one = MessageId::from_bytes([b'1'; 8]).to_i64();
        self.exec(&format!(
            "UPDATE delivery SET state = 1, unclear = seq > 0, gateway_message_id = CASE WHEN seq = 0 THEN {one} END
               WHERE message_id = (SELECT MIN(id) FROM message);
             UPDATE message SET state = 'sent', accepted = pending, pending = 0 WHERE id = (SELECT MIN(id) FROM message);
             UPDATE message SET state = 'sending' WHERE id = (SELECT MAX(id) FROM message);
             UPDATE fanout_batch SET open_attempts = 1, lease_holder = 'other' WHERE message_id = (SELECT MAX(id) FROM message)"
        ))
        .await;
    }
}

fn tree() -> Tree {
    let node = |uid: &str, word: &str, german: &str, commands| Node {
        word: word.into(),
        words: texts(&[(LanguageCode::DE, german)]),
        answer: texts(&[(LanguageCode::EN, word), (LanguageCode::DE, german)]),
        commands,
        ..Node::new(uid.parse().unwrap())
    };
    let bulky = node("bulky00000", "bulky waste", "Sperrgut", Vec::new());
    let north = node("north00000", "north", "Nord", vec![bulky]);
    let waste = node("waste00000", "waste", "Abfall", vec![north]);
    let hours = node("hours00000", "hours", "Öffnungszeiten", Vec::new());
    let mut tree = Tree::new("start00000".parse().unwrap());
    tree.start.answer = texts(&[(LanguageCode::EN, "Good day"), (LanguageCode::DE, "Guten Tag")]);
    tree.start.aliases = vec!["menu1".into()];
    tree.start.commands = vec![waste, hours];
    tree
}

fn texts(of: &[(LanguageCode, &str)]) -> Texts {
    of.iter()
        .map(|(language, text)| (*language, (*text).to_owned()))
        .collect()
}
