# Everything runs in .venv, which is made here; a machine needs Python 3.11 or later, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check unit nbgrader-tests audit bench clean

help:
	@echo "make demo    a class hands in, nbgrader grades it: marks, mistakes, feedback pages"
	@echo "make test    all tests"
	@echo "make check   ruff and mypy"
	@echo "make audit   does the course accept right answers and reject wrong ones?"
	@echo "make bench   what things cost"
	@echo "make clean   remove what these made, but never the secret"

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("gradmark needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

demo: $(READY)
	$(BIN)/grader demo

test: unit nbgrader-tests

unit: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# nbgrader's own tests, with our preprocessors in place of its own.
nbgrader-tests: $(READY)
	$(BIN)/python tests/run_nbgrader_tests.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: $(READY)
	$(BIN)/grader audit

bench: $(READY)
	$(BIN)/python -m pytest benchmarks -p no:xdist --benchmark-only --benchmark-columns=min,median,max,rounds

clean:
	rm -rf $(VENV) demo .gradmark/keys .gradmark/answers build dist *.egg-info
