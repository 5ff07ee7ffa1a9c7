//! Drafts: kept as they are while somebody writes.
use super::{
    audience::{count_strangers, may_reach, set_settings, settings_of},
    body, entity,
    sending::announce,
    store::{self, To},
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    identities::server::{self as identities, Identity},
    lists::server as lists,
    messages::model::{Audience, Draft, DraftInput, MAX_LISTS, MessageState, Scope, TEXT_BYTES, Texts},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, LanguageCode, Problem, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx},
    validate::Check,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, prelude::*};

/// Rule 18: texts are kept for 180 days.
pub const TEXT_DAYS: i64 = 180;

/// The exact audience of some lists.
pub async fn count_audience(
    ctx: Ctx,
    granted: Granted<cap::SeeMessages>,
    identity: Uid,
    lists: Vec<Uid>,
) -> AppResult<Audience> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let ids = list_ids(&ctx, &identity, &lists).await?;
    audience_of(&ctx, &identity, &To::Lists(ids), &[]).await
}

/// Counts them; `languages` are those of the texts: who has another one gets the default.
pub async fn audience_of(
    ctx: &Ctx,
    identity: &Identity,
    to: &To,
    languages: &[LanguageCode],
) -> AppResult<Audience> {
    // without texts everybody is counted under their own language
    let variant = if languages.is_empty() {
        format!("COALESCE(r.language, '{}')", default_language(identity))
    } else {
        store::variant(languages, default_language(identity))
    };
    let mut all = Audience::default();
    let mut by_language = std::collections::BTreeMap::<LanguageCode, u64>::new();
    for group in store::count_union(ctx, identity.id, to, &variant).await? {
        let people = u64::try_from(group.people).unwrap_or_default();
        all.people += people;
        all.named_more_than_once += u64::try_from(group.more).unwrap_or_default();
        match group.state {
            2 => all.unknown += people,
            4 => all.revoked += people,
            state => {
                if state == 3 {
                    all.key_changed += people;
                }
                if let Ok(language) = group.language.parse() {
                    *by_language.entry(language).or_default() += people;
                }
            }
        }
    }
    let strangers = count_strangers(ctx, ctx.db.conn(), identity, to).await?;
    if strangers > 0 {
        all.people += strangers;
        *by_language.entry(default_language(identity)).or_default() += strangers;
    }
    all.by_language = by_language.into_iter().collect();
    Ok(all)
}

/// The identity's default language.
pub fn default_language(identity: &Identity) -> LanguageCode {
    identity.default_language.parse().unwrap_or(LanguageCode::EN)
}

/// The lists' numbers; an unknown or deleted one is an error at the field.
pub async fn list_ids(ctx: &Ctx, identity: &Identity, uids: &[Uid]) -> AppResult<Vec<i64>> {
    if uids.len() > MAX_LISTS {
        return Err(AppError::field("lists", Problem::TooMany { max: MAX_LISTS }));
    }
    let found = lists::find_lists(ctx, identity.id, uids).await?;
    Ok(found.into_iter().map(|l| l.id).collect())
}

