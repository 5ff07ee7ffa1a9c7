//! The server functions of Broadcast IDs and of the people whom they reach.
use crate::{
    table::{
        Door::{Anywhere, Here},
        Input, Route, form, function, page,
    },
    world::World,
};
use app::kernel::permission::Permission as P;
use serde_json::json;

/// Broadcast IDs.
pub fn identities(w: &World) -> Vec<Route> {
    let identity = &w.identity;
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
    add("list_identities", Anywhere(P::SignedIn), Input::None);
    add(
        "load_identity",
        Here(P::SeeIdentities),
        form(&[("identity", identity)]),
    );
    let new = json!({ "threema_id": "", "nickname": "", "plan": "none", "default_language": "", "gateway_secret": "", "private_key": "" });
    add(
        "create_identity",
        Anywhere(P::CreateIdentities),
        Input::Json(json!({ "input": new })),
    );
    let configuration = json!({
        "nickname": "Press", "description": "", "default_language": "en", "undo_seconds": "5", "approval_above": "0",
        "approval_was": 0,
    });
    add(
        "configure_identity",
        Here(P::ConfigureIdentities),
        Input::Json(json!({ "identity": identity, "input": configuration })),
    );
    add(
        "export_private_key",
        Here(P::ExportPrivateKeys),
        form(&[("identity", identity)]),
    );
    add(
        "set_availability",
        Here(P::ConfigureIdentities),
        form(&[("identity", identity), ("internal_only", &"true")]),
    );
    add(
        "change_plan",
        Here(P::ChangePlan),
        Input::Json(json!({ "identity": identity, "input": { "plan": "o50", "months": "1" } })),
    );
    all
}

/// Distribution lists.
pub fn lists(w: &World) -> Vec<Route> {
    let (identity, list, empty) = (&w.identity, &w.list, &w.empty_list);
    let page = page();
    let options = json!({ "delimiter": null, "header": null, "columns": [] });
    let here = |list: &app::kernel::Uid| form(&[("identity", identity), ("list", list)]);
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
    let see = Here(P::SeeLists);
    let lists = Here(P::ManageLists);
    add(
        "load_lists",
        see,
        Input::Json(json!({ "identity": identity, "request": page })),
    );
    add(
        "load_audiences",
        see,
        Input::Json(json!({ "identity": identity, "request": page })),
    );
    add("load_list_head", see, here(list));
    let members = json!({ "identity": identity, "list": list, "request": page });
    add("load_list_members", see, Input::Json(members.clone()));
    add("load_pickable", see, Input::Json(members));
    let text = json!({ "identity": identity, "list": list, "text": "ABCD1234" });
    add("check_pasted_ids", see, Input::Json(text.clone()));
    let file = json!({ "identity": identity, "list": list, "content": "QUJDRDEyMzQ=", "options": options });
    add("check_table_file", see, Input::Json(file.clone()));
    add(
        "bad_table_rows",
        Anywhere(P::SeeLists),
        Input::Json(json!({ "content": "QUJDRDEyMzQ=", "options": options, "lang": "en" })),
    );
    add(
        "make_list",
        lists,
        Input::Json(json!({ "identity": identity, "input": { "name": "Another" } })),
    );
    let name = json!({ "identity": identity, "list": list, "input": { "name": "Press" } });
    add("save_list_name", lists, Input::Json(name));
    add(
        "switch_list_replies",
        lists,
        form(&[("identity", identity), ("list", list), ("on", &true)]),
    );
    add("drop_list", lists, here(empty));
    add("bring_list_back", lists, here(empty));
    let ids = json!({ "identity": identity, "list": list, "ids": ["ABCD1234"] });
    add("add_list_members", lists, Input::Json(ids));
    let ids = json!({ "identity": identity, "list": list, "ids": ["WXYZ1234"] });
    add("remove_list_members", lists, Input::Json(ids));
    add("remove_unreachable_members", lists, here(list));
    add("add_pasted_ids", lists, Input::Json(text));
    add("import_table_file", lists, Input::Json(file));
    all
}

/// Feeds.
pub fn feeds(w: &World) -> Vec<Route> {
    let identity = &w.identity;
    let page = page();
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
    let feed = &w.feed;
    let (see, feeds) = (Here(P::SeeFeeds), Here(P::ManageFeeds));
    let of_feed = form(&[("identity", identity), ("feed", feed)]);
    add(
        "load_feeds",
        see,
        Input::Json(json!({ "identity": identity, "request": page })),
    );
    add("load_feed_head", see, of_feed.clone());
    add("load_feed_history", see, of_feed.clone());
    add("feed_code", see, of_feed);
    add(
        "export_feed",
        see,
        form(&[("identity", identity), ("feed", feed), ("lang", &"en")]),
    );
    add(
        "load_blocked",
        see,
        Input::Json(json!({ "identity": identity, "feed": feed, "request": page })),
    );
    let input = json!({ "name": "News", "description": "", "welcome": {}, "goodbye": {} });
    add(
        "make_feed",
        feeds,
        Input::Json(json!({ "identity": identity, "input": input })),
    );
    add(
        "save_feed",
        feeds,
        Input::Json(json!({ "identity": identity, "feed": feed, "input": input })),
    );
    let ids = json!({ "identity": identity, "feed": feed, "ids": ["WXYZ1234"] });
    add("block_people", feeds, Input::Json(ids.clone()));
    add("unblock_people", feeds, Input::Json(ids));
    all
}

/// Recipients.
pub fn recipients(w: &World) -> Vec<Route> {
    let identity = &w.identity;
    let page = page();
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
    add(
        "load_recipients",
        Here(P::SeeRecipients),
        Input::Json(json!({ "identity": identity, "request": page })),
    );
    let details = json!({ "first_name": "A", "last_name": "B", "language": "", "category": "" });
    add(
        "save_recipient",
        Here(P::ManageRecipients),
        Input::Json(json!({ "identity": identity, "recipient": "ABCD1234", "input": details })),
    );
    add(
        "accept_recipient_key",
        Here(P::ManageRecipients),
        Input::Json(json!({ "identity": identity, "recipient": "ABCD1234", "new_fingerprint": "x" })),
    );
    all
}
