use super::{past::KEPT, *};
use crate::kernel::live::Counts;

fn event(uid: &str, state: &str, read: u64) -> LiveEvent {
    LiveEvent {
        organisation_id: 1,
        identity_id: None,
        change: Change::Message {
            uid: uid.parse().unwrap(),
            counts: Counts {
                total: 10_000,
                read,
                ..Counts::default()
            },
            state: state.to_owned(),
        },
    }
}

#[tokio::test]
async fn a_burst_of_receipts_is_told_twice_and_the_last_of_it_is_heard() {
    let bus = LiveBus::default();
    let (mut here, mut elsewhere) = (bus.listen(), bus.outgoing());
    // nothing yields in between: the whole burst falls into one pause
    for read in 1..=10_000 {
        bus.tell(event("aaaaaaaaaa", "sending", read));
    }
    for read in [1, 10_000] {
        assert_eq!(**here.recv().await.unwrap(), event("aaaaaaaaaa", "sending", read));
        assert_eq!(elsewhere.recv().await, Ok(event("aaaaaaaaaa", "sending", read)));
    }
    assert!(here.is_empty() && elsewhere.is_empty());
}

#[tokio::test]
async fn who_loses_access_hears_of_it_each_time_and_at_once() {
    let bus = LiveBus::default();
    let mut here = bus.listen();
    let access = LiveEvent {
        organisation_id: 1,
        identity_id: None,
        change: Change::Access { administrator_id: 7 },
    };
    for _ in 0..2 {
        bus.tell(access.clone());
        assert_eq!(**here.try_recv().unwrap(), access);
    }
}

#[tokio::test]
async fn another_state_and_another_message_do_not_wait() {
    let bus = LiveBus::default();
    let mut here = bus.listen();
    bus.tell(event("aaaaaaaaaa", "sending", 1));
    bus.tell(event("aaaaaaaaaa", "sending", 2));
    bus.tell(event("bbbbbbbbbb", "sending", 3));
    bus.tell(event("aaaaaaaaaa", "sent", 4));
    // what waited is outdated by then
    for (uid, state, read) in [
        ("aaaaaaaaaa", "sending", 1),
        ("bbbbbbbbbb", "sending", 3),
        ("aaaaaaaaaa", "sent", 4),
    ] {
        assert_eq!(**here.try_recv().unwrap(), event(uid, state, read));
    }
    bus.tell(event("aaaaaaaaaa", "sent", 5));
    assert_eq!(**here.recv().await.unwrap(), event("aaaaaaaaaa", "sent", 5));
}

#[tokio::test]
async fn what_pages_get_is_written_once_for_all() {
    let bus = LiveBus::default();
    let (mut one, mut other) = (bus.listen(), bus.listen());
    bus.tell(event("aaaaaaaaaa", "sent", 5));
    let (one, other) = (one.recv().await.unwrap(), other.recv().await.unwrap());
    let change: Change = serde_json::from_str(one.json()).unwrap();
    assert_eq!(change, one.change);
    assert!(std::ptr::eq(one.json(), other.json()));
}

#[tokio::test]
async fn a_page_goes_on_where_it_stood() {
    let bus = LiveBus::default();
    let told = |number: u64| bus.heard(event("aaaaaaaaaa", "sent", number));
    let behind = |mark: &str| {
        let listening = bus.listen_since(Some(mark));
        let events = listening.before.iter().map(|told| (**told).clone()).collect();
        (listening.missed, events)
    };
    told(1);
    let begin = bus.mark();
    assert_eq!(behind(&begin), (false, Vec::new()));
    for number in [2, 3, 2] {
        told(number);
    }
    // each once, where it came last
    let both = [3, 2].map(|number| event("aaaaaaaaaa", "sent", number));
    assert_eq!(behind(&begin), (false, both.to_vec()));
    // the mark of an event is that behind it
    let mut now = bus.listen_since(Some(&begin));
    told(4);
    let heard = now.events.recv().await.unwrap();
    assert_eq!(
        (heard.mark(), behind(heard.mark())),
        (&*bus.mark(), (false, Vec::new()))
    );

    for number in 0..KEPT as u64 {
        told(number);
    }
    // of another process, of none, and too old
    for mark in [&*LiveBus::default().mark(), "", "x-y", &begin] {
        assert_eq!(behind(mark), (true, Vec::new()), "{mark}");
    }
    // who asks for nothing has missed nothing
    let first = bus.listen_since(None);
    assert!(!first.missed && first.before.is_empty());
}

#[tokio::test]
async fn what_is_read_for_one_page_is_kept_for_all() {
    let told = Told::new(event("aaaaaaaaaa", "sent", 5), String::new());
    let whole = Whole {
        by: Some(7),
        own: "mine".to_owned(),
        others: "theirs".to_owned(),
    };
    let first = told.whole(Some(8), || async { Some(whole) }).await;
    assert_eq!(first, Some("theirs"));
    // nobody reads it again
    let again = || async { unreachable!("it is known") };
    assert_eq!(told.whole(Some(7), again).await, Some("mine"));
    assert_eq!(told.whole(None, again).await, Some("theirs"));
}
