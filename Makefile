# Every target does its own set-up (fixtures/machine/setup); what is there already is not made again.
.DEFAULT_GOAL := help
.PHONY: help demo test bench completions fmt
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

TARGET := $(or $(CARGO_TARGET_DIR),target)
REPORT := fixtures/shop/shardwright-report/index.html
# What the set-up found: the image, the browser, the demo's flags.
ENV := set -a; . target/machine/env; set +a

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

demo: ## the example shop's suite in four containers, one merged report
	@fixtures/machine/setup demo
	cargo build --release
	@$(ENV); rc=0; set -x; \
	$(TARGET)/release/shardwright -C fixtures/shop run --shards 4 $${DEMO_FLAGS-} || rc=$$?; \
	{ set +x; } 2>/dev/null; \
	if [ -f $(REPORT) ]; then echo "The report: $(CURDIR)/$(REPORT)"; fi; exit $$rc

test: ## formatting, lints and every test, real containers and a real browser included
	@fixtures/machine/setup test
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	@$(ENV); set -x; cargo test

bench: ## the benchmarks
	@fixtures/machine/setup test
	@$(ENV); set -x; cargo bench

completions: ## write completions/ anew, as the flags are now
	cargo build
	@set -x; cd completions; tool=$(abspath $(TARGET))/debug/shardwright; \
	$$tool completions bash > shardwright.bash; $$tool completions zsh > _shardwright; \
	$$tool completions fish > shardwright.fish; $$tool completions powershell > _shardwright.ps1

fmt: ## format the Rust code
	cargo fmt
