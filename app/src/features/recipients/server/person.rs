//! Who writes to an identity, as far as commands, bots and conversations need to know.
use super::bulk::{json_texts, texts_json};
use crate::features::{gateway::wire::PublicKey, identities::server::Identity};
use crate::kernel::{
    AppResult, Lang, LanguageCode, ThreemaId,
    server::{Ctx, Tx},
};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// Somebody who writes to an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// To which identity.
    pub identity_id: i64,
    /// Of which organisation.
    pub organisation_id: i64,
    /// The recipient's number; none: the identity does not know them.
    pub recipient_id: Option<i64>,
    /// Their ID.
    pub threema_id: ThreemaId,
    /// The language in which the cockpit answers: theirs, English for every language that it does not speak.
    pub language: Lang,
    /// Their own language, which the cockpit need not speak; none: they have none.
    pub own_language: Option<LanguageCode>,
    /// They are in a list or group of the identity (design/product.md rule 4).
    pub internal: bool,
}

/// What the dispatch needs of a recipient besides.
#[derive(Clone, Debug, FromQueryResult)]
struct KnownPerson {
    id: i64,
    language: Option<String>,
    public_key: Option<Vec<u8>>,
    places: i64,
    feed_places: i64,
}

/// The person behind an ID with the key that their messages are opened with; none for somebody unknown.
pub async fn find_person(
    tx: &Tx,
    identity: &Identity,
    threema_id: ThreemaId,
) -> AppResult<Option<(Person, Option<PublicKey>)>> {
    let sql = "SELECT id, language, public_key, places, feed_places FROM recipient
               WHERE identity_id = $1 AND threema_id = $2";
    let values = [identity.id.into(), threema_id.as_str().into()];
    let known = KnownPerson::find_by_statement(tx.stmt(sql, values))
        .one(tx.conn())
        .await?;
    Ok(known.map(|row| {
        let key = row.public_key.as_deref();
        let key = key.and_then(|k| PublicKey::from_bytes(k).ok());
        let person = Person {
            recipient_id: Some(row.id),
            internal: row.places > row.feed_places,
            ..stranger(identity, threema_id)
        };
        (person.speaking(row.language.and_then(|l| l.parse().ok())), key)
    }))
}

#[derive(FromQueryResult)]
struct Key {
    threema_id: String,
    public_key: Option<Vec<u8>>,
    shared_key_stored: Option<Vec<u8>>,
}

/// Somebody's public key, with the key shared with them as it is stored beside it.
pub type KnownKey = (PublicKey, Option<Vec<u8>>);

/// The keys of those IDs that the identity knows with a key.
pub async fn keys_among(
    ctx: &Ctx,
    identity_id: i64,
    ids: &[ThreemaId],
) -> AppResult<HashMap<ThreemaId, KnownKey>> {
    let sql = format!(
        "SELECT r.threema_id, r.public_key, r.shared_key_stored FROM {} AS j CROSS JOIN recipient r
         WHERE r.identity_id = $1 AND r.threema_id = j.value AND r.public_key IS NOT NULL",
        json_texts(ctx.db.is_sqlite(), "$2")
    );
    let statement = ctx.db.stmt(&sql, [identity_id.into(), texts_json(ids).into()]);
    let rows = Key::find_by_statement(statement).all(ctx.db.conn()).await?;
    let key = |row: Key| {
        let key = PublicKey::from_bytes(&row.public_key?).ok()?;
        Some((row.threema_id.parse().ok()?, (key, row.shared_key_stored)))
    };
    Ok(rows.into_iter().filter_map(key).collect())
}

/// Somebody whom the identity does not know.
pub fn stranger(identity: &Identity, threema_id: ThreemaId) -> Person {
    Person {
        identity_id: identity.id,
        organisation_id: identity.organisation_id,
        recipient_id: None,
        threema_id,
        language: Lang::En,
        own_language: None,
        internal: false,
    }
}

impl Person {
    /// With this language of their own. Notices are in it when the cockpit speaks it, else in English (design/product.md
    /// rule 7).
    pub fn speaking(self, own: Option<LanguageCode>) -> Self {
        Self {
            language: own.and_then(|l| l.as_str().parse().ok()).unwrap_or(Lang::En),
            own_language: own,
            ..self
        }
    }
}
