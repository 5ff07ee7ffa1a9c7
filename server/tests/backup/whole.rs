//! What comes back.
use super::installation::{Installation, On, PEOPLE, Place, key_pair, number, reads_everything};
use app::{
    features::{
        auth::server::{after_restore, operator},
        identities::server as identities,
        lists::{model::ListInput, server as lists},
        local_gateway::server::LocalGateway,
    },
    kernel::{
        Timestamp,
        server::{Ctx, clock::SystemClock, rng::SystemRng},
    },
};
use sea_orm::{ConnectionTrait, Database, Statement};
use server::backup::{Lock, Unlock, backup, restore};
use std::{collections::BTreeMap, os::unix::fs::PermissionsExt, sync::Arc};

/// Tables and how many rows they have.
async fn counts(url: &str) -> BTreeMap<String, i64> {
    let db = Database::connect(url).await.unwrap();
    let backend = db.get_database_backend();
    let sql = match url.starts_with("sqlite") {
        true => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        false => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    };
    let tables = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    let mut all = BTreeMap::new();
    for table in tables {
        let name: String = table.try_get_by_index(0).unwrap();
        let count = Statement::from_string(backend, format!("SELECT count(*) FROM {name}"));
        let row = db.query_one_raw(count).await.unwrap().unwrap();
        all.insert(name, row.try_get_by_index(0).unwrap());
    }
    all
}

async fn one_more_entry(ctx: &Ctx, organisation_id: i64) {
    let name = ListInput { name: "New".into() };
    let identities = identities::list(ctx.clone(), operator(organisation_id))
        .await
        .unwrap();
    lists::create_list(
        ctx.clone(),
        operator(organisation_id),
        identities[0].uid.clone(),
        name,
    )
    .await
    .unwrap();
}

