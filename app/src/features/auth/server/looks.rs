//! Looking how administrators and sessions stand: all who want to know at the same time are told by one look, since every
//! open page asks when something happens.
use super::{
    rights::{RIGHTS, rights_in},
    session_store::token_hash,
};
use crate::kernel::{
    AppResult,
    rights::Rights,
    server::{Ctx, faults::internal},
};
use sea_orm::{FromQueryResult, Value};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;
use tower_sessions::session::Id;

/// The lengths of the lists that are asked about; a longer one is asked about in parts. Few lengths are few statements that
/// a database has to prepare.
const LENGTHS: [usize; 4] = [1, 8, 64, 500];

/// Whom somebody asks about: an administrator, and the hash of the session's token, unless there is none.
#[derive(Clone, Debug)]
pub(super) struct Whom {
    administrator_id: i64,
    token_hash: Option<String>,
}

impl Whom {
    pub(super) fn new(administrator_id: i64, session: Option<&Id>) -> Self {
        Self {
            administrator_id,
            token_hash: session.map(token_hash),
        }
    }
}

/// What an administrator may at this moment.
#[derive(Clone, Debug)]
pub(super) struct Now {
    pub rights: Arc<Rights>,
    /// Whether the session is there; true when none was asked for.
    pub in_session: bool,
}

/// Those who want to know how they stand; cheap to clone.
///
/// While one look is under way, others gather for the next: nobody is answered by a look that began before they asked.
#[derive(Clone, Debug, Default)]
pub struct Looks(Arc<Mutex<Gathered>>);

#[derive(Debug, Default)]
struct Gathered {
    waiting: Vec<Waiting>,
    /// Whether somebody is answering.
    busy: bool,
}

#[derive(Debug)]
struct Waiting {
    whom: Whom,
    tell: oneshot::Sender<AppResult<Option<Now>>>,
}

impl Looks {
    /// How somebody stands from now on; none when the administrator is gone or disabled.
    pub(super) async fn ask(&self, ctx: &Ctx, whom: Whom) -> AppResult<Option<Now>> {
        let (tell, told) = oneshot::channel();
        let is_first = {
            let mut gathered = self.lock();
            gathered.waiting.push(Waiting { whom, tell });
            !std::mem::replace(&mut gathered.busy, true)
        };
        if is_first {
            tokio::spawn(self.clone().answer(ctx.clone()));
        }
        told.await.map_err(|e| internal(&e))?
    }

    /// Looks again and again, until nobody waits. It is a task of its own: whoever asked first may go away meanwhile.
    async fn answer(self, ctx: Ctx) {
        loop {
            let waiting = {
                let mut gathered = self.lock();
                // who has gone need not be looked for
                gathered.waiting.retain(|one| !one.tell.is_closed());
                if gathered.waiting.is_empty() {
                    gathered.busy = false;
                    return;
                }
                std::mem::take(&mut gathered.waiting)
            };
            // one more task: should it break off, those in it are told, and the next ones are still looked for
            let _ = tokio::spawn(answer_these(ctx.clone(), waiting)).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait for the next look; none when nobody is answering.
    #[cfg(test)]
    pub fn waiting(&self) -> Option<usize> {
        let gathered = self.lock();
        gathered.busy.then_some(gathered.waiting.len())
    }
}

async fn answer_these(ctx: Ctx, mut waiting: Vec<Waiting>) {
    while !waiting.is_empty() {
        let later = waiting.split_off(waiting.len().min(LENGTHS[LENGTHS.len() - 1]));
        let found = find(&ctx, waiting.iter().map(|one| &one.whom)).await;
        for one in waiting {
            let now = found.as_ref().map(|found| found.now(&one.whom));
            // who has gone away meanwhile needs no answer
            let _ = one.tell.send(now.map_err(Clone::clone));
        }
        waiting = later;
    }
}

/// How somebody stands, asked by themself.
pub(super) async fn look(ctx: &Ctx, whom: &Whom) -> AppResult<Option<Now>> {
    Ok(find(ctx, std::iter::once(whom)).await?.now(whom))
}

/// What one look has found.
struct Found {
    administrators: HashMap<i64, Arc<Rights>>,
    /// Whose session it is.
    sessions: HashMap<String, i64>,
}

impl Found {
    fn now(&self, whom: &Whom) -> Option<Now> {
        let rights = self.administrators.get(&whom.administrator_id)?;
        let is_own = |hash: &String| self.sessions.get(hash) == Some(&whom.administrator_id);
        Some(Now {
            rights: Arc::clone(rights),
            in_session: whom.token_hash.as_ref().is_none_or(is_own),
        })
    }
}

#[derive(FromQueryResult)]
struct AdministratorRow {
    id: i64,
    full_access: bool,
    rights: Option<String>,
}

#[derive(FromQueryResult)]
struct SessionRow {
    token_hash: String,
    administrator_id: i64,
}

async fn find<'a>(ctx: &Ctx, whom: impl Iterator<Item = &'a Whom>) -> AppResult<Found> {
    let (mut ids, mut hashes) = (BTreeSet::new(), BTreeSet::new());
    for one in whom {
        ids.insert(one.administrator_id);
        hashes.extend(one.token_hash.as_deref());
    }
    let (list, values) = list(1, ids);
    let sql = format!(
        "SELECT a.id, a.full_access, {RIGHTS} FROM administrator a WHERE a.disabled_at IS NULL AND a.id IN ({list})"
    );
    let rows = AdministratorRow::find_by_statement(ctx.db.stmt(&sql, values));
    let rows = rows.all(ctx.db.conn()).await?;
    let administrators = rows.into_iter().map(|row| {
        let rights = rights_in(row.full_access, row.rights.as_deref());
        (row.id, Arc::new(rights))
    });
    Ok(Found {
        administrators: administrators.collect(),
        sessions: sessions(ctx, hashes).await?,
    })
}

async fn sessions(ctx: &Ctx, hashes: BTreeSet<&str>) -> AppResult<HashMap<String, i64>> {
    if hashes.is_empty() {
        return Ok(HashMap::new());
    }
    let (list, mut values) = list(2, hashes);
    values.insert(0, ctx.now().0.into());
    let sql = format!(
        "SELECT token_hash, administrator_id FROM session
         WHERE expires_at > $1 AND administrator_id IS NOT NULL AND token_hash IN ({list})"
    );
    let rows = SessionRow::find_by_statement(ctx.db.stmt(&sql, values));
    let rows = rows.all(ctx.db.conn()).await?;
    let pairs = rows.into_iter().map(|row| (row.token_hash, row.administrator_id));
    Ok(pairs.collect())
}

/// The values of a list in a statement and their places from `$first` on: of the next length, filled up with the last one.
fn list<T: Into<Value>>(first: usize, of: BTreeSet<T>) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = of.into_iter().map(Into::into).collect();
    let length = LENGTHS.into_iter().find(|length| *length >= values.len());
    if let (Some(length), Some(last)) = (length, values.last().cloned()) {
        values.resize(length, last);
    }
    let places: Vec<String> = (first..first + values.len()).map(|n| format!("${n}")).collect();
    (places.join(","), values)
}
