//! Single commands, as REST changes them.
use super::{
    desk::{Desk, is},
    sample::{texts, uid, waste},
};
use crate::features::bots::{
    model::changes,
    server::test_commands::{CommandInput, add_command, change_command, remove_command},
};
use crate::kernel::{ErrorCode, Lang, Problem, Uid};
use crate::testing::{On, TestCtx, on_both};

on_both! {
    single_commands_are_published_at_once: commands_on_sqlite, commands_on_postgres;
}

async fn single_commands_are_published_at_once(on: On) {
    let test = TestCtx::new(on, "http://127.0.0.1:9").await;
    let desk = Desk::new(&test).await;
    let bot = desk.working("Abfall", &waste()).await;
    // somebody works on it meanwhile
    let mut draft = waste();
    draft.change(&uid("nord"), |n| n.answer = texts("Entwurf", ""));
    desk.save(&bot, desk.version(&bot).await, &draft).await.unwrap();
    let add = async |input: CommandInput| {
        add_command(
            desk.ctx.clone(),
            desk.ada.granted().unwrap(),
            desk.uid.clone(),
            bot.clone(),
            input,
        )
        .await
    };
    let change = async |command: &Uid, input: CommandInput| {
        let granted = desk.ada.granted().unwrap();
        change_command(
            desk.ctx.clone(),
            granted,
            desk.uid.clone(),
            bot.clone(),
            command.clone(),
            input,
        )
        .await
    };
    let named = |word: &str| CommandInput {
        word: Some(word.to_owned()),
        ..CommandInput::default()
    };
    let (added, _) = add(CommandInput {
        parent: Some(Some(uid("abfall"))),
        position: Some(1),
        answer: Some(texts("Zone West", "")),
        ..named(" west ")
    })
    .await
    .unwrap();
    let head = desk.head(&bot).await;
    assert_eq!(head.published.spot(&added).map(|s| s.at), Some(1));
    assert_eq!(
        head.draft
            .as_ref()
            .and_then(|d| d.find(&added))
            .map(|n| n.word.as_str()),
        Some("west")
    );
    assert_eq!(
        changes(&head.published, head.draft.as_ref().unwrap()),
        1,
        "the draft keeps its own change"
    );
    let person = desk.person("ECHOECHO", Lang::De);
    assert_eq!(desk.asks(&person, "abfall west").await, "Zone West");

    for (input, field, problem) in [
        (CommandInput::default(), "command", Problem::Required),
        (named("ABFALL"), "command", Problem::Taken),
        (named(&"x".repeat(257)), "command", Problem::TooLong { max: 256 }),
        (
            CommandInput {
                answer: Some(texts(&"ä".repeat(1_751), "")),
                ..named("lang")
            },
            "answers.de",
            Problem::TooManyBytes {
                max: 3_500,
                is: 3_502,
            },
        ),
        (
            CommandInput {
                parent: Some(Some(uid("gone"))),
                ..named("waise")
            },
            "parent",
            Problem::NotAChoice,
        ),
    ] {
        let refused = add(input).await.unwrap_err();
        assert_eq!(refused.of(field), Some(&problem), "{refused:?}");
    }
    // moving below itself is refused as a whole
    let below = CommandInput {
        parent: Some(Some(uid("karton"))),
        ..named("anders")
    };
    assert!(
        change(&uid("abfall"), below)
            .await
            .unwrap_err()
            .of("parent")
            .is_some()
    );
    assert_eq!(
        desk.head(&bot)
            .await
            .published
            .find(&uid("abfall"))
            .map(|n| n.word.clone())
            .as_deref(),
        Some("abfall")
    );
    let out = CommandInput {
        parent: Some(None),
        ..CommandInput::default()
    };
    let tree = change(&added, out).await.unwrap();
    assert_eq!(
        tree.spot(&added).map(|s| (s.parent, s.at)),
        Some((uid("start"), 2))
    );
    assert!(is(
        &change(&uid("gone"), named("x")).await.unwrap_err(),
        &ErrorCode::NotFound
    ));

    let removed = remove_command(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
        uid("abfall"),
    );
    assert_eq!(removed.await.unwrap().len(), 2);
    let head = desk.head(&bot).await;
    assert!(
        head.draft.is_none(),
        "with its command the draft's only change is gone"
    );
    assert_eq!(head.bot.commands, 2);
    let start = remove_command(
        desk.ctx.clone(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        bot.clone(),
        uid("start"),
    );
    assert!(is(&start.await.unwrap_err(), &ErrorCode::NotFound));
    assert_eq!(
        desk.log().await,
        [
            "bot.create",
            "bot.publish",
            "bot.command.add",
            "bot.command.change",
            "bot.command.remove"
        ]
    );
}
