//! A bot: a tree of commands.
use crate::kernel::{LanguageCode, Uid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest word in characters (reference/broadcast-api.md section 3.3).
pub const WORD_CHARS: usize = 256;
/// Most further words of a command.
pub const MAX_ALIASES: usize = 20;
/// Longest description in characters.
pub const DESCRIPTION_CHARS: usize = 200;
/// Longest answer in bytes of UTF-8 (design/product.md rule 13).
pub const ANSWER_BYTES: usize = 3_500;
/// Most commands of a bot.
pub const MAX_COMMANDS: usize = 500;
/// Most commands above each other.
pub const MAX_DEPTH: usize = 8;
/// Largest bot in bytes, as JSON.
pub const MAX_TREE_BYTES: usize = 512 << 10;
/// How long a bot remembers where somebody stands, in minutes.
pub const TIMEOUT_MINUTES: u32 = 30;
/// The longest such time.
pub const MAX_TIMEOUT_MINUTES: u32 = 1_440;

/// A text per language.
pub type Texts = BTreeMap<LanguageCode, String>;

/// What happens after an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// The next word is looked for below this command, then further up.
    #[default]
    Stay,
    /// The next word is looked for from the start; only where there are no commands below.
    Start,
}

impl After {
    /// The name in forms and REST.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::Start => "start",
        }
    }

    /// Whether nothing special happens.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
    fn stays(&self) -> bool {
        *self == Self::Stay
    }
}

/// One command, or the start of a bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// Unique in its bot.
    pub uid: Uid,
    /// The word that leads here; the start needs none.
    #[serde(default)]
    pub word: String,
    /// The word in other languages: menus show the person's own, and every one of them leads here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: Texts,
    /// Further words that lead here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What menus say beside the word.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub description: Texts,
    /// What is answered.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answer: Texts,
    /// What happens afterwards.
    #[serde(default, skip_serializing_if = "After::stays")]
    pub after: After,
    /// What one can ask for here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Self>,
}

/// A whole bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tree {
    /// After so long a person stands nowhere again.
    pub timeout_minutes: u32,
    /// The start: its answer welcomes, its commands are those that everybody reaches.
    pub start: Node,
}

impl Node {
    /// A command without anything.
    pub fn new(uid: Uid) -> Self {
        Self {
            uid,
            word: String::new(),
            words: Texts::new(),
            aliases: Vec::new(),
            description: Texts::new(),
            answer: Texts::new(),
            after: After::Stay,
            commands: Vec::new(),
        }
    }

    /// Every word that leads here.
    pub fn all_words(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.word)
            .chain(self.words.values())
            .chain(&self.aliases)
            .map(String::as_str)
            .filter(|w| !w.trim().is_empty())
    }

    /// The word that a menu shows.
    pub fn shown_word(&self, language: LanguageCode) -> &str {
        let own = self.words.get(&language).map(|w| w.trim());
        match own {
            Some(word) if !word.is_empty() => word,
            _ => self.word.trim(),
        }
    }

    /// This and everything below it, from above.
    pub fn all(&self) -> Vec<&Self> {
        let mut out = Vec::new();
        let mut waiting = vec![self];
        while let Some(node) = waiting.pop() {
            out.push(node);
            waiting.extend(node.commands.iter().rev());
        }
        out
    }

    /// How many commands stand above each other here.
    pub fn depth(&self) -> usize {
        let deepest = self.commands.iter().map(Self::depth).max();
        deepest.map_or(0, |d| d + 1)
    }

    pub(super) fn find_mut(&mut self, uid: &Uid) -> Option<&mut Self> {
        if self.uid == *uid {
            return Some(self);
        }
        self.commands.iter_mut().find_map(|c| c.find_mut(uid))
    }

    fn path<'a>(&'a self, uid: &Uid, out: &mut Vec<&'a Self>) -> bool {
        out.push(self);
        if self.uid == *uid || self.commands.iter().any(|c| c.path(uid, out)) {
            return true;
        }
        out.pop();
        false
    }
}

impl Tree {
    /// A bot without commands.
    pub fn new(start: Uid) -> Self {
        Self {
            timeout_minutes: TIMEOUT_MINUTES,
            start: Node::new(start),
        }
    }

    /// The command, or the start.
    pub fn find(&self, uid: &Uid) -> Option<&Node> {
        self.start.all().into_iter().find(|n| n.uid == *uid)
    }

    /// From the start to the command; empty when there is none.
    pub fn path(&self, uid: &Uid) -> Vec<&Node> {
        let mut out = Vec::new();
        self.start.path(uid, &mut out);
        out
    }

    /// How many commands it has.
    pub fn len(&self) -> usize {
        self.start.all().len() - 1
    }

    /// Whether it has nothing to say.
    pub fn is_empty(&self) -> bool {
        self.start.commands.is_empty() && self.start.answer.values().all(|t| t.trim().is_empty())
    }

    /// Every language that an answer, a description or a word is in.
    pub fn languages(&self) -> Vec<LanguageCode> {
        let mut all: Vec<_> = self
            .start
            .all()
            .into_iter()
            .flat_map(|n| [&n.answer, &n.description, &n.words])
            .flat_map(|texts| texts.iter().filter(|(_, t)| !t.trim().is_empty()))
            .map(|(language, _)| *language)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The text in a language, else in the default one, else in any; empty when there is none.
pub fn in_language(texts: &Texts, language: LanguageCode, default: LanguageCode) -> &str {
    let filled = |text: &&String| !text.trim().is_empty();
    let of = |language| texts.get(&language).filter(filled);
    of(language)
        .or_else(|| of(default))
        .or_else(|| texts.values().find(filled))
        .map(|t| t.trim())
        .unwrap_or_default()
}
