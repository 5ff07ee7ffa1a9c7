//! Queries over messages and their deliveries, in sets; no rules.
use super::entity::{self, Entity};
use crate::features::messages::model::{DeliveryState as D, MessageState, PauseReason, Reason};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, Uid,
    server::{Ctx, Tx},
};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryFilter, prelude::*};

/// Deliveries per batch, as many as the gateway takes at once (reference/threema-gateway.md section 1.4).
pub const BATCH: i64 = 1_000;

/// The message of that uid and identity.
pub async fn find<C: ConnectionTrait>(conn: &C, identity_id: i64, uid: &Uid) -> AppResult<entity::Model> {
    let row = Entity::find()
        .filter(entity::Column::Uid.eq(uid.as_str()))
        .filter(entity::Column::IdentityId.eq(identity_id))
        .one(conn)
        .await?;
    row.ok_or_else(|| ErrorCode::NotFound.into())
}

/// The message, locked until the transaction ends: nobody writes on it, sends or approves it meanwhile.
pub async fn lock(tx: &Tx, identity_id: i64, uid: &Uid) -> AppResult<entity::Model> {
    let sql = "UPDATE message SET state = state WHERE identity_id = $1 AND uid = $2";
    tx.exec(sql, [identity_id.into(), uid.as_str().into()]).await?;
    find(tx.conn(), identity_id, uid).await
}

/// The message of this number, locked likewise.
pub async fn hold(tx: &Tx, id: i64) -> AppResult<()> {
    let sql = "UPDATE message SET state = state WHERE id = $1";
    tx.exec(sql, [id.into()]).await.map(|_| ())
}

/// What of a list changes whenever somebody comes or goes.
#[derive(FromQueryResult, Debug)]
pub struct ListNow {
    /// Its number.
    pub id: i64,
    /// How many are on it.
    pub member_count: i64,
    /// When it changed last.
    pub updated_at: i64,
}

const LISTS_NOW: &str = "SELECT l.id, l.member_count, l.updated_at FROM distribution_list l
     WHERE l.state = 'active' AND l.id IN (SELECT list_id FROM message_audience WHERE message_id = $1) ORDER BY l.id";

/// The lists of a message as they are now.
pub async fn lists_now(ctx: &Ctx, message_id: i64) -> AppResult<Vec<ListNow>> {
    let statement = ctx.db.stmt(LISTS_NOW, [message_id.into()]);
    Ok(ListNow::find_by_statement(statement).all(ctx.db.conn()).await?)
}

/// The same, and until the transaction ends nobody comes or goes.
pub async fn hold_lists(tx: &Tx, message_id: i64) -> AppResult<Vec<ListNow>> {
    // SQLite has one writer at a time anyway
    let sql = match tx.is_sqlite() {
        true => LISTS_NOW.to_owned(),
        false => format!("{LISTS_NOW} FOR SHARE"),
    };
    let statement = tx.stmt(&sql, [message_id.into()]);
    Ok(ListNow::find_by_statement(statement).all(tx.conn()).await?)
}

/// Notes who wrote on a message: none of them may approve it.
pub async fn note_author(tx: &Tx, message_id: i64, administrator_id: Option<i64>) -> AppResult<()> {
    let Some(administrator_id) = administrator_id else {
        return Ok(());
    };
    let sql =
        "INSERT INTO message_author (message_id, administrator_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.exec(sql, [message_id.into(), administrator_id.into()])
        .await
        .map(|_| ())
}

/// Whether somebody wrote on a message.
pub async fn is_author<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    message_id: i64,
    administrator_id: i64,
) -> AppResult<bool> {
    let sql = "SELECT 1 FROM message_author WHERE message_id = $1 AND administrator_id = $2";
    let statement = ctx.db.stmt(sql, [message_id.into(), administrator_id.into()]);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// How many people a message would go to, without making anything.
pub async fn count_to<C: ConnectionTrait>(ctx: &Ctx, conn: &C, identity_id: i64, to: &To) -> AppResult<u64> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM recipient r WHERE r.identity_id = {identity_id} AND r.state NOT IN (2, 4) AND r.id IN ({})",
        to.recipients(identity_id)
    );
    let row = conn.query_one_raw(ctx.db.stmt(&sql, [])).await?;
    let n: i64 = row.ok_or(ErrorCode::NotFound)?.try_get("", "n")?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// Numbers as they stand in `IN (…)`; they come from the database, never from outside.
