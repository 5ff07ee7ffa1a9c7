//! What administrators have been given, in the database.
use super::entity::{administrator, administrator_right as row};
use crate::kernel::{
    AppResult, Uid,
    permission::Right,
    rights::{RightSet, Rights},
    server::{Ctx, Tx},
};
use sea_orm::{ActiveValue::Set, FromQueryResult, Statement, prelude::*};

/// What an administrator has been given.
pub async fn rights_of<C: ConnectionTrait>(
    conn: &C,
    administrator: &administrator::Model,
) -> AppResult<Rights> {
    let sql = format!("SELECT {RIGHTS} FROM administrator a WHERE a.id = $1");
    let values = [administrator.id.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let row = Given::find_by_statement(statement).one(conn).await?;
    let given = row.and_then(|row| row.rights);
    Ok(rights_in(administrator.full_access, given.as_deref()))
}

#[derive(FromQueryResult)]
struct Given {
    rights: Option<String>,
}

/// What an administrator `a` has been given, in one text beside what else is read of them: see [`rights_in`].
pub(super) const RIGHTS: &str =
    "(SELECT string_agg(r.code || ':' || COALESCE(CAST(r.identity_id AS TEXT), ''), ',')
      FROM administrator_right r WHERE r.administrator_id = a.id) AS rights";

/// The rights in such a text: `see:3,send:3,roles:`. What cannot be read, and a code that the catalogue does not know, gives
/// nothing.
pub(super) fn rights_in(full_access: bool, text: Option<&str>) -> Rights {
    if full_access {
        return Rights::full();
    }
    let mut rights = Rights::default();
    for (code, identity) in text
        .unwrap_or_default()
        .split(',')
        .filter_map(|one| one.split_once(':'))
    {
        let identity = match identity {
            "" => Ok(None),
            number => number.parse().map(Some),
        };
        if let (Some(right), Ok(identity)) = (Right::from_code(code), identity) {
            rights.give(right, identity);
        }
    }
    rights
}

/// The same rights, narrowed to a set: what an API key may that was made for less than its administrator may.
pub async fn narrowed(ctx: &Ctx, organisation_id: i64, rights: &Rights, to: RightSet) -> AppResult<Rights> {
    let sql = "SELECT id, uid FROM identity WHERE organisation_id = $1";
    let names = Name::find_by_statement(ctx.db.stmt(sql, [organisation_id.into()]))
        .all(ctx.db.conn())
        .await?;
    Ok(rights.only(to, names.into_iter().map(|name| name.id)))
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

#[derive(FromQueryResult)]
struct Name {
    id: i64,
    uid: String,
}

/// The same rights by the uids of identities, for the browser.
pub async fn shown_rights(ctx: &Ctx, rights: &Rights) -> AppResult<Rights<Uid>> {
    let mut shown = Rights {
        full_access: rights.full_access,
        organisation: rights.organisation,
        ..Rights::default()
    };
    if rights.identities.is_empty() {
        return Ok(shown);
    }
    // numbers of our own: safe inside the statement
    let ids: Vec<String> = rights.identities.keys().map(i64::to_string).collect();
    let sql = format!("SELECT id, uid FROM identity WHERE id IN ({})", ids.join(","));
    let names = Name::find_by_statement(ctx.db.stmt(&sql, []))
        .all(ctx.db.conn())
        .await?;
    for name in names {
        if let Ok(uid) = name.uid.parse() {
            shown.identities.insert(uid, rights.within(&name.id));
        }
    }
    Ok(shown)
}

/// Rights by uids as they are stored; identities that do not exist (any more) are left out.
pub async fn stored_rights(tx: &Tx, organisation_id: i64, given: &Rights<Uid>) -> AppResult<Rights> {
    let sql = "SELECT id, uid FROM identity WHERE organisation_id = $1";
    let names = Name::find_by_statement(tx.stmt(sql, [organisation_id.into()]))
        .all(tx.conn())
        .await?;
    let sets = names.into_iter().filter_map(|name| {
        let uid: Uid = name.uid.parse().ok()?;
        Some((name.id, *given.identities.get(&uid)?))
    });
    Ok(Rights {
        full_access: given.full_access,
        organisation: given.organisation,
        identities: sets.collect(),
    })
}
