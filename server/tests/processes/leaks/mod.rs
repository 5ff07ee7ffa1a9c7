//! Secrets at rest: after a full run with logs at debug, nothing that an installation leaves on disk holds a secret in
//! clear, and the scan that says so can find one.
mod disk;
mod factor;
mod scan;
mod talk;

use super::{
    program::{Program, Settings, command},
    site::{On, PASSWORD, Site},
};
use app::{features::identities::server as identities, kernel::server::data_key::sealing_key};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use clap::Parser;
use disk::{files, postgres_files, rows};
use scan::{Scan, Secrets, forms};
use std::{fs::File, path::PathBuf, process::Stdio};

const TEXT: &str = "Leak scan: the water tower is closed until noon.";
const ANSWER: &str = "Leak scan: an answer that nobody keeps.";
const SAID: &str = "Leak scan: the pumps are running again.";
const HEARD: &str = "Leak scan: a member answers in the group.";
const DROPPED: &str = "Leak scan: said in a group that keeps nothing.";
const KEPT: &str = "Leak scan: a reply that is kept for a while.";
const REPLIED: &str = "Leak scan: what was answered to it.";
const BOT: &str = "Leak scan: what the bot says of the pumps.";
const PASSPHRASE: &str = "leak scan passphrase of the backup";

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
    let tokens: Vec<(&str, &str)> = cookie.split("; ").filter_map(|c| c.split_once('=')).collect();
    assert_eq!(tokens.len(), 2, "the session, and the browser that is known");
    for (name, token) in tokens {
        secrets.add(&format!("the cookie {name}"), token);
    }
    let _ = site.page(&cookie, "/settings").await;
    factor::set_up(&site, &cookie, &mut secrets).await;
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
    talk::talk(&site).await;
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
fn calls(site: &Site, settings: &Settings, secrets: &mut Secrets) -> Vec<u8> {
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

fn make_backup(site: &Site, settings: &Settings) -> PathBuf {
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
