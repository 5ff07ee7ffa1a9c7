//! Keys at rest are changed while the server sends, and the call that changes them is killed at any moment.
use super::{
    program::{Program, call, random, until},
    site::{On, Site},
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::time::{Duration, Instant};

const PEOPLE: u64 = 10_000;
const KILLS: u64 = 24;
const MASTER: &[&str] = &["keys", "rotate"];
const DATA: &[&str] = &["keys", "rotate", "--organisation", "Aarental"];

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_and_the_change_is_killed_on_sqlite() {
    run(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_and_the_change_is_killed_on_postgres() {
    run(On::Postgres).await;
}

async fn run(on: On) {
    let (site, mut serve) = Site::new(on).await;
    let settings = site.settings();
    // something to seal anew: each message has a key of its own
    let few = site.list_of_seed("few", 1).await;
    for _ in 0..60 {
        site.send(&few).await;
    }
    let list = site.list_of(PEOPLE as usize).await;
    site.faults(json!({ "latencyMs": 1_000 })).await;
    let message = site.send(&list).await;
    let key = || std::fs::read(site.folder().join("master.key")).unwrap();

    // how long a call takes tells where a kill falls
    let mut whole = Duration::ZERO;
    for kind in [MASTER, DATA] {
        let start = Instant::now();
        call(&settings, kind, "");
        whole = whole.max(start.elapsed());
    }
    let before = key();
    let (mut ended, mut span) = (0, whole);
    for kill in 0..KILLS {
        let kind = if kill % 2 == 0 { MASTER } else { DATA };
        let mut rotate = Program::start_call(kind, &settings);
        // from the middle on: before, the program only gets ready
        let micros = u64::try_from(span.as_micros()).unwrap();
        tokio::time::sleep(Duration::from_micros(micros / 3 + random(micros))).await;
        let too_late = rotate.has_ended();
        rotate.kill();
        ended += u64::from(too_late);
        // a machine that was busy when the calls were timed, or is now
        span = if too_late {
            span * 3 / 4
        } else {
            (span * 5 / 4).min(whole)
        };
        assert_eq!(
            site.status("/readyz").await,
            Some(StatusCode::OK),
            "after kill {kill}"
        );
        // a text sealed by the running process, and a fresh process that opens the keys
        site.send(&few).await;
        assert!(!serve.has_ended());
    }
    println!("{KILLS} kills, {ended} of them after the end; one call takes {whole:?}");
    assert!(ended < KILLS, "no kill fell into a change");

    // the start finds the fitting key, wherever the last change was broken off
    serve.kill();
    let mut rotate = Program::start_call(MASTER, &settings);
    tokio::time::sleep(whole / 2).await;
    rotate.kill();
    let serve = site.serve().await;
    for kind in [DATA, MASTER] {
        call(&settings, kind, "");
    }
    assert_ne!(key(), before);
    let left = std::fs::read_dir(site.folder()).unwrap();
    let left: Vec<String> = left
        .map(|f| f.unwrap().file_name().display().to_string())
        .collect();
    assert!(!left.iter().any(|f| f.ends_with(".next")), "{left:?}");
    assert_eq!(
        site.number("SELECT count(*) FROM organisation WHERE previous_key_sealed IS NOT NULL")
            .await,
        0
    );

    // every text opens, here and in a process that knows only the newest keys
    site.faults(json!({})).await;
    let sent = site.until_sent(&message, 120).await;
    texts_are_read(&site, &few).await;
    drop(serve);
    let _serve = site.serve().await;
    texts_are_read(&site, &few).await;
    until("the few messages are sent", 60, async || {
        (site
            .number("SELECT count(*) FROM message WHERE state <> 'sent'")
            .await
            == 0)
            .then_some(())
    })
    .await;
    assert_eq!(sent["deliveries"]["accepted"], PEOPLE);
    let stats = site.stats_by_recipient().await;
    assert_eq!(stats.people, PEOPLE + 1);
    assert_eq!(
        stats.with_one_nonce, PEOPLE,
        "all but the one who got all the messages"
    );
}

async fn texts_are_read(site: &Site, list: &str) {
    let messages = site
        .rest(Method::GET, &format!("{list}/chat?pageSize=100"), None)
        .await;
    let text = messages.to_string();
    let count = text.matches("The bridge is closed until six.").count();
    assert!(count >= 50, "only {count} texts are read: {messages:.300}");
}
