# Everything that you do in this repository, by name. `make` alone checks and tests.
# Only make and a Python from 3.11 to 3.14 are needed: the rest comes from the package index, at the versions of the lock files.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := all
# If it were set, each of the hundreds of processes that tests start would compile everything that it imports.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: all help check lint types locks-fresh lock test test-quick test-tools test-slow coverage mutants soak explore chaos bench bench-bulk bench-scale demo up papers histories

BIN := .venv/bin
READY := .venv/.set-up-done
BENCH_READY := .venv/.bench-set-up-done
UV := $(CURDIR)/$(BIN)/uv
# Looked for only when there is something to set up. `python3` comes first, since it is the usual one;
# then the newest. The locked versions have wheels for 3.11 to 3.14, so that no compiler is needed.
PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && \
	echo "$$name" && break; done)
LOCKS := requirements.lock requirements-dev.lock requirements-bench.lock
COMPILE := pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet
COMPILE_ALL = $(UV) $(COMPILE) --extra notify -o requirements.lock >/dev/null && \
	$(UV) $(COMPILE) --extra dev -c requirements.lock -o requirements-dev.lock >/dev/null && \
	$(UV) $(COMPILE) --extra bench -c requirements-dev.lock -o requirements-bench.lock >/dev/null

# Checks and tests: what a change has to pass.
all: check test

# Lists the targets.
help:
	@echo "make check      lint, format, types, Dockerfile, lock files"
	@echo "make test       every test that does not take minutes"
	@echo "make test-quick the tests without servers and processes, in less than a minute"
	@echo "make test-tools the tests of bench and chaos themselves"
	@echo "make coverage   every test, and which branches of each room they take (at least 95 % of each)"
	@echo "make test-slow  make test-tools, and what takes minutes: real processes that are killed, and a short chaos"
	@echo "make chaos      200 requests while processes are killed and calls fail, then a verdict"
	@echo "                (REQUESTS=, SEED=, WORKERS=, EXISTING= orders that the account has before)"
	@echo "make mutants    plants faults in domain/ one by one, and names those that no test notices"
	@echo "make soak       2000 random stories (STORIES=, SEED=), or one of them again (STORY=)"
	@echo "make explore    every interleaving of the ordering protocol within larger bounds; minutes (ONLY=)"
	@echo "make bench      what a request costs, side by side with other designs (REQUESTS=, ROUNDS=, ONLY=)"
	@echo "make bench-bulk  many requests in one account with many orders (REQUESTS=, EXISTING=, PAGE_DELAY=, WORKERS=, IMPORT=)"
	@echo "make bench-scale  twenty thousand requests that wait for a person (REQUESTS=)"
	@echo "make demo       a whole installation on this machine takes thirteen numbers through the five steps"
	@echo "make up         the same, and it stays until Ctrl-C"
	@echo "make papers     draws the PDFs of the demo again, after a change of tools/demo/examples/orders.csv"
	@echo "make histories  records what tests/replay replays, after a change of a workflow's commands"
	@echo "make lock       writes the lock files again, after a change of pyproject.toml"

# Installs everything into .venv; again only when a dependency changed. uv is quick; pip reads the index that is configured.
# --clear: over the .venv of another Python version, venv would make a mixture of both.
$(READY): requirements-dev.lock pyproject.toml
	@python="$(PYTHON)"; [[ -n "$$python" ]] || { \
		echo "No Python from 3.11 to 3.14 is on the PATH: install one, as python3 or, for example, as python3.13." >&2; exit 1; }; \
	echo "Setting up .venv with $$("$$python" -V); this happens once."; \
	"$$python" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[^ ]*' requirements-dev.lock)"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

# Adds what only the bench needs.
$(BENCH_READY): requirements-bench.lock $(READY)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-bench.lock || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

# All that can be checked without running the code.
check: lint types locks-fresh

# Style, format and the Dockerfile.
lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint deploy/Dockerfile

# Types.
types: $(READY)
	$(BIN)/mypy

# The lock files say what pyproject.toml asks for: locking again, with the versions there are, changes nothing.
locks-fresh: $(READY)
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	cp pyproject.toml README.md $(LOCKS) "$$folder"; \
	(cd "$$folder" && $(COMPILE_ALL)); \
	for lock in $(LOCKS); do \
		diff -u "$$lock" "$$folder/$$lock" || { \
			echo "$$lock does not fit pyproject.toml (see above): run make lock, and commit what it writes." >&2; exit 1; }; \
	done; \
	echo "The lock files are fresh."

# Writes the lock files again. Versions that still fit stay.
lock: $(READY)
	$(COMPILE_ALL)

