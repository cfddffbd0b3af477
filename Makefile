# postdesk: `make demo` to look, `make test` to trust, `make check` before a commit.

PYTHON ?= python3
WORKERS ?= 2
PICTURES ?= dist/pictures
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo run test check bench soak docs pictures clean
.DEFAULT_GOAL := demo

demo: .venv/core      ## a throwaway desk plays a support day, then stays up
	@$(BIN)/postdesk demo

run: .venv/core       ## the daemon, with the config.toml of this folder
	@$(BIN)/postdesk run

test: .venv/dev       ## everything; what was skipped is told at the end, with the reason
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -rs $(ARGS)

check: .venv/dev      ## lint, form, types, floor plan
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy tests
	@$(BIN)/pytest -q tests/test_floors.py

bench: .venv/dev      ## the speed table; `make bench ARGS=accept` for one part of it
	@$(BIN)/python tests/bench/run.py $(ARGS)

soak: .venv/dev       ## a daemon killed again and again, then hours of mixed mail through one
	@$(BIN)/python tests/bench/run.py kill
	@$(BIN)/python tests/bench/run.py soak $(ARGS)

docs: .venv/dev       ## the sample mails and the table of commands in docs/, as they are now
	@$(BIN)/python tests/docs_letters.py

pictures: .venv/dev   ## every letter as a phone and a desktop show it
	@$(BIN)/python tests/pictures.py $(PICTURES) $(ARGS)

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

# The plain core is enough to run; the parts that only developers need come on top.
.venv/core: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "postdesk needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv; \
	  echo "Making .venv ..."; \
	  $(PYTHON) -m venv .venv >/dev/null 2>&1; } || { rm -rf .venv; \
	  echo "'$(PYTHON) -m venv' failed. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing postdesk into .venv ..."
	@$(PIP) install -e .
	@touch $@

.venv/dev: .venv/core
	@echo "Installing the tools of developers into .venv ..."
	@$(PIP) install -e '.[dev]'
	@touch $@
