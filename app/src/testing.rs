//! Helpers for tests: a context on a real database with a clock that can be turned.
use crate::features::audit::server::{ActorKind, Who};
use crate::features::auth::server::{
    AdministratorInput, Caller, access_changed, create_administrator, find_or_create_organisation,
    give_rights,
};
use crate::features::gateway::server::callback_mac;
use crate::features::identities::server::{Identity, entity as identity_entity};
use crate::features::local_gateway::server::LocalGateway;
use crate::features::plans::server::start_plan;
use crate::kernel::{
    Lang, ThreemaId, Timestamp, Uid,
    rights::Rights,
    server::{
        Ctx, Db, Settings,
        clock::{SystemClock, TestClock},
        data_key::sealing_key,
        live::LiveBus,
        master_key::check_master_key,
        rng::SystemRng,
        secret::{Key, KeyFile, KeyRing, Place},
    },
};
use migrations::Migrator;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use sea_orm_migration::MigratorTrait;
use std::{path::Path, sync::Arc};

/// Starts a local gateway on a port of its own, with its state in that folder; answers its address. It ends with the runtime.
/// `retry_seconds` is the pause between the attempts of a callback.
#[expect(clippy::expect_used, reason = "set-up of a test")]
pub async fn start_gateway(folder: &Path, retry_seconds: u32) -> String {
    let file = folder.join("gateway.db");
    let gateway = LocalGateway::open(&file, Arc::new(SystemClock), Arc::new(SystemRng), retry_seconds)
        .await
        .expect("a gateway");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("the port");
    let router = gateway.router();
    tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
    format!("http://{address}")
}

/// What the gateway posts to the callback of `to` when `from` has sent the box; `number` is the message ID.
pub fn callback_body(
    secret: &str,
    from: &ThreemaId,
    to: &str,
    number: u64,
    nonce: &[u8],
    sealed: &[u8],
) -> String {
    let signed = [
        from.to_string(),
        to.to_owned(),
        format!("{number:016x}"),
        "1795262400".to_owned(),
        hex::encode(nonce),
        hex::encode(sealed),
    ];
    let mac = hex::encode(callback_mac(secret, signed.each_ref().map(String::as_str)));
    let names = ["from", "to", "messageId", "date", "nonce", "box"];
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(names.iter().zip(&signed));
    body.append_pair("mac", &mac).finish()
}

/// Which database a test runs on; every database test runs on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// A file of its own in a temporary folder.
    Sqlite,
    /// A database of its own on the server at `FANFARE_TEST_POSTGRES_URL`.
    Postgres,
}

/// Makes two tests of each function that takes [`On`]: `sqlite` and `postgres` in a module of its name, or by the names that are
/// given for both.
#[cfg(test)]
macro_rules! on_both {
    ($($name:ident: $sqlite:ident, $postgres:ident;)+) => {$(
        #[tokio::test]
        async fn $sqlite() {
            $name($crate::testing::On::Sqlite).await;
        }

        #[tokio::test]
        async fn $postgres() {
            $name($crate::testing::On::Postgres).await;
        }
    )+};
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() { super::$name($crate::testing::On::Sqlite).await; }
            #[tokio::test]
            async fn postgres() { super::$name($crate::testing::On::Postgres).await; }
        }
    )+};
}
#[cfg(test)]
pub(crate) use on_both;

/// A context with its own empty, migrated database, and the clock to turn.
#[derive(Debug)]
pub struct TestCtx {
    /// The context.
    pub ctx: Ctx,
    /// The clock; it shows 2026-11-21 12:00 UTC until it is turned.
    pub clock: Arc<TestClock>,
    /// The database's address, for a second connection.
    pub url: String,
    folder: tempfile::TempDir,
}

impl TestCtx {
    /// A new context; `gateway_url` is the base address of a gateway, or anything when none is called.
    ///
    /// # Panics
    /// When the database cannot be made: a test without its database has failed.
    #[expect(clippy::expect_used, reason = "a test without its database has failed")]
    pub async fn new(on: On, gateway_url: &str) -> Self {
        // the HTTP client needs one; another test of this process may have been first
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match on {
            On::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            On::Postgres => new_postgres_database().await,
        };
        let db = Db::connect(&url).await.expect("the test database");
        Migrator::up(db.conn(), None).await.expect("the schema");
        let clock = Arc::new(TestClock::at(Timestamp(1_795_262_400_000)));
        let settings = Settings {
            gateway_url: gateway_url.to_owned(),
            local_gateway: true,
            public_url: "http://localhost:3000".to_owned(),
            https: false,
            mail: None,
            support_url: None,
            terms_url: None,
            privacy_url: None,
        };
        let file = KeyFile::new(folder.path().join("master.key"));
        let master = file.read_or_make(&SystemRng).expect("a master key");
        let ctx = Ctx {
            db,
            clock: clock.clone(),
            rng: Arc::new(SystemRng),
            keys: KeyRing::new(master, Some(file)),
            live: LiveBus::default(),
            http: reqwest::Client::new(),
            work: Arc::default(),
            came_in: Arc::default(),
            settings: Arc::new(settings),
        };
        check_master_key(&ctx).await.expect("the installation's row");
        Self {
            ctx,
            clock,
            url,
            folder,
        }
    }

