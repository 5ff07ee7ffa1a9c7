//! A bounded cache of shared keys: the second message to the same recipients costs no X25519.
use crate::features::gateway::wire::{PublicKey, SharedKey};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Shared keys by sender and recipient. When it is full, the half that was not used lately goes; a key is wiped when
/// the last one lets go of it. Memory: about 200 bytes a key.
#[derive(Debug)]
pub struct SharedKeys {
    half: usize,
    generations: Mutex<Generations>,
}

/// Sender's public key, recipient's public key. The sender's, not its row number: a changed key pair must not meet
/// the shared keys of the old one.
type Pair = (PublicKey, PublicKey);

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Pair, Arc<SharedKey>>,
    old: HashMap<Pair, Arc<SharedKey>>,
}

impl SharedKeys {
    /// What a server keeps: some 4 MB when full.
    pub const CAPACITY: usize = 20_000;

    /// A cache of at most `capacity` keys.
    pub fn new(capacity: usize) -> Self {
        Self {
            half: (capacity / 2).max(1),
            generations: Mutex::default(),
        }
    }

    /// The keys of one sender with many recipients, in their order; what is missing stays empty.
    pub(super) fn find<'a>(
        &self,
        sender: PublicKey,
        recipients: impl Iterator<Item = &'a PublicKey>,
    ) -> Vec<Option<Arc<SharedKey>>> {
        let mut generations = self.lock();
        recipients
            .map(|recipient| {
                let pair = (sender, *recipient);
                if let Some(key) = generations.young.get(&pair) {
                    return Some(Arc::clone(key));
                }
                let key = generations.old.remove(&pair)?;
                self.keep(&mut generations, pair, Arc::clone(&key));
                Some(key)
            })
            .collect()
    }

    /// Keeps new keys.
    pub(super) fn insert(&self, sender: PublicKey, keys: Vec<(PublicKey, Arc<SharedKey>)>) {
        let mut generations = self.lock();
        for (recipient, key) in keys {
            self.keep(&mut generations, (sender, recipient), key);
        }
    }

    /// How many keys it holds.
    pub fn len(&self) -> usize {
        let generations = self.lock();
        generations.young.len() + generations.old.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn keep(&self, generations: &mut Generations, pair: Pair, key: Arc<SharedKey>) {
        if generations.young.len() >= self.half {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(pair, key);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        // a panic elsewhere leaves a cache that is still right
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SharedKeys {
    fn default() -> Self {
        Self::new(Self::CAPACITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::gateway::wire::PrivateKey;

    #[test]
    fn it_stays_bounded_and_keeps_what_is_used() {
        let cache = SharedKeys::new(10);
        let me = PrivateKey::from_bytes([1; 32]);
        let sender = me.public_key();
        let other = |n: u8| PrivateKey::from_bytes([n; 32]).public_key();
        let favourite = other(200);
        cache.insert(sender, vec![(favourite, Arc::new(me.shared_with(&favourite)))]);
        for n in 2..60 {
            let one = other(n);
            cache.insert(sender, vec![(one, Arc::new(me.shared_with(&one)))]);
            assert!(cache.len() <= 10);
            let found = cache.find(sender, [favourite].iter());
            assert!(found[0].is_some(), "used every time, so never thrown out");
        }
        assert!(cache.find(sender, [other(2)].iter())[0].is_none());
        assert!(
            cache.find(favourite, [sender].iter())[0].is_none(),
            "another sender"
        );
    }
}
