//! What a bot says: answers, and menus of words.
//!
//! Every line of a menu begins with its word in bold (`*word* – description`), which phones may offer as a reply.
use super::{
    tree::{ANSWER_BYTES, Node, in_language},
    words::{Key, Reserved, reserved},
};
use crate::kernel::{Lang, LanguageCode};

crate::texts! {
    you_can_write => "You can write:", "Sie können schreiben:";
    unknown_word => "There is no such word here. You can write:", "Dieses Wort gibt es hier nicht. Sie können schreiben:";
    way_out => "_*back* one step, *menu* to the start_", "_*zurück* einen Schritt, *menü* zum Anfang_";
    nothing_here => "There is nothing to say here yet.", "Hier gibt es noch nichts zu sagen.";
    back => "back", "zurück";
    menu => "menu", "menü";
}

/// Whom a bot talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The language of notices.
    pub notices: Lang,
    /// The language of answers.
    pub language: LanguageCode,
    /// The language of answers that are not there in theirs.
    pub default: LanguageCode,
}

impl Listener {
    /// Somebody of that language.
    pub fn of(language: LanguageCode, default: LanguageCode) -> Self {
        Self {
            notices: language.as_str().parse().unwrap_or_default(),
            language,
            default,
        }
    }
}

/// What is said, and the words that one can answer with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Messages, each short enough to be sent.
    pub texts: Vec<String>,
    /// Words that lead on from here.
    pub offers: Vec<String>,
}

/// The answer of a command and what can be asked for below it.
pub fn answer(node: &Node, is_start: bool, to: &Listener) -> Said {
    let text = in_language(&node.answer, to.language, to.default);
    if node.commands.is_empty() {
        let words = if text.is_empty() {
            nothing_here(to.notices)
        } else {
            text
        };
        return Said {
            texts: vec![words.to_owned()],
            offers: Vec::new(),
        };
    }
    let lead = if text.is_empty() {
        you_can_write(to.notices)
    } else {
        text
    };
    menu_of(lead, node.commands.iter(), is_start, to)
}

/// What can be asked for, after a word that leads nowhere.
pub fn unknown(node: &Node, is_start: bool, to: &Listener) -> Said {
    menu_of(unknown_word(to.notices), node.commands.iter(), is_start, to)
}

/// What can be asked for in several bots.
pub fn overview<'a>(commands: impl Iterator<Item = &'a Node>, to: &Listener) -> Said {
    menu_of(you_can_write(to.notices), commands, true, to)
}

fn menu_of<'a>(lead: &str, commands: impl Iterator<Item = &'a Node>, is_start: bool, to: &Listener) -> Said {
    let (mut lines, mut offers) = (Vec::new(), Vec::new());
    for command in commands {
        // no menu shows a word that does not get here
        let Some(word) = word_of(command, to.language) else {
            continue;
        };
        let description = in_language(&command.description, to.language, to.default);
        lines.push(match description.is_empty() {
            true => format!("*{word}*"),
            false => format!("*{word}* – {description}"),
        });
        offers.push(word.to_owned());
    }
    if !is_start {
        lines.push(way_out(to.notices).to_owned());
        offers.extend([back(to.notices).to_owned(), menu(to.notices).to_owned()]);
    }
    Said {
        texts: joined(lead, lines),
        offers,
    }
}

/// The word of the language, else the first that no other one answers.
fn word_of(command: &Node, language: LanguageCode) -> Option<&str> {
    let heard = |word: &&str| {
        let key = Key::of(word);
        !key.is_empty() && reserved(&key).is_none_or(|r| !matches!(r, Reserved::Fanfare | Reserved::Language))
    };
    Some(command.shown_word(language))
        .filter(heard)
        .or_else(|| command.all_words().find(heard))
}

/// As few messages as possible; a line is never broken.
fn joined(lead: &str, lines: Vec<String>) -> Vec<String> {
    let mut texts = vec![lead.to_owned()];
    let mut first = true;
    for line in lines {
        let gap = if first { "\n\n" } else { "\n" };
        first = false;
        match texts.last_mut() {
            Some(last) if last.len() + gap.len() + line.len() <= ANSWER_BYTES => {
                last.push_str(gap);
                last.push_str(&line);
            }
            _ => texts.push(line),
        }
    }
    texts
}
