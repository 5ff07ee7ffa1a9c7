#!/usr/bin/env bash
# scripts/bench.sh: the micro benches of the crates, then every program in scripts/bench/, each beside a
# PostgreSQL of its own that writes durably (FANFARE_TEST_POSTGRES_URL).
. "$(dirname "$0")/lib.sh"
bash scripts/setup.sh test
activate
bash scripts/build.sh

if compgen -G "*/benches/*.rs" >/dev/null; then cargo bench --locked; fi
for bench in scripts/bench/*; do
  if [ -f "$bench" ] && [ -x "$bench" ]; then
    say "bench: ${bench##*/}"
    POSTGRES_FSYNC=on scripts/postgres.sh "$bench"
  fi
done
