#!/usr/bin/env bash
# scripts/test.sh: everything that CI runs, from an empty machine; prints what each step took.
. "$(dirname "$0")/lib.sh"

logs=$(mktemp -d)
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
  [ -z "$release" ] || kill -- "-$release" 2>/dev/null || true
  # what failed in the browser stands last too: above it is the log of the server
  if [ "$code" != 0 ]; then grep -hE '^ +✘|^ +[0-9]+ failed' "$logs"/* 2>/dev/null || true; fi
  rm -rf "$logs"
  printf '\n%s%6d s  in all\n' "$times" "$SECONDS"
  [ -z "$current" ] || echo "fanfare: the step '$current' failed: its words stand above" >&2
  exit "$code"
}
release=
trap report EXIT

setup() {
  bash scripts/setup.sh test
  activate
}

scripts_lint() {
  if have shellcheck; then shellcheck -x -P scripts scripts/*.sh end2end/*.sh .ci/run; fi
  node_modules/.bin/tsc --project end2end
}

# Our own code goes through the compiler once for both, its lints and the tests' programs: clippy in the compiler's place.
linted() {
  RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ "$@"
}

# Benches too: they are linted, but not run. (nextest would start each to ask which tests it has.)
programs() {
  linted cargo test --locked "${CARGO_QUIET[@]}" --no-run --all-targets
}

# In the folder and the profile of the browser side's release, which has left there what the compiler runs itself (macros).
browser_lints() {
  cargo clippy --locked -p frontend --lib --no-default-features --target wasm32-unknown-unknown --profile wasm-release \
    --target-dir "$CARGO_TARGET_DIR/front" "${CARGO_QUIET[@]}" -- -D warnings
}

tests() {
  if have cargo-nextest; then
    linted scripts/postgres.sh cargo nextest run --locked
  else
    linted scripts/postgres.sh cargo test --locked --quiet --lib --bins --tests
  fi
}

# Each half has a server with a database of its own. Most of the time one process works at a time: the test, the browser
# or the server, so that two halves take little longer than one.
browser() {
  local code=0
  end2end/run.sh sqlite --project people --output end2end/test-results/people >"$logs/people" 2>&1 &
  local people=$!
  end2end/run.sh sqlite --project administration --output end2end/test-results/administration 2>&1 |
    tee "$logs/administration" || code=1
  wait "$people" || code=1
  cat "$logs/people"
  return "$code"
}

# The release is built beside the lints and the tests' programs: much of all that keeps one core busy only. The tests
# themselves begin when it is done, so that nothing takes the machine from them. With QUICK=1 only the browser side is: the
# server is the one that belongs to the tests.
start_release() {
  local what=()
  [ -z "${QUICK:-}" ] || what=(site)
  # in a group of its own, so that all of it can be ended when something else has failed
  set -m
  scripts/build.sh "${what[@]}" >"$logs/release" 2>&1 &
  release=$!
  set +m
}
release() {
  local code=0
  wait "$release" || code=$?
  release=
  cat "$logs/release"
  [ "$code" = 0 ] || return "$code"
  [ -z "${QUICK:-}" ] || PROGRAM=$CARGO_TARGET_DIR/debug/fanfare scripts/build.sh
}

step "set-up" setup
step "scripts and browser tests: types" scripts_lint
step "format" cargo fmt --all --check
start_release
step "lints and programs of the tests, server" programs
step "release, the rest of it" release
step "lints, browser" browser_lints
step "unit and integration tests, SQLite and PostgreSQL" tests
step "browser tests, SQLite" browser
step "browser tests, PostgreSQL" scripts/postgres.sh end2end/run.sh postgres tests/story.spec.ts \
  tests/groups-two-servers.spec.ts
step "official Python SDK" end2end/serve.sh sqlite "$VENV/bin/python" end2end/python/sdk_test.py
step "a Python client of the REST interface" end2end/serve.sh sqlite "$VENV/bin/python" end2end/python/th_broadcast_test.py
