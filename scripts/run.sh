#!/usr/bin/env bash
# scripts/run.sh [demo]: installs, builds, starts Fanfare on its defaults with its data in ./data.
# With 'demo' the organisation of 'fanfare demo' is filled in and its login printed.
. "$(dirname "$0")/lib.sh"

# Trying it out starts in half of the time; 'make build' leaves the optimised one, which is then taken here too.
QUICK=1 bash scripts/build.sh

[ "${1:-}" = demo ] || exec dist/fanfare serve

# The demo is filled through the running gateway, so the server starts first.
dist/fanfare serve &
server=$!
trap 'kill -TERM $server 2>/dev/null' INT TERM EXIT
listen=${FANFARE_LISTEN:-127.0.0.1:3000}
wait_ready $server "${listen##*:}" 60 || fail "the server did not become ready: see its messages above"
# a second time it is there already; the server stays up whatever the reason
dist/fanfare demo || echo "fanfare: no new demo organisation: see the sentence above" >&2
wait $server
