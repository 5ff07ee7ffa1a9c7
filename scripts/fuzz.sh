#!/usr/bin/env bash
# scripts/fuzz.sh [SECONDS] [TARGET…]: feeds whatever libFuzzer thinks of to the targets of app/fuzz, each for a minute when
# nothing is said, one after the other; all of them unless some are named. 0 only builds.
# It needs a C++ compiler, but neither a nightly Rust compiler nor cargo-fuzz: watching the code for coverage works in
# the stable one; only the address sanitizer does not, and there is no unsafe code here for it to watch.
# What was found stays in app/fuzz/corpus; an input that breaks something is written to app/fuzz/artifacts, and the script ends.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
activate
have c++ || apt_install g++

seconds=${1:-60}
[ $# = 0 ] || shift
[ $# -gt 0 ] || set -- decode grammar dispatch
# sets no RUSTFLAGS: those would count for everything, and take the place of ours in .cargo/config.toml
RUSTC_WRAPPER=$ROOT/app/fuzz/rustc.sh cargo build "${CARGO_QUIET[@]}" --manifest-path app/fuzz/Cargo.toml
[ "$seconds" != 0 ] || exit 0

# the databases of `dispatch`: in memory where there is such a place, and gone afterwards
TMPDIR=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
mkdir -p app/fuzz/artifacts
for target; do
  corpus=app/fuzz/corpus/$target
  mkdir -p "$corpus"
  if [ -e "app/fuzz/seeds/$target" ]; then
    number=0
    while read -r line; do
      number=$((number + 1))
      printf '%b' "$line" >"$corpus/seed-$number"
    done <"app/fuzz/seeds/$target"
  fi
  say "$target, $seconds seconds"
  "$CARGO_TARGET_DIR/debug/$target" "$corpus" -dict=app/fuzz/seeds/words -artifact_prefix="app/fuzz/artifacts/$target-" \
    -timeout=60 -max_total_time="$seconds"
done
