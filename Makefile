# onestop: `make help` lists what there is to do.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.SILENT:
# One pip at a time, also under `make -j`.
.NOTPARALLEL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Not the command of that name: it holds the path of the folder it was installed in.
ONESTOP := $(BIN)/python -m onestop
PORT ?= 8000
# One worker per core is enough for tests that wait little.
JOBS ?= 2

ifeq ($(LAN),)
export ONESTOP_BASE_URL ?= http://127.0.0.1:$(PORT)
else
export ONESTOP_BASE_URL := http://$(shell $(PYTHON) tools/lan_address.py):$(PORT)
export ONESTOP_LAN := 1
LAN_OPTION := --lan
endif

BENCHES := receipt qr working_time intake calendar_moves calendar_change tracking_book cold_start memory

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard onestop/translations/*/LC_MESSAGES/messages.po))

.PHONY: help
help: # This list
	sed -n 's/^\([a-z]*\):[^#]*# \(.*\)$$/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "%-20s %s\n", $$1, $$2 }'

.PHONY: demo
demo: $(VENV)/served $(CATALOGUES) # An invented province on this machine (PORT=8000, LAN=1 for the local network)
	exec $(ONESTOP) run --upgrade --demo --port $(PORT) $(LAN_OPTION)

.PHONY: run
run: $(VENV)/served $(CATALOGUES) # The server without demo data; the first start makes one administrator
	exec $(ONESTOP) run --upgrade --first-admin --port $(PORT)

.PHONY: setup
setup: $(VENV)/developed $(CATALOGUES) # Everything to work on onestop, without starting it

.PHONY: test
test: setup # Everything: lint, types, and all tests on both databases, in a browser, on paper
	$(BIN)/python tools/prepare_tests.py
	$(MAKE) --no-print-directory lint
	ONESTOP_HYPOTHESIS=ci $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

.PHONY: drills
drills: setup # Long properties, kills, power cuts, load: up to 35 minutes
	$(BIN)/python tools/prepare_tests.py
	ONESTOP_HYPOTHESIS=drills $(BIN)/python -m pytest -q -m drill --timeout 1800

.PHONY: lint
lint: $(VENV)/developed # Style and strict types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy

.PHONY: migration
migration: $(VENV)/developed # The first migration written anew from the models (until the first release)
	$(ONESTOP) db revision --initial initial
	$(BIN)/ruff format --quiet migrations

.PHONY: translations
translations: $(VENV)/developed # Sentences of the screens taken into the .po files, then compiled
	$(BIN)/python tools/translations.py
	$(MAKE) --no-print-directory $(CATALOGUES)

.PHONY: bench
bench: $(VENV)/benched # Every benchmark, with its peers (bench/README.md)
	for name in $(BENCHES); do echo "== bench.$$name"; $(BIN)/python -m bench.$$name; done

# A catalogue without a header counts as fuzzy to the compiler; fuzzy entries are refused by a test.
%.mo: %.po | $(VENV)/served
	$(BIN)/python -m babel.messages.frontend --quiet compile --use-fuzzy --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

# The stamps below say which pins are installed; nothing is installed twice.
$(VENV)/served: requirements.txt pyproject.toml | $(VENV)/bin/python
	if [ -e $(VENV)/developed ]; then $(MAKE) --no-print-directory $(VENV)/developed; \
	else $(BIN)/python tools/install.py requirements.txt; fi
	touch $@

$(VENV)/developed: requirements-dev.txt requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python tools/install.py requirements-dev.txt
	touch $@ $(VENV)/served

# The peers of the benchmarks: nobody else needs them.
$(VENV)/benched: requirements-bench.txt $(VENV)/developed
	$(BIN)/python tools/install.py requirements-bench.txt
	touch $@

$(VENV)/bin/python:
	$(PYTHON) tools/make_venv.py $(VENV)
