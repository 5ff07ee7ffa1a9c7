//! What is wrong with a bot: what can't be published, what nobody reaches, what somebody else answers.
use super::{
    tree::{
        ANSWER_BYTES, DESCRIPTION_CHARS, MAX_ALIASES, MAX_COMMANDS, MAX_DEPTH, MAX_TIMEOUT_MINUTES, Node,
        Texts, Tree, WORD_CHARS,
    },
    words::{Key, Reserved, reserved},
};
use crate::kernel::{LanguageCode, Uid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It can't be published like this.
    Wrong,
    /// Look here: somebody will not get what they ask for.
    Warn,
    /// To know.
    Note,
}

/// Who answers a word in place of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Fanfare, or every bot's own words.
    Reserved(Reserved),
    /// Another command at the same place.
    Command(Uid),
    /// Another bot of this Broadcast ID.
    Bot(String),
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// No word leads to it.
    NoWord,
    /// A word has too many characters.
    WordTooLong(String),
    /// A word has nothing that can be typed, or more than one line.
    NoRealWord(String),
    /// Too many further words.
    TooManyAliases,
    /// A description has too many characters.
    DescriptionTooLong(LanguageCode),
    /// An answer has too many bytes: so many.
    AnswerTooLong(LanguageCode, usize),
    /// Characters that cannot be shown.
    ControlCharacters,
    /// Neither an answer nor commands below it.
    NothingToSay,
    /// The default language has no answer, another one has.
    DefaultMissing(LanguageCode),
    /// Other answers of the bot are in this language.
    LanguageMissing(LanguageCode),
    /// The word stands twice at this command.
    Twice(String),
    /// The word belongs to somebody else.
    Taken(String, By),
    /// As long as one stands here, the word leads here and not to that command further up.
    Hides(String, Uid),
    /// Nobody gets here: every word belongs to somebody else. So many commands below are cut off with it.
    Unreachable(usize),
    /// Too many commands.
    TooMany,
    /// Too many commands above each other.
    TooDeep,
    /// The time-out is not from one minute to a day.
    Timeout,
    /// Two commands have the same uid.
    SameUid,
}

/// Something wrong with one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which
    pub node: Uid,
    /// What
    pub what: What,
}

/// Another bot of the same Broadcast ID, which has first words of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its name
    pub name: String,
    /// The words, as they are written
    pub words: Vec<String>,
    /// It is asked before this one: its words go to it.
    pub earlier: bool,
}

impl What {
    /// How bad it is.
    pub const fn level(&self) -> Level {
        match self {
            Self::NoWord
            | Self::WordTooLong(_)
            | Self::NoRealWord(_)
            | Self::TooManyAliases
            | Self::DescriptionTooLong(_)
            | Self::AnswerTooLong(..)
            | Self::ControlCharacters
            | Self::NothingToSay
            | Self::TooMany
            | Self::TooDeep
            | Self::Timeout
            | Self::SameUid => Level::Wrong,
            Self::DefaultMissing(_) | Self::Taken(..) | Self::Unreachable(_) => Level::Warn,
            Self::LanguageMissing(_) | Self::Twice(_) | Self::Hides(..) => Level::Note,
        }
    }
}

/// Everything that is wrong, the worst first, each part from the start of the bot to its end.
pub fn check(tree: &Tree, default: LanguageCode, neighbours: &[Neighbour]) -> Vec<Finding> {
    let mut checking = Checking {
        tree,
        default,
        languages: tree.languages(),
        neighbours: neighbours
            .iter()
            .filter(|n| n.earlier)
            .flat_map(|n| {
                n.words
                    .iter()
                    .map(|w| (Key::of(w).exact().to_owned(), n.name.clone()))
            })
            .collect(),
        found: Vec::new(),
    };
    checking.whole();
    checking.node(&tree.start, &mut Vec::new());
    let mut found = checking.found;
    found.sort_by_key(|f| f.what.level());
    found
}

/// The words that lead to a bot from nowhere: those of its start and of the commands there.
pub fn first_words(tree: &Tree) -> Vec<String> {
    let start = tree.start.all_words();
    let below = tree.start.commands.iter().flat_map(Node::all_words);
    start.chain(below).map(str::to_owned).collect()
}

struct Checking<'a> {
    tree: &'a Tree,
    default: LanguageCode,
    languages: Vec<LanguageCode>,
    /// Words of other bots, and whose they are.
    neighbours: BTreeMap<String, String>,
    found: Vec<Finding>,
}

/// Words at a place, and to which command they lead.
type Leads<'a> = BTreeMap<String, &'a Uid>;

impl<'a> Checking<'a> {
    fn note(&mut self, node: &Node, what: What) {
        self.found.push(Finding {
            node: node.uid.clone(),
            what,
        });
    }

