# rendezvous: `make build` and `make test` are all a fresh clone needs (Python 3.11, make, a package index).
IS_311 := import sys; sys.exit(sys.version_info[:2] != (3, 11))
PYTHON ?= $(or $(shell for each in python3.11 python3 python; do $$each -c "$(IS_311)" 2>/dev/null && echo $$each && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
# What is pinned is complete (`pip check` after it), so nothing is resolved; much of what is installed is never imported,
# so nothing is compiled beforehand; lists that share nothing are unpacked side by side. Python's own pip takes nearly
# three times the work to find the files (DECISIONS 140).
PIP := pip==26.3
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile

.PHONY: build test bench mutations deliveries lint clean

build: $(VENV)/.runtime  ## set up, build the demo house on DuckDB, print a summary
	$(BIN)/rendezvous build

test: $(VENV)/.dev  ## everything CI checks
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check

lint: $(VENV)/.dev  ## Python, house rules, SQL in both dialects
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check lint

bench: $(VENV)/.bench  ## work, seconds, peak memory, ratio to a baseline run beside it
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/bench.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/bench_components.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/identity_pack.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/bench_match.py --records 1000000
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/bench_false_merges.py --customers 10000 1000000

mutations: $(VENV)/.dev  ## breaks one rule of privacy after the other; a named test must fail each time
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/mutations.py

deliveries: $(VENV)/.dev  ## random houses, late and restated files: builds of what changed equal a full refresh; SEEDS="1 2 3"
	PATH="$(CURDIR)/$(BIN):$$PATH" RENDEZVOUS_SEEDS="$(or $(SEEDS),$(shell date +%s))" $(BIN)/python -m pytest -n 2 -v \
		tests/python/test_random_deliveries.py

$(VENV)/.runtime: requirements.txt pyproject.toml
	@$(PYTHON) -c "$(IS_311)" || { \
		echo "rendezvous is built and tested on Python 3.11; $(PYTHON) is another. Use: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) $(PIP)
	$(INSTALL) -r requirements.txt
	$(INSTALL) --no-build-isolation --editable .
	$(BIN)/pip check
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-bigquery.txt requirements-dev.txt
	$(INSTALL) -r requirements-bigquery.txt & $(INSTALL) -r requirements-dev.txt && wait $$!
	$(BIN)/pip check
	touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.txt requirements-data.txt
	$(INSTALL) -r requirements-bench.txt
	$(BIN)/pip check
	$(INSTALL) --upgrade --target $(VENV)/data -r requirements-data.txt
	touch $@

clean:
	rm -rf $(VENV) target logs rendezvous.duckdb rendezvous.duckdb.wal rendezvous.arrivals
