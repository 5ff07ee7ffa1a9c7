#!/usr/bin/env bash
# end2end/serve.sh sqlite|postgres COMMAND…
# Starts dist/fanfare on a fresh data directory and free loopback ports, runs the command beside it, ends the server.
# The command finds it by BASE_URL, GATEWAY_URL (the local gateway), SETUP_URL (the one-time link), FANFARE (the
# program, whose calls meet the same data) and STATE_DIR (for what one test leaves to the next). On PostgreSQL a second
# server works on the same database and the same local gateway, at SECOND_URL.
. "$(dirname "$0")/../scripts/lib.sh"

database=${1:-}
case $database in sqlite | postgres) shift ;; *) fail "usage: end2end/serve.sh sqlite|postgres COMMAND…" ;; esac
[ $# -gt 0 ] || fail "usage: end2end/serve.sh sqlite|postgres COMMAND…"
[ -x dist/fanfare ] || fail "dist/fanfare is missing: run 'make build' first"

dir=$(mktemp -d)
servers=()
stop() {
  local code=$? server
  for server in "${servers[@]}"; do kill -TERM "$server" 2>/dev/null || true; done
  for server in "${servers[@]}"; do
    for _ in {1..100}; do
      kill -0 "$server" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$server" 2>/dev/null && echo "fanfare: the server did not end within 10 s of SIGTERM" >&2 && code=1
    wait "$server" 2>/dev/null || true
  done
  if [ "$code" != 0 ]; then
    for log in "$dir"/*.log; do
      echo "---- the last lines of ${log##*/}"
      tail -n 60 "$log" 2>/dev/null
    done
  fi >&2
  rm -rf "$dir"
  exit "$code"
}
trap stop EXIT

port=$(free_port)
gateway_port=$(free_port)
export FANFARE_LISTEN=127.0.0.1:$port
export FANFARE_PUBLIC_URL=http://localhost:$port
export FANFARE_DATA_DIR=$dir/data
export FANFARE_LOCAL_GATEWAY_LISTEN=127.0.0.1:$gateway_port
export FANFARE_LOCAL_GATEWAY_RETRY_SECONDS=2
if [ "$database" = postgres ]; then
  [ -n "${FANFARE_TEST_POSTGRES_URL:-}" ] ||
    fail "FANFARE_TEST_POSTGRES_URL is not set: run 'scripts/postgres.sh end2end/serve.sh postgres …'"
  name=end2end_$port
  psql=$(find_postgres)/psql
  "$psql" -q "$FANFARE_TEST_POSTGRES_URL" -c "CREATE DATABASE $name"
  export FANFARE_DATABASE_URL=${FANFARE_TEST_POSTGRES_URL%/*}/$name
fi
unset FANFARE_TEST_POSTGRES_URL

# Should this script die without a chance to clean up, the server ends all the same.
to_end=()
have setpriv && to_end=(setpriv --pdeathsig TERM)
export FANFARE=$ROOT/dist/fanfare
export BASE_URL=$FANFARE_PUBLIC_URL GATEWAY_URL=http://127.0.0.1:$gateway_port STATE_DIR=$dir

start() { # start NAME PORT [SETTING…]: until it answers
  local name=$1 port=$2
  shift 2
  env "$@" "${to_end[@]}" "$FANFARE" serve >"$dir/$name.log" 2>&1 &
  servers+=($!)
  wait_ready $! "$port" 60 || fail "the server did not become ready"
}
if [ "$database" = postgres ]; then
  second_port=$(free_port)
  export SECOND_URL=http://localhost:$second_port
  # before the other one: the set-up link of the last start is the one that works
  start second "$second_port" FANFARE_LISTEN="127.0.0.1:$second_port" FANFARE_PUBLIC_URL="$SECOND_URL" \
    FANFARE_GATEWAY_URL="$GATEWAY_URL"
fi
start server "$port"
SETUP_URL=$(grep -o 'http[^ "]*/setup?token=[^ "[:cntrl:]]*' "$dir/server.log" | head -n 1) ||
  fail "the server printed no set-up link"
export SETUP_URL

"$@"
