//! Limits and terms, on both databases.
use super::server::{active_plan, check_limit, check_valid, current_plan, start_plan};
use crate::features::identities::server::entity as identity;
use crate::kernel::{ErrorCode, Timestamp};
use crate::testing::{On, TestCtx};
use sea_orm::{ActiveValue::Set, prelude::*};

async fn identity_with(test: &TestCtx, recipients: i64) -> i64 {
    let caller = test.administrator("Town", "ada@example.org").await;
    let row = identity::ActiveModel {
        uid: Set("abcdefghij".to_owned()),
        organisation_id: Set(caller.who.organisation_id),
        threema_id: Set("*BCAST01".to_owned()),
        public_key: Set(vec![1]),
        private_key_sealed: Set(vec![1]),
        gateway_secret_sealed: Set(vec![1]),
        nickname: Set(String::new()),
        description: Set(String::new()),
        default_language: Set("en".to_owned()),
        undo_seconds: Set(5),
        internal_only: Set(true),
        recipient_count: Set(recipients),
        created_at: Set(0),
        ..Default::default()
    };
    row.insert(test.ctx.db.conn()).await.unwrap().id
}

async fn limits_and_terms(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let id = identity_with(&test, 14).await;

    let tx = ctx.db.begin().await.unwrap();
    assert_eq!(
        check_limit(ctx, &tx, id, 1).await.unwrap_err().code,
        ErrorCode::RecipientLimit {
            limit: 0,
            count: 14,
            adding: 1
        },
        "without a plan nothing fits"
    );
    assert_eq!(
        check_valid(ctx, tx.conn(), id).await.unwrap_err().code,
        ErrorCode::PlanEnded
    );
    start_plan(ctx, &tx, id, &"o15".parse().unwrap(), 1)
        .await
        .unwrap();
    assert_eq!(check_limit(ctx, &tx, id, 1).await, Ok(()));
    assert_eq!(
        check_limit(ctx, &tx, id, 2).await.unwrap_err().code,
        ErrorCode::RecipientLimit {
            limit: 15,
            count: 14,
            adding: 2
        },
        "refused as a whole"
    );
    tx.commit().await.unwrap();

    let plan = active_plan(ctx.db.conn(), id, ctx.now()).await.unwrap().unwrap();
    assert_eq!((plan.days_left, plan.recipient_limit), (30, Some(15)));
    test.clock.turn(29 * Timestamp::DAY + 1);
    let plan = active_plan(ctx.db.conn(), id, ctx.now()).await.unwrap().unwrap();
    assert_eq!(plan.days_left, 1, "a day that has begun counts");
    test.clock.turn(Timestamp::DAY);
    assert_eq!(active_plan(ctx.db.conn(), id, ctx.now()).await.unwrap(), None);
    assert_eq!(
        check_valid(ctx, ctx.db.conn(), id).await.unwrap_err().code,
        ErrorCode::PlanEnded
    );
    let ended = current_plan(ctx.db.conn(), id, ctx.now()).await.unwrap().unwrap();
    assert_eq!(
        (ended.days_left, ended.recipient_limit),
        (0, Some(15)),
        "still shown"
    );

    let tx = ctx.db.begin().await.unwrap();
    start_plan(ctx, &tx, id, &"unlimited".parse().unwrap(), 12)
        .await
        .unwrap();
    assert_eq!(check_limit(ctx, &tx, id, 5_000_000).await, Ok(()));
    start_plan(ctx, &tx, id, &"custom:5".parse().unwrap(), 12)
        .await
        .unwrap();
    assert_eq!(
        check_limit(ctx, &tx, id, 0).await,
        Ok(()),
        "those who are there stay"
    );
    assert!(check_limit(ctx, &tx, id, 1).await.is_err());
    tx.commit().await.unwrap();
    assert_eq!(check_valid(ctx, ctx.db.conn(), id).await, Ok(()));
}

#[tokio::test]
async fn limits_and_terms_on_sqlite() {
    limits_and_terms(On::Sqlite).await;
}

#[tokio::test]
async fn limits_and_terms_on_postgres() {
    limits_and_terms(On::Postgres).await;
}

/// Two additions at once cannot both take the last place.
#[tokio::test]
async fn the_last_place_is_taken_once() {
    let test = TestCtx::new(On::Postgres, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let id = identity_with(&test, 14).await;
    let tx = ctx.db.begin().await.unwrap();
    start_plan(ctx, &tx, id, &"o15".parse().unwrap(), 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let add = async || {
        let tx = ctx.db.begin().await?;
        check_limit(ctx, &tx, id, 1).await?;
        let sql = "UPDATE identity SET recipient_count = recipient_count + 1 WHERE id = $1";
        tx.exec(sql, [id.into()]).await?;
        tx.commit().await
    };
    let (a, b) = tokio::join!(add(), add());
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
}
