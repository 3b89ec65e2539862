# One command each: everything that a target needs, it sets up itself.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test test-train test-trainers test-serve test-slow check bench clean

demo: $(VENV)/.installed  ## a DPO dataset from the shipped prompts: no key, no network
	FORCE_COLOR=1 $(BIN)/constitution run revise --prompts examples/prompts.jsonl --out out/demo --show 1

test: $(VENV)/.installed  ## the core suite, on all cores, the tests of one file together
	$(BIN)/python -m pytest -n auto --dist loadfile

test-train: $(VENV)/.trains  ## the lane with torch and TRL
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m train

test-trainers: $(VENV)/.trains trainers  ## the loaders of other trainers on our exports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m trainers -rs

test-serve: $(VENV)/.serves  ## the lane with a local server over HTTP
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m serve

test-slow: $(VENV)/.installed  ## long runs
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.installed  ## style, types, import floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed  ## the figures that are called fast, as ratios within one run
	$(BIN)/python benchmarks/digest.py
	$(BIN)/python benchmarks/ledger.py
	$(BIN)/python benchmarks/plan.py
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.provenance

clean:
	rm -rf $(VENV) .trainers out .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q -c constraints.txt -e ".[dev]"
	touch $@

# torch goes first and alone: asked for together with others, a newer build with GPU packages may be taken.
$(VENV)/.trains: $(VENV)/.installed
	$(PIP) install -q -c constraints.txt torch
	$(PIP) install -q -c constraints.txt -e ".[dev,train]"
	touch $@

$(VENV)/.serves: $(VENV)/.trains
	$(PIP) install -q -c constraints.txt "transformers[serving]"
	touch $@

# They pin libraries against each other and against ours, so none is installed: each lies in a folder of its own, with
# the little that its loader needs beside what is here. One that does not come is skipped by the tests, with a word.
openrlhf := openrlhf==0.11.2
axolotl := axolotl==0.19.0 addict==2.4.0 colorama==0.4.6
llama-factory := llamafactory==0.9.5 peft==0.21.2

.PHONY: trainers
trainers: $(VENV)/.trains
	-$(MAKE) --keep-going $(foreach trainer,openrlhf axolotl llama-factory,.trainers/$(trainer)/.installed)

.trainers/%/.installed: Makefile | $(VENV)/bin/python
	rm -rf $(@D)
	mkdir -p $(@D)
	$(PIP) install -q --no-deps --target $(@D) $($*) 2> $(@D)/why || { cat $(@D)/why; exit 1; }
	touch $@
