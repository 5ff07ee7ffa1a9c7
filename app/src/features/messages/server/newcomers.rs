//! Messages that go once to whoever is new: added to the same message as deliveries more, so that text, nonces, counts and
//! retention are those of the message. The note that somebody came goes in the transaction that makes the delivery, and
//! `message_recipient` knows who has had it: nobody gets it twice, whatever dies when.
use super::{
    audience::invite,
    body,
    drafts::default_language,
    entity,
    sending::announce,
    steps::change,
    store::{self, To},
};
use crate::features::{
    audit::server::{Who, record},
    auth::server::Granted,
    identities::server::{self as identities, Identity},
    lists::server::{messages_for_newcomers, stop_greeting, take_newcomers},
    messages::model::{MessageState as S, Scope},
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, ThreemaId, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;

/// Messages of one round.
const MESSAGES: u32 = 100;
/// Newcomers of one message that one transaction takes.
const CHUNK: u32 = 5_000;

/// Sends to those who have come; answers for how many messages. 0: nothing is left, or what is left has to wait.
///
/// # Errors
/// The first one. A message that fails keeps up none of those behind it.
pub async fn greet_newcomers(ctx: &Ctx) -> AppResult<usize> {
    let (mut done, mut failed) = (0, None);
    for message_id in messages_for_newcomers(ctx, MESSAGES).await? {
        match greet(ctx, message_id).await {
            Ok(greeted) => done += usize::from(greeted),
            Err(error) => {
                tracing::warn!(%error, message_id, "newcomers wait for their message");
                failed = failed.or(Some(error));
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

/// Whether something was done; false: it has to wait.
async fn greet(ctx: &Ctx, message_id: i64) -> AppResult<bool> {
    let tx = ctx.db.begin().await?;
    store::hold(&tx, message_id).await?;
    let row = entity::Entity::find_by_id(message_id).one(tx.conn()).await?;
    let row = row.ok_or(ErrorCode::NotFound)?;
    match S::from_code(&row.state) {
        // it may still be taken back
        Some(S::Queued) => return Ok(false),
        Some(S::Sending | S::Paused | S::Sent) if row.erased_at.is_none() => {}
        _ => {
            stop_greeting(&tx, "$1", vec![message_id.into()]).await?;
            tx.commit().await?;
            return Ok(true);
        }
    }
    let identity = identities::find_by_id(ctx, row.identity_id).await?;
    let come = take_newcomers(&tx, message_id, CHUNK).await?;
    let Some(Added { made, left_out }) = add_deliveries(ctx, &tx, &identity, &row, come).await? else {
        // a batch that they belong to is on its way: they come after it
        return Ok(false);
    };
    if made + left_out > 0 {
        let who = Who::job(identity.organisation_id);
        let detail = json!({ "from": identity.threema_id, "deliveries": made, "leftOut": left_out });
        record(ctx, &tx, &who, "message.newcomers", &row.uid, detail).await?;
    }
    tx.commit().await?;
    if let (true, Ok(uid)) = (made + left_out > 0, row.uid.parse::<Uid>()) {
        announce(ctx, identity.organisation_id, &identity, &uid).await;
    }
    Ok(true)
}

/// What became of those who have come.
struct Added {
    /// So many had not had the message.
    made: u64,
    /// For so many the plan had no room.
    left_out: u64,
}

/// Adds them to the message. None: the last batch is being worked on.
async fn add_deliveries(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    row: &entity::Model,
    come: Vec<i64>,
) -> AppResult<Option<Added>> {
    let (own, left_out) = match Scope::of(&row.scope) {
        Scope::Organisation => as_own(ctx, tx, identity, &come).await?,
        _ => (come, 0),
    };
    if left_out > 0 {
        let sql = "UPDATE message SET left_out = left_out + $1 WHERE id = $2";
        let n = i64::try_from(left_out).unwrap_or_default();
        tx.exec(sql, [n.into(), row.id.into()]).await?;
    }
    let texts = body::texts(ctx, identity.organisation_id, row).await?;
    let languages: Vec<LanguageCode> = texts.keys().copied().collect();
    // the identity's default language may have changed since
    let default = Some(default_language(identity)).filter(|d| languages.contains(d));
    let Some(default) = default.or(languages.first().copied()) else {
        return Err(ErrorCode::NotFound.into());
    };
    let variant = store::variant(&languages, default);
    let to = To::Chosen(format!(
        "SELECT x.id FROM recipient x WHERE x.id IN ({}) AND NOT EXISTS
           (SELECT 1 FROM message_recipient k WHERE k.recipient_id = x.id AND k.message_id = {})",
        store::numbers(&own),
        row.id
    ));
    let now = ctx.now().0;
    let made = store::insert_deliveries(tx, row, &to, (&variant, row.total), now).await?;
    let added = Added { made, left_out };
    if made == 0 {
        return Ok(Some(added));
    }
    if !store::add_batches(tx, row.id, row.total, made).await? {
        return Ok(None);
    }
    store::note_recipients(tx, row.id, row.total).await?;
    store::count_added(tx, row.id, row.total).await?;
    store::move_state(tx, row.id, &[S::Sent], S::Sending, None).await?;
    Ok(Some(added))
}

/// The same people as recipients of this identity; those whom it does not know become some. Over the limit they are left out,
/// and so many: nobody waits for whom there is no room.
async fn as_own(ctx: &Ctx, tx: &Tx, identity: &Identity, come: &[i64]) -> AppResult<(Vec<i64>, u64)> {
    let come = store::numbers(come);
    let strangers = format!(
        "SELECT DISTINCT r.threema_id AS threema_id FROM recipient r WHERE r.id IN ({come}) AND NOT EXISTS
           (SELECT 1 FROM recipient k WHERE k.identity_id = {} AND k.threema_id = r.threema_id)",
        identity.id
    );
    let rows = tx.conn().query_all_raw(tx.stmt(&strangers, [])).await?;
    let mut ids = Vec::with_capacity(rows.len());
    for row in rows {
        let id: String = row.try_get("", "threema_id")?;
        ids.extend(id.parse::<ThreemaId>().ok());
    }
    let strangers = ids.len() as u64;
    let left_out = match invite(ctx, tx, identity, ids).await {
        Err(error) if matches!(error.code, ErrorCode::RecipientLimit { .. }) => strangers,
        invited => {
            invited?;
            0
        }
    };
    let sql = format!(
        "SELECT DISTINCT x.id AS id FROM recipient r JOIN recipient x ON x.threema_id = r.threema_id
         WHERE r.id IN ({come}) AND x.identity_id = {}",
        identity.id
    );
    let rows = tx.conn().query_all_raw(tx.stmt(&sql, [])).await?;
    let ids = rows.iter().map(|row| row.try_get("", "id"));
    Ok((ids.collect::<Result<_, _>>()?, left_out))
}

/// Newcomers get a message no longer.
pub async fn stop_newcomers(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<()> {
    change(
        &ctx,
        &granted,
        &identity,
        &message,
        "message.newcomers-stop",
        async |tx, row| {
            // a draft says so itself
            let sent = !matches!(S::from_code(&row.state), Some(S::Draft | S::NeedsApproval) | None);
            if sent && row.for_newcomers {
                forget_newcomers(tx, row.id).await?;
            }
            Ok(sent && row.for_newcomers)
        },
    )
    .await
}

/// The same in the caller's transaction.
pub(super) async fn forget_newcomers(tx: &Tx, message_id: i64) -> AppResult<()> {
    stop_greeting(tx, "$1", vec![message_id.into()]).await?;
    let sql = "UPDATE message SET for_newcomers = FALSE WHERE id = $1";
    tx.exec(sql, [message_id.into()]).await.map(|_| ())
}
