//! Reading the chat of a group.
mod told;

pub use told::whole_entry;

use super::{
    reactions::{Reactions, US},
    read_marks::read_up_to,
    seal,
    store::{self, Group},
};
use crate::features::{
    auth::server::Granted,
    gateway::wire::MessageId,
    groups::model::{
        ChatEntry, ChatPage, ChatRequest, Delivered, EDIT_WINDOW, EntryKind, EntryText, Reaction, Sender,
        apart, shown_name,
    },
    identities::server::{Identity, find as find_identity},
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal, secret::Key},
};
use sea_orm::{FromQueryResult, Value};
use std::collections::{BTreeMap, HashMap};

/// Entries of one answer.
const PAGE: usize = 50;
/// Entries that one search looks through: texts are sealed, so each is opened.
const SEARCHED: usize = 5_000;
/// Characters of a quoted text that are shown.
const QUOTED: usize = 120;

#[derive(Clone, Debug, FromQueryResult)]
struct Row {
    id: i64,
    uid: String,
    kind: i64,
    sender_id: Option<i64>,
    threema_id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    nickname: Option<String>,
    author_id: Option<i64>,
    author: Option<String>,
    text_sealed: Option<Vec<u8>>,
    reactions_sealed: Option<Vec<u8>>,
    at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
    erase_at: i64,
    total: i64,
    accepted: i64,
    failed: i64,
}

const ROW: &str = "SELECT m.id, m.uid, m.kind, m.sender_id, r.threema_id, r.first_name, r.last_name, r.nickname, m.author_id,
        a.name AS author, m.text_sealed, m.reactions_sealed, m.at, m.edited_at, m.deleted_at, m.erase_at, m.total, m.accepted, m.failed
    FROM group_message m LEFT JOIN recipient r ON r.id = m.sender_id LEFT JOIN administrator a ON a.id = m.author_id
    WHERE m.group_id = $1";

/// Who reads, and by what key.
struct Reader<'a> {
    ctx: &'a Ctx,
    group: &'a Group,
    key: Key,
    me: Option<i64>,
}

/// A part of the chat, oldest first: the newest entries, those before or behind one, those from a time on, or those with
/// some words in their text.
pub async fn load_chat(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    request: ChatRequest,
) -> AppResult<ChatPage> {
    let (identity, group) = place(&ctx, &granted, &identity, &group).await?;
    let reader = Reader::new(&ctx, &identity, &group, granted.administrator_id()).await?;
    let read_up_to = read_up_to(&ctx, granted.administrator_id().unwrap_or_default(), group.id).await?;
    let words = request.q.trim().to_lowercase();
    if !words.is_empty() {
        let entries = reader.search(&words).await?;
        return Ok(ChatPage {
            entries,
            read_up_to,
            ..ChatPage::default()
        });
    }
    let (condition, value, forward): (&str, Option<i64>, bool) =
        match (request.after, request.from, request.before) {
            (Some(after), ..) => (" AND m.id > $2", Some(after), true),
            (None, Some(from), _) => (" AND m.at >= $2", Some(from.0), true),
            (None, None, Some(before)) => (" AND m.id < $2", Some(before), false),
            (None, None, None) => ("", None, false),
        };
    let mut rows = reader.rows(condition, value, forward, PAGE + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if !forward {
        rows.reverse();
    }
    let is_tail = request == ChatRequest::default();
    Ok(ChatPage {
        entries: reader.shown(rows).await?,
        more_before: if forward { request.from.is_some() } else { more },
        more_after: if forward { more } else { !is_tail },
        read_up_to,
    })
}

/// One entry.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub async fn load_entry(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    (identity, group): (&Uid, &Uid),
    entry: &Uid,
) -> AppResult<ChatEntry> {
    let (identity, group) = place(ctx, granted, identity, group).await?;
    let reader = Reader::new(ctx, &identity, &group, granted.administrator_id()).await?;
    let row = reader.row(entry).await?.ok_or(ErrorCode::NotFound)?;
    let shown = reader.shown(vec![row]).await?.pop();
    shown.ok_or_else(|| ErrorCode::NotFound.into())
}

