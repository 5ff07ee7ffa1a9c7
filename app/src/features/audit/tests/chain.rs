use crate::features::{
    audit::{
        model::Broken,
        server::{
            ADDRESS_DAYS, ActorKind, Who, chain_old_entries, erase_addresses, record, verify, verify_all,
        },
    },
    auth::server::find_or_create_organisation,
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{
        Ctx,
        rng::SystemRng,
        secret::{Key, KeyRing},
    },
};
use crate::testing::{On, TestCtx};
use sea_orm::ConnectionTrait;
use serde_json::json;

const NOWHERE: &str = "http://127.0.0.1:1";

/// One entry in a transaction of its own.
async fn try_to_write(ctx: &Ctx, who: &Who, subject: &str) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let detail = json!({ "before": { "name": "Presse" }, "after": { "name": "Medien" } });
    record(ctx, &tx, who, "list.rename", subject, detail).await?;
    tx.commit().await
}

async fn write(ctx: &Ctx, who: &Who, subject: &str) {
    try_to_write(ctx, who, subject).await.unwrap();
}

/// An organisation whose log has `entries` entries: the one of its administrator, and renamed lists after it.
async fn log(on: On, entries: usize) -> (TestCtx, Who) {
    let test = TestCtx::new(on, NOWHERE).await;
    let who = test.administrator("Town", "ada@example.org").await.who;
    test.administrator("Press", "eve@example.org").await;
    let who = Who {
        address: Some("192.0.2.7".to_owned()),
        ..who
    };
    for n in 1..entries {
        write(&test.ctx, &who, &format!("list{n}")).await;
        test.clock.turn(Timestamp::SECOND);
    }
    (test, who)
}

async fn sql(ctx: &Ctx, statement: &str) {
    ctx.db.conn().execute_unprepared(statement).await.unwrap();
}

async fn broken(ctx: &Ctx, who: &Who) -> Option<Broken> {
    verify(ctx, who.organisation_id).await.unwrap().broken
}

