//! Counting recipients: users by the hundred thousand, whose mailboxes only count. Nothing is kept about a single one:
//! IDs are numbered in order, and the key of each follows from seed and ID when somebody asks for it.
use crate::{
    features::gateway::wire::{PrivateKey, PublicKey},
    kernel::ThreemaId,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const PREFIX: &[u8; 3] = b"SIM";
const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// How many there can be: 36⁵.
pub const MAX_RECIPIENTS: u64 = 36 * 36 * 36 * 36 * 36;

/// The recipients that one call has made.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The keys follow from it.
    pub seed: Arc<str>,
    /// Number of the first one.
    pub first: u64,
    /// How many.
    pub count: u64,
}

impl Batch {
    /// The IDs in order.
    pub fn ids(&self) -> impl Iterator<Item = ThreemaId> {
        (self.first..self.first + self.count).filter_map(id_of)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Recipients(Vec<Batch>);

impl Recipients {
    /// Adds what was made earlier.
    pub fn restore(&mut self, batch: Batch) {
        self.0.push(batch);
    }

    /// Makes `count` more, with numbers not below `at_least`; none when there is no room.
    pub fn make(&mut self, count: u64, seed: &str, at_least: u64) -> Option<Batch> {
        let first = self.next().max(at_least);
        if count > MAX_RECIPIENTS.saturating_sub(first) {
            return None;
        }
        let batch = Batch {
            seed: seed.into(),
            first,
            count,
        };
        self.0.push(batch.clone());
        Some(batch)
    }

    /// The number after the last one.
    pub fn next(&self) -> u64 {
        self.0.last().map_or(0, |last| last.first + last.count)
    }

    /// Those of a seed, in the order in which they were made.
    pub fn of_seed(&self, seed: &str) -> Vec<Batch> {
        self.0.iter().filter(|b| &*b.seed == seed).cloned().collect()
    }

    /// Number and batch of an ID.
    pub fn find(&self, id: &ThreemaId) -> Option<(usize, &Batch)> {
        let number = number_of(id)?;
        // batches are in order, with gaps perhaps
        let at = self.0.partition_point(|b| b.first + b.count <= number);
        let batch = self.0.get(at).filter(|b| b.first <= number)?;
        Some((usize::try_from(number).ok()?, batch))
    }
}

/// The number in an ID of this kind.
pub fn number_of(id: &ThreemaId) -> Option<u64> {
    let digits = id.as_bytes().strip_prefix(PREFIX)?;
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'A'..=b'Z' => digit - b'A' + 10,
            _ => return None,
        };
        Some(number * 36 + u64::from(value))
    })
}

/// The ID of a number.
pub fn id_of(mut number: u64) -> Option<ThreemaId> {
    let mut bytes = *b"SIM00000";
    for digit in bytes[PREFIX.len()..].iter_mut().rev() {
        *digit = DIGITS[(number % 36) as usize];
        number /= 36;
    }
    ThreemaId::from_bytes(bytes).ok().filter(|_| number == 0)
}

/// The public key; the private key is SHA-256(seed ‖ ID). Takes some 20 µs.
pub fn public_key(seed: &str, id: &ThreemaId) -> PublicKey {
    let digest = Sha256::new()
        .chain_update(seed.as_bytes())
        .chain_update(id.as_bytes())
        .finalize();
    PrivateKey::from_bytes(digest.into()).public_key()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ids_belong_together() {
        for (number, id) in [
            (0, "SIM00000"),
            (35, "SIM0000Z"),
            (36, "SIM00010"),
            (MAX_RECIPIENTS - 1, "SIMZZZZZ"),
        ] {
            assert_eq!(id_of(number).unwrap().as_str(), id);
            assert_eq!(number_of(&id.parse().unwrap()), Some(number));
        }
        assert_eq!(id_of(MAX_RECIPIENTS), None);
        assert_eq!(number_of(&"ECHOECHO".parse().unwrap()), None);
    }

    #[test]
    fn batches_are_found_even_with_gaps() {
        let mut all = Recipients::default();
        all.make(10, "a", 0);
        all.make(10, "b", 100);
        let seed = |n| all.find(&id_of(n).unwrap()).map(|(_, b)| b.seed.to_string());
        assert_eq!(seed(9).as_deref(), Some("a"));
        assert_eq!((seed(10), seed(99), seed(110)), (None, None, None));
        assert_eq!(seed(100).as_deref(), Some("b"));
        assert_eq!(all.next(), 110);
        assert!(all.make(MAX_RECIPIENTS, "c", 0).is_none());
    }
}
