//! From the callback to the answer, on both databases.
use super::server::run_inbound_jobs;
use crate::features::{
    conversations::text, feeds::server as feeds, gateway::wire::Content,
    identities::server::set_availability, lists::server as lists,
};
use crate::kernel::Lang;
use crate::testing::{On, on_both};
use desk::Desk;
use sea_orm::ConnectionTrait;

mod burst;
mod desk;
mod early;
mod groups;

async fn people_come_and_go(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    let news = desk.feed("News").await;
    let anna = desk.stranger(1).await;
    assert_eq!(
        desk.says(&anna, "Start news").await,
        [
            "You now get “News”. To leave it, write: stop News",
            "Welcome aboard!"
        ]
    );
    assert_eq!(desk.subscribers(&news).await, [anna.id]);
    assert_eq!(
        desk.says(&anna, "start news").await,
        ["You already get “News”. To leave it, write: stop News"]
    );
    assert_eq!(
        desk.says(&anna, "de").await,
        ["Ab jetzt erhalten Sie deutsche Texte. Back to English: en"]
    );
    assert_eq!(
        desk.says(&anna, "abmelden").await,
        ["Sie erhalten «News» nicht mehr. Um es wieder zu erhalten, schreiben Sie: abo News"]
    );
    assert_eq!(desk.subscribers(&news).await, []);
    let (ctx, granted) = (desk.world.ctx().clone(), desk.world.caller.granted().unwrap());
    let uid = desk.world.uid.clone();
    feeds::block(ctx, granted, uid, news.uid.clone(), vec![anna.id])
        .await
        .unwrap();
    assert_eq!(
        desk.says(&anna, "abo News").await,
        [
            "Sie können «News» nicht abonnieren. Falls das ein Irrtum ist, fragen Sie bitte beim Absender nach."
        ]
    );
    assert_eq!(
        desk.count("SELECT joined * 10 + gone AS n FROM feed_day").await,
        11
    );
}

async fn a_language_comes_before_the_first_feed(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    desk.feed("News").await;
    let anna = desk.stranger(1).await;
    desk.says(&anna, "de").await;
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM recipient").await,
        3,
        "nobody is kept"
    );
    assert_eq!(
        desk.says(&anna, "Start News").await,
        [
            "Sie erhalten jetzt «News». Zum Abbestellen schreiben Sie: abmelden News",
            "Schön, dass Sie da sind!"
        ]
    );
    assert_eq!(desk.count("SELECT COUNT(*) AS n FROM stranger_language").await, 0);
    let bert = desk.stranger(2).await;
    desk.says(&bert, "de").await;
    desk.world.test.clock.turn(3_700_000);
    feeds::forget_languages(desk.world.ctx()).await.unwrap();
    assert_eq!(desk.count("SELECT COUNT(*) AS n FROM stranger_language").await, 0);
}

async fn only_internal_people_are_answered(on: On) {
    let desk = Desk::new(on).await;
    desk.feed("News").await;
    let (anna, staff) = (desk.stranger(1).await, desk.member(0).await);
    for text in ["start News", "help", "profile", "de", "hello"] {
        assert_eq!(
            desk.says(&anna, text).await,
            ["This ID only answers internal contacts."]
        );
    }
    assert!(desk.says(&staff, "start News").await[0].starts_with("You now get"));
    desk.open_to_all().await;
    assert!(desk.says(&anna, "start News").await[0].starts_with("You now get"));
    let (ctx, granted) = (desk.world.ctx().clone(), desk.world.caller.granted().unwrap());
    set_availability(ctx, granted, desk.world.uid.clone(), true)
        .await
        .unwrap();
    assert_eq!(
        desk.says(&anna, "feeds").await,
        ["This ID only answers internal contacts."]
    );
    assert!(desk.says(&anna, "profile").await[0].contains("Feeds: News"));
    assert!(desk.says(&anna, "stop News").await[0].contains("cannot subscribe again"));
    assert_eq!(
        desk.says(&anna, "start News").await,
        ["This ID only answers internal contacts."]
    );
}

