//! The door of the audit log.
mod addresses;
mod chain;
pub mod entity;
mod head;
mod old;
mod verify;

use crate::kernel::{
    AppResult,
    server::{Ctx, Tx},
};
use sea_orm::ConnectionTrait;

pub use addresses::{ADDRESS_DAYS, erase_addresses};
pub use entity::Model as EntryRow;
pub use head::heads;
pub use old::chain_old_entries;
pub use verify::{Checked, verify, verify_all};

/// Who acts, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The organisation.
    pub organisation_id: i64,
    /// How they came in.
    pub kind: ActorKind,
    /// The administrator, unless it is the operator or a job.
    pub administrator_id: Option<i64>,
    /// The network address, when there is one.
    pub address: Option<String>,
}

impl Who {
    /// The server itself.
    pub const fn job(organisation_id: i64) -> Self {
        Self::nobody(organisation_id, ActorKind::Job)
    }

    /// The command line.
    pub const fn operator(organisation_id: i64) -> Self {
        Self::nobody(organisation_id, ActorKind::Operator)
    }

    /// Not an administrator.
    const fn nobody(organisation_id: i64, kind: ActorKind) -> Self {
        Self {
            organisation_id,
            kind,
            administrator_id: None,
            address: None,
        }
    }
}

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Signed in to the cockpit.
    Administrator,
    /// The API key of that number, which belongs to the administrator.
    ApiKey(i64),
    /// The command line.
    Operator,
    /// The server itself.
    Job,
}

impl ActorKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::ApiKey(_) => "api-key",
            Self::Operator => "operator",
            Self::Job => "job",
        }
    }
}

/// Adds an entry to the caller's transaction. It is written right before the commit, so that nobody waits long for the
/// end of the chain.
///
/// `action` is `thing.verb` (`list.create`) and stands in the catalogue in `model.rs`; `subject` is the uid of the thing.
/// `detail` is an object: of a change `before` and `after` with the same keys, of anything else what tells it from others
/// of its kind. Never a message text, never a secret.
pub async fn record(
    ctx: &Ctx,
    tx: &Tx,
    who: &Who,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
) -> AppResult<()> {
    let named = name(ctx, tx, who).await?;
    let entry = entity::Model {
        id: 0,
        organisation_id: who.organisation_id,
        at: ctx.now().0,
        actor_kind: who.kind.code().to_owned(),
        administrator_id: who.administrator_id,
        address: who.address.clone(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
        seq: None,
        hash: None,
        actor_uid: named.uid,
        actor_name: named.name,
        api_key: named.api_key,
        address_salt: None,
        address_hash: None,
    };
    let ctx = ctx.clone();
    tx.before_commit(Box::new(move |tx| {
        Box::pin(async move { chain::append(&ctx, tx, entry).await })
    }));
    Ok(())
}

/// Begins the log of a new organisation, in the transaction that makes it.
pub async fn start_chain(ctx: &Ctx, tx: &Tx, organisation_id: i64) -> AppResult<()> {
    head::start(ctx, tx, organisation_id).await.map(|_| ())
}

/// How somebody is called now; the entry keeps it.
#[derive(Default)]
struct Named {
    uid: String,
    name: String,
    api_key: String,
}

/// The log stands below those who own these tables, and has to know who acts: it reads their names, and nothing else.
async fn name(ctx: &Ctx, tx: &Tx, who: &Who) -> AppResult<Named> {
    let Some(id) = who.administrator_id else {
        return Ok(Named::default());
    };
    let sql = "SELECT uid, name FROM administrator WHERE id = $1";
    let row = tx.conn().query_one_raw(ctx.db.stmt(sql, [id.into()])).await?;
    let mut named = match row {
        Some(row) => Named {
            uid: row.try_get("", "uid")?,
            name: row.try_get("", "name")?,
            api_key: String::new(),
        },
        None => Named::default(),
    };
    if let ActorKind::ApiKey(id) = who.kind {
        let sql = "SELECT name, prefix FROM api_key WHERE id = $1";
        if let Some(row) = tx.conn().query_one_raw(ctx.db.stmt(sql, [id.into()])).await? {
            let (name, prefix): (String, String) = (row.try_get("", "name")?, row.try_get("", "prefix")?);
            named.api_key = format!("{name} ({prefix}…)");
        }
    }
    Ok(named)
}

/// For tests that forge a chain.
#[cfg(test)]
pub(super) fn test_hash(previous: &str, entry: &entity::Model) -> String {
    chain::entry_hash(previous, entry)
}
