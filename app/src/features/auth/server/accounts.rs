//! Administrators as rows, for the slice that manages them.
use super::{
    devices,
    entity::{administrator, administrator_right},
    reset::remove_links,
    rights::rights_of,
    rules::rules,
    sessions::remove_sessions,
};
use crate::features::auth::model::{FactorKind, Proofs};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    permission::Right,
    rights::Rights,
    server::{Ctx, Tx},
};
use sea_orm::{ActiveValue::Set, FromQueryResult, IntoActiveModel, QuerySelect, QueryTrait, prelude::*};
use std::collections::HashMap;

/// All administrators of an organisation with what they may, in two queries however many they are.
pub async fn administrators_of(
    ctx: &Ctx,
    organisation_id: i64,
) -> AppResult<Vec<(administrator::Model, Rights)>> {
    let rows = administrator::Entity::find()
        .filter(administrator::Column::OrganisationId.eq(organisation_id))
        .filter(administrator::Column::RemovedAt.is_null())
        .all(ctx.db.conn())
        .await?;
    let own = administrator::Entity::find()
        .select_only()
        .column(administrator::Column::Id)
        .filter(administrator::Column::OrganisationId.eq(organisation_id))
        .into_query();
    let given = administrator_right::Entity::find()
        .filter(administrator_right::Column::AdministratorId.in_subquery(own))
        .all(ctx.db.conn())
        .await?;
    let mut rights: HashMap<i64, Rights> = HashMap::new();
    for row in given {
        if let Some(right) = Right::from_code(&row.code) {
            rights
                .entry(row.administrator_id)
                .or_default()
                .give(right, row.identity_id);
        }
    }
    let with_rights = |row: administrator::Model| {
        let rights = match row.full_access {
            true => Rights::full(),
            false => rights.remove(&row.id).unwrap_or_default(),
        };
        (row, rights)
    };
    Ok(rows.into_iter().map(with_rights).collect())
}

#[derive(FromQueryResult)]
struct ProofsRow {
    id: i64,
    kind: Option<String>,
    passkeys: i64,
}

/// What the administrators of an organisation have besides their passwords.
pub async fn proofs_of(ctx: &Ctx, organisation_id: i64) -> AppResult<HashMap<i64, Proofs>> {
    let passkeys_allowed = rules(ctx, organisation_id).await?.passkeys_allowed;
    let sql = "SELECT a.id,
                   (SELECT f.kind FROM second_factor f WHERE f.administrator_id = a.id AND f.active) AS kind,
                   (SELECT COUNT(*) FROM passkey p WHERE p.administrator_id = a.id) AS passkeys
               FROM administrator a WHERE a.organisation_id = $1";
    let rows = ProofsRow::find_by_statement(ctx.db.stmt(sql, [organisation_id.into()]))
        .all(ctx.db.conn())
        .await?;
    let proofs = |row: ProofsRow| {
        let proofs = Proofs {
            passkey: passkeys_allowed && row.passkeys > 0,
            code: row.kind.as_deref().and_then(FactorKind::parse),
        };
        (row.id, proofs)
    };
    Ok(rows.into_iter().map(proofs).collect())
}

/// One administrator of an organisation with what they may.
///
/// # Errors
/// [`ErrorCode::NotFound`], also for one who was removed.
pub async fn administrator_of<C: ConnectionTrait>(
    conn: &C,
    organisation_id: i64,
    uid: &Uid,
) -> AppResult<(administrator::Model, Rights)> {
    let row = administrator::Entity::find()
        .filter(administrator::Column::OrganisationId.eq(organisation_id))
        .filter(administrator::Column::Uid.eq(uid.as_str()))
        .filter(administrator::Column::RemovedAt.is_null())
        .one(conn)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let rights = rights_of(conn, &row).await?;
    Ok((row, rights))
}

/// From here to the end of the transaction nobody else changes administrators of the organisation.
pub async fn lock_administrators(tx: &Tx, organisation_id: i64) -> AppResult<()> {
    let sql = "UPDATE organisation SET name = name WHERE id = $1";
    tx.exec(sql, [organisation_id.into()]).await.map(|_| ())
}

/// Whether somebody with full access who can sign in is left. Call it after the change, within
/// [`lock_administrators`].
///
/// # Errors
/// [`ErrorCode::LastFullAccess`]
pub async fn check_full_access_left(tx: &Tx, organisation_id: i64) -> AppResult<()> {
    let left = administrator::Entity::find()
        .filter(administrator::Column::OrganisationId.eq(organisation_id))
        .filter(administrator::Column::FullAccess.eq(true))
        .filter(administrator::Column::DisabledAt.is_null())
        .count(tx.conn())
        .await?;
    match left {
        0 => Err(ErrorCode::LastFullAccess.into()),
        _ => Ok(()),
    }
}

/// Disables (and ends all sessions, links for a password and known browsers) or enables. Answers how many sessions have
/// ended, for the log. After the commit call [`super::access_changed`].
pub async fn set_disabled(tx: &Tx, administrator_id: i64, at: Option<Timestamp>) -> AppResult<u64> {
    let sql = "UPDATE administrator SET disabled_at = $1 WHERE id = $2";
    tx.exec(sql, [at.map(|at| at.0).into(), administrator_id.into()])
        .await?;
    if at.is_none() {
        return Ok(0);
    }
    let ended = remove_sessions(tx, administrator_id, None).await?;
    remove_links(tx, administrator_id).await?;
    devices::forget(tx, administrator_id).await?;
    Ok(ended)
}

/// Removes an administrator: the row stays as the name beside what they did, without anything to sign in by. Answers how
/// many sessions have ended, for the log.
pub async fn remove_administrator(tx: &Tx, row: &administrator::Model, now: Timestamp) -> AppResult<u64> {
    let ended = set_disabled(tx, row.id, Some(now)).await?;
    super::rights::give_rights(tx, row.id, &Rights::default()).await?;
    for table in ["passkey", "passkey_ceremony", "second_factor", "backup_code"] {
        let sql = format!("DELETE FROM {table} WHERE administrator_id = $1");
        tx.exec(&sql, [row.id.into()]).await?;
    }
    let mut row = row.clone().into_active_model();
    row.full_access = Set(false);
    // the address is free for another account
    let gone = format!("removed-{}", row.uid.clone().take().unwrap_or_default());
    row.email = Set(gone);
    row.password_hash = Set(String::new());
    row.removed_at = Set(Some(now.0));
    row.update(tx.conn()).await?;
    Ok(ended)
}

/// Whether an administrator of the organisation has that e-mail.
pub async fn email_is_taken(tx: &Tx, organisation_id: i64, email: &str) -> AppResult<bool> {
    let found = administrator::Entity::find()
        .filter(administrator::Column::OrganisationId.eq(organisation_id))
        .filter(administrator::Column::Email.eq(email))
        .one(tx.conn())
        .await?;
    Ok(found.is_some())
}
