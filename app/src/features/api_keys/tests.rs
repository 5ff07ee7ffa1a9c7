//! API keys, on both databases.
use super::{
    model::{ApiKeyInput, KeyState},
    server::{
        DAILY_LIMIT, Intent, Wanted, authenticate, create, create_narrowed, make_key, network, other_keys,
        own_keys, revoke_any_key, revoke_own_key, seconds_to_next_day,
    },
};
use crate::features::{
    audit::server::{ActorKind, record},
    auth::server::{Caller, Granted},
};
use crate::kernel::{
    ErrorCode, Problem, Timestamp,
    permission::{Capability, Right, cap},
    rights::{RightSet, Rights},
    server::Ctx,
};
use crate::testing::{On, TestCtx, identity};
use sea_orm::prelude::*;

const HERE: Option<&str> = Some("192.0.2.7");

async fn keys(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;

    let key = create(ctx, " Ada@example.org", "Website", &[]).await.unwrap();
    assert!(key.starts_with("fk_") && key.len() == 46, "{key}");
    let caller = authenticate(ctx, &key, HERE, Intent::Reads).await.unwrap();
    assert!(matches!(caller.who.kind, ActorKind::ApiKey(_)));
    assert_eq!(caller.who.administrator_id, ada.who.administrator_id);
    assert_eq!(caller.who.organisation_id, ada.who.organisation_id);
    assert_eq!(caller.who.address.as_deref(), HERE);

    let refused = |key: String, address: Option<&'static str>| async move {
        authenticate(ctx, &key, address, Intent::Reads)
            .await
            .unwrap_err()
            .code
    };
    for wrong in ["", "fk_", "x", &format!("{key}x"), &key.to_uppercase()] {
        assert_eq!(
            refused(wrong.to_owned(), HERE).await,
            ErrorCode::InvalidApiKey,
            "{wrong}"
        );
    }
    let nets = ["192.0.2.0/28".to_owned(), "2001:db8::1".to_owned()];
    let bound = create(ctx, "ada@example.org", "Bound", &nets).await.unwrap();
    for good in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1"] {
        assert!(
            authenticate(ctx, &bound, Some(good), Intent::Reads).await.is_ok(),
            "{good}"
        );
    }
    for bad in [Some("192.0.2.16"), Some("2001:db8::2"), Some("nonsense"), None] {
        assert_eq!(
            refused(bound.clone(), bad).await,
            ErrorCode::InvalidApiKey,
            "{bad:?}"
        );
    }

    let stored: String = ctx
        .db
        .conn()
        .query_one_raw(
            ctx.db
                .stmt("SELECT key_hash FROM api_key WHERE name = 'Website'", []),
        )
        .await
        .unwrap()
        .unwrap()
        .try_get("", "key_hash")
        .unwrap();
    assert!(!stored.contains(&key) && stored.len() == 64);

    let revoke = "UPDATE api_key SET revoked_at = 1 WHERE name = 'Bound'";
    ctx.db.conn().execute_unprepared(revoke).await.unwrap();
    assert_eq!(refused(bound, HERE).await, ErrorCode::InvalidApiKey);

    let almost = format!(
        "UPDATE api_key SET day_count = {} WHERE name = 'Website'",
        DAILY_LIMIT - 1
    );
    ctx.db.conn().execute_unprepared(&almost).await.unwrap();
    assert!(authenticate(ctx, &key, HERE, Intent::Reads).await.is_ok());
    assert_eq!(refused(key.clone(), HERE).await, ErrorCode::DailyLimit);
    let left = seconds_to_next_day(ctx.now());
    assert!((1..=86_401).contains(&left));
    test.clock.turn(left * Timestamp::SECOND);
    assert!(
        authenticate(ctx, &key, HERE, Intent::Reads).await.is_ok(),
        "the next day"
    );

    let disable = "UPDATE administrator SET disabled_at = 1";
    ctx.db.conn().execute_unprepared(disable).await.unwrap();
    assert_eq!(refused(key, HERE).await, ErrorCode::InvalidApiKey);
}

#[tokio::test]
async fn keys_on_sqlite() {
    keys(On::Sqlite).await;
}

#[tokio::test]
async fn keys_on_postgres() {
    keys(On::Postgres).await;
}

