//! Writing a backup, beside a running server: every database as it stands at one moment.
use super::{
    COCKPIT, FORMAT, GATEWAY, LEFT_OUT, Mark,
    catalogue::{Kind, Table, tables},
    seal::{Lock, Sink},
};
use crate::{boot::Sentence, config::Config};
use app::kernel::server::{
    Db,
    clock::{Clock, SystemClock},
    master_key::fitting_of,
    secret::{Key, KeyFile},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::TryStreamExt;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, QueryResult,
    Statement, StreamTrait, TransactionTrait,
};
use std::{io::Write, path::Path};

/// Writes a backup into a new file; answers how many rows it has.
pub async fn backup(config: &Config, to: &Path, lock: Lock) -> Result<u64, Sentence> {
    let url = config.database_url();
    if let Some(path) = url.strip_prefix("sqlite://") {
        let file = Path::new(path.split('?').next().unwrap_or(path));
        if !file.exists() {
            return Err(format!(
                "there is no database at {}: nothing to back up",
                file.display()
            ));
        }
    }
    // before the snapshot and after it: whichever key the snapshot needs is among them
    let file = KeyFile::new(config.master_key_file());
    let mut keys: Vec<Key> = file.candidates().collect();
    let cockpit = Snapshot::of(&url).await?;
    // the gateway's moment is the later one: what the cockpit says it has taken, it has
    let gateway = match config.runs_local_gateway().map(|_| config.local_gateway_file()) {
        Some(path) if path.exists() => Some(Snapshot::of(&format!("sqlite://{}", path.display())).await?),
        _ => None,
    };
    keys.extend(file.candidates());
    let master = fitting_of(&cockpit.tx, keys.into_iter())
        .await
        .map_err(unreadable)?;
    let master = master.ok_or_else(|| {
        format!(
            "the master key in {} does not fit this database, or there is none: a backup would be worthless",
            file.path().display()
        )
    })?;
    let mut sink = Sink::create(to, lock)?;
    let written = write(&mut sink, &master, &cockpit, gateway.as_ref()).await;
    let ended = match written {
        Ok(_) => sink.finish().await,
        // the file's own trouble says more than that it took no more lines
        Err(_) => sink.end().await,
    };
    ended.and(written)
}

fn unreadable(error: DbErr) -> Sentence {
    format!("the database cannot be read: {error}")
}

fn backend_of(tx: &DatabaseTransaction) -> DbBackend {
    ConnectionTrait::get_database_backend(tx)
}

/// A database at one moment.
struct Snapshot {
    tx: DatabaseTransaction,
    tables: Vec<Table>,
    migrations: Vec<String>,
}

impl Snapshot {
    async fn of(url: &str) -> Result<Self, Sentence> {
        let db = Db::connect(url).await.map_err(unreadable)?;
        let begun = if db.is_sqlite() {
            db.conn().begin().await
        } else {
            let (level, mode) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
            db.conn().begin_with_config(Some(level), Some(mode)).await
        };
        let tx = begun.map_err(unreadable)?;
        // the first statement that reads fixes the moment
        let steps = Statement::from_string(
            backend_of(&tx),
            "SELECT version FROM seaql_migrations ORDER BY version",
        );
        let steps = tx
            .query_all_raw(steps)
            .await
            .map_err(|e| format!("this is no database of Fanfare: {e}"))?;
        let migrations: Result<_, _> = steps.iter().map(|r| r.try_get_by_index(0)).collect();
        Ok(Self {
            migrations: migrations.map_err(unreadable)?,
            tables: tables(&tx).await.map_err(unreadable)?,
            tx,
        })
    }
}

async fn write(
    sink: &mut Sink,
    master: &Key,
    cockpit: &Snapshot,
    gateway: Option<&Snapshot>,
) -> Result<u64, Sentence> {
    let head = Mark::Backup {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: SystemClock.now().0,
        master_key: hex::encode(master.expose()),
    };
    mark(sink, &head).await?;
    let mut rows = write_database(sink, COCKPIT, cockpit).await?;
    if let Some(gateway) = gateway {
        rows += write_database(sink, GATEWAY, gateway).await?;
    }
    mark(sink, &Mark::Complete { rows }).await?;
    Ok(rows)
}

async fn mark(sink: &mut Sink, mark: &Mark) -> Result<(), Sentence> {
    serde_json::to_writer(sink.buffer(), mark).map_err(|e| e.to_string())?;
    sink.line().await
}