/// What somebody with the database does, and what the check says to it.
fn tamperings() -> Vec<(&'static str, Broken)> {
    let changed = |entry| Broken::Changed { entry };
    let of = "WHERE seq = 3";
    vec![
        ("UPDATE audit_entry SET at = at + 1 {of}", changed(3)),
        ("UPDATE audit_entry SET actor_kind = 'operator' {of}", changed(3)),
        ("UPDATE audit_entry SET administrator_id = 999 {of}", changed(3)),
        ("UPDATE audit_entry SET administrator_id = NULL {of}", changed(3)),
        ("UPDATE audit_entry SET actor_uid = 'zzzzzzzzzz' {of}", changed(3)),
        ("UPDATE audit_entry SET actor_name = 'Eve' {of}", changed(3)),
        (
            "UPDATE audit_entry SET api_key = 'Website (fk_abcde…)' {of}",
            changed(3),
        ),
        ("UPDATE audit_entry SET action = 'list.delete' {of}", changed(3)),
        ("UPDATE audit_entry SET subject = 'other' {of}", changed(3)),
        ("UPDATE audit_entry SET detail = '{}' {of}", changed(3)),
        ("UPDATE audit_entry SET hash = 'abc' {of}", changed(3)),
        ("UPDATE audit_entry SET hash = NULL {of}", changed(3)),
        ("UPDATE audit_entry SET address_hash = NULL {of}", changed(3)),
        ("UPDATE audit_entry SET address_hash = address {of}", changed(3)),
        (
            "UPDATE audit_entry SET address = '192.0.2.8' {of}",
            Broken::Address { entry: 3 },
        ),
        (
            "UPDATE audit_entry SET address = NULL {of}",
            Broken::Address { entry: 3 },
        ),
        (
            "UPDATE audit_entry SET address_salt = 'abc' {of}",
            Broken::Address { entry: 3 },
        ),
        // moved to another organisation; there it is one too many
        (
            "UPDATE audit_entry SET organisation_id = organisation_id + 1 {of}",
            Broken::Missing { entry: 3 },
        ),
        (
            "UPDATE audit_entry SET seq = NULL {of}",
            Broken::Missing { entry: 3 },
        ),
        (
            "UPDATE audit_entry SET seq = 99 {of}",
            Broken::Missing { entry: 3 },
        ),
        ("DELETE FROM audit_entry {of}", Broken::Missing { entry: 3 }),
        // the order of two
        (
            "UPDATE audit_entry SET seq = 99 {of}; UPDATE audit_entry SET seq = 3 WHERE seq = 4; \
             UPDATE audit_entry SET seq = 4 WHERE seq = 99",
            changed(3),
        ),
        // the last ones
        (
            "DELETE FROM audit_entry WHERE seq > 3",
            Broken::Missing { entry: 4 },
        ),
        ("DELETE FROM audit_entry", Broken::Missing { entry: 1 }),
        // … and the end moved with them
        (
            "DELETE FROM audit_entry WHERE seq > 3; UPDATE audit_head SET seq = 3, \
             hash = (SELECT hash FROM audit_entry WHERE seq = 3)",
            Broken::Seal { entry: 3 },
        ),
        ("UPDATE audit_head SET seq = 3", Broken::End { entry: 3 }),
        ("UPDATE audit_head SET hash = 'abc'", Broken::End { entry: 5 }),
        ("UPDATE audit_head SET mac = '00'", Broken::Seal { entry: 5 }),
        ("UPDATE audit_head SET mac = 'x'", Broken::Seal { entry: 5 }),
        ("DELETE FROM audit_head", Broken::NoEnd),
        // one more, without and with a number
        (
            "INSERT INTO audit_entry (organisation_id, at, actor_kind, action, subject, detail) \
             SELECT organisation_id, 7, actor_kind, action, subject, detail FROM audit_entry {of}",
            Broken::Loose { at: Timestamp(7) },
        ),
        (
            "INSERT INTO audit_entry (organisation_id, seq, hash, at, actor_kind, action, subject, detail) \
             SELECT organisation_id, 6, hash, at, actor_kind, action, subject, detail FROM audit_entry {of}",
            Broken::After { entry: 6 },
        ),
        (
            "INSERT INTO audit_entry (organisation_id, seq, at, actor_kind, action, subject, detail) \
             SELECT organisation_id, 0, 7, actor_kind, action, subject, detail FROM audit_entry {of}",
            Broken::Loose { at: Timestamp(7) },
        ),
    ]
    .into_iter()
    .map(|(statement, what)| (&*statement.replace("{of}", of).leak(), what))
    .collect()
}

async fn tampering_is_seen(on: On) {
    let (test, who) = log(on, 5).await;
    let ctx = &test.ctx;
    let chain = verify(ctx, who.organisation_id).await.unwrap();
    assert_eq!((chain.entries, chain.erased, chain.broken), (5, 0, None));
    assert_eq!(chain.head.len(), 64);
    sql(ctx, "CREATE TABLE kept_entries AS SELECT * FROM audit_entry").await;
    sql(ctx, "CREATE TABLE kept_head AS SELECT * FROM audit_head").await;
    for (statement, what) in tamperings() {
        for part in statement.split(';') {
            sql(ctx, part).await;
        }
        assert_eq!(broken(ctx, &who).await, Some(what.clone()), "{statement}");
        // who writes next does not cover it up; where the next number is taken, nothing is written at all
        let written = try_to_write(ctx, &who, "after").await.is_ok();
        let taken = matches!(what, Broken::After { .. }) || statement == "UPDATE audit_head SET seq = 3";
        assert_eq!(written, !taken, "{statement}");
        assert!(broken(ctx, &who).await.is_some(), "covered up: {statement}");
        sql(ctx, "DELETE FROM audit_entry").await;
        sql(ctx, "DELETE FROM audit_head").await;
        sql(ctx, "INSERT INTO audit_entry SELECT * FROM kept_entries").await;
        sql(ctx, "INSERT INTO audit_head SELECT * FROM kept_head").await;
        assert_eq!(broken(ctx, &who).await, None, "put back after {statement}");
    }
}