async fn profile_hides_nothing_from_who_has_left(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    desk.feed("News").await;
    let anna = desk.stranger(1).await;
    assert!(desk.says(&anna, "profile").await[0].contains("knows nothing about you"));
    desk.says(&anna, "start News").await;
    desk.says(&anna, "stop News").await;
    let told = desk.says(&anna, "profile").await.remove(0);
    assert!(told.contains("Feeds: none"), "their ID is still there: {told}");
}

async fn a_full_plan_has_its_own_sentence(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    let news = desk.feed("News").await;
    let tight = "UPDATE plan SET recipient_limit = 3";
    desk.world
        .ctx()
        .db
        .conn()
        .execute_unprepared(tight)
        .await
        .unwrap();
    let (anna, staff) = (desk.stranger(1).await, desk.member(0).await);
    assert_eq!(
        desk.says(&anna, "start News").await,
        ["“News” cannot take anyone new at the moment. Please try again another day."]
    );
    assert_eq!(desk.count("SELECT refused AS n FROM feed_day").await, 1);
    desk.says(&staff, "start News").await;
    assert_eq!(
        desk.subscribers(&news).await,
        [staff.id],
        "who counts already fits"
    );
    assert_eq!(desk.count("SELECT recipient_count AS n FROM identity").await, 3);
}

async fn the_order_of_a_sender_is_kept(on: On) {
    let desk = Desk::new(on).await;
    let news = desk.feed("News").await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    for text in ["start News", "stop News", "start News"] {
        desk.bring(&staff, Content::Text(text.to_owned())).await;
    }
    assert_eq!(desk.round().await, 3);
    assert_eq!(desk.subscribers(&news).await, [staff.id]);
    let answers = desk.answers(&staff).await;
    let starts = |n: usize, with: &str| assert!(answers[n].starts_with(with), "{answers:?}");
    starts(0, "You now get");
    starts(2, "You no longer get");
    starts(3, "You now get");
    // the first of a sender waits: so do the others of the same sender, and nobody else
    for (who, text) in [(&staff, "stop News"), (&staff, "help"), (&other, "help")] {
        desk.bring(who, Content::Text(text.to_owned())).await;
    }
    let later =
        "UPDATE job SET run_at = run_at + 1000 WHERE id = (SELECT MIN(id) FROM job WHERE kind = 'inbound')";
    desk.world
        .ctx()
        .db
        .conn()
        .execute_unprepared(later)
        .await
        .unwrap();
    assert_eq!(desk.round().await, 1);
    assert_eq!(desk.answers(&other).await.len(), 1);
    desk.world.test.clock.turn(1_000);
    assert_eq!(desk.round().await, 2);
    assert!(desk.answers(&staff).await[0].starts_with("You no longer get"));
}

async fn what_a_round_left_behind_is_taken_up(on: On) {
    let desk = Desk::new(on).await;
    let news = desk.feed("News").await;
    let staff = desk.member(0).await;
    for text in ["start News", "stop News"] {
        desk.bring(&staff, Content::Text(text.to_owned())).await;
    }
    let conn = desk.world.ctx().db.conn();
    let left =
        "UPDATE job SET lease_holder = 'test' WHERE id = (SELECT MIN(id) FROM job WHERE kind = 'inbound')";
    conn.execute_unprepared(left).await.unwrap();
    // it belongs to another process: its sender waits
    assert_eq!(run_inbound_jobs(desk.world.ctx(), "other").await.unwrap(), 0);
    assert_eq!(desk.round().await, 2);
    assert_eq!(desk.subscribers(&news).await, []);
}

async fn after_the_plan_people_can_only_leave(on: On) {
    let desk = Desk::new(on).await;
    let news = desk.feed("News").await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    desk.says(&staff, "start News").await;
    let conn = desk.world.ctx().db.conn();
    let ended = "UPDATE plan SET valid_until = valid_from";
    conn.execute_unprepared(ended).await.unwrap();
    for (who, text) in [(&staff, "stop News"), (&other, "start News"), (&other, "help")] {
        assert_eq!(desk.says(who, text).await.len(), 0, "nothing is sent: {text}");
    }
    assert_eq!(desk.subscribers(&news).await, []);
}

