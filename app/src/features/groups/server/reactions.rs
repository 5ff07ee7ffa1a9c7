//! Reactions to texts of a group: those of the identity, and whose they are.
use super::{
    chat::about,
    entries::{Message, message},
    seal,
    sending::About,
    service::usable,
    store::{self, Group},
};
use crate::features::{
    audit::server::record, auth::server::Granted, identities::server::Identity, plans::server::check_valid,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Uid,
    live::GroupPart,
    permission::cap,
    server::{Ctx, Tx},
};
use std::collections::BTreeMap;

/// Who has reacted with what: a Threema ID, or [`US`].
pub(super) type Reactions = BTreeMap<String, Vec<String>>;
/// Stands for the identity among those who have reacted.
pub(super) const US: &str = "";
/// The longest emoji in bytes (reference/threema-gateway.md section 4.6).
const MAX_EMOJI: usize = 64;

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
    store::tell_part(&ctx, &identity, &group.uid, GroupPart::Entry(message_uid));
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
