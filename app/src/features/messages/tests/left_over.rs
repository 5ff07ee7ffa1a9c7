//! What processes that died, a full disk and two clicks at once leave behind: nothing stays open, nobody gets it twice.
use super::world::World;
use crate::features::{
    messages::{
        model::{MessageState as S, MessageView, Reason},
        server::{self as messages, erase_texts, fanout::Fanout},
    },
    recipients::server as recipients,
};
use crate::kernel::{ErrorCode, PageRequest, Timestamp, Uid};
use crate::testing::{On, on_both};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use std::time::Duration;
use tokio::sync::watch;

#[derive(FromQueryResult)]
struct Batch {
    failures: i64,
    not_before: i64,
}

impl World {
    async fn does(&self, sql: &str) {
        self.ctx().db.conn().execute_unprepared(sql).await.unwrap();
    }

    /// A batch that was given back after a failure.
    async fn failed_batch(&self) -> Option<Batch> {
        let sql = "SELECT failures, not_before FROM fanout_batch WHERE failures > 0 AND lease_holder IS NULL";
        Batch::find_by_statement(self.ctx().db.stmt(sql, []))
            .one(self.ctx().db.conn())
            .await
            .unwrap()
    }

    /// Somebody works on all batches of a message.
    async fn in_work(&self, message: &Uid) {
        self.does(&format!(
            "UPDATE message SET state = 'sending' WHERE uid = '{message}'"
        ))
        .await;
        self.does("UPDATE fanout_batch SET lease_holder = 'another'")
            .await;
    }

    /// They died, and this was seen.
    async fn not_in_work(&self) {
        self.does("UPDATE fanout_batch SET lease_holder = NULL").await;
    }

    async fn to_failed(&self, message: &Uid) -> crate::kernel::AppResult<Uid> {
        let granted = self.caller.granted().unwrap();
        messages::send_to_failed(self.ctx().clone(), granted, self.uid.clone(), message.clone()).await
    }
}

/// How many wait, how many will not get it.
fn open(view: &MessageView) -> (u64, u64) {
    (view.row.counts.pending, view.row.counts.cancelled)
}

