//! What an organisation has set for its administrators.
use super::entity::organisation_rules::{ActiveModel, Entity, Model};
use crate::features::auth::model::Rules;
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx},
};
use sea_orm::{ActiveValue::Set, prelude::*};

/// The rules of the organisation.
pub async fn rules(ctx: &Ctx, organisation_id: i64) -> AppResult<Rules> {
    let row = Entity::find_by_id(organisation_id).one(ctx.db.conn()).await?;
    Ok(row.map_or_else(Rules::default, of_row))
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