/// `limit` texts (none: all) from `offset` on, the newest first, and how many there are; for REST.
pub(super) async fn texts(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    (identity, group): (&Uid, &Uid),
    (offset, limit): (u64, Option<u64>),
) -> AppResult<(Vec<ChatEntry>, u64)> {
    let (identity, group) = place(ctx, granted, identity, group).await?;
    let reader = Reader::new(ctx, &identity, &group, granted.administrator_id()).await?;
    let shown = format!(
        "m.kind = {} AND m.text_sealed IS NOT NULL",
        EntryKind::Text.number()
    );
    let sql = format!("SELECT COUNT(*) AS n FROM group_message m WHERE m.group_id = $1 AND {shown}");
    let total = store::number(ctx.db.conn(), &sql, vec![group.id.into()]).await?;
    let part = limit.map_or(String::new(), |limit| format!(" LIMIT {limit} OFFSET {offset}"));
    let sql = format!("{ROW} AND {shown} ORDER BY m.id DESC{part}");
    let rows = Row::find_by_statement(ctx.db.stmt(&sql, [group.id.into()]))
        .all(ctx.db.conn())
        .await?;
    Ok((
        reader.shown(rows).await?,
        u64::try_from(total).unwrap_or_default(),
    ))
}

/// A part of the whole chat for an export: entries behind `after`, oldest first.
pub(super) async fn part(
    ctx: &Ctx,
    (identity, group): (&Identity, &Group),
    after: i64,
) -> AppResult<Vec<ChatEntry>> {
    let reader = Reader::new(ctx, identity, group, None).await?;
    let rows = reader
        .rows(" AND m.id > $2", Some(after), true, PAGE * 10)
        .await?;
    reader.shown(rows).await
}

/// Where a caller reads.
pub(super) async fn place(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    identity: &Uid,
    group: &Uid,
) -> AppResult<(Identity, Group)> {
    let identity = find_identity(ctx, granted, identity).await?;
    let group = store::find(ctx.db.conn(), identity.id, group).await?;
    Ok((identity, group))
}

impl<'a> Reader<'a> {
    async fn new(ctx: &'a Ctx, identity: &Identity, group: &'a Group, me: Option<i64>) -> AppResult<Self> {
        let own = (group.uid.as_str(), group.key_sealed.as_slice());
        let key = seal::group_key(ctx, ctx.db.conn(), identity.organisation_id, own).await?;
        Ok(Self { ctx, group, key, me })
    }

    async fn rows(
        &self,
        condition: &str,
        value: Option<i64>,
        forward: bool,
        most: usize,
    ) -> AppResult<Vec<Row>> {
        let way = if forward { "ASC" } else { "DESC" };
        let sql = format!("{ROW}{condition} ORDER BY m.id {way} LIMIT {most}");
        let mut values: Vec<Value> = vec![self.group.id.into()];
        values.extend(value.map(Value::from));
        Ok(Row::find_by_statement(self.ctx.db.stmt(&sql, values))
            .all(self.ctx.db.conn())
            .await?)
    }

    async fn row(&self, entry: &Uid) -> AppResult<Option<Row>> {
        let sql = format!("{ROW} AND m.uid = $2");
        let values = [self.group.id.into(), entry.as_str().into()];
        Ok(Row::find_by_statement(self.ctx.db.stmt(&sql, values))
            .one(self.ctx.db.conn())
            .await?)
    }

    fn text_of(&self, row: &Row) -> AppResult<Option<String>> {
        let open = |sealed: &Vec<u8>| seal::open_text(&self.key, &row.uid, sealed);
        row.text_sealed.as_ref().map(open).transpose()
    }

    /// The newest texts with these words, oldest first.
    async fn search(&self, words: &str) -> AppResult<Vec<ChatEntry>> {
        let rows = self
            .rows(" AND m.text_sealed IS NOT NULL", None, false, SEARCHED)
            .await?;
        let mut found = Vec::new();
        for row in rows {
            let text = self.text_of(&row)?.unwrap_or_default().to_lowercase();
            if words.split_whitespace().all(|word| text.contains(word)) {
                found.push(row);
            }
            if found.len() == PAGE {
                break;
            }
        }
        found.reverse();
        self.shown(found).await
    }

    async fn shown(&self, rows: Vec<Row>) -> AppResult<Vec<ChatEntry>> {
        let mut entries = Vec::with_capacity(rows.len());
        let mut quotes: Vec<(usize, MessageId)> = Vec::new();
        // many, and only reactions name them
        let people = match rows.iter().any(|row| row.reactions_sealed.is_some()) {
            true => self.people().await?,
            false => HashMap::new(),
        };
        for row in rows {
            let text = self.text_of(&row)?;
            let (quote, words) = text.as_deref().map(apart).unwrap_or_default();
            if let Some(quote) = quote {
                quotes.push((entries.len(), quote));
            }
            let text = text.is_some().then(|| EntryText {
                text: words,
                quoted: quote.map(|_| String::new()),
            });
            entries.push(self.entry(row, text, &people)?);
        }
        let texts = self.quoted(&quotes).await?;
        for (at, quote) in quotes {
            let words = texts.get(&quote.to_i64()).cloned();
            if let Some(text) = entries.get_mut(at).and_then(|e| e.text.as_mut()) {
                text.quoted = Some(words.unwrap_or_default());
            }
        }
        Ok(entries)
    }

