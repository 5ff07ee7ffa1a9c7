//! The server functions of everything that is written: messages, conversations, groups, bots.
use crate::{
    table::{Door::Here, Input, Route, form, function, page},
    world::World,
};
use app::kernel::permission::Permission as P;
use serde_json::{Value, json};

/// Groups: the first call dissolves the group, so that those behind it stop there.
pub fn groups(w: &World) -> Vec<Route> {
    let identity = &w.identity;
    let page = page();
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
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
    all
}

/// Bots.
pub fn bots(w: &World) -> Vec<Route> {
    let identity = &w.identity;
    let page = page();
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
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
    all
}

/// Messages.
pub fn messages(w: &World) -> Vec<Route> {
    let (identity, list, draft, waiting, sent) = (&w.identity, &w.list, &w.draft, &w.waiting, &w.sent);
    let page = page();
    let message = |message: &app::kernel::Uid| form(&[("identity", identity), ("message", message)]);
    let sending = json!({ "identity": identity, "input": { "draft": waiting, "goes_to": 1 } });
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
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
    all
}

/// Conversations.
pub fn conversations(w: &World) -> Vec<Route> {
    let (identity, draft) = (&w.identity, &w.draft);
    let page = page();
    let mut all = Vec::new();
    let mut add = |path, door, input| all.push(function(path, door, input));
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
