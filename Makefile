.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start the chat at http://localhost:5000
	cargo run --release

.PHONY: check
check: ## Formatting, lints and types: what every commit passes
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
