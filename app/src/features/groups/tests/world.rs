//! A group on a local gateway, and apps with their own keys.
use crate::features::{
    gateway::wire::{
        Content, GroupChat, GroupControl, GroupMessage, MessageId, PrivateKey, PublicKey, unpad,
    },
    groups::{
        model::{ChatEntry, ChatRequest, GroupHead, MemberState, NewGroup, NewText},
        server as groups,
    },
    messages::tests::world::World,
    recipients::server::{fetch_keys, find_person},
};
use crate::kernel::{AppResult, ThreemaId, Uid, permission::cap, server::Ctx};
use crate::testing::On;
use serde_json::{Value, json};

/// Somebody's app.
pub struct App {
    pub id: ThreemaId,
    key: PrivateKey,
    token: String,
    seq: u64,
}

/// What came out of a mailbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub id: String,
    pub nonce: String,
    pub said: GroupMessage,
    pub no_push: bool,
}

/// A world with apps and, once it is made, a group.
pub struct Groups {
    pub world: World,
    pub apps: Vec<App>,
    pub group: Uid,
    http: reqwest::Client,
}

impl Groups {
    /// So many apps, and a group of the first `members` of them, not synchronised yet.
    pub async fn new(on: On, apps: u8, members: usize) -> Self {
        let world = World::new(on, 1).await;
        let http = reqwest::Client::new();
        let mut made = Vec::new();
        for n in 0..apps {
            let key = PrivateKey::from_bytes([n + 1; 32]);
            let body = json!({ "publicKey": key.public_key().to_string(), "kind": "user" });
            let url = format!("{}/sim/identities", world.gateway);
            let answer = http.post(url).json(&body).send().await.unwrap();
            let answer: Value = answer.error_for_status().unwrap().json().await.unwrap();
            made.push(App {
                id: answer["id"].as_str().unwrap().parse().unwrap(),
                token: answer["token"].as_str().unwrap().to_owned(),
                key,
                seq: 0,
            });
        }
        let input = NewGroup {
            name: "Crisis".to_owned(),
            members: made.iter().take(members).map(|a| a.id).collect(),
            saves_history: false,
        };
        let granted = world.caller.granted().unwrap();
        let view = groups::create_group(world.ctx().clone(), granted, world.uid.clone(), input)
            .await
            .unwrap();
        fetch_keys(world.ctx(), &world.identity).await.unwrap();
        Self {
            world,
            apps: made,
            group: view.uid,
            http,
        }
    }

    /// The same, synchronised, with empty mailboxes.
    pub async fn steady(on: On, apps: u8, members: usize) -> Self {
        let mut groups = Self::new(on, apps, members).await;
        groups.synchronise().await.unwrap();
        groups.send_all().await;
        for n in 0..groups.apps.len() {
            groups.mail(n).await;
        }
        groups
    }

    pub fn ctx(&self) -> Ctx {
        self.world.ctx().clone()
    }

    pub fn place(&self) -> (Uid, Uid) {
        (self.world.uid.clone(), self.group.clone())
    }

    pub fn granted(&self) -> crate::features::auth::server::Granted<cap::Groups> {
        self.world.caller.granted().unwrap()
    }

    pub async fn synchronise(&self) -> AppResult<()> {
        let (identity, group) = self.place();
        groups::synchronise(self.ctx(), self.granted(), identity, group).await
    }

    pub async fn change(&self, add: &[usize], remove: &[usize]) {
        let ids = |of: &[usize]| of.iter().map(|n| self.apps[*n].id).collect::<Vec<_>>();
        let (identity, group) = self.place();
        groups::change_members(
            self.ctx(),
            self.granted(),
            identity,
            group,
            (ids(add), ids(remove)),
        )
        .await
        .unwrap();
        fetch_keys(self.world.ctx(), &self.world.identity).await.unwrap();
    }

    /// Sends until nothing is due any more.
    pub async fn send_all(&self) {
        while groups::run_groups(self.world.ctx(), "test").await.unwrap() > 0 {}
    }

    pub async fn head(&self) -> GroupHead {
        let (identity, group) = self.place();
        groups::load_group(self.ctx(), self.granted(), identity, group)
            .await
            .unwrap()
    }

    pub async fn state_of(&self, n: usize) -> Option<MemberState> {
        let head = self.head().await;
        let member = head.members.into_iter().find(|m| m.threema_id == self.apps[n].id);
        member.map(|m| m.state)
    }

    pub async fn write(&self, text: &str) -> AppResult<Uid> {
        self.write_once(text, None).await
    }

    /// With the key that a browser makes.
    pub async fn write_once(&self, text: &str, key: Option<&str>) -> AppResult<Uid> {
        let (identity, group) = self.place();
        let new = NewText {
            text: text.to_owned(),
            quotes: None,
        };
        let new = (new, key.map(str::to_owned));
        groups::write_text(self.ctx(), self.granted(), identity, group, new).await
    }