async fn a_key_may_less_than_its_owner(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;
    let (here, _) = identity(ctx, &ada, "*TOWN001", "o50").await;
    let eve = test.administrator("Elsewhere", "eve@example.org").await;
    let (foreign, _) = identity(ctx, &eve, "*ELSE001", "o50").await;
    let wanted = |rights: &[Right]| ApiKeyInput {
        name: "Reader".to_owned(),
        rights: Some(RightSet::of(rights)),
        ..ApiKeyInput::default()
    };
    let none = make_key(ctx.clone(), fresh(ctx, &ada), wanted(&[])).await;
    assert_eq!(none.unwrap_err().of("rights"), Some(&Problem::Required));
    let made = make_key(ctx.clone(), fresh(ctx, &ada), wanted(&[Right::Send]))
        .await
        .unwrap();
    assert_eq!(made.view.rights, Some(RightSet::of(&[Right::See, Right::Send])));

    let caller = authenticate(ctx, &made.key, HERE, Intent::Reads).await.unwrap();
    assert!(
        caller
            .granted::<cap::SendMessages>()
            .unwrap()
            .enter(here.id)
            .is_ok()
    );
    assert!(caller.granted::<cap::SeeLists>().unwrap().enter(here.id).is_ok());
    assert!(
        caller
            .granted::<cap::SeeLists>()
            .unwrap()
            .enter(foreign.id)
            .is_err()
    );
    assert!(caller.granted::<cap::ManageLists>().is_err());
    assert!(caller.granted::<cap::ManageRules>().is_err());
    // and it follows its owner: what they may no more, it may no more
    test.give(&ada, &Rights::default().with(Right::Lists, Some(here.id)))
        .await;
    let caller = authenticate(ctx, &made.key, HERE, Intent::Reads).await.unwrap();
    assert_eq!(caller.rights, Rights::default().with(Right::See, Some(here.id)));
    // what cannot be read allows nothing
    let broken = "UPDATE api_key SET rights = '[\"everything\"]'";
    ctx.db.conn().execute_unprepared(broken).await.unwrap();
    let caller = authenticate(ctx, &made.key, HERE, Intent::Reads).await.unwrap();
    assert_eq!(caller.rights, Rights::default());
}

#[tokio::test]
async fn a_key_may_less_than_its_owner_on_sqlite() {
    a_key_may_less_than_its_owner(On::Sqlite).await;
}

#[tokio::test]
async fn a_key_may_less_than_its_owner_on_postgres() {
    a_key_may_less_than_its_owner(On::Postgres).await;
}

