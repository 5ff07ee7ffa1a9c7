//! How bots talk.
use super::sample::{node, texts, uid, waste, weather};
use crate::features::bots::model::{
    ANSWER_BYTES, After, Folded, Heard, Listener, Node, Place, Talker, Tree, Turn, knows, turn,
};
use crate::kernel::{LanguageCode, Uid};
use proptest::prelude::*;

/// Somebody who writes to bots.
struct Person<'a> {
    talkers: Vec<Talker<'a>>,
    to: Listener,
    place: Option<Place>,
}

/// A bot that takes part; its folded words stay until the test is over.
fn talker<'a>(bot: &'a Uid, tree: &'a Tree) -> Talker<'a> {
    let words = Box::leak(Box::new(Folded::of(tree)));
    Talker { bot, tree, words }
}

impl<'a> Person<'a> {
    fn new(bots: &[(&'a Uid, &'a Tree)], language: LanguageCode) -> Self {
        Self {
            talkers: bots.iter().map(|(bot, tree)| talker(bot, tree)).collect(),
            to: Listener::of(language, LanguageCode::DE),
            place: None,
        }
    }

    fn hears(&mut self, message: &str) -> Option<Turn> {
        let turn = turn(&self.talkers, self.place.as_ref(), &self.to, message)?;
        self.place.clone_from(&turn.place);
        Some(turn)
    }

    /// What is answered, messages parted by a line; empty: nobody answers.
    fn asks(&mut self, message: &str) -> String {
        self.hears(message)
            .map(|t| t.said.texts.join("\n---\n"))
            .unwrap_or_default()
    }

    fn stands(&self) -> &str {
        self.place
            .as_ref()
            .map_or("", |p| p.node.as_str().trim_end_matches('0'))
    }
}

#[test]
fn three_levels_in_german() {
    let (bot, tree) = (uid("bot"), waste());
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
    assert_eq!(
        person.asks("Hallo zusammen"),
        "",
        "from nowhere an unknown word is none of the bot's business"
    );
    assert_eq!(
        person.asks(" ABFALL "),
        "In welcher Zone wohnen Sie?\n\n*nord* – Altstadt\n*süd*\n_*zurück* einen Schritt, *menü* zum Anfang_"
    );
    assert_eq!(person.stands(), "abfall");
    assert_eq!(
        person.asks("SUED!"),
        "Zone Süd\n\n*karton*\n_*zurück* einen Schritt, *menü* zum Anfang_"
    );
    assert_eq!(person.asks("Karton"), "Mittwoch");
    assert_eq!(person.stands(), "karton");
    // from below one also reaches what stands beside and above
    assert_eq!(person.asks("zone  1"), "Zone Nord: Dienstag");
    assert_eq!(
        person.asks("zurück").lines().next(),
        Some("In welcher Zone wohnen Sie?")
    );
    assert_eq!(person.asks("Zurueck"), "Guten Tag\n\n*abfall*\n*öffnungszeiten*");
    assert_eq!(person.asks("back"), "Guten Tag\n\n*abfall*\n*öffnungszeiten*");
    assert_eq!(person.asks("abfall süd karton"), "Mittwoch");
    assert_eq!(person.asks("Menü").lines().next(), Some("Guten Tag"));
    assert_eq!(person.asks("offnungszeiten"), "8 bis 12");
}

#[test]
fn the_same_in_english() {
    let (bot, tree) = (uid("bot"), waste());
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::EN);
    assert_eq!(
        person.asks("waste"),
        "Which zone?\n\n*north* – old town\n*south*\n_*back* one step, *menu* to the start_"
    );
    assert_eq!(
        person.asks("south"),
        "Zone south\n\n*cardboard*\n_*back* one step, *menu* to the start_"
    );
    assert_eq!(person.asks("cardboard"), "Wednesday");
    assert_eq!(person.asks("north"), "Zone north: Tuesday");
    assert_eq!(person.asks("menu"), "Hello\n\n*waste*\n*opening hours*");
    // words of the other language lead there too, and answers come in one's own
    assert_eq!(person.asks("öffnungszeiten"), "8 to 12");
}

#[test]
fn another_language_gets_the_default_answers_and_english_notices() {
    let (bot, tree) = (uid("bot"), waste());
    let mut person = Person::new(&[(&bot, &tree)], "fr".parse().unwrap());
    assert_eq!(
        person.asks("abfall"),
        "In welcher Zone wohnen Sie?\n\n*nord* – Altstadt\n*süd*\n_*back* one step, *menu* to the start_"
    );
}

