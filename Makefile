# What people and machines call. `make run` is all a newcomer needs.
.DEFAULT_GOAL := help
.PHONY: help install run test coverage check fix bench docs lock sbom audit

# Set in some containers; it makes every start compile everything again.
unexport PYTHONDONTWRITEBYTECODE
# Another environment that happens to be active is not ours.
unexport VIRTUAL_ENV
unexport PYTHONPATH

PYTHON := .venv/bin/python
# Each process starts servers of its own; more than four would wait for the disk. The longest files
# begin first (tests/conftest.py).
SHARED_OUT := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

help:
	@echo "make run      start Crossbench on this machine (installs what is missing)"
	@echo "make install  build the environment and the style sheet from lock files"
	@echo "make test     run every test, browser tests included (ARGS=... goes to pytest)"
	@echo "make check    format, lint, types, imports, templates, migrations, docs"
	@echo "make fix      format, and mend what can be mended by itself"
	@echo "make coverage run the tests and show which lines none of them reached"
	@echo "make bench    measure, and print the table of measures"
	@echo "make sbom     list what we depend on (CycloneDX, into var/sbom)"
	@echo "make audit    check what we depend on for known faults (ADVISORIES_URL says where)"
	@echo "make docs     write the generated parts of the docs"
	@echo "make lock     resolve the dependencies anew after a change in pyproject.toml"

install:
	@sh tools/install.sh

run: install
	@$(PYTHON) -m app.cli run

test: install
	@CHROMIUM="$$($(PYTHON) -m tools.browser)" $(PYTHON) -m pytest $(SHARED_OUT) $(ARGS)

coverage: install
	@CHROMIUM="$$($(PYTHON) -m tools.browser)" $(PYTHON) -m pytest $(SHARED_OUT) --cov --cov-report=term:skip-covered $(ARGS)

check: install
	@$(PYTHON) -m ruff format --check --quiet . || { echo "Run make fix to format."; exit 1; }
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@$(PYTHON) -m tools.templates
	@$(PYTHON) -m tools.locks
	@$(PYTHON) -m tools.docs --check
	@$(PYTHON) -m tools.migrations

fix: install
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

bench: install
	@$(PYTHON) -m bench

docs: install
	@$(PYTHON) -m tools.docs

sbom: install
	@$(PYTHON) -m tools.supply sbom

audit: install
	@$(PYTHON) -m tools.supply audit

lock:
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --group dev pyproject.toml -o requirements.lock -q
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --group supply -o requirements-supply.lock -q