/// What the cockpit can, the operator's command line can too.
#[tokio::test]
async fn the_operator_narrows_a_key() {
    let test = TestCtx::new(On::Sqlite, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;
    let (here, _) = identity(ctx, &ada, "*TOWN001", "o50").await;
    let wanted = Wanted {
        name: "Sirens",
        networks: &["192.0.2.0/28".to_owned()],
        expires: Some("2026-11-22"),
        rights: Some(RightSet::of(&[Right::Send, Right::Broadcast])),
    };
    let key = create_narrowed(ctx, "ada@example.org", wanted).await.unwrap();
    let caller = authenticate(ctx, &key, HERE, Intent::Reads).await.unwrap();
    let expected = Rights::default()
        .with(Right::Send, Some(here.id))
        .with(Right::Broadcast, None);
    assert_eq!(caller.rights, expected);
    let elsewhere = authenticate(ctx, &key, Some("192.0.2.16"), Intent::Reads).await;
    assert_eq!(elsewhere.unwrap_err().code, ErrorCode::InvalidApiKey);
    for (expires, problem) in [
        ("", Problem::NotADate),
        ("2026-02-30", Problem::NotADate),
        ("2026-11-20", Problem::InThePast),
    ] {
        let bad = Wanted {
            expires: Some(expires),
            ..wanted
        };
        let error = create_narrowed(ctx, "ada@example.org", bad).await.unwrap_err();
        assert_eq!(error.of("expires"), Some(&problem), "{expires}");
    }
    let none = Wanted {
        rights: Some(RightSet::default()),
        ..wanted
    };
    let error = create_narrowed(ctx, "ada@example.org", none).await.unwrap_err();
    assert_eq!(error.of("rights"), Some(&Problem::Required));
    test.clock.turn(36 * Timestamp::HOUR);
    let over = authenticate(ctx, &key, HERE, Intent::Reads).await;
    assert_eq!(over.unwrap_err().code, ErrorCode::InvalidApiKey);
}

/// Signed in this very moment.
fn fresh<C: Capability>(ctx: &Ctx, caller: &Caller) -> Granted<C> {
    let confirmed_at = Some(ctx.now());
    Caller {
        confirmed_at,
        ..caller.clone()
    }
    .granted()
    .unwrap()
}

async fn the_cockpit_makes_and_revokes(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;
    let bob = test.administrator("Town", "bob@example.org").await;
    let eve = test.administrator("Elsewhere", "eve@example.org").await;
    let input = |name: &str, networks: &str, expires: &str| ApiKeyInput {
        name: name.to_owned(),
        networks: networks.to_owned(),
        expires: expires.to_owned(),
        rights: None,
    };
    let made = input("Website", "192.0.2.0/28, 2001:db8::1\n10.1.2.3/8", "2026-11-22");
    let made = make_key(ctx.clone(), fresh(ctx, &ada), made).await.unwrap();
    assert_eq!(
        made.view.networks,
        ["192.0.2.0/28", "2001:db8::1/128", "10.1.2.3/8"]
    );
    assert!(made.key.starts_with(&made.view.prefix) && made.view.prefix.len() == 8);
    assert_eq!((made.view.state, made.view.requests_today), (KeyState::Active, 0));
    assert!(authenticate(ctx, &made.key, HERE, Intent::Reads).await.is_ok());
    let view = || async {
        own_keys(ctx.clone(), ada.granted().unwrap())
            .await
            .unwrap()
            .remove(0)
    };
    assert_eq!(
        (view().await.requests_today, view().await.last_used_at),
        (1, Some(ctx.now()))
    );
    // a sign-in of long ago makes no keys
    test.clock.turn(Timestamp::HOUR);
    let late = make_key(ctx.clone(), ada.granted().unwrap(), input("Late", "", "")).await;
    assert_eq!(late.unwrap_err().code, ErrorCode::ConfirmSignIn);
    // it works on its last day, and not a moment longer
    test.clock.turn(35 * Timestamp::HOUR - 1);
    assert!(authenticate(ctx, &made.key, HERE, Intent::Reads).await.is_ok());
    test.clock.turn(1);
    let refused = authenticate(ctx, &made.key, HERE, Intent::Reads)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidApiKey);
    assert_eq!(
        (view().await.state, view().await.requests_today),
        (KeyState::Expired, 0)
    );

    for (networks, expires, field, problem) in [
        ("192.0.2.0/33", "", "networks", Problem::NotANetwork),
        ("example.org", "", "networks", Problem::NotANetwork),
        ("", "2026-02-30", "expires", Problem::NotADate),
        ("", "2026-11-22", "expires", Problem::InThePast),
    ] {
        let bad = input("Bad", networks, expires);
        let error = make_key(ctx.clone(), fresh(ctx, &ada), bad).await.unwrap_err();
        assert_eq!(error.of(field), Some(&problem), "{networks} {expires}");
    }

    let key = make_key(ctx.clone(), fresh(ctx, &ada), input("Open", "", ""))
        .await
        .unwrap();
    let uid = key.view.uid.clone();
    let not_theirs = revoke_own_key(ctx.clone(), fresh(ctx, &bob), uid.clone()).await;
    assert_eq!(not_theirs.unwrap_err().code, ErrorCode::NotFound);
    let elsewhere = revoke_any_key(ctx.clone(), fresh(ctx, &eve), uid.clone()).await;
    assert_eq!(elsewhere.unwrap_err().code, ErrorCode::NotFound);
    assert!(
        other_keys(ctx.clone(), eve.granted().unwrap())
            .await
            .unwrap()
            .is_empty()
    );
    let seen = other_keys(ctx.clone(), bob.granted().unwrap()).await.unwrap();
    assert_eq!(
        seen.iter().map(|k| k.name.as_str()).collect::<Vec<_>>(),
        ["Open", "Website"]
    );
    assert!(
        own_keys(ctx.clone(), bob.granted().unwrap())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        authenticate(ctx, &key.key, None, Intent::Reads).await.is_ok(),
        "nobody has ended it yet"
    );
    // nor does a sign-in of long ago end any
    let late = revoke_own_key(ctx.clone(), ada.granted().unwrap(), uid.clone()).await;
    assert_eq!(late.unwrap_err().code, ErrorCode::ConfirmSignIn);
    let late = revoke_any_key(ctx.clone(), bob.granted().unwrap(), uid.clone()).await;
    assert_eq!(late.unwrap_err().code, ErrorCode::ConfirmSignIn);
    assert!(authenticate(ctx, &key.key, None, Intent::Reads).await.is_ok());
    revoke_any_key(ctx.clone(), fresh(ctx, &bob), uid.clone())
        .await
        .unwrap();
    let ended = authenticate(ctx, &key.key, None, Intent::Reads)
        .await
        .unwrap_err();
    assert_eq!(ended, refused, "a revoked key is answered like any wrong one");
    let again = revoke_own_key(ctx.clone(), fresh(ctx, &ada), uid).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::WrongState);

    let sql = "SELECT action, actor_name, api_key, detail FROM audit_entry ORDER BY id";
    let rows = ctx.db.conn().query_all_raw(ctx.db.stmt(sql, [])).await.unwrap();
    let text = |row: &sea_orm::QueryResult, column: &str| row.try_get::<String>("", column).unwrap();
    assert!(
        rows.iter().all(|r| !text(r, "detail").contains(&key.key)),
        "no key in the log"
    );
    let last = rows.last().unwrap();
    assert_eq!(text(last, "action"), "api-key.revoke");
    assert!(text(last, "detail").contains("\"after\":{\"state\":\"revoked\"}"));
}