async fn what_is_not_for_us_leaves_no_trace(on: On) {
    let desk = Desk::new(on).await;
    let staff = desk.member(0).await;
    let number = desk.sent.get();
    let secret = Content::Text("Zaphod keeps the towel".to_owned());
    let body = desk.body(&staff, &secret, number);
    // the gateway comes twice: one answer
    assert_eq!((desk.post(body.clone()).await, desk.post(body).await), (200, 200));
    assert_eq!(desk.round().await, 1);
    assert_eq!(desk.answers(&staff).await.len(), 1);
    desk.sent.set(number + 1);
    for kind in [0x02, 0x17, 0x41, 0x4a, 0x90] {
        desk.bring(&staff, Content::Unknown(kind)).await;
    }
    assert_eq!(desk.round().await, 5);
    assert_eq!(desk.answers(&staff).await.len(), 0);
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM job WHERE kind = 'inbound'")
            .await,
        0
    );
    if on == On::Sqlite {
        for file in std::fs::read_dir(desk.world.test.folder()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(6).any(|w| w == b"Zaphod"));
        }
    }
}

async fn callbacks_at_once_are_all_stored(on: On) {
    let desk = Desk::new(on).await;
    let staff = desk.member(0).await;
    let text = Content::Text("help".to_owned());
    let bodies = (1..=120).map(|n| desk.post(desk.body(&staff, &text, n)));
    let answered = futures::future::join_all(bodies).await;
    assert!(answered.iter().all(|status| *status == 200));
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM job WHERE kind = 'inbound'")
            .await,
        120
    );
    while desk.round().await > 0 {}
    assert_eq!(desk.answers(&staff).await.len(), 20, "rule 8");
}

async fn the_notice_of_kept_replies_is_not_lost(on: On) {
    let desk = Desk::new(on).await;
    let staff = desk.member(0).await;
    let (ctx, granted) = (desk.world.ctx().clone(), desk.world.caller.granted().unwrap());
    let (uid, list) = (desk.world.uid.clone(), desk.world.list.clone());
    lists::switch_replies(ctx, granted, uid, list, true)
        .await
        .unwrap();
    for _ in 0..20 {
        desk.bring(&staff, Content::Text("help".to_owned())).await;
    }
    desk.round().await;
    assert_eq!(desk.answers(&staff).await.len(), 20);
    // rule 8 holds the notice back, and so it is still to come
    assert_eq!(desk.says(&staff, "Is the pool open?").await.len(), 0);
    assert_eq!(
        desk.count("SELECT COUNT(*) AS n FROM conversation_message").await,
        1
    );
    desk.world.test.clock.turn(60_000);
    assert_eq!(
        desk.says(&staff, "And tomorrow?").await,
        [text::told_once(Lang::En, 180)]
    );
    assert_eq!(desk.says(&staff, "Thank you").await.len(), 0, "told once");
}

async fn a_stranger_waits_for_the_gateway(on: On) {
    let desk = Desk::new(on).await;
    desk.open_to_all().await;
    let anna = desk.stranger(1).await;
    desk.world
        .faults(serde_json::json!({ "status500Rate": 1.0, "seed": 1 }))
        .await;
    assert_eq!(desk.says(&anna, "help").await.len(), 0);
    desk.world.faults(serde_json::json!({})).await;
    desk.world.test.clock.turn(120_000);
    desk.round().await;
    assert_eq!(desk.answers(&anna).await.len(), 1, "nothing is lost");
}

on_both!(
    people_come_and_go,
    a_language_comes_before_the_first_feed,
    profile_hides_nothing_from_who_has_left,
    only_internal_people_are_answered,
    a_full_plan_has_its_own_sentence,
    the_order_of_a_sender_is_kept,
    what_a_round_left_behind_is_taken_up,
    after_the_plan_people_can_only_leave,
    what_is_not_for_us_leaves_no_trace,
    callbacks_at_once_are_all_stored,
    the_notice_of_kept_replies_is_not_lost,
    a_stranger_waits_for_the_gateway,
);