async fn write_database(sink: &mut Sink, name: &str, snapshot: &Snapshot) -> Result<u64, Sentence> {
    let begin = Mark::Database {
        name: name.to_owned(),
        migrations: snapshot.migrations.clone(),
    };
    mark(sink, &begin).await?;
    let mut rows = 0;
    for table in snapshot
        .tables
        .iter()
        .filter(|t| !LEFT_OUT.contains(&t.name.as_str()))
    {
        rows += write_table(sink, &snapshot.tx, table).await?;
    }
    Ok(rows)
}

async fn write_table(sink: &mut Sink, tx: &DatabaseTransaction, table: &Table) -> Result<u64, Sentence> {
    let begin = Mark::Table {
        name: table.name.clone(),
        columns: table.columns.iter().map(|c| c.name.clone()).collect(),
    };
    mark(sink, &begin).await?;
    let stream = tx.stream_raw(select(backend_of(tx), table)).await;
    let mut stream = stream.map_err(unreadable)?;
    let mut rows = 0;
    while let Some(row) = stream.try_next().await.map_err(unreadable)? {
        write_row(sink.buffer(), &row, table).map_err(unreadable)?;
        sink.line().await?;
        rows += 1;
    }
    drop(stream);
    let last_id = last_id(tx, table).await.map_err(unreadable)?;
    mark(sink, &Mark::End { rows, last_id }).await?;
    Ok(rows)
}

fn select(backend: DbBackend, table: &Table) -> Statement {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|c| match (backend, c.kind) {
            // whatever their width is
            (DbBackend::Postgres, Kind::Int) => format!("\"{}\"::bigint", c.name),
            (DbBackend::Postgres, Kind::Text) => format!("\"{}\"::text", c.name),
            (DbBackend::Postgres, Kind::Float) => format!("\"{}\"::double precision", c.name),
            _ => format!("\"{}\"", c.name),
        })
        .collect();
    // rows that refer to others of their table come after them
    let numbered = table
        .columns
        .iter()
        .any(|c| c.name == "id" && c.kind == Kind::Int);
    let order = if numbered { " ORDER BY id" } else { "" };
    let sql = format!("SELECT {} FROM \"{}\"{order}", columns.join(", "), table.name);
    Statement::from_string(backend, sql)
}

fn write_row(line: &mut Vec<u8>, row: &QueryResult, table: &Table) -> Result<(), DbErr> {
    let json = |e: serde_json::Error| DbErr::Custom(e.to_string());
    for (at, column) in table.columns.iter().enumerate() {
        line.push(if at == 0 { b'[' } else { b',' });
        match column.kind {
            Kind::Int => write_json(line, &row.try_get_by_index::<Option<i64>>(at)?),
            Kind::Bool => write_json(line, &row.try_get_by_index::<Option<bool>>(at)?),
            Kind::Float => write_json(line, &row.try_get_by_index::<Option<f64>>(at)?),
            Kind::Text => write_json(line, &row.try_get_by_index::<Option<String>>(at)?),
            Kind::Bytes => {
                let bytes: Option<Vec<u8>> = row.try_get_by_index(at)?;
                write_json(line, &bytes.map(|b| BASE64_STANDARD.encode(b)))
            }
        }
        .map_err(json)?;
    }
    line.push(b']');
    Ok(())
}

fn write_json<T: serde::Serialize>(line: &mut Vec<u8>, value: &Option<T>) -> serde_json::Result<()> {
    match value {
        Some(value) => serde_json::to_writer(line, value),
        None => line.write_all(b"null").map_err(serde_json::Error::io),
    }
}

async fn last_id(tx: &DatabaseTransaction, table: &Table) -> Result<Option<i64>, DbErr> {
    if !table.numbered {
        return Ok(None);
    }
    let backend = backend_of(tx);
    let sql = match backend {
        // the sequence stands outside of the snapshot: it may be ahead, never behind
        DbBackend::Postgres => format!(
            "SELECT pg_sequence_last_value(pg_get_serial_sequence('\"{}\"', 'id')::regclass)",
            table.name
        ),
        _ => format!("SELECT seq FROM sqlite_sequence WHERE name = '{}'", table.name),
    };
    let row = tx.query_one_raw(Statement::from_string(backend, sql)).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}
