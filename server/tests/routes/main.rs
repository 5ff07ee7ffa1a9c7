//! Who gets in where: every address of the program, tried by nobody, by every single right, by full access and by
//! another organisation. Exactly the listed combinations pass the guard; an address that is not listed fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
mod account;
mod audience;
mod audit;
mod calls;
#[path = "../cockpit/mod.rs"]
mod cockpit;
mod rest;
mod slow;
mod table;
mod talking;
mod world;

use app::{
    features::{api_keys::model::KEY_RIGHTS, auth::server::PUBLIC_RPC},
    kernel::{
        Lang,
        permission::{Needs, Permission, Preset, Right, Scope},
    },
    testing::On,
};
use leptos::server_fn::axum::server_fn_paths;
use std::collections::{BTreeSet, HashSet};
use table::{Door, Route};
use world::{Someone, World};

/// Whether the table lets that person in.
fn listed(world: &World, door: Door, who: &Someone) -> bool {
    match (door, &who.rights) {
        (Door::Open | Door::Own, _) => true,
        // full access of another organisation: everything that names nothing of ours
        (Door::Anywhere(_), None) => true,
        (Door::Here(_) | Door::Ours(_), None) => false,
        (Door::Anywhere(permission) | Door::Ours(permission), Some(rights)) => {
            rights.allow(permission.needs())
        }
        (Door::Here(permission), Some(rights)) => rights.allow_within(permission.needs(), &world.identity_id),
    }
}

