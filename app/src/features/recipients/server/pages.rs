//! Pages of recipients, quick at hundreds of thousands: sorted, searched and counted inside indexes.
use super::{entity::Model, fold::like_words};
use crate::features::recipients::model::{EXTERNAL, HeldKeys, IN_NO_LIST, Recipient, RecipientState};
use crate::kernel::{
    AppResult, ErrorCode, Page, PageRequest, ThreemaId, Timestamp,
    server::{Ctx, Db, faults::internal},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use sha2::{Digest, Sha256};

/// Only these recipients of the identity, for example the members of a list.
#[derive(Clone, Debug)]
pub struct Among {
    /// A query that gives their numbers in a column `recipient_id`.
    pub members: String,
    /// A condition on recipient `r` that holds for them only.
    pub condition: String,
    /// Rows `m` with `recipient_id` and the recipient's `name_key`, indexed in the order of both: whole pages by name are
    /// read from there.
    pub by_name: Option<String>,
    /// How many they are; none: not known.
    pub size: Option<u64>,
}

/// How a page is found: the condition on `r`, the parameters in it, and what drives the query.
struct Plan {
    condition: String,
    values: Vec<Value>,
    /// Something beyond identity and [`Among`] narrows the choice.
    narrowed: bool,
}

impl Plan {
    fn new(identity_id: i64, request: &PageRequest) -> Self {
        // numbers of our own: safe inside the statement, and the planner sees them
        let mut condition = format!("r.identity_id = {identity_id}");
        let mut values: Vec<Value> = Vec::new();
        for word in like_words(&request.q) {
            values.push(word.into());
            condition += &format!(" AND r.search_text LIKE ${} ESCAPE '!'", values.len());
        }
        let state = RecipientState::from_code(&request.filter);
        if let Some(state) = state {
            condition += &format!(" AND r.state = {}", state.number());
        } else if request.filter == IN_NO_LIST {
            condition += " AND r.places = 0";
        } else if request.filter == EXTERNAL {
            condition += " AND r.feed_places > 0 AND r.places = r.feed_places";
        }
        Self {
            narrowed: !values.is_empty()
                || state.is_some()
                || [IN_NO_LIST, EXTERNAL].contains(&request.filter.as_str()),
            condition,
            values,
        }
    }

    /// `FROM … WHERE …`: driven by the members when there are few of them, else along the identity's index.
    fn source(&self, among: Option<&Among>, by_members: bool) -> String {
        match among {
            None => format!("FROM recipient r WHERE {}", self.condition),
            // CROSS JOIN keeps SQLite from turning the order round
            Some(among) if by_members => format!(
                "FROM ({}) m CROSS JOIN recipient r WHERE r.id = m.recipient_id AND {}",
                among.members, self.condition
            ),
            Some(among) => format!(
                "FROM recipient r WHERE {} AND {}",
                self.condition, among.condition
            ),
        }
    }
}

/// One page of the identity's recipients, or of those `among` them. `known` is about how many the identity has.
///
/// Sorted by name, or by `id`. A page past the end becomes the last one.
pub async fn page_of(
    db: &Db,
    identity_id: i64,
    among: Option<&Among>,
    known: u64,
    request: &PageRequest,
) -> AppResult<Page<Recipient>> {
    let plan = Plan::new(identity_id, request);
    let size = among.and_then(|a| a.size);
    let few = size.is_some_and(|size| size.saturating_mul(3) < known);
    let total = match size {
        Some(size) if !plan.narrowed => size,
        _ => count(db, &plan, among, few).await?,
    };
    let limit = request.limit();
    let last = total.saturating_sub(1) / limit;
    let page = u64::from(request.page).min(last);
    let take = limit.min(total - page * limit);
    // the second half is read from the other end: what is skipped costs too
    let from_end = page * limit > total / 2;
    let skip = if from_end {
        total - page * limit - take
    } else {
        page * limit
    };
    let walked = (skip + take).saturating_mul(known / size.unwrap_or(known).max(1) + 1);
    let by_members = size.is_some_and(|size| few && (plan.narrowed || size.saturating_mul(3) < walked));
    let way = if request.desc != from_end { "DESC" } else { "ASC" };
    let by_id = request.sort == "id";
    let indexed = among
        .and_then(|a| a.by_name.as_ref())
        .filter(|_| !plan.narrowed && !by_id);
    let order = |r: &str| match request.sort.as_str() {
        "id" => format!("{r}.threema_id {way}"),
        _ => format!("{r}.name_key {way}, {r}.id {way}"),
    };
    let found = match indexed {
        Some(rows) => format!(
            "SELECT m.recipient_id AS found FROM {rows} ORDER BY m.name_key {way}, m.recipient_id {way}"
        ),
        None => format!(
            "SELECT r.id AS found {} ORDER BY {}",
            plan.source(among, by_members),
            order("r")
        ),
    };
    let sql = format!(
        "SELECT p.* FROM ({found} LIMIT {take} OFFSET {skip}) f CROSS JOIN recipient p WHERE p.id = f.found ORDER BY {}",
        order("p"),
    );
    let rows = Model::find_by_statement(db.stmt(&sql, plan.values))
        .all(db.conn())
        .await?;
    let mut items = rows
        .into_iter()
        .map(recipient_of)
        .collect::<AppResult<Vec<_>>>()?;
    if from_end {
        items.reverse();
    }
    Ok(Page {
        items,
        total,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        size: u32::try_from(limit).unwrap_or(PageRequest::MAX_SIZE),
    })
}

async fn count(db: &Db, plan: &Plan, among: Option<&Among>, by_members: bool) -> AppResult<u64> {
    let sql = format!("SELECT COUNT(*) AS n {}", plan.source(among, by_members));
    let row = db
        .conn()
        .query_one_raw(db.stmt(&sql, plan.values.clone()))
        .await?
        .ok_or_else(|| internal(&"COUNT gave no row"))?;
    let n: i64 = row.try_get("", "n")?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// The row of an ID that the identity knows.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub async fn find_recipient(ctx: &Ctx, identity_id: i64, threema_id: &ThreemaId) -> AppResult<Model> {
    use super::entity::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::ThreemaId.eq(threema_id.as_str()))
        .one(ctx.db.conn())
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// What browser and REST get of a row.
pub fn recipient_of(row: Model) -> AppResult<Recipient> {
    let malformed = || internal(&"a stored recipient is malformed");
    let state = RecipientState::of(row.state);
    let held = match (&row.public_key, &row.new_public_key) {
        (Some(known), Some(new)) if state == RecipientState::KeyChanged => Some(HeldKeys {
            known: fingerprint(known),
            new: fingerprint(new),
        }),
        _ => None,
    };
    Ok(Recipient {
        threema_id: row.threema_id.parse().map_err(|_| malformed())?,
        first_name: row.first_name,
        last_name: row.last_name,
        language: row.language.and_then(|l| l.parse().ok()),
        category: row.category,
        state,
        places: u64::try_from(row.places).unwrap_or_default(),
        external: row.places > 0 && row.places == row.feed_places,
        key_checked_at: (row.key_checked_at > 0).then_some(Timestamp(row.key_checked_at)),
        held,
    })
}

/// The first half of the key's SHA-256 in hexadecimal digits, as the apps show it.
pub(super) fn fingerprint(key: &[u8]) -> String {
    let hash = Sha256::digest(key);
    hex::encode(hash.get(..16).unwrap_or_default())
}
