//! Secrets at rest: after a full run with logs at debug, nothing that an installation leaves on disk holds a secret in
//! clear, and the scan that says so can find one.
use super::{
    program::{Program, command, until},
    site::{On, PASSWORD, Site},
};
use app::{
    features::{
        gateway::wire::{
            Content, GroupChat, GroupControl, GroupMessage, MessageId, PrivateKey, PublicKey, ReceiptStatus,
            SharedKey,
        },
        identities::server as identities,
    },
    kernel::server::{
        data_key::sealing_key,
        rng::{Rng, SystemRng},
    },
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use clap::Parser;
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
};

const TEXT: &str = "Leak scan: the water tower is closed until noon.";
const ANSWER: &str = "Leak scan: an answer that nobody keeps.";
const SAID: &str = "Leak scan: the pumps are running again.";
const HEARD: &str = "Leak scan: a member answers in the group.";
const DROPPED: &str = "Leak scan: said in a group that keeps nothing.";
const KEPT: &str = "Leak scan: a reply that is kept for a while.";
const REPLIED: &str = "Leak scan: what was answered to it.";
const BOT: &str = "Leak scan: what the bot says of the pumps.";
const PASSPHRASE: &str = "leak scan passphrase of the backup";

/// What must not be found, and what it is.
struct Secrets(Vec<(String, Vec<u8>)>);

impl Secrets {
    fn add(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        assert!(bytes.as_ref().len() >= 12, "{name} is long enough to be found");
        self.0.push((name.to_owned(), bytes.as_ref().to_vec()));
    }
}

/// Every form in which somebody could have written bytes.
fn forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let numbers = |between: &str| {
        let all: Vec<String> = bytes.iter().map(u8::to_string).collect();
        all.join(between).into_bytes()
    };
    let mut forms = vec![
        bytes.to_vec(),
        hex::encode(bytes).into_bytes(),
        hex::encode_upper(bytes).into_bytes(),
        // a debug print, and JSON
        numbers(", "),
        numbers(","),
    ];
    // base64 looks different by what stands before and after: the whole triples in the middle do not
    for skip in 0..3 {
        let whole = (bytes.len() - skip) / 3 * 3;
        let middle = &bytes[skip..skip + whole];
        forms.push(BASE64_STANDARD_NO_PAD.encode(middle).into_bytes());
        forms.push(BASE64_URL_SAFE_NO_PAD.encode(middle).into_bytes());
    }
    forms
}

/// Looks for all forms of all secrets at once.
struct Scan {
    by_start: HashMap<[u8; 8], Vec<(String, Vec<u8>)>>,
    starts: Vec<bool>,
}

impl Scan {
    fn new(secrets: &Secrets) -> Self {
        let mut by_start: HashMap<[u8; 8], Vec<_>> = HashMap::new();
        let mut starts = vec![false; 1 << 16];
        for (name, bytes) in &secrets.0 {
            for form in forms(bytes) {
                let start: [u8; 8] = form[..8].try_into().unwrap();
                starts[usize::from(u16::from_le_bytes([start[0], start[1]]))] = true;
                by_start.entry(start).or_default().push((name.clone(), form));
            }
        }
        Self { by_start, starts }
    }

    fn find(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, start) in bytes.windows(8).enumerate() {
            if !self.starts[usize::from(u16::from_le_bytes([start[0], start[1]]))] {
                continue;
            }
            let start: &[u8; 8] = start.try_into().unwrap();
            for (name, form) in self.by_start.get(start).into_iter().flatten() {
                if bytes[at..].starts_with(form) && !found.contains(name) {
                    found.push(name.clone());
                }
            }
        }
        found
    }

    fn assert_clean(&self, what: &str, bytes: &[u8]) {
        assert!(!bytes.is_empty(), "{what} is looked at");
        let found = self.find(bytes);
        assert!(found.is_empty(), "{what} holds {found:?}");
    }
}

