#!/usr/bin/env bash
# end2end/serve.sh sqlite|postgres COMMAND…
# Starts dist/fanfare on a fresh data directory and free loopback ports, runs the command beside it, ends the server.
# The command finds it by BASE_URL, GATEWAY_URL (the local gateway), SETUP_URL (the one-time link), FANFARE (the
# program, whose calls meet the same data) and STATE_DIR (for what one test leaves to the next).
. "$(dirname "$0")/../scripts/lib.sh"

database=${1:-}
case $database in sqlite | postgres) shift ;; *) fail "usage: end2end/serve.sh sqlite|postgres COMMAND…" ;; esac
[ $# -gt 0 ] || fail "usage: end2end/serve.sh sqlite|postgres COMMAND…"
[ -x dist/fanfare ] || fail "dist/fanfare is missing: run 'make build' first"

dir=$(mktemp -d)
server=
stop() {
  local code=$?
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    for _ in {1..100}; do
      kill -0 "$server" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$server" 2>/dev/null && echo "fanfare: the server did not end within 10 s of SIGTERM" >&2 && code=1
    wait "$server" 2>/dev/null || true
  fi
  if [ "$code" != 0 ]; then
    echo "---- the last lines of the server's log"
    tail -n 60 "$dir/server.log" 2>/dev/null
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

"${to_end[@]}" "$FANFARE" serve >"$dir/server.log" 2>&1 &
server=$!
wait_ready $server "$port" 60 || fail "the server did not become ready"
SETUP_URL=$(grep -o 'http[^ "]*/setup?token=[^ "[:cntrl:]]*' "$dir/server.log" | head -n 1) ||
  fail "the server printed no set-up link"
export SETUP_URL

"$@"
