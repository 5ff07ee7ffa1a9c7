//! Reading the file at the start.
use super::{
    OpenError,
    callbacks::{Fields, Job},
    faults::{Dice, Faults},
    identity::{Identity, Record},
    ledger::{ENTRY, Ledger},
    recipients::Batch,
    state::State,
};
use crate::{
    features::gateway::wire::NONCE_LEN,
    kernel::{ThreemaId, server::Db},
};
use sea_orm::{ConnectionTrait, QueryResult};
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// Rows of accepted boxes that are read at once; each has up to 1000 boxes.
const PAGE: i64 = 64;

/// The state, and the callbacks that are due with their times.
pub async fn load(db: &Db) -> Result<(State, Vec<(Job, i64)>), OpenError> {
    let mut state = State::default();
    load_identities(db, &mut state).await?;
    for row in rows(db, "SELECT seed, first, count FROM recipients ORDER BY id", []).await? {
        let seed: String = row.try_get_by_index(0)?;
        state.recipients.restore(Batch {
            seed: seed.into(),
            first: unsigned(row.try_get_by_index(1)?)?,
            count: unsigned(row.try_get_by_index(2)?)?,
        });
    }
    load_ledger(db, &mut state).await?;
    for row in rows(db, "SELECT value FROM setting WHERE name = 'faults'", []).await? {
        let value: String = row.try_get_by_index(0)?;
        let faults: Faults = parse(&value)?;
        if faults != Faults::default() {
            tracing::warn!("the local gateway makes faults on demand: {value}");
        }
        state.faults = Dice::new(faults);
    }
    let due = load_callbacks(db).await?;
    state.next_callback = due.iter().map(|(job, _)| job.id + 1).max().unwrap_or(1);
    Ok((state, due))
}

async fn load_identities(db: &Db, state: &mut State) -> Result<(), OpenError> {
    let mut last = HashMap::new();
    for row in rows(db, "SELECT owner, max(seq) FROM mail GROUP BY owner", []).await? {
        let owner: String = row.try_get_by_index(0)?;
        last.insert(owner, row.try_get_by_index::<i64>(1)?);
    }
    for row in rows(db, "SELECT id, record, credits FROM identity", []).await? {
        let id: String = row.try_get_by_index(0)?;
        let record: Record = parse(&row.try_get_by_index::<String>(1)?)?;
        let last_seq = last.get(&id).copied().unwrap_or_default();
        let identity = Identity::new(record, row.try_get_by_index(2)?, last_seq);
        state.identities.put(threema_id(&id)?, identity);
    }
    Ok(())
}

async fn load_ledger(db: &Db, state: &mut State) -> Result<(), OpenError> {
    let mut after = 0i64;
    loop {
        let sql = "SELECT id, sender, entries FROM accepted WHERE id > $1 ORDER BY id LIMIT $2";
        let page = rows(db, sql, [after.into(), PAGE.into()]).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.try_get_by_index(0)?;
        for row in &page {
            let sender = threema_id(&row.try_get_by_index::<String>(1)?)?;
            let State {
                ledger, recipients, ..
            } = state;
            replay(ledger, &sender, &row.try_get_by_index::<Vec<u8>>(2)?, |id| {
                recipients.find(id).map(|(number, _)| number)
            })?;
        }
    }
}

fn replay(
    ledger: &mut Ledger,
    sender: &ThreemaId,
    entries: &[u8],
    number: impl Fn(&ThreemaId) -> Option<usize>,
) -> Result<(), OpenError> {
    for entry in entries.as_chunks::<ENTRY>().0 {
        let (mut id, mut nonce) = ([0; 8], [0; NONCE_LEN]);
        id.copy_from_slice(&entry[..8]);
        nonce.copy_from_slice(&entry[8..]);
        let to = ThreemaId::from_bytes(id).map_err(|_| content("a recipient"))?;
        ledger.record(sender, &to, &nonce, number(&to));
    }
    Ok(())
}

async fn load_callbacks(db: &Db) -> Result<Vec<(Job, i64)>, OpenError> {
    let sql = "SELECT id, fields, attempts, next_at FROM callback ORDER BY id";
    let mut due = Vec::new();
    for row in rows(db, sql, []).await? {
        let fields: Fields = parse(&row.try_get_by_index::<String>(1)?)?;
        let job = Job {
            id: row.try_get_by_index(0)?,
            fields,
            attempts: u32::try_from(row.try_get_by_index::<i64>(2)?).unwrap_or(u32::MAX),
        };
        due.push((job, row.try_get_by_index(3)?));
    }
    Ok(due)
}

async fn rows<const N: usize>(
    db: &Db,
    sql: &str,
    values: [sea_orm::Value; N],
) -> Result<Vec<QueryResult>, OpenError> {
    Ok(db.conn().query_all_raw(db.stmt(sql, values)).await?)
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, OpenError> {
    serde_json::from_str(json).map_err(|e| OpenError::Content(e.to_string()))
}

fn threema_id(text: &str) -> Result<ThreemaId, OpenError> {
    text.parse().map_err(|_| content("an ID"))
}

fn unsigned(number: i64) -> Result<u64, OpenError> {
    u64::try_from(number).map_err(|_| content("a number of recipients"))
}

fn content(what: &str) -> OpenError {
    OpenError::Content(what.to_owned())
}
