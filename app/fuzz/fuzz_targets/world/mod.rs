//! An identity with a feed, a bot, lists that take replies and a group, on a local gateway; and people who write to it.
mod town;

use app::{
    features::{
        gateway::wire::{Content, MAX_TEXT},
        identities::server::{self as identities, Identity},
        inbound::server::{Intake, callback, run_inbound_jobs},
    },
    kernel::ThreemaId,
    testing::{TestCtx, callback_body},
};
use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, QueryResult};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
};
use tokio::runtime::{Builder, Runtime};
use town::{Person, Town};

/// Rule 8: answers that one person gets in a minute.
const ANSWERS_A_MINUTE: usize = 20;
const MINUTE: i64 = 60_000;
/// What is looked for of a text: long enough to stand nowhere by chance.
const TRACE: usize = 12;

/// How a message comes, from the byte before it.
mod head {
    /// Who writes: the remainder by the number of people.
    pub const FROM: u8 = 0b0000_0111;
    /// The message begins with type and ID of a group; the creator comes in between.
    pub const OF_A_GROUP: u8 = 0b0000_1000;
    /// The same without the creator: what changes a group.
    pub const CONTROL: u8 = 0b0001_0000;
    /// It is dealt with before the next one comes.
    pub const ALONE: u8 = 0b0010_0000;
    /// A minute later than the one before.
    pub const LATER: u8 = 0b0100_0000;
}

/// What an input does, as far as the checks have to know.
#[derive(Default)]
struct Done {
    wrote: HashSet<usize>,
    texts: Vec<String>,
    minutes: usize,
}

/// See above. Between two inputs the database is as it was at the start.
pub struct World {
    runtime: Runtime,
    test: TestCtx,
    identity: Identity,
    secret: String,
    intake: Arc<Intake>,
    people: Vec<Person>,
    /// Creator and ID of the group.
    group: ([u8; 8], [u8; 8]),
    /// A connection without foreign keys, to put tables back.
    keeper: DatabaseConnection,
    /// The files at the start.
    before: Vec<u8>,
    shape: AtomicU8,
    _gateway: tempfile::TempDir,
}

