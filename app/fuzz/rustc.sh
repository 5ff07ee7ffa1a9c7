#!/bin/sh
# Called by cargo in place of the compiler, see scripts/fuzz.sh: only what is ours is watched for coverage. What others wrote is
# built as always: their branches would be most of what libFuzzer tells apart, and none of what it is here to find.
rustc=$1
shift
case "$1 $2" in
  "--crate-name app" | "--crate-name decode" | "--crate-name dispatch" | "--crate-name grammar")
    # Without the table of places, which only words of a report need: a function that stands in several units would have
    # more entries there than counters, and one single unit takes hours to build.
    exec "$rustc" "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$rustc" "$@"