# Every test that does not take minutes, on real Temporal servers.
test: $(READY)
	$(BIN)/pytest

# Every test, and the share of the branches and lines of each room that they take; below 95 % of any room it fails.
coverage: $(READY)
	@mkdir -p .run/coverage
	$(BIN)/python -m pytest --cov --cov-report= $(TESTS)
	@$(BIN)/python -m coverage json --quiet -o .run/coverage/report.json
	@$(BIN)/python -m tests.quality.coverage_by_room .run/coverage/report.json

# The tests that start neither a Temporal server nor a process (the marker `server` says which do), without those that
# generate hundreds of inputs or visit thousands of states.
test-quick: $(READY)
	$(BIN)/pytest -m "not server" --ignore=tests/contract --ignore=tests/fuzz --ignore=tests/explorer

# Whether bench and chaos measure and judge as they should.
test-tools: $(READY)
	$(BIN)/pytest --numprocesses=2 tests/tools/bench tests/tools/chaos

# What takes minutes: whole installations of real processes whose workers are killed, and a short run of chaos.
test-slow: test-tools
	$(BIN)/pytest --numprocesses=0 tests/slow

# Workers and the Temporal server are killed, a fifth of the calls to Telnyx fail, and nothing may be lost or doubled.
chaos: $(READY)
	@$(BIN)/python -m tools.chaos --requests "$(or $(REQUESTS),200)" --seed "$(or $(SEED),1)" \
		--workers "$(or $(WORKERS),2)" --existing "$(or $(EXISTING),0)"

# Plants faults in domain/ one by one, in memory, and names those that no test notices; ONLY=calendar takes one file.
mutants: $(READY)
	@$(BIN)/python -m tests.quality.mutants $(ONLY)

# Thousands of random stories on all cores. STORIES=2000 SEED=1 choose them, STORY='…' plays one alone.
soak: $(READY)
	@STORIES="$(STORIES)" SEED="$(SEED)" STORY='$(STORY)' $(BIN)/python -m tests.property.soak

# The ordering protocol in every interleaving within larger bounds than in the suite; ONLY=4 explores one scenario.
explore: $(READY)
	@$(BIN)/python -m tests.explorer.explore $(ONLY)

# What a request costs, in one run side by side with other designs; writes docs/benchmarks.md when it is a whole run.
# REQUESTS=40 ROUNDS=1 ONLY=ours,naive make it smaller: then it writes nothing, unless WRITE=1 says so.
bench: $(BENCH_READY)
	@$(BIN)/python -m tools.bench $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(NUMBERS),--numbers $(NUMBERS)) $(if $(ALONE),--alone $(ALONE)) \
		$(if $(WAITING),--waiting $(WAITING)) $(if $(KILLED),--killed $(KILLED)) \
		$(if $(IDLE),--idle $(IDLE)) $(if $(ONLY),--only $(ONLY)) $(if $(WRITE),--write)

# Bulk work in one account: REQUESTS at once beside EXISTING orders (0,600,5000), with WORKERS and PAGE_DELAY seconds for
# a page of the list, and an import of IMPORT rows of five numbers whose worker and client are killed; IMPORT=0 leaves the import out.
bench-bulk: $(READY)
	@$(BIN)/python -m tools.bench --only bulk $(if $(REQUESTS),--bulk $(REQUESTS)) \
		$(if $(EXISTING),--existing $(EXISTING)) $(if $(PAGE_DELAY),--page-delay $(PAGE_DELAY)) \
		$(if $(WORKERS),--workers $(WORKERS)) $(if $(IMPORT),--import $(IMPORT)) $(if $(WRITE),--write)

# Twenty thousand requests that wait for a person, on one server and one worker; REQUESTS=1000 makes it smaller.
bench-scale: $(READY)
	@$(BIN)/python -m tools.bench --only scale $(if $(REQUESTS),--scale $(REQUESTS)) $(if $(IDLE),--idle $(IDLE)) \
		$(if $(WRITE),--write)

# A whole installation on this machine: tools/demo/examples/orders.csv goes in, every number comes out.
demo: $(READY)
	@$(BIN)/python -m tools.demo

# The same, left running for you to look at; Ctrl-C stops all of it.
up: $(READY)
	@$(BIN)/python -m tools.demo --stay

# Draws the PDFs of tools/demo/examples/documents again, after a change of tools/demo/examples/orders.csv.
papers: $(READY)
	$(BIN)/python -m tools.demo.documents

# Plays the stories of tests/replay and records those whose commands changed; the old histories stay beside the new.
# STORIES="happy expired" records these alone.
histories: $(READY)
	@$(BIN)/python -m tests.replay.record $(STORIES)
