//! From settings to a context: database, schema, master key.
use crate::config::Config;
use app::features::audit::server::chain_old_entries;
use app::kernel::{
    AppError, Lang,
    server::{
        Ctx, Db, Settings,
        clock::SystemClock,
        files::{lock_file, make_folder},
        live::LiveBus,
        master_key::{check_master_key, fitting_master},
        rng::SystemRng,
        secret::{KeyFile, KeyRing},
    },
};
use migrations::{AUDIT_CHAIN, Migrator};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::MigratorTrait;
use std::{sync::Arc, time::Duration};

/// Why the program does not start: one sentence that names the cure.
pub type Sentence = String;

/// Any number that nothing else locks: migrations of one database run one after the other.
const MIGRATION_LOCK: i64 = 0x66616e66;

/// Opens everything; the schema is up to date afterwards.
pub async fn context(config: &Config) -> Result<Ctx, Sentence> {
    let data = &config.data_dir;
    make_folder(data).map_err(|e| format!("the data folder {} cannot be made: {e}", data.display()))?;
    let file = KeyFile::new(config.master_key_file());
    let master = file.read_or_make(&SystemRng).map_err(|e| e.to_string())?;
    let db = connect(config).await?;
    let ctx = assemble(config, db, KeyRing::new(master, Some(file)))?;
    migrate(config, &ctx).await?;
    match check_master_key(&ctx).await {
        Ok(true) => {
            settle_key_file(&ctx)?;
            Ok(ctx)
        }
        Ok(false) => Err(wrong_key(config)),
        Err(_) => Err("the database does not answer: see the log above".to_owned()),
    }
}

fn wrong_key(config: &Config) -> Sentence {
    format!(
        "the master key in {} does not fit this database: put the right key file there, or name it by FANFARE_MASTER_KEY_FILE",
        config.master_key_file().display()
    )
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
        came_in: Arc::default(),
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

async fn migrate(config: &Config, ctx: &Ctx) -> Result<(), Sentence> {
    if ctx.db.is_sqlite() {
        let path = config.data_dir.join("migrate.lock");
        let file = lock_file(&path, &config.master_key_file())
            .map_err(|e| format!("{} cannot be opened: {e}", path.display()))?;
        file.lock()
            .map_err(|e| format!("{} cannot be locked: {e}", path.display()))?;
        return bring_up(config, ctx).await;
    }
    // the lock lives on one connection of its own
    let mut options = sea_orm::ConnectOptions::new(config.database_url());
    options.max_connections(1).sqlx_logging(false);
    let lock = sea_orm::Database::connect(options).await.map_err(failed)?;
    lock.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        .await
        .map_err(failed)?;
    let done = bring_up(config, ctx).await;
    // closing the connection gives the lock back
    let _ = lock.close().await;
    done
}

fn failed(error: DbErr) -> Sentence {
    format!("the schema cannot be brought up to date: {error}")
}

/// All steps that are missing, in one transaction: an audit log from before the chain never stands without its chain, so
/// one that is found without was forged.
async fn bring_up(config: &Config, ctx: &Ctx) -> Result<(), Sentence> {
    let pending = Migrator::get_pending_migrations(ctx.db.conn())
        .await
        .map_err(failed)?;
    if pending.is_empty() {
        return Ok(());
    }
    let unchained = |e: AppError| format!("the audit log cannot be brought up to date: {}", e.text(Lang::En));
    let tx = ctx.db.begin().await.map_err(unchained)?;
    Migrator::up(tx.conn(), None).await.map_err(failed)?;
    if pending.iter().any(|step| step.name() == AUDIT_CHAIN)
        && let Err(error) = chain_old_entries(ctx, &tx).await
    {
        let fitting = fitting_master(ctx, tx.conn(), "").await;
        return Err(match fitting {
            Ok(None) => wrong_key(config),
            _ => unchained(error),
        });
    }
    tx.commit().await.map_err(unchained)
}
