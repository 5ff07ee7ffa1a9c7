#!/usr/bin/env bash
# scripts/build.sh: the release in dist/: dist/fanfare and, beside it, dist/site/.
# Does nothing when no source file has changed since.
# With QUICK=1 our own part of the server is not optimised, which takes half of the time to build and twice the processor
# time to send: good for trying Fanfare out ('make run') and for CI. What runs for real is built without ('make build').
. "$(dirname "$0")/lib.sh"
[ -e "$TOOLCHAIN_DIR/env" ] || bash scripts/setup.sh compiler
activate

quick=()
if [ -n "${QUICK:-}" ]; then quick=(--config=profile.release.package.{app,server}.opt-level=0); fi

sources() { # sources [FLAG…]
  rustc -V
  echo "$@"
  find Cargo.toml Cargo.lock .cargo app frontend server migrations style public package.json package-lock.json \
    scripts/build.sh scripts/precompress.mjs -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
}

sum=$(sources "${quick[@]}" | sha256sum)
optimised=$(sources | sha256sum)
if [ -x dist/fanfare ]; then
  case $(cat dist/.sources 2>/dev/null) in
    "$sum" | "$optimised")
      say "dist/ is up to date"
      exit 0
      ;;
  esac
fi

start=$SECONDS
say "building the release (the first time about 10 minutes on 2 cores, later less)"
rm -rf target/site/pkg # files of pages that are no more
# Both halves end with a crate that keeps one core busy for minutes: they are built side by side, in their own folders.
cargo build --release --locked -p server --bin fanfare --no-default-features "${quick[@]}" "${CARGO_QUIET[@]}" &
server=$!
trap 'kill $server 2>/dev/null' EXIT
bash scripts/setup.sh run # the first time, what the browser side is built with is built beside the server
cargo leptos build --release --split --frontend-only || fail "the browser side does not build: see the messages above"
wait $server || fail "the server does not build: see the messages above"
trap - EXIT

# What runs from dist/ meanwhile keeps its files: everything is moved into place.
rm -rf dist/site.new && mkdir -p dist
cp -r target/site dist/site.new
find dist/site.new -name '*.d.ts' -delete
node scripts/precompress.mjs dist/site.new
cp "$CARGO_TARGET_DIR/release/fanfare" dist/fanfare.new
rm -rf dist/site && mv dist/site.new dist/site
mv dist/fanfare.new dist/fanfare
echo "$sum" >dist/.sources
say "dist/fanfare built in $((SECONDS - start)) s"