#[test]
fn an_unlisted_word_shows_the_menu_where_one_stands() {
    let (bot, tree) = (uid("bot"), waste());
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
    let menu = "Dieses Wort gibt es hier nicht. Sie können schreiben:\n\n*nord* – Altstadt\n*süd*\n\
                _*zurück* einen Schritt, *menü* zum Anfang_";
    person.asks("abfall");
    for message in [
        "was?",
        "",
        "  ",
        "\u{200b}",
        "👍",
        "nord und süd",
        &"x".repeat(5_000),
    ] {
        assert_eq!(person.asks(message), menu, "{message:.20}");
        assert_eq!(person.stands(), "abfall");
    }
    // at the end of a branch the menu above is still in sight
    person.asks("nord");
    assert_eq!(person.asks("was?"), menu);
    // a word of somewhere below is noted by its command, not by the text
    let turn = person.hears("karton").unwrap();
    let place = |node: &str| Place {
        bot: bot.clone(),
        node: uid(node),
    };
    assert_eq!(
        turn.heard,
        Heard::Unknown {
            at: place("abfall"),
            elsewhere: Some(place("karton"))
        }
    );
}

#[test]
fn the_words_of_a_start_lead_to_it() {
    let (bot, tree) = (uid("bot"), waste());
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
    assert_eq!(person.asks("Abfallbot").lines().next(), Some("Guten Tag"));
    assert_eq!(person.stands(), "start");
    assert_eq!(person.asks("abfallbot abfall nord"), "Zone Nord: Dienstag");
    assert_eq!(person.asks("abfallbot").lines().next(), Some("Guten Tag"));
}

#[test]
fn several_bots_share_one_id() {
    let (one, two) = (uid("one"), uid("two"));
    let (waste, weather) = (waste(), weather());
    let mut person = Person::new(&[(&one, &waste), (&two, &weather)], LanguageCode::DE);
    assert_eq!(
        person.asks("menü"),
        "Sie können schreiben:\n\n*abfall*\n*öffnungszeiten*\n*wetter*\n*nord*"
    );
    assert_eq!(person.stands(), "");
    // from nowhere the word is the second bot's; below abfall it is the first one's
    assert_eq!(person.asks("nord"), "Nordwind");
    assert_eq!(person.place.as_ref().map(|p| &p.bot), Some(&two));
    assert_eq!(
        person.asks("abfall").lines().next(),
        Some("In welcher Zone wohnen Sie?")
    );
    assert_eq!(person.asks("nord"), "Zone Nord: Dienstag");
    assert_eq!(person.asks("wetter"), "Sonne");
    // back from the start of one leads to all of them
    assert_eq!(person.asks("menü").lines().next(), Some("Sie können schreiben:"));
    assert_eq!(person.stands(), "weather");
    assert!(person.asks("zurück").contains("*abfall*"));
    assert_eq!(person.stands(), "");
}

#[test]
fn what_is_gone_is_nowhere() {
    let (bot, tree) = (uid("bot"), waste());
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
    person.place = Some(Place {
        bot: uid("other"),
        node: uid("abfall"),
    });
    assert_eq!(person.asks("nord"), "");
    person.place = Some(Place {
        bot: bot.clone(),
        node: uid("gone"),
    });
    assert_eq!(person.asks("nord"), "");
    assert!(turn(&[], None, &person.to, "menu").is_none());
}

#[test]
fn after_an_answer_one_may_be_back_at_the_start() {
    let (bot, mut tree) = (uid("bot"), waste());
    tree.change(&uid("nord"), |n| n.after = After::Start);
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
    assert_eq!(person.asks("abfall nord"), "Zone Nord: Dienstag");
    assert_eq!(person.stands(), "start");
}

#[test]
fn exact_words_win_over_loose_ones() {
    let (bot, mut tree) = (uid("bot"), waste());
    tree.start.commands = vec![
        node("bär", "", ("Tier", ""), Vec::new()),
        node("bar", "", ("Lokal", ""), Vec::new()),
    ];
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
    for (message, answer) in [
        ("bär", "Tier"),
        ("BAER", "Tier"),
        ("bar", "Lokal"),
        ("Bár", "Lokal"),
    ] {
        assert_eq!(person.asks(message), answer, "{message}");
    }
}

