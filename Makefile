# One command for each intention, the same here and in continuous integration.
#   make run     build the made-up nation's book and show it on a local page
#   make test    run all tests
#   make validate, make validate-service   simulations; load, kills, a full disk
#   make check   formatting, lint, types, direction of imports, stale pages
#   make lock    remake the lock files

PORT ?= 8000
SEED ?= 2018
DEMO ?= build/demo
SERVICE ?= build/service
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

# As the command sets it for itself: see src/candela/cli/main.py.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: run test check lock install install-dev validate validate-service docs clean
.DELETE_ON_ERROR:

run: install
	@$(BIN)/candela demo --out $(DEMO) --seed $(SEED)
	@$(BIN)/candela serve $(DEMO)/book --home $(SERVICE) --port $(PORT)

test: install-dev
	@scripts/install-debian-packages tests
	CANDELA_REQUIRE_BROWSER=1 CANDELA_REQUIRE_SPARK=1 $(BIN)/python -m pytest -q -n 2 --dist worksteal
	CANDELA_POSTGRESQL_OPTIONS="-c fsync=off" scripts/with-postgresql \
		$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/web

check: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

# The first takes one core and about as long as the two beside it; the last takes both.
validate: install-dev
	$(BIN)/python validation/funnel_limits.py & funnel=$$!; \
	$(BIN)/python validation/robust_intervals.py && \
	$(BIN)/python validation/activity_limits.py && wait $$funnel
	$(BIN)/python validation/planted_odds.py --processes 1 & odds=$$!; \
	$(BIN)/python validation/planted_association.py && \
	$(BIN)/python validation/immortal_time.py && wait $$odds
	$(BIN)/python validation/planted_hazard.py
	$(BIN)/python benchmarks/impact_rollup.py

# kill -9 under writers on both databases, a full disk, restarts, guesses, 50 readers,
# 500 people who answer in the last hour
validate-service: install-dev
	$(BIN)/python validation/service/kills.py $(KILLS) & sqlite=$$!; \
	scripts/with-postgresql $(BIN)/python validation/service/kills.py $(KILLS) && wait $$sqlite
	scripts/with-postgresql $(BIN)/python validation/service/database_restart.py
	scripts/with-postgresql $(BIN)/python validation/service/guesses.py
	$(BIN)/python validation/service/disk_full.py
	$(BIN)/python validation/service/start.py
	$(BIN)/python validation/service/readers.py
	$(BIN)/python validation/service/last_hour.py

docs: install-dev
	$(BIN)/python docs/generate.py

install: $(VENV)/.run

install-dev: $(VENV)/.dev

$(VENV)/.made:
	@scripts/make-venv $(PYTHON) $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install -q --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

lock: install-dev
	cd requirements && ../$(BIN)/pip-compile $(LOCK) --output-file run.txt ../pyproject.toml build.in
	cd requirements && ../$(BIN)/pip-compile $(LOCK) --extra server --output-file server.txt ../pyproject.toml build.in
	cd requirements && ../$(BIN)/pip-compile $(LOCK) --output-file dev.txt dev.in
	cd requirements && ../$(BIN)/pip-compile $(LOCK) --output-file peers.txt peers.in

LOCK := -q --generate-hashes --allow-unsafe --no-strip-extras --no-header --annotation-style line \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean:
	rm -rf $(VENV) build dist
