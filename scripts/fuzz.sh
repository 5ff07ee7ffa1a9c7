#!/usr/bin/env bash
# scripts/fuzz.sh [SECONDS]: feeds whatever libFuzzer thinks of to the decoders and to the commands that people type (app/fuzz), a
# minute each when nothing is said.
# It needs a C++ compiler, but neither a nightly Rust compiler nor cargo-fuzz: instrumenting the code for coverage works in
# the stable one; only the address sanitizer does not, and there is no unsafe code here for it to watch.
# What was found stays in app/fuzz/corpus; an input that breaks something is written to app/fuzz/artifacts.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
activate
have c++ || apt_install g++

host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR=$CARGO_TARGET_DIR/fuzz
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
# the host is named, so that build scripts and macros are not instrumented
cargo build "${CARGO_QUIET[@]}" --manifest-path app/fuzz/Cargo.toml --target "$host"
for target in decode grammar; do
  corpus=app/fuzz/corpus
  [ "$target" = decode ] || corpus=app/fuzz/corpus-$target
  mkdir -p "$corpus" app/fuzz/artifacts
  "$CARGO_TARGET_DIR/$host/debug/$target" "$corpus" -artifact_prefix=app/fuzz/artifacts/ -max_total_time="${1:-60}"
done
