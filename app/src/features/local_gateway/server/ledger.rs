//! What was accepted: how many boxes, how many different nonces each recipient has, how many came again.
//! Some 25 bytes of memory and 32 bytes of the file for a box, and the cost of one look into a hash table.
use super::recipients::id_of;
use crate::{
    features::gateway::wire::{NONCE_LEN, Nonce},
    kernel::ThreemaId,
};
use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, DefaultHasher, Hasher},
};

/// Bytes of an entry in the file: recipient, nonce.
pub const ENTRY: usize = 8 + NONCE_LEN;

/// The counters.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Boxes from gateway accounts, repeats included.
    pub accepted: u64,
    /// Boxes with a nonce that the recipient had from the same sender already.
    pub repeated: u64,
    /// Hashes of (sender, recipient, nonce). 64 bits: among a million boxes two differ and look alike once in 40 million tries.
    seen: HashSet<u64, BuildHasherDefault<AsItIs>>,
    /// Different nonces of the counting recipients, by number.
    counted: Vec<u32>,
    /// Different nonces of everybody else.
    others: HashMap<ThreemaId, u32>,
}

/// The numbers are hashes already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Ledger {
    /// Counts a box. `number` is that of a counting recipient.
    pub fn record(&mut self, sender: &ThreemaId, to: &ThreemaId, nonce: &Nonce, number: Option<usize>) {
        self.accepted += 1;
        let mut hasher = DefaultHasher::new();
        hasher.write(sender.as_bytes());
        hasher.write(to.as_bytes());
        hasher.write(nonce);
        if !self.seen.insert(hasher.finish()) {
            self.repeated += 1;
            return;
        }
        match number {
            Some(number) => {
                if number >= self.counted.len() {
                    self.counted.resize(number + 1, 0);
                }
                self.counted[number] += 1;
            }
            None => *self.others.entry(*to).or_default() += 1,
        }
    }

    /// Everybody who has at least one box, with the number of different nonces.
    pub fn by_recipient(&self) -> impl Iterator<Item = (ThreemaId, u32)> {
        let counted = self.counted.iter().enumerate().filter(|(_, n)| **n > 0);
        let counted = counted.filter_map(|(number, n)| Some((id_of(number as u64)?, *n)));
        counted.chain(self.others.iter().map(|(id, n)| (*id, *n)))
    }
}
