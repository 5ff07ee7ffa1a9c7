//! From settings to a context: database, schema, master key.
use crate::config::Config;
use app::features::audit::server::chain_old_entries;
use app::kernel::{
    Lang,
    server::{
        Ctx, Db, Settings,
        clock::SystemClock,
        live::LiveBus,
        master_key::check_master_key,
        rng::SystemRng,
        secret::{KeyFile, KeyRing},
    },
};
use migrations::Migrator;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;
use std::{path::Path, sync::Arc, time::Duration};

/// Why the program does not start: one sentence that names the cure.
pub type Sentence = String;

/// Any number that nothing else locks: migrations of one database run one after the other.
const MIGRATION_LOCK: i64 = 0x66616e66;

/// Opens everything; the schema is up to date afterwards.
pub async fn context(config: &Config) -> Result<Ctx, Sentence> {
    let data = &config.data_dir;
    std::fs::create_dir_all(data)
        .map_err(|e| format!("the data folder {} cannot be made: {e}", data.display()))?;
    let file = KeyFile::new(config.master_key_file());
    let master = file.read_or_make(&SystemRng).map_err(|e| e.to_string())?;
    let db = connect(config).await?;
    migrate(config, &db).await?;
    let ctx = assemble(config, db, KeyRing::new(master, Some(file)))?;
    match check_master_key(&ctx).await {
        Ok(true) => {
            settle_key_file(&ctx)?;
            let chained = chain_old_entries(&ctx).await;
            chained
                .map_err(|e| format!("the audit log cannot be brought up to date: {}", e.text(Lang::En)))?;
            Ok(ctx)
        }
        Ok(false) => Err(format!(
            "the master key in {} does not fit this database: put the right key file there, or name it by FANFARE_MASTER_KEY_FILE",
            config.master_key_file().display()
        )),
        Err(_) => Err("the database does not answer: see the log above".to_owned()),
    }
}

/// Puts a context together.
pub fn assemble(config: &Config, db: Db, keys: KeyRing) -> Result<Ctx, Sentence> {
    let settings = Settings {
        gateway_url: config.gateway_url(),
        local_gateway: config.gateway_is_local(),
        public_url: config.origin(),
        https: config.https(),
        mail: config.mail()?,
        support_url: config.support_url.clone(),
        terms_url: config.terms_url.clone(),
        privacy_url: config.privacy_url.clone(),
    };
    Ok(Ctx {
        db,
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        keys,
        live: LiveBus::default(),
        http: http_client()?,
        work: Arc::default(),
        settings: Arc::new(settings),
    })
}

/// Ends a change of the master key that was broken off after the database had the new one.
fn settle_key_file(ctx: &Ctx) -> Result<(), Sentence> {
    let Some(file) = ctx.keys.file() else {
        return Ok(());
    };
    // whoever holds the lock is changing the key now, and ends it
    let Ok(_lock) = file.lock() else { return Ok(()) };
    file.settle(&ctx.keys.master()).map_err(|e| e.to_string())
}

/// Connections to the gateway: kept open, never redirected, through no proxy but an operator's own.
pub fn http_client() -> Result<reqwest::Client, Sentence> {
    // another part of the process may have chosen it already
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(32)
        .build()
        .map_err(|e| format!("no HTTP client: {e}"))
}

async fn connect(config: &Config) -> Result<Db, Sentence> {
    Db::connect(&config.database_url())
        .await
        .map_err(|e| format!("the database of FANFARE_DATABASE_URL cannot be opened: {e}"))
}

async fn migrate(config: &Config, db: &Db) -> Result<(), Sentence> {
    let failed = |e: sea_orm::DbErr| format!("the schema cannot be brought up to date: {e}");
    if db.is_sqlite() {
        let path = config.data_dir.join("migrate.lock");
        let file = lock_file(&path)?;
        file.lock()
            .map_err(|e| format!("{} cannot be locked: {e}", path.display()))?;
        return Migrator::up(db.conn(), None).await.map_err(failed);
    }
    // the lock lives on one connection of its own
    let mut options = sea_orm::ConnectOptions::new(config.database_url());
    options.max_connections(1).sqlx_logging(false);
    let lock = sea_orm::Database::connect(options).await.map_err(failed)?;
    lock.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        .await
        .map_err(failed)?;
    let done = Migrator::up(db.conn(), None).await.map_err(failed);
    // closing the connection gives the lock back
    let _ = lock.close().await;
    done
}

/// Opens a file to lock; its content does not matter.
pub fn lock_file(path: &Path) -> Result<std::fs::File, Sentence> {
    std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|e| format!("{} cannot be opened: {e}", path.display()))
}
