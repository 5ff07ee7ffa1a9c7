//! Queries on feeds.
use super::entity::{Column, Entity, Model};
use crate::features::{
    feeds::model::{FeedView, Greeting},
    lists::{
        model::{Kind, ListView},
        server::{self as lists, List},
    },
};
use crate::kernel::{AppResult, ErrorCode, Uid, server::faults::internal};
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect, Statement, prelude::*};
use std::collections::HashMap;

/// A feed: its list and what belongs to it.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The list.
    pub list: List,
    /// What makes it a feed.
    pub row: Model,
}

/// The feed of that uid, deleted or not.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub async fn find<C: ConnectionTrait>(conn: &C, identity_id: i64, uid: &Uid) -> AppResult<Feed> {
    let list = lists::find_of(conn, identity_id, Kind::Feed, uid).await?;
    let row = Entity::find_by_id(list.id).one(conn).await?;
    Ok(Feed {
        row: row.ok_or(ErrorCode::NotFound)?,
        list,
    })
}

#[derive(FromQueryResult)]
struct Part {
    uid: String,
    number: i64,
    description: String,
}

/// What browser and REST get of these feeds of an identity.
pub async fn views<C: ConnectionTrait>(
    conn: &C,
    identity_id: i64,
    found: Vec<ListView>,
) -> AppResult<Vec<FeedView>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    // uids are letters and digits by their type
    let uids: Vec<String> = found.iter().map(|l| format!("'{}'", l.uid)).collect();
    let sql = format!(
        "SELECT l.uid, f.number, f.description FROM distribution_list l JOIN feed f ON f.list_id = l.id \
         WHERE l.identity_id = $1 AND l.uid IN ({})",
        uids.join(",")
    );
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [identity_id.into()]);
    let parts = Part::find_by_statement(statement).all(conn).await?;
    let mut by_uid: HashMap<String, Part> = parts.into_iter().map(|p| (p.uid.clone(), p)).collect();
    let view = |list: ListView| {
        let part = by_uid.remove(list.uid.as_str())?;
        Some(view_of(list, part.number, part.description))
    };
    Ok(found.into_iter().filter_map(view).collect())
}

/// What browser and REST get of a feed.
pub fn view_of(list: ListView, number: i64, description: String) -> FeedView {
    FeedView {
        uid: list.uid,
        number: u64::try_from(number).unwrap_or_default(),
        name: list.name,
        description,
        state: list.state,
        subscribers: list.members,
        created_at: list.created_at,
        updated_at: list.updated_at,
    }
}

/// The number for the next feed: never one that was given before.
pub async fn next_number<C: ConnectionTrait>(conn: &C, identity_id: i64) -> AppResult<i64> {
    let last = Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .order_by_desc(Column::Number)
        .limit(1)
        .one(conn)
        .await?;
    Ok(last.map_or(0, |row| row.number) + 1)
}

/// A greeting as it stands in the table.
pub fn greeting(json: &str) -> Greeting {
    serde_json::from_str(json).unwrap_or_default()
}

/// The same, to be written.
pub fn greeting_json(greeting: &Greeting) -> AppResult<String> {
    serde_json::to_string(greeting).map_err(|e| internal(&e))
}
