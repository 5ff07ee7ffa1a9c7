//! The house rules of ARCHITECTURE.md, checked over the sources: ranks, doors, layers, and one guard call per server
//! function. Every rule is shown a bad sample too, so that it is known to be able to fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
mod can_fail;
mod source;

use app::features::auth::server::PUBLIC_RPC;
use source::{Source, all};
use std::collections::BTreeSet;

/// Imports go to lower ranks.
const RANKS: [(&str, u8); 20] = [
    ("audit", 1),
    ("auth", 1),
    ("gateway", 1),
    ("plans", 1),
    ("administrators", 2),
    ("answers", 2),
    ("api_keys", 2),
    ("audit_log", 2),
    ("identities", 2),
    ("lists", 2),
    ("recipients", 2),
    ("sign_in_codes", 3),
    ("feeds", 3),
    ("conversations", 3),
    ("messages", 3),
    ("groups", 3),
    ("bots", 3),
    ("inbound", 4),
    ("retention", 4),
    ("local_gateway", 5),
];
/// Slices that come later keep their place.
const RANKS_TO_COME: [(&str, u8); 1] = [("phone", 5)];
/// Within a rank only these.
const ARROWS: [(&str, &str); 9] = [
    ("auth", "audit"),
    ("administrators", "api_keys"),
    ("administrators", "identities"),
    ("answers", "identities"),
    ("recipients", "identities"),
    ("lists", "identities"),
    ("lists", "recipients"),
    ("conversations", "messages"),
    ("phone", "local_gateway"),
];
/// What another slice may enter. `wire` is the gateway's wire format, public by intention.
const DOORS: [&str; 6] = ["server", "model", "view", "api", "wire", "text"];

fn rank(slice: &str) -> Option<u8> {
    RANKS
        .iter()
        .chain(&RANKS_TO_COME)
        .find(|(name, _)| *name == slice)
        .map(|(_, rank)| *rank)
}

/// Imports go to lower ranks, or along an arrow.
fn ranks(source: &Source) -> Vec<String> {
    let Some(from) = source.slice().filter(|_| !source.is_test()) else {
        return Vec::new();
    };
    let Some(own) = rank(&from) else {
        return vec![format!("{}: the slice {from} has no rank", source.path)];
    };
    let mut wrong = Vec::new();
    for path in source.paths() {
        let [features, to, ..] = path.as_slice() else {
            continue;
        };
        if features != "features" || *to == from || to == "*" {
            continue;
        }
        let arrow = ARROWS.contains(&(from.as_str(), to.as_str()));
        if !arrow && rank(to).is_none_or(|theirs| theirs >= own) {
            wrong.push(format!(
                "{}: {from} must not import {to} ({})",
                source.path,
                path.join("::")
            ));
        }
    }
    wrong
}

/// Another slice is entered through a door, and not past it.
fn doors(source: &Source) -> Vec<String> {
    let Some(from) = source.slice().filter(|_| !source.is_test()) else {
        return Vec::new();
    };
    let mut wrong = Vec::new();
    for path in source.paths() {
        let [features, to, inside @ ..] = path.as_slice() else {
            continue;
        };
        if features != "features" || *to == from {
            continue;
        }
        let door = inside.first().is_none_or(|d| DOORS.contains(&d.as_str()));
        // a module behind the door: lower case, and something in it
        let is_module = |s: &String| s.starts_with(|c: char| c.is_lowercase());
        let past = inside.len() > 2 && inside.get(1).is_some_and(is_module);
        if !door || past {
            wrong.push(format!("{}: {} is not a door", source.path, path.join("::")));
        }
    }
    wrong
}

/// Where an identity is found without asking for the caller's right in it: jobs and the callback, which no caller starts.
const PAST_THE_GUARD: [&str; 9] = [
    "features/answers/server/",
    "features/groups/server/incoming.rs",
    "features/groups/server/sending.rs",
    "features/inbound/server/intake.rs",
    "features/inbound/server/round.rs",
    "features/messages/server/fanout/batch.rs",
    "features/messages/server/newcomers.rs",
    "features/recipients/server/keys.rs",
    "features/identities/",
];

