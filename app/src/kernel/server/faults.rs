//! Faults of the machine below us, turned into errors that say what a person can do. Details go to the log only.
use crate::kernel::{AppError, ErrorCode};
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// Sorts a database error: away, disk full, or a fault of ours.
pub fn database_fault(error: &DbErr) -> AppError {
    match kind(error) {
        Kind::Away => {
            tracing::error!(%error, "database away");
            ErrorCode::DatabaseAway.into()
        }
        Kind::DiskFull => {
            tracing::error!(%error, "disk full");
            ErrorCode::DiskFull.into()
        }
        Kind::Other => internal(error),
    }
}

/// Logs an unexpected error under a trace id and answers an error that shows only that id.
pub fn internal(error: &(dyn std::fmt::Display + '_)) -> AppError {
    let mut bytes = [0u8; 5];
    // a trace id that stays zero is no harm
    let _ = getrandom::fill(&mut bytes);
    let trace = hex::encode(bytes);
    tracing::error!(trace, %error, "internal fault");
    AppError {
        trace: Some(trace),
        ..AppError::new(ErrorCode::Internal)
    }
}

/// Whether the error is a unique constraint that was hit (a field error for the caller).
pub fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

enum Kind {
    Away,
    DiskFull,
    Other,
}

fn kind(error: &DbErr) -> Kind {
    let inner = match error {
        DbErr::ConnectionAcquire(_) => return Kind::Away,
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => e,
        _ => return Kind::Other,
    };
    match inner.as_ref() {
        sqlx::Error::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => Kind::DiskFull,
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_) => Kind::Away,
        sqlx::Error::Database(e) => match e.code().as_deref() {
            // SQLITE_FULL, SQLITE_IOERR_WRITE, _FSYNC and _SHMSIZE; PostgreSQL disk_full
            Some("13" | "778" | "1034" | "4874" | "53100") => Kind::DiskFull,
            // PostgreSQL: connection exceptions, shutting down, starting up; SQLite: busy, cannot open
            Some(c)
                if c.starts_with("08") || matches!(c, "57P01" | "57P02" | "57P03" | "53300" | "5" | "14") =>
            {
                Kind::Away
            }
            _ => Kind::Other,
        },
        _ => Kind::Other,
    }
}
