# `make run` builds the graph of the shipped data; `make test` runs the tests that need nothing but the repository. Both set up what they
# need in .venv. `make conformance` runs the rest: official suites, unpublished pages, long tests, and property tests on more examples.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check lint conformance bench clean

run: $(VENV)/run
	$(BIN)/hrdgraph build

test: $(VENV)/dev
	$(BIN)/pytest -q -n auto

check: lint test

lint: $(VENV)/dev
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy

conformance: $(VENV)/dev
	$(BIN)/pytest -q -n auto -m "shared or heavy or property" --hypothesis-profile=conformance

bench: $(VENV)/dev
	$(BIN)/python benchmarks/build
	$(BIN)/python benchmarks/mapping
	$(BIN)/python benchmarks/validation --runs 3
	$(BIN)/python benchmarks/validation 1000000 --runs 3
	$(BIN)/python benchmarks/identity/scale.py 100000
	$(BIN)/python benchmarks/web --seconds 60

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "hrdgraph needs Python 3.11 or newer: make PYTHON=python3.11 run")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[pictures,excel,snapshots,web]'
	touch $@

$(VENV)/dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/run

clean:
	rm -rf build $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
