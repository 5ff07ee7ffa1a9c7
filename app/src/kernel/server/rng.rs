//! Randomness, injected.
use crate::kernel::Uid;

/// Gives random bytes.
pub trait Rng: Send + Sync + 'static {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(
        clippy::expect_used,
        reason = "without the system's generator nothing here is safe: better to stop"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system's random generator answers");
    }
}

impl dyn Rng {
    /// An array of random bytes.
    pub fn array<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A new public identifier.
    pub fn uid(&self) -> Uid {
        Uid::from_random(self.array())
    }

    /// A random UUID (version 4).
    pub fn uuid(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.array()).into_uuid()
    }

    /// A number in `0.0..1.0`.
    pub fn fraction(&self) -> f64 {
        (u64::from_le_bytes(self.array()) >> 11) as f64 / (1u64 << 53) as f64
    }
}
