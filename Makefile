# `make reports` and `make test` set up everything they need; `make` alone lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

# The scripts in .venv carry the checkout's path: a checkout that was moved or copied installs anew.
ifneq ($(shell test -x $(BIN)/python && cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

.DEFAULT_GOAL := help
.PHONY: help setup reports test test-all lint check dictionary gallery lab lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## make .venv from requirements.lock; look for a browser and a Chinese font
	@sh .ci/browser $(VENV)/.browser-tried

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "planlib needs Python 3.11 or newer, and $(PYTHON) is not; name one: make setup PYTHON=python3.12" >&2; exit 2; }
	@test -x $(BIN)/python && test "`cat $(STAMP) 2>/dev/null`" = "$(CURDIR)" || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the locked packages into $(VENV); this takes a minute or two, once."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-index --no-deps --no-build-isolation -e .
	@printf '%s' "$(CURDIR)" > $(STAMP)

reports: setup ## build the reports; open reports/build/index.html
	@$(BIN)/planlib build

test: setup lint ## the quick tests: style, types, import order, data, notebooks (8 minutes at most)
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

# Slow proofs measure time and memory: one at a time. Exit 5 is pytest's "none selected".
test-all: setup ## the slow proofs
	@$(BIN)/python -m pytest -m slow || test $$? -eq 5

lint: setup ## style, import order and types alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy

check: setup ## check the data: form, keys, claims
	@$(BIN)/planlib check

dictionary: setup ## write data/README.md anew from the data package
	@$(BIN)/python -m planlib.dictionary > data/README.md.new && mv data/README.md.new data/README.md

GALLERY := deals-en/fit deals-en/supply-scenario deals-zh/pledges capex-en/capex-quarters \
  controls-en/controls-calendar timeline-en/duty-status

gallery: setup ## draw the pictures of the README anew
	@$(BIN)/planlib build $(sort $(foreach one,$(GALLERY),$(patsubst %/,%,$(dir $(one)))))
	@for one in $(GALLERY); do $(BIN)/planlib export $${one%/*} --figure $${one#*/} --to png \
	  --size page --scale 1 --force -o reports/pictures || exit; done

lab: setup ## open JupyterLab on the notebooks
	@$(BIN)/jupyter-lab --notebook-dir=notebooks `test "$$(id -u)" != 0 || echo --allow-root`

lock: ## resolve requirements.lock anew from pyproject.toml (needs uv; UPGRADE=1 takes the newest)
	@command -v uv >/dev/null || { echo "uv is missing; install it with: python3 -m pip install uv" >&2; exit 2; }
	@uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-annotate --custom-compile-command "make lock" --quiet \
	  $(if $(UPGRADE),--upgrade) --output-file requirements.lock

clean: ## remove .venv, the built reports and all caches
	@rm -rf $(VENV) reports/build reports/.builds reports/exports dist .pytest_cache .ruff_cache .mypy_cache \
	  .import_linter_cache .hypothesis src/*.egg-info
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@find notebooks -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
