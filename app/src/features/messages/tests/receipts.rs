//! Receipts: forward only, replays harmless, unknown IDs adopted only when it is certain whose they are.
use super::world::World;
use crate::features::messages::{
    model::MessageState as S,
    server::{Outcome, ReceiptOf, apply_receipts},
};
use crate::kernel::{ThreemaId, Uid};
use crate::testing::On;
use sea_orm::{ConnectionTrait, Statement};

async fn query(w: &World, sql: &str) -> Vec<i64> {
    let conn = w.ctx().db.conn();
    let rows = conn
        .query_all_raw(Statement::from_string(conn.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter().map(|r| r.try_get::<i64>("", "n").unwrap()).collect()
}

async fn receipt(w: &World, sender: ThreemaId, read: bool, ids: &[i64]) -> Outcome {
    let tx = w.ctx().db.begin().await.unwrap();
    let receipt = ReceiptOf {
        identity_id: w.identity.id,
        sender,
        read,
        ids,
    };
    let outcome = apply_receipts(&tx, &receipt, w.ctx().now().0).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

async fn counts(w: &World, uid: &Uid) -> (u64, u64, u64) {
    let counts = w.view(uid).await.row.counts;
    (counts.accepted, counts.delivered, counts.read)
}

async fn state_only_moves_forward(on: On) {
    let w = World::new(on, 2).await;
    let uid = w.send("text").await;
    w.work_until(&uid, |v| v.row.state == S::Sent).await;
    let id = query(&w, "SELECT gateway_message_id AS n FROM delivery WHERE seq = 0").await[0];
    let first: Vec<i64> = query(&w, "SELECT recipient_id AS n FROM delivery WHERE seq = 0").await;
    let sender = w.ids.iter().min().copied().unwrap();
    let ids = query(
        &w,
        &format!("SELECT id AS n FROM recipient WHERE threema_id = '{sender}'"),
    )
    .await;
    let sender = if ids == first {
        sender
    } else {
        *w.ids.iter().find(|i| **i != sender).unwrap()
    };
    // somebody else can't move it
    let other = *w.ids.iter().find(|i| **i != sender).unwrap();
    receipt(&w, other, true, &[id]).await;
    assert_eq!(counts(&w, &uid).await, (2, 0, 0));
    receipt(&w, sender, false, &[id, 12345]).await;
    assert_eq!(counts(&w, &uid).await, (1, 1, 0));
    receipt(&w, sender, false, &[id]).await;
    assert_eq!(counts(&w, &uid).await, (1, 1, 0));
    receipt(&w, sender, true, &[id]).await;
    assert_eq!(counts(&w, &uid).await, (1, 0, 1));
    assert!(receipt(&w, sender, false, &[id]).await.changed.is_empty());
    assert_eq!(counts(&w, &uid).await, (1, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn state_only_moves_forward_sqlite() {
    state_only_moves_forward(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn state_only_moves_forward_postgres() {
    state_only_moves_forward(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_id_is_adopted_by_the_only_unclear_delivery() {
    let w = World::new(On::Sqlite, 1).await;
    let (sender, unknown) = (w.ids[0], 0x0123_4567_89ab_cdef);
    let send_unclear = async || {
        let uid = w.send("text").await;
        w.work_until(&uid, |v| v.row.state == S::Sent).await;
        w.ctx()
            .db
            .conn()
            .execute_unprepared("UPDATE delivery SET unclear = TRUE WHERE state = 1")
            .await
            .unwrap();
        uid
    };
    let first = send_unclear().await;
    receipt(&w, sender, false, &[unknown]).await;
    assert_eq!(counts(&w, &first).await, (0, 1, 0));
    // the adopted ID is known from now on
    receipt(&w, sender, true, &[unknown]).await;
    assert_eq!(counts(&w, &first).await, (0, 0, 1));
    // two unclear ones: nobody can tell which, both stay accepted
    let (second, third) = (send_unclear().await, send_unclear().await);
    receipt(&w, sender, true, &[unknown + 1]).await;
    assert_eq!(
        (counts(&w, &second).await, counts(&w, &third).await),
        ((1, 0, 0), (1, 0, 0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_before_its_result_comes_back() {
    let w = World::new(On::Sqlite, 1).await;
    let uid = w.send("text").await;
    let conn = w.ctx().db.conn();
    conn.execute_unprepared("UPDATE fanout_batch SET open_attempts = 1, lease_holder = 'somebody'")
        .await
        .unwrap();
    let outcome = receipt(&w, w.ids[0], false, &[77]).await;
    assert_eq!(outcome.early, [77]);
    // its ID is known already, that it was taken is not
    conn.execute_unprepared("UPDATE delivery SET gateway_message_id = 77")
        .await
        .unwrap();
    let outcome = receipt(&w, w.ids[0], false, &[77]).await;
    assert_eq!(outcome.early, [77]);
    assert_eq!(counts(&w, &uid).await, (0, 0, 0));
}
