//! How many people lists reach together.
use crate::features::{
    lists::model::{Audience, ListState},
    recipients::model::RecipientState,
};
use crate::kernel::{AppResult, server::faults::internal};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};

/// Counts the distinct recipients of these lists of the identity by one statement; deleted lists count nothing.
pub async fn audience_counts<C: ConnectionTrait>(
    conn: &C,
    identity_id: i64,
    list_ids: &[i64],
) -> AppResult<Audience> {
    if list_ids.is_empty() {
        return Ok(Audience::default());
    }
    // numbers of our own: safe inside the statement
    let ids: Vec<_> = list_ids.iter().map(i64::to_string).collect();
    let state = |name: &str, state: RecipientState| {
        format!(
            "COALESCE(SUM(CASE WHEN r.state = {} THEN 1 ELSE 0 END), 0) AS {name}",
            state.number()
        )
    };
    let sql = format!(
        "SELECT COUNT(*) AS total, COALESCE(SUM(CASE WHEN a.n > 1 THEN 1 ELSE 0 END), 0) AS more, {}, {}, {}, {} \
         FROM (SELECT m.recipient_id, COUNT(*) AS n FROM distribution_list_member m \
           WHERE m.list_id IN (SELECT l.id FROM distribution_list l WHERE l.identity_id = $1 \
             AND l.state = '{}' AND l.id IN ({})) \
           GROUP BY m.recipient_id) a \
         CROSS JOIN recipient r WHERE r.id = a.recipient_id",
        state("not_fetched", RecipientState::NotFetched),
        state("unknown", RecipientState::Unknown),
        state("key_changed", RecipientState::KeyChanged),
        state("revoked", RecipientState::Revoked),
        ListState::Active.code(),
        ids.join(","),
    );
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [identity_id.into()]);
    let row = conn
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| internal(&"COUNT gave no row"))?;
    Ok(counts(&row)?)
}

fn counts(row: &QueryResult) -> Result<Audience, DbErr> {
    let get = |name: &str| -> Result<u64, DbErr> {
        let n: i64 = row.try_get("", name)?;
        Ok(u64::try_from(n).unwrap_or_default())
    };
    Ok(Audience {
        total: get("total")?,
        named_more_than_once: get("more")?,
        not_fetched: get("not_fetched")?,
        unknown: get("unknown")?,
        key_changed: get("key_changed")?,
        revoked: get("revoked")?,
    })
}
