# Every target installs what it needs and can be run on its own.
.DEFAULT_GOAL := help
.PHONY: help run demo test dev build bench fmt clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: ## install what is missing, build, start Fanfare and print its address
	@bash scripts/run.sh

demo: ## the same with a filled demo organisation; prints its login
	@bash scripts/run.sh demo

test: ## everything that CI runs
	@bash scripts/test.sh

dev: ## build and start again at every change
	@bash scripts/dev.sh

build: ## leave the release in dist/
	@bash scripts/build.sh

bench: ## measure throughput, CPU and memory
	@bash scripts/bench.sh

fmt: ## format the Rust code
	@bash -c '. scripts/lib.sh; activate; cargo fmt --all'

clean: ## remove what was built, also outside the clone; your data/ stays
	@bash scripts/clean.sh
