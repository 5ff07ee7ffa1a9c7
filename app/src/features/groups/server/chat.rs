//! Writing in a group as the identity: texts, changes of them, reactions.
use super::{
    queue::{self, NewSend, Said},
    seal,
    sending::About,
    service::usable,
    store::{self, Group},
    sync::{resync_when_due, start_round},
};
use crate::features::{
    audit::server::record,
    auth::server::{Granted, rules},
    gateway::wire::{GroupChat, GroupMessage, MessageId},
    groups::model::{EDIT_WINDOW, EntryKind, NewText, apart, chat_text, words::with_quote},
    identities::server::Identity,
    plans::server::check_valid,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, ThreemaId, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use std::collections::BTreeMap;

/// Who has reacted with what: a Threema ID, or [`US`].
pub(super) type Reactions = BTreeMap<String, Vec<String>>;
/// Stands for the identity among those who have reacted.
pub(super) const US: &str = "";
/// The longest emoji in bytes (reference/threema-gateway.md section 4.6).
const MAX_EMOJI: usize = 64;

/// A message as a row of its table.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Message {
    pub id: i64,
    pub uid: String,
    pub kind: i64,
    pub sender_id: Option<i64>,
    pub text_sealed: Option<Vec<u8>>,
    pub reactions_sealed: Option<Vec<u8>>,
    pub gateway_message_id: Option<i64>,
    pub at: i64,
    pub deleted_at: Option<i64>,
}

const MESSAGE: &str = "SELECT m.id, m.uid, m.kind, m.sender_id, m.text_sealed, m.reactions_sealed, m.gateway_message_id, m.at, m.deleted_at
    FROM group_message m WHERE m.group_id = $1";

/// The message of a uid.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub(super) async fn message(tx: &Tx, group_id: i64, uid: &Uid) -> AppResult<Message> {
    let sql = format!("{MESSAGE} AND m.uid = $2");
    Message::find_by_statement(tx.stmt(&sql, [group_id.into(), uid.as_str().into()]))
        .one(tx.conn())
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The message that members have under an ID. An ID that nobody knows belongs to a message one of whose calls had no answer,
/// when there is exactly one: then it is adopted.
pub(super) async fn message_by_wire(tx: &Tx, group_id: i64, id: MessageId) -> AppResult<Option<Message>> {
    let sql = format!(
        "{MESSAGE} AND (m.gateway_message_id = $2
             OR m.id IN (SELECT i.message_id FROM group_message_id i WHERE i.group_id = $1 AND i.gateway_message_id = $2))
         ORDER BY m.id DESC LIMIT 1"
    );
    let values = || [group_id.into(), id.to_i64().into()];
    let found = Message::find_by_statement(tx.stmt(&sql, values()))
        .one(tx.conn())
        .await?;
    if found.is_some() {
        return Ok(found);
    }
    let sql = format!("{MESSAGE} AND m.unclear AND m.sender_id IS NULL ORDER BY m.id DESC LIMIT 2");
    let mut unclear = Message::find_by_statement(tx.stmt(&sql, [group_id.into()]))
        .all(tx.conn())
        .await?;
    let (Some(one), true) = (unclear.pop(), unclear.is_empty()) else {
        return Ok(None);
    };
    let sql = "INSERT INTO group_message_id (group_id, gateway_message_id, message_id) VALUES ($1, $2, $3)
               ON CONFLICT (group_id, gateway_message_id) DO NOTHING";
    tx.exec(sql, [group_id.into(), id.to_i64().into(), one.id.into()])
        .await?;
    Ok(Some(one))
}

/// An entry to be added to a chat.
#[derive(Clone, Debug)]
pub(super) struct NewEntry<'a> {
    pub kind: EntryKind,
    /// The recipient's number; none: the identity.
    pub sender_id: Option<i64>,
    pub author_id: Option<i64>,
    pub text: Option<&'a str>,
    pub gateway_message_id: Option<i64>,
    pub idempotency_key: Option<&'a str>,
    pub at: Timestamp,
    pub total: usize,
}

