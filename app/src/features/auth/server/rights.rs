//! What administrators have been given, in the database.
use super::entity::{administrator, administrator_right as row};
use crate::kernel::{AppResult, permission::Right, rights::Rights, server::Tx};
use sea_orm::{ActiveValue::Set, prelude::*};

/// What an administrator has been given. A code that the catalogue does not know gives nothing.
pub async fn rights_of<C: ConnectionTrait>(
    conn: &C,
    administrator: &administrator::Model,
) -> AppResult<Rights> {
    if administrator.full_access {
        return Ok(Rights::full());
    }
    let rows = row::Entity::find()
        .filter(row::Column::AdministratorId.eq(administrator.id))
        .all(conn)
        .await?;
    let mut rights = Rights::default();
    for row in rows {
        if let Some(right) = Right::from_code(&row.code) {
            rights.give(right, row.identity_id);
        }
    }
    Ok(rights)
}

/// Exchanges everything that an administrator has been given. Afterwards, and after the commit, call
/// [`super::access_changed`].
pub async fn give_rights(tx: &Tx, administrator_id: i64, rights: &Rights) -> AppResult<()> {
    tx.exec(
        "UPDATE administrator SET full_access = $1 WHERE id = $2",
        [rights.full_access.into(), administrator_id.into()],
    )
    .await?;
    row::Entity::delete_many()
        .filter(row::Column::AdministratorId.eq(administrator_id))
        .exec(tx.conn())
        .await?;
    if rights.full_access {
        return Ok(());
    }
    let one = |identity_id: Option<i64>, right: Right| row::ActiveModel {
        administrator_id: Set(administrator_id),
        identity_id: Set(identity_id),
        code: Set(right.code().to_owned()),
        ..Default::default()
    };
    let organisation = rights.organisation.iter().map(|right| one(None, right));
    let identities = rights
        .identities
        .iter()
        .flat_map(|(id, set)| set.iter().map(|right| one(Some(*id), right)));
    let rows: Vec<_> = organisation.chain(identities).collect();
    if !rows.is_empty() {
        row::Entity::insert_many(rows)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}
