//! What a start does with what it finds, and what it leaves alone.
use super::installation::{Installation, On, Place, number};
use app::{
    features::{
        audit::{
            model::Broken,
            server::{Who, record, verify},
        },
        auth::server::find_or_create_organisation,
    },
    kernel::server::{
        Ctx, Db,
        master_key::check_master_key,
        rng::SystemRng,
        secret::{Key, KeyFile, KeyRing},
    },
};
use migrations::Migrator;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;
use server::{boot, config::Config, serve};
use std::{os::unix::fs::PermissionsExt, process::Command};

async fn entries(ctx: &Ctx, organisation_id: i64, count: usize) {
    for n in 0..count {
        let tx = ctx.db.begin().await.unwrap();
        let (who, subject) = (Who::job(organisation_id), format!("list{n}"));
        let detail = serde_json::json!({ "name": "Presse" });
        record(ctx, &tx, &who, "list.create", &subject, detail)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

async fn organisation(ctx: &Ctx) -> i64 {
    let tx = ctx.db.begin().await.unwrap();
    let made = find_or_create_organisation(ctx, &tx, "Aarental").await.unwrap();
    tx.commit().await.unwrap();
    made.id
}

async fn sql(ctx: &Ctx, statement: &str) {
    for part in statement.split(';') {
        ctx.db.conn().execute_unprepared(part).await.unwrap();
    }
}

async fn broken(ctx: &Ctx, organisation_id: i64) -> Option<Broken> {
    verify(ctx, organisation_id).await.unwrap().broken
}

async fn a_start_seals_nothing_that_was_forged(on: On) {
    let place = Place::new(on).await;
    let ctx = boot::context(&place.config).await.unwrap();
    let id = organisation(&ctx).await;
    entries(&ctx, id, 3).await;
    assert_eq!(broken(&ctx, id).await, None);
    sql(&ctx, "CREATE TABLE kept AS SELECT * FROM audit_entry").await;
    let forged = "UPDATE audit_entry SET subject = 'forged' WHERE seq = 2; DELETE FROM audit_head; \
         UPDATE audit_entry SET seq = NULL, hash = NULL, address_salt = NULL, address_hash = NULL";
    for tampering in ["DELETE FROM audit_head", forged] {
        sql(
            &ctx,
            "DELETE FROM audit_entry; INSERT INTO audit_entry SELECT * FROM kept",
        )
        .await;
        sql(&ctx, tampering).await;
        // as a server starts, and every call of the command line
        let ctx = boot::context(&place.config).await.unwrap();
        assert_eq!(broken(&ctx, id).await, Some(Broken::NoEnd), "{tampering}");
        // work goes on, and nothing covers it up
        entries(&ctx, id, 2).await;
        let ctx = boot::context(&place.config).await.unwrap();
        let found = broken(&ctx, id).await;
        assert!(
            matches!(found, Some(Broken::Seal { .. })),
            "{tampering}: {found:?}"
        );
        sql(&ctx, "DELETE FROM audit_head").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_seals_nothing_that_was_forged_on_sqlite() {
    a_start_seals_nothing_that_was_forged(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_seals_nothing_that_was_forged_on_postgres() {
    a_start_seals_nothing_that_was_forged(On::Postgres).await;
}

/// A database with the first three steps of the schema, an organisation and entries.
async fn old_installation(config: &Config) -> i64 {
    std::fs::create_dir_all(&config.data_dir).unwrap();
    let master = KeyFile::new(config.master_key_file())
        .read_or_make(&SystemRng)
        .unwrap();
    let db = Db::connect(&config.database_url()).await.unwrap();
    Migrator::up(db.conn(), Some(3)).await.unwrap();
    let ctx = boot::assemble(config, db, KeyRing::new(master.clone(), None)).unwrap();
    assert!(check_master_key(&ctx).await.unwrap());
    let key = master.wrap(
        &SystemRng,
        &KeyRing::data_key_place("abcdefghij"),
        &Key::generate(&SystemRng),
    );
    let tx = ctx.db.begin().await.unwrap();
    let made = "INSERT INTO organisation (uid, name, data_key_sealed, created_at) VALUES ('abcdefghij', 'Old', $1, 1)";
    tx.exec(made, [key.into()]).await.unwrap();
    tx.commit().await.unwrap();
    let id = number(&ctx, "SELECT id FROM organisation").await;
    for n in 0..3 {
        let entry = format!(
            "INSERT INTO audit_entry (organisation_id, at, actor_kind, address, action, subject, detail) \
             VALUES ({id}, {n}, 'operator', '192.0.2.7', 'list.create', 's{n}', '{{}}')"
        );
        sql(&ctx, &entry).await;
    }
    id
}

async fn an_old_log_gets_its_chain(on: On) {
    let place = Place::new(on).await;
    let id = old_installation(&place.config).await;
    // a wrong key changes nothing
    let file = place.config.master_key_file();
    let right = std::fs::read(&file).unwrap();
    std::fs::write(&file, [7; 32]).unwrap();
    let sentence = boot::context(&place.config).await.unwrap_err();
    assert!(sentence.contains("does not fit this database"), "{sentence}");
    std::fs::write(&file, right).unwrap();
    let ctx = boot::context(&place.config).await.unwrap();
    let chain = verify(&ctx, id).await.unwrap();
    assert_eq!((chain.entries, chain.broken), (3, None));
    entries(&ctx, id, 1).await;
    let ctx = boot::context(&place.config).await.unwrap();
    let chain = verify(&ctx, id).await.unwrap();
    assert_eq!((chain.entries, chain.broken), (4, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_log_gets_its_chain_on_sqlite() {
    an_old_log_gets_its_chain(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_log_gets_its_chain_on_postgres() {
    an_old_log_gets_its_chain(On::Postgres).await;
}

async fn a_restored_place_is_not_shown_before_retention(on: On) {
    let place = Place::new(on).await;
    let ctx = boot::context(&place.config).await.unwrap();
    organisation(&ctx).await;
    sql(&ctx, "ALTER TABLE session RENAME TO session_away").await;
    assert!(
        serve::ready(&place.config).await.is_ok(),
        "it is tried again while it runs"
    );
    sql(&ctx, "UPDATE organisation SET restored_from = 1").await;
    let sentence = serve::ready(&place.config).await.unwrap_err();
    assert!(sentence.contains("cannot be erased"), "{sentence}");
    sql(&ctx, "ALTER TABLE session_away RENAME TO session").await;
    assert!(serve::ready(&place.config).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_place_is_not_shown_before_retention_on_sqlite() {
    a_restored_place_is_not_shown_before_retention(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_place_is_not_shown_before_retention_on_postgres() {
    a_restored_place_is_not_shown_before_retention(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_for_their_owner_whatever_the_umask() {
    let place = Place::new(On::Sqlite).await;
    let data = place.config.data_dir.display();
    let script = format!(
        "umask 022; '{program}' migrate --data-dir '{data}'; exec '{program}' admin create --organisation Town \
         --email ada@example.org --name Ada --data-dir '{data}'",
        program = env!("CARGO_BIN_EXE_fanfare")
    );
    let mut call = Command::new("sh");
    let words = place.folder.path().join("words");
    std::fs::write(&words, "a rather long password\n").unwrap();
    call.args(["-c", &script])
        .stdin(std::fs::File::open(&words).unwrap());
    let done = call.output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let old = Installation::new(On::Sqlite).await;
    for place in [&place, &old.place] {
        let folder = &place.config.data_dir;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder), 0o700);
        let files = place.files().unwrap();
        assert!(files.iter().any(|f| f == "fanfare.db"), "{files:?}");
        for file in files {
            assert_eq!(mode(&folder.join(&file)) & 0o077, 0, "{file}");
        }
    }
}
