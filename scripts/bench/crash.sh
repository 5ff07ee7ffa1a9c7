#!/usr/bin/env bash
# scripts/bench/crash.sh: the crash tests of the test suite with 200 kills (CRASH_KILLS).
# Called by scripts/bench.sh beside a PostgreSQL (FANFARE_TEST_POSTGRES_URL).
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../lib.sh"
activate
export CRASH_KILLS=${CRASH_KILLS:-200}
cargo test --locked -p server --test processes "${CARGO_QUIET[@]}" -- crash:: --nocapture --test-threads=1
