# `make help` lists every task. Stamps under .venv and build/node_modules make a repeated setup instant.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
NPX := build/node_modules/.bin
PYTEST_WORKERS ?= 2
PORT ?= 8000

PYTHON_STAMP := .venv/.stamp-python
NODE_STAMP := build/node_modules/.stamp-node
BROWSER_STAMP := .venv/.stamp-browser
BENCH_STAMP := bench/node_modules/.stamp-node

.PHONY: help setup build test lint format bench docs demo serve clean wheel test-browsers test-limits

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(PYTHON_STAMP) $(NODE_STAMP) $(BROWSER_STAMP) ## Install everything: virtual environment, npm packages, Chromium

$(PYTHON_STAMP): pyproject.toml hatch_build.py
	@test -n "$(PYTHON)" || { echo "pybrowserml needs Python 3.11, 3.12 or 3.13; install one, or say make PYTHON=/path/to/python"; exit 2; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(NODE_STAMP): build/package.json build/package-lock.json
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null || { echo "pybrowserml needs Node.js 20 or newer; install it from your system's packages"; exit 2; }
	cd build && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BENCH_STAMP): bench/package.json bench/package-lock.json pyproject.toml | $(PYTHON_STAMP)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	cd bench && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BROWSER_STAMP): | $(PYTHON_STAMP)
	@if command -v chromedriver >/dev/null && { command -v chromium || command -v google-chrome; } >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver >/dev/null; \
	else echo "Install Chromium and its driver first, on Debian or Ubuntu: sudo apt-get install chromium chromium-driver"; exit 2; fi
	@touch $@

build: $(PYTHON_STAMP) $(NODE_STAMP) ## Transpile and bundle the library into build/dist
	$(PY) -m pybrowserml.tools.bundle

test: setup build ## Run the whole test suite, or the parity rows of one op (OP=conv)
	$(PY) -m pytest $(if $(OP),tests/parity/test_table.py -k '$(OP)',-n $(PYTEST_WORKERS) --dist worksteal)

lint: $(PYTHON_STAMP) $(NODE_STAMP) ## Check style, types, import layers and the transpilable subset
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m pybrowserml.tools.layers_check
	$(PY) -m pybrowserml.tools.subset
	$(PY) -m pyright
	$(NPX)/prettier --check --log-level warn .

format: $(PYTHON_STAMP) $(NODE_STAMP) ## Lay out Python and JavaScript sources
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(NPX)/prettier --write --log-level warn .

bench: setup build $(BENCH_STAMP) ## Compare with the peers in one browser session (ONLY=conv,train)
	$(PY) bench/run.py $(if $(ONLY),--only '$(ONLY)')

docs: $(PYTHON_STAMP) ## Write docs/ops.md, docs/layers.md and docs/python.md from the sources and the parity table
	$(PY) -m pybrowserml.tools.ops_docs
	$(PY) -m pybrowserml.tools.layers_docs
	$(PY) -m pybrowserml.tools.python_docs

demo: setup build ## Train digits in Python, then predict and train them in a real browser
	$(PY) demos/digits/demo.py

serve: setup build ## Serve the digits page for a person (PORT=8000)
	@test -d demos/digits/dist || $(PY) demos/digits/demo.py
	$(PY) -m pybrowserml.tools.cli serve demos/digits/dist --port $(PORT)

test-limits: setup build ## Run the whole parity table on lesser WebGL devices and with threads (ONLY=webgl-one)
	PYBROWSERML_LIMITS=1 $(PY) -m pytest tests/parity/test_limits.py tests/parity/test_thread_table.py $(if $(ONLY),-k '$(ONLY)')

test-browsers: setup build ## Run parity table and digits page in Chromium, Firefox, WebKitGTK (ONLY=conv,exp BROWSERS=firefox)
	$(PY) tests/browsers/run.py $(if $(BROWSERS),--browsers '$(BROWSERS)') $(if $(ONLY),--only '$(ONLY)')

wheel: setup build ## Build the wheel, with the JavaScript runtime inside, into dist/
	$(PY) -m build --wheel --outdir dist

clean: ## Remove everything that is generated, but keep the virtual environment and npm packages
	rm -rf build/dist build/.cache build/generated dist demos/*/dist bench/out tests/out .ruff_cache .pytest_cache .hypothesis
	find pybrowserml tests demos -name __pycache__ -type d -prune -exec rm -rf {} +