pub fn numbers(ids: &[i64]) -> String {
    if ids.is_empty() {
        return "NULL".to_owned();
    }
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// Who a message goes to.
#[derive(Clone, Debug)]
pub enum To {
    /// Everybody on these lists.
    Lists(Vec<i64>),
    /// Those whose delivery of that message failed, and to whom it was not sent once more since.
    FailedOf(i64),
    /// Everybody on any list or feed of the identity.
    Identity,
    /// Everybody on any list or feed of any identity of this organisation, as far as the message's identity knows them.
    Organisation(i64),
    /// The people whom that message names.
    People(i64),
    /// Those whom this query gives.
    Chosen(String),
}

impl To {
    /// Their numbers in this identity, as a query.
    pub fn recipients(&self, identity_id: i64) -> String {
        match self {
            Self::Identity => {
                format!("SELECT e.id FROM recipient e WHERE e.identity_id = {identity_id} AND e.places > 0")
            }
            Self::Organisation(organisation_id) => format!(
                "SELECT e.id FROM recipient e WHERE e.identity_id = {identity_id} AND EXISTS
                   (SELECT 1 FROM identity i JOIN recipient o ON o.identity_id = i.id
                    WHERE i.organisation_id = {organisation_id} AND o.threema_id = e.threema_id AND o.places > 0)"
            ),
            Self::People(id) => {
                format!("SELECT p.recipient_id FROM message_person p WHERE p.message_id = {id}")
            }
            Self::Chosen(query) => query.clone(),
            Self::Lists(ids) => {
                format!(
                    "SELECT m.recipient_id FROM distribution_list_member m WHERE m.list_id IN ({})",
                    numbers(ids)
                )
            }
            Self::FailedOf(id) => {
                format!(
                    "SELECT d.recipient_id FROM delivery d WHERE d.message_id = {id} AND d.state = {} AND NOT EXISTS
                       (SELECT 1 FROM delivery e JOIN message n ON n.id = e.message_id
                        WHERE e.recipient_id = d.recipient_id AND n.retry_of = {id} AND e.state <= {})",
                    D::Failed as i64,
                    D::Read as i64
                )
            }
        }
    }
}

/// Which language's text a recipient gets, as SQL over `recipient r` (rule 14). Codes are two letters by their type.
pub fn variant(languages: &[LanguageCode], default: LanguageCode) -> String {
    let known = languages
        .iter()
        .map(|l| format!("'{l}'"))
        .collect::<Vec<_>>()
        .join(",");
    let known = if known.is_empty() { "''".to_owned() } else { known };
    format!("CASE WHEN r.language IN ({known}) THEN r.language ELSE '{default}' END")
}

/// Makes a delivery for every recipient in one statement, language and key frozen; `first` is the number of the first one.
/// Answers how many they are. [`add_batches`] has them sent.
pub async fn insert_deliveries(
    tx: &Tx,
    message: &entity::Model,
    to: &To,
    (variant, first): (&str, i64),
    now: i64,
) -> AppResult<u64> {
    let sql = format!(
        "INSERT INTO delivery (message_id, seq, recipient_id, language, public_key, state, reason, unclear, state_at)
         SELECT {id}, ROW_NUMBER() OVER (ORDER BY r.id) - 1 + {first}, r.id, {variant}, r.public_key,
                CASE r.state WHEN 2 THEN {skipped} WHEN 4 THEN {skipped} ELSE {pending} END,
                CASE r.state WHEN 2 THEN {unknown} WHEN 4 THEN {revoked} WHEN 3 THEN {changed} ELSE 0 END, FALSE, {now}
         FROM recipient r WHERE r.identity_id = {identity} AND r.id IN ({recipients})",
        id = message.id,
        identity = message.identity_id,
        skipped = D::Skipped as i64,
        pending = D::Pending as i64,
        unknown = Reason::UnknownId as i64,
        revoked = Reason::Revoked as i64,
        changed = Reason::KeyChanged as i64,
        recipients = to.recipients(message.identity_id),
    );
    tx.exec(&sql, []).await
}

/// Makes the batches of `count` deliveries from number `first` on. A batch that has room left takes the first of them: it is
/// opened again. False when somebody works on it just now; then the caller rolls back and comes again.
pub async fn add_batches(tx: &Tx, message_id: i64, first: i64, count: u64) -> AppResult<bool> {
    let end = first + i64::try_from(count).unwrap_or(i64::MAX);
    let fresh = (first + BATCH - 1) / BATCH;
    if first % BATCH > 0 {
        let sql = "UPDATE fanout_batch SET done = FALSE, not_before = 0, failures = 0
                   WHERE message_id = $1 AND batch = $2 AND lease_holder IS NULL";
        if tx.exec(sql, [message_id.into(), (first / BATCH).into()]).await? == 0 {
            return Ok(false);
        }
    }
    let batches = (end + BATCH - 1) / BATCH;
    let sql = format!(
        "WITH RECURSIVE n(b) AS (SELECT CAST({fresh} AS BIGINT) UNION ALL SELECT b + 1 FROM n WHERE b + 1 < {batches})
         INSERT INTO fanout_batch (message_id, batch, done, lease_holder, not_before, open_attempts, failures)
         SELECT {message_id}, b, FALSE, NULL, 0, 0, 0 FROM n"
    );
    if batches > fresh {
        tx.exec(&sql, []).await?;
    }
    Ok(true)
}

/// Notes by recipient who has a delivery, from number `first` on.
pub async fn note_recipients(tx: &Tx, message_id: i64, first: i64) -> AppResult<()> {
    let sql = "INSERT INTO message_recipient (recipient_id, message_id, seq)
               SELECT d.recipient_id, d.message_id, d.seq FROM delivery d WHERE d.message_id = $1 AND d.seq >= $2";
    tx.exec(sql, [message_id.into(), first.into()]).await.map(|_| ())
}

/// Counts deliveries that were added, from number `first` on.
pub async fn count_added(tx: &Tx, message_id: i64, first: i64) -> AppResult<()> {
    let state = |s: D| {
        format!(
            "(SELECT COUNT(*) FROM delivery d WHERE d.message_id = {message_id} AND d.seq >= {first} AND d.state = {})",
            s as i64
        )
    };
    let (pending, skipped) = (state(D::Pending), state(D::Skipped));
    let sql = format!(
        "UPDATE message SET pending = pending + {pending}, skipped = skipped + {skipped},
             total = total + {pending} + {skipped}, finished_at = NULL WHERE id = {message_id}"
    );
    tx.exec(&sql, []).await.map(|_| ())
}

/// Whether this recipient got a message that takes replies and whose text is still kept. One whose batch is on its way
/// counts: a reply can be quicker than the gateway's answer to us.
pub async fn took_replies_of<C: ConnectionTrait>(conn: &C, recipient_id: i64) -> AppResult<bool> {
    let sql = format!(
        "SELECT 1 AS n FROM message_recipient x JOIN message m ON m.id = x.message_id
           JOIN delivery d ON d.message_id = x.message_id AND d.seq = x.seq
         WHERE x.recipient_id = $1 AND m.takes_replies AND m.erased_at IS NULL
           AND (d.state IN ({}, {}, {}) OR (d.state = {} AND EXISTS (SELECT 1 FROM fanout_batch b
                WHERE b.message_id = d.message_id AND b.batch = d.seq / {BATCH} AND b.lease_holder IS NOT NULL))) LIMIT 1",
        D::Accepted as i64,
        D::Delivered as i64,
        D::Read as i64,
        D::Pending as i64
    );
    let statement =
        sea_orm::Statement::from_sql_and_values(conn.get_database_backend(), sql, [recipient_id.into()]);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Whether any message of the identity that was sent and whose text is kept takes replies.
pub async fn any_takes_replies(ctx: &Ctx, identity_id: i64) -> AppResult<bool> {
    let sql = "SELECT 1 AS n FROM message WHERE identity_id = $1 AND takes_replies AND erased_at IS NULL
                 AND state NOT IN ('draft', 'needs_approval') LIMIT 1";
    let found = ctx
        .db
        .conn()
        .query_one_raw(ctx.db.stmt(sql, [identity_id.into()]))
        .await?;
    Ok(found.is_some())
}

/// Counts the deliveries anew into the message's row; only used when they are made.
pub async fn count_anew(tx: &Tx, message_id: i64) -> AppResult<()> {
    let state = |s: D| {
        format!(
            "(SELECT COUNT(*) FROM delivery d WHERE d.message_id = {message_id} AND d.state = {})",
            s as i64
        )
    };
    let sql = format!(
        "UPDATE message SET pending = {}, skipped = {}, accepted = 0, delivered = 0, read_count = 0, failed = 0, cancelled = 0,
             total = (SELECT COUNT(*) FROM delivery d WHERE d.message_id = {message_id}) WHERE id = {message_id}",
        state(D::Pending),
        state(D::Skipped)
    );
    tx.exec(&sql, []).await.map(|_| ())
}

/// Removes deliveries and batches of a message that is taken back.
pub async fn remove_deliveries(tx: &Tx, message_id: i64) -> AppResult<()> {
    for table in ["message_recipient", "fanout_batch", "delivery"] {
        tx.exec(
            &format!("DELETE FROM {table} WHERE message_id = $1"),
            [message_id.into()],
        )
        .await?;
    }
    let sql = "UPDATE message SET total = 0, pending = 0, skipped = 0 WHERE id = $1";
    tx.exec(sql, [message_id.into()]).await.map(|_| ())
}

/// Moves a message from one of the states to another; false when it is in none of them.
pub async fn move_state(
    tx: &Tx,
    message_id: i64,
    from: &[MessageState],
    to: MessageState,
    reason: Option<PauseReason>,
) -> AppResult<bool> {
    let from = from
        .iter()
        .map(|s| format!("'{}'", s.code()))
        .collect::<Vec<_>>()
        .join(",");
    let sql = format!("UPDATE message SET state = $1, pause_reason = $2 WHERE id = $3 AND state IN ({from})");
    let values = [
        to.code().into(),
        reason.map(|r| r.code().to_owned()).into(),
        message_id.into(),
    ];
    Ok(tx.exec(&sql, values).await? == 1)
}

/// Cancels what is pending in batches that nobody works on; those in work cancel the rest themselves.
///
/// The batches come first: from then on nobody takes one of them, while their deliveries, which may be many, are written.
pub async fn cancel_pending(tx: &Tx, message_id: i64, batch: Option<i64>, now: i64) -> AppResult<()> {
    let free = match batch {
        Some(batch) => format!("batch = {batch}"),
        None => "lease_holder IS NULL".to_owned(),
    };
    let sql = format!(
        "UPDATE fanout_batch SET done = TRUE, lease_holder = NULL WHERE message_id = {message_id} AND NOT done AND {free}"
    );
    tx.exec(&sql, []).await?;
    let batches = match batch {
        Some(batch) => format!(
            "d.seq / {BATCH} = {batch} AND d.seq >= {} AND d.seq < {}",
            batch * BATCH,
            (batch + 1) * BATCH
        ),
        None => format!(
            "NOT EXISTS (SELECT 1 FROM fanout_batch b WHERE b.message_id = {message_id} AND b.batch = d.seq / {BATCH} AND b.lease_holder IS NOT NULL)"
        ),
    };
    let sql = format!(
        "UPDATE delivery AS d SET state = {}, reason = 0, state_at = {now} WHERE d.message_id = {message_id} AND d.state = {} AND {batches}",
        D::Cancelled as i64,
        D::Pending as i64
    );
    let n = i64::try_from(tx.exec(&sql, []).await?).unwrap_or_default();
    let sql = "UPDATE message SET pending = pending - $1, cancelled = cancelled + $1 WHERE id = $2";
    tx.exec(sql, [n.into(), message_id.into()]).await.map(|_| ())
}

/// How many people a selection of lists has, how many more than once, and in which states their keys are.
#[derive(FromQueryResult, Debug)]
pub struct Group {
    /// State of the recipient.
    pub state: i64,
    /// Language of the variant.
    pub language: String,
    /// Different people.
    pub people: i64,
    /// On more than one of the lists.
    pub more: i64,
}

/// Counts exactly whom a message goes to, in one statement.
pub async fn count_union(ctx: &Ctx, identity_id: i64, to: &To, variant: &str) -> AppResult<Vec<Group>> {
    let people = match to {
        To::Lists(lists) => format!(
            "SELECT m.recipient_id AS id, COUNT(*) AS n FROM distribution_list_member m WHERE m.list_id IN ({}) GROUP BY m.recipient_id",
            numbers(lists)
        ),
        other => format!(
            "SELECT q.id AS id, 1 AS n FROM recipient q WHERE q.id IN ({})",
            other.recipients(identity_id)
        ),
    };
    let sql = format!(
        "SELECT r.state AS state, {variant} AS language, COUNT(*) AS people, SUM(CASE WHEN u.n > 1 THEN 1 ELSE 0 END) AS more
         FROM ({people}) u JOIN recipient r ON r.id = u.id WHERE r.identity_id = {identity_id} GROUP BY 1, 2"
    );
    Ok(Group::find_by_statement(ctx.db.stmt(&sql, []))
        .all(ctx.db.conn())
        .await?)
}
