//! Feeds beside lists: names, blocking, counts, audiences, rights.
use super::{
    model::{FeedInput, FeedView, Greeting, greeting_for, link},
    server::{self as feeds},
};
use crate::features::{
    lists::server as lists,
    messages::{server as messages, tests::world::World},
    recipients::server as recipients,
};
use crate::kernel::{
    AppResult, ErrorCode, Lang, LanguageCode, PageRequest, Problem, ThreemaId,
    permission::{Right, cap},
    rights::Rights,
};
use crate::testing::{On, on_both};

async fn make(world: &World, name: &str) -> AppResult<FeedView> {
    let input = FeedInput {
        name: name.to_owned(),
        ..FeedInput::default()
    };
    let (ctx, granted) = (world.ctx().clone(), world.caller.granted().unwrap());
    feeds::create_feed(ctx, granted, world.uid.clone(), input).await
}

async fn add(world: &World, feed: &FeedView, ids: &[&str]) -> AppResult<u64> {
    let ids: Vec<ThreemaId> = ids.iter().map(|id| id.parse().unwrap()).collect();
    let (ctx, granted) = (world.ctx().clone(), world.caller.granted().unwrap());
    let done = lists::add_members(ctx, granted, world.uid.clone(), feed.uid.clone(), ids).await?;
    Ok(done.added)
}

async fn names_numbers_and_deleting(on: On) {
    let world = World::new(on, 1).await;
    let news = make(&world, "News").await.unwrap();
    let taken = make(&world, " NEWS ").await.unwrap_err();
    assert_eq!(taken.fields[0].problem, Problem::Taken);
    let sport = make(&world, "Sport").await.unwrap();
    assert_eq!((news.number, sport.number), (1, 2));
    let (ctx, uid) = (world.ctx(), &world.uid);
    let drop = lists::delete_list(
        ctx.clone(),
        world.caller.granted().unwrap(),
        uid.clone(),
        sport.uid.clone(),
    );
    drop.await.unwrap();
    // a number is never given twice, a name is free again
    assert_eq!(make(&world, "Sport").await.unwrap().number, 3);
    let page = feeds::list_feeds(
        ctx.clone(),
        world.caller.granted().unwrap(),
        uid.clone(),
        PageRequest::default(),
    );
    assert_eq!(page.await.unwrap().total, 2);
    let granted = world.caller.granted().unwrap();
    let page = lists::list_lists(ctx.clone(), granted, uid.clone(), PageRequest::default());
    assert_eq!(page.await.unwrap().total, 1, "a feed is no list");
    let granted = world.caller.granted().unwrap();
    let page = lists::list_audiences(ctx.clone(), granted, uid.clone(), PageRequest::default());
    assert_eq!(page.await.unwrap().total, 3, "a message can go to all of them");
}

async fn who_is_in_several_places_counts_once(on: On) {
    let world = World::new(on, 2).await;
    let (ctx, uid) = (world.ctx(), world.uid.clone());
    let news = make(&world, "News").await.unwrap();
    let member = world.ids[0];
    add(&world, &news, &[member.as_str(), "EXTERN01"]).await.unwrap();
    let granted = world.caller.granted().unwrap();
    let all = recipients::list_recipients(ctx.clone(), granted, uid.clone(), PageRequest::default())
        .await
        .unwrap();
    assert_eq!((all.count, all.external), (3, 1));
    let external: Vec<_> = all.page.items.iter().filter(|r| r.external).collect();
    assert_eq!(external[0].threema_id.as_str(), "EXTERN01");
    let granted = world.caller.granted().unwrap();
    let request = PageRequest {
        filter: "external".to_owned(),
        ..PageRequest::default()
    };
    let some = recipients::list_recipients(ctx.clone(), granted, uid.clone(), request)
        .await
        .unwrap();
    assert_eq!(some.page.total, 1);
    // on a list, too: internal
    let granted = world.caller.granted().unwrap();
    let ids = vec!["EXTERN01".parse().unwrap()];
    lists::add_members(ctx.clone(), granted, uid.clone(), world.list.clone(), ids)
        .await
        .unwrap();
    assert_eq!(
        recipients::external_count(ctx, world.identity.id).await.unwrap(),
        0
    );
    let granted = world.caller.granted::<cap::SeeMessages>().unwrap();
    let both = vec![world.list.clone(), news.uid.clone()];
    let audience = messages::count_audience(ctx.clone(), granted, uid.clone(), both)
        .await
        .unwrap();
    assert_eq!((audience.people, audience.named_more_than_once), (3, 2));
    // the feed goes: whoever is on the list stays counted
    let granted = world.caller.granted().unwrap();
    lists::delete_list(ctx.clone(), granted, uid.clone(), news.uid.clone())
        .await
        .unwrap();
    assert_eq!(
        recipients::external_count(ctx, world.identity.id).await.unwrap(),
        0
    );
    let granted = world.caller.granted().unwrap();
    let all = recipients::list_recipients(ctx.clone(), granted, uid, PageRequest::default());
    assert_eq!(all.await.unwrap().count, 3);
}

