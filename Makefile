# make demo   the service and a small Zalo on this machine; Ctrl-C ends it and leaves nothing
# make test   every test, with a Postgres and a Redis of its own
# make lint   what a change must pass besides the tests
# make trial  deaths, outages and repetitions played against the real program, counted in one table
# make bench  how fast it is, against bare baselines; results as a table and as JSON (make bench-large: a register of millions)
# make soak   fifty thousand turns in which everything goes wrong at once, a little

SHELL = /bin/sh
BINARY = target/debug/zalo-petitions
SANDBOX = $(BINARY) sandbox --

# The queries are checked against the committed .sqlx; `make lint` checks that against the migrations.
export SQLX_OFFLINE = true

.PHONY: demo test lint trial bench bench-large soak tools

demo:
	@.ci/install demo
	cargo build
	@exec $(BINARY) demo

# Each test has a database of its own, which Postgres copies from template1: so the migrations run once, not for every test. The
# lists that `migrate` brings along are left to the tests, and none of them cuts the power.
TEST_GROUND = DATABASE_URL=$${DATABASE_URL%/*}/template1 $(BINARY) migrate && \
	psql -q "$${DATABASE_URL%/*}/template1" -c "delete from agency" -c "delete from holiday" && \
	psql -q -o /dev/null "$$DATABASE_URL" -c "alter system set fsync = off" -c "select pg_reload_conf()"

test:
	@.ci/install test
	cargo build
	$(SANDBOX) sh -c '$(TEST_GROUND) && cargo test --all-targets'
	$(SANDBOX) cargo test --doc

trial:
	@.ci/install demo
	cargo build
	TRIAL_CROWD=24 cargo test --test trial

bench:
	@.ci/install demo
	cargo build
	$(SANDBOX) cargo bench --bench '*'

bench-large:
	@.ci/install demo
	cargo build
	REGISTRY=1000000 SPIKE_SECONDS=20 $(SANDBOX) cargo bench --bench registry --bench spikes
	REGISTRY=10000000 $(SANDBOX) cargo bench --bench registry
	COST_SECONDS=600 $(SANDBOX) cargo bench --bench cost

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
		cargo install --debug sqlx-cli --version '^0.9' --locked --no-default-features --features postgres,rustls
	@command -v cargo-deny >/dev/null || cargo install --debug cargo-deny --locked
