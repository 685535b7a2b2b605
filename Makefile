.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start the chat at http://localhost:5000
	cargo run --release

.PHONY: dev
dev: ## Serve the page with reload on port 5173; needs `make run` beside it
	cd web && npm ci && npm run dev

.PHONY: check
check: ## Formatting, lints and types: what every commit passes
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings

.PHONY: generate
generate: ## Write the TypeScript types anew from the Rust ones
	CHINWAG_GENERATE=1 cargo test --quiet -p chinwag-protocol

.PHONY: install
install: ## Install what the tests need on Debian: redis-server, chromium and faketime
	@for tool in redis-server chromium faketime; do \
	  command -v $$tool >/dev/null || packages="$$packages $$tool"; \
	done; \
	if [ -n "$$packages" ]; then \
	  echo "installing from Debian:$$packages"; \
	  sudo=$$(command -v sudo || true); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$packages; \
	fi

.PHONY: test
test: install check ## Everything; installs redis-server, chromium, faketime and npm packages where missing
	cargo test --workspace
	cargo build --release -p chinwag -p chinwag-chaos
	target/release/chinwag-chaos --short
	cd web && npm ci --no-audit --no-fund && npm run check && npm test && npm run e2e

.PHONY: chaos
chaos: install ## Do all faults in full, and write the table of docs/reliability.md; as root, for the full disks
	cargo build --release -p chinwag -p chinwag-chaos
	target/release/chinwag-chaos --page docs/reliability.md

.PHONY: bench
bench: ## Measure, and write the table of docs/performance.md
	cargo build --release && cargo run --release -p chinwag-load -- bench

.PHONY: bench-quick
bench-quick: ## Measure in a minute, and print ratios
	cargo build --release && cargo run --release -p chinwag-load -- bench --quick
