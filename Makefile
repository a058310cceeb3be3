# `make run` builds the graph of the shipped data; `make test` runs the tests that need nothing but the repository. Both set up what they
# need in .venv. `make conformance` runs the rest: official suites, unpublished pages, long tests, and property tests on more examples.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PART ?= shared or heavy or property
# with IN=tests/privacy, that part of one folder
IN ?= tests
# with LOCKED=1 the versions of requirements-dev.lock are installed, otherwise the newest that pyproject.toml allows
DEV := $(if $(LOCKED),--require-hashes -r requirements-dev.lock,-e '.[dev]')

# where it is set, each command that a test starts would compile the whole program anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lint conformance long cluster clients suites docs wheel release lock audit bench clean

run: $(VENV)/run
	$(BIN)/hrdgraph build

test: $(VENV)/dev
	$(BIN)/pytest -q -n auto --dist loadfile --no-loadscope-reorder $(IN)

check: lint test

lint: $(VENV)/dev
	$(BIN)/ruff check src tests benchmarks packages
	$(BIN)/ruff format --check src tests benchmarks packages
	$(BIN)/mypy

conformance: $(VENV)/dev $(if $(findstring heavy,$(PART)),clients)
	$(BIN)/pytest -q -n auto --dist loadfile --no-loadscope-reorder -m "$(PART)" --hypothesis-profile=conformance $(IN)

# the long tests of IN that need nothing but the repository
long: $(VENV)/dev
	$(BIN)/pytest -q -rs -n auto --dist loadfile --no-loadscope-reorder -m "heavy and not shared" $(IN)

# the package that runs mappings and shapes on Sail or Spark
cluster: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e 'packages/cluster[sail]'
	$(BIN)/mypy packages/cluster/src
	$(BIN)/pytest -q -rs -m "not shared" packages/cluster/tests

# clients of others, which tests/clients runs where they are there: a machine without Node, or without a network, does without
clients: $(VENV)/bin/python
	@$(MAKE) --no-print-directory .clients/python/done .clients/node/done || echo "some clients are missing: their tests are skipped"

.clients/python/done: tests/clients/requirements.txt
	$(PYTHON) -m venv .clients/python
	.clients/python/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

.clients/node/done: tests/clients/node/package.json
	mkdir -p .clients/node
	cp tests/clients/node/package.json tests/clients/node/.npmrc .clients/node
	cd .clients/node && npm install --no-audit --no-fund --ignore-scripts --loglevel=error
	touch $@

wheel: $(VENV)/dev
	.ci/wheel $(BIN)/python

# a dry run; with VERSION=0.2.0 the files of a release, and what is left to a person
release: $(VENV)/dev
	VERSION=$(VERSION) .ci/release $(BIN)/python

lock: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra dev --extra docs pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml -o requirements-serve.lock

audit: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements-serve.lock
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements-dev.lock

suites: $(VENV)/bin/python
	$(BIN)/python tests/conformance/suites.py

docs: $(VENV)/docs
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build
	@echo "docs/_build/index.html"

bench: $(VENV)/dev
	$(BIN)/python benchmarks docs/explanation/benchmarks.md

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "hrdgraph needs Python 3.11 or newer: make PYTHON=python3.11 run")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: pyproject.toml Makefile | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[jsonpath]'
	touch $@

$(VENV)/dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(DEV)
	$(if $(LOCKED),$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .)
	touch $@ $(VENV)/run

$(VENV)/docs: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	touch $@

clean:
	rm -rf build dist docs/_build $(VENV) .clients .mypy_cache .ruff_cache .pytest_cache .hypothesis
