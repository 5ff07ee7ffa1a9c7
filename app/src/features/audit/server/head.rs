//! Where an organisation's chain ends, sealed: nobody who has only the database can move the end.
use super::{entity, old};
use crate::kernel::{
    AppResult, ErrorCode,
    server::{
        Ctx, Tx,
        data_key::{open_key, sealing_key},
        secret::{Key, Place},
    },
};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{FromQueryResult, prelude::*};
use sha2::Sha256;

/// What stands for a seal after a wrong one was found: it never fits again, so that the next entry hides nothing.
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
        let key = open_key(ctx, conn, organisation_id, &place, &self.key_sealed).await;
        // no database, no answer; anything else is a key that somebody has changed
        let key = match key {
            Err(error) if error.code == ErrorCode::DatabaseAway => return Err(error),
            key => key.ok().filter(|key| self.fits(key, organisation_id)),
        };
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

    /// Writes the moved end. A wrong seal stays wrong.
    pub(super) async fn save(&self, tx: &Tx) -> AppResult<()> {
        let mac = match &self.key {
            Some(key) => seal(key, self.organisation_id, self.seq, &self.hash),
            None => NO_SEAL.to_owned(),
        };
        let sql = "UPDATE audit_head SET seq = $1, hash = $2, mac = $3 WHERE organisation_id = $4";
        let values = [
            self.seq.into(),
            self.hash.as_str().into(),
            mac.into(),
            self.organisation_id.into(),
        ];
        tx.exec(sql, values).await.map(|_| ())
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

/// The end of the chain, locked until the transaction ends; made if there is none.
pub(super) async fn lock(ctx: &Ctx, tx: &Tx, organisation_id: i64) -> AppResult<Head> {
    let lock = if tx.is_sqlite() { "" } else { "FOR UPDATE" };
    if let Some(row) = row(ctx, tx.conn(), organisation_id, lock).await? {
        return row.into_head(ctx, tx.conn(), organisation_id).await;
    }
    let key = Key::generate(&*ctx.rng);
    let sealed = sealing_key(ctx, tx, organisation_id)
        .await?
        .wrap(&*ctx.rng, &place(organisation_id), &key);
    let sql = "INSERT INTO audit_head (organisation_id, seq, hash, mac, key_sealed) VALUES ($1, 0, '', $2, $3) \
               ON CONFLICT (organisation_id) DO NOTHING";
    let values = [
        organisation_id.into(),
        seal(&key, organisation_id, 0, "").into(),
        sealed.into(),
    ];
    if tx.exec(sql, values).await? == 0 {
        // another process was quicker
        return Box::pin(self::lock(ctx, tx, organisation_id)).await;
    }
    let mut head = Head {
        organisation_id,
        seq: 0,
        hash: String::new(),
        key: Some(key),
    };
    match last(tx, organisation_id).await? {
        // somebody has removed the end of a chain: it goes on, but its seal stays wrong
        Some(last) => {
            tracing::error!(organisation_id, "the end of the audit log is gone");
            head.seq = last.seq.unwrap_or_default();
            head.hash = last.hash.unwrap_or_default();
            head.key = None;
        }
        None => old::chain(ctx, tx, &mut head).await?,
    }
    Ok(head)
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
