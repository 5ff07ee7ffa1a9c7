//! This process among the others: whose leases are alive.
//!
//! On PostgreSQL every process holds an advisory lock on a connection of its own: when it dies, the database lets go of
//! the lock at once, and the others see it. On SQLite one process serves; a lock on a file keeps a second one out, and
//! at the start every lease is of a dead one.
use super::{Ctx, Db, Tx, db::lasting, files::lock_file};
use crate::kernel::AppResult;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, FromQueryResult};
use std::{fs::File, path::Path, sync::Arc};
use tokio::sync::RwLock;

/// This process; keep it as long as the process works.
#[derive(Debug)]
pub struct Process {
    /// Names the process in leases.
    pub id: String,
    alive: Alive,
}

#[derive(Debug)]
enum Alive {
    /// Held until the process ends.
    Sqlite { _lock: File },
    Postgres {
        url: String,
        number: i64,
        connection: Arc<RwLock<DatabaseConnection>>,
    },
}

#[derive(FromQueryResult)]
struct DeadRow {
    id: String,
}

/// Tables whose leases a dead process leaves behind.
const LEASED: [&str; 4] = ["fanout_batch", "job", "answer", "group_send"];

const DEAD: &str = "SELECT p.id AS id FROM process p WHERE NOT EXISTS (
    SELECT 1 FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND ((l.classid::bigint << 32) | l.objid::bigint) = p.lock_number)";

impl Process {
    /// Registers this process, and takes over at once what dead ones left.
    pub async fn start(ctx: &Ctx, url: &str) -> Result<Self, String> {
        let id = ctx.rng.uuid().to_string();
        let failed = |e: crate::kernel::AppError| format!("the database does not take this process: {e}");
        let alive = match url.strip_prefix("sqlite://") {
            Some(path) => Alive::Sqlite {
                _lock: only_one(path)?,
            },
            None => {
                // positive, so that it fits the two halves of pg_locks without a sign
                let number = i64::from_be_bytes(ctx.rng.array::<8>()) & i64::MAX;
                let connection = hold(url, number)
                    .await
                    .map_err(|e| format!("the database does not take this process: {e}"))?;
                Alive::Postgres {
                    url: url.to_owned(),
                    number,
                    connection: Arc::new(RwLock::new(connection)),
                }
            }
        };
        let process = Self { id, alive };
        process.register(ctx).await.map_err(failed)?;
        process.reap(ctx).await.map_err(failed)?;
        Ok(process)
    }

    async fn register(&self, ctx: &Ctx) -> AppResult<()> {
        let number = match &self.alive {
            Alive::Sqlite { .. } => 0,
            Alive::Postgres { number, .. } => *number,
        };
        let tx = ctx.db.begin().await?;
        let values = [self.id.clone().into(), number.into(), ctx.now().0.into()];
        tx.exec(
            "INSERT INTO process (id, lock_number, started_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values,
        )
        .await?;
        tx.commit().await
    }

    async fn is_registered(&self, ctx: &Ctx) -> AppResult<bool> {
        let sql = "SELECT 1 AS n FROM process WHERE id = $1";
        let row = ctx
            .db
            .conn()
            .query_one_raw(ctx.db.stmt(sql, [self.id.clone().into()]))
            .await?;
        Ok(row.is_some())
    }

    /// Frees the leases of dead processes; answers how many processes were dead.
    pub async fn reap(&self, ctx: &Ctx) -> AppResult<usize> {
        let dead = match &self.alive {
            Alive::Sqlite { .. } => {
                let sql = "SELECT id FROM process WHERE id <> $1";
                DeadRow::find_by_statement(ctx.db.stmt(sql, [self.id.clone().into()]))
                    .all(ctx.db.conn())
                    .await?
            }
            Alive::Postgres { .. } => {
                self.stay_alive(ctx).await;
                DeadRow::find_by_statement(ctx.db.stmt(DEAD, []))
                    .all(ctx.db.conn())
                    .await?
            }
        };
        for DeadRow { id } in dead.iter().filter(|d| d.id != self.id) {
            free(&ctx.db, id).await?;
        }
        Ok(dead.len())
    }

