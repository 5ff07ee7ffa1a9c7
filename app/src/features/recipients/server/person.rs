//! Who writes to an identity, as far as commands, bots and conversations need to know.
use crate::features::{gateway::wire::PublicKey, identities::server::Identity};
use crate::kernel::{AppResult, Lang, ThreemaId, server::Tx};
use sea_orm::FromQueryResult;

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
            language: spoken(row.language.as_deref()),
            internal: row.places > row.feed_places,
            ..stranger(identity, threema_id)
        };
        (person, key)
    }))
}

/// Somebody whom the identity does not know.
pub fn stranger(identity: &Identity, threema_id: ThreemaId) -> Person {
    Person {
        identity_id: identity.id,
        organisation_id: identity.organisation_id,
        recipient_id: None,
        threema_id,
        language: Lang::En,
        internal: false,
    }
}

/// The language of notices (design/product.md rule 7): the recipient's; unknown or not spoken: English.
fn spoken(language: Option<&str>) -> Lang {
    language.and_then(|l| l.parse().ok()).unwrap_or(Lang::En)
}
