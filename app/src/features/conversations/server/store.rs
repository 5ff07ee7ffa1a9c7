//! Queries on conversations and their messages.
use super::seal;
use crate::features::{
    conversations::model::{ConversationState, Show},
    recipients::server::like_words,
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    live::Change,
    server::{Ctx, Tx, faults::internal, live::LiveEvent},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

/// A conversation as a row of its table.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Conversation {
    pub id: i64,
    pub uid: String,
    pub recipient_id: i64,
    pub key_sealed: Vec<u8>,
    pub state: String,
    pub assigned_to: Option<i64>,
    pub last_in_id: i64,
}

impl Conversation {
    /// Whether somebody has to deal with it.
    pub fn state(&self) -> ConversationState {
        ConversationState::of(&self.state)
    }
}

const COLUMNS: &str = "id, uid, recipient_id, key_sealed, state, assigned_to, last_in_id";

fn statement<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

/// The conversation of that uid.
///
/// # Errors
/// [`ErrorCode::NotFound`] when the identity has none.
pub async fn find<C: ConnectionTrait>(conn: &C, identity_id: i64, uid: &Uid) -> AppResult<Conversation> {
    one(conn, identity_id, uid, "").await
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// As [`find`].
pub async fn lock(tx: &Tx, identity_id: i64, uid: &Uid) -> AppResult<Conversation> {
    one(tx.conn(), identity_id, uid, for_update(tx)).await
}

fn for_update(tx: &Tx) -> &'static str {
    if tx.is_sqlite() { "" } else { " FOR UPDATE" }
}

async fn one<C: ConnectionTrait>(
    conn: &C,
    identity_id: i64,
    uid: &Uid,
    lock: &str,
) -> AppResult<Conversation> {
    let sql = format!("SELECT {COLUMNS} FROM conversation WHERE identity_id = $1 AND uid = $2{lock}");
    let values = vec![identity_id.into(), uid.as_str().into()];
    Conversation::find_by_statement(statement(conn, &sql, values))
        .one(conn)
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The conversation with a person, locked; made when there is none.
pub async fn open_with(
    ctx: &Ctx,
    tx: &Tx,
    (organisation_id, identity_id): (i64, i64),
    recipient_id: i64,
) -> AppResult<Conversation> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversation WHERE identity_id = $1 AND recipient_id = $2{}",
        for_update(tx)
    );
    let find = || tx.stmt(&sql, [identity_id.into(), recipient_id.into()]);
    if let Some(found) = Conversation::find_by_statement(find()).one(tx.conn()).await? {
        return Ok(found);
    }
    let uid = ctx.rng.uid();
    let (_, key) = seal::new_key(ctx, tx, organisation_id, uid.as_str()).await?;
    // another process may have been first: then the one that it made counts
    let insert = "INSERT INTO conversation (uid, identity_id, recipient_id, key_sealed, state, last_at, last_message_id,
                      last_in_id, erase_at, created_at)
                  VALUES ($1, $2, $3, $4, 'open', $5, 0, 0, $5, $5) ON CONFLICT (identity_id, recipient_id) DO NOTHING";
    let values = [
        uid.as_str().into(),
        identity_id.into(),
        recipient_id.into(),
        key.into(),
        ctx.now().0.into(),
    ];
    tx.exec(insert, values).await?;
    let made = Conversation::find_by_statement(find()).one(tx.conn()).await?;
    made.ok_or_else(|| internal(&"a conversation that was just made is not there"))
}

/// A message to be kept.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    pub text: &'a str,
    /// When it was sent.
    pub at: Timestamp,
    /// When its text goes.
    pub erase_at: Timestamp,
    /// For one of ours: the administrator, when it was one, and its row in the outbox.
    pub ours: Option<(Option<i64>, i64)>,
    /// Made by who sends it: the same key again is the same message.
    pub idempotency_key: Option<&'a str>,
}

/// The message of that key, if it was sent already.
pub async fn by_key(tx: &Tx, conversation_id: i64, key: &str) -> AppResult<Option<Uid>> {
    let sql = "SELECT uid FROM conversation_message WHERE conversation_id = $1 AND idempotency_key = $2";
    let values = [conversation_id.into(), key.into()];
    let Some(row) = tx.conn().query_one_raw(tx.stmt(sql, values)).await? else {
        return Ok(None);
    };
    let uid: String = row.try_get("", "uid")?;
    Ok(uid.parse().ok())
}