    /// The temporary folder of this test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// An administrator of that organisation with these rights only, as the caller of use cases.
    pub async fn limited(&self, organisation: &str, email: &str, rights: Rights) -> Caller {
        let caller = self.administrator(organisation, email).await;
        self.give(&caller, &rights).await;
        Caller { rights, ..caller }
    }

    /// Gives an administrator these rights instead of those until now.
    ///
    /// # Panics
    /// When the database fails.
    #[expect(clippy::expect_used, reason = "set-up of a test")]
    pub async fn give(&self, caller: &Caller, rights: &Rights) {
        let id = caller.who.administrator_id.expect("an administrator");
        let tx = self.ctx.db.begin().await.expect("a transaction");
        give_rights(&tx, id, rights).await.expect("rights");
        tx.commit().await.expect("a commit");
        access_changed(&self.ctx, caller.who.organisation_id, id);
    }

    /// An organisation with one administrator with full access, as the caller of use cases.
    pub async fn administrator(&self, organisation: &str, email: &str) -> Caller {
        let input = AdministratorInput {
            name: "Ada".to_owned(),
            email: email.to_owned(),
            password_hash: "no sign-in in this test".to_owned(),
            language: Lang::En,
            full_access: true,
        };
        self.made(organisation, input).await
    }

    /// The same, and signing in works with that password.
    ///
    /// # Panics
    /// When the password cannot be hashed.
    #[expect(clippy::expect_used, reason = "set-up of a test")]
    pub async fn with_password(&self, organisation: &str, email: &str, password: &str) -> Caller {
        let input = AdministratorInput::new("Ada".to_owned(), email.to_owned(), password, Lang::En);
        self.made(organisation, input.await.expect("a hash")).await
    }

    #[expect(clippy::expect_used, reason = "set-up of a test")]
    async fn made(&self, organisation: &str, input: AdministratorInput) -> Caller {
        let ctx = &self.ctx;
        let tx = ctx.db.begin().await.expect("a transaction");
        let organisation = find_or_create_organisation(ctx, &tx, organisation)
            .await
            .expect("an organisation");
        let who = Who {
            organisation_id: organisation.id,
            kind: ActorKind::Administrator,
            administrator_id: None,
            address: None,
        };
        let administrator = create_administrator(ctx, &tx, &who, input)
            .await
            .expect("an administrator");
        tx.commit().await.expect("a commit");
        Caller {
            who: Who {
                administrator_id: Some(administrator.id),
                ..who
            },
            rights: Rights::full(),
            language: Lang::En,
            confirmed_at: Some(ctx.now()),
        }
    }
}

/// An identity of the caller's organisation with a plan.
///
/// # Panics
/// When it cannot be made.
#[expect(clippy::expect_used, reason = "set-up of a test")]
pub async fn identity(ctx: &Ctx, caller: &Caller, threema_id: &str, plan: &str) -> (Identity, Uid) {
    let organisation_id = caller.who.organisation_id;
    let uid = ctx.rng.uid();
    let tx = ctx.db.begin().await.expect("a transaction");
    let key = sealing_key(ctx, &tx, organisation_id).await.expect("a data key");
    let place = Place::new("identity", "gateway_secret_sealed", &uid);
    let private_key_place = Place::new("identity", "private_key_sealed", &uid);
    let row = identity_entity::ActiveModel {
        uid: Set(uid.to_string()),
        organisation_id: Set(organisation_id),
        threema_id: Set(threema_id.to_owned()),
        public_key: Set(vec![9; 32]),
        private_key_sealed: Set(key.wrap(&*ctx.rng, &private_key_place, &Key::generate(&*ctx.rng))),
        gateway_secret_sealed: Set(key.seal(&*ctx.rng, &place, b"secret")),
        nickname: Set("Test".to_owned()),
        description: Set(String::new()),
        default_language: Set("en".to_owned()),
        undo_seconds: Set(5),
        internal_only: Set(true),
        recipient_count: Set(0),
        created_at: Set(ctx.now().0),
        ..Default::default()
    };
    let made = row.insert(tx.conn()).await.expect("an identity");
    let plan = plan.parse().expect("a plan");
    start_plan(ctx, &tx, made.id, &plan, 12).await.expect("a plan");
    tx.commit().await.expect("a commit");
    (made, uid)
}

#[expect(clippy::expect_used, reason = "a test without its database has failed")]
async fn new_postgres_database() -> String {
    let base = std::env::var("FANFARE_TEST_POSTGRES_URL")
        .expect("FANFARE_TEST_POSTGRES_URL names a PostgreSQL: run make test, or scripts/postgres.sh");
    let name = format!(
        "t{}",
        hex::encode({
            let bytes: [u8; 8] = (&SystemRng as &dyn crate::kernel::server::rng::Rng).array();
            bytes
        })
    );
    let admin = sea_orm::Database::connect(&base)
        .await
        .expect("PostgreSQL answers");
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a new database");
    let (server, _) = base.rsplit_once('/').expect("a database address ends in /name");
    format!("{server}/{name}")
}
