//! Keys at rest are changed while a process that knows the old ones goes on.
use super::world::World;
use crate::features::{
    audit::server::ActorKind,
    auth::server::{
        Caller, Granted, RotateError, find_or_create_organisation, rotate_data_key, rotate_master_key,
    },
    identities::server as identities,
    messages::server as messages,
};
use crate::kernel::server::{
    Ctx,
    data_key::{open_key, sealing_key},
    master_key::check_master_key,
    rng::SystemRng,
    sealed::{By, SEALED_COLUMNS},
    secret::{Key, KeyFile, KeyRing, Place},
};
use crate::kernel::{ErrorCode, Timestamp, permission::cap};
use crate::testing::On;
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::path::PathBuf;

const TEXT: &str = "The bridge is closed until six.";
const NAME: &str = "Aarental";

/// What `fanfare keys rotate` is beside a running server: the same database and file, a memory of its own.
fn another_process(world: &World) -> Ctx {
    let file = KeyFile::new(key_path(world));
    let master = file.read_or_make(&SystemRng).unwrap();
    Ctx {
        keys: KeyRing::new(master, Some(file)),
        ..world.ctx().clone()
    }
}

fn seeing(world: &World) -> Granted<cap::SeeIdentities> {
    world.caller.granted().unwrap()
}

fn key_path(world: &World) -> PathBuf {
    world.test.folder().join("master.key")
}

async fn reads_everything(world: &World, ctx: &Ctx, draft: &crate::kernel::Uid) {
    let granted = world.caller.granted().unwrap();
    let read = messages::load_draft(ctx.clone(), granted, world.uid.clone(), draft.clone()).await;
    assert!(read.unwrap().texts.values().any(|t| t == TEXT));
    let identity = identities::find(ctx, &seeing(world), &world.uid).await.unwrap();
    identities::open_private_key(ctx, &identity).await.unwrap();
    identities::open_gateway_secret(ctx, &identity).await.unwrap();
}