impl World {
    /// A new one.
    pub fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let Town {
            test,
            identity,
            people,
            group,
            gateway,
        } = runtime.block_on(town::make());
        let (secret, keeper, before) = runtime.block_on(async {
            let secret = identities::open_gateway_secret(&test.ctx, &identity)
                .await
                .unwrap();
            let keeper = keep(&test).await;
            (secret.to_string(), keeper, files(&test))
        });
        Self {
            runtime,
            test,
            identity,
            secret,
            intake: Arc::default(),
            people,
            group,
            keeper,
            before,
            shape: AtomicU8::new(u8::MAX),
            _gateway: gateway,
        }
    }

    /// Everything that one input does, and what must be true afterwards.
    pub fn meet(&self, shape: u8, messages: &[&[u8]]) {
        self.runtime.block_on(async {
            self.take_shape(shape).await;
            let mut done = Done {
                minutes: 1,
                ..Done::default()
            };
            for (number, message) in messages.iter().enumerate() {
                let Some((head, message)) = message.split_first() else {
                    continue;
                };
                self.bring(number as u64 + 1, *head, message, &mut done).await;
                if head & head::ALONE != 0 {
                    self.round().await;
                }
            }
            self.round().await;
            self.everything_is_dealt_with().await;
            self.answers_are_right(&done).await;
            self.nothing_is_left(&done.texts);
            self.put_back().await;
            let turned = done.minutes as i64 - 1;
            self.test.clock.turn(-turned * MINUTE);
        });
    }

    /// Bits of what the identity is: only for internal people; after the end of its plan; full.
    async fn take_shape(&self, shape: u8) {
        let shape = shape & 0b111;
        if self.shape.swap(shape, Relaxed) == shape {
            return;
        }
        let word = |bit: u8, yes: &'static str, no: &'static str| if shape & bit != 0 { yes } else { no };
        let sql = format!(
            "UPDATE identity SET internal_only = {}; UPDATE plan SET valid_until = {}, recipient_limit = {};
             DELETE FROM _keep_identity; INSERT INTO _keep_identity SELECT * FROM identity;
             DELETE FROM _keep_plan; INSERT INTO _keep_plan SELECT * FROM plan; DELETE FROM _dirty",
            word(1, "TRUE", "FALSE"),
            word(2, "valid_from", "valid_from + 31536000000"),
            word(4, "1", "1000000"),
        );
        self.keeper.execute_unprepared(&sql).await.unwrap();
    }

    async fn bring(&self, number: u64, head: u8, message: &[u8], done: &mut Done) {
        if head & head::LATER != 0 {
            self.test.clock.turn(MINUTE);
            done.minutes += 1;
        }
        let from = usize::from(head & head::FROM) % self.people.len();
        let mut container = message.to_vec();
        if !container.is_empty() && head & (head::OF_A_GROUP | head::CONTROL) != 0 {
            let mut between = self.group.1.to_vec();
            if head & head::OF_A_GROUP != 0 {
                between.splice(..0, self.group.0);
            }
            container.splice(1..1, between);
        }
        if let Ok(Content::Text(text)) = Content::decode(&container) {
            done.wrote.insert(from);
            done.texts.push(text);
        }
        let answer = callback(
            State(self.test.ctx.clone()),
            Extension(self.intake.clone()),
            Path(self.identity.threema_id.clone()),
            self.body(&self.people[from], number, &container),
        );
        assert_eq!(answer.await.status(), 200, "what is authentic is taken");
    }

    fn body(&self, from: &Person, number: u64, container: &[u8]) -> Bytes {
        let nonce = [number as u8; 24];
        let sealed = from.shared.seal_padded(&nonce, container, 40);
        let to = &self.identity.threema_id;
        callback_body(&self.secret, &from.id, to, number, &nonce, &sealed).into()
    }

    async fn round(&self) {
        run_inbound_jobs(&self.test.ctx, "fuzz").await.unwrap();
    }

    async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let db = &self.test.ctx.db;
        db.conn().query_all_raw(db.stmt(sql, [])).await.unwrap()
    }

    /// Nothing waits but receipts for what may still be on its way. A fault of ours would keep up its sender for ever.
    async fn everything_is_dealt_with(&self) {
        let sql = "SELECT attempts FROM job WHERE kind = 'inbound' AND lane IS NOT NULL";
        // the gateway may have been slow with a key, on a busy machine
        for _ in 0..3 {
            if self.rows(sql).await.is_empty() {
                return;
            }
            self.test.clock.turn(MINUTE);
            self.round().await;
            self.test.clock.turn(-MINUTE);
        }
        panic!("a message is never dealt with");
    }

    async fn answers_are_right(&self, done: &Done) {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for row in self
            .rows("SELECT threema_id, nonce, boxed FROM answer ORDER BY id")
            .await
        {
            let to: String = row.try_get("", "threema_id").unwrap();
            let to: ThreemaId = to.parse().unwrap();
            assert!(!to.is_gateway(), "an answer to {to}");
            let at = self.people.iter().position(|p| p.id == to).unwrap();
            assert!(done.wrote.contains(&at), "an answer to who wrote no text");
            *counts.entry(at).or_default() += 1;
            let (nonce, boxed): (Vec<u8>, Vec<u8>) = (
                row.try_get("", "nonce").unwrap(),
                row.try_get("", "boxed").unwrap(),
            );
            let nonce = nonce.try_into().unwrap();
            let plain = self.people[at].shared.open_padded(&nonce, &boxed).unwrap();
            match Content::decode(&plain).unwrap() {
                Content::Text(text) => assert!(!text.trim().is_empty() && text.len() <= MAX_TEXT),
                other => panic!("an answer that is no text: {other:?}"),
            }
        }
        let most = ANSWERS_A_MINUTE * done.minutes;
        assert!(counts.values().all(|n| *n <= most), "rule 8");
        let machines = "SELECT d.seq FROM group_delivery d JOIN recipient r ON r.id = d.recipient_id
                        WHERE substr(r.threema_id, 1, 1) = '*'";
        assert!(self.rows(machines).await.is_empty(), "a group answers a machine");
    }

    /// What is kept is sealed, and the rest is gone: no text stands in the journal, which holds everything that an input
    /// has written.
    fn nothing_is_left(&self, texts: &[String]) {
        let traces: Vec<&[u8]> = texts.iter().filter_map(|text| trace(text)).collect();
        if traces.is_empty() {
            return;
        }
        let written = std::fs::read(self.test.folder().join("test.db-wal")).unwrap();
        for trace in traces {
            assert!(
                !holds(&written, trace) || holds(&self.before, trace),
                "{:?} stands in the database",
                String::from_utf8_lossy(trace)
            );
        }
    }

    async fn put_back(&self) {
        let dirty = self.keeper.query_all_raw(self.test.ctx.db.stmt(
            "SELECT DISTINCT m.name AS name FROM _dirty d JOIN sqlite_master m ON m.rowid = d.number",
            [],
        ));
        let mut sql = String::from("BEGIN IMMEDIATE;");
        for row in dirty.await.unwrap() {
            let name: String = row.try_get("", "name").unwrap();
            sql += &format!("DELETE FROM {name}; INSERT INTO {name} SELECT * FROM _keep_{name};");
        }
        // the journal of the next input begins empty
        sql += "DELETE FROM _dirty; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)";
        self.keeper.execute_unprepared(&sql).await.unwrap();
    }
}

