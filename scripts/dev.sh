#!/usr/bin/env bash
# scripts/dev.sh: builds in debug mode, starts, and does so again at every change of a file.
. "$(dirname "$0")/lib.sh"
bash scripts/setup.sh run
activate
exec cargo leptos watch --hot-reload --split -- serve
