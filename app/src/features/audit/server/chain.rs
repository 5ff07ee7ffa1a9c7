//! How entries hang together: each one's hash covers the entry before and every column of its own, the address only by
//! a salted hash, so that address and salt can be erased. docs/security.md says what this shows and what it does not.
use super::{
    entity::{ActiveModel, Entity, Model},
    head::{self, Head},
};
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx, rng::Rng},
};
use sea_orm::{ActiveValue::NotSet, prelude::*};
use sha2::{Digest, Sha256};

/// Says what is hashed, so that no other hash of ours can be taken for one of these.
const ENTRY: &str = "fanfare audit entry 1";
const ADDRESS: &str = "fanfare audit address 1";

/// SHA-256 over fields, each with its length before it, so that no two different lists of fields give the same bytes.
fn hash_of<'a>(fields: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let mut hash = Sha256::new();
    for field in fields {
        match field {
            Some(text) => {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
            None => hash.update(u64::MAX.to_be_bytes()),
        }
    }
    hex::encode(hash.finalize())
}

/// The hash of an entry that follows the one with the hash `previous`; that of the first is empty.
pub(super) fn entry_hash(previous: &str, entry: &Model) -> String {
    let organisation = entry.organisation_id.to_string();
    let (seq, at) = (entry.seq.unwrap_or_default().to_string(), entry.at.to_string());
    let administrator = entry.administrator_id.map(|id| id.to_string());
    hash_of([
        Some(ENTRY),
        Some(previous),
        Some(&organisation),
        Some(&seq),
        Some(&at),
        Some(&entry.actor_kind),
        administrator.as_deref(),
        Some(&entry.actor_uid),
        Some(&entry.actor_name),
        Some(&entry.api_key),
        entry.address_hash.as_deref(),
        Some(&entry.action),
        Some(&entry.subject),
        Some(&entry.detail),
    ])
}

/// What the chain holds of an address.
pub(super) fn address_hash(salt: &str, address: &str) -> String {
    hash_of([Some(ADDRESS), Some(salt), Some(address)])
}

/// Gives an entry its place behind the head, and moves the head.
pub(super) fn link(rng: &dyn Rng, head: &mut Head, entry: &mut Model) {
    if let Some(address) = &entry.address {
        let salt = hex::encode(rng.array::<16>());
        entry.address_hash = Some(address_hash(&salt, address));
        entry.address_salt = Some(salt);
    }
    entry.seq = Some(head.seq + 1);
    let hash = entry_hash(&head.hash, entry);
    entry.hash = Some(hash.clone());
    head.seq += 1;
    head.hash = hash;
}

/// Adds an entry to the end of its organisation's chain; the last thing that its transaction does.
pub(super) async fn append(ctx: &Ctx, tx: &Tx, mut entry: Model) -> AppResult<()> {
    let mut head = head::lock(ctx, tx, entry.organisation_id).await?;
    link(&*ctx.rng, &mut head, &mut entry);
    let mut row = ActiveModel::from(entry).reset_all();
    row.id = NotSet;
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    head.save(tx).await
}
