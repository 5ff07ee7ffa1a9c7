//! From a text to a command.
use super::fold::{fold, tidy};
use crate::kernel::LanguageCode;

/// A longer text is no command, whatever it begins with.
const LONGEST: usize = 300;
/// Longest name that somebody types, in characters; what is longer is prose.
const LONGEST_NAME: usize = 80;

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// What can be written here.
    Help,
    /// Which feeds there are.
    Feeds,
    /// Getting a feed, by what was typed as its name; empty: none was.
    Start(String),
    /// Leaving a feed, likewise.
    Stop(String),
    /// Leaving all feeds.
    StopAll,
    /// What the identity knows of this person.
    Profile,
    /// Another language.
    Language(LanguageCode),
    /// Nothing of this.
    Other,
}

/// Languages that two bare letters choose. Others are words too often ("hi", "ja", "no"); `language ja` takes any.
const BARE: [&str; 16] = [
    "de", "en", "fr", "it", "rm", "es", "pt", "nl", "pl", "tr", "uk", "ru", "ar", "sq", "hr", "sr",
];

/// Reads a text. Case, blanks, marks, wide letters, a slash in front and signs at the end do not matter.
pub fn parse(text: &str) -> Command {
    if text.len() > LONGEST * 4 {
        return Command::Other;
    }
    let tidy = tidy(text);
    if tidy.chars().count() > LONGEST {
        return Command::Other;
    }
    let shown = tidy.trim_start_matches(['/', '!']).trim_start();
    let (word, rest) = shown.split_once(' ').unwrap_or((shown, ""));
    let word = fold(word);
    let word = match word.trim_end_matches(['.', ',', '!', ':', ';']) {
        "" => word.as_str(),
        word => word,
    };
    let name = name(rest);
    let alone = name.is_empty();
    match word {
        "help" | "info" | "hilfe" | "?" | "??" | "help?" | "hilfe?" | "info?" if alone => Command::Help,
        "feeds" | "feed" | "feeds?" if alone => Command::Feeds,
        "profile" | "profil" | "profile?" | "profil?" if alone => Command::Profile,
        "start" | "subscribe" | "abo" | "abonnieren" if short(&name) => Command::Start(name),
        "stop" | "stopp" | "unsubscribe" | "abmelden" | "abbestellen" if short(&name) => {
            match fold(&name).as_str() {
                "all" | "alle" | "alles" => Command::StopAll,
                _ => Command::Stop(name),
            }
        }
        "language" | "sprache" => fold(&name).parse().map_or(Command::Other, Command::Language),
        code if alone && BARE.contains(&code) => code.parse().map_or(Command::Other, Command::Language),
        _ => Command::Other,
    }
}

fn short(name: &str) -> bool {
    name.chars().count() <= LONGEST_NAME
}

/// A name as it was typed, without quotation marks around it and signs at its end.
fn name(rest: &str) -> String {
    let quotes = [
        '"', '\'', '«', '»', '„', '“', '”', '‚', '‘', '’', '‹', '›', '<', '>', '[', ']',
    ];
    let end = ['.', ',', '!', ';', ':', '?'];
    let trimmed = rest.trim_matches(|c: char| quotes.contains(&c) || c == ' ');
    let trimmed = trimmed.trim_end_matches(|c: char| end.contains(&c) || quotes.contains(&c) || c == ' ');
    trimmed.to_owned()
}
