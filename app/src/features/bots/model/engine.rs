//! How bots answer: the same code on the server and in the simulated dialogue of the builder.
use super::{
    speech::{self, Listener, Said},
    tree::{After, Node, Tree},
    words::{Fit, Key, Parts, Reserved, reserved},
};
use crate::kernel::Uid;
use std::collections::HashMap;

/// A bot that takes part.
#[derive(Clone, Copy, Debug)]
pub struct Talker<'a> {
    /// Its uid
    pub bot: &'a Uid,
    /// What it knows
    pub tree: &'a Tree,
    /// The words of the tree
    pub words: &'a Folded,
}

/// Every word of a bot as it is compared: folded once, not for every message.
#[derive(Clone, Debug, Default)]
pub struct Folded(HashMap<Uid, Vec<Key>>);

impl Folded {
    /// Of this tree.
    pub fn of(tree: &Tree) -> Self {
        let all = tree.start.all().into_iter();
        Self(
            all.map(|node| (node.uid.clone(), node.all_words().map(Key::of).collect()))
                .collect(),
        )
    }

    fn lead_to(&self, node: &Node, key: &Key, fit: Fit) -> bool {
        let keys = self.0.get(&node.uid);
        keys.is_some_and(|keys| keys.iter().any(|word| word.fits(key, fit)))
    }
}

/// Where somebody stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In which bot
    pub bot: Uid,
    /// At which command, or its start
    pub node: Uid,
}

/// What a message was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It led to this command, or to a start by a word of its own.
    Command(Place),
    /// Back, or to the menu.
    Way,
    /// It leads nowhere from here; where it would have led from elsewhere.
    Unknown {
        /// Where it was written.
        at: Place,
        /// The command that has this word further below.
        elsewhere: Option<Place>,
    },
}

/// What a message did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What it was.
    pub heard: Heard,
    /// What is answered.
    pub said: Said,
    /// Where the person stands now; none: nowhere.
    pub place: Option<Place>,
}

/// From a start to a command, both included.
type Path<'a> = Vec<&'a Node>;

/// What bots make of a message. None: no bot takes it. Somebody who stands in a bot is always answered there.
///
/// From where one stands words are looked for below, then further up to the start, then at the starts of the other bots.
pub fn turn(talkers: &[Talker], place: Option<&Place>, to: &Listener, message: &str) -> Option<Turn> {
    let here = place.and_then(|place| stand(talkers, place));
    let key = Key::of(message);
    match reserved(&key) {
        Some(Reserved::Menu) => return menu(talkers, here.as_ref(), to),
        Some(Reserved::Back) => return back(talkers, here.as_ref(), to),
        _ => {}
    }
    if !key.is_empty()
        && let Some((talker, path)) = look(talkers, here.as_ref(), message)
    {
        let said = arrive(talker, &path, to);
        let node = path.last()?;
        return Some(Turn {
            heard: Heard::Command(talker.at(node)),
            ..said?
        });
    }
    let (talker, path) = here?;
    let asked = path.last()?;
    // a command without others below it has no menu: that of the one above is still in sight
    let node = path
        .iter()
        .rev()
        .find(|n| !n.commands.is_empty())
        .or(path.first())?;
    Some(Turn {
        heard: Heard::Unknown {
            at: talker.at(asked),
            elsewhere: elsewhere(talker, &key),
        },
        said: match node.commands.is_empty() {
            true => speech::answer(node, talker.is_start(node), to),
            false => speech::unknown(node, talker.is_start(node), to),
        },
        place: Some(talker.at(node)),
    })
}

/// Whether a command, or a way within a bot, takes the message: without one of these a bot could only show its menu.
pub fn knows(talkers: &[Talker], place: Option<&Place>, message: &str) -> bool {
    let key = Key::of(message);
    match reserved(&key) {
        Some(Reserved::Menu | Reserved::Back) => !talkers.is_empty(),
        _ => {
            let here = place.and_then(|place| stand(talkers, place));
            !key.is_empty() && look(talkers, here.as_ref(), message).is_some()
        }
    }
}

impl<'a> Talker<'a> {
    fn at(&self, node: &Node) -> Place {
        Place {
            bot: self.bot.clone(),
            node: node.uid.clone(),
        }
    }

    fn is_start(&self, node: &Node) -> bool {
        node.uid == self.tree.start.uid
    }

    fn start(&self) -> Path<'a> {
        vec![&self.tree.start]
    }
}

/// The path to where somebody stands, unless bot or command are gone.
fn stand<'a>(talkers: &[Talker<'a>], place: &Place) -> Option<(Talker<'a>, Path<'a>)> {
    let talker = talkers.iter().find(|t| *t.bot == place.bot)?;
    let path = talker.tree.path(&place.node);
    (!path.is_empty()).then_some((*talker, path))
}

