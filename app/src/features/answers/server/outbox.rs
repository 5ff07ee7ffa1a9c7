//! Putting messages on their way: sealed at once, in the caller's transaction.
use crate::features::{
    gateway::{
        server::{SealedBox, SenderKeys},
        wire::{Content, PrivateKey, PublicKey, SharedKey, pad_length},
    },
    identities::server::{self as identities, Identity},
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId,
    server::{Ctx, Tx},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

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
    shared_key_stored: Option<Vec<u8>>,
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
    let sql =
        "SELECT public_key, shared_key_stored FROM recipient WHERE identity_id = $1 AND threema_id = $2";
    let known = Known::find_by_statement(tx.stmt(sql, [identity_id.into(), to.as_str().into()]))
        .one(tx.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let key = known.public_key.as_deref();
    let key = key.and_then(|k| PublicKey::from_bytes(k).ok());
    let key = key.ok_or(ErrorCode::WrongState)?;
    let sender = Sender::of(ctx, &identities::find_by_id(ctx, identity_id).await?).await?;
    let shared = sender.keys.shared(&key, known.shared_key_stored.as_deref());
    let sealed = sender.seal(ctx, &shared, text);
    let sql = "INSERT INTO answer (identity_id, threema_id, nonce, boxed, state, about, created_at, not_before, failures)
               VALUES ($1, $2, $3, $4, 0, $5, $6, $6, 0) RETURNING id";
    let values = [
        identity_id.into(),
        to.as_str().into(),
        sealed.nonce.to_vec().into(),
        sealed.sealed.into(),
        about.into(),
        ctx.now().0.into(),
    ];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    Ok(row.ok_or(ErrorCode::NotFound)?.try_get("", "id")?)
}

/// An identity that sends, with its key opened: for who sends much at once.
#[derive(Debug)]
pub struct Sender {
    pub(super) identity_id: i64,
    keys: SenderKeys,
}

impl Sender {
    /// Opens the key.
    pub async fn of(ctx: &Ctx, identity: &Identity) -> AppResult<Self> {
        let private = identities::open_private_key(ctx, identity).await?;
        Ok(Self {
            identity_id: identity.id,
            keys: SenderKeys::new(PrivateKey::from_bytes(*private.expose())),
        })
    }

    /// Its keys, to open what comes back.
    pub const fn keys(&self) -> &SenderKeys {
        &self.keys
    }

    /// Seals a text for whoever shares the key.
    pub(super) fn seal(&self, ctx: &Ctx, shared: &SharedKey, text: &str) -> SealedBox {
        let container = Content::Text(text.to_owned()).encode();
        let nonce: [u8; 24] = ctx.rng.array();
        let [random]: [u8; 1] = ctx.rng.array();
        let padding = pad_length(random, container.len().saturating_sub(1));
        let sealed = shared.seal_padded(&nonce, &container, padding);
        SealedBox { nonce, sealed }
    }
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
