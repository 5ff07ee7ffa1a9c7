//! What an organisation has set for its administrators.
use super::{
    entity::organisation_rules::{ActiveModel, Column, Entity, Model},
    guard::Granted,
};
use crate::features::audit::server::record;
use crate::features::auth::model::Rules;
use crate::kernel::{
    AppResult, Timestamp,
    permission::cap,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{ActiveValue::Set, prelude::*};
use serde_json::{Map, Value, json};

/// The rules of the organisation.
pub async fn rules(ctx: &Ctx, organisation_id: i64) -> AppResult<Rules> {
    let row = Entity::find_by_id(organisation_id).one(ctx.db.conn()).await?;
    Ok(row.map_or_else(Rules::default, of_row))
}

/// The organisations that keep texts for less than 180 days, and for how many.
pub async fn shorter_text_periods(ctx: &Ctx) -> AppResult<Vec<(i64, u32)>> {
    let longest = Rules::default().text_days;
    let rows = Entity::find()
        .filter(Column::TextDays.lt(longest))
        .all(ctx.db.conn())
        .await?;
    let period = |row: Model| (row.organisation_id, of_row(row).text_days);
    Ok(rows.into_iter().map(period).collect())
}

/// For how many days the organisation keeps texts; also inside of a transaction.
pub async fn text_days<C: ConnectionTrait>(conn: &C, organisation_id: i64) -> AppResult<u32> {
    let row = Entity::find_by_id(organisation_id).one(conn).await?;
    Ok(row.map_or_else(Rules::default, of_row).text_days)
}

/// Organisations that keep the network addresses of their audit log for less than the longest period, with their days.
pub async fn shorter_address_periods(ctx: &Ctx) -> AppResult<Vec<(i64, u32)>> {
    let longest = Rules::default().address_days;
    let rows = Entity::find()
        .filter(Column::AddressDays.lt(longest))
        .all(ctx.db.conn())
        .await?;
    let period = |row: Model| (row.organisation_id, of_row(row).address_days);
    Ok(rows.into_iter().map(period).collect())
}

fn of_row(row: Model) -> Rules {
    let default = Rules::default();
    let number = |value: i64, default: u32| u32::try_from(value).unwrap_or(default);
    Rules {
        password_min_length: number(row.password_min_length, default.password_min_length),
        breached_check: row.breached_check,
        passkeys_allowed: row.passkeys_allowed,
        second_factor_required: row.second_factor_required,
        idle_minutes: number(row.idle_minutes, default.idle_minutes),
        absolute_minutes: number(row.absolute_minutes, default.absolute_minutes),
        step_up_above: number(row.step_up_above, default.step_up_above),
        text_days: number(row.text_days, default.text_days),
        address_days: number(row.address_days, default.address_days),
    }
}

fn to_row(organisation_id: i64, rules: &Rules) -> ActiveModel {
    ActiveModel {
        organisation_id: Set(organisation_id),
        password_min_length: Set(rules.password_min_length.into()),
        breached_check: Set(rules.breached_check),
        passkeys_allowed: Set(rules.passkeys_allowed),
        second_factor_required: Set(rules.second_factor_required),
        idle_minutes: Set(rules.idle_minutes.into()),
        absolute_minutes: Set(rules.absolute_minutes.into()),
        step_up_above: Set(rules.step_up_above.into()),
        text_days: Set(rules.text_days.into()),
        address_days: Set(rules.address_days.into()),
    }
}

/// The rules of a new organisation.
pub(super) async fn insert_default_rules(tx: &Tx, organisation_id: i64) -> AppResult<()> {
    Entity::insert(to_row(organisation_id, &Rules::default()))
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// The rules of the own organisation, to change them.
pub async fn own_rules(ctx: Ctx, granted: Granted<cap::ManageRules>) -> AppResult<Rules> {
    rules(&ctx, granted.organisation_id()).await
}

/// Changes the rules. What is stricter holds at once: sessions that are too old by the new rules end.
pub async fn change_rules(ctx: Ctx, granted: Granted<cap::ManageRules>, new: Rules) -> AppResult<()> {
    let new = new.validate()?;
    granted.fresh(ctx.now())?;
    let organisation_id = granted.organisation_id();
    let tx = ctx.db.begin().await?;
    let row = Entity::find_by_id(organisation_id).one(tx.conn()).await?;
    let old = row.map_or_else(Rules::default, of_row);
    let (before, after) = difference(&old, &new)?;
    if before.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .set(to_row(organisation_id, &new))
        .filter(Column::OrganisationId.eq(organisation_id))
        .exec(tx.conn())
        .await?;
    shorten_sessions(&tx, organisation_id, &new).await?;
    let detail = json!({ "before": before, "after": after });
    record(&ctx, &tx, granted.who(), "rules.change", "", detail).await?;
    tx.commit().await
}

/// What has changed, by the names of the fields: before and after.
fn difference(old: &Rules, new: &Rules) -> AppResult<(Map<String, Value>, Map<String, Value>)> {
    let object = |rules: &Rules| match serde_json::to_value(rules) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(internal(&"rules are not an object")),
    };
    let (old, new) = (object(old)?, object(new)?);
    let changed = |a: &Map<String, Value>, b: &Map<String, Value>| -> Map<String, Value> {
        let fields = a.iter().filter(|(name, value)| b.get(*name) != Some(value));
        fields
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    Ok((changed(&old, &new), changed(&new, &old)))
}

async fn shorten_sessions(tx: &Tx, organisation_id: i64, rules: &Rules) -> AppResult<()> {
    for (since, minutes) in [
        ("created_at", rules.absolute_minutes),
        ("last_used_at", rules.idle_minutes),
    ] {
        let sql = format!(
            "UPDATE session SET expires_at = {since} + $1 WHERE expires_at > {since} + $1
             AND administrator_id IN (SELECT id FROM administrator WHERE organisation_id = $2)"
        );
        let length = i64::from(minutes) * Timestamp::MINUTE;
        tx.exec(&sql, [length.into(), organisation_id.into()]).await?;
    }
    Ok(())
}

/// Whether any organisation allows passkeys.
pub(super) async fn passkeys_anywhere(ctx: &Ctx) -> AppResult<bool> {
    let row = Entity::find()
        .filter(Column::PasskeysAllowed.eq(true))
        .one(ctx.db.conn())
        .await?;
    Ok(row.is_some())
}