async fn blob(ctx: &Ctx, sql: &str) -> Option<Vec<u8>> {
    let row = ctx.db.conn().query_one_raw(ctx.db.stmt(sql, [])).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

async fn execute(ctx: &Ctx, sql: &str, value: Vec<u8>) {
    let tx = ctx.db.begin().await.unwrap();
    assert_eq!(tx.exec(sql, [value.into()]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn master_key_is_changed(on: On) {
    let world = World::new(on, 1).await;
    let draft = world.draft(TEXT).await;
    let old = world.ctx().keys.master();
    let operator = another_process(&world);
    assert_eq!(rotate_master_key(&operator).await.unwrap(), 1);

    let file = std::fs::read(key_path(&world)).unwrap();
    assert_ne!(file.as_slice(), old.expose());
    // the running process knows only the old one, and takes the new one over when it wraps
    assert_eq!(world.ctx().keys.master().expose(), old.expose());
    let tx = world.ctx().db.begin().await.unwrap();
    let made = find_or_create_organisation(world.ctx(), &tx, "Bergdorf")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.ctx().keys.master().expose().as_slice(), file);
    let tx = world.ctx().db.begin().await.unwrap();
    sealing_key(world.ctx(), &tx, made.id).await.unwrap();
    drop(tx);

    let fresh = another_process(&world);
    assert!(check_master_key(&fresh).await.unwrap());
    reads_everything(&world, &fresh, &draft).await;
    reads_everything(&world, world.ctx(), &draft).await;
    let tx = fresh.db.begin().await.unwrap();
    sealing_key(&fresh, &tx, made.id).await.unwrap();
    drop(tx);
    let before = Ctx {
        keys: KeyRing::new(old, None),
        ..world.ctx().clone()
    };
    assert!(
        !check_master_key(&before).await.unwrap(),
        "the old key fits no more"
    );
    assert_eq!(rotate_master_key(&fresh).await.unwrap(), 2, "again");
    reads_everything(&world, world.ctx(), &draft).await;
}

async fn a_change_that_was_broken_off_is_ended(on: On) {
    let world = World::new(on, 1).await;
    let draft = world.draft(TEXT).await;
    let path = key_path(&world);
    let next = world.test.folder().join("master.key.next");
    let old = std::fs::read(&path).unwrap();
    // broken off before the database: the next key fits nothing, and is replaced
    KeyFile::new(next.clone())
        .make(&Key::generate(&SystemRng))
        .unwrap();
    assert!(check_master_key(&another_process(&world)).await.unwrap());
    rotate_master_key(&another_process(&world)).await.unwrap();
    assert!(!next.exists());
    // broken off while the next key was written
    std::fs::write(&next, b"half").unwrap();
    rotate_master_key(&another_process(&world)).await.unwrap();
    // broken off after the database: the old file is still there, the new key beside it
    let new = std::fs::read(&path).unwrap();
    std::fs::rename(&path, &next).unwrap();
    KeyFile::new(path.clone())
        .make(&Key::from_bytes(&old).unwrap())
        .unwrap();
    let between = another_process(&world);
    assert!(
        check_master_key(&between).await.unwrap(),
        "a start finds the fitting key"
    );
    reads_everything(&world, &between, &draft).await;
    reads_everything(&world, world.ctx(), &draft).await;
    rotate_master_key(&another_process(&world)).await.unwrap();
    assert!(!next.exists());
    assert_ne!(std::fs::read(&path).unwrap(), new);
    reads_everything(&world, &another_process(&world), &draft).await;
    reads_everything(&world, world.ctx(), &draft).await;
}

#[derive(FromQueryResult)]
struct Sealed {
    name: String,
    value: Vec<u8>,
}

/// Everything that a data key seals opens by the present one alone.
async fn only_the_present_key_is_used(world: &World) {
    let ctx = another_process(world);
    let organisation = world.caller.who.organisation_id;
    let tx = ctx.db.begin().await.unwrap();
    let key = sealing_key(&ctx, &tx, organisation).await.unwrap();
    drop(tx);
    let previous = blob(&ctx, "SELECT previous_key_sealed FROM organisation ORDER BY id").await;
    assert_eq!(previous, None);
    let mut values = 0;
    for c in SEALED_COLUMNS {
        let By::DataKey { whose } = c.by else { continue };
        let sql = format!(
            "SELECT CAST({} AS TEXT) AS name, {} AS value FROM {} WHERE {whose} AND {} IS NOT NULL",
            c.row, c.column, c.table, c.column
        );
        let rows = Sealed::find_by_statement(ctx.db.stmt(&sql, [organisation.into()]));
        for row in rows.all(ctx.db.conn()).await.unwrap() {
            key.open(&Place::new(c.table, c.column, &row.name), &row.value)
                .unwrap();
            values += 1;
        }
    }
    assert!(values > 10, "values are looked at");
}

async fn data_key_is_changed(on: On) {
    let world = World::new(on, 1).await;
    let organisation = world.caller.who.organisation_id;
    let mut drafts = Vec::new();
    for _ in 0..10 {
        drafts.push(world.draft(TEXT).await);
    }
    let read = "SELECT key_sealed FROM message ORDER BY id";
    let stale = blob(world.ctx(), read).await.unwrap();
    let sealed = rotate_data_key(&another_process(&world), NAME).await.unwrap();
    assert!(
        sealed >= 12,
        "ten drafts, private key and gateway secret: {sealed}"
    );
    reads_everything(&world, world.ctx(), &drafts[0]).await;
    // somebody still holds a row from before
    let place = Place::new("message", "key_sealed", &drafts[0]);
    open_key(world.ctx(), world.ctx().db.conn(), organisation, &place, &stale)
        .await
        .unwrap();
    // and what the running process seals from now on is sealed by the new key
    drafts.push(world.draft(TEXT).await);
    only_the_present_key_is_used(&world).await;
    for draft in &drafts {
        reads_everything(&world, &another_process(&world), draft).await;
    }
    let other = rotate_data_key(&another_process(&world), "Nowhere").await;
    assert!(matches!(other, Err(RotateError::NoOrganisation(_))));
}

async fn a_value_that_does_not_open_stops_the_change_and_nothing_is_lost(on: On) {
    let world = World::new(on, 1).await;
    let first = world.draft(TEXT).await;
    let second = world.draft(TEXT).await;
    let third = world.draft(TEXT).await;
    let read = format!("SELECT key_sealed FROM message WHERE uid = '{second}'");
    let write = format!("UPDATE message SET key_sealed = $1 WHERE uid = '{second}'");
    let good = blob(world.ctx(), &read).await.unwrap();
    let mut bad = good.clone();
    bad[30] ^= 1;
    execute(world.ctx(), &write, bad).await;
    let stopped = rotate_data_key(&another_process(&world), NAME).await;
    assert!(
        matches!(&stopped, Err(RotateError::DoesNotOpen { row, .. }) if *row == second.to_string()),
        "{stopped:?}"
    );
    reads_everything(&world, &another_process(&world), &first).await;
    reads_everything(&world, &another_process(&world), &third).await;
    // the master key may be changed in between
    rotate_master_key(&another_process(&world)).await.unwrap();
    reads_everything(&world, &another_process(&world), &third).await;
    // sealed by the replaced key as it was: the change goes on
    execute(world.ctx(), &write, good).await;
    for _ in 0..8 {
        world.draft(TEXT).await;
    }
    rotate_data_key(&another_process(&world), NAME).await.unwrap();
    only_the_present_key_is_used(&world).await;
    reads_everything(&world, world.ctx(), &second).await;
}

/// The private key leaves only after a fresh sign-in in the cockpit, and never without an entry in the audit log.
async fn a_private_key_is_handed_out(on: On) {
    let world = World::new(on, 1).await;
    let export = |caller: Caller| {
        identities::export_private_key(world.ctx().clone(), caller.granted().unwrap(), world.uid.clone())
    };
    let mut stale = world.caller.clone();
    stale.confirmed_at = Some(world.ctx().now().plus(-11 * Timestamp::MINUTE));
    let refused = export(stale).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ConfirmSignIn);
    let mut by_key = world.caller.clone();
    by_key.who.kind = ActorKind::ApiKey(1);
    assert_eq!(export(by_key).await.unwrap_err().code, ErrorCode::Forbidden);
    let entries = "SELECT count(*) FROM audit_entry WHERE action = 'identity.export-key'";
    assert_eq!(number(world.ctx(), entries).await, 0);

    let file = export(world.caller.clone()).await.unwrap();
    let identity = identities::find(world.ctx(), &seeing(&world), &world.uid)
        .await
        .unwrap();
    let key = identities::open_private_key(world.ctx(), &identity)
        .await
        .unwrap();
    let line = format!("private:{}\n", hex::encode(key.expose()));
    assert!(file.text.ends_with(&line));
    assert!(!format!("{file:?}").contains(&hex::encode(key.expose())));
    assert_eq!(number(world.ctx(), entries).await, 1);
    let other = world.test.administrator("Bergdorf", "bob@bergdorf.example").await;
    assert_eq!(export(other).await.unwrap_err().code, ErrorCode::NotFound);
}

async fn number(ctx: &Ctx, sql: &str) -> i64 {
    let row = ctx.db.conn().query_one_raw(ctx.db.stmt(sql, [])).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

macro_rules! on_both {
    ($($name:ident => $sqlite:ident, $postgres:ident;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $sqlite() { $name(On::Sqlite).await }
        #[tokio::test(flavor = "multi_thread")]
        async fn $postgres() { $name(On::Postgres).await }
    )+};
}

on_both! {
    a_private_key_is_handed_out => key_export_on_sqlite, key_export_on_postgres;
    master_key_is_changed => master_key_on_sqlite, master_key_on_postgres;
    a_change_that_was_broken_off_is_ended => broken_off_on_sqlite, broken_off_on_postgres;
    data_key_is_changed => data_key_on_sqlite, data_key_on_postgres;
    a_value_that_does_not_open_stops_the_change_and_nothing_is_lost => does_not_open_on_sqlite, does_not_open_on_postgres;
}