async fn comes_back(from: On, to: On) {
    let old = Installation::new(from).await;
    let before = counts(&old.place.config.database_url()).await;
    assert_eq!(before["delivery"], PEOPLE as i64);
    let file = old.place.folder.path().join("fanfare.backup");
    let (lock, unlock) = key_pair();
    let rows = backup(&old.place.config, &file, lock).await.unwrap();
    assert!(rows > 2 * PEOPLE as u64, "{rows}");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);

    let new = Place::new(to).await;
    let restored = restore(&new.config, &file, unlock).await.unwrap();
    assert_eq!(restored.rows, rows);
    let files = new.files().unwrap();
    assert!(files.iter().all(|f| !f.contains("restor")), "{files:?}");
    let key = |p: &Place| std::fs::read(p.config.master_key_file()).unwrap();
    assert_eq!(key(&new), key(&old.place));
    let mut after = counts(&new.config.database_url()).await;
    // the restore itself is in the audit log
    *after.get_mut("audit_entry").unwrap() -= 1;
    assert_eq!(before, after);
    let ctx = reads_everything(&new.config, &old).await;

    assert_eq!(
        number(
            &ctx,
            "SELECT count(*) FROM organisation WHERE restored_from IS NULL"
        )
        .await,
        0
    );
    let undone = "SELECT count(*) FROM fanout_batch WHERE NOT done AND open_attempts < 1";
    assert_eq!(number(&ctx, undone).await, 0, "every batch is in doubt");
    // numbers go on where they stood
    let last = "SELECT max(id) FROM audit_entry";
    let highest = number(&ctx, last).await;
    one_more_entry(&ctx, old.organisation_id).await;
    assert!(number(&ctx, last).await > highest);

    // the embedded gateway knows its recipients again
    let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng));
    let gateway = LocalGateway::open(&new.config.local_gateway_file(), clock, rng, 300).await;
    gateway.unwrap();
    let gateway = format!("sqlite://{}", new.config.local_gateway_file().display());
    let theirs = format!("sqlite://{}", old.place.config.local_gateway_file().display());
    assert_eq!(counts(&gateway).await, counts(&theirs).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sqlite_to_sqlite() {
    comes_back(On::Sqlite, On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_postgres_to_postgres() {
    comes_back(On::Postgres, On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sqlite_to_postgres() {
    comes_back(On::Sqlite, On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_postgres_to_sqlite() {
    comes_back(On::Postgres, On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_opens_and_what_is_due_is_gone_before_anything_is_shown() {
    let old = Installation::new(On::Sqlite).await;
    let past = "UPDATE message SET erase_at = 1";
    let tx = old.ctx.db.begin().await.unwrap();
    tx.exec(past, []).await.unwrap();
    tx.commit().await.unwrap();
    let file = old.place.folder.path().join("fanfare.backup");
    let words = || "correct horse battery staple".to_owned();
    backup(&old.place.config, &file, Lock::Passphrase(words()))
        .await
        .unwrap();
    let new = Place::new(On::Sqlite).await;
    restore(&new.config, &file, Unlock::Passphrase(words()))
        .await
        .unwrap();
    // looked at in the file itself: no process of the new place has run yet
    let db = Database::connect(new.config.database_url()).await.unwrap();
    let sql = "SELECT count(*) FROM message WHERE body_sealed IS NULL AND key_sealed IS NULL AND state = 'cancelled'";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql));
    let erased: i64 = row.await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(erased, 1);
}

/// Rows that must not come back, and a job that must.
const ONCE: &str = "INSERT INTO reset_link (token_hash, administrator_id, created_at, expires_at, made_by) VALUES ('t', (SELECT max(id) FROM administrator), 1, 9000000000000, 'mail');
    INSERT INTO known_device (token_hash, administrator_id, last_used_at) VALUES ('t', (SELECT max(id) FROM administrator), 9000000000000);
    INSERT INTO passkey_ceremony (id, purpose, administrator_id, state, expires_at) VALUES ('c', 'sign-in', NULL, '{}', 9000000000000);
    INSERT INTO sign_in_throttle (subject, failures, last_failure_at) VALUES ('s', 3, 9000000000000);
    INSERT INTO job (kind, payload, run_at, attempts) VALUES ('reset-mail', '', 1, 0), ('sign-in-code', '', 1, 0), ('inbound', '', 1, 0)";

async fn what_works_once(ctx: &Ctx) -> i64 {
    number(
        ctx,
        "SELECT (SELECT count(*) FROM reset_link) + (SELECT count(*) FROM known_device) \
         + (SELECT count(*) FROM passkey_ceremony) + (SELECT count(*) FROM sign_in_throttle) \
         + (SELECT count(*) FROM job WHERE kind IN ('reset-mail', 'sign-in-code'))",
    )
    .await
}

async fn what_works_once_stays_away(from: On, to: On) {
    let old = Installation::new(from).await;
    for part in ONCE.split(';') {
        old.ctx.db.conn().execute_unprepared(part).await.unwrap();
    }
    assert_eq!(what_works_once(&old.ctx).await, 6);
    let file = old.place.folder.path().join("fanfare.backup");
    let (lock, unlock) = key_pair();
    backup(&old.place.config, &file, lock).await.unwrap();
    let new = Place::new(to).await;
    restore(&new.config, &file, unlock).await.unwrap();
    let ctx = server::boot::context(&new.config).await.unwrap();
    assert_eq!(what_works_once(&ctx).await, 0);
    let kept = "SELECT count(*) FROM job WHERE kind = 'inbound'";
    assert!(number(&ctx, kept).await > 0);
    // a backup of before had all of it
    let tx = old.ctx.db.begin().await.unwrap();
    after_restore(&old.ctx, &tx, Timestamp(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(what_works_once(&old.ctx).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_once_stays_away_from_sqlite_to_postgres() {
    what_works_once_stays_away(On::Sqlite, On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_works_once_stays_away_from_postgres_to_sqlite() {
    what_works_once_stays_away(On::Postgres, On::Sqlite).await;
}