#[tokio::test]
async fn the_cockpit_makes_and_revokes_on_sqlite() {
    the_cockpit_makes_and_revokes(On::Sqlite).await;
}

#[tokio::test]
async fn the_cockpit_makes_and_revokes_on_postgres() {
    the_cockpit_makes_and_revokes(On::Postgres).await;
}

/// What a key does stands in the log under its name.
#[tokio::test]
async fn the_log_names_the_key() {
    let test = TestCtx::new(On::Sqlite, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    test.administrator("Town", "ada@example.org").await;
    let key = create(ctx, "ada@example.org", "Website", &[]).await.unwrap();
    let caller = authenticate(ctx, &key, HERE, Intent::Reads).await.unwrap();
    let tx = ctx.db.begin().await.unwrap();
    record(ctx, &tx, &caller.who, "list.create", "uid", serde_json::json!({}))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let sql = "SELECT actor_kind, actor_name, api_key FROM audit_entry ORDER BY id DESC LIMIT 1";
    let row = ctx
        .db
        .conn()
        .query_one_raw(ctx.db.stmt(sql, []))
        .await
        .unwrap()
        .unwrap();
    let text = |column: &str| row.try_get::<String>("", column).unwrap();
    assert_eq!(
        (text("actor_kind"), text("actor_name")),
        ("api-key".into(), "Ada".into())
    );
    assert_eq!(text("api_key"), format!("Website ({}…)", &key[..8]));
}

#[tokio::test]
async fn bad_input_is_named() {
    let test = TestCtx::new(On::Sqlite, "http://127.0.0.1:1").await;
    test.administrator("Town", "ada@example.org").await;
    let bad = |email: &'static str, name: &'static str, network: &'static str| {
        let ctx = &test.ctx;
        async move { create(ctx, email, name, &[network.to_owned()]).await.unwrap_err() }
    };
    let error = bad("eve@example.org", "n", "10.0.0.0/8").await;
    assert_eq!(error.of("email"), Some(&Problem::NotAChoice));
    let error = bad("ada@example.org", " ", "10.0.0.0/33").await;
    assert_eq!(error.of("name"), Some(&Problem::Required));
    assert_eq!(error.of("networks"), Some(&Problem::NotANetwork));
    assert_eq!(
        network(" 10.1.2.3 ").map(|n| n.to_string()),
        Some("10.1.2.3/32".to_owned())
    );
}
