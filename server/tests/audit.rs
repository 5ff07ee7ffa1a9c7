//! Nothing changes without an entry in the audit log, and every entry has words: found out from the sources, so that a new
//! server function, a new route or a new action cannot be forgotten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
use app::features::audit::model::Action;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Server functions and REST handlers that leave no entry, and why. Everything else must reach `audit::server::record`.
const SILENT: &[(&str, &str)] = &[
    ("load_site", READS),
    ("load_confirmation", READS),
    ("load_own_password", READS),
    ("load_reset", READS),
    ("list_sessions", READS),
    ("load_rules", READS),
    ("load_passkeys", READS),
    ("passkey_holders", READS),
    ("load_second_factor", READS),
    ("load_administrators", READS),
    ("load_administrator", READS),
    ("load_invitation", READS),
    ("prepare_invitation", READS),
    ("start_passkey", STARTS),
    ("start_passkey_sign_in", STARTS),
    ("start_passkey_confirmation", STARTS),
    ("start_totp", STARTS),
    ("start_message_factor", STARTS),
    ("resend_code", STARTS),
    ("send_confirmation_code", STARTS),
    (
        "request_reset",
        "answered alike for whoever does not exist; the use of the link leaves an entry",
    ),
    ("list_identities", READS),
    ("load_identity", READS),
    ("load_lists", READS),
    ("load_audiences", READS),
    ("load_feeds", READS),
    ("load_feed_head", READS),
    ("load_feed_history", READS),
    ("load_blocked", READS),
    ("export_feed", READS),
    ("feed_code", READS),
    ("load_list_head", READS),
    ("load_list_members", READS),
    ("load_pickable", READS),
    ("check_pasted_ids", READS),
    ("check_table_file", READS),
    ("bad_table_rows", READS),
    ("load_recipients", READS),
    ("load_bots", READS),
    ("load_bot", READS),
    (
        "save_bot_draft",
        "kept while somebody works, many times a minute; nobody meets it before bot.publish; discarding it leaves an entry",
    ),
    ("count_audience", READS),
    ("load_draft", READS),
    ("list_messages", READS),
    ("load_message", READS),
    ("list_deliveries", READS),
    ("load_conversations", READS),
    ("load_thread", READS),
    ("count_unread", READS),
    ("load_saved_replies", READS),
    (
        "mark_conversation",
        "how far somebody has read concerns nobody else, and changes many times a minute",
    ),
    ("load_groups", READS),
    ("load_group_head", READS),
    ("load_group_chat", READS),
    ("note_group_read", "only moves the reader's own mark"),
    ("tell_group_presence", "passes on who looks; nothing is kept"),
    (
        "prepare_group_export",
        "only asks; the export itself leaves an entry",
    ),
    ("load_api_keys", READS),
    ("load_other_api_keys", READS),
    ("load_audit_log", READS),
    ("load_audit_people", READS),
    (
        "prepare_audit_export",
        "only asks; the export itself leaves an entry",
    ),
    (
        "prepare_message_export",
        "only asks; the export itself leaves an entry",
    ),
    ("count_broadcast", READS),
    ("load_broadcast_people", READS),
    (
        "change_broadcast_people",
        "part of a draft, which only its sending turns into something",
    ),
    (
        "save_draft",
        "kept while somebody writes, many times a minute; nobody gets it before message.send; discarding it, and taking back what waits for approval, leave entries",
    ),
];
const READS: &str = "reads only";
/// Keys, passwords and factors count only once they are confirmed.
const STARTS: &str = "a challenge that counts only with its answer, which leaves the entry";

/// The door that every entry goes through.
const RECORD: &str = "record";

/// One file of a slice.
struct Source {
    path: String,
    slice: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src/features");
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            if name.contains("tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") {
                out.push(Source {
                    slice: name.split('/').next().unwrap().to_owned(),
                    text: std::fs::read_to_string(&path).unwrap(),
                    path: name,
                });
            }
        }
    }
    assert!(out.len() > 80, "the slices are found");
    out
}

