//! Receipts: state only moves forward, replays are harmless (rule 15, reference/threema-gateway.md section 4.2).
use super::entity;
use crate::features::messages::model::DeliveryState as D;
use crate::kernel::{
    AppResult, ThreemaId,
    server::{Ctx, Tx},
};
use sea_orm::{EntityTrait, FromQueryResult};

/// A receipt as it came out of the box.
#[derive(Clone, Debug)]
pub struct ReceiptOf<'a> {
    /// Number of the identity it was sent to.
    pub identity_id: i64,
    /// Who sent it.
    pub sender: ThreemaId,
    /// Read, else only received.
    pub read: bool,
    /// The gateway message IDs it names.
    pub ids: &'a [i64],
}

/// What became of a receipt.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Messages whose counts have changed.
    pub changed: Vec<entity::Model>,
    /// IDs that may belong to a batch whose answer is still to come: try these again in a moment.
    pub early: Vec<i64>,
}

#[derive(FromQueryResult, Clone, Copy)]
struct Match {
    message_id: i64,
    seq: i64,
    state: i64,
    unclear: bool,
}

const COLUMNS: &str = "d.message_id AS message_id, d.seq AS seq, d.state AS state, d.unclear AS unclear";

/// Moves the deliveries that a receipt names. An ID that nobody knows is adopted when the sender has exactly one
/// delivery whose first attempt ended without an answer (rule 16); otherwise that delivery stays accepted.
pub async fn apply_receipts(tx: &Tx, receipt: &ReceiptOf<'_>, now: i64) -> AppResult<Outcome> {
    let mut outcome = Outcome::default();
    let mut touched = Vec::new();
    for id in receipt.ids {
        match find(tx, receipt, *id).await? {
            // another process has still to write that the gateway took it
            Found::Known(delivery) if delivery.state == D::Pending as i64 => outcome.early.push(*id),
            Found::Known(delivery) => touched.extend(advance(tx, delivery, receipt.read, now).await?),
            Found::Early => outcome.early.push(*id),
            Found::Nobody => {}
        }
    }
    touched.sort_unstable();
    touched.dedup();
    for id in touched {
        outcome
            .changed
            .extend(entity::Entity::find_by_id(id).one(tx.conn()).await?);
    }
    Ok(outcome)
}

enum Found {
    Known(Match),
    Early,
    Nobody,
}

async fn find(tx: &Tx, receipt: &ReceiptOf<'_>, id: i64) -> AppResult<Found> {
    let of_sender =
        "JOIN recipient r ON r.id = d.recipient_id WHERE r.identity_id = $1 AND r.threema_id = $2";
    let values = || {
        [
            receipt.identity_id.into(),
            receipt.sender.as_str().into(),
            id.into(),
        ]
    };
    let first = format!(
        "SELECT {COLUMNS} FROM delivery d {of_sender} AND d.gateway_message_id = $3 ORDER BY d.message_id DESC LIMIT 1"
    );
    if let Some(found) = one(tx, &first, values().to_vec()).await? {
        return Ok(Found::Known(found));
    }
    let more = format!(
        "SELECT {COLUMNS} FROM delivery_gateway_id g JOIN delivery d ON d.message_id = g.message_id AND d.seq = g.seq
         {of_sender} AND g.gateway_message_id = $3 LIMIT 1"
    );
    if let Some(found) = one(tx, &more, values().to_vec()).await? {
        return Ok(Found::Known(found));
    }
    adopt(tx, receipt, id).await
}

/// Nobody knows the ID: does it belong to a copy whose acceptance was never answered?
async fn adopt(tx: &Tx, receipt: &ReceiptOf<'_>, id: i64) -> AppResult<Found> {
    let of_sender =
        "JOIN recipient r ON r.id = d.recipient_id WHERE r.identity_id = $1 AND r.threema_id = $2";
    let values = || vec![receipt.identity_id.into(), receipt.sender.as_str().into()];
    let in_flight = format!(
        "SELECT {COLUMNS} FROM delivery d JOIN fanout_batch b ON b.message_id = d.message_id AND b.batch = d.seq / {}
         {of_sender} AND d.state = 0 AND b.open_attempts > 0 LIMIT 1",
        super::store::BATCH
    );
    if one(tx, &in_flight, values()).await?.is_some() {
        return Ok(Found::Early);
    }
    let sql = format!("SELECT {COLUMNS} FROM delivery d {of_sender} AND d.unclear LIMIT 2");
    let unclear = Match::find_by_statement(tx.stmt(&sql, values()))
        .all(tx.conn())
        .await?;
    let [delivery] = unclear.as_slice() else {
        return Ok(Found::Nobody);
    };
    let sql = "INSERT INTO delivery_gateway_id (gateway_message_id, message_id, seq) VALUES ($1, $2, $3)";
    tx.exec(sql, [id.into(), delivery.message_id.into(), delivery.seq.into()])
        .await?;
    Ok(Found::Known(*delivery))
}

async fn one(tx: &Tx, sql: &str, values: Vec<sea_orm::Value>) -> AppResult<Option<Match>> {
    Ok(Match::find_by_statement(tx.stmt(sql, values))
        .one(tx.conn())
        .await?)
}

/// Moves one delivery forward; answers its message when something changed.
async fn advance(tx: &Tx, delivery: Match, read: bool, now: i64) -> AppResult<Option<i64>> {
    if delivery.unclear {
        // the phone has told which copy it has: no other one will be heard of
        let sql = "UPDATE delivery SET unclear = FALSE WHERE message_id = $1 AND seq = $2";
        tx.exec(sql, [delivery.message_id.into(), delivery.seq.into()])
            .await?;
    }
    let to = if read { D::Read } else { D::Delivered };
    let from = match D::from_number(delivery.state) {
        Some(from @ (D::Accepted | D::Delivered)) if from < to => from,
        _ => return Ok(None),
    };
    let sql =
        "UPDATE delivery SET state = $1, state_at = $2 WHERE message_id = $3 AND seq = $4 AND state = $5";
    let values = [
        (to as i64).into(),
        now.into(),
        delivery.message_id.into(),
        delivery.seq.into(),
        (from as i64).into(),
    ];
    if tx.exec(sql, values).await? == 0 {
        return Ok(None);
    }
    let column = |s: D| match s {
        D::Accepted => "accepted",
        D::Delivered => "delivered",
        _ => "read_count",
    };
    let sql = format!(
        "UPDATE message SET {0} = {0} - 1, {1} = {1} + 1 WHERE id = $1",
        column(from),
        column(to)
    );
    tx.exec(&sql, [delivery.message_id.into()]).await?;
    Ok(Some(delivery.message_id))
}

/// Tells open pages of changed messages.
pub fn tell_changed(ctx: &Ctx, organisation_id: i64, outcome: &Outcome) {
    for row in &outcome.changed {
        super::sending::tell(ctx, organisation_id, row);
    }
}
