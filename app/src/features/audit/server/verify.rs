//! Checks a chain from its first entry to its end.
use super::{
    chain::{address_hash, entry_hash},
    entity::{Column, Entity, Model},
    head,
};
use crate::features::audit::model::{Broken, Chain};
use crate::kernel::{AppResult, Timestamp, server::Ctx};
use sea_orm::{Condition, QueryOrder, QuerySelect, prelude::*};

const CHUNK: u64 = 2_000;

/// An organisation and the state of its chain.
#[derive(Debug)]
pub struct Checked {
    /// The organisation's name.
    pub organisation: String,
    /// What was found.
    pub chain: Chain,
}

/// Checks the chains of all organisations; answers also which of `heads`, the hashes of earlier checks, no entry has.
pub async fn verify_all(ctx: &Ctx, heads: &[String]) -> AppResult<(Vec<Checked>, Vec<String>)> {
    let mut missing = Vec::new();
    for head in heads {
        let found = Entity::find()
            .filter(Column::Hash.eq(head))
            .limit(1)
            .one(ctx.db.conn());
        if found.await?.is_none() {
            missing.push(head.clone());
        }
    }
    let mut out = Vec::new();
    let sql = "SELECT id, name FROM organisation ORDER BY name";
    for row in ctx.db.conn().query_all_raw(ctx.db.stmt(sql, [])).await? {
        out.push(Checked {
            organisation: row.try_get("", "name")?,
            chain: verify(ctx, row.try_get("", "id")?).await?,
        });
    }
    Ok((out, missing))
}

/// Checks the chain of an organisation. Others may write meanwhile: what they add is left for the next check.
pub async fn verify(ctx: &Ctx, organisation_id: i64) -> AppResult<Chain> {
    let mut walk = Walk::default();
    let end = head::read(ctx, organisation_id).await?;
    let until = end.as_ref().map_or(0, |end| end.seq);
    while walk.broken.is_none() && walk.seq < until {
        let rows = rows(ctx, organisation_id, walk.seq, until).await?;
        walk.chunk(&rows, until);
    }
    if walk.broken.is_none() {
        walk.broken = around(ctx, organisation_id, &walk, end.as_ref()).await?;
    }
    Ok(Chain {
        entries: u64::try_from(walk.seq).unwrap_or_default(),
        head: walk.hash,
        erased: walk.erased,
        broken: walk.broken,
    })
}

/// The last entry that was found right, and what was seen on the way.
#[derive(Default)]
struct Walk {
    seq: i64,
    hash: String,
    erased: u64,
    broken: Option<Broken>,
}

impl Walk {
    /// Checks the next entries; none at all although the chain goes on is a missing one.
    fn chunk(&mut self, rows: &[Model], until: i64) {
        for row in rows {
            if let Err(broken) = self.step(row) {
                self.broken = Some(broken);
                return;
            }
        }
        if self.seq < until && rows.len() < CHUNK as usize {
            self.broken = Some(Broken::Missing { entry: self.next() });
        }
    }

    fn next(&self) -> u64 {
        u64::try_from(self.seq + 1).unwrap_or_default()
    }

    fn step(&mut self, row: &Model) -> Result<(), Broken> {
        let entry = self.next();
        if row.seq != Some(self.seq + 1) {
            return Err(Broken::Missing { entry });
        }
        if row.hash.as_deref() != Some(&*entry_hash(&self.hash, row)) {
            return Err(Broken::Changed { entry });
        }
        match (&row.address, &row.address_salt, &row.address_hash) {
            (None, None, None) => {}
            (None, None, Some(_)) => self.erased += 1,
            (Some(address), Some(salt), Some(hash)) if *hash == address_hash(salt, address) => {}
            _ => return Err(Broken::Address { entry }),
        }
        self.seq += 1;
        self.hash = row.hash.clone().unwrap_or_default();
        Ok(())
    }
}

async fn rows(ctx: &Ctx, organisation_id: i64, after: i64, until: i64) -> AppResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::OrganisationId.eq(organisation_id))
        .filter(Column::Seq.gt(after))
        .filter(Column::Seq.lte(until))
        .order_by_asc(Column::Seq)
        .limit(CHUNK)
        .all(ctx.db.conn())
        .await?)
}

/// What no single entry shows: the end, and entries that are not between beginning and end.
async fn around(
    ctx: &Ctx,
    organisation_id: i64,
    walk: &Walk,
    end: Option<&head::Head>,
) -> AppResult<Option<Broken>> {
    let entry = u64::try_from(walk.seq).unwrap_or_default();
    if end.is_some_and(|end| end.hash != walk.hash) {
        return Ok(Some(Broken::End { entry }));
    }
    if end.is_some_and(|end| !end.is_genuine()) {
        return Ok(Some(Broken::Seal { entry }));
    }
    let of_it = || Entity::find().filter(Column::OrganisationId.eq(organisation_id));
    // the last entry first and the end after it: what is being added has moved the end in the same transaction
    let last = of_it()
        .filter(Column::Seq.is_not_null())
        .order_by_desc(Column::Seq)
        .limit(1)
        .one(ctx.db.conn())
        .await?
        .and_then(|row| row.seq)
        .unwrap_or_default();
    let Some(now) = head::read(ctx, organisation_id).await? else {
        return Ok((last != 0).then_some(Broken::NoEnd));
    };
    if last > now.seq {
        let entry = u64::try_from(now.seq + 1).unwrap_or_default();
        return Ok(Some(Broken::After { entry }));
    }
    let loose = of_it()
        .filter(Condition::any().add(Column::Seq.is_null()).add(Column::Seq.lt(1)))
        .order_by_asc(Column::Id)
        .limit(1)
        .one(ctx.db.conn())
        .await?;
    Ok(loose.map(|row| Broken::Loose {
        at: Timestamp(row.at),
    }))
}
