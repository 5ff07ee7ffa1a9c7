//! An installation in this process: an embedded gateway, an organisation, an identity, a message on its way.
use app::{
    features::{
        audit::server::Who,
        auth::server::{AdministratorInput, create_administrator, find_or_create_organisation, operator},
        identities::{model::NewIdentity, server as identities},
        lists::{model::ListInput, server as lists},
        local_gateway::server::LocalGateway,
        messages::server::{SendNow, send_now},
    },
    kernel::{
        Lang, LanguageCode, ThreemaId, Uid,
        permission::cap::SeeIdentities,
        server::{Ctx, clock::SystemClock, rng::SystemRng},
    },
};
use clap::Parser;
use sea_orm::{ConnectionTrait, Database, Statement};
use server::{
    backup::{Lock, Unlock},
    boot,
    config::Config,
};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

pub const TEXT: &str = "The bridge is closed until six.";
pub const PEOPLE: usize = 1_200;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

#[derive(Parser)]
struct Only {
    #[command(flatten)]
    config: Config,
}

/// A place for an installation: an empty data folder and an empty database.
pub struct Place {
    pub folder: TempDir,
    pub config: Config,
}

impl Place {
    pub async fn new(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").display().to_string();
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let listen = port.to_string();
        let mut arguments = vec!["test", "--data-dir", &data, "--local-gateway-listen", &listen];
        let url = match on {
            On::Sqlite => None,
            On::Postgres => Some(postgres_database().await),
        };
        if let Some(url) = &url {
            arguments.extend(["--database-url", url]);
        }
        let config = Only::parse_from(arguments).config;
        Self { folder, config }
    }

    /// What is in the data folder; none when there is no such folder.
    pub fn files(&self) -> Option<Vec<String>> {
        let all = std::fs::read_dir(&self.config.data_dir).ok()?;
        let mut names: Vec<String> = all
            .map(|f| f.unwrap().file_name().display().to_string())
            .collect();
        names.sort();
        Some(names)
    }

    /// How many tables the database has.
    pub async fn tables(&self) -> usize {
        if self.config.database_url().starts_with("sqlite") {
            return 0;
        }
        let db = Database::connect(self.config.database_url()).await.unwrap();
        let sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql));
        rows.await.unwrap().len()
    }
}

async fn postgres_database() -> String {
    let base = std::env::var("FANFARE_TEST_POSTGRES_URL")
        .expect("FANFARE_TEST_POSTGRES_URL names a PostgreSQL: run make test, or scripts/postgres.sh");
    let name = format!("b{}", (&SystemRng as &dyn app::kernel::server::rng::Rng).uid());
    let admin = Database::connect(&base).await.expect("PostgreSQL answers");
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a new database");
    let (server, _) = base.rsplit_once('/').expect("a database address ends in /name");
    format!("{server}/{name}")
}

/// A filled installation.
pub struct Installation {
    pub place: Place,
    pub ctx: Ctx,
    pub organisation_id: i64,
    pub identity: Uid,
    pub message: Uid,
}

impl Installation {
    pub async fn new(on: On) -> Self {
        let place = Place::new(on).await;
        let ctx = boot::context(&place.config).await.unwrap();
        start_gateway(&place.config).await;
        let organisation_id = organisation(&ctx).await;
        let wanted = NewIdentity {
            plan: "unlimited".into(),
            nickname: "Aarental \u{1f54a} \"quoted\" \\".into(),
            ..NewIdentity::default()
        };
        let made = identities::create(ctx.clone(), operator(organisation_id), wanted)
            .await
            .unwrap();
        let name = ListInput { name: "All".into() };
        let list = lists::create_list(ctx.clone(), operator(organisation_id), made.uid.clone(), name)
            .await
            .unwrap();
        let people = people(&ctx).await;
        lists::add_members(
            ctx.clone(),
            operator(organisation_id),
            made.uid.clone(),
            list.uid.clone(),
            people,
        )
        .await
        .unwrap();
        let identity = identities::find(&ctx, &operator::<SeeIdentities>(organisation_id), &made.uid)
            .await
            .unwrap();
        let send = SendNow {
            lists: vec![list.uid],
            texts: [(LanguageCode::EN, TEXT.to_owned())].into(),
            idempotency_key: None,
            ..Default::default()
        };
        let message = send_now(&ctx, &operator(organisation_id), &identity, send)
            .await
            .unwrap();
        Self {
            identity: made.uid,
            message,
            place,
            ctx,
            organisation_id,
        }
    }
}

async fn organisation(ctx: &Ctx) -> i64 {
    let input = AdministratorInput {
        name: "Ada".to_owned(),
        email: "ada@aarental.example".to_owned(),
        password_hash: "no sign-in in this test".to_owned(),
        language: Lang::En,
        full_access: true,
    };
    let tx = ctx.db.begin().await.unwrap();
    let organisation = find_or_create_organisation(ctx, &tx, "Aarental").await.unwrap();
    let who = Who::operator(organisation.id);
    create_administrator(ctx, &tx, &who, input).await.unwrap();
    tx.commit().await.unwrap();
    organisation.id
}

async fn start_gateway(config: &Config) {
    let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng));
    let gateway = LocalGateway::open(&config.local_gateway_file(), clock, rng, 300)
        .await
        .unwrap();
    let listener = tokio::net::TcpListener::bind(config.local_gateway_listen.0.unwrap())
        .await
        .unwrap();
    tokio::spawn(async move { axum::serve(listener, gateway.router()).await });
}

async fn people(ctx: &Ctx) -> Vec<ThreemaId> {
    let url = format!("{}/sim/recipients", ctx.settings.gateway_url);
    let wanted = serde_json::json!({ "count": PEOPLE, "seed": "people" });
    let made = ctx.http.post(&url).json(&wanted).send().await.unwrap();
    assert!(made.status().is_success());
    let ids = ctx.http.get(format!("{url}?seed=people")).send().await.unwrap();
    let ids = ids.text().await.unwrap();
    ids.lines().map(|id| id.parse().unwrap()).collect()
}

/// A fresh pair of keys to encrypt and open with.
pub fn key_pair() -> (Lock, Unlock) {
    use age::secrecy::ExposeSecret;
    let identity = age::x25519::Identity::generate();
    (
        Lock::Recipient(identity.to_public().to_string()),
        Unlock::Identities(format!("# a comment\n{}\n", identity.to_string().expose_secret())),
    )
}

/// Reads the message and the identity's key in a restored place.
pub async fn reads_everything(config: &Config, from: &Installation) -> Ctx {
    use app::features::messages::server::load_message;
    let ctx = boot::context(config).await.unwrap();
    let organisation = from.organisation_id;
    let granted = operator(organisation);
    let message = load_message(ctx.clone(), granted, from.identity.clone(), from.message.clone())
        .await
        .unwrap();
    assert!(message.texts.values().any(|text| text == TEXT), "{message:?}");
    let key = |ctx: Ctx| async move {
        let identity = identities::find(&ctx, &operator::<SeeIdentities>(organisation), &from.identity)
            .await
            .unwrap();
        *identities::open_private_key(&ctx, &identity)
            .await
            .unwrap()
            .expose()
    };
    assert_eq!(key(ctx.clone()).await, key(from.ctx.clone()).await);
    ctx
}

/// A number that a statement finds.
pub async fn number(ctx: &Ctx, sql: &str) -> i64 {
    let row = ctx.db.conn().query_one_raw(ctx.db.stmt(sql, [])).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// A copy of a file with one byte changed.
pub fn with_byte_changed(file: &Path, at: usize) -> Vec<u8> {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 1;
    bytes
}