#[tokio::test]
async fn tampering_is_seen_on_sqlite() {
    tampering_is_seen(On::Sqlite).await;
}

#[tokio::test]
async fn tampering_is_seen_on_postgres() {
    tampering_is_seen(On::Postgres).await;
}

/// Somebody who has the database and knows how everything is computed, but has no key.
#[tokio::test]
async fn a_chain_that_is_written_anew_lacks_the_seal() {
    use crate::features::audit::server::entity::{Column, Entity};
    use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, prelude::*};
    let (test, who) = log(On::Sqlite, 5).await;
    let ctx = &test.ctx;
    let mut hash = String::new();
    let of_it = Entity::find().filter(Column::OrganisationId.eq(who.organisation_id));
    for mut row in of_it.order_by_asc(Column::Seq).all(ctx.db.conn()).await.unwrap() {
        if row.seq == Some(3) {
            row.actor_name = "Eve".to_owned();
        }
        hash = super::super::server::test_hash(&hash, &row);
        let (name, own) = (row.actor_name.clone(), hash.clone());
        let mut row = row.into_active_model();
        row.actor_name = Set(name);
        row.hash = Set(Some(own));
        row.update(ctx.db.conn()).await.unwrap();
    }
    assert_eq!(broken(ctx, &who).await, Some(Broken::End { entry: 5 }));
    let end = format!(
        "UPDATE audit_head SET hash = '{hash}' WHERE organisation_id = {}",
        who.organisation_id
    );
    sql(ctx, &end).await;
    assert_eq!(broken(ctx, &who).await, Some(Broken::Seal { entry: 5 }));
    // a master key of somebody else opens nothing
    let keys = KeyRing::new(Key::generate(&SystemRng), None);
    let other = Ctx { keys, ..ctx.clone() };
    assert_eq!(broken(&other, &who).await, Some(Broken::Seal { entry: 5 }));
}