/// Keeps a draft as it is, even when it could not be sent like this.
pub async fn save_draft(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    input: DraftInput,
) -> AppResult<Draft> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    check_size(&input.texts)?;
    let settings = input.settings.validate()?;
    may_reach(&granted, settings.scope)?;
    let chosen = match settings.scope {
        Scope::Lists => input.lists,
        _ => Vec::new(),
    };
    let lists = list_ids(&ctx, &identity, &chosen).await?;
    let now = ctx.now();
    let uid = input.uid.clone().unwrap_or_else(|| ctx.rng.uid());
    let tx = ctx.db.begin().await?;
    let sealed = body::seal(
        &ctx,
        &tx,
        granted.organisation_id(),
        uid.as_str(),
        &input.texts,
        default_language(&identity),
    )
    .await?;
    let mut asked_before = false;
    let id = match &input.uid {
        Some(uid) => {
            let row = store::lock(&tx, identity.id, uid).await?;
            // one to the failed of another message has nothing to write on
            if !is_open(&row) || row.retry_of.is_some() {
                return Err(ErrorCode::WrongState.into());
            }
            asked_before = row.state == MessageState::NeedsApproval.code();
            if asked_before {
                note_withdrawn(&ctx, &tx, &granted, &identity, &row).await?;
            }
            let note = body::note(&ctx, granted.organisation_id(), &row).await?;
            let id = row.id;
            let mut row: entity::ActiveModel = row.into();
            // whoever was asked to approve was asked for another text
            row.state = Set(MessageState::Draft.code().to_owned());
            clear_approval(&mut row);
            set_settings(&mut row, &settings);
            set_body(&mut row, sealed, now);
            let mut row = row.update(tx.conn()).await?;
            if !note.is_empty() {
                // the note is sealed by the message's key, and that is a new one
                row.return_note_sealed = None;
                let sealed = body::seal_note(&ctx, granted.organisation_id(), &row, &note).await?;
                let mut row: entity::ActiveModel = row.into();
                row.return_note_sealed = Set(sealed);
                row.update(tx.conn()).await?;
            }
            id
        }
        None => {
            let mut row = new_message(&ctx, &uid, identity.id, granted.administrator_id());
            set_settings(&mut row, &settings);
            set_body(&mut row, sealed, now);
            row.insert(tx.conn()).await?.id
        }
    };
    set_audience(&tx, id, &lists).await?;
    store::note_author(&tx, id, granted.administrator_id()).await?;
    tx.commit().await?;
    if asked_before {
        // whoever was about to approve sees it
        announce(&ctx, granted.organisation_id(), &identity, &uid).await;
    }
    Ok(Draft {
        uid,
        lists: chosen,
        texts: input.texts,
        settings,
        saved_at: now,
        returned: None,
    })
}

/// Notes that an edit took a message back from whoever was asked to approve it.
pub async fn note_withdrawn(
    ctx: &Ctx,
    tx: &Tx,
    granted: &Granted<cap::SendMessages>,
    identity: &Identity,
    row: &entity::Model,
) -> AppResult<()> {
    let detail = serde_json::json!({
        "from": identity.threema_id, "byEdit": true,
        "before": { "state": row.state }, "after": { "state": MessageState::Draft.code() },
    });
    record(ctx, tx, granted.who(), "message.withdraw", &row.uid, detail).await
}

/// Whether it can still be written on.
pub fn is_open(row: &entity::Model) -> bool {
    row.state == MessageState::Draft.code() || row.state == MessageState::NeedsApproval.code()
}

/// A message that waits for approval waits no more: it is a draft again. One to the failed of another message cannot be
/// written on, so it is cancelled.
pub fn take_from_approval(row: &entity::Model) -> entity::ActiveModel {
    let to = match row.retry_of {
        Some(_) => MessageState::Cancelled,
        None => MessageState::Draft,
    };
    let mut row: entity::ActiveModel = row.clone().into();
    row.state = Set(to.code().to_owned());
    clear_approval(&mut row);
    row
}

/// Nobody is asked and nobody has approved any more.
pub fn clear_approval(row: &mut entity::ActiveModel) {
    row.approval_asked_by = Set(None);
    row.approval_asked_at = Set(None);
    row.approval_goes_to = Set(None);
    row.approved_by = Set(None);
    row.approved_at = Set(None);
}

/// A draft may be longer than a message, but not without end.
fn check_size(texts: &Texts) -> AppResult<()> {
    let mut check = Check::new();
    for (language, text) in texts.iter().filter(|(_, t)| t.len() > 4 * TEXT_BYTES) {
        check.fail(
            &format!("texts.{language}"),
            Problem::TooManyBytes {
                max: TEXT_BYTES,
                is: text.len(),
            },
        );
    }
    if texts.len() > 30 {
        check.fail("texts", Problem::TooMany { max: 30 });
    }
    check.done()
}

