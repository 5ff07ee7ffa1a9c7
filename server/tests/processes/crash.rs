//! Exactly once for the reader (product rule 16), whatever dies while a message is being sent.
use super::{
    program::{Program, random, until},
    site::{On, Site},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::json;
use std::time::Duration;

/// Every call to the gateway waits so long.
const LATENCY_MS: u64 = 150;

/// How a run is to go.
struct Plan {
    people: u64,
    kills: u64,
    /// Kills that must have fallen between the first and the last acceptance.
    between: u64,
    workers: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_twenty_times_while_it_sends() {
    let kills = kills();
    let plan = Plan {
        people: (kills * 1_000).max(10_000),
        kills,
        between: kills * 3 / 4,
        workers: 0,
    };
    run(On::Sqlite, plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_and_two_workers_on_one_database_are_killed_in_turn() {
    // while one of them starts again, the others go on: each kill takes more people
    let kills = kills() * 2 / 5;
    let plan = Plan {
        people: (kills * 4_000).max(10_000),
        kills,
        between: kills * 3 / 4,
        workers: 2,
    };
    run(On::Postgres, plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_and_two_workers_take_no_delivery_twice() {
    const PEOPLE: u64 = 30_000;
    let (site, _serve) = Site::new(On::Postgres).await;
    let _workers = [0, 1].map(|_| Program::start("worker", &site.settings()));
    let db = site.database().await;
    db.execute_unprepared(NOTE_LEASES).await.expect("a trigger");
    until("the three processes are there", 60, async || {
        let [processes] = numbers(&db, "SELECT COUNT(*) AS n0 FROM process").await;
        (processes == 3).then_some(())
    })
    .await;
    let list = site.list_of(PEOPLE as usize).await;
    // longer than a process that nobody rings sleeps: each gets its share
    site.faults(json!({ "latencyMs": 1_500 })).await;
    let message = site.send(&list).await;
    let sent = site.until_sent(&message, 120).await;
    let stats = site.assert_exactly_once(&sent, PEOPLE).await;
    assert_eq!(stats.repeated, 0, "boxes that two processes have sent");
    let sql = "SELECT COUNT(*) AS n0, COUNT(DISTINCT batch) AS n1, COUNT(DISTINCT holder) AS n2, COUNT(before) AS n3 FROM taken";
    let [leases, batches, holders, held] = numbers(&db, sql).await;
    println!("{leases} leases of {batches} batches by {holders} processes");
    assert_eq!(held, 0, "leases that were taken while another process had them");
    assert_eq!(batches, 30, "batches that somebody took");
    assert_eq!(holders, 3, "every process had its share");
}

/// Has the database itself note who takes a batch, and from whom.
const NOTE_LEASES: &str = "CREATE TABLE taken (batch BIGINT, holder TEXT, before TEXT);
    CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.lease_holder IS DISTINCT FROM OLD.lease_holder AND NEW.lease_holder IS NOT NULL THEN
            INSERT INTO taken VALUES (NEW.batch, NEW.lease_holder, OLD.lease_holder);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER note_lease BEFORE UPDATE ON fanout_batch FOR EACH ROW EXECUTE FUNCTION note_lease();";

/// The numbers of one row, whose columns are called `n0`, `n1` …
async fn numbers<const N: usize>(db: &DatabaseConnection, sql: &str) -> [i64; N] {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    std::array::from_fn(|at| row.try_get("", &format!("n{at}")).unwrap())
}

/// `CRASH_KILLS` makes a long run of it (scripts/bench/crash.sh).
fn kills() -> u64 {
    let kills = std::env::var("CRASH_KILLS").ok();
    kills.map_or(20, |n| n.parse().expect("CRASH_KILLS is a number"))
}

async fn run(on: On, plan: Plan) {
    let (site, serve) = Site::new(on).await;
    let mut processes = vec![serve];
    for _ in 0..plan.workers {
        processes.push(Program::start("worker", &site.settings()));
    }
    let list = site.list_of(plan.people as usize).await;
    let faults = json!({ "latencyMs": LATENCY_MS, "dropResponseRate": 0.2, "seed": random(1 << 32) });
    println!("faults: {faults}");
    site.faults(faults).await;
    let message = site.send(&list).await;

    let mut after = Vec::new();
    for kill in 1..=plan.kills {
        let before = site.stats().await.accepted;
        // somewhere in what one life may send, so that the message outlasts the kills
        let target = before + 1 + random(plan.people / plan.kills / 2);
        site.until_accepted(target, 60).await;
        // and somewhere in the life of a batch: leasing, sealing, waiting, writing
        tokio::time::sleep(Duration::from_millis(random(LATENCY_MS))).await;
        let victim = random(processes.len() as u64) as usize;
        processes[victim].kill();
        let accepted = site.stats().await.accepted;
        println!("kill {kill} of process {victim} after {accepted} boxes");
        after.push(accepted);
        processes[victim] = if victim == 0 {
            site.serve().await
        } else {
            Program::start("worker", &site.settings())
        };
    }

    let sent = site.until_sent(&message, 120 + plan.people / 200).await;
    let stats = site.assert_exactly_once(&sent, plan.people).await;
    println!("{stats:?}");
    let between = after.iter().filter(|n| **n > 0 && **n < stats.accepted).count() as u64;
    assert!(
        between >= plan.between,
        "only {between} of {} kills fell between the first and the last acceptance: the run shows too little",
        plan.kills
    );
    assert!(stats.repeated > 0, "no box was sent twice: the run shows nothing");
}
