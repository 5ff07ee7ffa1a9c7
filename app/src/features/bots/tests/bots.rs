//! Bots on a database: what administrators do, what people are answered, what is kept of it.
use super::{
    desk::{Desk, is, list_of},
    sample::{node, uid, waste},
};
use crate::features::{
    bots::{
        model::{BotInput, BotState, DraftInput},
        server::{
            create_bot, delete_bot, discard_bot_draft, forget_counts, forget_places, list_bots, load_bot,
            rename_bot, restore_bot, save_bot_draft,
        },
    },
    lists::{
        model::ListInput,
        server::{add_members, create_list},
    },
    recipients::server::Person,
};
use crate::kernel::{
    ErrorCode, Lang, LanguageCode, PageRequest, Timestamp, live::Change, permission::Right, rights::Rights,
};
use crate::testing::{On, TestCtx, identity, on_both};
use sea_orm::ConnectionTrait;

async fn a_bot_is_made_worked_on_and_published(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:9").await;
    let desk = Desk::new(&test).await;
    let made = desk.bot("  Abfall\nBot ").await;
    assert_eq!(
        (made.name.as_str(), made.commands, made.unpublished),
        ("Abfall Bot", 0, false)
    );
    let bot = made.uid;
    let first = desk.version(&bot).await;
    assert!(is(
        &desk.publish(&bot, first).await.unwrap_err(),
        &ErrorCode::WrongState
    ));

    let saved = desk.save(&bot, first, &waste()).await.unwrap();
    assert_eq!(saved, first + 1);
    // who has not seen this change overwrites nothing
    assert!(is(
        &desk.save(&bot, first, &waste()).await.unwrap_err(),
        &ErrorCode::Changed
    ));
    assert!(is(
        &desk.publish(&bot, first).await.unwrap_err(),
        &ErrorCode::Changed
    ));
    let head = desk.head(&bot).await;
    assert_eq!(head.draft.as_ref(), Some(&waste()));
    assert!(head.published.is_empty() && head.bot.unpublished && head.bot.commands == 0);
    let person = desk.person("ECHOECHO", Lang::De);
    assert_eq!(
        desk.asks(&person, "abfall").await,
        "",
        "nobody meets what is not published"
    );

    let published = desk.publish(&bot, saved).await.unwrap();
    let head = desk.head(&bot).await;
    assert_eq!(
        (head.version, head.bot.commands, head.bot.unpublished),
        (published, 5, false)
    );
    assert_eq!((head.published, head.draft), (waste(), None));
    assert!(desk.asks(&person, "abfall").await.starts_with("In welcher Zone"));

    // what is not finished is kept, and not published
    let mut tree = waste();
    tree.change(&uid("nord"), |n| n.word.clear());
    let saved = desk.save(&bot, published, &tree).await.unwrap();
    let refused = desk.publish(&bot, saved).await.unwrap_err();
    assert!(
        is(&refused, &ErrorCode::BotUnfinished { count: 1 }),
        "{refused:?}"
    );
    let head = discard_bot_draft(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
        saved,
    )
    .await
    .unwrap();
    assert_eq!((head.draft, head.published), (None, waste()));
    // the same as what is published is no draft
    let same = desk.save(&bot, head.version, &waste()).await.unwrap();
    assert!(!desk.head(&bot).await.bot.unpublished);
    assert!(is(
        &desk.publish(&bot, same).await.unwrap_err(),
        &ErrorCode::WrongState
    ));
    assert_eq!(desk.log().await, ["bot.create", "bot.publish", "bot.discard"]);
    // nothing of it can be read in the database
    let readable = desk
        .number("SELECT COUNT(*) FROM bot WHERE CAST(tree_sealed AS TEXT) LIKE '%Zone%' OR CAST(draft_sealed AS TEXT) LIKE '%Zone%'")
        .await;
    assert_eq!(readable, 0);
}

