//! Names, languages and categories of many recipients at once, as a table brings them.
use super::{
    bulk::{json_rows, json_texts, texts_json},
    fold::{recipient_key, recipient_search},
};
use crate::features::recipients::model::RecipientDetails;
use crate::kernel::{AppResult, ThreemaId, server::Tx};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

const CHUNK: usize = 5_000;

/// What a table says about one recipient; what is empty there stays as it is.
#[derive(Clone, Debug)]
pub struct GivenDetails {
    /// Whom it is about.
    pub threema_id: ThreemaId,
    /// Validated.
    pub details: RecipientDetails,
}

/// How many of those that were changed the audit log names.
const NAMED: usize = 20;

/// What became of details.
#[derive(Clone, Debug, Default)]
pub struct SavedDetails {
    /// How many recipients changed.
    pub changed: u64,
    /// The first of them, with before and after, for the audit log.
    pub named: Vec<Value>,
}

#[derive(FromQueryResult)]
struct Known {
    id: i64,
    threema_id: String,
    first_name: String,
    last_name: String,
    language: Option<String>,
    category: String,
}

impl Known {
    /// The row with the given details laid over it: number, names, language, category, key, search text. None when
    /// nothing changes.
    fn merged(self, given: &RecipientDetails) -> Option<Merged> {
        let over = |old: &String, new: &String| if new.is_empty() { old.clone() } else { new.clone() };
        let first = over(&self.first_name, &given.first_name);
        let last = over(&self.last_name, &given.last_name);
        let category = over(&self.category, &given.category);
        let old_language = self.language.clone().unwrap_or_default();
        let language = over(&old_language, &given.language);
        let same = first == self.first_name
            && last == self.last_name
            && category == self.category
            && language == old_language;
        if same {
            return None;
        }
        let key = recipient_key(&self.threema_id, &first, &last);
        let search = recipient_search(&self.threema_id, &first, &last, &category);
        Some(Merged {
            logged: json!({
                "threemaId": self.threema_id,
                "before": shown(&self.first_name, &self.last_name, &old_language, &self.category),
                "after": shown(&first, &last, &language, &category),
            }),
            row: json!([self.id, first, last, language, category, key, search]),
        })
    }
}

/// A row that changes, and what the audit log says of it.
struct Merged {
    row: Value,
    logged: Value,
}

fn shown(first: &str, last: &str, language: &str, category: &str) -> Value {
    json!({ "firstName": first, "lastName": last, "language": language, "category": category })
}

/// Those of the IDs that the identity knows already.
pub async fn known_among(tx: &Tx, identity_id: i64, ids: &[ThreemaId]) -> AppResult<HashSet<ThreemaId>> {
    let mut all = HashSet::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = known(tx, identity_id, chunk).await?;
        all.extend(
            rows.iter()
                .filter_map(|row| row.threema_id.parse::<ThreemaId>().ok()),
        );
    }
    Ok(all)
}

/// Lays details over the identity's recipients; answers what changed. IDs that the identity does not know are left
/// out.
pub async fn save_details(tx: &Tx, identity_id: i64, given: &[GivenDetails]) -> AppResult<SavedDetails> {
    let mut saved = SavedDetails::default();
    for chunk in given.chunks(CHUNK) {
        let by_id: HashMap<&str, &RecipientDetails> = chunk
            .iter()
            .map(|g| (g.threema_id.as_str(), &g.details))
            .collect();
        let ids: Vec<_> = chunk.iter().map(|g| g.threema_id).collect();
        let merged = known(tx, identity_id, &ids)
            .await?
            .into_iter()
            .filter_map(|known| {
                let details = by_id.get(known.threema_id.as_str())?;
                known.merged(details)
            });
        let mut rows = Vec::new();
        for merged in merged {
            rows.push(merged.row);
            if saved.named.len() < NAMED {
                saved.named.push(merged.logged);
            }
        }
        if !rows.is_empty() {
            saved.changed += update(tx, rows).await?;
        }
    }
    Ok(saved)
}

async fn known(tx: &Tx, identity_id: i64, ids: &[ThreemaId]) -> AppResult<Vec<Known>> {
    let sql = format!(
        "SELECT r.id, r.threema_id, r.first_name, r.last_name, r.language, r.category FROM {} AS j \
         CROSS JOIN recipient r WHERE r.identity_id = $1 AND r.threema_id = j.value",
        json_texts(tx.is_sqlite(), "$2")
    );
    let statement = tx.stmt(&sql, [identity_id.into(), texts_json(ids).into()]);
    Ok(Known::find_by_statement(statement).all(tx.conn()).await?)
}

async fn update(tx: &Tx, rows: Vec<Value>) -> AppResult<u64> {
    let sql = format!(
        "UPDATE recipient SET first_name = j.value ->> 1, last_name = j.value ->> 2, \
         language = NULLIF(j.value ->> 3, ''), category = j.value ->> 4, name_key = j.value ->> 5, \
         search_text = j.value ->> 6 FROM {} AS j WHERE recipient.id = CAST(j.value ->> 0 AS BIGINT)",
        json_rows(tx.is_sqlite(), "$1")
    );
    tx.exec(&sql, [Value::Array(rows).to_string().into()]).await
}
