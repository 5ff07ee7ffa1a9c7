#!/usr/bin/env bash
# end2end/run.sh [sqlite|postgres] [ARGUMENTS OF PLAYWRIGHT]: the browser tests against a server of their own.
. "$(dirname "$0")/../scripts/lib.sh"

database=${1:-sqlite}
[ $# = 0 ] || shift
CHROMIUM=$(find_chromium) || fail "Chromium is missing: run 'scripts/setup.sh test', or name one in CHROMIUM"
export CHROMIUM
[ -x node_modules/.bin/playwright ] || fail "Playwright is missing: run 'scripts/setup.sh test'"

end2end/serve.sh "$database" node_modules/.bin/playwright test --config end2end/playwright.config.ts "$@"
