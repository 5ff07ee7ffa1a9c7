//! What happened a moment ago, for pages that come again.
use super::{LiveEvent, Told};
use crate::kernel::live::Change;
use std::{
    collections::{VecDeque, hash_map::RandomState},
    hash::{BuildHasher, Hasher},
    sync::Arc,
};
use tokio::sync::broadcast;

/// So many events are at hand for pages that were away for a moment.
pub(super) const KEPT: usize = 256;

/// The events of this process by their numbers, the newest of them at hand.
#[derive(Debug)]
pub(super) struct Past {
    /// Of this process: numbers of another one mean nothing here.
    process: u64,
    /// The number of the newest event.
    pub(super) newest: u64,
    /// Up to this number events are not at hand any more.
    gone: u64,
    events: VecDeque<(u64, LiveEvent)>,
}

impl Past {
    pub(super) fn new() -> Self {
        Self {
            process: RandomState::new().build_hasher().finish(),
            newest: 0,
            gone: 0,
            events: VecDeque::with_capacity(KEPT),
        }
    }

    pub(super) fn mark(&self, number: u64) -> String {
        format!("{:x}-{number:x}", self.process)
    }

    pub(super) fn keep(&mut self, event: &LiveEvent) -> String {
        self.newest += 1;
        // who was here a moment ago is nothing to hear later, and who comes anew comes with the rights of now
        if !matches!(event.change, Change::Presence { .. } | Change::Access { .. }) {
            if self.events.len() == KEPT
                && let Some((number, _)) = self.events.pop_front()
            {
                self.gone = number;
            }
            self.events.push_back((self.newest, event.clone()));
        }
        self.mark(self.newest)
    }

    /// What came behind a mark, each thing once; none when that is not known here.
    pub(super) fn behind(&self, mark: &str) -> Option<VecDeque<Arc<Told>>> {
        let (process, number) = mark.split_once('-')?;
        let number = u64::from_str_radix(number, 16).ok()?;
        if u64::from_str_radix(process, 16) != Ok(self.process) || number < self.gone {
            return None;
        }
        let mut events = VecDeque::new();
        for (at, event) in self.events.iter().rev().take_while(|(at, _)| *at > number) {
            if !events.iter().any(|later: &Arc<Told>| later.event == *event) {
                events.push_front(Told::new(event.clone(), self.mark(*at)));
            }
        }
        Some(events)
    }
}

/// What a page hears that comes, or comes again.
#[derive(Debug)]
pub struct Listening {
    /// What came since it was away, the oldest first.
    pub before: VecDeque<Arc<Told>>,
    /// That is not all: it came from another process, or was away for too long.
    pub missed: bool,
    /// Everything from now on.
    pub events: broadcast::Receiver<Arc<Told>>,
}
