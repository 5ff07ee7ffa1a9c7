//! Checking the chain from the page. Who checked, and what was found, is in the log too.
use super::shown::actor;
use crate::features::{
    audit::{
        model::Chain,
        server::{entity, record, verify},
    },
    audit_log::model::LastCheck,
    auth::server::Granted,
};
use crate::kernel::{AppResult, Timestamp, permission::cap, server::Ctx};
use sea_orm::{QueryOrder, QuerySelect, prelude::*};

/// The action's code.
const VERIFY: &str = "audit.verify";

/// Checks the chain of the organisation.
pub async fn check(ctx: Ctx, granted: Granted<cap::SeeAuditLog>) -> AppResult<Chain> {
    let chain = verify(&ctx, granted.organisation_id()).await?;
    let tx = ctx.db.begin().await?;
    let detail = serde_json::json!({
        "entries": chain.entries, "unbroken": chain.broken.is_none(), "head": chain.head, "broken": chain.broken,
    });
    record(&ctx, &tx, granted.who(), VERIFY, "", detail).await?;
    tx.commit().await?;
    Ok(chain)
}

/// The last check of the organisation's chain.
pub(super) async fn last(ctx: &Ctx, organisation_id: i64) -> AppResult<Option<LastCheck>> {
    let row = entity::Entity::find()
        .filter(entity::Column::OrganisationId.eq(organisation_id))
        .filter(entity::Column::Action.eq(VERIFY))
        .order_by_desc(entity::Column::Seq)
        .limit(1)
        .one(ctx.db.conn())
        .await?;
    Ok(row.map(|row| {
        let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
        LastCheck {
            at: Timestamp(row.at),
            entries: detail["entries"].as_u64().unwrap_or_default(),
            unbroken: detail["unbroken"].as_bool().unwrap_or_default(),
            name: actor(&row),
        }
    }))
}
