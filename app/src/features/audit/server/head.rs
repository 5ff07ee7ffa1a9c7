//! Where an organisation's chain ends, sealed: nobody who has only the database can move the end.
use super::entity;
use crate::kernel::{
    AppResult,
    server::{
        Ctx, Tx,
        data_key::{open_if_right, sealing_key},
        secret::{Key, Place},
    },
};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{FromQueryResult, prelude::*};
use sha2::Sha256;

/// What stands for a seal after a wrong one was found, or none: it never fits again, so that the next entry hides nothing.
const NO_SEAL: &str = "broken";

/// The end of a chain.
pub(super) struct Head {
    pub(super) organisation_id: i64,
    /// How many entries there are.
    pub(super) seq: i64,
    /// That of the last entry; empty for none.
    pub(super) hash: String,
    /// The key of the seal, when the seal was right.
    key: Option<Key>,
}

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    hash: String,
    mac: String,
    key_sealed: Vec<u8>,
}

fn place(organisation_id: i64) -> Place {
    Place::new("audit_head", "key_sealed", organisation_id)
}

fn mac(key: &Key, organisation_id: i64, seq: i64, hash: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).ok()?;
    mac.update(b"fanfare audit head 1");
    mac.update(&organisation_id.to_be_bytes());
    mac.update(&seq.to_be_bytes());
    mac.update(hash.as_bytes());
    Some(mac)
}

fn seal(key: &Key, organisation_id: i64, seq: i64, hash: &str) -> String {
    let mac = mac(key, organisation_id, seq, hash).map(|m| hex::encode(m.finalize().into_bytes()));
    mac.unwrap_or_else(|| NO_SEAL.to_owned())
}

impl Row {
    fn fits(&self, key: &Key, organisation_id: i64) -> bool {
        let given = hex::decode(&self.mac).unwrap_or_default();
        mac(key, organisation_id, self.seq, &self.hash).is_some_and(|m| m.verify_slice(&given).is_ok())
    }

    async fn into_head(
        self,
        ctx: &Ctx,
        conn: &impl ConnectionTrait,
        organisation_id: i64,
    ) -> AppResult<Head> {
        let place = place(organisation_id);
        // without the organisation's keys nothing can be said about the seal: whoever calls fails, and the seal stays
        let key = open_if_right(ctx, conn, organisation_id, &place, &self.key_sealed).await?;
        let key = key.and_then(|bytes| Key::from_bytes(&bytes));
        let key = key.filter(|key| self.fits(key, organisation_id));
        if key.is_none() {
            // the change of whoever calls must not fail for what somebody else did to the log; the check will tell
            tracing::error!(
                organisation_id,
                entry = self.seq,
                "the end of the audit log is not genuine"
            );
        }
        Ok(Head {
            organisation_id,
            seq: self.seq,
            hash: self.hash,
            key,
        })
    }
}

impl Head {
    /// Whether the seal was right.
    pub(super) const fn is_genuine(&self) -> bool {
        self.key.is_some()
    }

    fn mac(&self) -> String {
        match &self.key {
            Some(key) => seal(key, self.organisation_id, self.seq, &self.hash),
            None => NO_SEAL.to_owned(),
        }
    }

    /// Writes the moved end. A wrong seal stays wrong.
    pub(super) async fn save(&self, tx: &Tx) -> AppResult<()> {
        let sql = "UPDATE audit_head SET seq = $1, hash = $2, mac = $3 WHERE organisation_id = $4";
        let values = [
            self.seq.into(),
            self.hash.as_str().into(),
            self.mac().into(),
            self.organisation_id.into(),
        ];
        tx.exec(sql, values).await.map(|_| ())
    }

    /// Puts it where there is none, with the key for its seals; answers whether there was none.
    async fn insert(&self, ctx: &Ctx, tx: &Tx, key: &Key) -> AppResult<bool> {
        let sealed = sealing_key(ctx, tx, self.organisation_id).await?.wrap(
            &*ctx.rng,
            &place(self.organisation_id),
            key,
        );
        let sql = "INSERT INTO audit_head (organisation_id, seq, hash, mac, key_sealed) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (organisation_id) DO NOTHING";
        let values = [
            self.organisation_id.into(),
            self.seq.into(),
            self.hash.as_str().into(),
            self.mac().into(),
            sealed.into(),
        ];
        Ok(tx.exec(sql, values).await? == 1)
    }
}

