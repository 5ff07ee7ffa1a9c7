#!/usr/bin/env bash
# scripts/build.sh [site]: the release in dist/: dist/fanfare and, beside it, dist/site/; with 'site' only what browsers
# load, in target/site/. Does nothing when no source file has changed since.
# With QUICK=1 the server is built as for development, which takes a third of the time to build and several times the
# processor time to send, and the browser side is several times as large: good for trying Fanfare out ('make run'). What runs
# for real is built without ('make build').
# PROGRAM=FILE names a server that is there already and is taken as it is: CI takes the one of the tests.
. "$(dirname "$0")/lib.sh"
bash scripts/setup.sh compiler
activate

sum() { # sum PATH…
  { rustc -V; find "$@" scripts/build.sh -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum
}
of_both=(Cargo.toml Cargo.lock .cargo app/Cargo.toml app/src)
of_site=(frontend style public package.json package-lock.json scripts/precompress.mjs scripts/shorten-imports.mjs
  scripts/optimise.mjs scripts/quick-site.toml scripts/tools)
of_server=(server migrations)

kind=optimised
profile=(--release)
program=$CARGO_TARGET_DIR/release/fanfare
site=optimised
quick_site=()
if [ -n "${QUICK:-}" ]; then kind=quick; profile=(); program=$CARGO_TARGET_DIR/debug/fanfare; fi
if [ -n "${PROGRAM:-}" ]; then kind=$PROGRAM; program=$PROGRAM; fi
if [ "$kind" = quick ] && [ "${1:-}" != site ]; then site=quick; quick_site=(--lib-cargo-args=--config=scripts/quick-site.toml); fi

build_site() {
  local sum
  sum=$(sum "${of_both[@]}" "${of_site[@]}")
  case $(cat target/site/.sources 2>/dev/null) in "$site $sum" | "optimised $sum") return ;; esac
  bash scripts/setup.sh run
  rm -rf target/site/pkg target/site/.sources # files of pages that are no more
  NODE_OPTIONS="--require \"$ROOT/scripts/tools/no-wasm-opt.cjs\"" \
    cargo leptos build --release --split --frontend-only --js-minify=false "${quick_site[@]}" ||
    fail "the browser side does not build: see the messages above"
  [ "$site" = quick ] || node scripts/optimise.mjs target/site/pkg
  node scripts/shorten-imports.mjs target/site/pkg
  local script
  for script in target/site/pkg/*.js; do
    node_modules/.bin/terser "$script" --module --compress passes=2 --mangle --output "$script"
  done
  echo "$site $sum" >target/site/.sources
}

build_server() {
  [ -n "${PROGRAM:-}" ] ||
    cargo build "${profile[@]}" --locked -p server --bin fanfare --no-default-features "${CARGO_QUIET[@]}"
}

if [ "${1:-}" = site ]; then
  build_site
  exit
fi

state=$(sum "${of_both[@]}" "${of_site[@]}" "${of_server[@]}")
if [ -x dist/fanfare ] && [ -z "${PROGRAM:-}" ]; then
  case $(cat dist/.sources 2>/dev/null) in
    "$kind $state" | "optimised $state")
      say "dist/ is up to date"
      exit 0
      ;;
  esac
fi

start=$SECONDS
say "building the release (the first time about 10 minutes on 2 cores, later less)"
# Both halves end with a crate that keeps one core busy for minutes: they are built side by side, in their own folders,
# and the first time the browser side's tools beside the server.
build_server &
server=$!
trap 'kill $server 2>/dev/null' EXIT
build_site
wait $server || fail "the server does not build: see the messages above"
trap - EXIT

# What runs from dist/ meanwhile keeps its files: everything is moved into place.
mkdir -p dist
rm -rf dist/site.new
cp -r target/site dist/site.new
find dist/site.new \( -name '*.d.ts' -o -name .sources \) -delete
node scripts/precompress.mjs dist/site.new "$site"
cp "$program" dist/fanfare.new
rm -rf dist/site && mv dist/site.new dist/site
mv dist/fanfare.new dist/fanfare
echo "$kind $state" >dist/.sources
say "dist/fanfare built in $((SECONDS - start)) s"
