# Lightkeeper's developer verbs. `make run` and `make test` each do all set-up by themselves, into .venv.
# Stamp files remember what was installed, so a second call is quick.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PEER := .venv-peer
PIP_FLAGS := --quiet --disable-pip-version-check --require-hashes
COMPILER := $(firstword $(foreach c,c++ g++ clang++,$(shell command -v $(c) 2>/dev/null)))
SOURCES := src tools benchmarks soak conftest.py

.DEFAULT_GOAL := help
.PHONY: help install run test lint bench soak docs screenshots messages clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r verb what; do printf '  make %-11s %s\n' "$$verb" "$$what"; done

install: $(VENV)/.stamp-dev ; @: ## set up .venv with all that developing needs

run: $(VENV)/.stamp-run ## the whole service on this machine, with drawings: the demonstration
	@$(PY) -m lightkeeper run $(RUN) || [ $$? -eq 130 ]  # Ctrl-C is how it ends

test: lint $(VENV)/.stamp-oracle ## lint, then all tests, on SQLite and on PostgreSQL
	@$(PY) tools/system_packages.py
	@$(PY) tools/run_tests.py $(TESTS)

lint: install ## ruff, mypy --strict, import-linter, and the documents
	@$(PY) -m ruff check $(wildcard $(SOURCES))
	@$(PY) -m ruff format --check --quiet $(wildcard $(SOURCES)) || { echo 'Not formatted: run .venv/bin/ruff format'; exit 1; }
	@$(PY) -m mypy $(wildcard $(SOURCES))
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) tools/check_docs.py

bench: $(VENV)/.stamp-oracle $(PEER)/.stamp ## measure, side by side with the peer (installed apart)
	@peer='$(CURDIR)/$(PEER)/bin/python'; [ ! -x "$$peer" ] || export LIGHTKEEPER_PEER_PYTHON="$$peer"; \
	  $(PY) -m benchmarks $(BENCH)

soak: $(VENV)/.stamp-oracle ## for hours: kills, load, floods, reviewers and two nodes at full size, then the property tests
	@$(PY) tools/system_packages.py
	@$(PY) -m soak $(or $(SOAK),all)
	@HYPOTHESIS_PROFILE=soak $(PY) -m pytest -q $(TESTS)

docs: $(VENV)/.stamp-run ## check the documents: links, and that every option is described
	@$(PY) tools/check_docs.py

screenshots: $(VENV)/.stamp-dev ## a picture of every page of the console into docs/screenshots (needs chromium)
	@$(PY) tools/screenshots.py

messages: $(VENV)/.stamp-run ## collect what can be translated: make messages LOCALE=de (docs/translating.md)
	@mkdir -p src/lightkeeper/locale
	@cd src/lightkeeper && LIGHTKEEPER_DATA_DIR=/nonexistent DJANGO_SETTINGS_MODULE=lightkeeper.settings \
	  ../../$(PY) -m django makemessages --locale $(or $(LOCALE),$(error Say which language: make messages LOCALE=de)) --no-obsolete --add-location file
	@cd src/lightkeeper && LIGHTKEEPER_DATA_DIR=/nonexistent DJANGO_SETTINGS_MODULE=lightkeeper.settings \
	  ../../$(PY) -m django compilemessages --locale $(LOCALE)

clean: ## remove the environments and caches
	rm -rf $(VENV) $(PEER) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache demo-pictures
	find src tools benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(VENV)/.stamp-venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Python 3.11 or later is needed (PYTHON=/path/to/python3 names another one).'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'No virtual environment could be made. On Debian and Ubuntu: apt-get install make python3-venv'; exit 1; }
	@touch $@

$(VENV)/.stamp-run: $(VENV)/.stamp-venv requirements/build.txt requirements/service.txt requirements/text.txt requirements/exchanges.txt pyproject.toml
	@echo 'Installing Lightkeeper into $(VENV) ...'
	@$(PY) -m pip install $(PIP_FLAGS) -r requirements/build.txt -r requirements/service.txt -r requirements/text.txt
	@$(PY) -m pip install $(PIP_FLAGS) --no-deps -r requirements/exchanges.txt  # clients without what they never import
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.stamp-dev: $(VENV)/.stamp-run requirements/dev.txt
	@echo 'Installing what developing needs ...'
	@$(PY) -m pip install $(PIP_FLAGS) -r requirements/dev.txt
	@touch $@

# The oracle has no wheel for every platform. Without a compiler its tests are skipped, with a reason.
$(VENV)/.stamp-oracle: $(VENV)/.stamp-dev requirements/native-build.txt requirements/oracle.txt
	@if [ -n '$(COMPILER)' ]; then \
	  $(PY) -m pip install $(PIP_FLAGS) -r requirements/native-build.txt \
	    && $(PY) -m pip install $(PIP_FLAGS) --no-build-isolation -r requirements/oracle.txt \
	    || echo 'The reference PDQ could not be built; tests that need it will be skipped.'; \
	else echo 'No C++ compiler; tests that need the reference PDQ will be skipped.'; fi
	@touch $@

$(PEER)/.stamp: requirements/native-build.txt requirements/peer.txt
	@if [ -n '$(COMPILER)' ]; then \
	  echo 'Installing the peer into $(PEER) ...'; \
	  $(PYTHON) -m venv $(PEER) && $(PEER)/bin/python -m pip install $(PIP_FLAGS) -r requirements/native-build.txt \
	    && $(PEER)/bin/python -m pip install $(PIP_FLAGS) --no-build-isolation -r requirements/peer.txt; \
	else mkdir -p $(PEER); \
	  echo 'No peer beside us: it needs a C++ compiler (on Debian and Ubuntu: apt-get install g++ python3-dev)'; fi
	@touch $@
