//! The database: SQLite on one machine, PostgreSQL for several.
use super::{faults::database_fault, files::make_file};
use crate::kernel::{AppError, AppResult};
use futures::future::BoxFuture;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::{self, Connection, sqlite::SqliteSynchronous},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The pool of connections. Reads go through [`Db::conn`], writes through [`Db::begin`].
#[derive(Clone, Debug)]
pub struct Db {
    conn: DatabaseConnection,
    backend: DbBackend,
    /// SQLite has one writer at a time; waiting here is fair and costs nothing, its own waiting is polling.
    writer: Option<Arc<Mutex<()>>>,
    /// Of SQLite: never used and never closed. With the last connection its shared memory would go, and making that anew
    /// takes space: on a full disk not even reading would be possible.
    _anchor: Option<DatabaseConnection>,
}

/// A transaction that writes. Dropped without [`Tx::commit`] it leaves no trace.
pub struct Tx {
    inner: DatabaseTransaction,
    backend: DbBackend,
    _writer: Option<OwnedMutexGuard<()>>,
    last: std::sync::Mutex<Vec<LastStep>>,
    after: std::sync::Mutex<Vec<AfterCommit>>,
}

/// What a transaction does right before its commit, see [`Tx::before_commit`].
pub type LastStep = Box<dyn for<'a> FnOnce(&'a Tx) -> BoxFuture<'a, AppResult<()>> + Send>;

/// What happens once everything is durable, see [`Tx::after_commit`].
pub type AfterCommit = Box<dyn FnOnce() + Send>;

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl Db {
    /// Connects. `url` is `sqlite://path` or `postgres://…`. What is committed survives a power cut: every commit of
    /// SQLite waits for the disk, as PostgreSQL's do by themselves.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        Self::open(url, SqliteSynchronous::Full).await
    }

    /// Connects where a power cut may take the last moments, as it may from a stand-in. What is committed survives the end of
    /// the process here too.
    pub async fn connect_stand_in(url: &str) -> Result<Self, DbErr> {
        Self::open(url, SqliteSynchronous::Normal).await
    }

    async fn open(url: &str, synchronous: SqliteSynchronous) -> Result<Self, DbErr> {
        let sqlite = url.starts_with("sqlite:");
        let mut options = ConnectOptions::new(url.to_owned());
        options
            .sqlx_logging(false)
            .connect_timeout(Duration::from_secs(10))
            .acquire_timeout(Duration::from_secs(10))
            .max_connections(if sqlite { 6 } else { 16 })
            .min_connections(1)
            // asking whether it is still there before every statement doubles the ways to the database
            .test_before_acquire_if_idle_for(Duration::from_secs(1));
        options.map_sqlx_sqlite_opts(move |o| {
            o.create_if_missing(true)
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .busy_timeout(Duration::from_secs(30))
                .foreign_keys(true)
                // what retention deletes is gone from the file too
                .pragma("secure_delete", "ON")
        });
        // A connection that the driver believes to be inside of a transaction is closed, and another one opened. When a write
        // fails, for example because the disk is full, SQLite ends the transaction by itself; the driver's ROLLBACK fails
        // then, and it counts the transaction as open for ever. The next one on this connection would be a savepoint
        // inside of nothing: its commit would not be durable, and its rollback would keep the lock of the one writer.
        options.map_sqlx_sqlite_before_acquire(|connection, _| {
            Box::pin(std::future::ready(Ok(!connection.is_in_transaction())))
        });
        if let Some(path) = sqlite_file(url) {
            // for its owner only, and so the files that SQLite makes beside it; where this fails, connecting says why
            let _ = make_file(path);
        }
        let anchor = if sqlite {
            Some(sea_orm::Database::connect(lasting(options.clone())).await?)
        } else {
            None
        };
        let conn = sea_orm::Database::connect(options).await?;
        let backend = conn.get_database_backend();
        Ok(Self {
            conn,
            backend,
            writer: sqlite.then(Arc::default),
            _anchor: anchor,
        })
    }

    /// For statements that read.
    pub const fn conn(&self) -> &DatabaseConnection {
        &self.conn
    }

    /// Whether this is SQLite (else PostgreSQL). Only `store.rs` files may ask.
    pub fn is_sqlite(&self) -> bool {
        self.backend == DbBackend::Sqlite
    }

    /// Starts a transaction that writes.
    pub async fn begin(&self) -> AppResult<Tx> {
        let guard = match &self.writer {
            Some(mutex) => Some(Arc::clone(mutex).lock_owned().await),
            None => None,
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self
            .conn
            .begin_with_options(options)
            .await
            .map_err(AppError::from)?;
        Ok(Tx {
            inner,
            backend: self.backend,
            _writer: guard,
            last: std::sync::Mutex::default(),
            after: std::sync::Mutex::default(),
        })
    }

    /// Tells the planner that a table has grown much, after the commit. PostgreSQL finds out by itself only a minute later
    /// and reads whole tables for a page until then; SQLite's plans do not depend on it. What has grown is durable by now, so
    /// a failure is for the log alone: whoever called must not hear that nothing was done.
    pub async fn has_grown(&self, table: &str) {
        if self.backend != DbBackend::Postgres {
            return;
        }
        if let Err(error) = self.conn.execute_unprepared(&format!("ANALYZE {table}")).await {
            tracing::warn!(%error, table, "the planner does not know yet that a table has grown");
        }
    }

    /// Removes what the database keeps of old rows of these tables. SQLite overwrites freed space by itself (secure_delete)
    /// and keeps old pages only in its write-ahead log; PostgreSQL keeps dead rows until they are vacuumed.
    pub async fn sweep(&self, tables: &[&str]) -> AppResult<()> {
        if self.backend == DbBackend::Sqlite {
            self.conn
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await?;
            return Ok(());
        }
        for table in tables {
            self.conn.execute_unprepared(&format!("VACUUM {table}")).await?;
        }
        Ok(())
    }

    /// Counts the statements from now on, of this one and of what is cloned of it afterwards.
    #[cfg(feature = "testing")]
    pub fn count_statements(&mut self) -> Arc<std::sync::atomic::AtomicUsize> {
        let count = Arc::<std::sync::atomic::AtomicUsize>::default();
        let counts = Arc::clone(&count);
        self.conn.set_metric_callback(move |_| {
            counts.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        });
        count
    }

    /// A statement with `$1`, `$2` … (both databases know them), for the few places where an entity does not do.
    pub fn stmt<I>(&self, sql: &str, values: I) -> Statement
    where
        I: IntoIterator<Item = sea_orm::Value>,
    {
        Statement::from_sql_and_values(self.backend, sql, values)
    }
}

