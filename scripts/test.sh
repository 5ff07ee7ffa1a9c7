#!/usr/bin/env bash
# scripts/test.sh: everything that CI runs, from an empty machine; prints what each step took.
. "$(dirname "$0")/lib.sh"

times=
step() { # step NAME COMMAND…
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  current=$name
  "$@"
  current=
  times+=$(printf '%6d s  %s' $((SECONDS - start)) "$name")$'\n'
}
current=
report() {
  local code=$?
  printf '\n%s%6d s  in all\n' "$times" "$SECONDS"
  [ -z "$current" ] || echo "fanfare: the step '$current' failed: its words stand above" >&2
  exit "$code"
}
trap report EXIT

setup() {
  bash scripts/setup.sh test
  activate
}

scripts_lint() {
  if have shellcheck; then shellcheck -x -P scripts scripts/*.sh end2end/*.sh .ci/run; fi
  node_modules/.bin/tsc --project end2end
}

tests() {
  if have cargo-nextest; then
    scripts/postgres.sh cargo nextest run --locked
  else
    scripts/postgres.sh cargo test --locked --quiet
  fi
}

step "set-up" setup
step "scripts and browser tests: types" scripts_lint
step "format" cargo fmt --all --check
step "clippy, server" cargo clippy --locked --all-targets "${CARGO_QUIET[@]}" -- -D warnings
step "clippy, browser" cargo clippy --locked -p frontend --target wasm32-unknown-unknown "${CARGO_QUIET[@]}" -- -D warnings
step "unit and integration tests, SQLite and PostgreSQL" tests
step "examples in the documentation" cargo test --locked --quiet --doc
step "release" scripts/build.sh
step "browser tests, SQLite" end2end/run.sh sqlite
step "browser tests, PostgreSQL" scripts/postgres.sh end2end/run.sh postgres tests/story.spec.ts
step "official Python SDK" end2end/serve.sh sqlite "$VENV/bin/python" end2end/python/sdk_test.py
step "a Python client of the REST interface" end2end/serve.sh sqlite "$VENV/bin/python" end2end/python/th_broadcast_test.py
