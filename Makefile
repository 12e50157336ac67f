# make demo   the service and a small Zalo on this machine; Ctrl-C ends it and leaves nothing
# make test   every test, with a Postgres and a Redis of its own
# make lint   what a change must pass besides the tests
# make trial  deaths, outages and repetitions played against the real program, counted in one table
# make soak   fifty thousand turns in which everything goes wrong at once, a little

SHELL = /bin/sh
BINARY = target/debug/zalo-petitions
SANDBOX = $(BINARY) sandbox --

# The queries are checked against the committed .sqlx; `make lint` checks that against the migrations.
export SQLX_OFFLINE = true

.PHONY: demo test lint trial soak tools

demo:
	@.ci/install demo
	cargo build
	@exec $(BINARY) demo

test:
	@.ci/install test
	cargo build
	$(SANDBOX) cargo test --all-targets
	$(SANDBOX) cargo test --doc

trial:
	@.ci/install demo
	cargo build
	TRIAL_CROWD=24 cargo test --test trial

soak:
	@.ci/install demo
	cargo build
	SOAK_TURNS=50000 $(SANDBOX) cargo test --test it -- --nocapture soak::

lint: tools
	@.ci/install demo
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items
	cargo build
	$(SANDBOX) sh -c '$(BINARY) migrate && SQLX_OFFLINE=false cargo sqlx prepare --check -- --all-targets'
	cargo deny --config .deny.toml check bans licenses sources

# Built once a machine: about two and four minutes on two cores.
tools:
	@cargo sqlx --version 2>/dev/null | grep -q ' 0\.9\.' || \
		cargo install sqlx-cli --version '^0.9' --locked --no-default-features --features postgres,rustls
	@command -v cargo-deny >/dev/null || cargo install cargo-deny --locked