/// A message's row with nothing in it yet.
pub fn new_message(ctx: &Ctx, uid: &Uid, identity_id: i64, created_by: Option<i64>) -> entity::ActiveModel {
    let now = ctx.now();
    entity::ActiveModel {
        uid: Set(uid.to_string()),
        identity_id: Set(identity_id),
        nonce_seed: Set(ctx.rng.array::<16>().to_vec()),
        state: Set(MessageState::Draft.code().to_owned()),
        created_by: Set(created_by),
        created_at: Set(now.0),
        updated_at: Set(now.0),
        erase_at: Set(now.plus(TEXT_DAYS * Timestamp::DAY).0),
        total: Set(0),
        pending: Set(0),
        accepted: Set(0),
        delivered: Set(0),
        read_count: Set(0),
        failed: Set(0),
        skipped: Set(0),
        cancelled: Set(0),
        ..Default::default()
    }
}

/// Puts sealed texts into a row.
pub fn set_body(row: &mut entity::ActiveModel, sealed: body::Sealed, now: Timestamp) {
    row.key_sealed = Set(Some(sealed.key));
    row.body_sealed = Set(Some(sealed.body));
    row.title_sealed = Set(Some(sealed.title));
    row.updated_at = Set(now.0);
    row.erase_at = Set(now.plus(TEXT_DAYS * Timestamp::DAY).0);
}

/// Exchanges the lists of a message.
pub async fn set_audience(tx: &Tx, message_id: i64, lists: &[i64]) -> AppResult<()> {
    tx.exec(
        "DELETE FROM message_audience WHERE message_id = $1",
        [message_id.into()],
    )
    .await?;
    for list in lists {
        let values = [message_id.into(), (*list).into()];
        tx.exec(
            "INSERT INTO message_audience (message_id, list_id) VALUES ($1, $2)",
            values,
        )
        .await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct ListOf {
    id: i64,
    uid: String,
}

/// The lists of a message that still exist, by their ids.
pub async fn list_ids_of<C: sea_orm::ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    message_id: i64,
) -> AppResult<Vec<i64>> {
    let lists = lists_of(ctx, conn, message_id).await?;
    Ok(lists.into_iter().map(|(id, _)| id).collect())
}

/// Lists of a message that still exist.
pub async fn lists_of<C: sea_orm::ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    message_id: i64,
) -> AppResult<Vec<(i64, Uid)>> {
    let sql =
        "SELECT l.id AS id, l.uid AS uid FROM message_audience a JOIN distribution_list l ON l.id = a.list_id
               WHERE a.message_id = $1 AND l.state = 'active' ORDER BY l.id";
    let rows = ListOf::find_by_statement(ctx.db.stmt(sql, [message_id.into()]))
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|l| l.uid.parse().ok().map(|uid| (l.id, uid)))
        .collect())
}

/// A draft to go on with.
pub async fn load_draft(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    draft: Uid,
) -> AppResult<Draft> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let row = store::find(ctx.db.conn(), identity.id, &draft).await?;
    if row.state != MessageState::Draft.code() {
        return Err(ErrorCode::WrongState.into());
    }
    Ok(Draft {
        lists: lists_of(&ctx, ctx.db.conn(), row.id)
            .await?
            .into_iter()
            .map(|(_, uid)| uid)
            .collect(),
        texts: body::texts(&ctx, granted.organisation_id(), &row).await?,
        settings: settings_of(&row),
        saved_at: Timestamp(row.updated_at),
        returned: super::approval::returned(&ctx, granted.organisation_id(), &row).await?,
        uid: draft,
    })
}

/// Removes a draft for good.
pub async fn discard_draft(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    draft: Uid,
) -> AppResult<()> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let row = store::lock(&tx, identity.id, &draft).await?;
    if row.state != MessageState::Draft.code() {
        return Err(ErrorCode::WrongState.into());
    }
    tx.exec(
        "DELETE FROM message_audience WHERE message_id = $1",
        [row.id.into()],
    )
    .await?;
    let detail = serde_json::json!({
        "from": identity.threema_id, "savedAt": Timestamp(row.updated_at).rfc3339(),
    });
    record(&ctx, &tx, granted.who(), "draft.discard", &row.uid, detail).await?;
    row.delete(tx.conn()).await?;
    tx.commit().await
}
