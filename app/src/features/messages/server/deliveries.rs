//! What is known of a message for each of its recipients.
use super::store;
use crate::features::{
    auth::server::Granted,
    identities::server as identities,
    messages::model::{DeliveryRow, DeliveryState, Reason},
};
use crate::kernel::{
    AppResult, LanguageCode, Page, PageRequest, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal},
};
use sea_orm::{FromQueryResult, prelude::*};

#[derive(FromQueryResult)]
struct DeliveryAndName {
    seq: i64,
    threema_id: String,
    first_name: String,
    last_name: String,
    language: String,
    state: i64,
    reason: i64,
    state_at: i64,
}

/// The deliveries of a message in the order of sending.
pub async fn list_deliveries(
    ctx: Ctx,
    granted: Granted<cap::SeeMessages>,
    identity: Uid,
    message: Uid,
    page: PageRequest,
) -> AppResult<Page<DeliveryRow>> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let row = store::find(ctx.db.conn(), identity.id, &message).await?;
    let state = DeliveryState::from_code(&page.filter);
    let like = like(&page.q);
    let mut filter = format!("d.message_id = {}", row.id);
    if let Some(state) = state {
        filter += &format!(" AND d.state = {}", state as i64);
    }
    if like.is_some() {
        filter += &format!(
            " AND d.recipient_id IN (SELECT s.id FROM recipient s WHERE s.identity_id = {} AND (s.threema_id LIKE $1 ESCAPE '!'
               OR LOWER(s.first_name) LIKE LOWER($1) ESCAPE '!' OR LOWER(s.last_name) LIKE LOWER($1) ESCAPE '!'))",
            identity.id
        );
    }
    let values = |like: &Option<String>| {
        like.iter()
            .map(|l| l.clone().into())
            .collect::<Vec<sea_orm::Value>>()
    };
    let total = match (&like, state) {
        (None, None) => row.counts().total,
        (None, Some(state)) => state.count_in(&row.counts()),
        (Some(_), _) => {
            let sql = format!("SELECT COUNT(*) AS n FROM delivery d WHERE {filter}");
            let counted = ctx
                .db
                .conn()
                .query_one_raw(ctx.db.stmt(&sql, values(&like)))
                .await?;
            let n = counted.map(|row| row.try_get::<i64>("", "n")).transpose()?;
            n.unwrap_or_default().unsigned_abs()
        }
    };
    let direction = if page.desc { "DESC" } else { "ASC" };
    let limits = format!("LIMIT {} OFFSET {}", page.limit(), page.offset());
    let (rows, order) = match (page.sort.as_str(), &like, state) {
        ("name", ..) => {
            let order = format!("r.name_key {direction}, d.seq {limits}");
            (format!("SELECT * FROM delivery d WHERE {filter}"), order)
        }
        ("at", ..) => (
            format!("SELECT * FROM delivery d WHERE {filter}"),
            format!("d.state_at {direction}, d.seq {limits}"),
        ),
        // the numbers are without gaps: no row before the page is read
        (_, None, None) => {
            let (from, to) = (page.offset(), page.offset() + page.limit());
            (
                format!("SELECT * FROM delivery d WHERE {filter} AND d.seq >= {from} AND d.seq < {to}"),
                "d.seq".to_owned(),
            )
        }
        _ => (
            format!("SELECT * FROM delivery d WHERE {filter} ORDER BY d.seq {limits}"),
            "d.seq".to_owned(),
        ),
    };
    let sql = format!(
        "SELECT d.seq AS seq, r.threema_id AS threema_id, r.first_name AS first_name, r.last_name AS last_name, d.language AS language,
                d.state AS state, d.reason AS reason, d.state_at AS state_at
         FROM ({rows}) d JOIN recipient r ON r.id = d.recipient_id ORDER BY {order}"
    );
    let rows = DeliveryAndName::find_by_statement(ctx.db.stmt(&sql, values(&like)))
        .all(ctx.db.conn())
        .await?;
    let items = rows.into_iter().map(delivery_row).collect::<AppResult<_>>()?;
    Ok(Page {
        items,
        total,
        page: page.page,
        size: page.size,
    })
}

/// A search text as a pattern; none when there is nothing to search.
fn like(q: &str) -> Option<String> {
    let q = q.trim();
    let escaped: String = q
        .chars()
        .flat_map(|c| if "!%_".contains(c) { vec!['!', c] } else { vec![c] })
        .collect();
    (!q.is_empty()).then(|| {
        if q.chars()
            .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '*')
        {
            format!("{escaped}%")
        } else {
            format!("%{escaped}%")
        }
    })
}

fn delivery_row(row: DeliveryAndName) -> AppResult<DeliveryRow> {
    Ok(DeliveryRow {
        seq: row.seq.unsigned_abs(),
        name: format!("{} {}", row.first_name, row.last_name).trim().to_owned(),
        threema_id: row.threema_id,
        language: row.language.parse().unwrap_or(LanguageCode::EN),
        state: DeliveryState::from_number(row.state).ok_or_else(|| internal(&"a stored state is unknown"))?,
        reason: Reason::from_number(row.reason),
        at: Timestamp(row.state_at),
    })
}

/// Deliveries from one number on, at most so many, for exports: nothing holds them all at once.
pub async fn deliveries_of(ctx: &Ctx, message_id: i64, from: i64, most: i64) -> AppResult<Vec<DeliveryRow>> {
    let sql = "SELECT d.seq AS seq, r.threema_id AS threema_id, r.first_name AS first_name, r.last_name AS last_name, d.language AS language,
                      d.state AS state, d.reason AS reason, d.state_at AS state_at
               FROM delivery d JOIN recipient r ON r.id = d.recipient_id
               WHERE d.message_id = $1 AND d.seq >= $2 AND d.seq < $3 ORDER BY d.seq";
    let values = [message_id.into(), from.into(), (from + most).into()];
    let rows = DeliveryAndName::find_by_statement(ctx.db.stmt(sql, values))
        .all(ctx.db.conn())
        .await?;
    rows.into_iter().map(delivery_row).collect()
}
