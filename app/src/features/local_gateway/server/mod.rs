//! The door of `local_gateway`.
//!
//! What it knows stands in memory ([`state::State`], behind one lock that is held for microseconds) and, before
//! anybody is answered, in its own SQLite file ([`writer`], which commits concurrent calls together).
mod accept;
mod blobs;
mod callbacks;
mod faults;
mod identity;
mod ledger;
mod load;
mod lookups;
mod mailbox;
mod params;
mod recipients;
mod routes;
mod send;
mod sim;
mod state;
mod writer;

use crate::kernel::server::{Db, clock::Clock, rng::Rng};
use axum::http::StatusCode;
use callbacks::Lanes;
use params::Refusal;
use sea_orm::DbErr;
use sea_orm_migration::MigratorTrait;
use state::State;
use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;
use writer::{Op, Writer};

/// A gateway with its own file; cheap to clone. Its background work ends when the last clone is dropped.
#[derive(Clone)]
pub struct LocalGateway(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    state: Mutex<State>,
    writer: Writer,
    lanes: Lanes,
    closed: watch::Sender<bool>,
}

impl std::fmt::Debug for LocalGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalGateway")
    }
}

/// Why the gateway does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be used.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The file holds something unknown, of a newer version for example.
    #[error("its content is not understood: {0}")]
    Content(String),
    /// No client for callbacks.
    #[error("callbacks cannot be made: {0}")]
    Callbacks(#[from] reqwest::Error),
}

impl LocalGateway {
    /// Opens the file, making it when there is none, and takes up the callbacks that are still due.
    /// `retry_seconds` is the pause between the four attempts of a callback.
    pub async fn open(
        file: &Path,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        retry_seconds: u32,
    ) -> Result<Self, OpenError> {
        let db = Db::connect_stand_in(&format!("sqlite://{}", file.display())).await?;
        migrations::gateway::Migrator::up(db.conn(), None).await?;
        let (state, due) = load::load(&db).await?;
        let (lanes, work) = Lanes::new();
        let writer = Writer::start(db.clone(), lanes.clone());
        let gateway = Self(Arc::new(Inner {
            db,
            clock,
            rng,
            state: Mutex::new(state),
            writer,
            lanes,
            closed: watch::Sender::new(false),
        }));
        callbacks::start(&gateway, work, due, retry_seconds)?;
        Ok(gateway)
    }

    /// The whole gateway, to be served at the root of its own port.
    pub fn router(&self) -> axum::Router {
        routes::router(self.clone())
    }

    /// Answers everybody who waits for mail, so that a server that is ending need not wait for them.
    pub fn close(&self) {
        self.0.closed.send_replace(true);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // nothing panics while it holds the lock
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and answers when the change is in the file. The order in the file is the order of changes,
    /// because the queue is filled under the lock.
    async fn change<T>(&self, change: impl FnOnce(&mut State) -> (T, Vec<Op>)) -> Result<T, Refusal> {
        let (answer, written) = {
            let mut state = self.state();
            let (answer, ops) = change(&mut state);
            (answer, self.0.writer.write(ops))
        };
        match written.await {
            Ok(()) => Ok(answer),
            Err(_) => Err(Refusal(StatusCode::INTERNAL_SERVER_ERROR)),
        }
    }

    /// Unix seconds.
    fn now_seconds(&self) -> i64 {
        self.0.clock.now().0.div_euclid(1000)
    }

    /// Random characters of A-Z and 0-9.
    fn random_letters<const N: usize>(&self) -> [u8; N] {
        const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        self.0.rng.array::<N>().map(|b| LETTERS[usize::from(b) % 36])
    }
}
