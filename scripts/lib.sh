# shellcheck shell=bash
# Sourced by the scripts beside it: where things are, and how to speak.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# Tools and build results live outside the clone: every clone on this machine shares them.
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/fanfare
TOOLS=$CACHE/tools
# shellcheck disable=SC2034  # read by the scripts that source this file
VENV=$CACHE/venv
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
export TOOLCHAIN_DIR=${TOOLCHAIN_DIR:-$CACHE/toolchain}

say() { echo "fanfare: $*" >&2; }
fail() {
  echo "fanfare: $*" >&2
  exit 1
}

# have COMMAND: whether it can be called
have() { command -v "$1" >/dev/null 2>&1; }

# cargo says what it does on a terminal, and only what is wrong in a log
# shellcheck disable=SC2034  # read by the scripts that source this file
if [ -t 2 ]; then CARGO_QUIET=(); else CARGO_QUIET=(-q); fi

# apt_install PACKAGE…: installs what is missing of these Debian packages
apt_install() {
  local missing=() package as_root=() log
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  have apt-get || fail "please install these by hand, this system has no apt-get: ${missing[*]}"
  if [ "$(id -u)" != 0 ]; then
    if ! have sudo || ! { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      fail "packages are missing and need an administrator: run 'apt-get install ${missing[*]}' as root, then try again"
    fi
    as_root=(sudo)
  fi
  say "installing packages: ${missing[*]}"
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      -o DPkg::Lock::Timeout=300 "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "apt-get could not install ${missing[*]}: see its words above, then try again"
  fi
  rm -f "$log"
}

# activate: the compiler and the tools that setup.sh has chosen, first on the PATH
activate() {
  [ -e "$TOOLCHAIN_DIR/env" ] || fail "the Rust toolchain is not set up: run 'scripts/setup.sh run' first"
  # shellcheck disable=SC1091
  . "$TOOLCHAIN_DIR/env"
  export PATH="$TOOLS/bin:$PATH"
}

find_chromium() {
  local name
  [ -n "${CHROMIUM:-}" ] && { echo "$CHROMIUM"; return 0; }
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return 0
  done
  return 1
}

# find_postgres: the directory of initdb and postgres, the newest first
find_postgres() {
  local dir
  # shellcheck disable=SC2012
  for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && { echo "$dir"; return 0; }
  done
  have initdb && have postgres && dirname "$(command -v initdb)"
}

# free_port: a port of the loopback interface that nothing listens on, below the range that
# the system gives to outgoing connections
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return 0; }
  done
  fail "found no free port on 127.0.0.1"
}

# http_status PORT PATH: the status that a server on 127.0.0.1 answers with, nothing when it does not
http_status() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    read -r -t 10 _ status _ <&3
    echo "$status"
  ) 2>/dev/null || true
}

# wait_ready PID PORT SECONDS: until a server answers /readyz; fails when it ends before or takes longer
wait_ready() {
  local end=$((SECONDS + $3))
  while [ "$SECONDS" -lt "$end" ]; do
    kill -0 "$1" 2>/dev/null || return 1
    [ "$(http_status "$2" /readyz)" = 200 ] && return 0
    sleep 0.1
  done
  return 1
}
