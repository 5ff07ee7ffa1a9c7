//! "Save chat history" acts at once: the cloud comes or goes on phones, and members are told.
use super::{
    entries::{NewEntry, add_entry},
    queue::{self, NewSend, Said},
    service::usable,
    store,
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    gateway::wire::{GroupChat, GroupMessage},
    groups::{
        model::{EntryKind, group_name, plan},
        text,
    },
    plans::server::check_valid,
};
use crate::kernel::{
    AppResult, Lang, ThreemaId, Uid,
    permission::cap,
    server::{Ctx, faults::internal},
    validate::Check,
};

/// Saves what members write from now on, or does not any more. What was stored stays until its time is over.
///
/// # Errors
/// A problem at `name` when it is too long to have a cloud before it.
pub async fn set_history(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    on: bool,
) -> AppResult<()> {
    let (identity, found) = usable(&ctx, &granted, &identity, &group).await?;
    if found.was_synchronised() {
        check_valid(&ctx, ctx.db.conn(), identity.id).await?;
    }
    let tx = ctx.db.begin().await?;
    let mut group = store::lock(&tx, identity.id, &group).await?.active()?;
    if group.saves_history == on {
        return Ok(());
    }
    let mut check = Check::new();
    group_name(&mut check, "name", &group.name, on);
    check.done()?;
    let now = ctx.now().0;
    let sql = "UPDATE chat_group SET saves_history = $1, history_since = $2, updated_at = $3 WHERE id = $4";
    let values = [on.into(), on.then_some(now).into(), now.into(), group.id.into()];
    tx.exec(sql, values).await?;
    group.saves_history = on;
    if group.was_synchronised() {
        let own: ThreemaId = identity
            .threema_id
            .parse()
            .map_err(|_| internal(&"a stored Threema ID is malformed"))?;
        let to = queue::members_on_phones(&tx, group.id).await?;
        let cloud = NewSend {
            said: Said::ready(&[plan::name(group.wire(), &group.sent_name, on)]),
            to: to.clone(),
            no_push: true,
            round: 0,
            ends_round: false,
            message_id: None,
        };
        queue::add(&ctx, &tx, &identity, group.id, cloud).await?;
        // notices to groups use the identity's default language (design/product.md rule 7)
        let lang: Lang = identity.default_language.parse().unwrap_or_default();
        let words = match on {
            true => text::notice_on(lang),
            false => text::notice_off(lang),
        };
        let kind = if on {
            EntryKind::HistoryOn
        } else {
            EntryKind::HistoryOff
        };
        let entry = NewEntry {
            author_id: granted.administrator_id(),
            total: to.len(),
            ..NewEntry::ours(kind, ctx.now())
        };
        let (message_id, _) = add_entry(&ctx, &tx, &identity, &group, entry).await?;
        let chat = GroupMessage::Chat(own, group.wire(), GroupChat::Text(words.to_owned()));
        let notice = NewSend {
            said: Said::ready(&[chat]),
            to,
            no_push: false,
            round: 0,
            ends_round: false,
            message_id: Some(message_id),
        };
        queue::add(&ctx, &tx, &identity, group.id, notice).await?;
    }
    let detail = serde_json::json!({
        "name": group.name, "before": { "savesHistory": !on }, "after": { "savesHistory": on },
    });
    record(&ctx, &tx, granted.who(), "group.history", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}
