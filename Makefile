# Tuntas: everything a developer types. `make` alone says what there is.
# Needs Python 3.11 or newer with venv, and make; nothing else has to be installed by hand.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
ALONE := $(BIN)/python -m pytest
PYTEST := $(ALONE) -n $(WORKERS)
REST := not browser and not races and not volume
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1
# offices have certificates of their own
export UV_SYSTEM_CERTS ?= true
# what Python compiled is kept: otherwise each process compiles the whole application again, four seconds at every start
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 22

# ---- the site ------------------------------------------------------------------------------------------------------

.PHONY: run
run: site-packages ## start the site with demo data; PORT, TRACKER_DATA, TRACKER_DEMO_PASSWORD from the environment
	@exec $(BIN)/python -m tools.run

# ---- tests ---------------------------------------------------------------------------------------------------------

.PHONY: test test-sqlite test-postgresql test-more test-all
test: test-sqlite test-postgresql ## the suite in parallel, on SQLite and then on a real PostgreSQL

test-sqlite: dev-packages
	@echo "== tests on SQLite"
	TEST_DATABASE=sqlite $(PYTEST) --dist worksteal -m "$(REST)" $(PYTEST_ARGS)

test-postgresql: dev-packages
	@echo "== tests on PostgreSQL"
	TEST_DATABASE=postgresql $(PYTEST) --dist worksteal -m "$(REST)" $(PYTEST_ARGS)

test-more: dev-packages # what `make test` leaves out; a machine without Chromium fails
	@export TEST_BROWSER=required
	echo "== browser on PostgreSQL; races and volume on both, each alone on the machine"
	TEST_DATABASE=postgresql $(PYTEST) --dist loadfile -m browser $(PYTEST_ARGS)
	TEST_DATABASE=sqlite $(ALONE) -m "races or volume" $(PYTEST_ARGS)
	TEST_DATABASE=postgresql $(ALONE) -m "races or volume" $(PYTEST_ARGS)

test-all: ## `make test` plus browser, races and volume on both; fails where Chromium is missing
	@export TEST_BROWSER=required
	$(MAKE) test
	$(MAKE) test-more

# ---- checks --------------------------------------------------------------------------------------------------------

.PHONY: check lint types contracts check-migrations check-translations check-secrets
check: lint types contracts check-migrations check-translations check-secrets ## all checks below

lint: dev-packages ## ruff, formatting, templates
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates

types: dev-packages ## mypy, strict
	@$(BIN)/mypy

contracts: dev-packages ## who may import whom
	@$(BIN)/lint-imports

check-migrations: dev-packages ## the migrations make what the models say, on both engines
	@$(BIN)/python -m tools.migrations

check-translations: dev-packages ## every text is translated, and the compiled file is current
	@$(BIN)/python -m tools.translations check

check-secrets: dev-packages ## no secret and no registry address in what is committed
	@$(BIN)/python -m tools.check_secrets

# ---- measuring -----------------------------------------------------------------------------------------------------

.PHONY: bench
bench: dev-packages ## measure the site on the national data set
	@$(BIN)/python -m tools.bench $(BENCH_ARGS)

# ---- packages ------------------------------------------------------------------------------------------------------
# Packages are installed only when their lock differs from the copy kept of the one installed last.

.PHONY: site-packages dev-packages lock clean
site-packages: $(BIN)/python
	@$(call install,requirements.lock)

dev-packages: $(BIN)/python
	@$(call install,requirements-dev.lock)

define install
if ! cmp -s $(1) $(VENV)/installed-$(1); then
	if ! [ -x $(BIN)/uv ]; then
		$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock || echo "uv cannot be had, going on with pip"
	fi
	echo "installing $(1)"
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r $(1) \
		|| $(BIN)/python -m pip install --quiet --require-hashes -r $(1)
	cp $(1) $(VENV)/installed-$(1)
fi
endef

$(BIN)/python:
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
		echo "Tuntas needs Python 3.11 or newer; name it with: make PYTHON=/path/to/python3" >&2; exit 1
	fi
	echo "making $(VENV) with $(PYTHON)"
	"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "on Debian: apt-get install python3-venv" >&2; exit 1; }

lock: $(BIN)/python ## write the locks anew from pyproject.toml; `make lock UPGRADE=--upgrade` takes newer versions
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock
	$(COMPILE) --extra postgres -o requirements.lock pyproject.toml
	$(COMPILE) --extra postgres --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(COMPILE) -o requirements-uv.lock - <<< uv
	! grep -nE '[a-z]+://' requirements*.lock

clean: ## remove what was made here, except the data of the site
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
