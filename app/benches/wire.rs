//! What one box costs, step by step: criterion compares each with the run before (`make bench`).
use app::features::gateway::wire::{Content, MessageId, Nonce, PrivateKey, ReceiptStatus, SharedKey};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// A text of usual length.
const TEXT: &str =
    "The bridge of the Hauptstrasse is closed until six. Please take the way round by the station.";
/// The longest padding, so that every run does the same work.
const PADDING: u8 = u8::MAX;
/// Nothing is sent: one will do.
const NONCE: Nonce = [7; 24];

/// What the fan-out does for a new recipient, and for one whose shared key is stored. Bare `crypto_box` is in seal.rs.
fn seal(c: &mut Criterion) {
    let mut group = c.benchmark_group("seal a text");
    group.throughput(Throughput::Elements(1));
    let container = Content::Text(TEXT.to_owned()).encode();

    let (sender, recipient) = (
        PrivateKey::from_bytes([1; 32]),
        PrivateKey::from_bytes([2; 32]).public_key(),
    );
    group.bench_function("new recipient", |b| {
        b.iter(|| {
            sender
                .shared_with(black_box(&recipient))
                .seal_padded(&NONCE, &container, PADDING)
        });
    });
    let shared = sender.shared_with(&recipient);
    group.bench_function("shared key at hand", |b| {
        b.iter(|| shared.seal_padded(&NONCE, black_box(&container), PADDING))
    });
    group.finish();
}

/// What a callback costs once its MAC is known to be right: opening, padding, decoding.
fn open(c: &mut Criterion) {
    let mut group = c.benchmark_group("open and decode");
    group.throughput(Throughput::Elements(1));
    let shared = PrivateKey::from_bytes([1; 32]).shared_with(&PrivateKey::from_bytes([2; 32]).public_key());
    let receipt = Content::Receipt {
        status: ReceiptStatus::Read,
        ids: vec![MessageId::from_bytes([3; 8])],
    };
    for (name, content) in [("text", Content::Text(TEXT.to_owned())), ("receipt", receipt)] {
        let sealed = shared.seal_padded(&NONCE, &content.encode(), PADDING);
        assert_eq!(read(&shared, &sealed), Some(content.clone()));
        group.bench_function(name, |b| b.iter(|| read(&shared, black_box(&sealed))));
    }
    group.finish();
}

fn read(shared: &SharedKey, sealed: &[u8]) -> Option<Content> {
    Content::decode(&shared.open_padded(&NONCE, sealed).ok()?).ok()
}

criterion_group!(benches, seal, open);
criterion_main!(benches);
