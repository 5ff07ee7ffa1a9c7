//! Pages of entries, quick however long the log is: always along an index, from a number on, never counted and never
//! skipped over.
use super::{check, shown};
use crate::features::{
    audit::{
        model::{ACTIONS, Action, Group},
        server::EntryRow,
    },
    audit_log::model::{LogFilter, LogPage, PAGE, Place},
    auth::server::Granted,
};
use crate::kernel::{AppError, AppResult, Lang, Problem, Timestamp, Uid, permission::cap, server::Ctx};
use sea_orm::{FromQueryResult, Value};

/// How many entries a search looks through for one answer.
pub(super) const SEARCHED: i64 = 100_000;
/// The clock may have been put back: entries of a period are looked for in some that come before and after it too.
const CLOCK_SLACK: i64 = 1_000;

/// A filter in the words of the database.
pub(super) struct Query {
    organisation_id: i64,
    /// One query for each: of a group, each of its actions is a stretch of the index of actions.
    actions: Vec<&'static str>,
    condition: String,
    values: Vec<Value>,
    from: Option<Timestamp>,
    /// The end of the last day.
    to: Option<Timestamp>,
    searches: bool,
}

impl Query {
    /// # Errors
    /// Field errors `from` and `to`.
    pub(super) fn new(organisation_id: i64, filter: &LogFilter) -> AppResult<Self> {
        let mut query = Self {
            organisation_id,
            actions: actions(&filter.what),
            condition: String::new(),
            values: Vec::new(),
            from: day("from", &filter.from)?,
            to: day("to", &filter.to)?.map(|day| day.plus(Timestamp::DAY)),
            searches: !filter.q.trim().is_empty(),
        };
        match filter.who.as_str() {
            "" => {}
            kind @ ("administrator" | "operator" | "job" | "api-key") => query.add("actor_kind = $", kind),
            uid => query.add("actor_uid = $", uid),
        }
        if !filter.subject.is_empty() {
            query.add("subject = $", &*filter.subject);
        }
        if let Some(from) = query.from {
            query.add("at >= $", from.0);
        }
        if let Some(to) = query.to {
            query.add("at < $", to.0);
        }
        for word in filter.q.split_whitespace().take(8) {
            query.search(word);
        }
        Ok(query)
    }

    /// `condition` ends where the value goes.
    fn add(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.condition += &format!(" AND {condition}{}", self.values.len());
    }

    /// In names, subjects and details, and in the words of actions, in both languages.
    fn search(&mut self, word: &str) {
        let lower = word.to_lowercase();
        let escaped: String = lower
            .chars()
            .flat_map(|c| matches!(c, '!' | '%' | '_').then_some('!').into_iter().chain([c]))
            .collect();
        self.values.push(format!("%{escaped}%").into());
        let named: Vec<String> = ACTIONS
            .iter()
            .filter(|a| {
                Lang::ALL
                    .iter()
                    .any(|l| a.words(*l).to_lowercase().contains(&lower))
            })
            .map(|a| format!(" OR action = '{}'", a.code))
            .collect();
        self.condition += &format!(
            " AND (LOWER(actor_name || ' ' || api_key || ' ' || subject || ' ' || detail) LIKE ${} ESCAPE '!'{})",
            self.values.len(),
            named.concat()
        );
    }

    /// The numbers between which the period lies.
    pub(super) async fn period(&self, ctx: &Ctx) -> AppResult<(i64, i64)> {
        let low = match self.from {
            Some(at) => edge(ctx, self.organisation_id, at).await?,
            None => None,
        };
        let high = match self.to {
            Some(at) => edge(ctx, self.organisation_id, at).await?,
            None => None,
        };
        // nothing is younger than the first day: nothing at all
        let low = if self.from.is_some() {
            low.unwrap_or(i64::MAX)
        } else {
            1
        };
        Ok((
            low.saturating_sub(CLOCK_SLACK).max(1),
            high.map_or(i64::MAX, |seq| seq.saturating_add(CLOCK_SLACK)),
        ))
    }

    /// Up to `most` entries with numbers in `from..=to`, from the end or from the beginning.
    pub(super) async fn rows(
        &self,
        ctx: &Ctx,
        (from, to): (i64, i64),
        newest: bool,
        most: usize,
    ) -> AppResult<Vec<EntryRow>> {
        if from > to || self.actions.is_empty() {
            return Ok(Vec::new());
        }
        let way = if newest { "DESC" } else { "ASC" };
        // numbers and codes of our own: safe inside the statement, and the planner sees them
        let of = |action: &str| {
            let only = match action {
                "" => String::new(),
                code => format!(" AND action = '{code}'"),
            };
            format!(
                "SELECT * FROM (SELECT * FROM audit_entry WHERE organisation_id = {} AND seq >= {from} AND seq <= {to}{only}{} \
                 ORDER BY seq {way} LIMIT {most}) part",
                self.organisation_id, self.condition
            )
        };
        let parts: Vec<String> = self.actions.iter().map(|action| of(action)).collect();
        let sql = format!(
            "SELECT * FROM ({}) found ORDER BY seq {way} LIMIT {most}",
            parts.join(" UNION ALL ")
        );
        let statement = ctx.db.stmt(&sql, self.values.clone());
        Ok(EntryRow::find_by_statement(statement).all(ctx.db.conn()).await?)
    }
}

