//! Messages for whoever is new. Who comes to a list or feed is noted in the transaction that adds them, with the messages
//! that they shall get; `messages` sends them and forgets the note in one transaction.
use super::entity::Model;
use crate::features::identities::server::Identity;
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx},
};
use sea_orm::{ConnectionTrait, Value};

/// Whose newcomers get a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Newcomers {
    /// Of any identity of the organisation.
    Organisation,
    /// Of this identity.
    Identity(i64),
    /// Of these lists.
    Lists(Vec<i64>),
}

/// From now on newcomers get this message. The identities concerned must be locked, so that nobody comes unnoticed between
/// those who get it now and those who get it later.
pub async fn greet(tx: &Tx, message_id: i64, organisation_id: i64, whose: &Newcomers) -> AppResult<()> {
    let rows: Vec<(Option<i64>, Option<i64>)> = match whose {
        Newcomers::Organisation => vec![(None, None)],
        Newcomers::Identity(id) => vec![(Some(*id), None)],
        Newcomers::Lists(ids) => ids.iter().map(|id| (None, Some(*id))).collect(),
    };
    let sql =
        "INSERT INTO greeting (message_id, organisation_id, identity_id, list_id) VALUES ($1, $2, $3, $4)";
    for (identity, list) in rows {
        let values = [
            message_id.into(),
            organisation_id.into(),
            identity.into(),
            list.into(),
        ];
        tx.exec(sql, values).await?;
    }
    Ok(())
}

/// Newcomers get these messages no longer; `messages` is a number, or a query that gives numbers with `$1` in it.
pub async fn stop_greeting(tx: &Tx, messages: &str, values: Vec<Value>) -> AppResult<()> {
    for table in ["newcomer", "greeting"] {
        let sql = format!("DELETE FROM {table} WHERE message_id IN ({messages})");
        tx.exec(&sql, values.clone()).await?;
    }
    Ok(())
}

/// Notes who comes to a list: `people` is a query that gives their numbers as `id`.
pub(super) async fn note_newcomers(
    tx: &Tx,
    identity: &Identity,
    list: &Model,
    people: &str,
    values: Vec<Value>,
) -> AppResult<()> {
    let organisation_id = identity.organisation_id;
    let any = format!("SELECT 1 FROM greeting WHERE organisation_id = {organisation_id} LIMIT 1");
    if tx.conn().query_one_raw(tx.stmt(&any, [])).await?.is_none() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO newcomer (message_id, recipient_id)
         SELECT DISTINCT g.message_id, p.id FROM greeting g CROSS JOIN ({people}) p
         WHERE g.organisation_id = {organisation_id}
           AND (g.list_id = {} OR (g.list_id IS NULL AND (g.identity_id IS NULL OR g.identity_id = {})))
         ON CONFLICT DO NOTHING",
        list.id, identity.id
    );
    tx.exec(&sql, values).await.map(|_| ())
}

/// Up to `most` messages for which somebody has come.
pub async fn messages_for_newcomers(ctx: &Ctx, most: u32) -> AppResult<Vec<i64>> {
    let sql = format!("SELECT DISTINCT message_id FROM newcomer ORDER BY message_id LIMIT {most}");
    let rows = ctx.db.conn().query_all_raw(ctx.db.stmt(&sql, [])).await?;
    let ids = rows.iter().map(|row| row.try_get("", "message_id"));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Takes up to `most` of those who have come and get this message; the note is gone with the caller's transaction.
pub async fn take_newcomers(tx: &Tx, message_id: i64, most: u32) -> AppResult<Vec<i64>> {
    let sql = format!(
        "DELETE FROM newcomer WHERE message_id = $1 AND recipient_id IN
           (SELECT recipient_id FROM newcomer WHERE message_id = $1 ORDER BY recipient_id LIMIT {most})
         RETURNING recipient_id"
    );
    let rows = tx
        .conn()
        .query_all_raw(tx.stmt(&sql, [message_id.into()]))
        .await?;
    let ids = rows.iter().map(|row| row.try_get("", "recipient_id"));
    Ok(ids.collect::<Result<_, _>>()?)
}
