//! Helpers for tests: a context on a real database with a clock that can be turned.
use crate::features::audit::server::{ActorKind, Who};
use crate::features::auth::server::{
    AdministratorInput, Caller, create_administrator, find_or_create_organisation,
};
use crate::kernel::{
    Lang, Timestamp,
    server::{
        Ctx, Db, Settings,
        clock::TestClock,
        live::LiveBus,
        master_key::check_master_key,
        rng::SystemRng,
        secret::{KeyFile, KeyRing},
    },
};
use migrations::Migrator;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;
use std::sync::Arc;

/// Which database a test runs on; every database test runs on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// A file of its own in a temporary folder.
    Sqlite,
    /// A database of its own on the server at `FANFARE_TEST_POSTGRES_URL`.
    Postgres,
}

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

    /// An organisation with one administrator with full access, as the caller of use cases.
    ///
    /// # Panics
    /// When it cannot be made.
    #[expect(clippy::expect_used, reason = "set-up of a test")]
    pub async fn administrator(&self, organisation: &str, email: &str) -> Caller {
        let ctx = &self.ctx;
        let input = AdministratorInput {
            name: "Ada".to_owned(),
            email: email.to_owned(),
            password_hash: "no sign-in in this test".to_owned(),
            language: Lang::En,
        };
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
            full_access: true,
            language: Lang::En,
            confirmed_at: Some(ctx.now()),
        }
    }
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
