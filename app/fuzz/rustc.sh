#!/bin/sh
# Called by cargo in place of the compiler, see scripts/fuzz.sh: only what is ours is watched for coverage. What others wrote is
# built as always: their branches would be most of what libFuzzer tells apart, and none of what it is here to find.
rustc=$1
shift
case "$1 $2" in
  "--crate-name app" | "--crate-name decode" | "--crate-name dispatch" | "--crate-name grammar")
    # one unit: what several would contain makes the tables of counters differ in length
    exec "$rustc" "$@" -Cpasses=sancov-module -Ccodegen-units=1 -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
      -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$rustc" "$@"
