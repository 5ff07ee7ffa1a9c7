//! A bot that somebody looks at or works on. Everything stands at the page, so that it outlives what is shown.
use crate::features::bots::model::{
    BotHead, BotState, BotView, Count, Finding, Level, MAX_COMMANDS, MAX_DEPTH, Neighbour, Node, Spot,
    Statistics, Step, Tree, changes, check,
};
use crate::kernel::{AppError, LanguageCode, ThreemaId, Timestamp, Uid};
use crate::ui::focus_on;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// How the work is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saved {
    /// Nothing was changed.
    #[default]
    Nothing,
    /// Something changed, it will be saved in a moment.
    Waiting,
    /// Being saved
    Saving,
    /// Saved
    At(Timestamp),
    /// Somebody else has changed the bot.
    Overtaken,
    /// Not saved
    Failed(AppError),
}

/// What never changes while one works: it comes anew with every load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Of which identity, and the bot; none: nothing is loaded yet
    pub of: Option<(Uid, BotView)>,
    /// The identity's default language
    pub default: LanguageCode,
    /// The name that recipients see
    pub sender: String,
    /// The identity's Threema ID
    pub sender_id: Option<ThreemaId>,
    /// Other bots
    pub neighbours: Vec<Neighbour>,
    /// What people asked for
    pub statistics: Statistics,
}

impl Frame {
    /// The bot, once it is loaded.
    pub fn bot(&self) -> Option<&BotView> {
        self.of.as_ref().map(|(_, bot)| bot)
    }
}

/// Panes of the middle.
pub const PANE_COMMAND: &str = "command";
/// What is wrong
pub const PANE_PROBLEMS: &str = "problems";
/// What was asked
pub const PANE_STATISTICS: &str = "statistics";
/// Parts of small windows: the tree
pub const PART_TREE: &str = "tree";
/// The middle
pub const PART_EDIT: &str = "edit";
/// The dialogue
pub const PART_TRY: &str = "try";

/// The bot of the page.
#[derive(Clone, Copy)]
pub struct Builder {
    /// What comes with a load
    pub frame: RwSignal<Frame>,
    /// What is being worked on
    pub tree: RwSignal<Tree>,
    /// What people meet
    pub published: RwSignal<Tree>,
    /// The version that the server has
    pub version: RwSignal<u64>,
    /// The command that is shown
    pub chosen: RwSignal<Uid>,
    /// The language that is written
    pub language: RwSignal<LanguageCode>,
    /// Languages that were opened and have no text yet
    pub opened: RwSignal<BTreeSet<LanguageCode>>,
    /// Goes up when the tree is another one than what the fields show
    pub turn: RwSignal<u32>,
    /// How the work is kept
    pub saved: RwSignal<Saved>,
    /// The pane of the middle
    pub pane: RwSignal<String>,
    /// The part that small windows show
    pub part: RwSignal<String>,
    /// Whether the person may change bots here
    pub may: Signal<bool>,
    /// What is wrong
    pub findings: Memo<Vec<Finding>>,
    /// How many changes are not published
    pub changed: Memo<u64>,
}

impl Builder {
    /// Before anything is loaded.
    pub fn new(may: Signal<bool>) -> Self {
        let start = Uid::from_random([0; Uid::LEN]);
        let frame = RwSignal::new(Frame {
            of: None,
            default: LanguageCode::EN,
            sender: String::new(),
            sender_id: None,
            neighbours: Vec::new(),
            statistics: Statistics::default(),
        });
        let tree = RwSignal::new(Tree::new(start.clone()));
        let published = RwSignal::new(Tree::new(start.clone()));
        let active = move || frame.with(|f| f.bot().is_some_and(|b| b.state == BotState::Active));
        Self {
            frame,
            tree,
            published,
            version: RwSignal::new(0),
            chosen: RwSignal::new(start),
            language: RwSignal::new(LanguageCode::EN),
            opened: RwSignal::default(),
            turn: RwSignal::new(0),
            saved: RwSignal::default(),
            pane: RwSignal::new(PANE_COMMAND.to_owned()),
            part: RwSignal::new(PART_TREE.to_owned()),
            may: Signal::derive(move || may.try_get().unwrap_or_default() && active()),
            findings: Memo::new(move |_| frame.with(|f| tree.with(|t| check(t, f.default, &f.neighbours)))),
            changed: Memo::new(move |_| published.with(|p| tree.with(|t| changes(p, t) as u64))),
        }
    }

    /// Takes over what was loaded.
    pub fn take(&self, identity: Uid, head: BotHead) {
        let frame = Frame {
            of: Some((identity, head.bot)),
            default: head.default_language,
            sender: head.sender,
            sender_id: Some(head.sender_id),
            neighbours: head.neighbours,
            statistics: head.statistics,
        };
        let tree = head.draft.unwrap_or_else(|| head.published.clone());
        if !self
            .languages_of(&tree, frame.default)
            .contains(&self.language.get_untracked())
        {
            self.language.set(frame.default);
        }
        if self.chosen.with_untracked(|c| tree.find(c).is_none()) {
            self.chosen.set(tree.start.uid.clone());
        }
        self.frame.set(frame);
        self.published.set(head.published);
        self.version.set(head.version);
        self.tree.set(tree);
        self.saved.set(Saved::Nothing);
        self.turn.update(|t| *t += 1);
    }