/// Whoever is called from outside finds an identity by `find`, which asks for the right in it.
fn identities_by_right(source: &Source) -> Vec<String> {
    let open = source.is_test() || PAST_THE_GUARD.iter().any(|p| source.path.starts_with(p));
    if open || source.path == "testing.rs" {
        return Vec::new();
    }
    let names = ["find_by_id", "find_by_threema_id", "entity"];
    let past = |path: &Vec<String>| {
        matches!(path.as_slice(), [features, slice, server, name, ..]
            if features == "features" && slice == "identities" && server == "server" && names.contains(&name.as_str()))
    };
    let imported = source.paths().into_iter().filter(past).map(|p| p.join("::"));
    // `use …::identities::server as identities`, and then by that name
    let words: String = source.code.split_whitespace().collect();
    let called = names
        .iter()
        .filter(|name| words.contains(&format!("identities::{name}")))
        .map(|name| format!("identities::{name}"));
    imported
        .chain(called)
        .map(|what| format!("{}: {what} goes past the guard", source.path))
        .collect()
}

/// The kernel knows nothing above it, the kit no slice and not the shell.
fn layers(source: &Source) -> Vec<String> {
    let closed: &[&str] = match source.module().first().map(String::as_str) {
        Some("kernel") => &["features", "ui", "shell"],
        Some("ui") => &["features", "shell"],
        _ => return Vec::new(),
    };
    let paths = source.paths();
    let wrong = paths
        .iter()
        .filter(|p| p.first().is_some_and(|first| closed.contains(&first.as_str())));
    wrong
        .map(|p| format!("{}: imports {}", source.path, p.join("::")))
        .collect()
}

/// What the browser has too never mentions the server's side of a slice.
fn browser_side(source: &Source) -> Vec<String> {
    let module = source.module();
    let browser = module
        .get(2)
        .is_some_and(|m| matches!(m.as_str(), "model" | "view" | "text" | "wire"));
    if source.slice().is_none() || !browser {
        return Vec::new();
    }
    let paths = source.paths();
    let wrong = paths
        .iter()
        .filter(|p| p.first().is_some_and(|f| f == "features") && p.get(2).is_some_and(|d| d == "server"));
    wrong
        .map(|p| format!("{}: mentions {}", source.path, p.join("::")))
        .collect()
}

/// A server function and the call that is its body.
#[derive(Debug, PartialEq, Eq)]
struct ServerFn {
    name: String,
    /// `rpc`, `public_rpc`, or none when the body is anything but one call of them.
    guard: Option<&'static str>,
}

fn server_fns(source: &Source) -> Vec<ServerFn> {
    let mut out = Vec::new();
    let mut rest = source.code.as_str();
    while let Some(at) = rest.find("#[server") {
        rest = &rest[at + "#[server".len()..];
        // the attribute alone, or with arguments
        if !rest.starts_with([']', '(']) {
            continue;
        }
        let Some(function) = rest.find("fn ").map(|at| &rest[at + 3..]) else {
            break;
        };
        let name = function
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let body = block(function).unwrap_or_default();
        out.push(ServerFn {
            name,
            guard: guard_of(body),
        });
    }
    out
}

/// What stands between the first `{` and its `}`.
fn block(text: &str) -> Option<&str> {
    let start = text.find('{')? + 1;
    let length = balanced(&text[start..], '{', '}')?;
    Some(text[start..start + length].trim())
}

/// Where the bracket ends that is open at the start of the text.
fn balanced(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

fn guard_of(body: &str) -> Option<&'static str> {
    let open = body.find('(')?;
    let callee = &body[..open];
    let path = callee
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    let end = open + 1 + balanced(&body[open + 1..], '(', ')')?;
    let awaited: String = body[end + 1..].split_whitespace().collect();
    if !path || awaited != ".await" {
        return None;
    }
    match callee.rsplit("::").next()? {
        "rpc" => Some("rpc"),
        "public_rpc" => Some("public_rpc"),
        _ => None,
    }
}

/// Every server function is one guarded call.
fn guards(source: &Source) -> Vec<String> {
    let wrong = server_fns(source).into_iter().filter(|f| f.guard.is_none());
    wrong
        .map(|f| {
            format!(
                "{}: {} is not exactly one call of rpc or public_rpc",
                source.path, f.name
            )
        })
        .collect()
}