/// Answers at the end of a path.
fn arrive(talker: Talker, path: &[&Node], to: &Listener) -> Option<Turn> {
    let node = path.last()?;
    let stays = match node.after {
        // whoever is shown a menu stays there to choose from it
        After::Start if node.commands.is_empty() => path.first()?,
        _ => node,
    };
    Some(Turn {
        heard: Heard::Way,
        said: speech::answer(node, talker.is_start(node), to),
        place: Some(talker.at(stays)),
    })
}

fn menu(talkers: &[Talker], here: Option<&(Talker, Path)>, to: &Listener) -> Option<Turn> {
    match (here, talkers) {
        (Some((talker, _)), _) => arrive(*talker, &talker.start(), to),
        (None, []) => None,
        (None, [only]) => arrive(*only, &only.start(), to),
        (None, several) => Some(Turn {
            heard: Heard::Way,
            said: speech::overview(several.iter().flat_map(|t| t.tree.start.commands.iter()), to),
            place: None,
        }),
    }
}

fn back(talkers: &[Talker], here: Option<&(Talker, Path)>, to: &Listener) -> Option<Turn> {
    match here {
        Some((talker, path)) if path.len() > 1 => arrive(*talker, path.get(..path.len() - 1)?, to),
        // at the start of one of several: to all of them
        Some(_) if talkers.len() > 1 => menu(talkers, None, to),
        here => menu(talkers, here, to),
    }
}

/// Where a message leads.
fn look<'a>(
    talkers: &[Talker<'a>],
    here: Option<&(Talker<'a>, Path<'a>)>,
    message: &str,
) -> Option<(Talker<'a>, Path<'a>)> {
    let parts = Parts::of(message);
    for fit in Fit::BOTH {
        let words_of = |talker: &Talker<'a>| Words {
            parts: &parts,
            fit,
            folded: talker.words,
        };
        if let Some((talker, path)) = here {
            let words = words_of(talker);
            for end in (1..=path.len()).rev() {
                let (way, node) = (path.get(..end)?, path.get(end - 1)?);
                if let Some(below) = words.below(node, 0) {
                    return Some((*talker, way.iter().copied().chain(below).collect()));
                }
            }
            if let Some(path) = words.at_start(&talker.tree.start) {
                return Some((*talker, path));
            }
        }
        let others = talkers
            .iter()
            .filter(|t| here.is_none_or(|(own, _)| own.bot != t.bot));
        for talker in others {
            let (start, words) = (&talker.tree.start, words_of(talker));
            let found = words.at_start(start).or_else(|| {
                let below = words.below(start, 0)?;
                Some(std::iter::once(start).chain(below).collect())
            });
            if let Some(path) = found {
                return Some((*talker, path));
            }
        }
    }
    None
}

/// A message, and how closely its words must fit those of a bot.
struct Words<'p> {
    parts: &'p Parts,
    fit: Fit,
    folded: &'p Folded,
}

impl Words<'_> {
    fn lead_to(&self, node: &Node, key: &Key) -> bool {
        self.folded.lead_to(node, key, self.fit)
    }

    /// The commands below `node` that the message names from that part on; all parts have to be used. Longer words win.
    fn below<'a>(&self, node: &'a Node, from: usize) -> Option<Path<'a>> {
        for to in (from + 1..=self.parts.len()).rev() {
            let key = self.parts.key(from, to);
            let found = node
                .commands
                .iter()
                .find(|c| !key.is_empty() && self.lead_to(c, &key));
            let Some(found) = found else { continue };
            if to == self.parts.len() {
                return Some(vec![found]);
            }
            if let Some(rest) = self.below(found, to) {
                return Some(std::iter::once(found).chain(rest).collect());
            }
        }
        None
    }

    /// The same, with a word of the start before them or alone.
    fn at_start<'a>(&self, start: &'a Node) -> Option<Path<'a>> {
        for to in (1..=self.parts.len()).rev() {
            if !self.lead_to(start, &self.parts.key(0, to)) {
                continue;
            }
            if to == self.parts.len() {
                return Some(vec![start]);
            }
            if let Some(rest) = self.below(start, to) {
                return Some(std::iter::once(start).chain(rest).collect());
            }
        }
        None
    }
}

/// The first command of the bot that has this word, wherever it stands.
fn elsewhere(talker: Talker, key: &Key) -> Option<Place> {
    let all = talker.tree.start.all();
    let found = all
        .into_iter()
        .find(|n| !key.is_empty() && talker.words.lead_to(n, key, Fit::Exact));
    found.map(|n| talker.at(n))
}
