//! Automatic answers: as many as rule 8 allows, those of a transaction written together.
use super::outbox::Sender;
use crate::features::gateway::wire::SharedKey;
use crate::kernel::{
    AppResult, ThreemaId, Timestamp,
    server::{
        Ctx, Tx,
        faults::internal,
        rows::{hex_bytes, json_rows},
    },
};
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet};

/// Automatic answers that one person gets in a minute (design/product.md rule 8).
pub const ANSWERS_A_MINUTE: i64 = 20;

/// Somebody who is answered, and by which identity.
type Whom = (i64, ThreemaId);

/// The automatic answers of one transaction. What one person wrote is dealt with by one transaction at a time, so what they
/// have had is read once and written once.
#[derive(Debug)]
pub struct Answers {
    minute: i64,
    /// How many everybody has had in this minute, and whether that has changed.
    had: BTreeMap<Whom, (i64, bool)>,
    /// Identity, person, nonce and box, as they are written
    rows: Vec<(i64, ThreemaId, String, String)>,
}

#[derive(FromQueryResult)]
struct Had {
    identity_id: i64,
    threema_id: String,
    answers: i64,
}

impl Answers {
    /// Looks how many these have had. Others get none.
    pub async fn to(ctx: &Ctx, tx: &Tx, people: BTreeSet<Whom>) -> AppResult<Self> {
        let minute = ctx.now().0 / (60 * Timestamp::SECOND);
        let mut answers = Self {
            minute,
            had: people.into_iter().map(|whom| (whom, (0, false))).collect(),
            rows: Vec::new(),
        };
        if answers.had.is_empty() {
            return Ok(answers);
        }
        // `+ 0` keeps to the key, one look each
        let sql = format!(
            "SELECT CAST(value ->> 0 AS BIGINT) AS identity_id, value ->> 1 AS threema_id,
               COALESCE((SELECT c.answers FROM answer_count c WHERE c.identity_id = CAST(value ->> 0 AS BIGINT)
                 AND c.threema_id = value ->> 1 AND c.minute + 0 = $2), 0) AS answers
             FROM {} AS j",
            json_rows(tx.is_sqlite(), "$1")
        );
        let people: Vec<&Whom> = answers.had.keys().collect();
        let statement = tx.stmt(&sql, [json(&people)?.into(), minute.into()]);
        for row in Had::find_by_statement(statement).all(tx.conn()).await? {
            let person = row
                .threema_id
                .parse()
                .map_err(|_| internal(&"an ID is malformed"))?;
            answers
                .had
                .insert((row.identity_id, person), (row.answers, false));
        }
        Ok(answers)
    }

    /// Seals answers as long as rule 8 allows it: none to a gateway's ID, and not more than [`ANSWERS_A_MINUTE`] to one
    /// person. Answers how many.
    pub fn add(
        &mut self,
        ctx: &Ctx,
        sender: &Sender,
        (to, shared): (ThreemaId, &SharedKey),
        texts: &[String],
    ) -> usize {
        let Some((had, changed)) = self.had.get_mut(&(sender.identity_id, to)) else {
            return 0;
        };
        if to.is_gateway() {
            return 0;
        }
        let room = usize::try_from(ANSWERS_A_MINUTE - *had).unwrap_or_default();
        for text in texts.iter().take(room) {
            let sealed = sender.seal(ctx, shared, text);
            let (nonce, boxed) = (hex::encode(sealed.nonce), hex::encode(sealed.sealed));
            self.rows.push((sender.identity_id, to, nonce, boxed));
            (*had, *changed) = (*had + 1, true);
        }
        texts.len().min(room)
    }

    /// Puts all on their way, in their order. Ring `ctx.work` after the commit.
    pub async fn write(self, ctx: &Ctx, tx: &Tx) -> AppResult<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let sqlite = tx.is_sqlite();
        let rows = json_rows(sqlite, "$1");
        let sql = format!(
            "INSERT INTO answer (identity_id, threema_id, nonce, boxed, state, created_at, not_before, failures)
             SELECT CAST(value ->> 0 AS BIGINT), value ->> 1, {}, {}, 0, $2, $2, 0 FROM {rows} AS j",
            hex_bytes(sqlite, "value ->> 2"),
            hex_bytes(sqlite, "value ->> 3")
        );
        tx.exec(&sql, [json(&self.rows)?.into(), ctx.now().0.into()])
            .await?;
        let sql = format!(
            "INSERT INTO answer_count (identity_id, threema_id, minute, answers)
             SELECT CAST(value ->> 0 AS BIGINT), value ->> 1, $2, CAST(value ->> 2 AS BIGINT) FROM {rows} AS j WHERE true
             ON CONFLICT (identity_id, threema_id) DO UPDATE SET answers = excluded.answers, minute = excluded.minute"
        );
        let had = self.had.into_iter().filter(|(_, (_, changed))| *changed);
        let had: Vec<(i64, ThreemaId, i64)> = had
            .map(|((identity, to), (had, _))| (identity, to, had))
            .collect();
        tx.exec(&sql, [json(&had)?.into(), self.minute.into()])
            .await
            .map(|_| ())
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> AppResult<String> {
    serde_json::to_string(value).map_err(|e| internal(&e))
}