async fn who_is_barred_gets_nothing(on: On) {
    let world = World::new(on, 1).await;
    let (ctx, uid) = (world.ctx(), world.uid.clone());
    let news = make(&world, "News").await.unwrap();
    add(&world, &news, &["AAAAAAAA", "BBBBBBBB"]).await.unwrap();
    let ids = vec!["AAAAAAAA".parse().unwrap(), "CCCCCCCC".parse().unwrap()];
    let granted = world.caller.granted().unwrap();
    let done = feeds::block(ctx.clone(), granted, uid.clone(), news.uid.clone(), ids)
        .await
        .unwrap();
    assert_eq!((done.blocked, done.removed), (2, 1));
    assert_eq!(add(&world, &news, &["AAAAAAAA", "DDDDDDDD"]).await.unwrap(), 1);
    let granted = world.caller.granted().unwrap();
    let text = "aaaaaaaa, EEEEEEEE".to_owned();
    let checked = lists::check_pasted(ctx.clone(), granted, uid.clone(), news.uid.clone(), text)
        .await
        .unwrap();
    assert_eq!((checked.new, checked.bad), (1, 1));
    let granted = world.caller.granted().unwrap();
    let page = feeds::list_blocked(
        ctx.clone(),
        granted,
        uid.clone(),
        news.uid.clone(),
        PageRequest::default(),
    );
    let barred: Vec<String> = page
        .await
        .unwrap()
        .items
        .iter()
        .map(|b| b.threema_id.to_string())
        .collect();
    assert_eq!(barred, ["AAAAAAAA", "CCCCCCCC"]);
    let granted = world.caller.granted().unwrap();
    let ids = vec!["AAAAAAAA".parse().unwrap()];
    assert_eq!(
        feeds::unblock(ctx.clone(), granted, uid.clone(), news.uid.clone(), ids)
            .await
            .unwrap(),
        1
    );
    assert_eq!(add(&world, &news, &["AAAAAAAA"]).await.unwrap(), 1);
    let granted = world.caller.granted().unwrap();
    let head = feeds::load_feed(ctx.clone(), granted, uid.clone(), news.uid.clone())
        .await
        .unwrap();
    assert_eq!((head.blocked, head.external, head.feed.subscribers), (1, 3, 3));
    let granted = world.caller.granted().unwrap();
    let days = feeds::load_history(ctx.clone(), granted, uid.clone(), news.uid.clone())
        .await
        .unwrap();
    assert_eq!((days[0].added, days[0].removed), (4, 1));
    let granted = world.caller.granted().unwrap();
    let file = feeds::export_subscribers(ctx.clone(), granted, uid, news.uid, Lang::En)
        .await
        .unwrap();
    assert_eq!(file.lines().count(), 4);
}

async fn the_right_of_lists_is_none_for_feeds(on: On) {
    let world = World::new(on, 1).await;
    let (ctx, uid) = (world.ctx(), world.uid.clone());
    let news = make(&world, "News").await.unwrap();
    for (right, list, may) in [
        (Right::Lists, &world.list, true),
        (Right::Lists, &news.uid, false),
        (Right::Feeds, &news.uid, true),
        (Right::Feeds, &world.list, false),
    ] {
        let rights = Rights::default().with(right, Some(world.identity.id));
        let who = crate::features::auth::server::Caller {
            rights,
            ..world.caller.clone()
        };
        let ids = vec!["AAAAAAAA".parse().unwrap()];
        let granted = who.granted().unwrap();
        let added = lists::add_members(ctx.clone(), granted, uid.clone(), list.clone(), ids.clone()).await;
        let granted = who.granted().unwrap();
        let gone = lists::remove_members(ctx.clone(), granted, uid.clone(), list.clone(), ids).await;
        for code in [added.err(), gone.err()].map(|e| e.map(|e| e.code)) {
            assert_eq!(code, (!may).then_some(ErrorCode::Forbidden), "{right:?}");
        }
        let granted = who.granted().unwrap();
        let deleted = lists::delete_list(ctx.clone(), granted, uid.clone(), list.clone()).await;
        assert_eq!(deleted.is_ok(), may, "{right:?}");
        if may {
            let granted = who.granted().unwrap();
            lists::restore_list(ctx.clone(), granted, uid.clone(), list.clone())
                .await
                .unwrap();
        }
    }
}

#[test]
fn a_link_holds_any_name() {
    let id: ThreemaId = "*BCAST01".parse().unwrap();
    assert_eq!(
        link(id, "News", 3),
        "https://threema.id/*BCAST01?text=start%20News"
    );
    assert_eq!(
        link(id, "Übung & Ernst", 3),
        "https://threema.id/*BCAST01?text=start%20%C3%9Cbung%20%26%20Ernst"
    );
    // what the grammar would not take as a name
    for name in ["!!!", &"x".repeat(61)] {
        assert_eq!(link(id, name, 3), "https://threema.id/*BCAST01?text=start%203");
    }
}

#[test]
fn a_greeting_falls_back() {
    let texts: Greeting = [
        (LanguageCode::DE, "Hallo".to_owned()),
        (LanguageCode::EN, "Hello".to_owned()),
    ]
    .into();
    let fr = "fr".parse().ok();
    assert_eq!(
        greeting_for(&texts, Some(LanguageCode::DE), LanguageCode::EN),
        Some("Hallo")
    );
    assert_eq!(greeting_for(&texts, fr, LanguageCode::EN), Some("Hello"));
    assert_eq!(greeting_for(&texts, None, "it".parse().unwrap()), Some("Hallo"));
    assert_eq!(greeting_for(&Greeting::new(), fr, LanguageCode::EN), None);
}

on_both!(
    names_numbers_and_deleting,
    who_is_in_several_places_counts_once,
    who_is_barred_gets_nothing,
    the_right_of_lists_is_none_for_feeds,
);
