//! The list of one's own passkeys, and whose passkeys stop working when the rule is switched off.
use super::{
    entity::{Column, Entity, Model},
    passkeys_of,
    relying_party::relying_party,
};
use crate::features::audit::server::record;
use crate::features::auth::{
    model::{PasskeyRow, Passkeys, passkey_name},
    server::{Granted, rules::rules, signed_in},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal},
};
use sea_orm::{ActiveValue::Set, FromQueryResult, IntoActiveModel, prelude::*};

/// The own passkeys.
pub async fn load_passkeys(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<Passkeys> {
    let administrator = signed_in(&ctx, &granted).await?;
    let row = |row: Model| {
        Ok::<_, AppError>(PasskeyRow {
            uid: row
                .uid
                .parse()
                .map_err(|_| internal(&"a stored uid is malformed"))?,
            name: row.name,
            created_at: Timestamp(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp),
        })
    };
    let rows = passkeys_of(&ctx, administrator.id).await?;
    Ok(Passkeys {
        allowed: rules(&ctx, granted.organisation_id()).await?.passkeys_allowed,
        possible: relying_party(&ctx).is_ok(),
        passkeys: rows.into_iter().map(row).collect::<AppResult<_>>()?,
    })
}

async fn own(ctx: &Ctx, granted: &Granted<cap::SignedIn>, uid: &Uid) -> AppResult<Model> {
    let administrator = signed_in(ctx, granted).await?;
    let row = Entity::find()
        .filter(Column::Uid.eq(uid.as_str()))
        .filter(Column::AdministratorId.eq(administrator.id))
        .one(ctx.db.conn())
        .await?;
    row.ok_or_else(|| ErrorCode::NotFound.into())
}

/// Gives an own passkey another name.
pub async fn rename_passkey(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    uid: Uid,
    name: String,
) -> AppResult<()> {
    let name = passkey_name(&name)?;
    let row = own(&ctx, &granted, &uid).await?;
    let change = serde_json::json!({ "before": row.name, "after": name });
    let tx = ctx.db.begin().await?;
    let mut row = row.into_active_model();
    row.name = Set(name);
    row.update(tx.conn()).await?;
    record(&ctx, &tx, granted.who(), "passkey.rename", uid.as_str(), change).await?;
    tx.commit().await
}

/// Deletes an own passkey.
pub async fn delete_passkey(ctx: Ctx, granted: Granted<cap::SignedIn>, uid: Uid) -> AppResult<()> {
    granted.fresh(ctx.now())?;
    let row = own(&ctx, &granted, &uid).await?;
    let tx = ctx.db.begin().await?;
    Entity::delete_by_id(row.id).exec(tx.conn()).await?;
    let detail = serde_json::json!({ "name": row.name });
    record(&ctx, &tx, granted.who(), "passkey.delete", uid.as_str(), detail).await?;
    tx.commit().await
}

#[derive(FromQueryResult)]
struct Holder {
    name: String,
}

/// The names of the organisation's administrators who have passkeys: they need their password when passkeys are
/// switched off.
pub async fn passkey_holders(ctx: Ctx, granted: Granted<cap::ManageRules>) -> AppResult<Vec<String>> {
    let sql =
        "SELECT a.name AS name FROM administrator a WHERE a.organisation_id = $1 AND a.disabled_at IS NULL
               AND EXISTS (SELECT 1 FROM passkey p WHERE p.administrator_id = a.id) ORDER BY a.name";
    let statement = ctx.db.stmt(sql, [granted.organisation_id().into()]);
    let rows = Holder::find_by_statement(statement).all(ctx.db.conn()).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}
