//! A look at pasted IDs before anything is written, and the writing. Nothing is kept in between: the same text is read
//! again.
use super::{entity::Model, members, store};
use crate::features::{
    auth::server::Granted,
    identities::server::{Identity, find as find_identity},
    lists::model::{
        CheckedLine, CheckedLines, Kind, MAX_PASTE_BYTES, Membership, Outcome, Reason, Token, read,
    },
    plans::server::current_plan,
    recipients::{
        model::full_name,
        server::{json_texts, texts_json, unify},
    },
};
use crate::kernel::{AppError, AppResult, Problem, ThreemaId, Uid, permission::cap, server::Ctx};
use sea_orm::FromQueryResult;
use std::collections::{HashMap, HashSet, hash_map::Entry};

/// Says for every pasted line what would become of it.
pub async fn check_pasted(
    ctx: Ctx,
    granted: Granted<cap::SeeLists>,
    identity: Uid,
    list: Uid,
    text: String,
) -> AppResult<CheckedLines> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let list = store::find(ctx.db.conn(), identity.id, &list).await?;
    check_lines(&ctx, &identity, &list, tokens(&text)?).await
}

/// Adds the IDs of a pasted text; lines that cannot be taken are left out, as the check has shown.
///
/// # Errors
/// As [`members::add_members`].
pub async fn add_pasted(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
    text: String,
) -> AppResult<Membership> {
    let ids = tokens(&text)?.into_iter().filter_map(|t| t.found.ok()).collect();
    members::add_members(ctx, granted, identity, list, ids).await
}

fn tokens(text: &str) -> AppResult<Vec<Token>> {
    let is = text.len();
    if is > MAX_PASTE_BYTES {
        let max = MAX_PASTE_BYTES;
        return Err(AppError::field("text", Problem::TooManyBytes { max, is }));
    }
    Ok(read(text))
}

#[derive(FromQueryResult)]
struct KnownRow {
    threema_id: String,
    first_name: String,
    last_name: String,
    places: i64,
    on_list: i64,
}

/// Lays tokens against what the identity knows.
pub(super) async fn check_lines(
    ctx: &Ctx,
    identity: &Identity,
    list: &Model,
    tokens: Vec<Token>,
) -> AppResult<CheckedLines> {
    let ids = tokens.iter().filter_map(|t| t.found.clone().ok()).collect();
    let known = known(ctx, identity, list, ids).await?;
    let barred = match Kind::of(&list.kind) {
        Kind::List => HashSet::new(),
        Kind::Feed => store::barred(ctx.db.conn(), list.id).await?,
    };
    let plan = current_plan(ctx.db.conn(), identity.id, ctx.now()).await?;
    let mut checked = CheckedLines {
        recipient_count: u64::try_from(identity.recipient_count).unwrap_or_default(),
        limit: plan.map_or(Some(0), |p| p.recipient_limit),
        ..CheckedLines::default()
    };
    let mut seen: HashMap<ThreemaId, u32> = HashMap::new();
    for mut token in tokens {
        if token.found.as_ref().is_ok_and(|id| barred.contains(id)) {
            token.found = Err(Reason::Blocked);
        }
        let id = token.found.as_ref().ok().copied();
        let (outcome, counts) = outcome(&token, &mut seen, &known);
        checked.counting += u64::from(counts);
        let line = CheckedLine {
            line: token.line,
            text: token.text,
            id,
            outcome,
        };
        push(&mut checked, line);
    }
    Ok(checked)
}

/// What becomes of a token, and whether it makes one recipient more to count.
fn outcome(
    token: &Token,
    seen: &mut HashMap<ThreemaId, u32>,
    known: &HashMap<String, KnownRow>,
) -> (Outcome, bool) {
    let id = match &token.found {
        Ok(id) => *id,
        Err(reason) => return (Outcome::Bad(reason.clone()), false),
    };
    match seen.entry(id) {
        Entry::Occupied(first) => return (Outcome::SameAs(*first.get()), false),
        Entry::Vacant(place) => place.insert(token.line),
    };
    let Some(row) = known.get(id.as_str()) else {
        return (Outcome::New, true);
    };
    let name = full_name(&row.first_name, &row.last_name);
    if row.on_list == 1 {
        (Outcome::Already(name), false)
    } else {
        (Outcome::Known(name), row.places == 0)
    }
}

fn push(checked: &mut CheckedLines, line: CheckedLine) {
    let gateway = line.is_gateway();
    let count = match &line.outcome {
        Outcome::New | Outcome::Known(_) => {
            checked.gateway += u64::from(gateway);
            &mut checked.new
        }
        Outcome::Already(_) => &mut checked.already,
        Outcome::SameAs(_) => &mut checked.same,
        Outcome::Bad(_) => &mut checked.bad,
    };
    *count += 1;
    if *count <= CheckedLines::SHOWN {
        checked.lines.push(line);
    }
}

async fn known(
    ctx: &Ctx,
    identity: &Identity,
    list: &Model,
    ids: Vec<ThreemaId>,
) -> AppResult<HashMap<String, KnownRow>> {
    let ids = unify(ids);
    let mut known = HashMap::new();
    let sql = format!(
        "SELECT r.threema_id, r.first_name, r.last_name, r.places, \
         CAST(CASE WHEN {} THEN 1 ELSE 0 END AS BIGINT) AS on_list \
         FROM {} AS j CROSS JOIN recipient r WHERE r.identity_id = $1 AND r.threema_id = j.value",
        store::on_list(list.id),
        json_texts(ctx.db.is_sqlite(), "$2"),
    );
    for chunk in ids.chunks(20_000) {
        let statement = ctx.db.stmt(&sql, [identity.id.into(), texts_json(chunk).into()]);
        let rows = KnownRow::find_by_statement(statement).all(ctx.db.conn()).await?;
        known.extend(rows.into_iter().map(|row| (row.threema_id.clone(), row)));
    }
    Ok(known)
}
