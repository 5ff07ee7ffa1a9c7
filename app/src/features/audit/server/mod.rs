//! The door of the audit log.
mod entity;

use crate::kernel::{
    AppResult,
    server::{Ctx, Tx},
};
use sea_orm::{ActiveValue::Set, EntityTrait};

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

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Signed in to the cockpit.
    Administrator,
    /// An API key of an administrator.
    ApiKey,
    /// The command line.
    Operator,
    /// The server itself.
    Job,
}

impl ActorKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::ApiKey => "api-key",
            Self::Operator => "operator",
            Self::Job => "job",
        }
    }
}

/// Adds an entry to the caller's transaction.
///
/// `action` is `thing.verb` (`list.create`), `subject` the uid of the thing, `detail` before and after: never a message
/// text, never a secret.
pub async fn record(
    ctx: &Ctx,
    tx: &Tx,
    who: &Who,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
) -> AppResult<()> {
    let row = entity::ActiveModel {
        organisation_id: Set(who.organisation_id),
        at: Set(ctx.now().0),
        actor_kind: Set(who.kind.code().to_owned()),
        administrator_id: Set(who.administrator_id),
        address: Set(who.address.clone()),
        action: Set(action.to_owned()),
        subject: Set(subject.to_owned()),
        detail: Set(detail.to_string()),
        ..Default::default()
    };
    entity::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}
