//! The calls of the REST API.
use crate::table::{
    Door::{self, Anywhere, Here},
    Input, Route,
};
use app::kernel::permission::Permission as P;
use axum::http::Method;
use serde_json::{Value, json};

/// All REST calls below `/api/v1`.
pub fn rest() -> Vec<Route> {
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
    all
}
