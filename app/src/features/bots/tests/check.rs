//! What the check of a bot finds.
use super::sample::{node, texts, uid, waste, weather};
use crate::features::bots::model::{
    ANSWER_BYTES, BadFile, By, Level, MAX_DEPTH, Neighbour, Node, Reserved, Tree, What, check, export,
    first_words, import,
};
use crate::kernel::{LanguageCode, Uid};

/// What is found, by the names of the commands.
fn found(tree: &Tree, neighbours: &[Neighbour]) -> Vec<(String, What)> {
    check(tree, LanguageCode::DE, neighbours)
        .into_iter()
        .map(|f| (f.node.as_str().trim_end_matches('0').to_owned(), f.what))
        .collect()
}

fn one(name: &str, what: What) -> Vec<(String, What)> {
    vec![(name.to_owned(), what)]
}

/// The sample with something changed.
fn changed(name: &str, change: impl FnOnce(&mut Node)) -> Tree {
    let mut tree = waste();
    tree.change(&uid(name), change).unwrap();
    tree
}

#[test]
fn nothing_is_wrong_with_the_sample() {
    assert_eq!(found(&waste(), &[]), []);
}

#[test]
fn limits() {
    assert_eq!(
        found(&changed("nord", |n| n.word.clear()), &[]),
        one("nord", What::NoWord)
    );
    assert_eq!(
        found(&changed("nord", |n| n.aliases.push("x".repeat(257))), &[]),
        one("nord", What::WordTooLong("x".repeat(30)))
    );
    assert_eq!(
        found(&changed("nord", |n| n.aliases.push("\u{200b}".to_owned())), &[]),
        one("nord", What::NoRealWord("\u{200b}".to_owned()))
    );
    let many = changed("nord", |n| {
        n.aliases = (0..21).map(|i| format!("wort{i}")).collect()
    });
    assert_eq!(found(&many, &[]), one("nord", What::TooManyAliases));
    let long = texts(&"ä".repeat(ANSWER_BYTES / 2 + 1), "x");
    assert_eq!(
        found(&changed("nord", |n| n.answer = long), &[]),
        one("nord", What::AnswerTooLong(LanguageCode::DE, ANSWER_BYTES + 2))
    );
    let long = texts(&"ä".repeat(201), "x");
    assert_eq!(
        found(&changed("nord", |n| n.description = long), &[]),
        one("nord", What::DescriptionTooLong(LanguageCode::DE))
    );
    let bell = texts("a\u{7}b", "x");
    assert_eq!(
        found(&changed("nord", |n| n.answer = bell), &[]),
        one("nord", What::ControlCharacters)
    );
    let mut tree = waste();
    tree.timeout_minutes = 0;
    assert_eq!(found(&tree, &[]), one("start", What::Timeout));
    let twin = changed("nord", |n| n.uid = uid("abfall"));
    assert_eq!(found(&twin, &[]), one("abfall", What::SameUid));
    let mut deep = waste();
    let mut at = uid("karton");
    for i in 0..MAX_DEPTH - 2 {
        let mut next = node("wort", "", ("x", "x"), Vec::new());
        next.uid = uid(&format!("w{i}"));
        next.word = format!("wort{i}");
        let below = next.uid.clone();
        deep.change(&at, |n| n.commands.push(next)).unwrap();
        at = below;
    }
    assert_eq!(found(&deep, &[]), one("start", What::TooDeep));
    let mut wide = waste();
    for i in 0..500 {
        let mut next = node("wort", "", ("x", "x"), Vec::new());
        next.uid = uid(&format!("w{i:03}x"));
        next.word = format!("wort{i}");
        wide.start.commands.push(next);
    }
    assert_eq!(found(&wide, &[]), one("start", What::TooMany));
}

#[test]
fn answers_and_their_languages() {
    let silent = changed("nord", |n| n.answer.clear());
    assert_eq!(found(&silent, &[]), one("nord", What::NothingToSay));
    // with others below it, the menu is enough
    assert_eq!(found(&changed("abfall", |n| n.answer.clear()), &[]), []);
    assert_eq!(found(&changed("start", |n| n.answer.clear()), &[]), []);
    let english = changed("nord", |n| n.answer = texts("", "x"));
    assert_eq!(
        found(&english, &[]),
        one("nord", What::DefaultMissing(LanguageCode::DE))
    );
    let german = changed("nord", |n| n.answer = texts("x", "  "));
    assert_eq!(
        found(&german, &[]),
        one("nord", What::LanguageMissing(LanguageCode::EN))
    );
}

#[test]
fn duplicates() {
    assert_eq!(
        found(&changed("nord", |n| n.aliases.push("NORD!".to_owned())), &[]),
        one("nord", What::Twice("NORD!".to_owned()))
    );
    // some words are left
    let tree = changed("sd", |n| n.aliases.push("zone 1".to_owned()));
    assert_eq!(
        found(&tree, &[]),
        one("sd", What::Taken("zone 1".to_owned(), By::Command(uid("nord"))))
    );
    // no word is left: the command, and one below it, is cut off
    let tree = changed("sd", |n| {
        n.word = "Nord".to_owned();
        n.words = texts("", "north");
    });
    assert_eq!(
        found(&tree, &[]),
        [
            (
                "sd".to_owned(),
                What::Taken("Nord".to_owned(), By::Command(uid("nord")))
            ),
            (
                "sd".to_owned(),
                What::Taken("north".to_owned(), By::Command(uid("nord")))
            ),
            ("sd".to_owned(), What::Unreachable(1)),
        ]
    );
    // loosely the same is not the same
    let tree = changed("nord", |n| n.aliases.push("sud".to_owned()));
    assert_eq!(found(&tree, &[]), []);
}

