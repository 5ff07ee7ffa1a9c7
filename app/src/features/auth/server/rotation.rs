//! Changing keys: the master key of the installation, or the data key of an organisation. Whatever breaks off, every key
//! that is still needed stands somewhere, and the next call goes on.
use super::{entity::organisation, organisation::organisation_by_name};
use crate::features::audit::server::{ActorKind, Who, record};
use crate::kernel::{
    AppError, AppResult, Lang,
    server::{
        Ctx, Tx,
        data_key::{load_data_keys, wrapped},
        master_key::{fitting_master, key_check},
        sealed::{By, SEALED_COLUMNS, SealedColumn},
        secret::{DataKeys, Key, KeyRing, MasterKeyError, Place},
    },
};
use sea_orm::{FromQueryResult, prelude::*};
use serde_json::json;

/// Rows that are read at once.
const PAGE: u64 = 500;

/// Why a key was not changed, or not to the end.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The key file.
    #[error(transparent)]
    File(#[from] MasterKeyError),
    /// There is no key file to change.
    #[error("there is no master key file")]
    NoFile,
    /// The key file and the database do not belong together.
    #[error("the master key does not fit this database: put the right key file there first")]
    DoesNotFit,
    /// There is no such organisation.
    #[error("there is no organisation called {0}")]
    NoOrganisation(String),
    /// Neither the old nor the new key opens a value.
    #[error(
        "{table}.{column} of {row} does not open: it was changed in the database, or another Fanfare has sealed it. Both keys stay as they are"
    )]
    DoesNotOpen {
        /// Table
        table: &'static str,
        /// Column
        column: &'static str,
        /// The row's name
        row: String,
    },
    /// Anything else.
    #[error("{}", .0.text(Lang::En))]
    App(#[from] AppError),
}

impl From<DbErr> for RotateError {
    fn from(error: DbErr) -> Self {
        Self::App(error.into())
    }
}

/// Gives the installation a new master key; answers how many data keys are wrapped by it now.
pub async fn rotate_master_key(ctx: &Ctx) -> Result<u64, RotateError> {
    let file = ctx.keys.file().ok_or(RotateError::NoFile)?;
    let _lock = file.lock()?;
    let fits = fitting_master(ctx, ctx.db.conn(), "").await?;
    // an earlier call may have been broken off before its last step
    file.settle(&fits.ok_or(RotateError::DoesNotFit)?)?;
    let next = Key::generate(&*ctx.rng);
    file.put_next(&next)?;
    let wrapped = rewrap(ctx, &next).await?;
    file.settle(&next)?;
    ctx.keys.set_master(next);
    Ok(wrapped)
}

