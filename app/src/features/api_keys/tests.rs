//! API keys, on both databases.
use super::server::{DAILY_LIMIT, Intent, authenticate, create, network, seconds_to_next_day};
use crate::features::audit::server::ActorKind;
use crate::kernel::{ErrorCode, Problem, Timestamp};
use crate::testing::{On, TestCtx};
use sea_orm::prelude::*;

const HERE: Option<&str> = Some("192.0.2.7");

async fn keys(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;

    let key = create(ctx, " Ada@example.org", "Website", &[]).await.unwrap();
    assert!(key.starts_with("fk_") && key.len() == 46, "{key}");
    let caller = authenticate(ctx, &key, HERE, Intent::Reads).await.unwrap();
    assert_eq!(caller.who.kind, ActorKind::ApiKey);
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
    assert_eq!(error.of("networks"), Some(&Problem::NotAChoice));
    assert_eq!(
        network(" 10.1.2.3 ").map(|n| n.to_string()),
        Some("10.1.2.3/32".to_owned())
    );
}