/// Keeps a message; one of theirs opens the conversation again. Answers the number and the uid of the message.
pub async fn add_message(
    ctx: &Ctx,
    tx: &Tx,
    organisation_id: i64,
    conversation: &Conversation,
    new: NewMessage<'_>,
) -> AppResult<(i64, Uid)> {
    let uid = ctx.rng.uid();
    let key = seal::conversation_key(
        ctx,
        tx.conn(),
        organisation_id,
        &conversation.uid,
        &conversation.key_sealed,
    )
    .await?;
    let sealed = seal::seal_text(ctx, &key, uid.as_str(), new.text);
    let sql = "INSERT INTO conversation_message (uid, conversation_id, outgoing, text_sealed, author_id, answer_id, at, erase_at,
                   idempotency_key)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
    let values = [
        uid.as_str().into(),
        conversation.id.into(),
        new.ours.is_some().into(),
        sealed.into(),
        new.ours.and_then(|(author, _)| author).into(),
        new.ours.map(|(_, answer)| answer).into(),
        new.at.0.into(),
        new.erase_at.0.into(),
        new.idempotency_key.into(),
    ];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let id: i64 = row.ok_or_else(|| internal(&"no row"))?.try_get("", "id")?;
    let again = match new.ours {
        None => ", last_in_id = $1, state = 'open', done_at = NULL, done_by = NULL",
        Some(_) => "",
    };
    let sql = format!(
        "UPDATE conversation SET last_message_id = $1, last_at = $2,
             erase_at = CASE WHEN erase_at < $3 THEN $3 ELSE erase_at END{again} WHERE id = $4"
    );
    let values = [
        id.into(),
        ctx.now().0.into(),
        new.erase_at.0.into(),
        conversation.id.into(),
    ];
    tx.exec(&sql, values).await?;
    Ok((id, uid))
}

/// What the administrator `me` has read of conversation `c`.
fn read_by(me: i64) -> String {
    format!(
        "COALESCE((SELECT s.read_up_to FROM conversation_read s WHERE s.administrator_id = {me} AND s.conversation_id = c.id), 0)"
    )
}

/// A condition on conversation `c`, and its parameters.
pub fn condition(identity_id: i64, show: Show, q: &str, me: i64) -> (String, Vec<Value>) {
    // numbers of our own: safe inside the statement, and the planner sees them
    let mut sql = format!("c.identity_id = {identity_id}");
    sql += &match show {
        Show::All => String::new(),
        Show::Done => " AND c.state = 'done'".to_owned(),
        Show::Open => " AND c.state = 'open'".to_owned(),
        Show::Unread => format!(" AND c.state = 'open' AND c.last_in_id > {}", read_by(me)),
        Show::Mine => format!(" AND c.state = 'open' AND c.assigned_to = {me}"),
        Show::Unassigned => " AND c.state = 'open' AND c.assigned_to IS NULL".to_owned(),
    };
    let words = like_words(q);
    if words.is_empty() {
        return (sql, Vec::new());
    }
    sql +=
        &format!(" AND c.recipient_id IN (SELECT r.id FROM recipient r WHERE r.identity_id = {identity_id}");
    let mut values: Vec<Value> = Vec::new();
    for word in words {
        values.push(word.into());
        sql += &format!(" AND r.search_text LIKE ${} ESCAPE '!'", values.len());
    }
    sql.push(')');
    (sql, values)
}

/// How many conversations fit.
pub async fn count(ctx: &Ctx, condition: &(String, Vec<Value>)) -> AppResult<u64> {
    let sql = format!("SELECT COUNT(*) AS n FROM conversation c WHERE {}", condition.0);
    counted(ctx, &sql, condition.1.clone()).await
}

/// How many conversations an administrator has not read: all that are open, less those that are read. Looking each of
/// them up takes long where hundreds of thousands are open, and few people read so many.
pub async fn count_unread(ctx: &Ctx, identity_id: i64, me: i64) -> AppResult<u64> {
    let open = format!("c.identity_id = {identity_id} AND c.state = 'open'");
    // in this order: from what was read to the conversations
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM conversation c WHERE {open})
           - (SELECT COUNT(*) FROM conversation_read s CROSS JOIN conversation c
              WHERE s.administrator_id = {me} AND c.id = s.conversation_id AND {open} AND s.read_up_to >= c.last_in_id) AS n"
    );
    counted(ctx, &sql, Vec::new()).await
}

/// The same, counted up to `most`. Where there is much to read it is among the newest, and nothing else is looked at.
pub async fn count_some_unread(ctx: &Ctx, identity_id: i64, me: i64, most: u64) -> AppResult<u64> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM (SELECT c.id, c.last_in_id FROM conversation c
           WHERE c.identity_id = {identity_id} AND c.state = 'open' ORDER BY c.last_in_id DESC LIMIT {}) c
         WHERE c.last_in_id > {}",
        2 * most,
        read_by(me)
    );
    if counted(ctx, &sql, Vec::new()).await? >= most {
        return Ok(most);
    }
    Ok(count_unread(ctx, identity_id, me).await?.min(most))
}

async fn counted(ctx: &Ctx, sql: &str, values: Vec<Value>) -> AppResult<u64> {
    let found = ctx.db.conn().query_one_raw(ctx.db.stmt(sql, values)).await?;
    let n: i64 = found
        .ok_or_else(|| internal(&"COUNT gave no row"))?
        .try_get("", "n")?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// A conversation with what its row in the list shows.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Shown {
    pub id: i64,
    pub uid: String,
    pub key_sealed: Vec<u8>,
    pub state: String,
    pub last_at: i64,
    pub last_message_id: i64,
    pub erase_at: i64,
    pub threema_id: String,
    pub first_name: String,
    pub last_name: String,
    pub recipient_state: i64,
    pub assigned_uid: Option<String>,
    pub assigned_name: Option<String>,
    pub unread: i64,
}

