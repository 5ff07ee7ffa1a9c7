//! What comes at once: each callback has its own answer, each sender their order, and what it costs does not grow with how
//! many there are.
use super::desk::{Desk, Person};
use crate::features::gateway::wire::Content;
use crate::testing::{On, on_both};
use futures::future::join_all;
use std::sync::atomic::Ordering;

const JOBS: &str = "SELECT COUNT(*) AS n FROM job WHERE kind = 'inbound'";

fn text(text: &str) -> Content {
    Content::Text(text.to_owned())
}

async fn each_has_its_own_answer(on: On) {
    let desk = Desk::new(on).await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    let good = desk.body(&staff, &text("help"), 1);
    let forged = good.replace("mac=", "mac=00");
    let bodies = [
        good.clone(),
        forged,
        good.clone(),
        desk.body(&other, &text("help"), 1),
        "rubbish".to_owned(),
        good,
        desk.body(&staff, &text("feeds"), 2),
    ];
    let answered = join_all(bodies.map(|body| desk.post(body))).await;
    assert_eq!(answered, [200, 401, 200, 200, 400, 200, 200]);
    assert_eq!(
        desk.count(JOBS).await,
        3,
        "a repeat adds nothing, nor does what is not authentic"
    );
    assert_eq!(desk.count("SELECT COUNT(*) AS n FROM inbound_seen").await, 3);
    assert_eq!(desk.round().await, 3);
    assert_eq!(
        (desk.answers(&staff).await.len(), desk.answers(&other).await.len()),
        (2, 1)
    );
}

async fn a_sender_keeps_the_order(on: On) {
    let desk = Desk::new(on).await;
    let news = desk.feed("News").await;
    let (staff, other) = (desk.member(0).await, desk.member(1).await);
    let mut bodies = Vec::new();
    for number in 1..=9 {
        let word = if number % 2 == 1 {
            "start News"
        } else {
            "stop News"
        };
        bodies.push(desk.body(&staff, &text(word), number));
        bodies.push(desk.body(&other, &text(word), number));
    }
    let answered = join_all(bodies.into_iter().map(|body| desk.post(body))).await;
    assert!(answered.iter().all(|status| *status == 200));
    while desk.round().await > 0 {}
    let mut subscribers = desk.subscribers(&news).await;
    subscribers.sort_unstable();
    let mut both = [staff.id, other.id];
    both.sort_unstable();
    assert_eq!(subscribers, both);
    for person in [&staff, &other] {
        let answers = desk.answers(person).await;
        let about: Vec<bool> = answers
            .iter()
            .filter(|a| !a.starts_with("Welcome"))
            .map(|a| a.starts_with("You now get"))
            .collect();
        assert_eq!(about, [true, false, true, false, true, false, true, false, true]);
    }
}

/// Statements for storing that many and for dealing with them.
async fn cost(on: On, content: &Content, count: u64) -> (usize, usize) {
    let mut desk = Desk::new(on).await;
    let people: [Person; 2] = [desk.member(0).await, desk.member(1).await];
    let statements = desk.count_statements();
    let bodies = (0..count).map(|n| desk.body(&people[n as usize % 2], content, n));
    let answered = join_all(bodies.map(|body| desk.post(body))).await;
    assert!(answered.iter().all(|status| *status == 200));
    let stored = statements.swap(0, Ordering::SeqCst);
    assert_eq!(desk.round().await, count as usize);
    (stored, statements.swap(0, Ordering::SeqCst))
}

async fn many_cost_hardly_more_than_some(on: On) {
    let (some, many) = (
        cost(on, &Content::Unknown(0x90), 10).await,
        cost(on, &Content::Unknown(0x90), 150).await,
    );
    assert_eq!(some, many);
    // who it is, what they get, their language: the rest is done for all together
    let (some, many) = (
        cost(on, &text("feeds"), 10).await,
        cost(on, &text("feeds"), 150).await,
    );
    assert_eq!(some.0, many.0);
    assert!(many.1 - some.1 <= 3 * 140, "{} and {}", some.1, many.1);
}

on_both!(
    each_has_its_own_answer,
    a_sender_keeps_the_order,
    many_cost_hardly_more_than_some,
);
