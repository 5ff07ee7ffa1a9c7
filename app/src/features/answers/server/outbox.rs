//! Putting messages on their way: sealed at once, in the caller's transaction.
use crate::features::{
    gateway::wire::{Content, PrivateKey, PublicKey, pad_length},
    identities::server::{self as identities, Identity},
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId, Timestamp,
    server::{Ctx, Tx},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Automatic answers that one person gets in a minute (design/product.md rule 8).
pub const ANSWERS_A_MINUTE: i64 = 20;

/// How a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerState {
    /// On its way.
    Waiting,
    /// The gateway has taken it.
    Accepted,
    /// It will not arrive.
    Failed,
}

impl AnswerState {
    /// The number in the table.
    pub const fn number(self) -> i64 {
        self as i64
    }

    fn of(number: i64) -> Self {
        match number {
            0 => Self::Waiting,
            1 => Self::Accepted,
            _ => Self::Failed,
        }
    }
}

#[derive(FromQueryResult)]
struct Known {
    public_key: Option<Vec<u8>>,
}

/// Puts a text to a recipient of the identity on its way; answers the number of the row. With `about` the row stays, so
/// that [`states_about`] can tell what became of it; without, it goes when it is done. Ring `ctx.work` after the commit.
///
/// # Errors
/// [`ErrorCode::NotFound`] when the identity does not know the recipient, [`ErrorCode::WrongState`] when there is no key
/// to seal for.
pub async fn send(
    ctx: &Ctx,
    tx: &Tx,
    identity_id: i64,
    to: ThreemaId,
    text: &str,
    about: Option<i64>,
) -> AppResult<i64> {
    let sql = "SELECT public_key FROM recipient WHERE identity_id = $1 AND threema_id = $2";
    let known = Known::find_by_statement(tx.stmt(sql, [identity_id.into(), to.as_str().into()]))
        .one(tx.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let key = known.public_key.and_then(|k| PublicKey::from_bytes(&k).ok());
    let key = key.ok_or(ErrorCode::WrongState)?;
    let sender = Sender::of(ctx, &identities::find_by_id(ctx, identity_id).await?).await?;
    sender.send(ctx, tx, (to, &key), text, about).await
}

/// An identity that sends, with its key opened: for who sends much at once.
#[derive(Debug)]
pub struct Sender {
    identity_id: i64,
    private: PrivateKey,
}

impl Sender {
    /// Opens the key.
    pub async fn of(ctx: &Ctx, identity: &Identity) -> AppResult<Self> {
        let private = identities::open_private_key(ctx, identity).await?;
        Ok(Self {
            identity_id: identity.id,
            private: PrivateKey::from_bytes(*private.expose()),
        })
    }

    /// The private key, to open what comes back.
    pub const fn private(&self) -> &PrivateKey {
        &self.private
    }

    /// Puts a text on its way to somebody whose key the caller has; see [`send`].
    pub async fn send(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        (to, key): (ThreemaId, &PublicKey),
        text: &str,
        about: Option<i64>,
    ) -> AppResult<i64> {
        let container = Content::Text(text.to_owned()).encode();
        let nonce: [u8; 24] = ctx.rng.array();
        let [random]: [u8; 1] = ctx.rng.array();
        let padding = pad_length(random, container.len().saturating_sub(1));
        let boxed = self
            .private
            .shared_with(key)
            .seal_padded(&nonce, &container, padding);
        let sql = "INSERT INTO answer (identity_id, threema_id, nonce, boxed, state, about, created_at, not_before, failures)
                   VALUES ($1, $2, $3, $4, 0, $5, $6, $6, 0) RETURNING id";
        let values = [
            self.identity_id.into(),
            to.as_str().into(),
            nonce.to_vec().into(),
            boxed.into(),
            about.into(),
            ctx.now().0.into(),
        ];
        let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
        Ok(row.ok_or(ErrorCode::NotFound)?.try_get("", "id")?)
    }

    /// Puts automatic answers on their way, as many as rule 8 allows: none to a gateway's ID, and not more than
    /// [`ANSWERS_A_MINUTE`] to one person. Answers how many.
    pub async fn answer(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        (to, key): (ThreemaId, &PublicKey),
        texts: &[String],
    ) -> AppResult<usize> {
        if to.is_gateway() {
            return Ok(0);
        }
        for (sent, text) in texts.iter().enumerate() {
            if !take_turn(ctx, tx, self.identity_id, to).await? {
                return Ok(sent);
            }
            self.send(ctx, tx, (to, key), text, None).await?;
        }
        Ok(texts.len())
    }
}

/// Counts one answer in the minute at hand; false when it is one too many.
async fn take_turn(ctx: &Ctx, tx: &Tx, identity_id: i64, to: ThreemaId) -> AppResult<bool> {
    let sql = format!(
        "INSERT INTO answer_count (identity_id, threema_id, minute, answers) VALUES ($1, $2, $3, 1)
         ON CONFLICT (identity_id, threema_id) DO UPDATE
         SET answers = CASE WHEN answer_count.minute = $3 THEN answer_count.answers + 1 ELSE 1 END, minute = $3
         WHERE answer_count.minute <> $3 OR answer_count.answers < {ANSWERS_A_MINUTE}"
    );
    let minute = ctx.now().0 / (60 * Timestamp::SECOND);
    let values = [identity_id.into(), to.as_str().into(), minute.into()];
    Ok(tx.exec(&sql, values).await? == 1)
}

#[derive(FromQueryResult)]
struct About {
    id: i64,
    state: i64,
}

/// How the messages that belong to `about` stand, oldest first, by the number of their rows.
pub async fn states_about(ctx: &Ctx, about: i64) -> AppResult<Vec<(i64, AnswerState)>> {
    let sql = "SELECT id, state FROM answer WHERE about = $1 ORDER BY id";
    let rows = About::find_by_statement(ctx.db.stmt(sql, [about.into()]))
        .all(ctx.db.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, AnswerState::of(row.state)))
        .collect())
}