impl NewEntry<'_> {
    /// One of the identity.
    pub const fn ours(kind: EntryKind, at: Timestamp) -> Self {
        Self {
            kind,
            sender_id: None,
            author_id: None,
            text: None,
            gateway_message_id: None,
            idempotency_key: None,
            at,
            total: 0,
        }
    }
}

/// Adds an entry to the chat of a locked group; answers its number and uid.
pub(super) async fn add_entry(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    new: NewEntry<'_>,
) -> AppResult<(i64, Uid)> {
    let uid = ctx.rng.uid();
    let organisation_id = identity.organisation_id;
    let sealed = match new.text {
        Some(text) => {
            let own = (group.uid.as_str(), group.key_sealed.as_slice());
            let key = seal::group_key(ctx, tx.conn(), organisation_id, own).await?;
            Some(seal::seal_text(ctx, &key, uid.as_str(), text))
        }
        None => None,
    };
    let days = rules(ctx, organisation_id).await?.text_days;
    let erase_at = ctx.now().plus(i64::from(days) * Timestamp::DAY);
    let sql = "INSERT INTO group_message (uid, group_id, kind, sender_id, author_id, text_sealed, gateway_message_id, unclear,
                   idempotency_key, at, erase_at, total, accepted, failed)
               VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $9, $10, $11, 0, 0) RETURNING id";
    let values: Vec<Value> = vec![
        uid.as_str().into(),
        group.id.into(),
        new.kind.number().into(),
        new.sender_id.into(),
        new.author_id.into(),
        sealed.into(),
        new.gateway_message_id.into(),
        new.idempotency_key.into(),
        new.at.0.into(),
        erase_at.0.into(),
        i64::try_from(new.total).unwrap_or_default().into(),
    ];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let id: i64 = row.ok_or_else(|| internal(&"no row"))?.try_get("", "id")?;
    let sql = "UPDATE chat_group SET last_message_id = $1 WHERE id = $2";
    tx.exec(sql, [id.into(), group.id.into()]).await?;
    Ok((id, uid))
}

fn own_id(identity: &Identity) -> AppResult<ThreemaId> {
    identity
        .threema_id
        .parse()
        .map_err(|_| internal(&"a stored Threema ID is malformed"))
}

