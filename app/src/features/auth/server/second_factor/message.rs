//! A code by Threema message. Here it is made and checked; the slice `sign_in_codes` has it sent.
use super::{Entity, Model, open, place};
use crate::features::auth::server::entity::administrator;
use crate::kernel::{
    AppResult, ErrorCode, Lang, ThreemaId, Timestamp,
    server::{Ctx, data_key::sealing_key, faults::internal, jobs},
};
use sea_orm::EntityTrait;
use subtle::ConstantTimeEq;

/// How long a code works.
const LIFETIME: i64 = 5 * Timestamp::MINUTE;
/// Wrong tries that a code survives.
const TRIES: i64 = 5;
/// Codes that an administrator gets in [`WINDOW`].
const MOST: i64 = 5;
const WINDOW: i64 = 15 * Timestamp::MINUTE;

/// A code on its way to an administrator.
#[derive(Debug)]
pub struct CodeToSend {
    /// The organisation that sends it.
    pub organisation_id: i64,
    /// To whom.
    pub threema_id: ThreemaId,
    /// Language of the interface.
    pub language: Lang,
    /// The six digits.
    pub code: String,
}

/// Makes a new code and has it sent; the one before stops working.
pub async fn send(ctx: &Ctx, administrator: &administrator::Model, row: &Model) -> AppResult<()> {
    let now = ctx.now();
    let fresh_window = now.since(Timestamp(row.codes_since)) >= WINDOW;
    let (sent, since) = match fresh_window {
        true => (0, now.0),
        false => (row.codes_sent, row.codes_since),
    };
    if sent >= MOST {
        let left = Timestamp(since).plus(WINDOW).since(now) / Timestamp::SECOND + 1;
        let seconds = u64::try_from(left).unwrap_or(1);
        return Err(ErrorCode::TooManyTries { seconds }.into());
    }
    let number = u32::from_le_bytes(ctx.rng.array()) % 1_000_000;
    let code = format!("{number:06}");
    let tx = ctx.db.begin().await?;
    let sealed = sealing_key(ctx, &tx, administrator.organisation_id).await?.seal(
        &*ctx.rng,
        &place("code_sealed", row),
        code.as_bytes(),
    );
    tx.exec(
        "UPDATE second_factor SET code_sealed = $1, code_expires_at = $2, code_tries = 0, codes_sent = $3, codes_since = $4
         WHERE id = $5",
        [
            sealed.into(),
            now.plus(LIFETIME).0.into(),
            (sent + 1).into(),
            since.into(),
            row.id.into(),
        ],
    )
    .await?;
    let payload = row.id.to_be_bytes().to_vec();
    jobs::enqueue(&tx, jobs::SIGN_IN_CODE, payload, now.0).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    Ok(())
}

/// What the job with this payload sends; nothing when the code was used, replaced or is too old.
pub async fn code_to_send(ctx: &Ctx, payload: &[u8]) -> AppResult<Option<CodeToSend>> {
    let id = <[u8; 8]>::try_from(payload).map_err(|e| internal(&e))?;
    let Some(row) = Entity::find_by_id(i64::from_be_bytes(id))
        .one(ctx.db.conn())
        .await?
    else {
        return Ok(None);
    };
    let (Some(sealed), Some(threema_id)) = (&row.code_sealed, &row.threema_id) else {
        return Ok(None);
    };
    let administrator = administrator::Entity::find_by_id(row.administrator_id)
        .one(ctx.db.conn())
        .await?;
    let Some(administrator) = administrator.filter(|_| row.code_expires_at > ctx.now().0) else {
        return Ok(None);
    };
    let code = open(ctx, &administrator, &place("code_sealed", &row), sealed).await?;
    Ok(Some(CodeToSend {
        organisation_id: administrator.organisation_id,
        threema_id: threema_id
            .parse()
            .map_err(|_| internal(&"a stored Threema ID is malformed"))?,
        language: administrator.language.parse().unwrap_or_default(),
        code: String::from_utf8(code.to_vec()).map_err(|e| internal(&e))?,
    }))
}

/// Whether the code fits. It works once, for five minutes, and survives few wrong tries.
pub async fn accepts(
    ctx: &Ctx,
    administrator: &administrator::Model,
    row: &Model,
    code: &str,
) -> AppResult<bool> {
    let Some(sealed) = &row.code_sealed else {
        return Ok(false);
    };
    if row.code_expires_at <= ctx.now().0 || row.code_tries >= TRIES {
        return Ok(false);
    }
    let known = open(ctx, administrator, &place("code_sealed", row), sealed).await?;
    let fits = bool::from(known.as_slice().ct_eq(code.as_bytes()));
    let tx = ctx.db.begin().await?;
    let sql = match fits {
        true => "UPDATE second_factor SET code_sealed = NULL WHERE id = $1 AND code_sealed = $2",
        false => "UPDATE second_factor SET code_tries = code_tries + 1 WHERE id = $1 AND code_sealed = $2",
    };
    let changed = tx.exec(sql, [row.id.into(), sealed.clone().into()]).await?;
    tx.commit().await?;
    Ok(fits && changed == 1)
}