    fn whole(&mut self) {
        let start = &self.tree.start;
        if self.tree.len() > MAX_COMMANDS {
            self.note(start, What::TooMany);
        }
        if start.depth() > MAX_DEPTH {
            self.note(start, What::TooDeep);
        }
        if !(1..=MAX_TIMEOUT_MINUTES).contains(&self.tree.timeout_minutes) {
            self.note(start, What::Timeout);
        }
        let mut seen = BTreeSet::new();
        for node in start.all() {
            if !seen.insert(&node.uid) {
                self.note(node, What::SameUid);
            }
        }
    }

    /// A command and what is below it; `above` are the words of the places further up.
    fn node(&mut self, node: &'a Node, above: &mut Vec<Leads<'a>>) {
        let is_start = above.is_empty();
        self.form(node, is_start);
        self.texts(node, is_start);
        if is_start {
            self.start_words(node);
        }
        let leads = self.below(node, above);
        above.push(leads);
        for command in &node.commands {
            self.node(command, above);
        }
        above.pop();
    }

    /// Limits.
    fn form(&mut self, node: &Node, is_start: bool) {
        if !is_start && node.word.trim().is_empty() {
            self.note(node, What::NoWord);
        }
        for word in node.all_words() {
            if word.trim().chars().count() > WORD_CHARS {
                self.note(node, What::WordTooLong(word.chars().take(30).collect()));
            } else if Key::of(word).is_empty() || word.trim().chars().any(char::is_control) {
                self.note(node, What::NoRealWord(word.to_owned()));
            }
        }
        if node.aliases.len() > MAX_ALIASES {
            self.note(node, What::TooManyAliases);
        }
        for (language, text) in &node.description {
            if text.chars().count() > DESCRIPTION_CHARS {
                self.note(node, What::DescriptionTooLong(*language));
            }
        }
        for (language, text) in &node.answer {
            if text.len() > ANSWER_BYTES {
                self.note(node, What::AnswerTooLong(*language, text.len()));
            }
        }
        let unseen = |texts: &Texts, lines: bool| {
            let bad = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
            texts.values().any(|t| t.contains(bad))
        };
        if unseen(&node.answer, true) || unseen(&node.description, false) {
            self.note(node, What::ControlCharacters);
        }
    }

    /// Answers and their languages.
    fn texts(&mut self, node: &Node, is_start: bool) {
        let has = |l: &LanguageCode| node.answer.get(l).is_some_and(|t| !t.trim().is_empty());
        let none = !node.answer.values().any(|t| !t.trim().is_empty());
        if none {
            if node.commands.is_empty() && !is_start {
                self.note(node, What::NothingToSay);
            }
            return;
        }
        if !has(&self.default) {
            self.note(node, What::DefaultMissing(self.default));
        }
        let missing: Vec<_> = self
            .languages
            .iter()
            .copied()
            .filter(|l| *l != self.default && !has(l))
            .collect();
        for language in missing {
            self.note(node, What::LanguageMissing(language));
        }
    }

    fn start_words(&mut self, start: &Node) {
        for word in start.all_words() {
            if let Some(by) = self.taken(word, true) {
                self.note(start, What::Taken(word.to_owned(), by));
            }
        }
    }

    /// Who else answers the word; `first`: it may be said from nowhere.
    fn taken(&self, word: &str, first: bool) -> Option<By> {
        let key = Key::of(word);
        let bot = || self.neighbours.get(key.exact()).filter(|_| first);
        reserved(&key)
            .map(By::Reserved)
            .or_else(|| bot().cloned().map(By::Bot))
    }

    /// The words of the commands below `node`: those that somebody else answers, those that two have, those that hide
    /// others further up.
    fn below(&mut self, node: &'a Node, above: &[Leads<'a>]) -> Leads<'a> {
        let mut leads = Leads::new();
        for command in &node.commands {
            let mut own = BTreeSet::new();
            let mut reached = false;
            for word in command.all_words() {
                let exact = Key::of(word).exact().to_owned();
                if exact.is_empty() {
                    continue;
                }
                if !own.insert(exact.clone()) {
                    self.note(command, What::Twice(word.to_owned()));
                    continue;
                }
                let before = leads.get(&exact).map(|uid| By::Command((*uid).clone()));
                if let Some(by) = self.taken(word, above.is_empty()).or(before) {
                    // another bot's word still leads here for who stands in this one
                    reached |= matches!(by, By::Bot(_));
                    self.note(command, What::Taken(word.to_owned(), by));
                    leads.entry(exact).or_insert(&command.uid);
                    continue;
                }
                reached = true;
                let hidden = above.iter().rev().find_map(|l| l.get(&exact)).copied();
                if let Some(hidden) = hidden.filter(|h| **h != node.uid) {
                    self.note(command, What::Hides(word.to_owned(), hidden.clone()));
                }
                leads.insert(exact, &command.uid);
            }
            if !reached && !own.is_empty() {
                self.note(command, What::Unreachable(command.all().len() - 1));
            }
        }
        leads
    }
}