async fn row(
    ctx: &Ctx,
    conn: &impl ConnectionTrait,
    organisation_id: i64,
    lock: &str,
) -> AppResult<Option<Row>> {
    let sql = format!("SELECT seq, hash, mac, key_sealed FROM audit_head WHERE organisation_id = $1 {lock}");
    let statement = ctx.db.stmt(&sql, [organisation_id.into()]);
    Ok(Row::find_by_statement(statement).one(conn).await?)
}

/// The end as it stands, for who only reads.
pub(super) async fn read(ctx: &Ctx, organisation_id: i64) -> AppResult<Option<Head>> {
    let conn = ctx.db.conn();
    match row(ctx, conn, organisation_id, "").await? {
        Some(row) => row.into_head(ctx, conn, organisation_id).await.map(Some),
        None => Ok(None),
    }
}

/// The end of a chain that begins, locked until the transaction ends: of an organisation that is made in it, or whose
/// entries from before the chain get their places in it.
pub(super) async fn start(ctx: &Ctx, tx: &Tx, organisation_id: i64) -> AppResult<Head> {
    let key = Key::generate(&*ctx.rng);
    let head = Head {
        organisation_id,
        seq: 0,
        hash: String::new(),
        key: Some(key.clone()),
    };
    if head.insert(ctx, tx, &key).await? {
        return Ok(head);
    }
    // nobody but us makes one: it is not genuine, and found so
    lock(ctx, tx, organisation_id).await
}

/// The end of the chain, locked until the transaction ends. Every organisation has one from the moment it is made: where
/// there is none, somebody has removed it. The chain goes on then from what is there, under a seal that never fits.
pub(super) async fn lock(ctx: &Ctx, tx: &Tx, organisation_id: i64) -> AppResult<Head> {
    let lock = if tx.is_sqlite() { "" } else { "FOR UPDATE" };
    if let Some(row) = row(ctx, tx.conn(), organisation_id, lock).await? {
        return row.into_head(ctx, tx.conn(), organisation_id).await;
    }
    tracing::error!(organisation_id, "the end of the audit log is gone");
    let last = last(tx, organisation_id).await?;
    let (seq, hash) = last.map(|last| (last.seq, last.hash)).unwrap_or_default();
    let head = Head {
        organisation_id,
        seq: seq.unwrap_or_default(),
        hash: hash.unwrap_or_default(),
        key: None,
    };
    // the key seals nothing, but a change of the data key finds one that opens
    if head.insert(ctx, tx, &Key::generate(&*ctx.rng)).await? {
        return Ok(head);
    }
    // another process was quicker
    Box::pin(self::lock(ctx, tx, organisation_id)).await
}

async fn last(tx: &Tx, organisation_id: i64) -> AppResult<Option<entity::Model>> {
    use sea_orm::{QueryOrder, QuerySelect};
    Ok(entity::Entity::find()
        .filter(entity::Column::OrganisationId.eq(organisation_id))
        .filter(entity::Column::Seq.is_not_null())
        .order_by_desc(entity::Column::Seq)
        .limit(1)
        .one(tx.conn())
        .await?)
}

/// The ends of all chains: uid of the organisation, number and hash of the last entry.
pub async fn heads(ctx: &Ctx) -> AppResult<Vec<(String, i64, String)>> {
    let sql = "SELECT o.uid, h.seq, h.hash FROM audit_head h JOIN organisation o ON o.id = h.organisation_id ORDER BY o.id";
    let rows = ctx.db.conn().query_all_raw(ctx.db.stmt(sql, [])).await?;
    rows.iter()
        .map(|row| -> AppResult<_> {
            Ok((
                row.try_get("", "uid")?,
                row.try_get("", "seq")?,
                row.try_get("", "hash")?,
            ))
        })
        .collect()
}
