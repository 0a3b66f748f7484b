# Outbound. `make help` lists every target by the comment behind it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PWA_SOURCES := $(shell find pwa -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo up test check bench build client policies clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: build ## Set up everything, load a demo franchise, build its marts and serve it until Ctrl-C
	@$(BIN)/outbound demo $(ARGS)

up: build ## Serve your own franchise (made by `outbound init`) until Ctrl-C
	@$(BIN)/outbound up

test: build ## Set up everything and run the tests (ARGS adds pytest arguments)
	@cd pwa && npm test --silent
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/.installed pwa/node_modules/.installed ## Lint, types, direction of imports, SQL style, one home of database roles
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/python -m tools.roles
	@$(BIN)/sqlfluff lint --processes 2 -q dbt_project/models dbt_project/tests
	@cd pwa && npx tsc --noEmit

bench: build ## Measure speed against named peers and limits, and print the ratios
	@$(BIN)/python -m bench $(ARGS)

build: $(VENV)/.installed pwa/dist/.built ## Install what is locked and build the rep app

client: $(VENV)/.installed pwa/tools/client/node_modules/.installed ## Generate the types of the rep app's API client anew
	@$(BIN)/python -m api.openapi | node pwa/tools/client/generate.mjs > pwa/src/api/schema.d.ts.new
	@mv pwa/src/api/schema.d.ts.new pwa/src/api/schema.d.ts

policies: $(VENV)/.installed ## Write docs/policies.sql anew, from the catalogue of a migrated database
	@$(BIN)/python -m tools.policies

clean: ## Remove what was installed and built; your data in .outbound stays
	rm -rf $(VENV) pwa/node_modules pwa/tools/client/node_modules pwa/dist dbt_project/target

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "error: Outbound needs Python 3.11 or newer, and $(PYTHON) is not; set PYTHON=/path/to/python3.11." >&2; exit 1; }
	@echo "Installing Python packages"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --default-pip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
	  "uv==$$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

pwa/node_modules/.installed: pwa/package.json pwa/package-lock.json
	@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(+(major * 100 + +minor < 2019))' 2>/dev/null \
	  || { echo "error: the rep app needs Node 20.19 or newer, and $$(node --version 2>/dev/null || echo none) is here; install it and run make again." >&2; exit 1; }
	@echo "Installing the rep app's packages"
	@cd pwa && npm ci --silent --no-audit --no-fund
	@touch $@

pwa/tools/client/node_modules/.installed: pwa/tools/client/package.json pwa/tools/client/package-lock.json
	@echo "Installing the generator of the API's client"
	@cd pwa/tools/client && npm ci --silent --no-audit --no-fund
	@touch $@

pwa/dist/.built: pwa/node_modules/.installed $(PWA_SOURCES)
	@echo "Building the rep app"
	@cd pwa && npm run build --silent
	@touch $@