#[derive(Parser)]
struct Only {
    #[command(flatten)]
    config: server::config::Config,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_on_disk_holds_a_secret_on_sqlite() {
    run(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_on_disk_holds_a_secret_on_postgres() {
    run(On::Postgres).await;
}

async fn run(on: On) {
    let (site, serve) = Site::new(on).await;
    drop(serve);
    let mut settings = site.settings();
    settings.push(("FANFARE_LOG", "debug".to_owned()));
    let log = site.folder().join("serve.log");
    let mut serve = site.ready(Program::start_logging("serve", &settings, &log)).await;
    let mut secrets = Secrets(Vec::new());
    let logged = calls(&site, &settings, &mut secrets);

    let cookie = site.sign_in().await;
    secrets.add("the session token", cookie.split_once('=').unwrap().1);
    let _ = site.page(&cookie, "/settings").await;
    secrets.add("the API key", site.api_key());
    secrets.add("the password", PASSWORD);
    secrets.add("the message", TEXT);
    secrets.add("the answer", ANSWER);
    secrets.add("the text in a group", SAID);
    secrets.add("the text of a member", HEARD);
    secrets.add("the text in a group without history", DROPPED);
    secrets.add("a reply that is kept", KEPT);
    secrets.add("the answer to that reply", REPLIED);
    secrets.add("the answer of a bot", BOT);
    secrets.add("the backup's passphrase", PASSPHRASE);
    talk(&site).await;
    let backup = make_backup(&site, &settings);
    keys(&site, &mut secrets).await;
    let scan = Scan::new(&secrets);

    let files = files(&site);
    if on == On::Sqlite {
        for name in ["fanfare.db", "fanfare.db-wal"] {
            assert!(
                files.iter().any(|f| f.ends_with(name)),
                "{name} is among {files:?}"
            );
        }
    }
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        if !bytes.is_empty() {
            scan.assert_clean(&file.display().to_string(), &bytes);
        }
    }
    scan.assert_clean("the log of the calls", &logged);
    let log_text = String::from_utf8(std::fs::read(&log).unwrap()).unwrap();
    assert!(log_text.contains("DEBUG"), "logs are at debug");
    let rows = rows(&site).await;
    scan.assert_clean("the rows", rows.as_bytes());
    if on == On::Postgres {
        postgres_files(&site, &scan).await;
    }
    serve.kill();

    // the scan can find: the same bytes with a canary in each form
    let mut canary = std::fs::read(&backup).unwrap();
    canary.extend(rows.as_bytes());
    for (name, bytes) in &secrets.0 {
        for form in forms(bytes) {
            let mut planted = canary.clone();
            let at = planted.len() / 2;
            planted.splice(at..at, form);
            assert!(scan.find(&planted).contains(name), "{name} would be found");
        }
        // in base64 of something longer
        for before in 0..3 {
            let longer = [&b"xyz"[..before], bytes, b"end"].concat();
            let planted = BASE64_STANDARD_NO_PAD.encode(longer);
            assert!(
                scan.find(planted.as_bytes()).contains(name),
                "{name} would be found"
            );
        }
    }
}

/// An administrator, an identity and a key made by calls with logs at debug; answers what they wrote to standard error.
fn calls(site: &Site, settings: &super::program::Settings, secrets: &mut Secrets) -> Vec<u8> {
    let mut logged = Vec::new();
    let mut run = |arguments: &[&str], input: &str| {
        use std::io::Write;
        let mut child = command(settings)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        logged.extend(done.stderr);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&logged));
        String::from_utf8(done.stdout).unwrap().trim_end().to_owned()
    };
    let password = "another-long-passphrase";
    let email = "bob@aarental.example";
    run(
        &[
            "admin",
            "create",
            "--organisation",
            "Aarental",
            "--email",
            email,
            "--name",
            "Bob",
        ],
        &format!("{password}\n"),
    );
    secrets.add("the second password", password);
    run(&["identity", "create", "--organisation", "Aarental"], "");
    let key = run(&["api-key", "create", "--email", email, "--name", "tests"], "");
    secrets.add("the second API key", key);
    run(&["keys", "rotate"], "");
    run(&["keys", "rotate", "--organisation", "Aarental"], "");
    assert!(site.folder().join("master.key").exists());
    logged
}

