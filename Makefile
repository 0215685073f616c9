# All that is needed beforehand is make and a Python from 3.11 on. `make` or `make help` lists the commands.

VENV   := .venv
BIN    := $(VENV)/bin
# The first Python that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python, \
	$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
PIP    := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check

# What an editable install copies rather than points at: when one of these changes, it has to be made again.
COPIED := pyproject.toml $(shell find jupyter-config labextension bedrock_nb/views/static -type f) $(wildcard bedrock_nb/views/markdown/*.css)

export PLAYWRIGHT_BROWSERS_PATH = 0

.DEFAULT_GOAL := help
.PHONY: help demo lab test lint types layers unit browser bench chromium clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## run the quickstart in the terminal, on an endpoint of this machine
	@$(BIN)/python scripts/run_notebook.py examples/quickstart.ipynb --into build/demo

lab: $(VENV)/lab.stamp ## open the quickstart in JupyterLab, on an endpoint of this machine
	@$(BIN)/python scripts/lab.py examples/quickstart.ipynb --into build/lab

test: chromium lint types layers unit browser ## check everything: style, types, layers, every test

lint: $(VENV)/dev.stamp ## check style and formatting
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check || { echo "Run '$(BIN)/ruff format' to format the files."; exit 1; }

types: $(VENV)/dev.stamp ## check types
	@$(BIN)/mypy --no-error-summary

layers: $(VENV)/dev.stamp ## check that the layers import one another as ARCHITECTURE.md says
	@$(BIN)/lint-imports --no-logo

unit: $(VENV)/dev.stamp ## run the tests that need no browser
	@$(BIN)/pytest --quiet --numprocesses 2 -m "not browser"

browser: chromium ## run the tests in a real browser
	@$(BIN)/pytest --quiet --numprocesses 2 --dist worksteal tests/browser

bench: $(VENV)/bench.stamp ## measure against everything else, for half an hour, and write benchmarks/RESULTS.md
	@$(BIN)/python scripts/find_chromium.py --install >/dev/null
	@$(BIN)/python benchmarks/run.py $(PARTS)

chromium: $(VENV)/dev.stamp
	@$(BIN)/python scripts/find_chromium.py --install >/dev/null

clean: ## remove what these commands made, the virtual environment included
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/python.stamp:
	$(if $(PYTHON),,$(error No Python from 3.11 on was found. Install one, or name it: make PYTHON=/path/to/python3.11))
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade 'pip>=25.1' # the first that installs dependency groups
	@touch $@

$(VENV)/demo.stamp: $(VENV)/python.stamp $(COPIED)
	@echo "Installing the project for the demo."
	@$(PIP) --editable '.[all]' --group demo
	@touch $@

$(VENV)/lab.stamp: $(VENV)/python.stamp $(COPIED)
	@echo "Installing the project with JupyterLab."
	@$(PIP) --editable '.[all]' --group lab
	@touch $@

$(VENV)/dev.stamp: $(VENV)/python.stamp $(COPIED)
	@echo "Installing the project and what its tests need."
	@$(PIP) --editable '.[all]' --group dev
	@touch $@

$(VENV)/bench.stamp: $(VENV)/python.stamp $(COPIED)
	@echo "Installing the project and what its benchmarks need."
	@$(PIP) --editable '.[all]' --group bench
	@touch $@
