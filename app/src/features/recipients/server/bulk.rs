//! Many rows by one statement, on both databases: the rows travel as one JSON parameter.
use super::fold::{recipient_key, recipient_search};
pub use crate::kernel::server::rows::{hex_bytes, json_rows, json_texts};
use crate::kernel::{AppResult, ThreemaId, server::Tx};

/// Rows that one statement takes; more would make one huge parameter.
const CHUNK: usize = 20_000;

/// The IDs sorted and each once: every transaction takes them in the same order, so that two never wait for each other.
pub fn unify(mut ids: Vec<ThreemaId>) -> Vec<ThreemaId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The parameter for [`json_texts`].
pub fn texts_json(ids: &[ThreemaId]) -> String {
    // nothing in an ID needs escaping
    let mut json = String::with_capacity(ids.len() * 11 + 2);
    json.push('[');
    for (i, id) in ids.iter().enumerate() {
        if i > 0 {
            json.push(',');
        }
        json.push('"');
        json.push_str(id.as_str());
        json.push('"');
    }
    json.push(']');
    json
}

/// Makes the recipients that the identity does not know yet, each in `places` places of which `feeds` are feeds; answers how
/// many were new.
///
/// Their keys are fetched later, by [`super::run_key_jobs`]: ring `ctx.work` after the commit.
pub async fn insert_missing(
    tx: &Tx,
    identity_id: i64,
    ids: &[ThreemaId],
    (places, feeds): (i64, i64),
    now: i64,
) -> AppResult<u64> {
    let rows = json_rows(tx.is_sqlite(), "$3");
    let sql = format!(
        "INSERT INTO recipient (identity_id, threema_id, first_name, last_name, category, state, key_checked_at, \
         places, feed_places, name_key, search_text, created_at) \
         SELECT $1, value ->> 0, '', '', '', 0, 0, $2, $5, value ->> 1, value ->> 2, $4 \
         FROM {rows} AS j WHERE true ON CONFLICT (identity_id, threema_id) DO NOTHING"
    );
    let mut made = 0;
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|id| {
                let id = id.as_str();
                [
                    id.to_owned(),
                    recipient_key(id, "", ""),
                    recipient_search(id, "", "", ""),
                ]
            })
            .collect();
        let json = serde_json::json!(rows).to_string();
        made += tx
            .exec(
                &sql,
                [
                    identity_id.into(),
                    places.into(),
                    json.into(),
                    now.into(),
                    feeds.into(),
                ],
            )
            .await?;
    }
    Ok(made)
}