    /// Takes the lock again after the database was away. Others may have taken our leases meanwhile: results of
    /// a lease are written only while it is still ours.
    async fn stay_alive(&self, ctx: &Ctx) {
        let Alive::Postgres {
            url,
            number,
            connection,
        } = &self.alive
        else {
            return;
        };
        let ping = connection.read().await.execute_unprepared("SELECT 1").await;
        if ping.is_err() {
            let Ok(fresh) = hold(url, *number).await else {
                return;
            };
            *connection.write().await = fresh;
        }
        // a reaper may have removed our row, now or while we could not write it anew: without it nobody would ever free
        // our leases
        if !self.is_registered(ctx).await.unwrap_or(true) {
            let _ = self.register(ctx).await;
        }
    }

    /// Gives everything back at an orderly end.
    pub async fn end(&self, ctx: &Ctx) {
        if let Err(error) = free(&ctx.db, &self.id).await {
            tracing::warn!(%error, "leases are left to the next process");
        }
    }
}

async fn free(db: &Db, id: &str) -> AppResult<()> {
    let tx = db.begin().await?;
    for table in LEASED {
        tx.exec(
            &format!("UPDATE {table} SET lease_holder = NULL WHERE lease_holder = $1"),
            [id.into()],
        )
        .await?;
    }
    tx.exec("DELETE FROM process WHERE id = $1", [id.into()]).await?;
    tx.commit().await
}

/// Frees every lease: for a database that was just restored, where nobody works.
pub async fn forget_processes(tx: &Tx) -> AppResult<()> {
    for table in LEASED {
        tx.exec(
            &format!("UPDATE {table} SET lease_holder = NULL WHERE lease_holder IS NOT NULL"),
            [],
        )
        .await?;
    }
    tx.exec("DELETE FROM process", []).await?;
    Ok(())
}

async fn hold(url: &str, number: i64) -> Result<DatabaseConnection, sea_orm::DbErr> {
    let connection = one_connection(url).await?;
    connection
        .execute_unprepared(&format!("SELECT pg_advisory_lock({number})"))
        .await?;
    Ok(connection)
}

/// One connection that is never exchanged: locks live and die with it.
async fn one_connection(url: &str) -> Result<DatabaseConnection, sea_orm::DbErr> {
    let mut options = ConnectOptions::new(url.to_owned());
    options.sqlx_logging(false);
    sea_orm::Database::connect(lasting(options)).await
}

fn only_one(path: &str) -> Result<File, String> {
    lock_beside(path, "lock")?.ok_or_else(|| {
        "another Fanfare serves this SQLite database: end it first, or use PostgreSQL for several".to_owned()
    })
}

fn lock_beside(path: &str, ending: &str) -> Result<Option<File>, String> {
    let file = path.split('?').next().unwrap_or(path);
    let path = format!("{file}.{ending}");
    let lock =
        lock_file(Path::new(&path), Path::new(file)).map_err(|e| format!("{path} cannot be opened: {e}"))?;
    Ok(lock.try_lock().is_ok().then_some(lock))
}

/// What one process at a time may do with a database; it ends when this is dropped, or with the process.
#[derive(Debug)]
pub enum Exclusive {
    /// A lock on a file beside the database
    Sqlite(File),
    /// An advisory lock on a connection of its own
    Postgres(DatabaseConnection),
}

/// Waits for nobody: none when another process does it already.
pub async fn exclusive(url: &str, name: &str, number: i64) -> Result<Option<Exclusive>, String> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        // without a name it is the lock of the serving process
        let ending = if name.is_empty() {
            "lock".to_owned()
        } else {
            format!("{name}.lock")
        };
        return Ok(lock_beside(path, &ending)?.map(Exclusive::Sqlite));
    }
    let away = |e: sea_orm::DbErr| format!("the database does not answer: {e}");
    let connection = one_connection(url).await.map_err(away)?;
    let sql = format!("SELECT pg_try_advisory_lock({number})");
    let row = connection
        .query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql))
        .await
        .map_err(away)?;
    let mine = row.is_some_and(|r| r.try_get_by_index::<bool>(0).unwrap_or_default());
    Ok(mine.then_some(Exclusive::Postgres(connection)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{On, TestCtx};

    /// While its database was away, another process may have taken it for dead.
    #[tokio::test]
    async fn a_process_that_was_taken_for_dead_registers_again() {
        let test = TestCtx::new(On::Postgres, "").await;
        let ctx = &test.ctx;
        let process = Process::start(ctx, &test.url).await.unwrap();
        free(&ctx.db, &process.id).await.unwrap();
        assert!(!process.is_registered(ctx).await.unwrap());
        assert_eq!(process.reap(ctx).await, Ok(0));
        assert!(process.is_registered(ctx).await.unwrap());
    }
}
