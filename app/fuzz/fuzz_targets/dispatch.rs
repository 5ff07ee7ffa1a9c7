//! Whatever reaches an identity, from the callback to the answer, on a real database. An input is a byte that shapes the
//! identity, and messages with [`NEXT`] between them: a byte that says from whom and how, then the message.
//!
//! Nothing may panic or stay undone, nobody is answered who must not be, and nothing that was written stands anywhere.
#![no_main]
mod world;

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use world::World;

static WORLD: LazyLock<World> = LazyLock::new(World::new);

/// Between two messages; in no text.
const NEXT: &[u8] = b"\xff\xfe";
/// Messages of one input.
const MOST: usize = 8;

fuzz_target!(init: LazyLock::force(&WORLD), |bytes: &[u8]| {
    let Some((shape, rest)) = bytes.split_first() else {
        return;
    };
    let (mut messages, mut rest) = (Vec::new(), rest);
    while messages.len() < MOST {
        let end = rest.windows(NEXT.len()).position(|w| w == NEXT);
        messages.push(&rest[..end.unwrap_or(rest.len())]);
        let Some(end) = end else { break };
        rest = &rest[end + NEXT.len()..];
    }
    WORLD.meet(*shape, &messages);
});