/// The part of a text that is looked for; none when it is short, or of so few different bytes that it could be chance.
fn trace(text: &str) -> Option<&[u8]> {
    let part = text.trim().as_bytes().get(..TRACE)?;
    let different: HashSet<&u8> = part.iter().collect();
    (different.len() > TRACE / 2).then_some(part)
}

/// libFuzzer watches what is compared, and would soon write what stands in the files by itself: so nothing is compared but
/// differences.
fn holds(bytes: &[u8], part: &[u8]) -> bool {
    let differ = |window: &[u8]| window.iter().zip(part).fold(0, |all, (a, b)| all | (a ^ b));
    bytes
        .windows(part.len())
        .any(|window| window[0] ^ part[0] == 0 && differ(window) == 0)
}

/// All files of the database, one after the other.
fn files(test: &TestCtx) -> Vec<u8> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(test.folder()).unwrap() {
        all.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    all
}

/// Keeps a copy of every table, and notes from now on which ones change.
async fn keep(test: &TestCtx) -> DatabaseConnection {
    let mut options = ConnectOptions::new(test.url.clone());
    options.sqlx_logging(false).map_sqlx_sqlite_opts(|o| {
        o.foreign_keys(false)
            .busy_timeout(std::time::Duration::from_secs(30))
    });
    let keeper = Database::connect(app::kernel::server::db::lasting(options))
        .await
        .unwrap();
    let tables = "SELECT rowid AS number, name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'";
    let rows = keeper.query_all_raw(test.ctx.db.stmt(tables, [])).await.unwrap();
    // numbers, not names: an input that happens to be a name would stand there
    let mut sql = String::from("CREATE TABLE _dirty (number INTEGER NOT NULL);");
    for row in rows {
        let name: String = row.try_get("", "name").unwrap();
        let number: i64 = row.try_get("", "number").unwrap();
        sql += &format!("CREATE TABLE _keep_{name} AS SELECT * FROM {name};");
        for change in ["INSERT", "UPDATE", "DELETE"] {
            sql += &format!(
                "CREATE TRIGGER _{name}_{change} AFTER {change} ON {name} BEGIN INSERT INTO _dirty VALUES ({number}); END;"
            );
        }
    }
    keeper.execute_unprepared(&sql).await.unwrap();
    keeper
}
