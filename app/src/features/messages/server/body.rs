//! The texts of a message, sealed by a key of its own: erasing that key erases every copy.
use super::{entity, store::ListNow};
use crate::features::messages::model::Texts;
use crate::kernel::{
    AppResult, LanguageCode,
    server::{
        Ctx, Tx,
        data_key::{open_key, sealing_key},
        faults::internal,
        secret::{Key, Place},
    },
};
use crate::ui::markup;

use sha2::{Digest, Sha256};

/// Most characters of a title.
const TITLE: usize = 120;

/// Sealed texts, as they go into the row.
#[derive(Debug)]
pub struct Sealed {
    /// The message's own key, wrapped.
    pub key: Vec<u8>,
    /// The texts.
    pub body: Vec<u8>,
    /// The title.
    pub title: Vec<u8>,
}

fn place(column: &str, uid: &str) -> Place {
    Place::new("message", column, uid)
}

/// Seals texts under a new key, in the transaction that writes them.
pub async fn seal(
    ctx: &Ctx,
    tx: &Tx,
    organisation_id: i64,
    uid: &str,
    texts: &Texts,
    default: LanguageCode,
) -> AppResult<Sealed> {
    let key = Key::generate(&*ctx.rng);
    let json = serde_json::to_vec(texts).map_err(|e| internal(&e))?;
    Ok(Sealed {
        key: sealing_key(ctx, tx, organisation_id)
            .await?
            .wrap(&*ctx.rng, &place("key_sealed", uid), &key),
        body: key.seal(&*ctx.rng, &place("body_sealed", uid), &json),
        title: key.seal(
            &*ctx.rng,
            &place("title_sealed", uid),
            title(texts, default).as_bytes(),
        ),
    })
}

/// First line that is not empty, in the default language or else any, without its marks.
fn title(texts: &Texts, default: LanguageCode) -> String {
    let filled = |t: &&String| !t.trim().is_empty();
    let text = texts
        .get(&default)
        .filter(filled)
        .or_else(|| texts.values().find(filled));
    let line = text
        .and_then(|t| t.lines().map(str::trim).find(|l| !l.is_empty()))
        .unwrap_or_default();
    markup::plain(line).chars().take(TITLE).collect()
}

async fn key(ctx: &Ctx, organisation_id: i64, message: &entity::Model) -> AppResult<Option<Key>> {
    let Some(sealed) = &message.key_sealed else {
        return Ok(None);
    };
    let place = place("key_sealed", &message.uid);
    open_key(ctx, ctx.db.conn(), organisation_id, &place, sealed)
        .await
        .map(Some)
}

/// The texts; empty once they are erased.
pub async fn texts(ctx: &Ctx, organisation_id: i64, message: &entity::Model) -> AppResult<Texts> {
    let (Some(key), Some(body)) = (key(ctx, organisation_id, message).await?, &message.body_sealed) else {
        return Ok(Texts::new());
    };
    let json = key.open(&place("body_sealed", &message.uid), body)?;
    serde_json::from_slice(&json).map_err(|e| internal(&e))
}

/// The title; none once it is erased.
pub async fn open_title(
    ctx: &Ctx,
    organisation_id: i64,
    message: &entity::Model,
) -> AppResult<Option<String>> {
    let (Some(key), Some(sealed)) = (key(ctx, organisation_id, message).await?, &message.title_sealed) else {
        return Ok(None);
    };
    let title = key.open(&place("title_sealed", &message.uid), sealed)?;
    Ok(Some(String::from_utf8_lossy(&title).into_owned()))
}

/// A note beside the texts, sealed by the message's own key.
pub async fn seal_note(
    ctx: &Ctx,
    organisation_id: i64,
    message: &entity::Model,
    note: &str,
) -> AppResult<Option<Vec<u8>>> {
    let key = key(ctx, organisation_id, message).await?;
    let place = place("return_note_sealed", &message.uid);
    Ok(key.map(|key| key.seal(&*ctx.rng, &place, note.as_bytes())))
}

/// The note; empty when there is none.
pub async fn note(ctx: &Ctx, organisation_id: i64, message: &entity::Model) -> AppResult<String> {
    let (Some(key), Some(sealed)) = (
        key(ctx, organisation_id, message).await?,
        &message.return_note_sealed,
    ) else {
        return Ok(String::new());
    };
    let note = key.open(&place("return_note_sealed", &message.uid), sealed)?;
    Ok(String::from_utf8_lossy(&note).into_owned())
}

/// Names what is sealed now and whom it goes to: every save seals anew, every list tells when somebody came or went, and
/// every change of single people counts; so another text, another scope, other lists or other people have another name.
///
/// A broadcast to everybody of an identity or of the organisation is the exception: it names a scope, not people. People come
/// to it and go all the time, in lists that the approver may not even see, and whoever belongs to it at the approval is whom it
/// is meant for. Only their number has to be the one that was shown, which `sending::queue` compares.
pub fn version(message: &entity::Model, lists: &[ListNow]) -> String {
    let mut hash = Sha256::new();
    hash.update(message.body_sealed.as_deref().unwrap_or_default());
    hash.update(message.retry_of.unwrap_or_default().to_be_bytes());
    hash.update(message.scope.as_bytes());
    hash.update([u8::from(message.takes_replies), u8::from(message.for_newcomers)]);
    hash.update(message.people_version.to_be_bytes());
    for list in lists {
        for number in [list.id, list.member_count, list.updated_at] {
            hash.update(number.to_be_bytes());
        }
    }
    hex::encode(hash.finalize().get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_the_first_line_with_words() {
        let texts = |de: &str, en: &str| {
            Texts::from([
                (LanguageCode::DE, de.to_owned()),
                (LanguageCode::EN, en.to_owned()),
            ])
        };
        assert_eq!(
            title(
                &texts("\n *Hochwasser Aare: Stufe 3*\nMehr", "x"),
                LanguageCode::DE
            ),
            "Hochwasser Aare: Stufe 3"
        );
        assert_eq!(title(&texts("  ", "Flood"), LanguageCode::DE), "Flood");
        assert_eq!(
            title(
                &texts("Das *Wasser* _steigt_, ~ruhig~ * bleiben", ""),
                LanguageCode::DE
            ),
            "Das Wasser steigt, ruhig * bleiben"
        );
        assert_eq!(title(&Texts::new(), LanguageCode::DE), "");
        assert_eq!(
            title(&texts(&"ä".repeat(300), ""), LanguageCode::DE)
                .chars()
                .count(),
            TITLE
        );
    }
}
