//! Queries on groups and their members.
use crate::features::{
    gateway::wire::GroupId,
    groups::model::{GroupState, MemberFacts, Why, plan::Standing},
    identities::server::Identity,
    recipients::model::RecipientState,
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId, Timestamp, Uid,
    live::{Change, GroupPart},
    server::{Ctx, Tx, faults::internal, live::LiveEvent},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

/// A group as a row of its table.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Group {
    pub id: i64,
    pub uid: String,
    pub identity_id: i64,
    pub wire_id: i64,
    pub name: String,
    pub state: String,
    pub saves_history: bool,
    pub history_since: Option<i64>,
    pub picture_id: Option<i64>,
    pub sent_name: String,
    pub sent_picture_id: Option<i64>,
    pub version: i64,
    pub round_at: i64,
    pub done_version: i64,
    pub member_count: i64,
    pub key_sealed: Vec<u8>,
    pub created_by: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub last_message_id: i64,
}

pub const COLUMNS: &str = "g.id, g.uid, g.identity_id, g.wire_id, g.name, g.state, g.saves_history, g.history_since, g.picture_id,
    g.sent_name, g.sent_picture_id, g.version, g.round_at, g.done_version, g.member_count, g.key_sealed, g.created_by,
    g.created_at, g.updated_at, g.last_message_id";

impl Group {
    /// What the identity calls it on the wire.
    pub const fn wire(&self) -> GroupId {
        GroupId::from_i64(self.wire_id)
    }

    /// Whether it was dissolved.
    pub fn is_deleted(&self) -> bool {
        GroupState::of(&self.state) == GroupState::Deleted
    }

    /// Whether there was a round: before the first one nobody has the group.
    pub const fn was_synchronised(&self) -> bool {
        self.version > 0
    }

    /// It must be in use.
    ///
    /// # Errors
    /// [`ErrorCode::WrongState`]
    pub fn active(self) -> AppResult<Self> {
        match self.is_deleted() {
            true => Err(ErrorCode::WrongState.into()),
            false => Ok(self),
        }
    }
}

fn statement<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

