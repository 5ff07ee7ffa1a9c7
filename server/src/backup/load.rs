//! Reading a backup into empty databases, one transaction each.
use super::{
    Mark,
    catalogue::{Column, Kind, Table, tables},
    seal::Source,
};
use crate::boot::Sentence;
use app::kernel::server::Tx;
use base64::{Engine, prelude::BASE64_STANDARD};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};
use sea_orm_migration::MigratorTrait;
use serde_json::Value as Json;

/// Most values of one statement; SQLite takes 32 766.
const VALUES: usize = 30_000;
/// Most rows of one statement.
const ROWS: usize = 500;
/// Most bytes that wait for a statement.
const BYTES: usize = 4 * 1024 * 1024;

/// What a line is.
pub enum Line {
    /// A mark
    Mark(Mark),
    /// A row
    Row(Vec<Json>),
}

/// The next line; the last mark must have come before the lines end.
pub async fn next(source: &mut Source) -> Result<Line, Sentence> {
    let line = source.line().await?.ok_or_else(damaged)?;
    if line.starts_with(b"[") {
        return serde_json::from_slice(line).map(Line::Row).map_err(|_| damaged());
    }
    serde_json::from_slice(line)
        .map(Line::Mark)
        .map_err(|_| damaged())
}

/// The lines make no sense.
pub fn damaged() -> Sentence {
    "the backup is damaged, or a newer Fanfare has written it. Nothing is restored.".to_owned()
}

fn failed(error: DbErr) -> Sentence {
    format!("the database does not take the backup: {error}")
}

/// Makes the schema that the rows were written with.
pub async fn prepare<M: MigratorTrait>(tx: &Tx, migrations: &[String]) -> Result<(), Sentence> {
    let ours = M::migrations();
    let same = migrations.len() <= ours.len() && ours.iter().zip(migrations).all(|(o, t)| o.name() == t);
    if !same {
        return Err(
            "the backup was made by another version of Fanfare: restore it with that version or a newer one. Nothing is restored."
                .to_owned(),
        );
    }
    let steps = u32::try_from(migrations.len()).map_err(|_| damaged())?;
    M::up(tx.conn(), Some(steps)).await.map_err(failed)
}

/// Brings the schema of the restored rows up to date.
pub async fn finish<M: MigratorTrait>(tx: &Tx) -> Result<(), Sentence> {
    M::up(tx.conn(), None).await.map_err(failed)
}

/// Fills tables until a mark comes that is none of theirs; answers it and the number of rows.
pub async fn fill(source: &mut Source, tx: &Tx) -> Result<(Mark, u64), Sentence> {
    let known = tables(tx.conn()).await.map_err(failed)?;
    if tx.conn().get_database_backend() == DbBackend::Sqlite {
        // tables come in the order that the references of the old database asked for; it may know fewer of them
        let at_the_end = "PRAGMA defer_foreign_keys = ON";
        tx.conn().execute_unprepared(at_the_end).await.map_err(failed)?;
    }
    let mut all = 0;
    loop {
        match next(source).await? {
            Line::Mark(Mark::Table { name, columns }) => {
                let table = known.iter().find(|t| t.name == name).ok_or_else(damaged)?;
                all += fill_table(source, tx, table, &columns).await?;
            }
            Line::Mark(mark) => return Ok((mark, all)),
            Line::Row(_) => return Err(damaged()),
        }
    }
}

async fn fill_table(
    source: &mut Source,
    tx: &Tx,
    table: &Table,
    columns: &[String],
) -> Result<u64, Sentence> {
    let find = |name: &String| table.columns.iter().find(|c| c.name == *name);
    let columns: Option<Vec<&Column>> = columns.iter().map(find).collect();
    let mut rows = Rows::new(tx, table, columns.ok_or_else(damaged)?);
    // a step of the schema may have put rows there
    let clear = format!("DELETE FROM \"{}\"", table.name);
    tx.conn().execute_unprepared(&clear).await.map_err(failed)?;
    loop {
        match next(source).await? {
            Line::Row(row) => rows.add(row).await?,
            Line::Mark(Mark::End { rows: said, last_id }) => {
                rows.write().await?;
                if rows.written != said {
                    return Err(damaged());
                }
                set_last_id(tx, table, last_id).await.map_err(failed)?;
                return Ok(said);
            }
            Line::Mark(_) => return Err(damaged()),
        }
    }
}

