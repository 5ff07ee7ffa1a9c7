//! A whole installation: a gateway of its own, `serve`, an identity and an API key.
mod browser;

use super::program::{Program, Settings, call, free_port, until, until_every};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// IDs in one call (design: contract section 5).
const CHUNK: usize = 5_000;

/// The administrator.
const EMAIL: &str = "ada@aarental.example";
/// The administrator's password.
pub const PASSWORD: &str = "a-long-enough-passphrase";

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// An installation; everything of it ends and goes when it is dropped.
pub struct Site {
    gateway: Option<Program>,
    gateway_port: u16,
    port: u16,
    database_url: String,
    http: reqwest::Client,
    key: String,
    identity: String,
    folder: TempDir,
    /// Two installations at once would take the machine from each other (cargo test; nextest has its own ways).
    _alone: OwnedMutexGuard<()>,
}

static ALONE: LazyLock<Arc<Mutex<()>>> = LazyLock::new(Arc::default);

impl Site {
    /// A running gateway, a running `serve`, and what REST needs.
    pub async fn new(on: On) -> (Self, Program) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database_url = match on {
            On::Sqlite => format!("sqlite://{}", folder.path().join("fanfare.db").display()),
            On::Postgres => postgres_database().await,
        };
        Self::on(folder, database_url).await
    }

    /// As [`Self::new`], on that database.
    pub async fn on(folder: TempDir, database_url: String) -> (Self, Program) {
        // another test of this process may have chosen it already
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut site = Self {
            gateway: None,
            gateway_port: free_port(),
            port: free_port(),
            database_url,
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("an HTTP client"),
            key: String::new(),
            identity: String::new(),
            folder,
            _alone: Arc::clone(&ALONE).lock_owned().await,
        };
        site.start_gateway().await;
        let serve = site.serve().await;
        let settings = site.settings();
        let (organisation, email) = ("Aarental", EMAIL);
        let admin = [
            "admin",
            "create",
            "--organisation",
            organisation,
            "--email",
            email,
            "--name",
            "Ada",
        ];
        call(&settings, &admin, &format!("{PASSWORD}\n"));
        let made = call(
            &settings,
            &["identity", "create", "--organisation", organisation],
            "",
        );
        let made: Value = serde_json::from_str(&made).expect("JSON");
        site.identity = made["uid"].as_str().expect("a uid").to_owned();
        let key = ["api-key", "create", "--email", email, "--name", "tests"];
        site.key = call(&settings, &key, "");
        (site, serve)
    }

    /// The settings of every process but the gateway.
    pub fn settings(&self) -> Settings {
        vec![
            ("FANFARE_DATA_DIR", self.folder.path().display().to_string()),
            ("FANFARE_DATABASE_URL", self.database_url.clone()),
            ("FANFARE_LISTEN", format!("127.0.0.1:{}", self.port)),
            ("FANFARE_PUBLIC_URL", format!("http://localhost:{}", self.port)),
            ("FANFARE_GATEWAY_URL", self.gateway_url()),
            ("FANFARE_LOCAL_GATEWAY_LISTEN", "off".to_owned()),
        ]
    }

    fn gateway_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.gateway_port)
    }

    /// Starts the gateway, on what it knew before.
    pub async fn start_gateway(&mut self) {
        let data = self.folder.path().join("gateway").display().to_string();
        let listen = format!("127.0.0.1:{}", self.gateway_port);
        let settings = vec![
            ("FANFARE_DATA_DIR", data),
            ("FANFARE_LOCAL_GATEWAY_LISTEN", listen),
        ];
        let mut gateway = Program::start("gateway", &settings);
        let stats = format!("{}/sim/stats", self.gateway_url());
        until("the gateway answers", 60, async || {
            assert!(!gateway.has_ended(), "{}", gateway.last_words());
            self.http.get(&stats).send().await.ok()
        })
        .await;
        self.gateway = Some(gateway);
    }

    /// Kills the gateway.
    pub fn kill_gateway(&mut self) {
        self.gateway = None;
    }

    /// Starts `serve` and waits until it is ready.
    pub async fn serve(&self) -> Program {
        self.ready(Program::start("serve", &self.settings())).await
    }

    /// Waits until a `serve` that was just started is ready.
    pub async fn ready(&self, mut serve: Program) -> Program {
        until("serve is ready", 60, async || {
            assert!(!serve.has_ended(), "{}", serve.last_words());
            (self.status("/readyz").await == Some(StatusCode::OK)).then_some(())
        })
        .await;
        serve
    }

    /// The status of a page, if anybody answers.
    pub async fn status(&self, path: &str) -> Option<StatusCode> {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        Some(self.http.get(url).send().await.ok()?.status())
    }

    /// A page as somebody with a session gets it (which one does not matter: it cannot be looked up).
    pub async fn page_of_somebody(&self, path: &str) -> (StatusCode, String) {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let cookie = "fanfare=AAAAAAAAAAAAAAAAAAAAAA";
        let request = self.http.get(url).header("cookie", cookie);
        let answer = request.send().await.expect("serve answers");
        (answer.status(), answer.text().await.unwrap_or_default())
    }

    /// A REST call: status and body.
    pub async fn try_rest(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let url = format!(
            "http://127.0.0.1:{}/api/v1/identities/{}{path}",
            self.port, self.identity
        );
        let mut request = self.http.request(method, url).header("x-api-key", &self.key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("serve answers");
        let status = answer.status();
        (status, answer.json().await.unwrap_or_default())
    }

    /// A REST call that succeeds.
    pub async fn rest(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.try_rest(method, path, body).await;
        assert!(status.is_success(), "{path} answered {status}: {answer}");
        answer
    }

    async fn sim(&self, method: Method, path: &str, body: Option<&Value>) -> String {
        let mut request = self
            .http
            .request(method, format!("{}/sim/{path}", self.gateway_url()));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("the gateway answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.expect("a body")
    }

    /// What goes wrong at the gateway from now on.
    pub async fn faults(&self, faults: Value) {
        self.sim(Method::PUT, "faults", Some(&faults)).await;
    }

    /// What the gateway has taken.
    pub async fn stats(&self) -> Stats {
        Stats::read(&self.sim(Method::GET, "stats", None).await)
    }

    /// The same, once nothing is under way any more: a call of our own takes as long as one that was made before it.
    pub async fn stats_at_rest(&self) -> Stats {
        until("nothing is under way to the gateway", 60, async || {
            let before = self.stats().await;
            // whatever it answers, if anything: the faults count for it too
            let _ = self
                .http
                .get(format!("{}/credits", self.gateway_url()))
                .send()
                .await;
            let after = self.stats().await;
            (before.accepted == after.accepted).then_some(after)
        })
        .await
    }

    /// As [`Self::stats`], with the number of different nonces of every recipient.
    pub async fn stats_by_recipient(&self) -> Stats {
        Stats::read(&self.sim(Method::GET, "stats?byRecipient=1", None).await)
    }

    /// A list with so many new recipients; answers its path.
    pub async fn list_of(&self, count: usize) -> String {
        self.list_of_seed("people", count).await
    }

    /// As [`Self::list_of`], with people of another seed.
    pub async fn list_of_seed(&self, seed: &str, count: usize) -> String {
        let body = json!({ "count": count, "seed": seed });
        self.sim(Method::POST, "recipients", Some(&body)).await;
        let ids = self
            .sim(Method::GET, &format!("recipients?seed={seed}"), None)
            .await;
        let ids: Vec<&str> = ids.lines().collect();
        assert_eq!(ids.len(), count, "one batch of recipients a test");
        let name = json!({ "name": "Everybody" });
        let list = self.rest(Method::POST, "/distribution_lists", Some(&name)).await;
        let path = format!("/distribution_lists/{}", list["id"].as_str().expect("an id"));
        for chunk in ids.chunks(CHUNK) {
            let body = json!({ "recipients": chunk, "replaceExisting": false });
            self.rest(Method::POST, &format!("{path}/recipients"), Some(&body))
                .await;
        }
        path
    }

    /// Sends to a list; answers the message's path.
    pub async fn send(&self, list: &str) -> String {
        let body = json!({ "type": "text", "body": { "en": "The bridge is closed until six." } });
        let sent = self
            .rest(Method::POST, &format!("{list}/chat"), Some(&body))
            .await;
        format!("{list}/chat/{}", sent["id"].as_str().expect("an id"))
    }

    /// The message as REST shows it.
    pub async fn message(&self, path: &str) -> Value {
        self.rest(Method::GET, path, None).await
    }

    /// Waits until REST shows the message as wanted; answers it. A key may ask 10 000 times a day: not too often.
    pub async fn until_message(
        &self,
        path: &str,
        what: &str,
        seconds: u64,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        until_every(100, what, seconds, async || {
            let message = self.message(path).await;
            wanted(&message).then_some(message)
        })
        .await
    }

    /// Waits until REST says that everything has left; answers the message.
    pub async fn until_sent(&self, path: &str, seconds: u64) -> Value {
        let sent = |message: &Value| message["state"] == "sent";
        self.until_message(path, "REST says that the message is sent", seconds, sent)
            .await
    }

    /// Waits until the gateway has taken at least so many boxes.
    pub async fn until_accepted(&self, least: u64, seconds: u64) -> Stats {
        let what = format!("the gateway has taken {least} boxes");
        until(&what, seconds, async || {
            let stats = self.stats().await;
            (stats.accepted >= least).then_some(stats)
        })
        .await
    }

    /// Asserts that everybody got the message exactly once: one distinct nonce each, and as many boxes that were not
    /// repeats as deliveries that REST calls accepted.
    pub async fn assert_exactly_once(&self, message: &Value, people: u64) -> Stats {
        let stats = self.stats_by_recipient().await;
        let accepted = message["deliveries"]["accepted"].as_u64().expect("a number");
        assert_eq!(
            accepted, people,
            "accepted deliveries that REST reports: {message}"
        );
        assert_eq!(
            stats.accepted - stats.repeated,
            accepted,
            "boxes without the repeats: {} - {}",
            stats.accepted,
            stats.repeated
        );
        assert_eq!(stats.people, people, "people with a box");
        assert_eq!(
            stats.with_one_nonce, people,
            "people with exactly one distinct nonce"
        );
        stats
    }

    /// A second connection to the database.
    pub async fn database(&self) -> DatabaseConnection {
        Database::connect(&self.database_url)
            .await
            .expect("the database answers")
    }
}

/// What tests of keys and backups need on top.
impl Site {
    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The gateway's address.
    pub fn gateway(&self) -> String {
        self.gateway_url()
    }

    /// The key of the REST API.
    pub fn api_key(&self) -> &str {
        &self.key
    }

    /// The installation's place is an empty one from now on; the gateway stays. Answers the old folder.
    pub async fn move_to(&mut self, on: On) -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.database_url = match on {
            On::Sqlite => format!("sqlite://{}", folder.path().join("fanfare.db").display()),
            On::Postgres => postgres_database().await,
        };
        self.port = free_port();
        std::mem::replace(&mut self.folder, folder)
    }

    /// A number that a statement finds.
    pub async fn number(&self, sql: &str) -> i64 {
        let db = self.database().await;
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.expect("the database answers");
        let number = row.expect("a row").try_get_by_index(0).expect("a number");
        // before the next one: connections are few
        db.close().await.expect("it closes");
        number
    }
}

