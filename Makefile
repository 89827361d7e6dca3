# Everything runs in .venv, which is made here; a machine needs Python 3.11 or later, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How many sets of hidden cases the audit tries.
SEEDS ?= 20
READY := $(VENV)/.ready

.PHONY: help demo test check unit slow tools attacks surroundings nbgrader-tests course bench bench-class screenshots clean

help:
	@echo "make demo    a class hands in, nbgrader grades it: marks, mistakes, feedback pages"
	@echo "make test    the engine's tests, and graded notebooks of a whole class"
	@echo "make tools   whole classes by several commands, a cluster, a database server, a browser"
	@echo "make attacks attacks on the sandbox, and faults around it"
	@echo "make surroundings   the attacks again, as other users and in a container"
	@echo "make check   ruff and mypy"
	@echo "make course  does the course accept right answers and reject wrong ones? do its notebooks run?"
	@echo "make bench   what things cost"
	@echo "make screenshots   pictures of all kinds of messages, for docs/"
	@echo "make clean   remove what these made, but never the secret"

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("gradmark needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

demo: $(READY)
	$(BIN)/grader demo

test: unit slow

# What takes no more than a second each: for while one writes.
unit: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not attack and not slow and not course and not tools"

slow: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "slow and not attack and not course and not tools"

# Whole classes graded by several commands and compared, a cluster, a database server, a browser.
tools: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "tools and not attack" tests

# Attacks on the sandbox, and faults around it: killed processes, full disks, locks.
attacks: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "attack and not surroundings" tests

# The attacks again: in a container, as an ordinary user, as root where everybody can read everything.
surroundings: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m surroundings tests

# nbgrader's own tests, with our preprocessors in place of its own.
nbgrader-tests: $(READY)
	$(BIN)/python tests/run_nbgrader_tests.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The audit, right answers in many styles, and every notebook in both languages, by a Jupyter kernel as well.
course: $(READY)
	$(BIN)/grader audit --seeds $(SEEDS)
	GRADMARK_SEEDS=$(SEEDS) $(BIN)/python -m pytest -n 2 --dist loadgroup -m course

bench: $(READY)
	$(BIN)/python -m pytest benchmarks -p no:xdist --benchmark-only --benchmark-columns=min,median,max,rounds
	$(BIN)/python benchmarks/compare.py --flat 1000 --scale 2000

# The class alone, beside other tools: benchmarks/README.md.
bench-class: $(READY)
	$(BIN)/python benchmarks/compare.py --flat 1000 --scale 2000

# What JupyterLab shows, in docs/screenshots/: after a change of messages or their pictures. Needs chromium.
screenshots: $(READY)
	$(BIN)/python tests/screenshots.py

clean:
	rm -rf $(VENV) demo .gradmark/keys .gradmark/answers build dist *.egg-info
