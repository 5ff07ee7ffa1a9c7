//! How many boxes a second bare `crypto_box` seals: what the fan-out is measured against (scripts/bench/fanout.py).
//! Prints one line; needs no framework, because the rate is what is compared, not its last per cent.
use crypto_box::{
    PublicKey, SalsaBox, SecretKey,
    aead::{AeadInPlace, generic_array::GenericArray},
};
use std::time::{Duration, Instant};

/// How long each rate is measured.
const SPAN: Duration = Duration::from_secs(2);
/// A text of 100 bytes with type and padding.
const PLAINTEXT: [u8; 200] = [0x20; 200];

fn main() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let one = rate(0);
    let all: f64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|at| scope.spawn(move || rate(at))).collect();
        threads.into_iter().filter_map(|t| t.join().ok()).sum()
    });
    println!("{one:.0} boxes/s on one core, {all:.0} boxes/s on {cores} cores");
}

/// Boxes a second, each for another recipient: X25519, XSalsa20 and Poly1305.
fn rate(thread: usize) -> f64 {
    let sender = SecretKey::from_bytes([thread as u8 + 1; 32]);
    let recipients: Vec<PublicKey> = (0..64u8)
        .map(|n| SecretKey::from_bytes([n + 100; 32]).public_key())
        .collect();
    let (start, mut sealed) = (Instant::now(), 0u64);
    while start.elapsed() < SPAN {
        for recipient in &recipients {
            let mut nonce = [0; 24];
            nonce[..8].copy_from_slice(&sealed.to_le_bytes());
            let mut buffer = PLAINTEXT;
            let tag = SalsaBox::new(recipient, &sender)
                .encrypt_in_place_detached(GenericArray::from_slice(&nonce), &[], &mut buffer)
                .ok();
            std::hint::black_box((tag, buffer));
            sealed += 1;
        }
    }
    sealed as f64 / start.elapsed().as_secs_f64()
}
