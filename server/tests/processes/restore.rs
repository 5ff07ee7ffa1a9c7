//! A backup is made while 10 000 deliveries are on their way, and restored elsewhere: nobody is left out, and nobody gets
//! a message that a phone could tell from the one it has.
use super::{
    program::{call, fails, until},
    site::{On, Site},
};
use reqwest::StatusCode;
use serde_json::json;

const PEOPLE: u64 = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_sending_sqlite_is_restored_elsewhere() {
    run(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_sending_postgres_is_restored_elsewhere() {
    run(On::Postgres).await;
}

async fn run(on: On) {
    let (mut site, mut serve) = Site::new(on).await;
    let words = site.folder().join("words.txt");
    std::fs::write(&words, "correct horse battery staple\n").unwrap();
    let file = site.folder().join("fanfare.backup");
    let list = site.list_of(PEOPLE as usize).await;
    // answers get lost too, so that there is doubt before and after
    site.faults(json!({ "latencyMs": 700, "dropResponseRate": 0.2, "seed": 7 }))
        .await;
    let message = site.send(&list).await;
    let before = site.until_accepted(1, 60).await;
    let (to, by) = (file.display().to_string(), words.display().to_string());
    call(
        &site.settings(),
        &["backup", "--to", &to, "--passphrase-file", &by],
        "",
    );
    assert!(
        before.accepted < PEOPLE,
        "the backup was made while it was being sent"
    );
    let refused = fails(
        &site.settings(),
        &["restore", "--from", &to, "--passphrase-file", &by],
    );
    assert!(refused.contains("a Fanfare runs on this target"), "{refused}");
    // and it went on after the backup
    site.until_accepted(before.accepted + 2_500, 60).await;
    serve.kill();
    let after = site.stats_at_rest().await;

    let _old = site.move_to(on).await;
    call(
        &site.settings(),
        &["restore", "--from", &to, "--passphrase-file", &by],
        "",
    );
    let _serve = site.serve().await;
    let waiting = site.message(&message).await;
    let pending = waiting["deliveries"]["pending"].as_u64().unwrap();
    assert!(pending > 0, "{waiting}");
    assert!(
        pending > PEOPLE - (after.accepted - after.repeated),
        "more had left than the backup knows: {waiting}"
    );
    // longer than a process that nobody rings sleeps
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(site.stats().await.accepted, after.accepted, "nothing is sent yet");
    let cookie = site.sign_in().await;
    let page = site.page(&cookie, "/").await;
    // of this the page draws its notice, once the browser has fetched it
    let known = page.split("&quot;restored_from&quot;:").nth(1).unwrap_or("null");
    assert!(known.starts_with(|c: char| c.is_ascii_digit()), "{page}");

    assert_eq!(site.rpc("", "resume_sending").await, StatusCode::UNAUTHORIZED);
    assert_eq!(site.rpc(&cookie, "resume_sending").await, StatusCode::OK);
    let sent = site.until_sent(&message, 120).await;
    let stats = site.assert_exactly_once(&sent, PEOPLE).await;
    assert!(
        stats.repeated > 0,
        "what had left after the backup went out once more: {stats:?}"
    );
    let page = site.page(&cookie, "/").await;
    assert!(!page.contains("Restored from a backup of"));
    until("the audit log tells", 10, async || {
        let sql =
            "SELECT count(*) FROM audit_entry WHERE action IN ('installation.restore', 'sending.resume')";
        (site.number(sql).await == 2).then_some(())
    })
    .await;
    println!(
        "{} boxes before the restore, {pending} pending in it, {stats:?}",
        after.accepted
    );
}
