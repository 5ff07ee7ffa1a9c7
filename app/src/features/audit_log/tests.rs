//! Pages, filters and checks of the log, on both databases; words for what is recorded.
mod words;

use super::{
    model::{LogFilter, PAGE, Place},
    server::{check, load, people},
};
use crate::features::{
    audit::{
        model::Broken,
        server::{ActorKind, Who, record},
    },
    auth::server::Caller,
};
use crate::kernel::{
    ErrorCode, Problem, Timestamp,
    permission::cap,
    rights::Rights,
    server::{Ctx, Db},
};
use crate::testing::{On, TestCtx};
use sea_orm::ConnectionTrait;
use serde_json::json;

async fn write(ctx: &Ctx, who: &Who, action: &str, subject: &str, detail: serde_json::Value) {
    let tx = ctx.db.begin().await.unwrap();
    record(ctx, &tx, who, action, subject, detail).await.unwrap();
    tx.commit().await.unwrap();
}

async fn page(ctx: &Ctx, who: &Caller, filter: &LogFilter, place: Place) -> super::model::LogPage {
    let granted = who.granted::<cap::SeeAuditLog>().unwrap();
    load(ctx.clone(), granted, filter.clone(), place).await.unwrap()
}

async fn found(ctx: &Ctx, who: &Caller, filter: LogFilter) -> Vec<u64> {
    let page = page(ctx, who, &filter, Place::Newest).await;
    page.entries.iter().map(|e| e.seq).collect()
}

async fn filters_and_pages(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;
    let eve = test.administrator("Elsewhere", "eve@example.org").await;
    write(
        ctx,
        &eve.who,
        "list.create",
        "theirs",
        json!({ "name": "Theirs" }),
    )
    .await;
    let operator = Who {
        kind: ActorKind::Operator,
        administrator_id: None,
        ..ada.who.clone()
    };
    // entry 1 made the administrator
    write(
        ctx,
        &ada.who,
        "list.create",
        "list1",
        json!({ "name": "50 % Presse_!" }),
    )
    .await;
    test.clock.turn(Timestamp::DAY);
    let renamed = json!({ "before": { "name": "Presse" }, "after": { "name": "Medien" } });
    write(ctx, &ada.who, "list.rename", "list1", renamed).await;
    write(
        ctx,
        &operator,
        "identity.create",
        "id1",
        json!({ "threemaId": "*BC00001" }),
    )
    .await;
    test.clock.turn(Timestamp::DAY);
    write(
        ctx,
        &Who::job(ada.who.organisation_id),
        "message.expire",
        "",
        json!({ "texts": 3 }),
    )
    .await;

    let by = |set: &dyn Fn(&mut LogFilter)| {
        let mut filter = LogFilter::default();
        set(&mut filter);
        filter
    };
    assert_eq!(found(ctx, &ada, LogFilter::default()).await, [5, 4, 3, 2, 1]);
    assert_eq!(
        found(ctx, &eve, LogFilter::default()).await,
        [2, 1],
        "only the own organisation's"
    );
    let granted = ada.granted().unwrap();
    let uid = people(ctx.clone(), granted).await.unwrap()[0].0.to_string();
    assert_eq!(found(ctx, &ada, by(&|f| f.who = uid.clone())).await, [3, 2]);
    assert_eq!(found(ctx, &ada, by(&|f| f.who = "operator".into())).await, [4]);
    assert_eq!(found(ctx, &ada, by(&|f| f.who = "job".into())).await, [5]);
    assert_eq!(
        found(ctx, &ada, by(&|f| f.what = "list.rename".into())).await,
        [3]
    );
    assert_eq!(
        found(ctx, &ada, by(&|f| f.what = "audience".into())).await,
        [3, 2]
    );
    assert_eq!(
        found(ctx, &ada, by(&|f| f.what = "nonsense".into())).await,
        [0_u64; 0]
    );
    assert_eq!(
        found(ctx, &ada, by(&|f| f.subject = "list1".into())).await,
        [3, 2]
    );
    assert_eq!(
        found(ctx, &eve, by(&|f| f.subject = "list1".into())).await,
        [0_u64; 0]
    );
    assert_eq!(
        found(ctx, &ada, by(&|f| f.from = "2026-11-22".into())).await,
        [5, 4, 3]
    );
    assert_eq!(
        found(ctx, &ada, by(&|f| f.to = "2026-11-22".into())).await,
        [4, 3, 2, 1]
    );
    assert_eq!(
        found(ctx, &ada, by(&|f| f.from = "2026-11-24".into())).await,
        [0_u64; 0]
    );
    let both = by(&|f| {
        f.from = "2026-11-22".into();
        f.to = "2026-11-22".into();
        f.who = uid.clone();
    });
    assert_eq!(found(ctx, &ada, both).await, [3]);
    let umlauts = json!({ "before": { "name": "ÜBUNG Äußeres" }, "after": { "name": "übung" } });
    write(ctx, &ada.who, "list.rename", "list2", umlauts).await;
    for (q, seqs) in [
        ("übung", vec![6]),
        ("ÜBUNG", vec![6]),
        ("äußeres", vec![6]),
        ("Äusseres", vec![]),
        ("medien", vec![3]),
        ("MEDIEN presse", vec![3]),
        ("50 %", vec![2]),
        ("presse_!", vec![2]),
        ("renamed", vec![6, 3]),
        ("umbenannt ada", vec![6, 3]),
        ("*bc00001", vec![4]),
        ("'; DROP TABLE audit_entry", vec![]),
    ] {
        assert_eq!(found(ctx, &ada, by(&|f| f.q = q.into())).await, seqs, "{q}");
    }
    let granted = ada.granted::<cap::SeeAuditLog>().unwrap();
    let bad = by(&|f| f.to = "yesterday".into());
    let error = load(ctx.clone(), granted, bad, Place::Newest).await.unwrap_err();
    assert_eq!(error.of("to"), Some(&Problem::NotADate));
    let entry = &page(ctx, &ada, &by(&|f| f.what = "list.rename".into()), Place::Newest)
        .await
        .entries[0];
    assert_eq!(
        (entry.name.as_str(), entry.kind.as_str()),
        ("Ada", "administrator")
    );
    assert_eq!(entry.lines[0].before.as_deref(), Some("ÜBUNG Äußeres"));
    assert_eq!(entry.lines[0].after.as_deref(), Some("übung"));
}

