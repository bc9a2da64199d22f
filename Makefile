# make help lists what there is. Everything lives in .venv and var/; nothing is
# installed outside the clone.

PORT ?= 8000
HOST ?= 127.0.0.1
# Where `make check` runs the tests a second time.
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/newsroom

BIN := .venv/bin
SCANNERS := tests/judges/scanners
PYTHON_FILES := articles bench newsletter newsroom republishing tests manage.py

# The first Python that is new enough and can make a virtual environment.
define find_python
for python in "$(PYTHON)" python3.14 python3.13 python3.12 python3 \
    "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python; do \
  if [ -n "$$python" ] && "$$python" -c \
      'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' \
      >/dev/null 2>&1; then found="$$python"; break; fi; \
done; \
if [ -z "$$found" ]; then \
  echo "Newsroom needs Python 3.12 or newer with its venv module, and found none." >&2; \
  echo "Install one: Debian or Ubuntu: apt install python3-venv" >&2; \
  echo "  macOS: brew install python@3.13     pyenv: pyenv install 3.13" >&2; \
  echo "or name one you have: make run PYTHON=/path/to/python3.13" >&2; \
  exit 1; \
fi
endef

.PHONY: help run test check fmt lock lint tests-sqlite tests-postgres tests-outside
.DEFAULT_GOAL := help
.NOTPARALLEL:

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run.stamp .env ## The site with its demo edition on http://127.0.0.1:8000/ (PORT=8001 for another port)
	@exec $(BIN)/python manage.py serve --host "$(HOST)" --port "$(PORT)"

test: .venv/dev.stamp ## Every test, on SQLite or on DATABASE_URL (TESTS=tests/lib for some)
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 -q $(TESTS)

check: lint tests-sqlite tests-postgres tests-outside ## What CI runs: style, contracts, tests on both databases, outside judges
	@echo "All checks passed."

fmt: .venv/dev.stamp ## Format code and templates
	@$(BIN)/ruff format $(PYTHON_FILES)
	@$(BIN)/ruff check --fix $(PYTHON_FILES)
	@$(BIN)/djlint --reformat --quiet templates || true

# Pins with hashes, and names no registry: compile -o WHAT FROM
compile = PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= \
  CUSTOM_COMPILE_COMMAND="make lock" \
  $(BIN)/python -m piptools compile --upgrade --quiet --generate-hashes --allow-unsafe \
    --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock: .venv/dev.stamp ## Pin the newest allowed dependencies, with hashes (use the oldest Python we support)
	@$(BIN)/python -m pip install -q pip-tools
	@for extra in "" server dev; do \
	  $(compile) $${extra:+--extra $$extra} -o requirements$${extra:+-$$extra}.txt pyproject.toml; \
	done
	@$(compile) -o $(SCANNERS)/requirements.txt $(SCANNERS)/requirements.in

lint: .venv/dev.stamp
	@echo "Style, contracts, migrations, deploy check"
	@$(BIN)/ruff format --check --quiet --output-format concise $(PYTHON_FILES)
	@$(BIN)/ruff check $(PYTHON_FILES)
	@$(BIN)/djlint --check --quiet templates
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/lint-imports --no-logo
	@find $(PYTHON_FILES) -name '*.py' -not -path '*/node_modules/*' | \
	  xargs $(BIN)/django-upgrade --check --target-version 6.1
	@ENV_FILE= SECRET_KEY=only-for-this-check-and-long-enough-for-it $(BIN)/python manage.py makemigrations --check --dry-run
	@ENV_FILE= SITE_URL=https://news.example EMAIL_URL=smtps://mail.example \
	  SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

tests-sqlite: .venv/dev.stamp
	@echo "Tests on SQLite"
	@DATABASE_URL= $(BIN)/python -m pytest -n auto --maxprocesses 8 -q

tests-postgres: .venv/dev.stamp
	@echo "Tests on PostgreSQL"
	@$(BIN)/python -c 'import psycopg, sys; from urllib.parse import urlsplit; \
	url = urlsplit(sys.argv[1])._replace(path="/postgres").geturl(); \
	psycopg.connect(url, connect_timeout=3).close()' "$(POSTGRES_URL)" 2>/dev/null || { \
	  echo "PostgreSQL does not answer at $(POSTGRES_URL). Start one, for example" >&2; \
	  echo "  docker run --rm -e POSTGRES_HOST_AUTH_METHOD=trust -p 5432:5432 postgres:17" >&2; \
	  echo "or name yours: make check POSTGRES_URL=postgres://user:password@host/name" >&2; \
	  exit 1; }
	@DATABASE_URL="$(POSTGRES_URL)" $(BIN)/python -m pytest -n auto --maxprocesses 8 -q

tests-outside: .venv/dev.stamp .venv/scanners.stamp
	@echo "Browser and outside judges"
	@missing=; for tool in java node npm; do \
	  command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then \
	  echo "The outside judges need$$missing. Debian or Ubuntu: apt install default-jre-headless nodejs npm" >&2; \
	  exit 1; fi
	@[ tests/judges/node_modules/.package-lock.json -nt tests/judges/package-lock.json ] || \
	  npm ci --prefix tests/judges --ignore-scripts --no-audit --no-fund --silent
	@DATABASE_URL= $(BIN)/python -m pytest -n 2 --dist loadgroup -q -m "browser or judges" tests/judges tests

.venv/bin/python:
	@$(find_python); rm -rf .venv; echo "Making .venv with $$("$$found" --version)"; \
	"$$found" -m venv .venv

.venv/run.stamp: requirements.txt .venv/bin/python
	@echo "Installing what the site needs, a minute or so"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/bin/python
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run.stamp

.venv/scanners.stamp: $(SCANNERS)/requirements.txt .venv/bin/python
	@echo "Installing the scanners for holes"
	@$(BIN)/python -m venv .venv/scanners
	@.venv/scanners/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.env: | .venv/bin/python
	@umask 077 && $(BIN)/python -c 'import secrets; \
	print("# Written by make run. .env.example lists what else can stand here.\nSECRET_KEY=" + secrets.token_urlsafe(50))' > $@
