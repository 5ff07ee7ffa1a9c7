#!/usr/bin/env bash
# scripts/clean.sh: removes what was built. The tools and the compiler stay: they are the slow part of setup.
. "$(dirname "$0")/lib.sh"
rm -rf dist target node_modules end2end/test-results end2end/playwright-report "$CARGO_TARGET_DIR"
say "removed dist/, target/, node_modules/ and $CARGO_TARGET_DIR"
