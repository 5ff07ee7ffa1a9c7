//! One step that fails keeps no other from its work.
use super::server::run;
use crate::features::audit::server::{Who, record};
use crate::kernel::Timestamp;
use crate::testing::{On, TestCtx};
use sea_orm::ConnectionTrait;

async fn a_step_that_fails_stops_no_other(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let who = Who {
        address: Some("192.0.2.7".to_owned()),
        ..test.administrator("Town", "ada@example.org").await.who
    };
    let tx = ctx.db.begin().await.unwrap();
    record(ctx, &tx, &who, "session.start", "", serde_json::json!({}))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let addresses = async || {
        let sql = "SELECT count(*) FROM audit_entry WHERE address IS NOT NULL";
        let row = ctx.db.conn().query_one_raw(ctx.db.stmt(sql, [])).await.unwrap();
        row.unwrap().try_get_by_index::<i64>(0).unwrap()
    };
    run(ctx).await.unwrap();
    assert_eq!(addresses().await, 1, "not due yet");
    test.clock.turn(30 * Timestamp::DAY);
    let sql = "ALTER TABLE session RENAME TO session_away";
    ctx.db.conn().execute_unprepared(sql).await.unwrap();
    assert!(run(ctx).await.is_err(), "it is said");
    assert_eq!(addresses().await, 0, "the last step was done");
}

#[tokio::test]
async fn a_step_that_fails_stops_no_other_on_sqlite() {
    a_step_that_fails_stops_no_other(On::Sqlite).await;
}

#[tokio::test]
async fn a_step_that_fails_stops_no_other_on_postgres() {
    a_step_that_fails_stops_no_other(On::Postgres).await;
}