/// A message to somebody with a key of their own, a receipt, and an answer that is not kept.
async fn talk(site: &Site) {
    let rng: &dyn Rng = &SystemRng;
    let own = PrivateKey::from_bytes(rng.array());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let sim = |path: &str| format!("{}/sim/{path}", site.gateway());
    let key = hex::encode(own.public_key().as_bytes());
    let made = http
        .post(sim("identities"))
        .json(&json!({ "publicKey": key, "kind": "user" }));
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    let (id, token) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    let list = site.list_of_seed("others", 3).await;
    let body = json!({ "recipients": [id], "replaceExisting": false });
    site.rest(Method::POST, &format!("{list}/recipients"), Some(&body))
        .await;
    let body = json!({ "type": "text", "body": { "en": TEXT } });
    let sent = site
        .rest(Method::POST, &format!("{list}/chat"), Some(&body))
        .await;
    let message = format!("{list}/chat/{}", sent["id"].as_str().unwrap());
    let mail: Value = http
        .get(sim("mailbox?after=0&wait=30"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mail = &mail["messages"][0];
    let sender = mail["from"].as_str().unwrap();
    let theirs = http
        .get(sim(&format!("pubkeys/{sender}")))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let theirs = PublicKey::from_bytes(&hex::decode(theirs.text().await.unwrap().trim()).unwrap()).unwrap();
    let shared = own.shared_with(&theirs);
    let hex_of = |name: &str| hex::decode(mail[name].as_str().unwrap()).unwrap();
    let plain = shared
        .open_padded(&hex_of("nonce").try_into().unwrap(), &hex_of("box"))
        .unwrap();
    assert!(matches!(Content::decode(&plain), Ok(Content::Text(text)) if text == TEXT));
    let of: MessageId = mail["messageId"].as_str().unwrap().parse().unwrap();
    let read = Content::Receipt {
        status: ReceiptStatus::Read,
        ids: vec![of],
    };
    for content in [read, Content::Text(ANSWER.to_owned())] {
        let nonce = rng.array();
        let sealed = shared.seal_padded(&nonce, &content.encode(), 40);
        let body = json!({ "to": sender, "nonce": hex::encode(nonce), "box": hex::encode(sealed) });
        let took = http
            .post(sim("messages"))
            .bearer_auth(token)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(took.status().is_success());
    }
    until("the receipt and the answer are dealt with", 60, async || {
        let now = site.message(&message).await;
        let jobs = site.number("SELECT count(*) FROM job").await;
        let seen = site.number("SELECT count(*) FROM inbound_seen").await;
        (now["deliveries"]["read"] == 1 && jobs == 0 && seen == 2).then_some(())
    })
    .await;
    in_a_conversation(site, (id, token), (sender, &shared), &list).await;
    let name = json!({ "name": "Pumps" });
    let bot = site.rest(Method::POST, "/bots", Some(&name)).await;
    let commands = format!("/bots/{}/commands", bot["id"].as_str().unwrap());
    let command = json!({ "command": "pumps", "answers": [{ "type": "text", "body": { "en": BOT } }] });
    site.rest(Method::POST, &commands, Some(&command)).await;
    for keeps in [true, false] {
        in_a_group(site, (id, token), (sender, &shared), keeps).await;
    }
}

/// A message that takes replies, one that is kept, and what is answered to it.
async fn in_a_conversation(
    site: &Site,
    (id, token): (&str, &str),
    (sender, shared): (&str, &SharedKey),
    list: &str,
) {
    let rng: &dyn Rng = &SystemRng;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({ "type": "text", "body": { "en": TEXT }, "takesReplies": true });
    let chat = format!("{list}/chat");
    let sent = site.rest(Method::POST, &chat, Some(&body)).await;
    site.until_sent(&format!("{chat}/{}", sent["id"].as_str().unwrap()), 60)
        .await;
    let nonce = rng.array();
    let sealed = shared.seal_padded(&nonce, &Content::Text(KEPT.to_owned()).encode(), 40);
    let body = json!({ "to": sender, "nonce": hex::encode(nonce), "box": hex::encode(sealed) });
    let took = http
        .post(format!("{}/sim/messages", site.gateway()))
        .bearer_auth(token)
        .json(&body);
    assert!(took.send().await.unwrap().status().is_success());
    let kept = "SELECT count(*) FROM conversation_message WHERE text_sealed IS NOT NULL";
    until("the reply is kept", 60, async || {
        (site.number(kept).await == 1).then_some(())
    })
    .await;
    let talks = site.rest(Method::GET, "/conversations", None).await;
    let talk = &talks["conversations"][0];
    assert!(talk.to_string().contains(id), "{talks}");
    let messages = format!("/conversations/{}/messages", talk["id"].as_str().unwrap());
    let body = json!({ "body": REPLIED });
    site.rest(Method::POST, &messages, Some(&body)).await;
    until("it is answered", 60, async || {
        let jobs = site.number("SELECT count(*) FROM job").await;
        (jobs == 0 && site.number(kept).await == 2).then_some(())
    })
    .await;
}

/// A group, a text of the identity in it, and one of a member, which is kept or not.
async fn in_a_group(
    site: &Site,
    (id, token): (&str, &str),
    (sender, shared): (&str, &SharedKey),
    keeps: bool,
) {
    let rng: &dyn Rng = &SystemRng;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let sim = |path: &str| format!("{}/sim/{path}", site.gateway());
    let body = json!({ "name": format!("Crisis {keeps}"), "members": [id], "saveChatHistory": keeps });
    let made = site.rest(Method::POST, "/groups", Some(&body)).await;
    let chat = format!("/groups/{}/chat", made["id"].as_str().unwrap());
    let body = json!({ "type": "text", "body": SAID });
    site.rest(Method::POST, &chat, Some(&body)).await;
    // the newest set-up tells the member which group it is
    let wire = until("the group is on the phone", 60, async || {
        let mails = http.get(sim("mailbox?after=0")).bearer_auth(token);
        let mails: Value = mails.send().await.unwrap().json().await.unwrap();
        let mut groups = Vec::new();
        for mail in mails["messages"].as_array().unwrap() {
            let hex_of = |name: &str| hex::decode(mail[name].as_str().unwrap()).unwrap();
            let nonce = hex_of("nonce").try_into().unwrap();
            let plain = shared.open_padded(&nonce, &hex_of("box")).unwrap();
            if let Ok(Content::Group(GroupMessage::Control(group, GroupControl::Setup(_)))) =
                Content::decode(&plain)
            {
                groups.push(group);
            }
        }
        groups.sort_unstable();
        groups.dedup();
        let before = site.number("SELECT count(*) FROM chat_group").await;
        (groups.len() as i64 == before).then_some(groups)
    })
    .await;
    let seen = site.number("SELECT count(*) FROM inbound_seen").await;
    let text = if keeps { HEARD } else { DROPPED };
    // to all groups of the member: one of them is this one, and what others keep or drop is no secret of theirs alone
    for group in &wire {
        let said = GroupMessage::Chat(sender.parse().unwrap(), *group, GroupChat::Text(text.to_owned()));
        let nonce = rng.array();
        let sealed = shared.seal_padded(&nonce, &Content::Group(said).encode(), 40);
        let body = json!({
            "to": sender, "nonce": hex::encode(nonce), "box": hex::encode(sealed), "group": true,
        });
        let took = http.post(sim("messages")).bearer_auth(token).json(&body);
        assert!(took.send().await.unwrap().status().is_success());
    }
    until("what the member says is dealt with", 60, async || {
        // first what has come, then what is still to be done: the other way round something could come in between
        let now = site.number("SELECT count(*) FROM inbound_seen").await;
        let jobs = site.number("SELECT count(*) FROM job").await;
        (jobs == 0 && now == seen + wire.len() as i64).then_some(())
    })
    .await;
    // the identity's texts, and what members said in the group that keeps it
    let kept = site
        .number("SELECT count(*) FROM group_message WHERE text_sealed IS NOT NULL")
        .await;
    assert_eq!(kept, if keeps { 2 } else { 4 });
}

fn make_backup(site: &Site, settings: &super::program::Settings) -> PathBuf {
    // neither is part of what is left on disk
    let words = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(words.path(), PASSPHRASE).unwrap();
    let file = site.folder().join("fanfare.backup");
    let done = command(settings)
        .args(["backup", "--to", &file.display().to_string()])
        .args(["--passphrase-file", &words.path().display().to_string()])
        .stderr(File::create(site.folder().join("backup.log")).unwrap())
        .status()
        .unwrap();
    assert!(done.success());
    file
}

/// Opens what is sealed, to know what to look for.
async fn keys(site: &Site, secrets: &mut Secrets) {
    let settings = site.settings();
    let of = |name: &str| settings.iter().find(|(n, _)| *n == name).unwrap().1.clone();
    let arguments = [
        "test",
        "--data-dir",
        &of("FANFARE_DATA_DIR"),
        "--database-url",
        &of("FANFARE_DATABASE_URL"),
    ];
    let ctx = server::boot::context(&Only::parse_from(arguments).config)
        .await
        .unwrap();
    secrets.add("the master key", ctx.keys.master().expose());
    let tx = ctx.db.begin().await.unwrap();
    secrets.add("the data key", sealing_key(&ctx, &tx, 1).await.unwrap().expose());
    drop(tx);
    for id in [1, 2] {
        let identity = identities::find_by_id(&ctx, id).await.unwrap();
        let key = identities::open_private_key(&ctx, &identity).await.unwrap();
        secrets.add(&format!("the private key of identity {id}"), key.expose());
        let secret = identities::open_gateway_secret(&ctx, &identity).await.unwrap();
        secrets.add(&format!("the gateway secret of identity {id}"), secret.as_bytes());
    }
}

/// Everything in the data folder but the key file, which is the secret, and the stand-in for the gateway's own machine.
fn files(site: &Site) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![site.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.file_name().unwrap().to_str().unwrap() {
                "master.key" | "gateway" => {}
                _ if path.is_dir() => folders.push(path),
                _ => files.push(path),
            }
        }
    }
    files
}

