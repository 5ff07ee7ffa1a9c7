//! Every address of the program with the permission that it asks for: server functions, REST calls, streams. An address
//! that is not listed here fails a test.
use crate::{account, world::World};
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

/// All server functions. None of the calls changes what the next one needs: they stop at the state of things.
pub fn functions(w: &World) -> Vec<Route> {
    let (identity, list, empty) = (&w.identity, &w.list, &w.empty_list);
    let (draft, waiting, sent) = (&w.draft, &w.waiting, &w.sent);
    let page = json!({ "page": 0, "size": 25, "q": "", "sort": "", "desc": false, "filter": "" });
    let options = json!({ "delimiter": null, "header": null, "columns": [] });
    let here = |list: &app::kernel::Uid| form(&[("identity", identity), ("list", list)]);
    let message = |message: &app::kernel::Uid| form(&[("identity", identity), ("message", message)]);
    let sending = json!({ "identity": identity, "input": { "draft": waiting, "goes_to": 1 } });
    let mut all = account::signing_in();
    all.extend(account::own());
    all.extend(account::organisation(w));
    all.extend(account::administrators(w));
    let mut add = |path, door, input| all.push(function(path, door, input));
    // identities
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
    // lists
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
    // feeds
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
    // groups: the first call dissolves the group, so that those behind it stop there
    let groups = Here(P::Groups);
    let group = &w.group;
    let there = || form(&[("identity", identity), ("group", group)]);
    let about = |more: Value| {
        let mut all = json!({ "identity": identity, "group": group });
        for (name, value) in more.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        Input::Json(all)
    };
    add("dissolve_group", groups, there());
    add(
        "load_groups",
        groups,
        Input::Json(json!({ "identity": identity, "request": page })),
    );
    add("load_group_head", groups, there());
    let new = json!({ "name": "Crisis", "members": [], "saves_history": false });
    add(
        "make_group",
        groups,
        Input::Json(json!({ "identity": identity, "input": new })),
    );
    add(
        "save_group_name",
        groups,
        about(json!({ "input": { "name": "Storm" } })),
    );
    add(
        "save_group_members",
        groups,
        about(json!({ "add": ["ABCD1234"], "remove": [] })),
    );
    add(
        "save_group_picture",
        groups,
        about(json!({ "image": "/9j/4A==" })),
    );
    add("drop_group_picture", groups, there());
    add(
        "save_group_history",
        groups,
        form(&[("identity", identity), ("group", group), ("on", &true)]),
    );
    add("synchronise_group", groups, there());
    add("discard_group_changes", groups, there());
    add("load_group_chat", groups, about(json!({ "request": {} })));
    add(
        "write_in_group",
        groups,
        about(json!({ "text": { "text": "Hello" } })),
    );
    let entry = json!({ "entry": w.group_message, "text": "Hello" });
    add("change_group_text", groups, about(entry));
    add(
        "take_group_text_back",
        groups,
        form(&[
            ("identity", identity),
            ("group", group),
            ("entry", &w.group_message),
        ]),
    );
    add(
        "react_in_group",
        groups,
        form(&[
            ("identity", identity),
            ("group", group),
            ("entry", &w.group_message),
            ("emoji", &"x"),
            ("apply", &true),
        ]),
    );
    add(
        "note_group_read",
        groups,
        form(&[("identity", identity), ("group", group), ("up_to", &1)]),
    );
    add(
        "tell_group_presence",
        groups,
        about(json!({ "page": "abcdefghij", "what": "here" })),
    );
    add("prepare_group_export", groups, there());
    add(
        "erase_group_chat",
        groups,
        form(&[("identity", identity), ("group", &w.other_group)]),
    );
    // recipients
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
    // bots
    let (see, manage) = (Here(P::SeeBots), Here(P::ManageBots));
    let bot = |bot: &app::kernel::Uid| form(&[("identity", identity), ("bot", bot)]);
    let of_version = |version: &str| {
        let version: &dyn std::fmt::Display = &version;
        form(&[("identity", identity), ("bot", &w.bot), ("version", version)])
    };
    add(
        "load_bots",
        see,
        Input::Json(json!({ "identity": identity, "request": page })),
    );
    add("load_bot", see, bot(&w.bot));
    add(
        "make_bot",
        manage,
        Input::Json(json!({ "identity": identity, "input": { "name": "Another" } })),
    );
    let name = json!({ "identity": identity, "bot": w.bot, "input": { "name": "Waste" } });
    add("save_bot_name", manage, Input::Json(name));
    add("drop_bot", manage, bot(&w.other_bot));
    add("bring_bot_back", manage, bot(&w.other_bot));
    let tree = json!({ "timeoutMinutes": 30, "start": { "uid": "abcdefghij" } });
    let tree = json!({ "identity": identity, "bot": w.bot, "input": { "version": 0, "tree": tree } });
    add("save_bot_draft", manage, Input::Json(tree));
    add("publish_bot", manage, of_version("0"));
    add("discard_bot_draft", manage, of_version("0"));
    // messages
    let see = Here(P::SeeMessages);
    let send = Here(P::SendMessages);
    let approve = Here(P::ApproveMessages);
    add(
        "count_audience",
        see,
        Input::Json(json!({ "identity": identity, "lists": [list] })),
    );
    let count = json!({ "identity": identity, "scope": "identity", "draft": null });
    add("count_broadcast", send, Input::Json(count));
    let people = json!({ "identity": identity, "draft": draft, "request": page });
    add("load_broadcast_people", send, Input::Json(people));
    let people = json!({ "identity": identity, "draft": draft, "change": { "add": ["ABCD1234"] } });
    add("change_broadcast_people", send, Input::Json(people));
    add("stop_newcomers", send, message(sent));
    add(
        "list_messages",
        see,
        Input::Json(json!({ "identity": identity, "page": page })),
    );
    add("load_message", see, message(sent));
    add(
        "list_deliveries",
        see,
        Input::Json(json!({ "identity": identity, "message": sent, "page": page })),
    );
    add("prepare_message_export", see, message(sent));
    let input = json!({ "uid": draft, "lists": [list], "texts": { "en": "Hello" } });
    add(
        "save_draft",
        send,
        Input::Json(json!({ "identity": identity, "input": input })),
    );
    add(
        "load_draft",
        send,
        form(&[("identity", identity), ("draft", draft)]),
    );
    add(
        "discard_draft",
        send,
        form(&[("identity", identity), ("draft", sent)]),
    );
    add("send_message", send, Input::Json(sending.clone()));
    add("ask_for_approval", send, Input::Json(sending));
    add("withdraw_message", send, message(sent));
    add("undo_send", send, message(waiting));
    add("pause_message", send, message(waiting));
    add("resume_message", send, message(waiting));
    add("stop_message", send, message(waiting));
    add("send_to_failed", send, message(waiting));
    let input = json!({ "message": waiting, "goes_to": 1, "version": "another" });
    add(
        "approve_message",
        approve,
        Input::Json(json!({ "identity": identity, "input": input })),
    );
    add(
        "send_message_back",
        approve,
        form(&[("identity", identity), ("message", sent), ("note", &"")]),
    );
    // conversations
    let talk = Here(P::Conversations);
    let conversation = &w.conversation;
    add(
        "load_conversations",
        talk,
        Input::Json(json!({ "identity": identity, "request": page })),
    );
    let shown = json!({ "identity": identity, "conversation": conversation, "q": "", "most": 50 });
    add("load_thread", talk, Input::Json(shown));
    add("count_unread", talk, form(&[("identity", identity)]));
    let written = json!({ "identity": identity, "conversation": conversation, "text": "" });
    add("write_in_conversation", talk, Input::Json(written));
    let given = json!({ "identity": identity, "conversation": conversation, "to": null });
    add("assign_conversation", talk, Input::Json(given));
    let named = |more: (&str, &dyn std::fmt::Display)| {
        form(&[("identity", identity), ("conversation", conversation), more])
    };
    add("set_conversation_done", talk, named(("done", &true)));
    add("mark_conversation", talk, named(("read", &true)));
    let many = json!({ "filter": "done", "q": "", "as_of": 0 });
    add(
        "finish_conversations",
        talk,
        Input::Json(json!({ "identity": identity, "many": many })),
    );
    add(
        "reopen_conversations",
        talk,
        Input::Json(json!({ "identity": identity, "at": 0 })),
    );
    // names that nothing has: what is gone already stays gone
    add(
        "drop_conversation",
        talk,
        form(&[("identity", identity), ("conversation", draft)]),
    );
    add(
        "drop_saved_reply",
        talk,
        form(&[("identity", identity), ("reply", draft)]),
    );
    add("load_saved_replies", talk, form(&[("identity", identity)]));
    let input = json!({ "uid": null, "name": "", "text": "" });
    add(
        "keep_saved_reply",
        talk,
        Input::Json(json!({ "identity": identity, "input": input })),
    );
    all
}

