//! Entries from the time before the chain get their places in it, once.
use super::{
    chain::link,
    entity,
    head::{self, Head},
};
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx},
};
use sea_orm::{QueryOrder, QuerySelect, prelude::*};

const CHUNK: u64 = 2_000;

/// Chains what organisations without a chain have; called at every start.
pub async fn chain_old_entries(ctx: &Ctx) -> AppResult<()> {
    let sql = "SELECT o.id FROM organisation o \
               WHERE NOT EXISTS (SELECT 1 FROM audit_head h WHERE h.organisation_id = o.id) ORDER BY o.id";
    for row in ctx.db.conn().query_all_raw(ctx.db.stmt(sql, [])).await? {
        let organisation_id: i64 = row.try_get("", "id")?;
        let tx = ctx.db.begin().await?;
        head::lock(ctx, &tx, organisation_id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Chains the organisation's entries that have no number yet, in the order in which they came.
pub(super) async fn chain(ctx: &Ctx, tx: &Tx, head: &mut Head) -> AppResult<()> {
    let mut done = 0;
    loop {
        let rows = entity::Entity::find()
            .filter(entity::Column::OrganisationId.eq(head.organisation_id))
            .filter(entity::Column::Seq.is_null())
            .filter(entity::Column::Id.gt(done))
            .order_by_asc(entity::Column::Id)
            .limit(CHUNK)
            .all(tx.conn())
            .await?;
        let Some(last) = rows.last() else { break };
        done = last.id;
        write(ctx, tx, head, rows).await?;
    }
    head.save(tx).await
}

async fn write(ctx: &Ctx, tx: &Tx, head: &mut Head, rows: Vec<entity::Model>) -> AppResult<()> {
    let places: Vec<_> = rows
        .into_iter()
        .map(|mut entry| {
            link(&*ctx.rng, head, &mut entry);
            serde_json::json!([
                entry.id,
                entry.seq,
                entry.hash,
                entry.address_salt,
                entry.address_hash
            ])
        })
        .collect();
    let rows = match tx.is_sqlite() {
        true => "(SELECT value FROM json_each($1))",
        false => "(SELECT value FROM jsonb_array_elements(CAST($1 AS jsonb)) AS e (value))",
    };
    let sql = format!(
        "UPDATE audit_entry SET seq = CAST(j.value ->> 1 AS BIGINT), hash = j.value ->> 2, \
         address_salt = j.value ->> 3, address_hash = j.value ->> 4 \
         FROM {rows} AS j WHERE audit_entry.id = CAST(j.value ->> 0 AS BIGINT)"
    );
    let places = serde_json::Value::Array(places).to_string();
    tx.exec(&sql, [places.into()]).await.map(|_| ())
}