/// The text without comments, and with empty strings and characters: what is left has only brackets of code.
fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            'r' if rest.starts_with("r#\"") => rest[3..].find("\"#").map_or(rest.len(), |at| at + 5),
            '"' => string_end(rest),
            '\'' => character_end(rest),
            _ => 0,
        };
        if skipped > 0 {
            out.push(' ');
            rest = &rest[skipped..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// How long the string at the start is.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long the character at the start is; nothing for a lifetime.
fn character_end(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[2..].find('\'').map_or(0, |at| at + 3),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
        None => 0,
    }
}

/// The functions of a stripped text: name, and the names of what they call.
fn functions(code: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut out = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("fn ") {
        let before = rest[..at].chars().next_back();
        rest = &rest[at + 3..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if name.is_empty() || before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let (open, end) = (rest.find('{'), rest.find(';'));
        let Some(open) = open.filter(|open| end.is_none_or(|end| *open < end)) else {
            continue;
        };
        out.push((name, called(body(&rest[open + 1..]))));
    }
    out
}

/// Up to the bracket that closes the one before the text.
fn body(text: &str) -> &str {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// What the text calls, `name(…)`, and the functions that it hands on, `s::name`. Methods are none of ours: the door is a
/// function, and so is every step towards it.
fn called(body: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    while at < body.len() {
        let rest = &body[at..];
        let length = rest.find(|c: char| !word(c)).unwrap_or(rest.len());
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let (before, after) = (&body[..at], rest[length..].trim_start());
        let call = after.starts_with('(') && !before.ends_with('.');
        let handed_on = before.ends_with("::") && after.starts_with([',', ')']);
        let name = &rest[..length];
        if (call || handed_on) && name.starts_with(|c: char| c.is_lowercase()) {
            out.insert(name.to_owned());
        }
        at += length;
    }
    out
}

/// Slice and function, and what the function calls.
type Calls = BTreeMap<(String, String), BTreeSet<String>>;

fn calls(sources: &[Source]) -> Calls {
    let mut out = Calls::new();
    for source in sources.iter().filter(|s| s.path.contains("/server")) {
        for (name, called) in functions(&strip(&source.text)) {
            out.entry((source.slice.clone(), name))
                .or_default()
                .extend(called);
        }
    }
    out
}

/// Whether a function of the slice comes to [`RECORD`]. A name means the function of the same slice, else the one that
/// another slice offers.
fn records(calls: &Calls, slice: &str, name: &str, seen: &mut BTreeSet<(String, String)>) -> bool {
    if name == RECORD {
        return true;
    }
    // the guard itself changes nothing
    if matches!(name, "rpc" | "public_rpc") {
        return false;
    }
    let own = (slice.to_owned(), name.to_owned());
    let found: Vec<_> = match calls.contains_key(&own) {
        true => vec![own],
        false => calls.keys().filter(|(_, n)| n == name).cloned().collect(),
    };
    found.into_iter().any(|key| {
        seen.insert(key.clone())
            && calls[&key]
                .clone()
                .iter()
                .any(|next| records(calls, &key.0, next, seen))
    })
}

/// The server functions: slice, name, and what they call.
fn server_functions(sources: &[Source]) -> Vec<(String, String, BTreeSet<String>)> {
    let mut out = Vec::new();
    for source in sources.iter().filter(|s| s.path.ends_with("/api.rs")) {
        let code = strip(&source.text);
        for part in code.split("#[server").skip(1) {
            if let Some((name, called)) = functions(part).into_iter().next() {
                out.push((source.slice.clone(), name, called));
            }
        }
    }
    out
}

/// Handlers of changing REST calls: slice, name, and what they call.
fn rest_handlers(sources: &[Source]) -> Vec<(String, String, BTreeSet<String>)> {
    let mut out = Vec::new();
    for source in sources.iter().filter(|s| s.text.contains("#[utoipa::path(")) {
        let code = strip(&source.text);
        for part in code.split("#[utoipa::path(").skip(1) {
            let method: String = part
                .trim_start()
                .chars()
                .take_while(|c| c.is_alphabetic())
                .collect();
            if method == "get" {
                continue;
            }
            assert!(
                ["post", "put", "patch", "delete"].contains(&&*method),
                "{}: {method}",
                source.path
            );
            let (name, called) = functions(part).into_iter().next().unwrap();
            out.push((source.slice.clone(), name, called));
        }
    }
    out
}

#[test]
fn every_change_leaves_an_entry() {
    let sources = sources();
    let calls = calls(&sources);
    let (functions, handlers) = (server_functions(&sources), rest_handlers(&sources));
    assert!(
        functions.len() > 40,
        "server functions are found: {}",
        functions.len()
    );
    assert!(handlers.len() > 5, "REST handlers are found: {}", handlers.len());
    let mut wrong = Vec::new();
    for (slice, name, called) in functions.iter().chain(&handlers) {
        let silent = SILENT.iter().any(|(silent, _)| silent == name);
        let recorded = called
            .iter()
            .any(|next| records(&calls, slice, next, &mut BTreeSet::new()));
        if !silent && !recorded {
            wrong.push(format!("{slice}: {name} leaves no entry in the audit log"));
        }
    }
    let silent = functions.iter().filter(|(slice, _, called)| {
        !called
            .iter()
            .any(|next| records(&calls, slice, next, &mut BTreeSet::new()))
    });
    // had every function seemed to record, the walk would be good for nothing
    assert!(silent.count() > 15, "functions that only read are told apart");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// `thing.verb` in strings of the text.
fn actions(text: &str) -> BTreeSet<String> {
    let part = |p: &str| !p.is_empty() && p.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    text.split('"')
        .filter(|s| s.contains('.') && s.split('.').all(part))
        // names of files
        .filter(|s| !s.ends_with(".csv") && !s.ends_with(".jsonl"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_action_that_is_recorded_has_words() {
    let mut found = BTreeSet::new();
    let mut wrong = Vec::new();
    for source in sources() {
        if !strip(&source.text).contains("record(") || source.slice == "local_gateway" {
            continue;
        }
        for action in actions(&source.text) {
            if Action::find(&action).is_none() {
                wrong.push(format!("{}: {action} stands not in audit/model.rs", source.path));
            }
            found.insert(action);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(found.len() > 20, "actions are found: {found:?}");
}

mod can_fail {
    use super::*;

    #[test]
    fn a_function_without_an_entry_is_seen() {
        let source = |path: &str, text: &str| Source {
            path: path.to_owned(),
            slice: "lists".to_owned(),
            text: text.to_owned(),
        };
        let sources = [
            source(
                "lists/api.rs",
                "#[server]\npub async fn a() -> R { rpc(s::do_a).await }\n#[server(input = Json)]\npub async fn b() -> R { rpc(|c, g| s::do_b(c, g)).await }",
            ),
            source(
                "lists/server/service.rs",
                "pub async fn do_a() { // record(\n let s = \"record( {\"; helper('{') }\nfn helper(c: char) { write() }\nfn write() {}\n\
                 pub async fn do_b() { other() }\nfn other() { record(1) }",
            ),
        ];
        let calls = calls(&sources);
        let found: Vec<_> = server_functions(&sources)
            .into_iter()
            .map(|(slice, name, called)| {
                let recorded = called
                    .iter()
                    .any(|n| records(&calls, &slice, n, &mut BTreeSet::new()));
                (name, recorded)
            })
            .collect();
        assert_eq!(found, [("a".to_owned(), false), ("b".to_owned(), true)]);
    }

    #[test]
    fn an_action_without_words_is_seen() {
        let text = "record(ctx, tx, who, \"list.explode\", uid, json!({ \"a.B\": \"x y.z\" }))";
        assert_eq!(actions(text), BTreeSet::from(["list.explode".to_owned()]));
        assert!(Action::find("list.explode").is_none());
    }
}
