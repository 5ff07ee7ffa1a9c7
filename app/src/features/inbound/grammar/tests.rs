//! What is typed, by whom, and the exact answer: `cases.txt`, a line each (`who|typed|answer  [what is done]`).
use super::{Effect, FeedNow, Outcome, View, fallback, parse, profile, reply, split};
use crate::kernel::Lang;

fn feeds() -> Vec<FeedNow> {
    let feed = |number: i64, name: &str, mine: bool, barred: bool| FeedNow {
        number,
        name: name.to_owned(),
        mine,
        barred,
    };
    vec![
        feed(7, "Council", false, true),
        feed(6, "C++", false, false),
        feed(1, "News", true, false),
        feed(10, "Notices of the regional planning office", false, false),
        feed(2, "Sport", false, false),
        feed(4, "Sport Aarau", true, false),
        feed(3, "Störungen", false, false),
        feed(5, "Übungen", false, false),
        feed(9, "أخبار", false, false),
        feed(8, "🚒 Feuerwehr", false, false),
    ]
}

/// `en` and `de` are on a list and get two feeds, `-one` gets one, `-new` nothing; `-out` is external and gets two feeds,
/// `-shut` external and gets nothing, both where only internal people are answered; for `-full` the plan is full; where
/// `-none` writes there are no feeds.
fn view(who: &str) -> View {
    let (lang, kind) = who.split_at(2);
    let mut view = View {
        lang: if lang == "de" { Lang::De } else { Lang::En },
        threema_id: "*BCTOWN1".to_owned(),
        internal: true,
        room: true,
        feeds: feeds(),
        lists: vec!["Staff".to_owned()],
        ..View::default()
    };
    let inside = matches!(kind, "" | "-one" | "-none");
    if !inside {
        view.internal = false;
        view.lists.clear();
    }
    view.internal_only = matches!(kind, "-out" | "-shut");
    view.room = kind != "-full";
    match kind {
        "-none" => view.feeds.clear(),
        "-one" => view.feeds.iter_mut().for_each(|f| f.mine = f.name == "News"),
        "-new" | "-shut" | "-full" => view.feeds.iter_mut().for_each(|f| f.mine = false),
        _ => {}
    }
    view
}

fn done(view: &View, effect: &Effect) -> String {
    let number = |at: &usize| view.feeds[*at].number.to_string();
    match effect {
        Effect::None => String::new(),
        Effect::Join(at) => format!("join {}", number(at)),
        Effect::Leave(places) => format!(
            "leave {}",
            places.iter().map(number).collect::<Vec<_>>().join(",")
        ),
        Effect::Language(language) => format!("language {language}"),
        Effect::Full(at) => format!("full {}", number(at)),
    }
}

fn answered(view: &View, typed: &str) -> String {
    match reply(view, &parse(typed), &[]) {
        Outcome::Done(answer, effect) => format!("{answer}  [{}]", done(view, &effect)),
        Outcome::Profile => format!("{}  [profile]", profile(view, &[], &[])),
        Outcome::NotACommand => format!("{}  [other]", fallback(view)),
        Outcome::Refused(answer) => format!("{answer}  [refused]"),
    }
}

#[test]
fn every_text_has_its_exact_answer() {
    let mut cases = 0;
    for line in include_str!("cases.txt").lines() {
        let mut parts = line.splitn(3, '|');
        let (who, typed, expected) = (
            parts.next().unwrap(),
            parts.next().unwrap(),
            parts.next().unwrap(),
        );
        let typed = typed.replace("\\n", "\n").replace("\\t", "\t");
        let typed = match typed.strip_prefix("REPEAT ") {
            Some(word) => word.repeat(400),
            None => typed,
        };
        assert_eq!(
            answered(&view(who), &typed),
            expected.replace("\\n", "\n"),
            "{line}"
        );
        cases += 1;
    }
    assert!(cases >= 150, "{cases}");
}

#[test]
fn answers_fit_into_messages() {
    let many = (1..=900).map(|number| FeedNow {
        number,
        name: format!("A feed with quite a long name, {number}"),
        mine: true,
        barred: false,
    });
    let mut view = view("en");
    view.feeds = many.collect();
    for typed in ["feeds", "stop", "stop all", "start a", "help"] {
        let answer = answered(&view, typed);
        let parts = split(&answer);
        assert!(
            parts.iter().all(|p| p.len() <= 3_500 && !p.trim().is_empty()),
            "{typed}"
        );
        assert!(
            parts.concat().len() + 64 >= answer.trim().len(),
            "nothing is lost: {typed}"
        );
    }
    assert_eq!(split(&"ü".repeat(4_000)).concat(), "ü".repeat(4_000));
    assert!(split(" \n ").is_empty());
}

/// Whatever comes: an answer, and no panic.
#[test]
fn every_text_is_answered() {
    let pieces = [
        "start",
        "stop",
        " ",
        "news",
        "\u{202e}",
        "ß",
        "\u{0}",
        "1",
        "ﷺ",
        "👩‍👩‍👧",
        "\n",
        "*",
        "«",
        "\u{301}",
        "de",
        "/",
        "?",
    ];
    let mut seed = 7_usize;
    for _ in 0..1_500 {
        let mut text = String::new();
        for _ in 0..seed % 9 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text += pieces[(seed >> 33) % pieces.len()];
        }
        seed = seed.wrapping_add(0x9e37_79b9);
        for who in ["en", "de-out", "en-none"] {
            assert!(!answered(&view(who), &text).is_empty());
        }
    }
}

#[test]
fn bots_are_warned_of_the_words_that_never_reach_them() {
    use crate::features::bots::model::{Key, Reserved, reserved};
    let commands = [
        "help",
        "HILFE",
        "info",
        "?",
        "??",
        "help!",
        "feeds",
        "feed",
        "start",
        "start News",
        "subscribe x",
        "Abo Wetter",
        "abonnieren x",
        "stop",
        "stop all",
        "stopp x",
        "unsubscribe x",
        "abmelden",
        "abbestellen x",
        "profile",
        "Profil",
        "language ja",
        "sprache fr",
        "de",
        "EN",
        "sr",
    ];
    for text in commands {
        assert_ne!(parse(text), super::Command::Other, "{text}");
        let by = reserved(&Key::of(text));
        assert!(
            matches!(by, Some(Reserved::Fanfare | Reserved::Language)),
            "{text}: {by:?}"
        );
    }
    for text in [
        "back", "zurück", "Menü", "menu", "au", "ja", "nord", "starten", "helpdesk", "language", "zone 1",
        "🚲",
    ] {
        assert_eq!(parse(text), super::Command::Other, "{text}");
        let by = reserved(&Key::of(text));
        assert!(
            !matches!(by, Some(Reserved::Fanfare | Reserved::Language)),
            "{text}: {by:?}"
        );
    }
}
