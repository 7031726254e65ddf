# Every target does its own set-up (fixtures/machine/setup); what is there already is not made again.
.DEFAULT_GOAL := help
.PHONY: help demo test bench fuzz deny completions pictures fmt
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

# New inputs go to target/, so that fuzz/corpus/ stays small; how long, and which: make fuzz FUZZ_SECONDS=600 FUZZ=junit.
fuzz: ## a minute of any bytes for each reader of files; needs the nightly compiler
	@rustup run nightly rustc --version > /dev/null || { echo 'fuzzing needs the nightly compiler: rustup toolchain install nightly' >&2; exit 1; }
	@test -x $(TARGET)/tools/bin/cargo-fuzz || cargo install --locked --root $(TARGET)/tools cargo-fuzz
	@set -x; for target in $(or $(FUZZ),$(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))); do \
	  mkdir -p $(TARGET)/fuzz/$$target; \
	  PATH="$(abspath $(TARGET))/tools/bin:$$PATH" cargo +nightly fuzz run --target-dir $(TARGET)/fuzz/build $$target \
	    $(TARGET)/fuzz/$$target fuzz/corpus/$$target -- -max_total_time=$(or $(FUZZ_SECONDS),60) -max_len=16384; \
	done

deny: ## licences, known holes and origin of all dependencies, by deny.toml; DENY=licenses for a part
	@test -x $(TARGET)/tools/bin/cargo-deny || cargo install --locked --root $(TARGET)/tools cargo-deny@0.20.2
	@set -x; PATH="$(abspath $(TARGET))/tools/bin:$$PATH" cargo deny check $(DENY)

completions: ## write completions/ and shardwright.schema.json anew, as the flags are now
	cargo build
	@set -x; cd completions; tool=$(abspath $(TARGET))/debug/shardwright; \
	$$tool completions bash > shardwright.bash; $$tool completions zsh > _shardwright; \
	$$tool completions fish > shardwright.fish; $$tool completions powershell > _shardwright.ps1; \
	$$tool schema > ../shardwright.schema.json

pictures: ## take the README's pictures of the overview anew
	@fixtures/machine/setup test
	@$(ENV); set -x; SHARDWRIGHT_PICTURES=1 cargo test --test integration -- overview_page::the_pictures

fmt: ## format the Rust code
	cargo fmt