/// What the gateway has taken.
#[derive(Debug)]
pub struct Stats {
    /// Boxes, repeats included.
    pub accepted: u64,
    /// Boxes whose nonce the recipient already had.
    pub repeated: u64,
    /// People with a box; 0 when it was not asked for.
    pub people: u64,
    /// Those who had only one nonce.
    pub with_one_nonce: u64,
}

impl Stats {
    fn read(text: &str) -> Self {
        let json: Value = serde_json::from_str(text).expect("JSON");
        let number = |name: &str| json[name].as_u64().expect("a number");
        let by_recipient = json["byRecipient"].as_object();
        let nonces = || by_recipient.into_iter().flat_map(|all| all.values());
        Self {
            accepted: number("accepted"),
            repeated: number("repeatedNonces"),
            people: nonces().count() as u64,
            with_one_nonce: nonces().filter(|n| **n == 1).count() as u64,
        }
    }
}

/// A new, empty database on the server of the test run.
pub async fn postgres_database() -> String {
    let base = std::env::var("FANFARE_TEST_POSTGRES_URL")
        .expect("FANFARE_TEST_POSTGRES_URL names a PostgreSQL: run make test, or scripts/postgres.sh");
    let name = format!("p{:016x}", super::program::random(u64::MAX));
    let admin = Database::connect(&base).await.expect("PostgreSQL answers");
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a new database");
    let (server, _) = base.rsplit_once('/').expect("a database address ends in /name");
    format!("{server}/{name}")
}