/// Conversations that fit, the newest first.
pub async fn page(
    ctx: &Ctx,
    (condition, values): (String, Vec<Value>),
    me: i64,
    (offset, limit): (u64, u64),
) -> AppResult<Vec<Shown>> {
    // who counts replies only counts those of this page
    let sql = format!(
        "SELECT c.id, c.uid, c.key_sealed, c.state, c.last_at, c.last_message_id, c.erase_at, p.threema_id, p.first_name, p.last_name,
                p.state AS recipient_state, a.uid AS assigned_uid, a.name AS assigned_name,
                CASE WHEN c.state = 'open' THEN (SELECT COUNT(*) FROM conversation_message m
                    WHERE m.conversation_id = c.id AND m.id > {} AND NOT m.outgoing) ELSE 0 END AS unread
         FROM (SELECT * FROM conversation c WHERE {condition} ORDER BY c.last_at DESC, c.id DESC LIMIT {limit} OFFSET {offset}) c
         JOIN recipient p ON p.id = c.recipient_id LEFT JOIN administrator a ON a.id = c.assigned_to
         ORDER BY c.last_at DESC, c.id DESC",
        read_by(me)
    );
    Ok(Shown::find_by_statement(ctx.db.stmt(&sql, values))
        .all(ctx.db.conn())
        .await?)
}

/// A message as a row of its table.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Message {
    pub id: i64,
    pub uid: String,
    pub outgoing: bool,
    pub text_sealed: Vec<u8>,
    pub author: Option<String>,
    pub answer_id: Option<i64>,
    pub at: i64,
    pub erase_at: i64,
}

const MESSAGE: &str =
    "SELECT m.id, m.uid, m.outgoing, m.text_sealed, a.name AS author, m.answer_id, m.at, m.erase_at
     FROM conversation_message m LEFT JOIN administrator a ON a.id = m.author_id";

/// The last messages of a conversation, the newest first.
pub async fn last_messages(ctx: &Ctx, conversation_id: i64, most: u64) -> AppResult<Vec<Message>> {
    let sql = format!("{MESSAGE} WHERE m.conversation_id = $1 ORDER BY m.id DESC LIMIT {most}");
    Ok(
        Message::find_by_statement(ctx.db.stmt(&sql, [conversation_id.into()]))
            .all(ctx.db.conn())
            .await?,
    )
}

/// The messages of these numbers.
pub async fn messages(ctx: &Ctx, ids: &[i64]) -> AppResult<Vec<Message>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{MESSAGE} WHERE m.id IN ({})", numbers(ids));
    Ok(Message::find_by_statement(ctx.db.stmt(&sql, []))
        .all(ctx.db.conn())
        .await?)
}

/// Numbers of our own for `IN (…)`.
pub fn numbers(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    ids.join(",")
}

/// When something came last, of what a condition finds: what is not committed yet cannot be older for who has seen this.
pub async fn newest(ctx: &Ctx, condition: &(String, Vec<Value>)) -> AppResult<Timestamp> {
    let sql = format!(
        "SELECT MAX(c.last_at) AS at FROM conversation c WHERE {}",
        condition.0
    );
    let found = ctx
        .db
        .conn()
        .query_one_raw(ctx.db.stmt(&sql, condition.1.clone()))
        .await?;
    let at: Option<i64> = found
        .ok_or_else(|| internal(&"MAX gave no row"))?
        .try_get("", "at")?;
    Ok(Timestamp(at.unwrap_or_default()))
}

/// Notes how far an administrator has read; false when that is known already.
pub async fn set_read(tx: &Tx, me: i64, conversation_id: i64, up_to: i64) -> AppResult<bool> {
    let sql =
        "INSERT INTO conversation_read (administrator_id, conversation_id, read_up_to) VALUES ($1, $2, $3)
               ON CONFLICT (administrator_id, conversation_id) DO UPDATE SET read_up_to = $3
               WHERE conversation_read.read_up_to <> $3";
    let values = [me.into(), conversation_id.into(), up_to.into()];
    Ok(tx.exec(sql, values).await? > 0)
}

/// What the database keeps of old rows goes too.
pub async fn sweep(ctx: &Ctx) -> AppResult<()> {
    ctx.db.sweep(&["conversation_message", "conversation"]).await
}

/// What open pages are told: which conversation has changed, or that many have.
pub fn changed(
    organisation_id: i64,
    (identity_id, identity): (i64, &str),
    uid: Option<&str>,
) -> Option<LiveEvent> {
    Some(LiveEvent {
        organisation_id,
        identity_id: Some(identity_id),
        change: Change::Conversation {
            identity: identity.parse().ok()?,
            uid: uid.and_then(|uid| uid.parse().ok()),
        },
    })
}

/// Tells open pages. Call it after the commit.
pub fn tell(ctx: &Ctx, identity: &crate::features::identities::server::Identity, uid: Option<&str>) {
    let event = changed(identity.organisation_id, (identity.id, &identity.uid), uid);
    if let Some(event) = event {
        ctx.live.tell(event);
    }
}