/// All rows of all tables as text; bytes are hexadecimal.
async fn rows(site: &Site) -> String {
    let db = site.database().await;
    let backend = db.get_database_backend();
    let postgres = backend == sea_orm::DbBackend::Postgres;
    let sql = match postgres {
        true => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
        false => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let mut all = String::new();
    for table in db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap()
    {
        let name: String = table.try_get_by_index(0).unwrap();
        let sql = match postgres {
            true => format!("SELECT t::text FROM \"{name}\" t"),
            false => {
                let columns = format!("SELECT name FROM pragma_table_info('{name}')");
                let columns = db
                    .query_all_raw(Statement::from_string(backend, columns))
                    .await
                    .unwrap();
                let parts: Vec<String> = columns
                    .iter()
                    .map(|c| format!("quote(\"{}\")", c.try_get_by_index::<String>(0).unwrap()))
                    .collect();
                format!("SELECT {} FROM \"{name}\"", parts.join(" || ',' || "))
            }
        };
        for row in db
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .unwrap()
        {
            all.push_str(&row.try_get_by_index::<String>(0).unwrap());
            all.push('\n');
        }
    }
    assert!(all.contains("Aarental"), "rows are read");
    all
}

/// The database's own files, where this machine has them.
async fn postgres_files(site: &Site, scan: &Scan) {
    let db = site.database().await;
    let backend = db.get_database_backend();
    let sql = "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()";
    let row = db
        .query_one_raw(Statement::from_string(backend, sql))
        .await
        .unwrap()
        .unwrap();
    let folder: String = row.try_get_by_index(0).unwrap();
    db.execute_unprepared("CHECKPOINT").await.unwrap();
    let Ok(files) = std::fs::read_dir(Path::new(&folder)) else {
        println!("the files of PostgreSQL are not on this machine");
        return;
    };
    let mut bytes = 0;
    for file in files {
        let content = std::fs::read(file.unwrap().path()).unwrap_or_default();
        bytes += content.len();
        let found = scan.find(&content);
        assert!(found.is_empty(), "a file of PostgreSQL holds {found:?}");
    }
    assert!(bytes > 1 << 20, "{bytes} bytes of PostgreSQL were looked at");
}
