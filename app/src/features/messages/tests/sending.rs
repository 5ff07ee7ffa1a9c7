//! The good way: drafts, undo, sending, stopping, who may see what.
use super::world::World;
use crate::features::messages::{
    model::{DeliveryState, DraftInput, MessageState as S, Reason, SendInput, TEXT_BYTES, Texts},
    server as messages,
};
use crate::kernel::{ErrorCode, LanguageCode, PageRequest, Problem, Timestamp};
use crate::testing::On;
use sea_orm::{ConnectionTrait, Statement};

async fn everybody_gets_it_once(on: On) {
    let w = World::new(on, 2_500).await;
    let uid = w.send("*Hello*").await;
    let view = w.work_until(&uid, |v| v.row.state == S::Sent).await;
    assert_eq!(
        (
            view.row.counts.total,
            view.row.counts.accepted,
            view.row.counts.pending
        ),
        (2_500, 2_500, 0)
    );
    assert_eq!(view.row.title.as_deref(), Some("Hello"));
    let (accepted, repeated, nonces) = w.stats().await;
    assert_eq!((accepted, repeated), (2_500, 0));
    assert!(nonces.iter().all(|n| *n == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_it_once_sqlite() {
    everybody_gets_it_once(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_it_once_postgres() {
    everybody_gets_it_once(On::Postgres).await;
}

async fn undo_pause_stop(on: On) {
    let w = World::new(on, 5).await;
    let ctx = w.ctx();
    // sending twice is sending once
    let uid = w.queue("one").await.unwrap();
    let again = SendInput {
        draft: uid.clone(),
        goes_to: 5,
    };
    messages::send_draft(ctx.clone(), w.caller.granted().unwrap(), w.uid.clone(), again)
        .await
        .unwrap();
    assert_eq!(w.view(&uid).await.row.counts.total, 5);
    // taken back it is a draft, with its text
    messages::undo_send(
        ctx.clone(),
        w.caller.granted().unwrap(),
        w.uid.clone(),
        uid.clone(),
    )
    .await
    .unwrap();
    let draft = messages::load_draft(
        ctx.clone(),
        w.caller.granted().unwrap(),
        w.uid.clone(),
        uid.clone(),
    )
    .await
    .unwrap();
    assert_eq!(draft.texts[&LanguageCode::EN], "one");
    assert_eq!(w.view(&uid).await.row.counts.total, 0);
    // the number in the button must be right
    let wrong = SendInput {
        draft: uid.clone(),
        goes_to: 4,
    };
    let refused = messages::send_draft(ctx.clone(), w.caller.granted().unwrap(), w.uid.clone(), wrong)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::Changed);
    assert_eq!(w.view(&uid).await.row.state, S::Draft);
    // stopped before it left: cancelled, and no undo any more
    let right = SendInput {
        draft: uid.clone(),
        goes_to: 5,
    };
    messages::send_draft(ctx.clone(), w.caller.granted().unwrap(), w.uid.clone(), right)
        .await
        .unwrap();
    messages::stop(
        ctx.clone(),
        w.caller.granted().unwrap(),
        w.uid.clone(),
        uid.clone(),
    )
    .await
    .unwrap();
    let view = w.view(&uid).await;
    assert_eq!(
        (view.row.state, view.row.counts.cancelled, view.row.counts.pending),
        (S::Cancelled, 5, 0)
    );
    let late = messages::undo_send(
        ctx.clone(),
        w.caller.granted().unwrap(),
        w.uid.clone(),
        uid.clone(),
    )
    .await
    .unwrap_err();
    assert_eq!(late.code, ErrorCode::WrongState);
    assert_eq!(w.stats().await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_pause_stop_sqlite() {
    undo_pause_stop(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_pause_stop_postgres() {
    undo_pause_stop(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_texts_are_named_at_their_field_and_nothing_is_sent() {
    let w = World::new(On::Sqlite, 1).await;
    let draft = w.draft(&"ä".repeat(TEXT_BYTES / 2 + 1)).await;
    let input = SendInput {
        draft: draft.clone(),
        goes_to: 1,
    };
    let error = messages::send_draft(w.ctx().clone(), w.caller.granted().unwrap(), w.uid.clone(), input)
        .await
        .unwrap_err();
    assert_eq!(
        error.of("texts.en"),
        Some(&Problem::TooManyBytes {
            max: 3_500,
            is: 3_502
        })
    );
    let texts = Texts::from([(LanguageCode::DE, "nur deutsch".to_owned())]);
    let input = DraftInput {
        uid: Some(draft.clone()),
        lists: vec![w.list.clone()],
        texts,
        ..Default::default()
    };
    messages::save_draft(w.ctx().clone(), w.caller.granted().unwrap(), w.uid.clone(), input)
        .await
        .unwrap();
    let input = SendInput {
        draft: draft.clone(),
        goes_to: 1,
    };
    let error = messages::send_draft(w.ctx().clone(), w.caller.granted().unwrap(), w.uid.clone(), input)
        .await
        .unwrap_err();
    assert_eq!(error.of("texts.en"), Some(&Problem::DefaultTextMissing));
    assert_eq!(w.view(&draft).await.row.state, S::Draft);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisation_finds_nothing() {
    let w = World::new(On::Sqlite, 1).await;
    let uid = w.queue("secret").await.unwrap();
    let other = w.test.administrator("Elsewhere", "mallory@example.org").await;
    let (ctx, i) = (w.ctx(), &w.uid);
    let page = PageRequest::default();
    let codes = [
        messages::load_message(ctx.clone(), other.granted().unwrap(), i.clone(), uid.clone())
            .await
            .unwrap_err()
            .code,
        messages::list_messages(ctx.clone(), other.granted().unwrap(), i.clone(), page.clone())
            .await
            .unwrap_err()
            .code,
        messages::list_deliveries(
            ctx.clone(),
            other.granted().unwrap(),
            i.clone(),
            uid.clone(),
            page,
        )
        .await
        .unwrap_err()
        .code,
        messages::stop(ctx.clone(), other.granted().unwrap(), i.clone(), uid.clone())
            .await
            .unwrap_err()
            .code,
        messages::undo_send(ctx.clone(), other.granted().unwrap(), i.clone(), uid.clone())
            .await
            .unwrap_err()
            .code,
        messages::send_to_failed(ctx.clone(), other.granted().unwrap(), i.clone(), uid.clone())
            .await
            .unwrap_err()
            .code,
    ];
    assert!(codes.iter().all(|c| *c == ErrorCode::NotFound), "{codes:?}");
    assert_eq!(w.view(&uid).await.row.state, S::Queued);
}

async fn texts_go_after_180_days(on: On) {
    let w = World::new(on, 3).await;
    let uid = w.send("needle-in-the-database").await;
    w.work_until(&uid, |v| v.row.state == S::Sent).await;
    w.test.clock.turn(179 * Timestamp::DAY);
    assert_eq!(messages::erase_texts(w.ctx()).await.unwrap(), 0);
    assert_eq!(w.view(&uid).await.texts.len(), 1);
    let sealed = sealed_body(&w).await;
    assert!(sealed.iter().flatten().count() > 0);
    w.test.clock.turn(2 * Timestamp::DAY);
    assert_eq!(messages::erase_texts(w.ctx()).await.unwrap(), 1);
    let view = w.view(&uid).await;
    assert!(view.texts.is_empty() && view.row.title.is_none());
    assert_eq!(view.row.counts.accepted, 3);
    assert!(sealed_body(&w).await.iter().all(Option::is_none));
    if on == On::Sqlite {
        // neither the file nor its journal holds the sealed text any more
        let needle = sealed.into_iter().flatten().next().unwrap();
        for entry in std::fs::read_dir(w.test.folder()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(32).any(|part| part == &needle[..32]));
        }
    }
}

async fn an_organisation_keeps_texts_for_less(on: On) {
    let w = World::new(on, 3).await;
    let uid = w.send("needle-in-the-database").await;
    w.work_until(&uid, |v| v.row.state == S::Sent).await;
    w.test.clock.turn(30 * Timestamp::DAY);
    let conn = w.ctx().db.conn();
    let shorter = "UPDATE organisation_rules SET text_days = 31";
    conn.execute_unprepared(shorter).await.unwrap();
    messages::shorten_text_periods(w.ctx()).await.unwrap();
    assert_eq!(messages::erase_texts(w.ctx()).await.unwrap(), 0);
    w.test.clock.turn(Timestamp::DAY);
    assert_eq!(messages::erase_texts(w.ctx()).await.unwrap(), 1);
    assert!(w.view(&uid).await.texts.is_empty());
}

async fn sealed_body(w: &World) -> Vec<Option<Vec<u8>>> {
    let conn = w.ctx().db.conn();
    let sql = "SELECT key_sealed AS k FROM message UNION ALL SELECT body_sealed FROM message UNION ALL SELECT title_sealed FROM message";
    let rows = conn
        .query_all_raw(Statement::from_string(conn.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|r| r.try_get::<Option<Vec<u8>>>("", "k").unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_keeps_texts_for_less_sqlite() {
    an_organisation_keeps_texts_for_less(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_keeps_texts_for_less_postgres() {
    an_organisation_keeps_texts_for_less(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_go_after_180_days_sqlite() {
    texts_go_after_180_days(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_go_after_180_days_postgres() {
    texts_go_after_180_days(On::Postgres).await;
}

async fn tables_search_and_filter(on: On) {
    let w = World::new(on, 60).await;
    w.patch(w.ids[7].as_str(), serde_json::json!({ "revoked": true }))
        .await;
    let uid = w.send("Flood warning").await;
    w.work_until(&uid, |v| v.row.state == S::Sent).await;
    let deliveries = async |page: PageRequest| {
        let granted = w.caller.granted().unwrap();
        messages::list_deliveries(w.ctx().clone(), granted, w.uid.clone(), uid.clone(), page)
            .await
            .unwrap()
    };
    let second = deliveries(PageRequest {
        page: 1,
        ..PageRequest::default()
    })
    .await;
    assert_eq!(
        (second.total, second.items.len(), second.items[0].seq),
        (60, 25, 25)
    );
    let found = deliveries(PageRequest {
        q: w.ids[3].to_string(),
        ..PageRequest::default()
    })
    .await;
    assert_eq!((found.total, found.items.len()), (1, 1));
    assert_eq!(found.items[0].threema_id, w.ids[3].as_str());
    let sorted = deliveries(PageRequest {
        sort: "name".into(),
        desc: true,
        ..PageRequest::default()
    })
    .await;
    assert_eq!((sorted.total, sorted.items.len()), (60, 25));
    let none = deliveries(PageRequest {
        q: "100%".into(),
        ..PageRequest::default()
    })
    .await;
    assert_eq!(none.total, 0);
    let state = DeliveryState::Accepted.code().to_owned();
    let accepted = deliveries(PageRequest {
        filter: state,
        ..PageRequest::default()
    })
    .await;
    let view = w.view(&uid).await;
    assert_eq!(accepted.total, view.row.counts.accepted);
    let left_out = view.reasons.iter().map(|(_, _, n)| n).sum::<u64>();
    assert_eq!(view.row.counts.accepted + left_out, 60);
    assert!(view.reasons.iter().all(|(_, r, _)| matches!(
        r,
        Reason::Refused | Reason::NotFound | Reason::UnknownId | Reason::Revoked
    )));
    let listed = async |q: &str| {
        let page = PageRequest {
            q: q.into(),
            ..PageRequest::default()
        };
        messages::list_messages(w.ctx().clone(), w.caller.granted().unwrap(), w.uid.clone(), page)
            .await
            .unwrap()
            .total
    };
    assert_eq!(
        (listed("flood").await, listed("fire").await, listed("").await),
        (1, 0, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_search_and_filter_sqlite() {
    tables_search_and_filter(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_search_and_filter_postgres() {
    tables_search_and_filter(On::Postgres).await;
}