    /// Identity and bot that are loaded here, whatever the address says by now.
    pub fn of(&self) -> Option<(Uid, Uid)> {
        let of = |f: &Frame| {
            f.of.as_ref()
                .map(|(identity, bot)| (identity.clone(), bot.uid.clone()))
        };
        self.frame.try_with_untracked(of).flatten()
    }

    /// Something of the tree, which is looked at only. Tracks.
    pub fn node<T>(&self, uid: &Uid, of: impl FnOnce(&Node) -> T) -> Option<T> {
        self.tree.with(|t| t.find(uid).map(of))
    }

    /// Changes a command; the fields have it already.
    pub fn change(&self, uid: &Uid, change: impl FnOnce(&mut Node)) {
        if self.may.get_untracked() {
            self.tree.update(|t| {
                t.change(uid, change);
            });
        }
    }

    /// The languages, the default one first. Tracks.
    pub fn languages(&self) -> Vec<LanguageCode> {
        let default = self.frame.with(|f| f.default);
        let mut all = self.tree.with(|t| self.languages_of(t, default));
        self.opened.with(|opened| {
            for language in opened {
                if !all.contains(language) {
                    all.push(*language);
                }
            }
        });
        all
    }

    fn languages_of(&self, tree: &Tree, default: LanguageCode) -> Vec<LanguageCode> {
        let others = tree.languages().into_iter().filter(|l| *l != default);
        std::iter::once(default).chain(others).collect()
    }

    /// How often it was asked for. Tracks.
    pub fn count(&self, uid: &Uid) -> Count {
        self.frame
            .with(|f| f.statistics.commands.get(uid).copied().unwrap_or_default())
    }

    /// The worst that is wrong with a command, unless it is only to know. Tracks.
    pub fn trouble(&self, uid: &Uid) -> Option<Level> {
        self.findings.with(|all| {
            let own = all.iter().filter(|f| f.node == *uid).map(|f| f.what.level());
            own.min().filter(|l| *l != Level::Note)
        })
    }

    /// Shows a command.
    pub fn choose(&self, uid: &Uid) {
        self.pane.set(PANE_COMMAND.to_owned());
        if self.chosen.with_untracked(|c| c != uid) {
            self.chosen.set(uid.clone());
        }
    }

    /// Shows a command in its field, also on small windows.
    pub fn open(&self, uid: &Uid) {
        self.choose(uid);
        self.part.set(PART_EDIT.to_owned());
    }

    /// Adds a command below another one and goes there; answers whether there is room.
    pub fn add_below(&self, uid: &Uid) -> bool {
        let fits = self
            .tree
            .with_untracked(|t| t.len() < MAX_COMMANDS && (1..=MAX_DEPTH).contains(&t.path(uid).len()));
        if !fits || !self.may.get_untracked() {
            return false;
        }
        let node = Node::new(fresh());
        let added = node.uid.clone();
        let spot = Spot {
            parent: uid.clone(),
            at: usize::MAX,
        };
        self.tree.update(|t| {
            t.insert(&spot, node);
        });
        self.open(&added);
        focus_on("field-word".to_owned());
        true
    }

    /// Moves a command one step.
    pub fn step(&self, uid: &Uid, step: Step) {
        let can = self.tree.with_untracked(|t| t.after_step(uid, step).is_some());
        if can && self.may.get_untracked() {
            self.tree.update(|t| {
                t.step(uid, step);
            });
        }
    }

    /// Takes a command away; answers what brings it back.
    pub fn remove(&self, uid: &Uid) -> Option<(Spot, Node)> {
        if !self.may.get_untracked() {
            return None;
        }
        let removed = self.tree.try_update(|t| t.remove(uid)).flatten()?;
        self.chosen.set(removed.0.parent.clone());
        Some(removed)
    }

    /// Another tree in place of the one that is being worked on.
    pub fn replace(&self, tree: Tree) {
        if self.chosen.with_untracked(|c| tree.find(c).is_none()) {
            self.chosen.set(tree.start.uid.clone());
        }
        self.tree.set(tree);
        self.turn.update(|t| *t += 1);
    }
}

/// A uid that is unique as far as a bot goes.
pub fn fresh() -> Uid {
    let mut bytes = [0; Uid::LEN];
    #[cfg(feature = "hydrate")]
    for byte in &mut bytes {
        *byte = (js_sys::Math::random() * 252.0) as u8;
    }
    #[cfg(not(feature = "hydrate"))]
    bytes.fill(1);
    Uid::from_random(bytes)
}
