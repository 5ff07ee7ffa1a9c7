//! Writing in a group as the identity: texts, and changes of them.
use super::{
    entries::{Message, NewEntry, add_entry, erase, message},
    queue::{self, NewSend, Said},
    read_marks::set_read,
    seal,
    sending::About,
    service::usable,
    store::{self, Group},
    sync::{resync_when_due, start_round},
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    gateway::wire::{GroupChat, GroupMessage, MessageId},
    groups::model::{EDIT_WINDOW, EntryKind, NewText, apart, chat_text, words::with_quote},
    identities::server::Identity,
    plans::server::check_valid,
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId, Uid,
    live::GroupPart,
    permission::cap,
    server::{Ctx, Tx, faults::internal, rest::KEY_CHARS},
    validate::Check,
};
use sea_orm::FromQueryResult;

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
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, group).await?;
    if let Some(key) = idempotency_key
        && let Some(known) = by_key(&tx, group.id, key).await?
    {
        return Ok(known);
    }
    let mut group = group.active()?;
    check_valid(ctx, tx.conn(), identity.id).await?;
    let is_first = !group.was_synchronised();
    if is_first {
        start_round(ctx, &tx, &identity, group.clone()).await?;
        group = store::lock_by_id(&tx, group.id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
    }
    let begins_round = resync_when_due(ctx, &tx, &identity, &group).await? || is_first;
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
        set_read(&tx, me, group.id, message_id).await?;
    }
    let detail = serde_json::json!({ "group": group.name, "to": to.len(), "bytes": words.len() });
    record(ctx, &tx, granted.who(), "group.write", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell_part(ctx, &identity, &group.uid, GroupPart::Entry(uid.clone()));
    if begins_round {
        store::tell(ctx, &identity, &group.uid);
    }
    Ok(uid)
}

/// [`send_text`] for the cockpit, which makes the `key`.
pub async fn write_text(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    (new, key): (NewText, Option<String>),
) -> AppResult<Uid> {
    let mut check = Check::new();
    let key = key.map(|key| check.text("key", &key, KEY_CHARS));
    check.done()?;
    let place = (&identity, &group);
    send_text(&ctx, &granted, place, ("text", &new), key.as_deref()).await
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

/// Puts something about a message on its way to everybody who has the group.
pub(super) async fn about(
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
