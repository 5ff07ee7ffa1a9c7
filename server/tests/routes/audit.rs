//! Whatever a call changes in the database leaves an entry in the audit log: every listed address is called, and the whole
//! database is compared before and after.
use crate::{
    rest,
    table::{self, Input, Route},
    world::{Someone, World},
};
use app::testing::On;
use sea_orm::{ConnectionTrait, Statement};
use std::collections::BTreeMap;

/// Calls that may change something without an entry, and why.
const SILENT: [(&str, &str); 12] = [
    ("note_group_read", "only moves the reader's own mark"),
    (
        "mark_conversation",
        "how far somebody has read is theirs alone, and changes nothing for others",
    ),
    (
        "save_draft",
        "kept while somebody writes; sending and discarding leave entries",
    ),
    (
        "change_broadcast_people",
        "kept while somebody picks; sending and discarding leave entries",
    ),
    (
        "start_totp",
        "counts only with its first code, which leaves an entry",
    ),
    ("start_passkey", "a challenge; its answer leaves an entry"),
    (
        "start_passkey_confirmation",
        "a challenge; its answer leaves an entry",
    ),
    ("confirm_by_password", "a wrong one only slows down the next"),
    ("confirm_by_code", "a wrong one only slows down the next"),
    ("finish_second_factor", "a wrong code only slows down the next"),
    ("change_password", "a wrong one only slows down the next"),
    (
        "accept_invitation",
        "of a link that does not work only an attempt is counted",
    ),
];

/// What changes with every call, whatever it is: the log itself, and the last use of sessions and keys.
const APART: [&str; 4] = ["audit_entry", "audit_head", "session", "sqlite_sequence"];
const APART_COLUMNS: [&str; 3] = ["last_used_at", "day", "day_count"];

async fn texts(world: &World, sql: &str) -> Vec<String> {
    let db = world.test.ctx.db.conn();
    let query = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(query).await.unwrap();
    let first = |row: &sea_orm::QueryResult| row.try_get_by_index::<Option<String>>(0).unwrap();
    rows.iter().map(|row| first(row).unwrap_or_default()).collect()
}

/// Every table with all its rows.
async fn everything(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    for table in texts(world, tables).await {
        if APART.contains(&&*table) {
            continue;
        }
        let columns = texts(world, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let kept: Vec<String> = columns
            .iter()
            .filter(|c| !APART_COLUMNS.contains(&c.as_str()))
            .map(|c| format!("quote(\"{c}\")"))
            .collect();
        let row = kept.join(" || ',' || ");
        let rows = texts(world, &format!("SELECT {row} FROM \"{table}\" ORDER BY 1")).await;
        out.insert(table, rows);
    }
    out
}

async fn entries(world: &World) -> usize {
    texts(world, "SELECT action FROM audit_entry").await.len()
}

/// Calls that would end what the next ones need come last.
fn order(route: &Route) -> bool {
    ["withdraw_invitation", "sign_out", "end_other_sessions"].contains(&route.path)
}

/// Nothing is left of a session that has signed out or signed in as nobody.
fn ends_the_session(route: &Route) -> bool {
    matches!(route.path, "sign_out" | "sign_in" | "first_set_up")
}

async fn call(world: &World, who: &Someone, route: &Route, prefix: &str) -> bool {
    let path = format!("{prefix}{}", world.path(route.path));
    let headers = match prefix {
        "/api/v1" => [("x-api-key", who.key.as_str())],
        _ => [("cookie", who.cookie.as_str())],
    };
    let (before, noted) = (everything(world).await, entries(world).await);
    let answer = world.call(route, &path, &headers).await;
    let (after, now) = (everything(world).await, entries(world).await);
    if before == after {
        return false;
    }
    let changed: Vec<&String> = after
        .iter()
        .filter(|(table, rows)| before.get(*table) != Some(rows))
        .map(|(table, _)| table)
        .collect();
    let silent = SILENT.iter().any(|(path, _)| *path == route.path);
    assert!(
        silent || now > noted,
        "{} {path} ({}) changed {changed:?} and left no entry",
        route.method,
        answer.status
    );
    now > noted
}

/// The calls of the table stop at the state of things, for the sake of who comes next; these do not.
fn more(world: &World) -> Vec<Route> {
    use table::{Door::Open, form, function};
    let (identity, sent) = (&world.identity, &world.sent);
    let message = form(&[("identity", identity), ("message", sent)]);
    let language = form(&[("language", &"de")]);
    let new_email = serde_json::json!({ "input": {
        "email": "another@example.org", "rights": { "full_access": false, "organisation": [], "identities": {} },
    }});
    let rules = app::features::auth::model::Rules {
        text_days: 90,
        ..Default::default()
    };
    vec![
        function("change_language", Open, language),
        function("invite_administrator", Open, Input::Json(new_email)),
        function(
            "change_rules",
            Open,
            Input::Json(serde_json::json!({ "rules": rules })),
        ),
        function("stop_message", Open, message),
        function(
            "withdraw_message",
            Open,
            form(&[("identity", identity), ("message", &world.waiting)]),
        ),
        function(
            "discard_draft",
            Open,
            form(&[("identity", identity), ("draft", &world.draft)]),
        ),
    ]
}

#[tokio::test]
async fn whatever_a_call_changes_leaves_an_entry() {
    let (world, people) = World::new(On::Sqlite).await;
    let ada = people.iter().find(|p| p.name == "full access").unwrap();
    let mut functions = table::functions(&world);
    functions.extend(more(&world));
    functions.retain(|route| !ends_the_session(route));
    functions.sort_by_key(order);
    let mut noted = 0;
    for route in &functions {
        noted += usize::from(call(&world, ada, route, "/rpc/").await);
    }
    for route in rest::rest() {
        noted += usize::from(call(&world, ada, &route, "/api/v1").await);
    }
    // had the calls changed nothing, their silence would prove nothing
    assert!(noted > 15, "{noted} calls have changed something");
}
