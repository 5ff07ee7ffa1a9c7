//! Answers to what people write.
use super::{
    statistics::count,
    trees::{self, Open},
};
use crate::features::{
    bots::model::{Listener, Place, Talker, first_words, knows as engine_knows, turn},
    identities::server::Identity,
    recipients::server::Person,
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, Timestamp, Uid,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::FromQueryResult;
use std::sync::Arc;

/// A bot that can be asked.
struct InUse {
    id: i64,
    uid: Uid,
    open: Arc<Open>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    uid: String,
    published_version: i64,
}

#[derive(FromQueryResult)]
struct Sealed {
    tree_sealed: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Stands {
    bot_id: i64,
    node: String,
    until: i64,
}

/// The bots of an identity, and how a person stands to them: got once for a text.
pub struct Talk {
    bots: Vec<InUse>,
    place: Option<Place>,
    listener: Listener,
}

impl Talk {
    fn talkers(&self) -> Vec<Talker<'_>> {
        self.bots
            .iter()
            .map(|b| Talker {
                bot: &b.uid,
                tree: &b.open.tree,
                words: &b.open.words,
            })
            .collect()
    }

    fn number(&self, uid: &Uid) -> Option<i64> {
        self.bots.iter().find(|b| b.uid == *uid).map(|b| b.id)
    }

    /// Whether a command, or a way within a bot, takes the text. Otherwise [`Self::answer`] could only show the menu where
    /// the person stands, and an open conversation goes first.
    pub fn knows(&self, text: &str) -> bool {
        engine_knows(&self.talkers(), self.place.as_ref(), text)
    }

    /// What the bots answer, in the caller's transaction; none: no bot takes it. Where the person stands afterwards is kept
    /// for a while, what was written is not.
    pub async fn answer(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        person: &Person,
        text: &str,
    ) -> AppResult<Option<Vec<String>>> {
        let Some(turn) = turn(&self.talkers(), self.place.as_ref(), &self.listener, text) else {
            return Ok(None);
        };
        stand(ctx, tx, person, self, turn.place.as_ref()).await?;
        count(ctx, tx, &turn.heard, |uid| self.number(uid));
        Ok(Some(turn.said.texts))
    }

    /// The words that lead to the bots, for the help that lists them: of each command at a start the one in the person's
    /// language.
    pub fn first_words(&self) -> Vec<String> {
        let known: Vec<String> = self.bots.iter().flat_map(|b| first_words(&b.open.tree)).collect();
        let commands = self.bots.iter().flat_map(|b| &b.open.tree.start.commands);
        commands
            .map(|c| c.shown_word(self.listener.language).to_owned())
            .filter(|w| known.iter().any(|k| k.trim() == w))
            .collect()
    }
}

/// Everything that is needed to answer somebody; none when no bot can answer them here.
pub async fn talk(ctx: &Ctx, tx: &Tx, identity: &Identity, person: &Person) -> AppResult<Option<Talk>> {
    // whoever dispatches has asked already; a bot asks for itself
    if identity.internal_only && !person.internal {
        return Ok(None);
    }
    let bots = in_use(ctx, tx, person).await?;
    if bots.is_empty() {
        return Ok(None);
    }
    let default: LanguageCode = identity.default_language.parse().unwrap_or(LanguageCode::EN);
    let place = standing(ctx, tx, person, &bots).await?;
    Ok(Some(Talk {
        bots,
        place,
        listener: Listener {
            notices: person.language,
            language: person.own_language.unwrap_or(default),
            default,
        },
    }))
}

async fn in_use(ctx: &Ctx, tx: &Tx, person: &Person) -> AppResult<Vec<InUse>> {
    let sql =
        "SELECT id, uid, published_version FROM bot WHERE identity_id = $1 AND state = 'active' ORDER BY id";
    let rows = Row::find_by_statement(tx.stmt(sql, [person.identity_id.into()]))
        .all(tx.conn())
        .await?;
    let mut bots = Vec::with_capacity(rows.len());
    for row in rows {
        let open = match trees::kept(&row.uid, row.published_version) {
            Some(open) => open,
            None => read(ctx, tx, person.organisation_id, &row).await?,
        };
        if open.tree.is_empty() {
            continue;
        }
        bots.push(InUse {
            id: row.id,
            uid: row
                .uid
                .parse()
                .map_err(|_| internal(&"a stored bot is malformed"))?,
            open,
        });
    }
    Ok(bots)
}

async fn read(ctx: &Ctx, tx: &Tx, organisation_id: i64, row: &Row) -> AppResult<Arc<Open>> {
    let sql = "SELECT tree_sealed FROM bot WHERE id = $1";
    let sealed = Sealed::find_by_statement(tx.stmt(sql, [row.id.into()]))
        .one(tx.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let (uid, column) = (&row.uid, trees::PUBLISHED);
    let tree = trees::open(ctx, tx.conn(), organisation_id, uid, column, &sealed.tree_sealed).await?;
    Ok(trees::keep(uid, row.published_version, tree))
}

/// Where the person stands, unless too much time has gone.
async fn standing(ctx: &Ctx, tx: &Tx, person: &Person, bots: &[InUse]) -> AppResult<Option<Place>> {
    let sql = "SELECT bot_id, node, until FROM bot_place WHERE identity_id = $1 AND threema_id = $2";
    let values = [person.identity_id.into(), person.threema_id.as_str().into()];
    let row = Stands::find_by_statement(tx.stmt(sql, values))
        .one(tx.conn())
        .await?;
    Ok(row.filter(|r| r.until > ctx.now().0).and_then(|row| {
        Some(Place {
            bot: bots.iter().find(|b| b.id == row.bot_id)?.uid.clone(),
            node: row.node.parse().ok()?,
        })
    }))
}

/// Notes where the person stands now.
async fn stand(ctx: &Ctx, tx: &Tx, person: &Person, talk: &Talk, place: Option<&Place>) -> AppResult<()> {
    let own = || -> [sea_orm::Value; 2] { [person.identity_id.into(), person.threema_id.as_str().into()] };
    let bot = place.and_then(|p| talk.bots.iter().find(|b| b.uid == p.bot));
    let (Some(place), Some(bot)) = (place, bot) else {
        let sql = "DELETE FROM bot_place WHERE identity_id = $1 AND threema_id = $2";
        return tx.exec(sql, own()).await.map(|_| ());
    };
    let time = i64::from(bot.open.tree.timeout_minutes) * Timestamp::MINUTE;
    let values = own().into_iter().chain([
        bot.id.into(),
        place.node.as_str().into(),
        ctx.now().plus(time).0.into(),
    ]);
    let sql =
        "INSERT INTO bot_place (identity_id, threema_id, bot_id, node, until) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (identity_id, threema_id) DO UPDATE
               SET bot_id = excluded.bot_id, node = excluded.node, until = excluded.until";
    tx.exec(sql, values).await.map(|_| ())
}

/// Forgets where people stood whose time is over; answers how many. Called by `retention`.
pub async fn forget_places(ctx: &Ctx) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let gone = tx
        .exec("DELETE FROM bot_place WHERE until <= $1", [ctx.now().0.into()])
        .await?;
    tx.commit().await?;
    Ok(gone)
}