async fn many_write_at_once(on: On) {
    let test = TestCtx::new(on, NOWHERE).await;
    let ctx = &test.ctx;
    let town = test.administrator("Town", "ada@example.org").await.who;
    let press = test.administrator("Press", "eve@example.org").await.who;
    sql(
        ctx,
        "CREATE TABLE shared (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)",
    )
    .await;
    sql(ctx, "INSERT INTO shared VALUES (1, 0), (2, 0)").await;
    let tasks: Vec<_> = (0..24)
        .map(|task| {
            let (ctx, who) = (ctx.clone(), if task % 3 == 0 { &press } else { &town }.clone());
            tokio::spawn(async move {
                for n in 0..5 {
                    let tx = ctx.db.begin().await.unwrap();
                    // the entry first and a row that others want after it: in another order than those who do it the
                    // other way round
                    let subject = format!("t{task}n{n}");
                    if task % 2 == 0 {
                        record(&ctx, &tx, &who, "list.create", &subject, json!({}))
                            .await
                            .unwrap();
                    }
                    tx.exec("UPDATE shared SET n = n + 1 WHERE id = 1", [])
                        .await
                        .unwrap();
                    if task % 2 == 1 {
                        record(&ctx, &tx, &who, "list.create", &subject, json!({}))
                            .await
                            .unwrap();
                    }
                    if n == 4 {
                        // given up: leaves neither change nor entry
                        drop(tx);
                    } else {
                        tx.commit().await.unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let (checked, _) = verify_all(ctx, &[]).await.unwrap();
    let found: Vec<_> = checked
        .iter()
        .map(|c| (c.organisation.as_str(), c.chain.entries, &c.chain.broken))
        .collect();
    // each has the entry of its administrator too
    assert_eq!(found, [("Press", 8 * 4 + 1, &None), ("Town", 16 * 4 + 1, &None)]);
}

#[tokio::test]
async fn many_write_at_once_on_sqlite() {
    many_write_at_once(On::Sqlite).await;
}

#[tokio::test]
async fn many_write_at_once_on_postgres() {
    many_write_at_once(On::Postgres).await;
}

async fn addresses_go_and_the_chain_holds(on: On) {
    let (test, who) = log(on, 4).await;
    let ctx = &test.ctx;
    test.clock.turn((ADDRESS_DAYS - 1) * Timestamp::DAY);
    assert_eq!(erase_addresses(ctx, &[]).await.unwrap(), 0);
    write(ctx, &who, "later").await;
    test.clock.turn(2 * Timestamp::DAY);
    // the first entry never had one
    assert_eq!(erase_addresses(ctx, &[]).await.unwrap(), 3);
    let chain = verify(ctx, who.organisation_id).await.unwrap();
    assert_eq!((chain.entries, chain.erased, chain.broken), (5, 3, None));
    let left = "SELECT COUNT(*) AS n FROM audit_entry WHERE address IS NOT NULL AND address_salt IS NOT NULL";
    let row = ctx
        .db
        .conn()
        .query_one_raw(ctx.db.stmt(left, []))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 1);
    // an organisation with a shorter period, and one that has nothing to do with it
    let elsewhere = [(who.organisation_id + 1, 1)];
    assert_eq!(erase_addresses(ctx, &elsewhere).await.unwrap(), 0);
    let shorter = [(who.organisation_id, 1)];
    assert_eq!(erase_addresses(ctx, &shorter).await.unwrap(), 1);
    let chain = verify(ctx, who.organisation_id).await.unwrap();
    assert_eq!((chain.erased, chain.broken), (4, None));
    if on == On::Sqlite {
        sql(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").await;
        for entry in std::fs::read_dir(test.folder()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(
                !bytes.windows(9).any(|part| part == b"192.0.2.7"),
                "it is gone from the file"
            );
        }
    }
}

#[tokio::test]
async fn addresses_go_and_the_chain_holds_on_sqlite() {
    addresses_go_and_the_chain_holds(On::Sqlite).await;
}

#[tokio::test]
async fn addresses_go_and_the_chain_holds_on_postgres() {
    addresses_go_and_the_chain_holds(On::Postgres).await;
}

/// As they stand after the migration.
async fn entries_of_before_are_chained_once(on: On) {
    let test = TestCtx::new(on, NOWHERE).await;
    let ctx = &test.ctx;
    let tx = ctx.db.begin().await.unwrap();
    let id = find_or_create_organisation(ctx, &tx, "Town").await.unwrap().id;
    tx.commit().await.unwrap();
    for n in 0..2_100 {
        sql(
            ctx,
            &format!(
                "INSERT INTO audit_entry (organisation_id, at, actor_kind, address, action, subject, detail) \
                 VALUES ({id}, {n}, 'operator', '192.0.2.{}', 'list.create', 's{n}', '{{}}')",
                n % 200
            ),
        )
        .await;
    }
    chain_old_entries(ctx).await.unwrap();
    let chain = verify(ctx, id).await.unwrap();
    assert_eq!((chain.entries, &chain.broken), (2_100, &None));
    chain_old_entries(ctx).await.unwrap();
    let who = Who::job(id);
    assert_eq!(who.kind, ActorKind::Job);
    write(ctx, &who, "new").await;
    let after = verify(ctx, id).await.unwrap();
    assert_eq!((after.entries, after.broken), (2_101, None));
    let (_, missing) = verify_all(ctx, &[chain.head.clone(), "f".repeat(64)])
        .await
        .unwrap();
    assert_eq!(
        missing,
        ["f".repeat(64)],
        "the head of before is still in the log"
    );
}

#[tokio::test]
async fn entries_of_before_are_chained_once_on_sqlite() {
    entries_of_before_are_chained_once(On::Sqlite).await;
}

#[tokio::test]
async fn entries_of_before_are_chained_once_on_postgres() {
    entries_of_before_are_chained_once(On::Postgres).await;
}