    pub async fn chat(&self) -> Vec<ChatEntry> {
        let (identity, group) = self.place();
        let page = groups::load_chat(
            self.ctx(),
            self.granted(),
            identity,
            group,
            ChatRequest::default(),
        );
        page.await.unwrap().entries
    }

    pub async fn switch_history(&self, on: bool) {
        let (identity, group) = self.place();
        groups::set_history(self.ctx(), self.granted(), identity, group, on)
            .await
            .unwrap();
    }

    /// What has come into the mailbox of an app since it was looked into last.
    pub async fn mail(&mut self, n: usize) -> Vec<Mail> {
        let app = &mut self.apps[n];
        let url = format!("{}/sim/mailbox?after={}", self.world.gateway, app.seq);
        let answer = self.http.get(url).bearer_auth(&app.token).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let creator = PublicKey::from_bytes(&self.world.identity.public_key).unwrap();
        let shared = app.key.shared_with(&creator);
        let mut out = Vec::new();
        for mail in answer["messages"].as_array().unwrap() {
            app.seq = mail["seq"].as_u64().unwrap();
            let nonce: [u8; 24] = hex::decode(mail["nonce"].as_str().unwrap())
                .unwrap()
                .try_into()
                .unwrap();
            let sealed = hex::decode(mail["box"].as_str().unwrap()).unwrap();
            let plain = shared.open(&nonce, &sealed).unwrap();
            let Ok(Content::Group(said)) = Content::decode(unpad(&plain).unwrap()) else {
                panic!("a message of a group");
            };
            assert_eq!(mail["group"], true);
            out.push(Mail {
                id: mail["messageId"].as_str().unwrap().to_owned(),
                nonce: mail["nonce"].as_str().unwrap().to_owned(),
                said,
                no_push: mail["noPush"] == true,
            });
        }
        out
    }

    /// An encrypted file, as an app fetches it.
    pub async fn blob(&self, n: usize, id: &str) -> Vec<u8> {
        let url = format!("{}/sim/blobs/{id}", self.world.gateway);
        let answer = self
            .http
            .get(url)
            .bearer_auth(&self.apps[n].token)
            .send()
            .await
            .unwrap();
        answer.error_for_status().unwrap().bytes().await.unwrap().to_vec()
    }

    /// An app says something to the creator, as the dispatch hands it over.
    pub async fn says(&self, n: usize, id: u64, message: &GroupMessage) -> bool {
        let ctx = self.world.ctx();
        let tx = ctx.db.begin().await.unwrap();
        let (person, _) = find_person(&tx, &self.world.identity, self.apps[n].id)
            .await
            .unwrap()
            .expect("a recipient");
        let id = MessageId::from_bytes(id.to_be_bytes());
        let changed = groups::take(ctx, &tx, &person, message, id, ctx.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        changed.is_some()
    }

    pub fn own(&self) -> ThreemaId {
        self.world.identity.threema_id.parse().unwrap()
    }

    /// How the group is called on the wire.
    pub async fn wire(&self) -> crate::features::gateway::wire::GroupId {
        use sea_orm::ConnectionTrait;
        let db = &self.world.ctx().db;
        let sql = db.stmt(
            "SELECT wire_id FROM chat_group WHERE uid = $1",
            [self.group.as_str().into()],
        );
        let row = db.conn().query_one_raw(sql).await.unwrap().unwrap();
        crate::features::gateway::wire::GroupId::from_i64(row.try_get("", "wire_id").unwrap())
    }

    pub async fn in_chat(&self, chat: GroupChat) -> GroupMessage {
        GroupMessage::Chat(self.own(), self.wire().await, chat)
    }
}

/// The set-ups, names and pictures among mail, in a word each.
pub fn kinds(mail: &[Mail]) -> Vec<String> {
    let kind = |m: &Mail| match &m.said {
        GroupMessage::Control(_, GroupControl::Setup(list)) if list.is_empty() => "out".to_owned(),
        GroupMessage::Control(_, GroupControl::Setup(list)) => format!("set-up {}", list.len()),
        GroupMessage::Control(_, GroupControl::Name(name)) => format!("name {name}"),
        GroupMessage::Control(_, GroupControl::SetPicture(_)) => "picture".to_owned(),
        GroupMessage::Control(_, GroupControl::DeletePicture) => "no picture".to_owned(),
        GroupMessage::Control(_, GroupControl::SyncRequest) => "asks".to_owned(),
        GroupMessage::Chat(_, _, GroupChat::Text(text)) => format!("text {text}"),
        GroupMessage::Chat(_, _, GroupChat::Edit { text, .. }) => format!("edit {text}"),
        GroupMessage::Chat(_, _, GroupChat::Delete(_)) => "delete".to_owned(),
        GroupMessage::Chat(..) => "chat".to_owned(),
    };
    mail.iter().map(kind).collect()
}