/// The file of an SQLite database.
pub fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite://")?;
    Some(Path::new(path.split('?').next().unwrap_or(path)))
}

/// One connection that is never exchanged.
pub fn lasting(mut options: ConnectOptions) -> ConnectOptions {
    let for_ever = Duration::from_secs(u64::from(u32::MAX));
    options
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(for_ever)
        .max_lifetime(for_ever)
        .test_before_acquire(false);
    options
}

impl Tx {
    /// For statements.
    pub const fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// Whether this is SQLite (else PostgreSQL). Only `store.rs` files may ask.
    pub fn is_sqlite(&self) -> bool {
        self.backend == DbBackend::Sqlite
    }

    /// See [`Db::stmt`].
    pub fn stmt<I>(&self, sql: &str, values: I) -> Statement
    where
        I: IntoIterator<Item = sea_orm::Value>,
    {
        Statement::from_sql_and_values(self.backend, sql, values)
    }

    /// Executes a statement and answers how many rows it touched.
    pub async fn exec<I>(&self, sql: &str, values: I) -> AppResult<u64>
    where
        I: IntoIterator<Item = sea_orm::Value>,
    {
        Ok(self
            .inner
            .execute_raw(self.stmt(sql, values))
            .await?
            .rows_affected())
    }

    /// Leaves a step for the end. What everybody locks is locked then, after everything else: so nobody waits long for it,
    /// and nobody who holds it waits for a lock of somebody else.
    pub fn before_commit(&self, step: LastStep) {
        let mut last = self
            .last
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        last.push(step);
    }

    /// Leaves something for the time when everything is durable, mostly telling open pages: for whoever takes part in a
    /// transaction that somebody else commits. Without a commit it never happens.
    pub fn after_commit(&self, then: AfterCommit) {
        let mut after = self
            .after
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        after.push(then);
    }

    /// Does the last steps and makes everything durable.
    pub async fn commit(self) -> AppResult<()> {
        let last = std::mem::take(
            &mut *self
                .last
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        for step in last {
            step(&self).await?;
        }
        self.inner.commit().await.map_err(AppError::from)?;
        let after = self
            .after
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for then in after {
            then();
        }
        Ok(())
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        database_fault(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn insert(tx: &Tx, n: i64) -> bool {
        tx.exec("INSERT INTO t (n) VALUES ($1)", [n.into()]).await.is_ok()
    }

    #[tokio::test]
    async fn every_commit_waits_for_the_disk_unless_a_stand_in_makes_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("t.db").display());
        let (full, normal) = (2, 1); // https://sqlite.org/pragma.html#pragma_synchronous
        for (db, expected) in [
            (Db::connect(&url).await.unwrap(), full),
            (Db::connect_stand_in(&url).await.unwrap(), normal),
        ] {
            let row = db
                .conn()
                .query_one_raw(db.stmt("PRAGMA synchronous", []))
                .await
                .unwrap();
            assert_eq!(row.unwrap().try_get::<i64>("", "synchronous").unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_by_itself_spoils_no_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("t.db").display());
        let (db, other) = (Db::connect(&url).await.unwrap(), Db::connect(&url).await.unwrap());
        // what a full disk does to a transaction: it is gone before anybody rolls it back
        let schema = "CREATE TABLE t (n BIGINT NOT NULL);
            CREATE TRIGGER ends BEFORE INSERT ON t WHEN NEW.n < 0 BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
        db.conn().execute_unprepared(schema).await.unwrap();
        // more rounds than the pool has connections: each of them has been through it
        for round in 0..8 {
            let tx = db.begin().await.unwrap();
            assert!(!insert(&tx, -1).await);
            drop(tx);
            let tx = db.begin().await.unwrap();
            assert!(insert(&tx, 100 + round).await);
            drop(tx);
            let tx = db.begin().await.unwrap();
            assert!(insert(&tx, round).await);
            tx.commit().await.unwrap();
        }
        let sql = other.stmt("SELECT n FROM t ORDER BY n", []);
        let rows = other.conn().query_all_raw(sql).await.unwrap();
        let seen: Vec<i64> = rows.iter().map(|r| r.try_get("", "n").unwrap()).collect();
        assert!(seen.into_iter().eq(0..8), "what was committed, and nothing else");
        // the lock is free: another connection can write
        let tx = tokio::time::timeout(Duration::from_secs(10), other.begin());
        assert!(insert(&tx.await.unwrap().unwrap(), 3).await);
    }
}