/// Writes to the members of a group; answers the message. What is wrong with the text stands at `field`. The same
/// `idempotency_key` again answers the same message. A group that was never synchronised is now: phones drop texts that
/// come before the set-up.
///
/// # Errors
/// [`ErrorCode::PlanEnded`]; [`ErrorCode::NobodyToSendTo`] in a group without members.
pub async fn send_text(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    (identity, group): (&Uid, &Uid),
    (field, new): (&str, &NewText),
    idempotency_key: Option<&str>,
) -> AppResult<Uid> {
    let (identity, _) = usable(ctx, granted, identity, group).await?;
    let words = chat_text(field, &new.text)?;
    check_valid(ctx, ctx.db.conn(), identity.id).await?;
    let tx = ctx.db.begin().await?;
    let mut group = store::lock(&tx, identity.id, group).await?.active()?;
    if let Some(key) = idempotency_key
        && let Some(known) = by_key(&tx, group.id, key).await?
    {
        return Ok(known);
    }
    if !group.was_synchronised() {
        start_round(ctx, &tx, &identity, group.clone()).await?;
        group = store::lock_by_id(&tx, group.id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
    }
    resync_when_due(ctx, &tx, &identity, &group).await?;
    let to = queue::members_on_phones(&tx, group.id).await?;
    if to.is_empty() {
        return Err(ErrorCode::NobodyToSendTo.into());
    }
    let quoted = match &new.quotes {
        Some(uid) => message(&tx, group.id, uid).await?.gateway_message_id,
        None => None,
    };
    let text = match quoted {
        Some(id) => with_quote(MessageId::from_i64(id), &words),
        None => words.clone(),
    };
    let entry = NewEntry {
        author_id: granted.administrator_id(),
        text: Some(&text),
        idempotency_key,
        total: to.len(),
        ..NewEntry::ours(EntryKind::Text, ctx.now())
    };
    let (message_id, uid) = add_entry(ctx, &tx, &identity, &group, entry).await?;
    let said = GroupMessage::Chat(own_id(&identity)?, group.wire(), GroupChat::Text(text));
    let send = NewSend {
        said: Said::ready(&[said]),
        to: to.clone(),
        no_push: false,
        round: 0,
        ends_round: false,
        message_id: Some(message_id),
    };
    queue::add(ctx, &tx, &identity, group.id, send).await?;
    if let Some(me) = granted.administrator_id() {
        // whoever writes has read
        super::reading::set_read(&tx, me, group.id, message_id).await?;
    }
    let detail = serde_json::json!({ "group": group.name, "to": to.len(), "bytes": words.len() });
    record(ctx, &tx, granted.who(), "group.write", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell(ctx, &identity, &group.uid);
    Ok(uid)
}

/// [`send_text`] for the cockpit.
pub async fn write_text(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    new: NewText,
) -> AppResult<Uid> {
    send_text(&ctx, &granted, (&identity, &group), ("text", &new), None).await
}

#[derive(FromQueryResult)]
struct ByKey {
    uid: String,
}

async fn by_key(tx: &Tx, group_id: i64, key: &str) -> AppResult<Option<Uid>> {
    let sql = "SELECT uid FROM group_message WHERE group_id = $1 AND idempotency_key = $2";
    let found = ByKey::find_by_statement(tx.stmt(sql, [group_id.into(), key.into()]))
        .one(tx.conn())
        .await?;
    Ok(found.and_then(|f| f.uid.parse().ok()))
}

/// A text of the identity that can still be changed.
///
/// # Errors
/// [`ErrorCode::WrongState`] for a text of somebody else, after six hours, or once it is taken back.
fn still_ours(ctx: &Ctx, message: &Message) -> AppResult<()> {
    let young = ctx.now().0 - message.at < EDIT_WINDOW;
    let text = message.kind == EntryKind::Text.number() && message.deleted_at.is_none();
    match young && text && message.sender_id.is_none() {
        true => Ok(()),
        false => Err(ErrorCode::WrongState.into()),
    }
}

/// Changes a text of the identity, on phones too. A quote stays.
pub async fn edit_text(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    message_uid: Uid,
    text: String,
) -> AppResult<()> {
    let words = chat_text("text", &text)?;
    let (identity, _) = usable(&ctx, &granted, &identity, &group).await?;
    check_valid(&ctx, ctx.db.conn(), identity.id).await?;
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    let message = message(&tx, group.id, &message_uid).await?;
    still_ours(&ctx, &message)?;
    let own = (group.uid.as_str(), group.key_sealed.as_slice());
    let key = seal::group_key(&ctx, tx.conn(), identity.organisation_id, own).await?;
    let before = match &message.text_sealed {
        Some(sealed) => seal::open_text(&key, &message.uid, sealed)?,
        None => String::new(),
    };
    let text = match apart(&before).0 {
        Some(quoted) => with_quote(quoted, &words),
        None => words.clone(),
    };
    let sealed = seal::seal_text(&ctx, &key, &message.uid, &text);
    let sql = "UPDATE group_message SET text_sealed = $1, edited_at = $2 WHERE id = $3";
    tx.exec(sql, [sealed.into(), ctx.now().0.into(), message.id.into()])
        .await?;
    about(&ctx, &tx, &identity, &group, (message.id, About::Edit(text))).await?;
    let detail = serde_json::json!({ "group": group.name, "message": message.uid, "bytes": words.len() });
    record(&ctx, &tx, granted.who(), "group.edit", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}

/// Takes a text of the identity back, on phones too while that works (six hours); of any other entry only what is stored
/// goes.
pub async fn delete_text(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    message_uid: Uid,
) -> AppResult<()> {
    let (identity, _) = usable(&ctx, &granted, &identity, &group).await?;
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    let message = message(&tx, group.id, &message_uid).await?;
    if message.kind != EntryKind::Text.number() || message.deleted_at.is_some() {
        return Err(ErrorCode::WrongState.into());
    }
    let on_phones = still_ours(&ctx, &message).is_ok();
    erase(&ctx, &tx, message.id).await?;
    if on_phones {
        // what has not left yet never does
        let sql = "DELETE FROM group_delivery WHERE send_id IN (SELECT id FROM group_send WHERE message_id = $1 AND state = 0
                       AND open_attempts = 0 AND lease_holder IS NULL)";
        tx.exec(sql, [message.id.into()]).await?;
        let sql = "DELETE FROM group_send WHERE message_id = $1 AND state = 0 AND open_attempts = 0 AND lease_holder IS NULL";
        if tx.exec(sql, [message.id.into()]).await? == 0 {
            about(&ctx, &tx, &identity, &group, (message.id, About::Delete)).await?;
        }
    }
    let detail = serde_json::json!({ "group": group.name, "message": message.uid, "onPhones": on_phones });
    record(&ctx, &tx, granted.who(), "group.take-back", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}

/// What is stored of a message goes.
pub(super) async fn erase(ctx: &Ctx, tx: &Tx, message_id: i64) -> AppResult<()> {
    let sql =
        "UPDATE group_message SET text_sealed = NULL, reactions_sealed = NULL, deleted_at = $1 WHERE id = $2";
    tx.exec(sql, [ctx.now().0.into(), message_id.into()])
        .await
        .map(|_| ())
}

async fn about(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    (message_id, what): (i64, About),
) -> AppResult<()> {
    let new = NewSend {
        said: Said::About { message_id, what },
        to: queue::members_on_phones(tx, group.id).await?,
        no_push: true,
        round: 0,
        ends_round: false,
        message_id: None,
    };
    queue::add(ctx, tx, identity, group.id, new).await.map(|_| ())
}

/// Reacts to a text as the identity, or takes the reaction back.
pub async fn react(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    message_uid: Uid,
    (emoji, apply): (String, bool),
) -> AppResult<()> {
    let (identity, _) = usable(&ctx, &granted, &identity, &group).await?;
    if emoji.is_empty()
        || emoji.len() > MAX_EMOJI
        || emoji.chars().any(|c| c.is_ascii_alphanumeric() || c.is_control())
    {
        return Err(AppError::field("emoji", Problem::NotAChoice));
    }
    check_valid(&ctx, ctx.db.conn(), identity.id).await?;
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    let message = message(&tx, group.id, &message_uid).await?;
    if message.text_sealed.is_none() {
        return Err(ErrorCode::WrongState.into());
    }
    note_reaction(&ctx, &tx, &identity, &group, &message, (US, &emoji, apply)).await?;
    let what = About::Reaction { emoji, apply };
    about(&ctx, &tx, &identity, &group, (message.id, what)).await?;
    let detail = serde_json::json!({ "group": group.name, "message": message.uid });
    record(&ctx, &tx, granted.who(), "group.react", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}

/// Keeps who has reacted how. A thumb takes the place of the other thumb.
pub(super) async fn note_reaction(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    message: &Message,
    (who, emoji, apply): (&str, &str, bool),
) -> AppResult<()> {
    const THUMBS: [&str; 2] = ["\u{1f44d}", "\u{1f44e}"];
    let own = (group.uid.as_str(), group.key_sealed.as_slice());
    let key = seal::group_key(ctx, tx.conn(), identity.organisation_id, own).await?;
    let mut all: Reactions = match &message.reactions_sealed {
        Some(sealed) => seal::open_reactions(&key, &message.uid, sealed)?,
        None => Reactions::new(),
    };
    let theirs = all.entry(who.to_owned()).or_default();
    theirs.retain(|old| old != emoji && !(THUMBS.contains(&old.as_str()) && THUMBS.contains(&emoji)));
    if apply {
        theirs.push(emoji.to_owned());
    }
    all.retain(|_, emojis| !emojis.is_empty());
    let sealed = match all.is_empty() {
        true => None,
        false => Some(seal::seal_reactions(ctx, &key, &message.uid, &all)?),
    };
    let sql = "UPDATE group_message SET reactions_sealed = $1 WHERE id = $2";
    tx.exec(sql, [sealed.into(), message.id.into()]).await.map(|_| ())
}