/// The actions of a code or of a group; one empty code for all of them; none when nobody knows it.
fn actions(what: &str) -> Vec<&'static str> {
    if what.is_empty() {
        return vec![""];
    }
    if let Some(action) = Action::find(what) {
        return vec![action.code];
    }
    let group = Group::ALL.into_iter().find(|group| group.code() == what);
    ACTIONS
        .iter()
        .filter(|a| Some(a.group) == group)
        .map(|a| a.code)
        .collect()
}

fn day(field: &str, text: &str) -> AppResult<Option<Timestamp>> {
    match text.trim() {
        "" => Ok(None),
        text => match Timestamp::from_date(text) {
            Some(day) => Ok(Some(day)),
            None => Err(AppError::field(field, Problem::NotADate)),
        },
    }
}

#[derive(FromQueryResult)]
struct Seq {
    seq: i64,
}

/// The number of the first entry at or after a time.
async fn edge(ctx: &Ctx, organisation_id: i64, at: Timestamp) -> AppResult<Option<i64>> {
    let sql = "SELECT seq FROM audit_entry WHERE organisation_id = $1 AND at >= $2 ORDER BY at, seq LIMIT 1";
    let statement = ctx.db.stmt(sql, [organisation_id.into(), at.0.into()]);
    let row = Seq::find_by_statement(statement).one(ctx.db.conn()).await?;
    Ok(row.map(|row| row.seq))
}

/// How many entries the organisation's log has.
pub(super) async fn total(ctx: &Ctx, organisation_id: i64) -> AppResult<i64> {
    let sql = "SELECT seq FROM audit_entry WHERE organisation_id = $1 AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
    let statement = ctx.db.stmt(sql, [organisation_id.into()]);
    let row = Seq::find_by_statement(statement).one(ctx.db.conn()).await?;
    Ok(row.map_or(0, |row| row.seq))
}

#[derive(FromQueryResult)]
struct Person {
    uid: String,
    name: String,
}

/// The administrators, for the filter.
pub async fn people(ctx: Ctx, granted: Granted<cap::SeeAuditLog>) -> AppResult<Vec<(Uid, String)>> {
    let sql = "SELECT uid, name FROM administrator WHERE organisation_id = $1 ORDER BY name LIMIT 500";
    let statement = ctx.db.stmt(sql, [granted.organisation_id().into()]);
    let rows = Person::find_by_statement(statement).all(ctx.db.conn()).await?;
    Ok(rows
        .into_iter()
        .filter_map(|p| p.uid.parse().ok().map(|uid| (uid, p.name)))
        .collect())
}

/// A page of entries.
pub async fn load(
    ctx: Ctx,
    granted: Granted<cap::SeeAuditLog>,
    filter: LogFilter,
    place: Place,
) -> AppResult<LogPage> {
    let organisation_id = granted.organisation_id();
    let query = Query::new(organisation_id, &filter)?;
    let total = total(&ctx, organisation_id).await?;
    let (low, high) = query.period(&ctx).await?;
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (mut from, mut to, newest) = match place {
        Place::Newest => (low, high.min(total), true),
        Place::Before(seq) => (low, high.min(number(seq).saturating_sub(1)).min(total), true),
        Place::After(seq) => (low.max(number(seq).saturating_add(1)), high.min(total), false),
    };
    // what a search leaves for the next answer
    let rest = query.searches && to.saturating_sub(from) >= SEARCHED;
    match (rest, newest) {
        (true, true) => from = to - SEARCHED + 1,
        (true, false) => to = from + SEARCHED - 1,
        _ => {}
    }
    let mut rows = query.rows(&ctx, (from, to), newest, PAGE + 1).await?;
    let full = rows.len() > PAGE;
    rows.truncate(PAGE);
    let end = rows.last().and_then(|row| row.seq);
    let start = rows.first().and_then(|row| row.seq);
    if !newest {
        rows.reverse();
    }
    let at = |seq: Option<i64>| u64::try_from(seq.unwrap_or_default()).unwrap_or_default();
    let searched_out = rest && !full;
    let on = match (full, searched_out) {
        (true, _) => Some(at(end)),
        (false, true) => Some(at(Some(if newest { from } else { to }))),
        (false, false) => None,
    };
    let back = match place {
        Place::Newest => None,
        Place::Before(seq) => Some(start.map_or(seq.saturating_sub(1), |_| at(start))),
        Place::After(seq) => Some(start.map_or(seq.saturating_add(1), |_| at(start))),
    };
    let (newer, older) = if newest { (back, on) } else { (on, back) };
    let searched_to = match searched_out && newest {
        true => query.time_of(&ctx, from).await?,
        false => None,
    };
    Ok(LogPage {
        entries: rows.into_iter().map(shown::entry).collect(),
        total: u64::try_from(total).unwrap_or_default(),
        newer: newer.map(Place::After),
        older: older.map(Place::Before),
        searched_to,
        last_check: check::last(&ctx, organisation_id).await?,
    })
}

impl Query {
    async fn time_of(&self, ctx: &Ctx, seq: i64) -> AppResult<Option<Timestamp>> {
        let sql =
            "SELECT at AS seq FROM audit_entry WHERE organisation_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1";
        let statement = ctx.db.stmt(sql, [self.organisation_id.into(), seq.into()]);
        let row = Seq::find_by_statement(statement).one(ctx.db.conn()).await?;
        Ok(row.map(|row| Timestamp(row.seq)))
    }
}