/// The functions without a session are those that the session layer lets pass, no more and no less.
fn public_list(sources: &[Source], listed: &[&str]) -> Vec<String> {
    let public: BTreeSet<String> = sources
        .iter()
        .flat_map(server_fns)
        .filter(|f| f.guard == Some("public_rpc"))
        .map(|f| format!("/rpc/{}", f.name))
        .collect();
    let listed: BTreeSet<String> = listed.iter().map(|s| (*s).to_owned()).collect();
    let wrong = public.symmetric_difference(&listed);
    wrong
        .map(|path| format!("{path}: either public_rpc or PUBLIC_RPC, but not both"))
        .collect()
}
fn check(rule: impl Fn(&Source) -> Vec<String>) {
    let wrong: Vec<String> = all().iter().flat_map(rule).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn imports_go_down_the_ranks() {
    check(ranks);
}

#[test]
fn every_slice_has_a_rank_and_every_rank_a_slice() {
    let slices: BTreeSet<String> = all()
        .iter()
        .filter_map(Source::slice)
        .filter(|s| s != "features")
        .collect();
    let ranked: BTreeSet<String> = RANKS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let to_come: BTreeSet<String> = RANKS_TO_COME.iter().map(|(name, _)| (*name).to_owned()).collect();
    let known: BTreeSet<String> = ranked.union(&to_come).cloned().collect();
    assert!(
        slices.is_subset(&known),
        "without a rank: {:?}",
        slices.difference(&known)
    );
    assert!(
        ranked.is_subset(&slices),
        "no such slice: {:?}",
        ranked.difference(&slices)
    );
}

#[test]
fn slices_are_entered_through_their_doors() {
    check(doors);
}

#[test]
fn identities_are_found_by_right() {
    check(identities_by_right);
}

#[test]
fn kernel_and_kit_know_no_slice() {
    check(layers);
}

#[test]
fn the_browser_side_never_mentions_the_server() {
    check(browser_side);
}

#[test]
fn every_server_function_is_one_guarded_call() {
    check(guards);
    assert!(
        all().iter().flat_map(server_fns).count() > 20,
        "server functions are found"
    );
}

#[test]
fn public_functions_are_those_of_the_list() {
    let wrong = public_list(&all(), &PUBLIC_RPC);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Columns of sealed values that the schema has and the list of key changes lacks, or the other way round.
fn sealed_list(schema: &[(String, String)], listed: &[(&str, &str)]) -> Vec<String> {
    let schema: BTreeSet<(&str, &str)> = schema.iter().map(|(t, c)| (t.as_str(), c.as_str())).collect();
    let listed: BTreeSet<(&str, &str)> = listed.iter().copied().collect();
    let wrong = schema.symmetric_difference(&listed);
    wrong
        .map(|(table, column)| {
            format!("{table}.{column}: either in the schema or in SEALED_COLUMNS, but not in both")
        })
        .collect()
}

#[tokio::test]
async fn every_sealed_column_is_in_the_list_of_key_changes() {
    use app::kernel::server::sealed::SEALED_COLUMNS;
    use sea_orm::{ConnectionTrait, Database, Statement};
    use sea_orm_migration::MigratorTrait;
    let db = Database::connect("sqlite::memory:").await.unwrap();
    migrations::Migrator::up(&db, None).await.unwrap();
    let sql = "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
               WHERE t.type = 'table' AND c.name LIKE '%\\_sealed' ESCAPE '\\'";
    let rows = db
        .query_all_raw(Statement::from_string(sea_orm::DbBackend::Sqlite, sql))
        .await
        .unwrap();
    let schema: Vec<(String, String)> = rows
        .iter()
        .map(|r| (r.try_get_by_index(0).unwrap(), r.try_get_by_index(1).unwrap()))
        .collect();
    assert!(schema.len() >= 7, "sealed columns are found");
    let listed: Vec<(&str, &str)> = SEALED_COLUMNS.iter().map(|c| (c.table, c.column)).collect();
    let wrong = sealed_list(&schema, &listed);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
