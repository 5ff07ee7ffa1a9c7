#!/usr/bin/env bash
# scripts/postgres.sh COMMAND…
# Runs the command beside a PostgreSQL of its own: a fresh cluster in a temporary directory on a free
# loopback port, whose superuser stands in FANFARE_TEST_POSTGRES_URL. It ends with the command.
# POSTGRES_FSYNC=on makes commits durable, as a benchmark needs it; tests are quicker without.
. "$(dirname "$0")/lib.sh"
[ $# -gt 0 ] || fail "usage: scripts/postgres.sh COMMAND…"

bin=$(find_postgres) || fail "PostgreSQL is missing: run 'scripts/setup.sh test', or put initdb and postgres on the PATH"

dir=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then
    kill -INT "$server" 2>/dev/null || true # fast shutdown
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap stop EXIT

# PostgreSQL refuses to run as root. And should this script die without a chance to clean up, the server ends all the same.
as=()
to_end=()
have setpriv && to_end=(setpriv --pdeathsig INT)
if [ "$(id -u)" = 0 ]; then
  user=postgres
  id -u "$user" >/dev/null 2>&1 || user=nobody
  group=$(id -g "$user")
  chown "$user:$group" "$dir"
  as=(setpriv --reuid "$user" --regid "$group" --clear-groups)
  to_end=("${as[@]}" --pdeathsig INT)
fi
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$password" >"$dir/password"
chmod 0644 "$dir/password" # the directory itself is closed to others

# The password goes in clear, over loopback only: proving it by SCRAM costs an unoptimised build so much
# computing that many connections opened at once took longer than one may wait for a connection.
(cd "$dir" && "${as[@]}" "$bin/initdb" -D "$dir/data" -U fanfare -A password --pwfile "$dir/password" \
  -E UTF8 --locale=C.UTF-8 --no-sync) >"$dir/initdb.log" 2>&1 || {
  cat "$dir/initdb.log" >&2
  fail "initdb failed: see its words above"
}

durable=${POSTGRES_FSYNC:-off}
for _ in 1 2 3; do
  port=$(free_port)
  (cd "$dir" && exec "${to_end[@]}" "$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" \
    -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=128MB \
    -c fsync="$durable" -c synchronous_commit="$durable" -c full_page_writes="$durable") >"$dir/server.log" 2>&1 &
  server=$!
  for _ in {1..300}; do
    kill -0 $server 2>/dev/null || break
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && break 2
    sleep 0.1
  done
  kill -INT $server 2>/dev/null || true
  wait $server 2>/dev/null || true
  server=
done
[ -n "$server" ] || {
  cat "$dir/server.log" >&2
  fail "PostgreSQL did not start: see its words above"
}

export FANFARE_TEST_POSTGRES_URL="postgres://fanfare:$password@127.0.0.1:$port/postgres"
"$@"
