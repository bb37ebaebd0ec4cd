# Every target sets up what it needs; nothing is set up twice while the lock stands.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest -n auto --dist loadscope
READY := $(VENV)/ready
TESTS := $(VENV)/ready-tests
SYNC = $(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(1) \
	&& $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --output-file $(1)
COUNTS := .recovery_cache

.PHONY: help reports test quick lab app course lint unit own-data recovery notebooks portable browser refresh lock clean

help:  ## what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt pyproject.toml
	@echo "setting up $(VENV) from requirements.txt"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(call SYNC,requirements.txt)
	@$(BIN)/python -m compileall -q cemlib
	@touch $@

$(TESTS): requirements-test.txt $(READY)
	@echo "adding what the tests need from requirements-test.txt"
	@$(call SYNC,requirements-test.txt)
	@touch $@

reports: $(READY)  ## build the reports of the course, and of an airport, into reports/build/
	@$(BIN)/cem build
	@$(BIN)/cem build --company datasets/airport/company.yaml

test: lint unit notebooks browser  ## lint, units, published figures, nbval, browser

quick: $(TESTS)  ## before a commit: lint, and the tests of what differs from main
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python tests/quick.py

lint: $(TESTS)  ## ruff, mypy, and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

unit: $(TESTS)  ## units, laws, recovery in short, published figures, doctests
	@$(PYTEST) tests cemlib --ignore=tests/browser --ignore=tests/attack --ignore=tests/own_data

own-data: $(TESTS)  ## files as people have them, and every workbook on each own dataset alone
	@$(PYTEST) tests/own_data

recovery: $(TESTS)  ## coverage of intervals over all replicates, into docs/coverage.md
	@rm -rf $(COUNTS)
	@CEMLIB_REPLICATES=all CEMLIB_COVERAGE=$(COUNTS) $(PYTEST) tests/recovery
	@$(BIN)/python tests/recovery/table.py $(COUNTS)

notebooks: $(TESTS)  ## every workbook run again and held against its stored outputs
	@$(PYTEST) --nbval notebooks

portable: $(TESTS)  ## the same outputs under the arithmetic of other processors
	@$(BIN)/python tests/portable.py

browser: $(TESTS)  ## reports in Chromium: sliders, axe-core, hostile texts
	@$(BIN)/pytest -n auto --dist load tests/browser tests/attack

lab: $(READY)  ## JupyterLab on copies of the workbooks in class/
	@$(BIN)/cem lab

app: $(TESTS)  ## the workbooks as live pages without code, with warm kernels (Voilà)
	@$(BIN)/cem app

course: $(READY)  ## all editions of all workbooks, for class, into reports/build/course-pack/
	@$(BIN)/cem build
	@$(BIN)/cem course

refresh: $(READY)  ## run the workbooks in place, so that their stored outputs are today's
	@$(BIN)/cem refresh

lock: $(READY)  ## update both locks from pyproject.toml
	@$(call COMPILE,requirements-test.txt) --upgrade --extra test
	@$(call COMPILE,requirements.txt) --upgrade --constraint requirements-test.txt

clean:  ## remove what was generated
	@rm -rf $(VENV) $(COUNTS) reports/build .mypy_cache .ruff_cache .pytest_cache