#[test]
fn knowing_is_answering_with_more_than_a_menu() {
    let (bot, tree) = (uid("bot"), waste());
    let talkers = [talker(&bot, &tree)];
    let place = Place {
        bot: bot.clone(),
        node: uid("abfall"),
    };
    for (message, nowhere, at_waste) in [
        ("abfall", true, true),
        ("nord", false, true),
        ("menu", true, true),
        ("zurück", true, true),
        ("was?", false, false),
        ("", false, false),
    ] {
        assert_eq!(knows(&talkers, None, message), nowhere, "{message}");
        assert_eq!(knows(&talkers, Some(&place), message), at_waste, "{message}");
    }
    assert!(!knows(&[], None, "menu"));
}

#[test]
fn long_menus_come_in_several_messages() {
    let (bot, mut tree) = (uid("bot"), waste());
    tree.start.answer = texts(&"ä".repeat(ANSWER_BYTES / 2), "");
    tree.start.commands = (0..60)
        .map(|i| {
            let mut node = node("wort", "", ("Antwort", ""), Vec::new());
            node.uid = uid(&format!("w{i:02}"));
            node.word = format!("wort{i}");
            node.description = texts(&"b".repeat(200), "");
            node
        })
        .collect();
    let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
    let said = person.hears("abfallbot").unwrap().said;
    assert!(said.texts.len() > 3, "{}", said.texts.len());
    assert!(said.texts.iter().all(|t| t.len() <= ANSWER_BYTES));
    assert_eq!(said.offers.len(), 60);
    assert_eq!(
        said.texts
            .iter()
            .flat_map(|t| t.lines())
            .filter(|l| l.starts_with("*wort"))
            .count(),
        60
    );
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "nord", "süd", "SUED", "n", "zone 1", "menu", "back", "zurück", "info", "a b", "🚲", "de"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
        any::<String>(),
    ]
}

/// Any tree of up to four levels; uids are made unique.
fn tree() -> impl Strategy<Value = Tree> {
    let leaf = (word(), word(), word(), any::<bool>()).prop_map(|(word, alias, answer, to_start)| {
        let mut node = Node::new(uid("x"));
        node.word = word;
        node.aliases = vec![alias];
        node.answer = texts(&answer, "");
        node.after = if to_start { After::Start } else { After::Stay };
        node
    });
    let node = leaf.prop_recursive(4, 40, 6, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..6)).prop_map(|(mut node, commands)| {
            node.commands = commands;
            node
        })
    });
    node.prop_map(|start| {
        let mut tree = Tree {
            timeout_minutes: 30,
            start,
        };
        let mut n = 0_u32;
        crate::features::bots::model::unique_uids(&mut tree, || {
            n += 1;
            uid(&format!("u{n:04}x"))
        });
        tree
    })
}

proptest! {
    /// Whatever is written, what is said can be sent, and the person stands somewhere that exists.
    #[test]
    fn any_dialogue_can_be_sent(tree in tree(), other in tree(), messages in prop::collection::vec(word(), 1..12)) {
        let (one, two) = (uid("one"), uid("two"));
        let mut person = Person::new(&[(&one, &tree), (&two, &other)], LanguageCode::DE);
        for message in messages {
            let (before, known) = (person.place.clone(), knows(&person.talkers, person.place.as_ref(), &message));
            let Some(turn) = person.hears(&message) else {
                prop_assert!(before.is_none(), "whoever stands somewhere is answered");
                prop_assert!(!known);
                continue;
            };
            prop_assert_eq!(known, !matches!(turn.heard, Heard::Unknown { .. }));
            prop_assert!(!turn.said.texts.is_empty());
            for text in &turn.said.texts {
                prop_assert!(text.len() <= ANSWER_BYTES && !text.trim().is_empty(), "{}", text.len());
            }
            if let Some(place) = &turn.place {
                let tree = if place.bot == one { &tree } else { &other };
                prop_assert!(tree.find(&place.node).is_some());
            }
        }
    }

    /// Every word that a menu offers gets somewhere.
    #[test]
    fn what_is_offered_is_understood(tree in tree(), messages in prop::collection::vec(word(), 1..8)) {
        let bot = uid("bot");
        let mut person = Person::new(&[(&bot, &tree)], LanguageCode::DE);
        for message in messages {
            let Some(turn) = person.hears(&message) else { continue };
            for offer in turn.said.offers {
                prop_assert!(knows(&person.talkers, person.place.as_ref(), &offer), "{offer:?} after {message:?}");
            }
        }
    }
}