async fn try_all(world: &World, people: &[Someone], routes: &[Route], prefix: &str) {
    let mut wrong = Vec::new();
    for route in routes {
        let path = format!("{prefix}{}", world.path(route.path));
        let nobody = world.call(route, &path, &[]).await;
        let open = matches!(route.door, Door::Open);
        if nobody.asks_to_sign_in() == open {
            wrong.push(format!("nobody at {path}: {}", nobody.status));
        }
        // signing out and in would change the session itself
        if open {
            continue;
        }
        for who in people {
            // a call that removes would take it from the next one
            let headers = match prefix {
                "/api/v1" => [("x-api-key", who.key.as_str())],
                _ => [("cookie", who.cookie.as_str())],
            };
            let expected = listed(world, route.door, who);
            if removes(route) && expected && who.name != "full access" {
                continue;
            }
            let answer = world.call(route, &path, &headers).await;
            let found_nothing = matches!(route.door, Door::Own) && answer.code == "not_found";
            if (answer.passed() || found_nothing) != expected {
                wrong.push(format!(
                    "{} at {} {path}: {} {}, expected {}",
                    who.name,
                    route.method,
                    answer.status,
                    answer.body.chars().take(120).collect::<String>(),
                    if expected { "to pass" } else { "a refusal" },
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn removes(route: &Route) -> bool {
    route.method == axum::http::Method::DELETE && !route.path.ends_with("recipients")
}

async fn exactly_the_listed_get_in(on: On) {
    let (world, people) = World::new(on).await;
    try_all(&world, &people, &table::functions(&world), "/rpc/").await;
    try_all(&world, &people, &table::streams(), "").await;
    let (refused, rest): (Vec<_>, Vec<_>) = rest::rest().into_iter().partition(removes);
    try_all(&world, &people, &rest, "/api/v1").await;
    let (functions, rest) = table::by_body(&world);
    try_all(&world, &people, &functions, "/rpc/").await;
    try_all(&world, &people, &rest, "/api/v1").await;
    // whoever may not remove first, then whoever may
    let (may, may_not): (Vec<_>, Vec<_>) = people
        .into_iter()
        .partition(|p| p.rights.as_ref().is_some_and(|r| r.full_access));
    try_all(&world, &may_not, &refused, "/api/v1").await;
    for route in refused.iter().rev() {
        try_all(&world, &may, std::slice::from_ref(route), "/api/v1").await;
    }
}

#[tokio::test]
async fn exactly_the_listed_get_in_on_sqlite() {
    exactly_the_listed_get_in(On::Sqlite).await;
}

#[tokio::test]
async fn exactly_the_listed_get_in_on_postgres() {
    exactly_the_listed_get_in(On::Postgres).await;
}

#[tokio::test]
async fn every_address_is_listed() {
    let (world, _) = World::new(On::Sqlite).await;
    let functions = table::functions(&world);
    let listed: BTreeSet<String> = functions.iter().map(|r| format!("/rpc/{}", r.path)).collect();
    assert_eq!(listed.len(), functions.len(), "each once");
    let known: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(known, listed, "server functions");
    let open: BTreeSet<String> = functions
        .iter()
        .filter(|r| matches!(r.door, Door::Open))
        .map(|r| format!("/rpc/{}", r.path))
        .collect();
    let public: BTreeSet<String> = PUBLIC_RPC.iter().map(|p| (*p).to_owned()).collect();
    assert_eq!(public, open, "functions without a session");

    let document = serde_json::to_value(server::rest::document()).unwrap();
    let mut known = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_some() {
                known.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let rest = rest::rest();
    let listed: BTreeSet<String> = rest.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(known, listed, "REST calls");
}

/// A permission that no address asks for would be tried by nobody.
#[tokio::test]
async fn every_permission_is_asked_for_somewhere() {
    let (world, _) = World::new(On::Sqlite).await;
    let (mut all, rest) = table::by_body(&world);
    all.extend(rest);
    all.extend(table::functions(&world));
    all.extend(rest::rest());
    all.extend(table::streams());
    let asked: HashSet<Permission> = all
        .iter()
        .filter_map(|route| match route.door {
            Door::Anywhere(permission) | Door::Ours(permission) | Door::Here(permission) => Some(permission),
            Door::Open | Door::Own => None,
        })
        .collect();
    let missing: Vec<_> = Permission::ALL
        .iter()
        // by the list or feed at hand it is one of two others, and tried as these
        .filter(|permission| **permission != Permission::ManageAudience && !asked.contains(*permission))
        .map(|permission| permission.code())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn a_key_can_be_narrowed_to_every_right_that_rest_asks_for() {
    let (world, _) = World::new(On::Sqlite).await;
    let mut asked = BTreeSet::new();
    for route in rest::rest().into_iter().chain(table::by_body(&world).1) {
        if let Door::Here(permission) = route.door
            && let Needs::Right(right) = permission.needs()
        {
            asked.insert(right);
        }
    }
    let offered: BTreeSet<Right> = KEY_RIGHTS.into_iter().collect();
    assert_eq!(asked, offered);
}

#[test]
fn the_documented_table_is_the_catalogue() {
    let mut table = String::from("| right | code | for | allows |\n| --- | --- | --- | --- |\n");
    for right in Right::ALL {
        let scope = match right.scope() {
            Scope::Identity => "one Broadcast ID",
            Scope::Organisation => "the organisation",
        };
        let help = right.help(Lang::En);
        table += &format!(
            "| {} | `{}` | {scope} | {help} |\n",
            right.name(Lang::En),
            right.code()
        );
    }
    table += "\n| permission | needs |\n| --- | --- |\n";
    for permission in Permission::ALL {
        let needs = match permission.needs() {
            Needs::SignedIn => "to be signed in".to_owned(),
            Needs::FullAccess => "full access".to_owned(),
            Needs::Right(right) => format!("`{}`", right.code()),
            Needs::Either(one, other) => format!("`{}` or `{}`", one.code(), other.code()),
        };
        table += &format!("| `{}` | {needs} |\n", permission.code());
    }
    table += "\n| preset | rights |\n| --- | --- |\n";
    for preset in Preset::ALL {
        let rights: Vec<_> = preset
            .rights()
            .iter()
            .map(|r| format!("`{}`", r.code()))
            .collect();
        table += &format!("| {} | {} |\n", preset.name(Lang::En), rights.join(", "));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security.md");
    let docs = std::fs::read_to_string(file).unwrap();
    let (_, rest) = docs
        .split_once("<!-- rights -->\n")
        .expect("the place of the table");
    let (found, _) = rest.split_once("<!-- /rights -->").expect("its end");
    assert_eq!(
        found, table,
        "docs/security.md: put this between the marks\n{table}"
    );
}