#[test]
fn words_of_fanfare() {
    for (word, by) in [
        ("help", Reserved::Fanfare),
        ("Info", Reserved::Fanfare),
        ("?", Reserved::Fanfare),
        ("feeds", Reserved::Fanfare),
        ("start", Reserved::Fanfare),
        ("subscribe", Reserved::Fanfare),
        ("abo", Reserved::Fanfare),
        ("stop", Reserved::Fanfare),
        ("unsubscribe", Reserved::Fanfare),
        ("abmelden", Reserved::Fanfare),
        ("profile", Reserved::Fanfare),
        ("PROFIL", Reserved::Fanfare),
        ("start hier", Reserved::Fanfare),
        ("fr", Reserved::Language),
        ("Menü", Reserved::Menu),
        ("zurück", Reserved::Back),
    ] {
        let by = By::Reserved(by);
        let tree = changed("nord", |n| n.aliases.push(word.to_owned()));
        assert_eq!(
            found(&tree, &[]),
            one("nord", What::Taken(word.to_owned(), by.clone())),
            "{word}"
        );
        let tree = changed("start", |n| n.aliases = vec![word.to_owned()]);
        assert_eq!(
            found(&tree, &[]),
            one("start", What::Taken(word.to_owned(), by)),
            "{word}"
        );
    }
    let tree = changed("nord", |n| {
        n.word = "help".to_owned();
        n.words.clear();
        n.aliases.clear();
    });
    assert_eq!(
        found(&tree, &[]),
        [
            (
                "nord".to_owned(),
                What::Taken("help".to_owned(), By::Reserved(Reserved::Fanfare))
            ),
            ("nord".to_owned(), What::Unreachable(0)),
        ]
    );
}

#[test]
fn words_of_other_bots_and_of_further_up() {
    let neighbour = Neighbour {
        name: "Wetter".to_owned(),
        words: first_words(&weather()),
        earlier: true,
    };
    // below abfall the word is this bot's; only first words can be taken
    assert_eq!(found(&waste(), std::slice::from_ref(&neighbour)), []);
    let tree = changed("abfall", |n| n.aliases.push("Wetter".to_owned()));
    let later = Neighbour {
        earlier: false,
        ..neighbour.clone()
    };
    assert_eq!(found(&tree, &[later]), []);
    assert_eq!(
        found(&tree, &[neighbour]),
        one(
            "abfall",
            What::Taken("Wetter".to_owned(), By::Bot("Wetter".to_owned()))
        )
    );
    let tree = changed("karton", |n| n.aliases.push("öffnungszeiten".to_owned()));
    let name: String = "öffnungszeiten"
        .chars()
        .filter(char::is_ascii_lowercase)
        .collect();
    let hidden = found(&tree, &[]);
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert!(
        matches!(&hidden[0].1, What::Hides(word, other) if word == "öffnungszeiten" && name.starts_with(other.as_str().trim_end_matches('0'))),
        "{hidden:?}"
    );
}

#[test]
fn the_worst_comes_first() {
    let tree = changed("nord", |n| {
        n.answer.clear();
        n.aliases.extend(["nord".to_owned(), "help".to_owned()]);
    });
    let levels: Vec<Level> = check(&tree, LanguageCode::DE, &[])
        .iter()
        .map(|f| f.what.level())
        .collect();
    assert_eq!(levels, [Level::Wrong, Level::Warn, Level::Note]);
}

fn never() -> Uid {
    unreachable!("every uid is there once")
}

#[test]
fn a_file_brings_the_bot_back() {
    let file = export("Abfall", &waste());
    assert_eq!(import(&file, never), Ok(("Abfall".to_owned(), waste())));
    assert_eq!(
        import(&format!("\u{feff}{file}"), never).map(|(_, t)| t),
        Ok(waste())
    );
    let mut next = 0;
    let twins = file.replace(uid("karton").as_str(), uid("nord").as_str());
    let (_, tree) = import(&twins, || {
        next += 1;
        uid(&format!("new{next}"))
    })
    .unwrap();
    assert_eq!(found(&tree, &[]), []);
    for (text, why) in [
        (String::new(), BadFile::NoBot),
        ("[]".to_owned(), BadFile::NoBot),
        (
            "{\"format\":\"fanfare-bot\",\"version\":1}".to_owned(),
            BadFile::NoBot,
        ),
        (file.replace("fanfare-bot", "other"), BadFile::NoBot),
        (file.replace("\"version\": 1", "\"version\": 2"), BadFile::Newer),
        ("x".repeat(3 << 20), BadFile::TooLarge),
        ("[".repeat(100_000), BadFile::NoBot),
    ] {
        assert_eq!(import(&text, never), Err(why), "{text:.40}");
    }
}