    /// Names of everybody who is or was in the group, for reactions.
    async fn people(&self) -> AppResult<HashMap<String, String>> {
        let members = store::members(self.ctx.db.conn(), self.group.id).await?;
        let name = |m: store::Member| {
            let id = m.id()?;
            let shown = shown_name(&m.first_name, &m.last_name, &m.nickname, &id);
            Ok((m.threema_id, shown))
        };
        members.into_iter().map(name).collect()
    }

    fn entry(
        &self,
        row: Row,
        text: Option<EntryText>,
        people: &HashMap<String, String>,
    ) -> AppResult<ChatEntry> {
        let reactions = match &row.reactions_sealed {
            Some(sealed) => reactions(seal::open_reactions(&self.key, &row.uid, sealed)?, people),
            None => Vec::new(),
        };
        let kind = EntryKind::of(row.kind).ok_or_else(|| internal(&"a stored entry is malformed"))?;
        let is_ours = row.sender_id.is_none();
        let editable = (is_ours && text.is_some() && kind == EntryKind::Text)
            .then(|| Timestamp(row.at).plus(EDIT_WINDOW))
            .filter(|until| self.ctx.now() < *until);
        Ok(ChatEntry {
            number: row.id,
            uid: row
                .uid
                .parse()
                .map_err(|_| internal(&"a stored entry is malformed"))?,
            kind,
            sender: self.sender(&row)?,
            at: Timestamp(row.at),
            is_deleted: row.deleted_at.is_some(),
            is_edited: row.edited_at.is_some() && text.is_some(),
            text,
            reactions,
            delivered: (is_ours && row.total > 0).then(|| Delivered {
                total: u64::try_from(row.total).unwrap_or_default(),
                accepted: u64::try_from(row.accepted).unwrap_or_default(),
                failed: u64::try_from(row.failed).unwrap_or_default(),
            }),
            erase_at: Timestamp(row.erase_at),
            editable_until: editable,
        })
    }

    fn sender(&self, row: &Row) -> AppResult<Sender> {
        let Some(id) = &row.threema_id else {
            return Ok(Sender::Us {
                name: row.author.clone().unwrap_or_default(),
                is_me: row.author_id.is_some() && row.author_id == self.me,
            });
        };
        let id = id
            .parse()
            .map_err(|_| internal(&"a stored recipient is malformed"))?;
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let name = shown_name(
            &part(&row.first_name),
            &part(&row.last_name),
            &part(&row.nickname),
            &id,
        );
        Ok(Sender::Member { id, name })
    }

    /// The beginnings of quoted texts by the IDs that quotes name.
    async fn quoted(&self, quotes: &[(usize, MessageId)]) -> AppResult<BTreeMap<i64, String>> {
        if quotes.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<i64> = quotes.iter().map(|(_, id)| id.to_i64()).collect();
        let sql = format!(
            "SELECT m.uid, m.text_sealed, m.gateway_message_id AS wire FROM group_message m
             WHERE m.group_id = $1 AND m.text_sealed IS NOT NULL AND m.gateway_message_id IN ({})",
            store::numbers(&ids)
        );
        let rows = Quoted::find_by_statement(self.ctx.db.stmt(&sql, [self.group.id.into()]))
            .all(self.ctx.db.conn())
            .await?;
        let mut texts = BTreeMap::new();
        for row in rows {
            let text = seal::open_text(&self.key, &row.uid, &row.text_sealed)?;
            texts.insert(row.wire, apart(&text).1.chars().take(QUOTED).collect());
        }
        Ok(texts)
    }
}

#[derive(FromQueryResult)]
struct Quoted {
    uid: String,
    text_sealed: Vec<u8>,
    wire: i64,
}

fn reactions(all: Reactions, people: &HashMap<String, String>) -> Vec<Reaction> {
    let mut by_emoji: BTreeMap<String, Reaction> = BTreeMap::new();
    for (who, emojis) in all {
        for emoji in emojis {
            let reaction = by_emoji.entry(emoji.clone()).or_insert_with(|| Reaction {
                emoji,
                by: Vec::new(),
                is_ours: false,
            });
            if who == US {
                reaction.is_ours = true;
            } else {
                reaction
                    .by
                    .push(people.get(&who).cloned().unwrap_or_else(|| who.clone()));
            }
        }
    }
    by_emoji.into_values().collect()
}
