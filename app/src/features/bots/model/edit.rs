//! Changing a tree: adding, taking away, moving.
use super::tree::{Node, Tree};
use crate::kernel::Uid;
use std::collections::BTreeMap;

/// Where a command stands among those of the one above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The one above.
    pub parent: Uid,
    /// Its place, from 0.
    pub at: usize,
}

/// One step of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Before the one before it.
    Up,
    /// After the one after it.
    Down,
    /// Below the one before it.
    In,
    /// Beside the one above it.
    Out,
}

impl Tree {
    /// Where a command stands; none for the start.
    pub fn spot(&self, uid: &Uid) -> Option<Spot> {
        let parent = *self.path(uid).iter().rev().nth(1)?;
        let at = parent.commands.iter().position(|c| c.uid == *uid)?;
        Some(Spot {
            parent: parent.uid.clone(),
            at,
        })
    }

    /// Changes a command, or the start.
    pub fn change<T>(&mut self, uid: &Uid, change: impl FnOnce(&mut Node) -> T) -> Option<T> {
        self.start.find_mut(uid).map(change)
    }

    /// Puts a command somewhere, at the end when there are fewer before it; answers whether there is such a place.
    pub fn insert(&mut self, spot: &Spot, node: Node) -> bool {
        let put = |parent: &mut Node| {
            let at = spot.at.min(parent.commands.len());
            parent.commands.insert(at, node);
        };
        self.change(&spot.parent, put).is_some()
    }

    /// Takes a command and everything below it away; the spot brings it back.
    pub fn remove(&mut self, uid: &Uid) -> Option<(Spot, Node)> {
        let spot = self.spot(uid)?;
        let node = self.change(&spot.parent, |parent| parent.commands.remove(spot.at))?;
        Some((spot, node))
    }

    /// Where a step leads; none when it leads nowhere.
    pub fn after_step(&self, uid: &Uid, step: Step) -> Option<Spot> {
        let spot = self.spot(uid)?;
        let parent = self.find(&spot.parent)?;
        match step {
            Step::Up => Some(Spot {
                at: spot.at.checked_sub(1)?,
                ..spot
            }),
            Step::Down => (spot.at + 1 < parent.commands.len()).then(|| Spot {
                at: spot.at + 1,
                ..spot
            }),
            Step::In => {
                let before = parent.commands.get(spot.at.checked_sub(1)?)?;
                Some(Spot {
                    parent: before.uid.clone(),
                    at: before.commands.len(),
                })
            }
            Step::Out => {
                let above = self.spot(&spot.parent)?;
                Some(Spot {
                    at: above.at + 1,
                    ..above
                })
            }
        }
    }

    /// Moves a command with everything below it to a spot, counted without the command itself; answers whether it is there
    /// now. Nothing goes below itself.
    pub fn move_to(&mut self, uid: &Uid, to: &Spot) -> bool {
        let below_itself = self.path(&to.parent).iter().any(|n| n.uid == *uid);
        if below_itself || self.find(&to.parent).is_none() {
            return false;
        }
        let Some((_, node)) = self.remove(uid) else {
            return false;
        };
        self.insert(to, node)
    }

    /// Moves a command one step; answers whether it could.
    pub fn step(&mut self, uid: &Uid, step: Step) -> bool {
        match self.after_step(uid, step) {
            Some(spot) => self.move_to(uid, &spot),
            None => false,
        }
    }
}

/// How many commands are new, gone, changed or elsewhere. Another order counts once for each place, the time-out once.
pub fn changes(before: &Tree, after: &Tree) -> usize {
    let (old, new) = (flat(before), flat(after));
    let gone = old.keys().filter(|uid| !new.contains_key(*uid)).count();
    let other = new.iter().filter(|(uid, now)| match old.get(*uid) {
        Some(was) => was.own != now.own || was.parent != now.parent,
        None => true,
    });
    let sorted = new.iter().filter(|(uid, now)| {
        let was = old.get(*uid).map(|was| was.below.as_slice()).unwrap_or_default();
        let stayed = |from: &[Uid], to: &[Uid]| -> Vec<Uid> {
            from.iter().filter(|uid| to.contains(uid)).cloned().collect()
        };
        stayed(was, &now.below) != stayed(&now.below, was)
    });
    gone + other.count() + sorted.count() + usize::from(before.timeout_minutes != after.timeout_minutes)
}

/// A command on its own, and what stands around it.
struct Flat {
    parent: Option<Uid>,
    own: Node,
    below: Vec<Uid>,
}

fn flat(tree: &Tree) -> BTreeMap<Uid, Flat> {
    let mut out = BTreeMap::new();
    let mut waiting = vec![(None, &tree.start)];
    while let Some((parent, node)) = waiting.pop() {
        waiting.extend(node.commands.iter().map(|c| (Some(node.uid.clone()), c)));
        let own = Node {
            uid: node.uid.clone(),
            word: node.word.clone(),
            words: node.words.clone(),
            aliases: node.aliases.clone(),
            description: node.description.clone(),
            answer: node.answer.clone(),
            after: node.after,
            commands: Vec::new(),
        };
        let below = node.commands.iter().map(|c| c.uid.clone()).collect();
        out.insert(node.uid.clone(), Flat { parent, own, below });
    }
    out
}

/// Where something is dropped on a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before it
    Before,
    /// As the last one below it
    Inside,
    /// After it
    After,
}

impl Tree {
    /// Where `dropped` comes to stand when it is dropped on `target`; none when it cannot stand there. Nothing stands beside
    /// the start.
    pub fn drop_spot(&self, dropped: &Uid, target: &Uid, side: Side) -> Option<Spot> {
        if self.path(target).iter().any(|n| n.uid == *dropped) {
            return None;
        }
        let beside = self.spot(target).filter(|_| side != Side::Inside);
        let Some(spot) = beside else {
            let below = &self.find(target)?.commands;
            return Some(Spot {
                parent: target.clone(),
                at: below.iter().filter(|c| c.uid != *dropped).count(),
            });
        };
        let before = self.find(&spot.parent)?.commands.get(..spot.at)?;
        let at = before.iter().filter(|c| c.uid != *dropped).count();
        Some(Spot {
            at: at + usize::from(side == Side::After),
            ..spot
        })
    }
}