async fn results_that_cannot_be_written_wait_before_the_next_copy(on: On) {
    let w = World::new(on, 10).await;
    let (refuse, allow) = match w.ctx().db.is_sqlite() {
        true => (
            "CREATE TRIGGER full BEFORE UPDATE ON delivery WHEN NEW.state = 1
             BEGIN SELECT RAISE(ABORT, 'no room'); END",
            "DROP TRIGGER full",
        ),
        false => (
            "ALTER TABLE delivery ADD CONSTRAINT no_room CHECK (state <> 1)",
            "ALTER TABLE delivery DROP CONSTRAINT no_room",
        ),
    };
    w.does(refuse).await;
    let uid = w.send("text").await;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(Fanout::new(w.ctx().clone(), "test".into()).run(stopped));
    let failed = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            if let Some(batch) = w.failed_batch().await {
                return batch;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    stop.send(true).unwrap();
    worker.await.unwrap();
    assert_eq!(failed.failures, 1);
    assert!(failed.not_before > w.ctx().now().0, "it goes out again at once");
    let (accepted, repeated, _) = w.stats().await;
    assert_eq!((accepted, repeated), (10, 0));
    w.does(allow).await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    assert_eq!(view.row.counts.accepted, 10);
    let (accepted, repeated, nonces) = w.stats().await;
    assert_eq!((accepted, repeated), (20, 10), "the same boxes, once more");
    assert!(nonces.iter().all(|n| *n == 1));
}

async fn what_a_dead_process_held_of_a_stopped_message_is_cancelled(on: On) {
    let w = World::new(on, 10).await;
    let uid = w.send("text").await;
    w.in_work(&uid).await;
    let granted = w.caller.granted().unwrap();
    messages::stop(w.ctx().clone(), granted, w.uid.clone(), uid.clone())
        .await
        .unwrap();
    let view = w.view(&uid).await;
    assert_eq!((view.row.state, open(&view)), (S::Cancelled, (10, 0)));
    w.not_in_work().await;
    let view = w.work_until(&uid, |v| v.row.counts.pending == 0).await;
    assert_eq!(open(&view), (0, 10));
    assert_eq!(w.stats().await.0, 0);
}

async fn erasing_leaves_what_is_on_its_way(on: On) {
    let w = World::new(on, 10).await;
    let uid = w.send("text").await;
    w.in_work(&uid).await;
    w.test.clock.turn(181 * Timestamp::DAY);
    assert_eq!(erase_texts(w.ctx()).await, Ok(1));
    let view = w.view(&uid).await;
    assert_eq!((view.row.state, open(&view)), (S::Cancelled, (10, 0)));
    w.not_in_work().await;
    let view = w.work_until(&uid, |v| v.row.counts.pending == 0).await;
    assert_eq!(open(&view), (0, 10));
}

async fn an_accepted_key_waits_for_the_batch_in_work(on: On) {
    let w = World::new(on, 3).await;
    let other = crate::features::gateway::wire::PrivateKey::from_bytes([7; 32]).public_key();
    let other = hex::encode(other.as_bytes());
    w.patch(w.ids[1].as_str(), json!({ "publicKey": other })).await;
    w.test.clock.turn(25 * Timestamp::HOUR);
    let uid = w.send("text").await;
    w.work_until(&uid, |v| v.row.counts.accepted == 2).await;
    let request = PageRequest {
        q: w.ids[1].to_string(),
        ..Default::default()
    };
    let (ctx, granted) = (w.ctx().clone(), w.caller.granted().unwrap());
    let found = recipients::list_recipients(ctx.clone(), granted, w.uid.clone(), request).await;
    let new = found.unwrap().page.items[0].held.clone().unwrap().new;
    let granted = w.caller.granted().unwrap();
    recipients::accept_key(ctx.clone(), granted, w.uid.clone(), w.ids[1], new)
        .await
        .unwrap();
    w.in_work(&uid).await;
    assert_eq!(messages::key_accepted(&ctx).await, Ok(0));
    let held = w.view(&uid).await.reasons;
    assert!(held.iter().any(|(_, r, n)| (*r, *n) == (Reason::KeyChanged, 1)));
    w.not_in_work().await;
    assert_eq!(messages::key_accepted(&ctx).await, Ok(0), "it is not due yet");
    w.test.clock.turn(Timestamp::SECOND);
    assert_eq!(messages::key_accepted(&ctx).await, Ok(1));
    let view = w.work_until(&uid, |v| v.row.counts.pending == 0).await;
    assert_eq!(view.row.counts.accepted, 3);
}

async fn two_clicks_send_to_the_failed_once(on: On) {
    let w = World::new(on, 20).await;
    w.faults(json!({ "itemErrorRate": 1.0, "itemErrorCode": 413, "seed": 3 }))
        .await;
    let uid = w.send("text").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    assert_eq!(view.row.counts.failed, 20);
    let (first, second) = tokio::join!(w.to_failed(&uid), w.to_failed(&uid));
    let (again, refused) = match first {
        Ok(again) => (again, second.unwrap_err()),
        Err(refused) => (second.unwrap(), refused),
    };
    assert_eq!(refused.code, ErrorCode::NobodyToSendTo);
    // the second try failed too: there is somebody once more
    w.test.clock.turn(60_000);
    w.work_until(&again, |v| v.row.state == S::Sent).await;
    w.faults(json!({})).await;
    assert_eq!(w.view(&uid).await.failed_left, 20);
    // from the page of the second one, too, it is the first one's failed who get it
    let third = w.to_failed(&again).await.unwrap();
    assert_eq!(w.view(&third).await.retry_of, Some(uid.clone()));
    w.test.clock.turn(60_000);
    let view = w.work_until(&third, |v| v.row.state == S::Sent).await;
    assert_eq!(view.row.counts.accepted, 20);
    for failed in [&uid, &again] {
        assert_eq!(w.view(failed).await.failed_left, 0);
        let refused = w.to_failed(failed).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NobodyToSendTo);
    }
}

on_both!(
    results_that_cannot_be_written_wait_before_the_next_copy,
    what_a_dead_process_held_of_a_stopped_message_is_cancelled,
    erasing_leaves_what_is_on_its_way,
    an_accepted_key_waits_for_the_batch_in_work,
    two_clicks_send_to_the_failed_once,
);
