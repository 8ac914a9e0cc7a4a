# Two commands are all a fresh machine needs: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SITE := $(VENV)/.site

# What `make coverage` runs: ROOM=tests/cli for a part.
ROOM ?= tests

# Tests start hundreds of processes: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test portable lint messages coverage nightly bench wheel catalogue docs gallery schemas public release clean

demo: $(READY)  ## install into .venv and solve the Werra-Meißner district
	$(BIN)/koopopt solve werra-meissner

test: lint $(SITE)  ## all checks and tests
	$(BIN)/pytest -n auto

portable: $(READY)  ## the numerical tests with each kernel of OpenBLAS, and without numba
	$(BIN)/python tests/portable.py

lint: $(READY)  ## format, lint, types, directions of dependency
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

messages: $(READY)  ## whether every sentence has its German one (a part of `make test`)
	$(BIN)/pytest tests/test_text.py

coverage: $(SITE)  ## which lines and branches no test runs
	$(BIN)/pytest -n auto --cov --cov-report=term $(ROOM)

nightly: $(SITE)  ## the same tests with many more random instances, the numerical ones in every way
	KOOPOPT_NIGHTLY=10 $(BIN)/pytest -n auto
	$(BIN)/python tests/portable.py --all

bench: $(READY)  ## the benchmarks named in benchmarks/README.md
	$(BIN)/python benchmarks/county.py

wheel: $(READY)
	$(BIN)/python -m build --wheel

catalogue: $(READY)  ## extract messages, merge them into the German catalogue, compile it
	$(BIN)/pybabel -q extract -k T --no-location --omit-header -o $(VENV)/koopopt.pot src/koopopt
	$(BIN)/pybabel -q update -i $(VENV)/koopopt.pot -d src/koopopt/locale -D koopopt -l de \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100
	$(BIN)/python -c "$$COMPILE" src/koopopt/locale/de/LC_MESSAGES/koopopt

# Not `pybabel compile`, which takes "5 % of" for a printf format and fails.
define COMPILE
import sys
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
with open(sys.argv[1] + ".po", "rb") as po, open(sys.argv[1] + ".mo", "wb") as mo:
    write_mo(mo, read_po(po, locale="de"))
endef
export COMPILE

docs: $(SITE)  ## write docs/rules.md anew from the code, and build the site: build/site/index.html
	$(BIN)/python docs/make_rules.py
	$(BIN)/python -m sphinx -q -W --keep-going -E -j auto -d build/site-read docs build/site

gallery: $(READY)  ## draw the pictures of docs/gallery anew
	$(BIN)/python docs/make_gallery.py

schemas: $(READY)  ## write schemas/*.json anew from the code
	$(BIN)/python -c 'from koopopt.storage.json_schemas import write_all; write_all("schemas")'

public: $(READY)  ## write docs/reference/public.txt anew from the code: what others may build on
	$(BIN)/python docs/make_public.py

release: $(READY)  ## rehearse a release: build, check, install from an index, run the README
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt twine
	$(BIN)/python .ci/release.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache

# A finished installation is marked, so that an interrupted one starts afresh.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "koopopt needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# Only what tests or builds the pages needs what makes a site of them.
$(SITE): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@touch $@
