//! Every address of the program with the permission that it asks for: server functions, REST calls, streams. An address
//! that is not listed here fails a test.
use crate::{account, audience, talking, world::World};
use app::kernel::permission::Permission as P;
use axum::http::Method;
use serde_json::{Value, json};

/// Who gets in.
#[derive(Clone, Copy, Debug)]
pub enum Door {
    /// Everybody, without a session.
    Open,
    /// Whoever is signed in, and then finds nothing: it names what could be their own only.
    Own,
    /// Whoever has the permission somewhere.
    Anywhere(P),
    /// Whoever of the first organisation has the permission: it names something of it.
    Ours(P),
    /// Whoever has the permission in the first identity.
    Here(P),
}

/// What is sent along.
#[derive(Clone, Debug)]
pub enum Input {
    /// Nothing, or what stands in the address.
    None,
    /// Fields of a form.
    Form(String),
    /// JSON
    Json(Value),
}

/// One address.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    /// With names of parts in braces, as the program knows it.
    pub path: &'static str,
    pub door: Door,
    pub input: Input,
}

use Door::{Anywhere, Here};

pub fn form(pairs: &[(&str, &dyn std::fmt::Display)]) -> Input {
    let pairs: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
    Input::Form(pairs.join("&"))
}

pub const fn function(path: &'static str, door: Door, input: Input) -> Route {
    Route {
        method: Method::POST,
        path,
        door,
        input,
    }
}

/// The first page of anything.
pub fn page() -> Value {
    json!({ "page": 0, "size": 25, "q": "", "sort": "", "desc": false, "filter": "" })
}

/// All server functions. None of the calls changes what the next one needs: they stop at the state of things.
pub fn functions(w: &World) -> Vec<Route> {
    [
        account::signing_in(),
        account::own(),
        account::organisation(w),
        account::administrators(w),
        audience::identities(w),
        audience::lists(w),
        audience::feeds(w),
        talking::groups(w),
        audience::recipients(w),
        talking::bots(w),
        talking::messages(w),
        talking::conversations(w),
    ]
    .concat()
}

/// Calls whose body decides what they ask for, of the cockpit and of REST: everybody of the organisation takes a right
/// besides that of sending, and what lists and feeds share takes that of the thing at hand.
pub fn by_body(w: &World) -> (Vec<Route>, Vec<Route>) {
    let to_all = Here(P::BroadcastToOrganisation);
    let count = json!({ "identity": w.identity, "scope": "organisation", "draft": null });
    let ids = json!({ "identity": w.identity, "list": w.feed, "ids": ["ABCD1234"] });
    let functions = vec![
        function("count_broadcast", to_all, Input::Json(count)),
        function("add_list_members", Here(P::ManageFeeds), Input::Json(ids.clone())),
        function("remove_list_members", Here(P::ManageFeeds), Input::Json(ids)),
    ];
    let storm = json!({ "name": "Storm", "audience": "organisation", "body": "Are you safe?" });
    let rest = vec![Route {
        method: Method::POST,
        path: "/identities/{identity}/broadcasts",
        door: to_all,
        input: Input::Json(storm),
    }];
    (functions, rest)
}

/// What is no server function and no REST call, but knows sessions.
pub fn streams() -> Vec<Route> {
    let route = |path, door| Route {
        method: Method::GET,
        path,
        door,
        input: Input::None,
    };
    vec![
        route("/live", Anywhere(P::SignedIn)),
        route("/export/{identity}/messages/{message}.csv", Here(P::SeeMessages)),
        route("/export/{identity}/groups/{group}.txt", Here(P::Groups)),
        route("/export/audit/audit-log.csv", Anywhere(P::SeeAuditLog)),
        route("/export/audit/audit-log.jsonl", Anywhere(P::SeeAuditLog)),
    ]
}