/// The group of that uid, dissolved or not.
///
/// # Errors
/// [`ErrorCode::NotFound`] when the identity has none.
pub async fn find<C: ConnectionTrait>(conn: &C, identity_id: i64, uid: &Uid) -> AppResult<Group> {
    let sql = format!("SELECT {COLUMNS} FROM chat_group g WHERE g.identity_id = $1 AND g.uid = $2");
    let values = vec![identity_id.into(), uid.as_str().into()];
    Group::find_by_statement(statement(conn, &sql, values))
        .one(conn)
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The same, locked until the transaction ends: rounds are planned and leaves are taken one after the other.
///
/// # Errors
/// As [`find`].
pub async fn lock(tx: &Tx, identity_id: i64, uid: &Uid) -> AppResult<Group> {
    lock_where(
        tx,
        "g.identity_id = $1 AND g.uid = $2",
        vec![identity_id.into(), uid.as_str().into()],
    )
    .await?
    .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The group of a number, locked.
pub async fn lock_by_id(tx: &Tx, id: i64) -> AppResult<Option<Group>> {
    lock_where(tx, "g.id = $1", vec![id.into()]).await
}

/// The identity's group that is called so on the wire, locked.
pub async fn lock_by_wire(tx: &Tx, identity_id: i64, wire: GroupId) -> AppResult<Option<Group>> {
    let values = vec![identity_id.into(), wire.to_i64().into()];
    lock_where(tx, "g.identity_id = $1 AND g.wire_id = $2", values).await
}

async fn lock_where(tx: &Tx, condition: &str, values: Vec<Value>) -> AppResult<Option<Group>> {
    // a transaction that writes is alone on SQLite; on PostgreSQL rows that refer to the group can be written meanwhile
    let lock = if tx.is_sqlite() { "" } else { " FOR NO KEY UPDATE" };
    let sql = format!("SELECT {COLUMNS} FROM chat_group g WHERE {condition}{lock}");
    Ok(Group::find_by_statement(tx.stmt(&sql, values))
        .one(tx.conn())
        .await?)
}

/// A member with what is known of them.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Member {
    pub recipient_id: i64,
    pub threema_id: String,
    pub first_name: String,
    pub last_name: String,
    pub category: String,
    pub nickname: String,
    pub recipient_state: i64,
    pub wanted: bool,
    pub told: bool,
    pub version: i64,
    pub left_at: Option<i64>,
    pub problem: i64,
    pub answered_at: Option<i64>,
}

impl Member {
    /// Their ID.
    pub fn id(&self) -> AppResult<ThreemaId> {
        self.threema_id
            .parse()
            .map_err(|_| internal(&"a stored recipient is malformed"))
    }

    /// For the planning of a round. Who has no key yet is reachable all the same: it is asked for before the call.
    pub fn standing(&self) -> AppResult<Standing> {
        let state = RecipientState::of(self.recipient_state);
        let exists = !matches!(state, RecipientState::Unknown | RecipientState::Revoked);
        Ok(Standing {
            id: self.id()?,
            wanted: self.wanted,
            told: self.told,
            left: self.left_at.is_some(),
            version: self.version,
            reachable: exists && state != RecipientState::KeyChanged,
            exists,
        })
    }

    /// For the panel.
    pub fn facts(&self) -> MemberFacts {
        MemberFacts {
            wanted: self.wanted,
            told: self.told,
            version: self.version,
            left_at: self.left_at.map(Timestamp),
            problem: Why::of(self.problem),
            recipient: RecipientState::of(self.recipient_state),
        }
    }
}

const MEMBER: &str = "SELECT m.recipient_id, r.threema_id, r.first_name, r.last_name, r.category, r.nickname, r.state AS recipient_state,
        m.wanted, m.told, m.version, m.left_at, m.problem, m.answered_at
    FROM group_member m CROSS JOIN recipient r WHERE r.id = m.recipient_id";

/// Everybody who is or was in a group, by name.
pub async fn members<C: ConnectionTrait>(conn: &C, group_id: i64) -> AppResult<Vec<Member>> {
    let sql = format!("{MEMBER} AND m.group_id = $1 ORDER BY r.name_key, r.id");
    Ok(
        Member::find_by_statement(statement(conn, &sql, vec![group_id.into()]))
            .all(conn)
            .await?,
    )
}

/// One of them.
pub async fn member<C: ConnectionTrait>(
    conn: &C,
    group_id: i64,
    recipient_id: i64,
) -> AppResult<Option<Member>> {
    let sql = format!("{MEMBER} AND m.group_id = $1 AND m.recipient_id = $2");
    let values = vec![group_id.into(), recipient_id.into()];
    Ok(Member::find_by_statement(statement(conn, &sql, values))
        .one(conn)
        .await?)
}

/// How all members stand.
pub async fn standings<C: ConnectionTrait>(conn: &C, group_id: i64) -> AppResult<Vec<Standing>> {
    members(conn, group_id)
        .await?
        .iter()
        .map(Member::standing)
        .collect()
}

/// One number that a statement answers in its first column, `n`.
pub async fn number<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> AppResult<i64> {
    let row = conn.query_one_raw(statement(conn, sql, values)).await?;
    Ok(row.ok_or_else(|| internal(&"no row"))?.try_get("", "n")?)
}

/// Numbers of our own for `IN (…)`.
pub fn numbers(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    ids.join(",")
}

/// What of which group has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The group's uid.
    pub group: String,
    /// What of it.
    pub part: GroupPart,
}

/// One entry of a chat, and nothing else.
pub fn entry_part(entry: &str) -> GroupPart {
    entry.parse().map_or(GroupPart::Any, GroupPart::Entry)
}

fn event(identity: &Identity, group: &str, part: GroupPart) -> Option<LiveEvent> {
    Some(LiveEvent {
        organisation_id: identity.organisation_id,
        identity_id: Some(identity.id),
        change: Change::Group {
            identity: identity.uid.parse().ok()?,
            uid: group.parse().ok()?,
            part,
        },
    })
}

/// Tells open pages that a group has changed. Call it after the commit.
pub fn tell(ctx: &Ctx, identity: &Identity, group: &str) {
    tell_part(ctx, identity, group, GroupPart::Any);
}

/// Tells open pages what of a group has changed. Call it after the commit.
pub fn tell_part(ctx: &Ctx, identity: &Identity, group: &str, part: GroupPart) {
    if let Some(event) = event(identity, group, part) {
        ctx.live.tell(event);
    }
}

/// The same for a message that came in.
pub fn tell_changed(ctx: &Ctx, identity: &Identity, changed: &Changed) {
    tell_part(ctx, identity, &changed.group, changed.part.clone());
}