/// All REST calls below `/api/v1`.
pub fn rest(w: &World) -> Vec<Route> {
    let mut all = Vec::new();
    let mut add = |method: Method, path: &'static str, door: Door, body: Value| {
        let input = if body.is_null() {
            Input::None
        } else {
            Input::Json(body)
        };
        all.push(Route {
            method,
            path,
            door,
            input,
        });
    };
    const LISTS: &str = "/identities/{identity}/distribution_lists";
    const LIST: &str = "/identities/{identity}/distribution_lists/{list}";
    const PEOPLE: &str = "/identities/{identity}/distribution_lists/{list}/recipients";
    const CHAT: &str = "/identities/{identity}/distribution_lists/{list}/chat";
    const MESSAGE: &str = "/identities/{identity}/distribution_lists/{list}/chat/{message}";
    const BOTS: &str = "/identities/{identity}/bots";
    const BOT: &str = "/identities/{identity}/bots/{bot}";
    const COMMANDS: &str = "/identities/{identity}/bots/{bot}/commands";
    const COMMAND: &str = "/identities/{identity}/bots/{bot}/commands/{command}";
    const PERSONS: &str = "/identities/{identity}/recipients";
    const PERSON: &str = "/identities/{identity}/recipients/{recipient}";
    const BROADCASTS: &str = "/identities/{identity}/broadcasts";
    const BROADCAST: &str = "/identities/{identity}/broadcasts/{message}";
    const TALKS: &str = "/identities/{identity}/conversations";
    const TALK: &str = "/identities/{identity}/conversations/{conversation}";
    const ANSWER: &str = "/identities/{identity}/conversations/{conversation}/messages";
    let ids = json!({ "recipients": ["ABCD1234"] });
    add(Method::GET, "/", Anywhere(P::SignedIn), Value::Null);
    add(Method::GET, "/identities", Anywhere(P::SignedIn), Value::Null);
    add(
        Method::GET,
        "/identities/{identity}",
        Here(P::SeeIdentities),
        Value::Null,
    );
    add(Method::GET, LISTS, Here(P::SeeLists), Value::Null);
    add(
        Method::POST,
        LISTS,
        Here(P::ManageLists),
        json!({ "name": "By a machine" }),
    );
    add(Method::GET, LIST, Here(P::SeeLists), Value::Null);
    add(
        Method::PUT,
        LIST,
        Here(P::ManageLists),
        json!({ "name": "Press" }),
    );
    add(Method::GET, PEOPLE, Here(P::SeeLists), Value::Null);
    add(Method::POST, PEOPLE, Here(P::ManageLists), ids.clone());
    add(
        Method::DELETE,
        PEOPLE,
        Here(P::ManageLists),
        json!({ "recipients": ["WXYZ1234"] }),
    );
    add(Method::GET, CHAT, Here(P::SeeMessages), Value::Null);
    add(Method::POST, CHAT, Here(P::SendMessages), json!({ "body": "" }));
    add(Method::GET, PERSONS, Here(P::SeeRecipients), Value::Null);
    add(Method::GET, PERSON, Here(P::SeeRecipients), Value::Null);
    add(
        Method::PUT,
        PERSON,
        Here(P::ManageRecipients),
        json!({ "lastName": "B" }),
    );
    add(Method::DELETE, PERSON, Here(P::ManageLists), Value::Null);
    add(Method::GET, BROADCASTS, Here(P::SeeMessages), Value::Null);
    add(
        Method::POST,
        BROADCASTS,
        Here(P::SendMessages),
        json!({ "name": "", "body": "" }),
    );
    add(Method::GET, BROADCAST, Here(P::SeeMessages), Value::Null);
    let talk = Here(P::Conversations);
    add(Method::GET, TALKS, talk, Value::Null);
    add(Method::GET, TALK, talk, Value::Null);
    add(Method::POST, ANSWER, talk, json!({ "body": "" }));
    add(Method::GET, MESSAGE, Here(P::SeeMessages), Value::Null);
    const FEEDS: &str = "/identities/{identity}/feeds";
    const FEED: &str = "/identities/{identity}/feeds/{feed}";
    const SUBSCRIBERS: &str = "/identities/{identity}/feeds/{feed}/recipients";
    const BLOCKED: &str = "/identities/{identity}/feeds/{feed}/blacklist";
    const FEED_CHAT: &str = "/identities/{identity}/feeds/{feed}/chat";
    const FEED_MESSAGE: &str = "/identities/{identity}/feeds/{feed}/chat/{message}";
    add(Method::GET, FEEDS, Here(P::SeeFeeds), Value::Null);
    add(
        Method::POST,
        FEEDS,
        Here(P::ManageFeeds),
        json!({ "name": "News" }),
    );
    add(Method::GET, FEED, Here(P::SeeFeeds), Value::Null);
    add(
        Method::PUT,
        FEED,
        Here(P::ManageFeeds),
        json!({ "description": "News of the town" }),
    );
    add(Method::GET, SUBSCRIBERS, Here(P::SeeFeeds), Value::Null);
    add(Method::POST, SUBSCRIBERS, Here(P::ManageFeeds), ids.clone());
    let other = json!({ "recipients": ["WXYZ1234"] });
    add(Method::DELETE, SUBSCRIBERS, Here(P::ManageFeeds), other.clone());
    add(Method::GET, BLOCKED, Here(P::SeeFeeds), Value::Null);
    add(Method::POST, BLOCKED, Here(P::ManageFeeds), other.clone());
    add(Method::GET, FEED_CHAT, Here(P::SeeMessages), Value::Null);
    add(
        Method::POST,
        FEED_CHAT,
        Here(P::SendMessages),
        json!({ "body": "" }),
    );
    add(Method::GET, FEED_MESSAGE, Here(P::SeeMessages), Value::Null);
    add(Method::DELETE, FEED, Here(P::ManageFeeds), Value::Null);
    add(Method::DELETE, FEED_MESSAGE, Here(P::SendMessages), Value::Null);
    add(Method::DELETE, BLOCKED, Here(P::ManageFeeds), other);
    let (see, manage) = (Here(P::SeeBots), Here(P::ManageBots));
    add(Method::GET, BOTS, see, Value::Null);
    add(Method::POST, BOTS, manage, json!({ "name": "By a machine" }));
    add(Method::GET, BOT, see, Value::Null);
    add(Method::PUT, BOT, manage, json!({ "name": "Waste" }));
    add(Method::GET, COMMANDS, see, Value::Null);
    add(Method::POST, COMMANDS, manage, json!({ "command": "" }));
    add(Method::GET, COMMAND, see, Value::Null);
    add(Method::PUT, COMMAND, manage, json!({ "command": "north" }));
    // removed in the opposite order: the command before its bot
    add(Method::DELETE, BOT, manage, Value::Null);
    add(Method::DELETE, COMMAND, manage, Value::Null);
    // these two remove something: with names of their own, see `World::path`
    add(Method::DELETE, LIST, Here(P::ManageLists), Value::Null);
    add(Method::DELETE, MESSAGE, Here(P::SendMessages), Value::Null);
    const GROUPS: &str = "/identities/{identity}/groups";
    const GROUP: &str = "/identities/{identity}/groups/{group}";
    const MEMBERS: &str = "/identities/{identity}/groups/{group}/members";
    const IMAGE: &str = "/identities/{identity}/groups/{group}/image";
    const IN_GROUP: &str = "/identities/{identity}/groups/{group}/chat";
    const GROUP_MESSAGE: &str = "/identities/{identity}/groups/{group}/chat/{group_message}";
    let groups = Here(P::Groups);
    add(Method::GET, GROUPS, groups, Value::Null);
    add(Method::POST, GROUPS, groups, json!({ "name": "By a machine" }));
    add(Method::GET, GROUP, groups, Value::Null);
    add(
        Method::PUT,
        GROUP,
        groups,
        json!({ "name": "Crisis", "saveChatHistory": false }),
    );
    add(Method::GET, MEMBERS, groups, Value::Null);
    add(Method::POST, MEMBERS, groups, json!(["ABCD1234"]));
    add(
        Method::POST,
        "/identities/{identity}/groups/{group}/sync",
        groups,
        Value::Null,
    );
    add(Method::GET, IMAGE, groups, Value::Null);
    add(Method::PUT, IMAGE, groups, json!({ "image": "/9j/4A==" }));
    add(Method::GET, IN_GROUP, groups, Value::Null);
    add(Method::POST, IN_GROUP, groups, json!({ "body": "" }));
    add(Method::GET, GROUP_MESSAGE, groups, Value::Null);
    add(Method::DELETE, GROUP, groups, Value::Null);
    add(Method::DELETE, MEMBERS, groups, json!(["ABCD1234"]));
    add(Method::DELETE, IMAGE, groups, Value::Null);
    add(Method::DELETE, GROUP_MESSAGE, groups, Value::Null);
    let _ = w;
    all
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
