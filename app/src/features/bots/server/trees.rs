//! Trees at rest: sealed by the organisation's data key, since answers are contents of messages (design/product.md rule 19).
use super::entity::Model;
use crate::features::bots::model::{Folded, Tree};
use crate::kernel::{
    AppResult,
    server::{
        Ctx, Tx,
        data_key::{open_sealed, sealing_key},
        faults::internal,
        secret::Place,
    },
};
use sea_orm::ConnectionTrait;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// The column of the tree that people meet.
pub const PUBLISHED: &str = "tree_sealed";
/// The column of the tree that is being worked on.
pub const DRAFT: &str = "draft_sealed";
/// Trees that are kept open; with more, all are forgotten and opened anew.
const KEPT: usize = 1_000;

/// Published trees by the uid of their bot, with the version in which they were written: opening one for every message
/// would cost more than all the rest of the answer.
static OPEN: LazyLock<Mutex<Opened>> = LazyLock::new(Mutex::default);

/// By uid: the version that was opened, and its tree.
type Opened = HashMap<String, (i64, Arc<Open>)>;

/// A published tree with its words.
#[derive(Debug)]
pub struct Open {
    /// The tree.
    pub tree: Tree,
    /// Its words as they are compared.
    pub words: Folded,
}

/// Seals a tree, in the transaction that writes it.
pub async fn seal(
    ctx: &Ctx,
    tx: &Tx,
    organisation_id: i64,
    uid: &str,
    column: &str,
    tree: &Tree,
) -> AppResult<Vec<u8>> {
    let json = serde_json::to_vec(tree).map_err(|e| internal(&e))?;
    let key = sealing_key(ctx, tx, organisation_id).await?;
    Ok(key.seal(&*ctx.rng, &Place::new("bot", column, uid), &json))
}

/// The tree that people meet.
pub async fn published<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    bot: &Model,
) -> AppResult<Tree> {
    open(ctx, conn, organisation_id, &bot.uid, PUBLISHED, &bot.tree_sealed).await
}

/// The tree that is being worked on; none when there is nothing unpublished.
pub async fn draft<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    bot: &Model,
) -> AppResult<Option<Tree>> {
    match &bot.draft_sealed {
        Some(sealed) => open(ctx, conn, organisation_id, &bot.uid, DRAFT, sealed)
            .await
            .map(Some),
        None => Ok(None),
    }
}

/// Opens a tree of that column.
pub async fn open<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    uid: &str,
    column: &str,
    sealed: &[u8],
) -> AppResult<Tree> {
    let place = Place::new("bot", column, uid);
    let json = open_sealed(ctx, conn, organisation_id, &place, sealed).await?;
    serde_json::from_slice(&json).map_err(|e| internal(&e))
}

/// The published tree of that version, if it is open already.
pub fn kept(uid: &str, version: i64) -> Option<Arc<Open>> {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.get(uid)
        .filter(|(v, _)| *v == version)
        .map(|(_, open)| Arc::clone(open))
}

/// Keeps a published tree open.
pub fn keep(uid: &str, version: i64, tree: Tree) -> Arc<Open> {
    let words = Folded::of(&tree);
    let kept = Arc::new(Open { tree, words });
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if open.len() >= KEPT {
        open.clear();
    }
    open.insert(uid.to_owned(), (version, Arc::clone(&kept)));
    kept
}