async fn bots_are_listed_renamed_deleted_and_restored(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:9").await;
    let desk = Desk::new(&test).await;
    let (bot, other) = (
        desk.working("Zürich", &waste()).await,
        desk.bot("Abfall").await.uid,
    );
    let page = async |filter: &str, q: &str| {
        let request = PageRequest {
            filter: filter.to_owned(),
            q: q.to_owned(),
            ..PageRequest::default()
        };
        let page = list_bots(
            desk.ctx.clone(),
            desk.ada.granted().unwrap(),
            desk.uid.clone(),
            request,
        )
        .await;
        page.unwrap()
            .items
            .into_iter()
            .map(|b| b.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(page("", "").await, ["Abfall", "Zürich"]);
    assert_eq!(page("", "zuri").await, ["Zürich"]);
    let granted = || desk.ada.granted().unwrap();
    let name = BotInput {
        name: "Bern".to_owned(),
    };
    let renamed = rename_bot(desk.ctx.clone(), granted(), desk.uid.clone(), bot.clone(), name).await;
    assert_eq!(renamed.unwrap().name, "Bern");
    let person = desk.person("ECHOECHO", Lang::De);
    assert!(desk.asks(&person, "abfall").await.starts_with("In welcher Zone"));
    let mut live = desk.ctx.live.listen();

    let deleted = delete_bot(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
    );
    assert_eq!(deleted.await.unwrap().state, BotState::Deleted);
    let told = loop {
        let told = live.recv().await.unwrap();
        if told.change == (Change::Bot { uid: bot.clone() }) {
            break told;
        }
    };
    assert_eq!(told.identity_id, Some(desk.identity.id));
    assert_eq!(desk.asks(&person, "nord").await, "");
    assert_eq!(desk.number("SELECT COUNT(*) FROM bot_place").await, 0);
    assert_eq!(
        (page("", "").await, page("deleted", "").await),
        (vec!["Abfall".to_owned()], vec!["Bern".to_owned()])
    );
    let again = delete_bot(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
    )
    .await;
    assert!(is(&again.unwrap_err(), &ErrorCode::WrongState));
    let version = desk.version(&bot).await;
    assert!(is(
        &desk.save(&bot, version, &waste()).await.unwrap_err(),
        &ErrorCode::WrongState
    ));
    restore_bot(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
    )
    .await
    .unwrap();
    assert!(desk.asks(&person, "abfall").await.starts_with("In welcher Zone"));
    for bad in ["", "  ", &"x".repeat(257), "a\u{7}b"] {
        let input = BotInput { name: bad.to_owned() };
        let made = create_bot(
            desk.ctx.clone(),
            desk.ada.granted().unwrap(),
            desk.uid.clone(),
            input,
        )
        .await;
        assert!(made.unwrap_err().of("name").is_some(), "{bad:.10}");
    }
    let gone = load_bot(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        uid("gone"),
    )
    .await;
    assert!(is(&gone.unwrap_err(), &ErrorCode::NotFound));
    let _ = other;
}

async fn people_walk_a_bot(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:9").await;
    let desk = Desk::new(&test).await;
    let bot = desk.working("Abfall", &waste()).await;
    let (ada, bob) = (
        desk.person("AAAAAAAA", Lang::De),
        desk.person("BBBBBBBB", Lang::En),
    );
    assert_eq!(desk.asks(&ada, "Grüezi").await, "");
    assert!(desk.asks(&ada, "Abfall").await.starts_with("In welcher Zone"));
    assert_eq!(desk.asks(&ada, "NORD").await, "Zone Nord: Dienstag");
    // everybody stands somewhere else
    assert_eq!(desk.asks(&bob, "nord").await, "");
    assert!(desk.asks(&bob, "abfall süd").await.contains("*back* one step"));
    assert_eq!(desk.asks(&bob, "karton").await, "Mittwoch");
    assert!(
        desk.asks(&ada, "was?")
            .await
            .starts_with("Dieses Wort gibt es hier nicht.")
    );
    let tx = desk.ctx.db.begin().await.unwrap();
    let talk = desk.talk(&tx, &ada).await.unwrap();
    assert!(!talk.knows("was?"));
    assert!(talk.knows("Süd"));
    assert_eq!(talk.first_words(), ["abfall", "öffnungszeiten"]);
    drop(tx);

    // only the place is kept, and not for ever
    assert_eq!(desk.number("SELECT COUNT(*) FROM bot_place").await, 2);
    assert_eq!(forget_places(&desk.ctx).await.unwrap(), 0);
    test.clock.turn(30 * Timestamp::MINUTE);
    assert_eq!(
        desk.asks(&ada, "nord").await,
        "",
        "after half an hour one stands nowhere"
    );
    assert_eq!(forget_places(&desk.ctx).await.unwrap(), 2);

    // what was asked is counted, not by whom
    let count = desk.head(&bot).await.statistics;
    let of = |name: &str| count.commands.get(&uid(name)).copied().unwrap_or_default();
    assert_eq!(
        (
            of("abfall").asked,
            of("nord").asked,
            of("sd").asked,
            of("karton").asked
        ),
        (1, 1, 1, 1)
    );
    assert_eq!((of("abfall").unanswered, of("nord").unanswered), (0, 1));
    assert_eq!(count.by_day.len(), 30);
    let today = count.by_day.last().unwrap();
    assert_eq!((today.asked, today.unanswered), (4, 1));
    assert_eq!(desk.head(&bot).await.bot.asked, 4);
    // a word that leads nowhere here, and somewhere else below, is counted there
    desk.asks(&ada, "abfall").await;
    desk.asks(&ada, "Karton").await;
    let count = desk.head(&bot).await.statistics.commands;
    assert_eq!(count[&uid("karton")].missed, 1);
    assert_eq!(count[&uid("abfall")].unanswered, 1);
    // a month later pages show it no more, a good year later it is gone
    test.clock.turn(30 * Timestamp::DAY);
    assert_eq!(desk.head(&bot).await.bot.asked, 0);
    assert_eq!(forget_counts(&desk.ctx).await.unwrap(), 0);
    test.clock.turn(400 * Timestamp::DAY);
    assert!(forget_counts(&desk.ctx).await.unwrap() > 0);
    assert_eq!(desk.number("SELECT COUNT(*) FROM bot_count").await, 0);
}

async fn answers_follow_person_and_identity(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:9").await;
    let desk = Desk::new(&test).await;
    desk.working("Abfall", &waste()).await;
    let input = ListInput {
        name: "All".to_owned(),
    };
    let granted = desk.ada.granted().unwrap();
    let list = create_list(desk.ctx.clone(), granted, desk.uid.clone(), input)
        .await
        .unwrap()
        .uid;
    let ids = vec!["ECHOECHO".parse().unwrap()];
    add_members(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        list,
        ids,
    )
    .await
    .unwrap();
    let known = Person {
        recipient_id: Some(desk.number("SELECT id FROM recipient").await),
        ..desk.person("ECHOECHO", Lang::En)
    };
    assert!(
        desk.asks(&known, "abfall").await.starts_with("In welcher Zone"),
        "the identity's language"
    );
    let known = known.speaking(Some(LanguageCode::EN));
    assert!(desk.asks(&known, "abfall").await.starts_with("Which zone"));
    let known = known.speaking(Some("fr".parse().unwrap()));
    let said = desk.asks(&known, "abfall").await;
    assert!(
        said.starts_with("In welcher Zone") && said.contains("*back* one step"),
        "{said}"
    );
    // externals get nothing from an internal-only ID
    let stranger = Person {
        internal: false,
        ..desk.person("XXXXXXXX", Lang::De)
    };
    assert_eq!(desk.asks(&stranger, "abfall").await, "");
    let sql = "UPDATE identity SET internal_only = FALSE";
    desk.ctx.db.conn().execute_unprepared(sql).await.unwrap();
    assert!(
        desk.asks(&stranger, "abfall")
            .await
            .starts_with("In welcher Zone")
    );
    // what is published while somebody stands there holds for their next word
    let bot = desk.head(&list_of(&desk).await[0]).await;
    let mut tree = waste();
    tree.remove(&uid("abfall"));
    tree.start
        .commands
        .push(node("neu", "", ("Neues", ""), Vec::new()));
    let version = desk.save(&bot.bot.uid, bot.version, &tree).await.unwrap();
    assert_eq!(desk.asks(&stranger, "süd").await.lines().next(), Some("Zone Süd"));
    desk.publish(&bot.bot.uid, version).await.unwrap();
    assert_eq!(
        desk.asks(&stranger, "süd").await,
        "",
        "the place is gone with its command"
    );
    assert_eq!(desk.asks(&stranger, "neu").await, "Neues");
    // a transaction that fails leaves nobody anywhere
    let tx = desk.ctx.db.begin().await.unwrap();
    let nobody = desk.person("YYYYYYYY", Lang::De);
    let talk = desk.talk(&tx, &nobody).await.unwrap();
    talk.answer(&desk.ctx, &tx, &nobody, "neu").await.unwrap();
    drop(tx);
    assert_eq!(
        desk.number("SELECT COUNT(*) FROM bot_place WHERE threema_id = 'YYYYYYYY'")
            .await,
        0
    );
}

async fn only_with_the_right(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:9").await;
    let desk = Desk::new(&test).await;
    let bot = desk.working("Abfall", &waste()).await;
    let see = Rights::default().with(Right::See, Some(desk.identity.id));
    let viewer = test.limited("Town", "vic@example.org", see).await;
    let head = load_bot(
        desk.ctx.clone(),
        viewer.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
    )
    .await;
    assert_eq!(head.unwrap().bot.uid, bot);
    assert!(
        viewer
            .granted::<crate::kernel::permission::cap::ManageBots>()
            .is_err()
    );
    // the right in another identity is none here
    let (elsewhere, _) = identity(&desk.ctx, &desk.ada, "*TOWN002", "o15").await;
    let rights = Rights::default().with(Right::Bots, Some(elsewhere.id));
    let other = test.limited("Town", "olga@example.org", rights).await;
    let saved = save_bot_draft(
        desk.ctx.clone(),
        other.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
        DraftInput {
            version: desk.version(&bot).await,
            tree: waste(),
        },
    );
    let refused = saved.await.unwrap_err();
    assert!(
        matches!(refused.code, ErrorCode::Forbidden | ErrorCode::NotFound),
        "{refused:?}"
    );
    // another organisation finds nothing
    let eve = test.administrator("Elsewhere", "eve@example.org").await;
    let found = load_bot(desk.ctx.clone(), eve.granted().unwrap(), desk.uid.clone(), bot).await;
    assert!(is(&found.unwrap_err(), &ErrorCode::NotFound));
}

on_both! {
    a_bot_is_made_worked_on_and_published: publishing_on_sqlite, publishing_on_postgres;
    bots_are_listed_renamed_deleted_and_restored: listing_on_sqlite, listing_on_postgres;
    people_walk_a_bot: walking_on_sqlite, walking_on_postgres;
    answers_follow_person_and_identity: answering_on_sqlite, answering_on_postgres;
    only_with_the_right: rights_on_sqlite, rights_on_postgres;
}