/// Rows that wait to be written.
struct Rows<'a> {
    tx: &'a Tx,
    table: &'a Table,
    columns: Vec<&'a Column>,
    /// Rows of one statement
    most: usize,
    values: Vec<Value>,
    bytes: usize,
    written: u64,
}

impl<'a> Rows<'a> {
    fn new(tx: &'a Tx, table: &'a Table, columns: Vec<&'a Column>) -> Self {
        Self {
            tx,
            table,
            most: (VALUES / columns.len().max(1)).clamp(1, ROWS),
            values: Vec::new(),
            columns,
            bytes: 0,
            written: 0,
        }
    }

    async fn add(&mut self, row: Vec<Json>) -> Result<(), Sentence> {
        if row.len() != self.columns.len() {
            return Err(damaged());
        }
        for (json, column) in row.into_iter().zip(&self.columns) {
            self.bytes += json.as_str().map_or(8, str::len);
            self.values.push(value(json, column.kind).ok_or_else(damaged)?);
        }
        if self.values.len() >= self.most * self.columns.len() || self.bytes >= BYTES {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), Sentence> {
        let width = self.columns.len();
        let rows = self.values.len() / width.max(1);
        if rows == 0 {
            return Ok(());
        }
        let names: Vec<String> = self.columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
        let tuple = |row: usize| {
            let places: Vec<String> = (1..=width).map(|n| format!("${}", row * width + n)).collect();
            format!("({})", places.join(","))
        };
        let tuples: Vec<String> = (0..rows).map(tuple).collect();
        let sql = format!(
            "INSERT INTO \"{}\" ({}) VALUES {}",
            self.table.name,
            names.join(","),
            tuples.join(",")
        );
        let values = std::mem::take(&mut self.values);
        self.bytes = 0;
        self.written += rows as u64;
        self.tx
            .conn()
            .execute_raw(self.tx.stmt(&sql, values))
            .await
            .map_err(failed)?;
        Ok(())
    }
}

fn value(json: Json, kind: Kind) -> Option<Value> {
    if json.is_null() {
        return Some(match kind {
            Kind::Int => None::<i64>.into(),
            Kind::Bool => None::<bool>.into(),
            Kind::Float => None::<f64>.into(),
            Kind::Text => None::<String>.into(),
            Kind::Bytes => None::<Vec<u8>>.into(),
        });
    }
    Some(match (kind, json) {
        (Kind::Int, json) => json.as_i64()?.into(),
        (Kind::Bool, json) => json.as_bool()?.into(),
        (Kind::Float, json) => json.as_f64()?.into(),
        (Kind::Text, Json::String(text)) => text.into(),
        (Kind::Bytes, Json::String(text)) => BASE64_STANDARD.decode(text).ok()?.into(),
        _ => return None,
    })
}

/// Numbers that were given once are never given again.
async fn set_last_id(tx: &Tx, table: &Table, last_id: Option<i64>) -> Result<(), DbErr> {
    let Some(last) = last_id.filter(|_| table.numbered) else {
        return Ok(());
    };
    let name = &table.name;
    let backend = tx.conn().get_database_backend();
    let statements = match backend {
        DbBackend::Postgres => vec![format!(
            "SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), {last})"
        )],
        _ => vec![
            format!("DELETE FROM sqlite_sequence WHERE name = '{name}'"),
            format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('{name}', {last})"),
        ],
    };
    for sql in statements {
        tx.conn()
            .execute_raw(Statement::from_string(backend, sql))
            .await?;
    }
    Ok(())
}
