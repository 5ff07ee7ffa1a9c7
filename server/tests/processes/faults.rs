//! What Fanfare needs is away for a while: it says so, loses nothing, and goes on by itself.
use super::{
    program::{Program, until},
    site::{On, Site, postgres_database},
};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use std::{net::SocketAddr, process::Command};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

const PEOPLE: u64 = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn without_its_gateway_a_message_waits_and_says_so() {
    let (mut site, _serve) = Site::new(On::Sqlite).await;
    let list = site.list_of(PEOPLE as usize).await;
    site.faults(json!({ "latencyMs": 300 })).await;
    let message = site.send(&list).await;
    site.until_accepted(1, 60).await;
    site.kill_gateway();
    let says = |message: &Value| message["pauseReason"] == "gateway_away";
    let waiting = site
        .until_message(&message, "REST says what the message waits for", 60, says)
        .await;
    assert_eq!(waiting["state"], "sending", "it goes on by itself: {waiting}");
    assert_ne!(waiting["deliveries"]["pending"], 0);
    site.start_gateway().await;
    let sent = site.until_sent(&message, 120).await;
    assert_eq!(sent["pauseReason"], Value::Null);
    site.assert_exactly_once(&sent, PEOPLE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_it_answers_503_and_then_goes_on() {
    let url = postgres_database().await;
    let (before, host) = url.split_once('@').expect("user and password");
    let (host, name) = host.split_once('/').expect("a database name");
    let mut line = Line::to(host).await;
    let through = format!("{before}@{}/{name}", line.address);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, mut serve) = Site::on(folder, through).await;
    let list = site.list_of(PEOPLE as usize).await;
    site.faults(json!({ "latencyMs": 300 })).await;
    let message = site.send(&list).await;
    site.until_accepted(1, 60).await;

    line.cut().await;
    until("/readyz says that the database is away", 30, async || {
        (site.status("/readyz").await == Some(StatusCode::SERVICE_UNAVAILABLE)).then_some(())
    })
    .await;
    assert_eq!(site.status("/healthz").await, Some(StatusCode::OK));
    // each of them waits for a connection as long as one may wait: all at once
    let name = json!({ "name": "Not now" });
    let (reads, writes, page) = tokio::join!(
        site.try_rest(Method::GET, &message, None),
        site.try_rest(Method::POST, "/distribution_lists", Some(&name)),
        site.page_of_somebody("/settings"),
    );
    for (status, answer) in [reads, writes] {
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{answer}");
        let sentence = answer["error"].as_str().unwrap_or_default();
        assert!(sentence.contains("database"), "what is wrong: {answer}");
    }
    let (status, text) = page;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{text}");
    assert!(text.contains("database"), "what is wrong: {text}");

    line.mend().await;
    until("/readyz says that all is well", 60, async || {
        (site.status("/readyz").await == Some(StatusCode::OK)).then_some(())
    })
    .await;
    let lists = site.rest(Method::GET, "/distribution_lists", None).await;
    assert!(!lists.to_string().contains("Not now"), "half written: {lists}");
    let sent = site.until_sent(&message, 120).await;
    site.assert_exactly_once(&sent, PEOPLE).await;
    assert!(!serve.has_ended(), "the process went on");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_full_disk_it_says_so_and_breaks_nothing() {
    let (site, serve) = Site::new(On::Sqlite).await;
    drop(serve);
    let serve = site
        .ready(Program::start_bounded("serve", &site.settings()))
        .await;
    let list = site.list_of(PEOPLE as usize).await;
    site.faults(json!({ "latencyMs": 300 })).await;
    let message = site.send(&list).await;
    site.until_accepted(1, 60).await;

    // no file may grow or be written beyond its first page: the nearest to a full disk that needs no privileges
    bound_files(&serve, "4096");
    let name = json!({ "name": "Too much" });
    let (status, answer) = site
        .try_rest(Method::POST, "/distribution_lists", Some(&name))
        .await;
    assert_eq!(status, StatusCode::INSUFFICIENT_STORAGE, "{answer}");
    let sentence = answer["error"].as_str().unwrap_or_default();
    assert!(
        sentence.to_lowercase().contains("disk") || sentence.to_lowercase().contains("storage"),
        "what is wrong: {answer}"
    );
    let now = site.message(&message).await;
    assert_eq!(now["state"], "sending", "reading goes on: {now}");
    let lists = site.rest(Method::GET, "/distribution_lists", None).await;
    assert!(!lists.to_string().contains("Too much"), "half written: {lists}");
    assert_eq!(site.status("/readyz").await, Some(StatusCode::OK));

    bound_files(&serve, "unlimited");
    site.rest(Method::POST, "/distribution_lists", Some(&name)).await;
    let lists = site.rest(Method::GET, "/distribution_lists", None).await;
    assert!(lists.to_string().contains("Too much"), "written: {lists}");
    let sent = site.until_sent(&message, 120).await;
    site.assert_exactly_once(&sent, PEOPLE).await;
    let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check");
    let row = site.database().await.query_one_raw(check).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "ok");
}

/// Sets how large a file the process may write; writes beyond fail.
fn bound_files(program: &Program, bytes: &str) {
    let done = Command::new("prlimit")
        .arg(format!("--pid={}", program.id()))
        .arg(format!("--fsize={bytes}:"))
        .status()
        .expect("prlimit (util-linux) starts");
    assert!(done.success(), "prlimit sets the limit");
}

/// A line to another server that can be cut.
struct Line {
    address: SocketAddr,
    to: String,
    task: JoinHandle<()>,
}

impl Line {
    async fn to(server: &str) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], super::program::free_port()));
        let task = Self::listen(address, server).await;
        Self {
            address,
            to: server.to_owned(),
            task,
        }
    }

    async fn listen(address: SocketAddr, server: &str) -> JoinHandle<()> {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let server = server.to_owned();
        tokio::spawn(async move {
            // dropped with this task: then every connection breaks
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    let Ok(mut far) = TcpStream::connect(server).await else {
                        return;
                    };
                    // either end may break it
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        })
    }

    /// Breaks every connection; new ones are refused.
    async fn cut(&mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Takes connections again.
    async fn mend(&mut self) {
        self.task = Self::listen(self.address, &self.to).await;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}
