#!/usr/bin/env bash
# scripts/bench.sh: what one box costs (criterion), then every program in scripts/bench/, each beside a
# PostgreSQL of its own that writes durably (FANFARE_TEST_POSTGRES_URL).
. "$(dirname "$0")/lib.sh"
bash scripts/setup.sh test
activate
bash scripts/build.sh

# the wire formats alone, without the server: app/benches/seal.rs is scripts/bench/fanout.py's
cargo bench --locked -p app --bench wire
for bench in scripts/bench/*; do
  if [ -f "$bench" ] && [ -x "$bench" ]; then
    say "bench: ${bench##*/}"
    POSTGRES_FSYNC=on scripts/postgres.sh "$bench"
  fi
done