/// Wraps everything by the next master key that the present one has wrapped, in one transaction.
pub(super) async fn rewrap(ctx: &Ctx, next: &Key) -> Result<u64, RotateError> {
    let tx = ctx.db.begin().await?;
    // who makes an organisation waits here, and finds the new key afterwards
    let lock = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
    let master = fitting_master(ctx, tx.conn(), lock).await?;
    let master = master.ok_or(RotateError::DoesNotFit)?;
    let mut keys = 0;
    for column in SEALED_COLUMNS.iter().filter(|c| c.by == By::MasterKey) {
        for row in rows(ctx, tx.conn(), column, "CAST($1 AS BIGINT) = 0", 0, 0, None).await? {
            let place = Place::new(column.table, column.column, &row.name);
            let key = master.unwrap(&place, &row.sealed);
            let key = key.map_err(|_| column.does_not_open(&row))?;
            write(&tx, column, &row, next.wrap(&*ctx.rng, &place, &key)).await?;
            keys += 1;
        }
    }
    tx.exec(
        "UPDATE installation SET key_check = $1",
        [key_check(ctx, next).into()],
    )
    .await?;
    for organisation in organisation::Entity::find().all(tx.conn()).await? {
        let detail = json!({ "dataKeys": keys });
        record(
            ctx,
            &tx,
            &operator(organisation.id),
            "master-key.rotate",
            &organisation.uid,
            detail,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(keys)
}

/// Gives an organisation a new data key and seals everything anew by it; answers how many values that were. Call it
/// for one organisation at a time.
pub async fn rotate_data_key(ctx: &Ctx, name: &str) -> Result<u64, RotateError> {
    let organisation = organisation_by_name(ctx, name).await?;
    let organisation = organisation.ok_or_else(|| RotateError::NoOrganisation(name.to_owned()))?;
    begin_change(ctx, organisation.id).await?;
    let keys = load_data_keys(ctx, ctx.db.conn(), organisation.id).await?;
    let mut sealed = 0;
    for column in SEALED_COLUMNS {
        if let By::DataKey { whose } = column.by {
            sealed += reseal(ctx, organisation.id, column, whose, &keys).await?;
        }
    }
    end_change(ctx, &organisation, sealed).await?;
    Ok(sealed)
}

/// Puts a new data key before the present one, unless an earlier call has done so and was broken off.
pub(super) async fn begin_change(ctx: &Ctx, organisation_id: i64) -> Result<(), RotateError> {
    let tx = ctx.db.begin().await?;
    // waits for everybody who is sealing by the present key; those who come later find the new one
    let lock = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
    let row = wrapped(ctx, tx.conn(), organisation_id, lock).await?;
    if row.previous_key_sealed.is_some() {
        return Ok(());
    }
    let uid = row.uid.clone();
    let master = fitting_master(ctx, tx.conn(), lock).await?;
    let master = master.ok_or(RotateError::DoesNotFit)?;
    let present = row.unwrap(&master).map_err(AppError::from)?.current;
    let next = Key::generate(&*ctx.rng);
    let sql = "UPDATE organisation SET data_key_sealed = $1, previous_key_sealed = $2 WHERE id = $3";
    let values = [
        master
            .wrap(&*ctx.rng, &KeyRing::data_key_place(&uid), &next)
            .into(),
        master
            .wrap(&*ctx.rng, &KeyRing::previous_key_place(&uid), &present)
            .into(),
        organisation_id.into(),
    ];
    tx.exec(sql, values).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets the replaced key: nothing is sealed by it any more.
async fn end_change(ctx: &Ctx, organisation: &organisation::Model, sealed: u64) -> Result<(), RotateError> {
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE organisation SET previous_key_sealed = NULL WHERE id = $1 AND previous_key_sealed IS NOT NULL";
    if tx.exec(sql, [organisation.id.into()]).await? > 0 {
        let detail = json!({ "sealedAnew": sealed });
        record(
            ctx,
            &tx,
            &operator(organisation.id),
            "data-key.rotate",
            &organisation.uid,
            detail,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Seals a column anew, page by page. A value that somebody else writes meanwhile is sealed by the new key already.
pub(super) async fn reseal(
    ctx: &Ctx,
    organisation_id: i64,
    column: &SealedColumn,
    whose: &str,
    keys: &DataKeys,
) -> Result<u64, RotateError> {
    let (mut after, mut sealed) = (i64::MIN, 0);
    loop {
        let page = rows(
            ctx,
            ctx.db.conn(),
            column,
            whose,
            organisation_id,
            after,
            Some(PAGE),
        )
        .await?;
        let Some(last) = page.last() else {
            return Ok(sealed);
        };
        after = last.id;
        // several rows in one transaction could end in a deadlock with those who send; SQLite has one writer anyway
        let step = if ctx.db.is_sqlite() { page.len() } else { 1 };
        for rows in page.chunks(step) {
            sealed += reseal_rows(ctx, column, rows, keys).await?;
        }
    }
}

async fn reseal_rows(
    ctx: &Ctx,
    column: &SealedColumn,
    rows: &[Row],
    keys: &DataKeys,
) -> Result<u64, RotateError> {
    let mut anew = Vec::new();
    for row in rows {
        let place = Place::new(column.table, column.column, &row.name);
        if keys.current.open(&place, &row.sealed).is_ok() {
            continue;
        }
        let plain = keys
            .open(&place, &row.sealed)
            .ok_or_else(|| column.does_not_open(row))?;
        anew.push((row, keys.current.seal(&*ctx.rng, &place, &plain)));
    }
    if anew.is_empty() {
        return Ok(0);
    }
    let tx = ctx.db.begin().await?;
    let mut changed = 0;
    for (row, sealed) in anew {
        changed += write(&tx, column, row, sealed).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// A sealed value of a row.
#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    sealed: Vec<u8>,
}

impl SealedColumn {
    fn does_not_open(&self, row: &Row) -> RotateError {
        RotateError::DoesNotOpen {
            table: self.table,
            column: self.column,
            row: row.name.clone(),
        }
    }
}

/// Sealed values after the row `after`, in order.
async fn rows<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    column: &SealedColumn,
    whose: &str,
    organisation_id: i64,
    after: i64,
    most: Option<u64>,
) -> AppResult<Vec<Row>> {
    let SealedColumn {
        table,
        id,
        column,
        row,
        ..
    } = column;
    let limit = most.map_or_else(String::new, |n| format!(" LIMIT {n}"));
    let sql = format!(
        "SELECT {id} AS id, CAST({row} AS TEXT) AS name, {column} AS sealed FROM {table}
         WHERE {whose} AND {column} IS NOT NULL AND {id} > $2 ORDER BY {id}{limit}"
    );
    let values = [organisation_id.into(), after.into()];
    Ok(Row::find_by_statement(ctx.db.stmt(&sql, values))
        .all(conn)
        .await?)
}

/// Exchanges a value unless somebody else has done so; answers whether it did.
async fn write(tx: &Tx, column: &SealedColumn, row: &Row, sealed: Vec<u8>) -> AppResult<u64> {
    let SealedColumn {
        table, id, column, ..
    } = column;
    let sql = format!("UPDATE {table} SET {column} = $1 WHERE {id} = $2 AND {column} = $3");
    tx.exec(&sql, [sealed.into(), row.id.into(), row.sealed.clone().into()])
        .await
}

const fn operator(organisation_id: i64) -> Who {
    Who {
        organisation_id,
        kind: ActorKind::Operator,
        administrator_id: None,
        address: None,
    }
}