#[tokio::test]
async fn filters_and_pages_on_sqlite() {
    filters_and_pages(On::Sqlite).await;
}

#[tokio::test]
async fn filters_and_pages_on_postgres() {
    filters_and_pages(On::Postgres).await;
}

/// Many entries behind those that are there; not chained, since only reading is looked at.
async fn fill(db: &Db, organisation_id: i64, from: i64, count: i64) {
    let series = match db.is_sqlite() {
        true => format!(
            "WITH RECURSIVE g (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM g WHERE n + 1 < {}) SELECT n FROM g",
            from + count
        ),
        false => format!(
            "SELECT n FROM generate_series({from}, {}) AS g (n)",
            from + count - 1
        ),
    };
    let sql = format!(
        "INSERT INTO audit_entry (organisation_id, at, actor_kind, action, subject, detail, seq, hash, actor_uid, actor_name) \
         SELECT {organisation_id}, 1795262400000 + n * 1000, 'administrator', \
         CASE WHEN n % 1000 = 7 THEN 'list.delete' ELSE 'session.start' END, \
         's' || n, '{{}}', n, 'h', 'aaaaaaaaaa', 'Ada' FROM ({series}) AS s"
    );
    db.conn().execute_unprepared(&sql).await.unwrap();
}

async fn a_long_log_is_read_in_parts(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;
    fill(&ctx.db, ada.who.organisation_id, 2, 250_000).await;
    let all = LogFilter::default();
    // to the end and back, by the ways that the pages themselves offer
    let (mut place, mut seen) = (Place::Newest, Vec::new());
    for _ in 0..3 {
        let page = page(ctx, &ada, &all, place).await;
        assert_eq!((page.entries.len(), page.total), (PAGE, 250_001));
        seen.push(page.entries[0].seq);
        place = page.older.unwrap();
    }
    assert_eq!(seen, [250_001, 249_951, 249_901]);
    let back = page(ctx, &ada, &all, Place::After(249_901)).await;
    assert_eq!(
        (back.entries[0].seq, back.older),
        (249_951, Some(Place::Before(249_902)))
    );
    let back = page(ctx, &ada, &all, back.newer.unwrap()).await;
    assert_eq!((back.entries[0].seq, back.newer), (250_001, None));
    let last = page(ctx, &ada, &all, Place::Before(10)).await;
    assert_eq!((last.entries.len(), last.older), (9, None));
    // a search comes back with what it has looked through, and goes on
    let rare = LogFilter {
        q: "administrator".into(),
        ..all.clone()
    };
    let mut page_of = page(ctx, &ada, &rare, Place::Newest).await;
    let mut steps = 0;
    while page_of.entries.is_empty() {
        assert!(page_of.searched_to.is_some());
        page_of = page(ctx, &ada, &rare, page_of.older.unwrap()).await;
        steps += 1;
    }
    assert_eq!((page_of.entries[0].seq, steps, page_of.older), (1, 2, None));
    let some = LogFilter {
        what: "audience".into(),
        to: "2026-11-22".into(),
        ..all
    };
    let page = page(ctx, &ada, &some, Place::Newest).await;
    assert_eq!(page.entries.len(), PAGE);
    assert!(page.entries.iter().all(|e| e.action == "list.delete"));
}

#[tokio::test]
async fn a_long_log_is_read_in_parts_on_sqlite() {
    a_long_log_is_read_in_parts(On::Sqlite).await;
}

#[tokio::test]
async fn a_long_log_is_read_in_parts_on_postgres() {
    a_long_log_is_read_in_parts(On::Postgres).await;
}

#[tokio::test]
async fn a_check_is_in_the_log_too() {
    let test = TestCtx::new(On::Sqlite, "http://127.0.0.1:1").await;
    let ctx = &test.ctx;
    let ada = test.administrator("Town", "ada@example.org").await;
    let chain = check(ctx.clone(), ada.granted().unwrap()).await.unwrap();
    assert_eq!((chain.entries, chain.broken), (1, None));
    let last = page(ctx, &ada, &LogFilter::default(), Place::Newest)
        .await
        .last_check
        .unwrap();
    assert_eq!(
        (last.entries, last.unbroken, last.name.as_str()),
        (1, true, "Ada")
    );
    let sql = "UPDATE audit_entry SET detail = '{}' WHERE seq = 1";
    ctx.db.conn().execute_unprepared(sql).await.unwrap();
    let chain = check(ctx.clone(), ada.granted().unwrap()).await.unwrap();
    assert_eq!(chain.broken, Some(Broken::Changed { entry: 1 }));
    let last = page(ctx, &ada, &LogFilter::default(), Place::Newest)
        .await
        .last_check
        .unwrap();
    assert!(!last.unbroken);
    let nobody = Caller {
        rights: Rights::default(),
        ..ada
    };
    assert_eq!(
        nobody.granted::<cap::SeeAuditLog>().unwrap_err().code,
        ErrorCode::Forbidden
    );
}
