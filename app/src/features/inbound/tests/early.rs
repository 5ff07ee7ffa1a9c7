//! Receipts that come before the result of what they confirm.
use super::desk::Desk;
use crate::features::gateway::wire::{Content, MessageId, ReceiptStatus};
use crate::kernel::Timestamp;
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

async fn a_receipt_waits_while_its_message_does(on: On) {
    let desk = Desk::new(on).await;
    let world = &desk.world;
    let does = async |sql: &str| world.ctx().db.conn().execute_unprepared(sql).await.unwrap();
    let person = desk.member(0).await;
    let message = world.send("Hello").await;
    // the gateway has taken it, and its answer was lost; then credits ran out
    does("UPDATE fanout_batch SET open_attempts = 1").await;
    does("UPDATE message SET state = 'paused'").await;
    let id = MessageId::from_i64(77);
    let receipt = Content::Receipt {
        status: ReceiptStatus::Read,
        ids: vec![id],
    };
    desk.bring(&person, receipt).await;
    for _ in 0..72 {
        assert_eq!(desk.round().await, 1, "it was given up");
        world.test.clock.turn(Timestamp::HOUR);
    }
    assert_eq!(world.view(&message).await.row.counts.read, 0);
    // whoever waits keeps up nobody
    assert_eq!(desk.says(&person, "help").await.len(), 1);
    does(&format!(
        "UPDATE delivery SET state = 1, gateway_message_id = {}
         WHERE recipient_id = (SELECT id FROM recipient WHERE threema_id = '{}')",
        id.to_i64(),
        person.id
    ))
    .await;
    does("UPDATE message SET pending = pending - 1, accepted = accepted + 1").await;
    world.test.clock.turn(Timestamp::HOUR);
    desk.round().await;
    let counts = world.view(&message).await.row.counts;
    assert_eq!((counts.pending, counts.accepted, counts.read), (2, 0, 1));
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM job WHERE kind = 'inbound'")
            .await,
        0
    );
}

on_both!(a_receipt_waits_while_its_message_does);
