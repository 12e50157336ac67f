# make demo   the service and a small Zalo on this machine; Ctrl-C ends it and leaves nothing
# make test   every test, with a Postgres and a Redis of its own
# make lint   what a change must pass besides the tests
# make queries  describes the queries in .sqlx anew, after one was changed
# make trial  deaths, outages and repetitions played against the real program, counted in one table
# make bench  how fast it is, against bare baselines; results as a table and as JSON (make bench-large: a register of millions)
# make soak   fifty thousand turns in which everything goes wrong at once, a little

SHELL = /bin/sh
BINARY = target/debug/zalo-petitions
SANDBOX = $(BINARY) sandbox --

# A build takes from .sqlx what Postgres says of each query; `make lint` asks Postgres, and compares.
export SQLX_OFFLINE = true
DESCRIBED = $(CURDIR)/target/sqlx

.PHONY: demo test lint queries described trial bench bench-large soak

demo:
	@.ci/install demo
	cargo build
	@exec $(BINARY) demo

# Each test has a database of its own, which Postgres copies from template1: so the migrations run once, not for every test. The
# lists that `migrate` brings along are left to the tests, and none of them cuts the power.
TEST_GROUND = DATABASE_URL=$${DATABASE_URL%/*}/template1 $(BINARY) migrate && \
	psql -q "$${DATABASE_URL%/*}/template1" -c "delete from agency" -c "delete from holiday" && \
	psql -q -o /dev/null "$$DATABASE_URL" -c "alter system set fsync = off" -c "select pg_reload_conf()"

# Hundreds of databases come and go: in memory, where there is room for them.
IN_MEMORY = env TMPDIR=$$(df --output=avail /dev/shm 2>/dev/null | \
	awk '$$1 > 4000000 { room = "/dev/shm" } END { print room ? room : "/tmp" }')

test:
	@.ci/install test
	cargo build
	$(IN_MEMORY) $(SANDBOX) env -u TMPDIR sh -c '$(TEST_GROUND) && cargo test --all-targets'
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

lint: described
	diff -r .sqlx $(DESCRIBED) || { echo "Please run make queries." >&2; exit 1; }
	cargo fmt --check
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items
	@command -v cargo-deny >/dev/null || cargo install --debug cargo-deny --locked
	cargo deny --config .deny.toml check bans licenses sources

queries: described
	rm -r .sqlx && cp -r $(DESCRIBED) .sqlx

# One look at everything, by clippy, with a database at hand that has every migration. Any build will do for the sandbox.
described:
	@.ci/install demo
	@test -x $(BINARY) || cargo build
	rm -rf $(DESCRIBED) && mkdir -p $(DESCRIBED) && touch src/lib.rs
	$(SANDBOX) sh -c 'cat migrations/*.sql | \
		PGOPTIONS="-c client_min_messages=warning" psql -q -o /dev/null -v ON_ERROR_STOP=1 "$$DATABASE_URL" && \
		SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$(DESCRIBED) cargo clippy --all-targets -- -D warnings'
