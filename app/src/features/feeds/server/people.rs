//! What people do themselves, inside the transaction of their message.
use super::store::greeting;
use crate::features::{
    feeds::model::{Greeting, greeting_for},
    identities::server::Identity,
    lists::server::{self as lists, List},
    plans::server::check_limit,
    recipients::server::Person,
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, ThreemaId, Timestamp,
    server::{Ctx, Tx},
};
use sea_orm::{FromQueryResult, prelude::*};

/// How long a language is kept that somebody chose who gets nothing yet.
const STRANGER_LANGUAGE: i64 = Timestamp::HOUR;
/// Feeds that an answer can deal with.
const MOST: u32 = 1_000;

/// A feed as somebody sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PersonFeed {
    /// Its list.
    pub list_id: i64,
    /// What people may type instead of the name.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// This person gets it.
    pub mine: bool,
    /// This person is barred from it.
    pub barred: bool,
}

/// The identity's feeds in use, by name, as this person sees them.
pub async fn feeds_of(tx: &Tx, person: &Person) -> AppResult<Vec<PersonFeed>> {
    let sql = format!(
        "SELECT l.id AS list_id, f.number, l.name,
           EXISTS (SELECT 1 FROM distribution_list_member m WHERE m.list_id = l.id AND m.recipient_id = $2) AS mine,
           EXISTS (SELECT 1 FROM feed_block b WHERE b.list_id = l.id AND b.threema_id = $3) AS barred
         FROM distribution_list l JOIN feed f ON f.list_id = l.id
         WHERE l.identity_id = $1 AND l.kind = 'feed' AND l.state = 'active' ORDER BY l.name_key, l.id LIMIT {MOST}"
    );
    let values = [
        person.identity_id.into(),
        person.recipient_id.unwrap_or_default().into(),
        person.threema_id.as_str().into(),
    ];
    Ok(PersonFeed::find_by_statement(tx.stmt(&sql, values))
        .all(tx.conn())
        .await?)
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

/// The names of the lists in use that this person is on.
pub async fn lists_of(tx: &Tx, person: &Person) -> AppResult<Vec<String>> {
    let Some(recipient_id) = person.recipient_id else {
        return Ok(Vec::new());
    };
    let sql = "SELECT l.name FROM distribution_list_member m JOIN distribution_list l ON l.id = m.list_id
               WHERE m.recipient_id = $1 AND l.kind = 'list' AND l.state = 'active' ORDER BY l.name_key, l.id";
    let rows = Name::find_by_statement(tx.stmt(sql, [recipient_id.into()]))
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Subscribes the person; answers the feed's welcome in their language. They must be neither barred nor over the limit:
/// the caller has looked, inside of this transaction.
///
/// # Errors
/// [`ErrorCode::RecipientLimit`] all the same: somebody else was quicker.
pub async fn join(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    person: &Person,
    list_id: i64,
) -> AppResult<Option<String>> {
    // locks the identity: the count stays right
    check_limit(ctx, tx, identity.id, 0).await?;
    let feed = find(tx, identity, list_id).await?;
    let done = lists::add(ctx, tx, identity, &feed, &[person.threema_id]).await?;
    lists::count_day(ctx, tx, &feed, "joined", done.added).await?;
    if let Some(language) = take_stranger_language(tx, identity.id, person.threema_id).await? {
        choose_language(ctx, tx, person, language).await?;
    }
    greeting_of(tx, identity, person, list_id, "welcome").await
}

/// Unsubscribes the person; answers the feed's goodbye in their language.
pub async fn leave(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    person: &Person,
    list_id: i64,
) -> AppResult<Option<String>> {
    check_limit(ctx, tx, identity.id, 0).await?;
    let feed = find(tx, identity, list_id).await?;
    // before they leave: their language is known until then
    let goodbye = greeting_of(tx, identity, person, list_id, "goodbye").await?;
    let gone = lists::remove(ctx, tx, identity, &feed, &[person.threema_id]).await?;
    lists::count_day(ctx, tx, &feed, "gone", gone.len() as u64).await?;
    Ok(goodbye)
}

/// Counts somebody who could not subscribe because the plan is full.
pub async fn note_refused(ctx: &Ctx, tx: &Tx, identity: &Identity, list_id: i64) -> AppResult<()> {
    let feed = find(tx, identity, list_id).await?;
    lists::count_day(ctx, tx, &feed, "refused", 1).await
}

async fn find(tx: &Tx, identity: &Identity, list_id: i64) -> AppResult<List> {
    lists::find_by_number(tx.conn(), identity.id, list_id).await
}

#[derive(FromQueryResult)]
struct Text {
    text: String,
}

async fn greeting_of(
    tx: &Tx,
    identity: &Identity,
    person: &Person,
    list_id: i64,
    which: &'static str,
) -> AppResult<Option<String>> {
    let sql = format!("SELECT {which} AS text FROM feed WHERE list_id = $1");
    let row = Text::find_by_statement(tx.stmt(&sql, [list_id.into()]))
        .one(tx.conn())
        .await?;
    let texts: Greeting = greeting(&row.ok_or(ErrorCode::NotFound)?.text);
    let default = identity.default_language.parse().unwrap_or(LanguageCode::EN);
    Ok(greeting_for(&texts, person.own_language, default).map(str::to_owned))
}

/// The language that somebody has chosen who had no other yet.
pub async fn stranger_language(tx: &Tx, person: &Person) -> AppResult<Option<LanguageCode>> {
    let sql = "SELECT language AS text FROM stranger_language WHERE identity_id = $1 AND threema_id = $2";
    let values = [person.identity_id.into(), person.threema_id.as_str().into()];
    let row = Text::find_by_statement(tx.stmt(sql, values))
        .one(tx.conn())
        .await?;
    Ok(row.and_then(|row| row.text.parse().ok()))
}

/// Notes the language that the person has chosen. Of somebody who gets nothing it is forgotten within an hour.
pub async fn choose_language(ctx: &Ctx, tx: &Tx, person: &Person, language: LanguageCode) -> AppResult<()> {
    let sql = "UPDATE recipient SET language = $1 WHERE identity_id = $2 AND threema_id = $3";
    let values = [
        language.as_str().into(),
        person.identity_id.into(),
        person.threema_id.as_str().into(),
    ];
    if tx.exec(sql, values).await? > 0 {
        return Ok(());
    }
    let sql =
        "INSERT INTO stranger_language (identity_id, threema_id, language, chosen_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (identity_id, threema_id) DO UPDATE SET language = $3, chosen_at = $4";
    let values = [
        person.identity_id.into(),
        person.threema_id.as_str().into(),
        language.as_str().into(),
        ctx.now().0.into(),
    ];
    tx.exec(sql, values).await.map(|_| ())
}

async fn take_stranger_language(
    tx: &Tx,
    identity_id: i64,
    threema_id: ThreemaId,
) -> AppResult<Option<LanguageCode>> {
    let sql =
        "DELETE FROM stranger_language WHERE identity_id = $1 AND threema_id = $2 RETURNING language AS text";
    let values = [identity_id.into(), threema_id.as_str().into()];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let row = row.map(|row| Text::from_query_result(&row, "")).transpose()?;
    Ok(row.and_then(|row| row.text.parse().ok()))
}

/// Forgets languages of people who got nothing within an hour; answers how many.
pub async fn forget_languages(ctx: &Ctx) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let before = ctx.now().0 - STRANGER_LANGUAGE;
    let sql = "DELETE FROM stranger_language WHERE chosen_at < $1";
    let gone = tx.exec(sql, [before.into()]).await?;
    tx.commit().await?;
    Ok(gone)
}
