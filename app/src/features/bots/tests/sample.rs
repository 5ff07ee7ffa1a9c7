//! A bot of three levels in two languages, for tests.
use crate::features::bots::model::{Node, Texts, Tree};
use crate::kernel::{LanguageCode, Uid};

/// A uid that is easy to read: `abfall` is `abfall0000`.
pub fn uid(name: &str) -> Uid {
    format!("{name:0<10}").parse().unwrap()
}

/// German and English.
pub fn texts(de: &str, en: &str) -> Texts {
    [(LanguageCode::DE, de), (LanguageCode::EN, en)]
        .into_iter()
        .filter(|(_, t)| !t.is_empty())
        .map(|(l, t)| (l, t.to_owned()))
        .collect()
}

/// A command: uid and German word, English word, answers.
pub fn node(word: &str, english: &str, answer: (&str, &str), commands: Vec<Node>) -> Node {
    let plain: String = word
        .chars()
        .filter(char::is_ascii_lowercase)
        .take(Uid::LEN)
        .collect();
    Node {
        word: word.to_owned(),
        words: texts("", english),
        answer: texts(answer.0, answer.1),
        commands,
        ..Node::new(uid(&plain))
    }
}

/// abfall → nord, süd → karton; öffnungszeiten.
pub fn waste() -> Tree {
    let mut tree = Tree::new(uid("start"));
    let karton = node("karton", "cardboard", ("Mittwoch", "Wednesday"), Vec::new());
    let mut nord = node(
        "nord",
        "north",
        ("Zone Nord: Dienstag", "Zone north: Tuesday"),
        Vec::new(),
    );
    nord.aliases = vec!["n".to_owned(), "Zone 1".to_owned()];
    nord.description = texts("Altstadt", "old town");
    let sued = node("süd", "south", ("Zone Süd", "Zone south"), vec![karton]);
    let abfall = node(
        "abfall",
        "waste",
        ("In welcher Zone wohnen Sie?", "Which zone?"),
        vec![nord, sued],
    );
    let hours = node(
        "öffnungszeiten",
        "opening hours",
        ("8 bis 12", "8 to 12"),
        Vec::new(),
    );
    tree.start.answer = texts("Guten Tag", "Hello");
    tree.start.aliases = vec!["abfallbot".to_owned()];
    tree.start.commands = vec![abfall, hours];
    tree
}

/// A small one.
pub fn weather() -> Tree {
    let mut tree = Tree::new(uid("weather"));
    tree.start.commands = vec![
        node("wetter", "weather", ("Sonne", "Sun"), Vec::new()),
        node("nord", "", ("Nordwind", ""), Vec::new()),
    ];
    tree
}
