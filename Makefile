# Sightline's commands. They need Python 3.11 or later and make; everything else goes into .venv.
#
#   make demo    set up, load the example service, serve it, print where to go
#   make serve   serve your own database (first: .venv/bin/sightline init)
#   make test    set up, a browser included, and run every check and test
#   make check   the checks alone: format, lint, types
#   make bench   every bench, each figure beside its limit or a peer of the same run; under 15 minutes
#   make pages   how fast the desk's pages are over 10,000 to 1,000,000 records
#   make taps    what a typical use of each form asks of a thumb
#   make losses  the fifteen failures that others are known for: provoked, and what was lost
#   make kills   kill three browser engines 300 times at work, and say what was lost
#   make fire    kill the server 200 times under load; restore an older backup under tablets that go on
#   make month   thirty tablets, a month with bad Wi-Fi, 20,000 records: how long to a receipt
#   make soak    2,000 random histories of faults, with two kinds of tablet: lost, doubled, stuck
#   make guards  take each guard of that model away, one at a time, and see something go red
#   make schemathesis  hold the answers to over 5,000 made-up requests to the description of every door
#   make pdfua   hold the PDF of a pack to a checker of PDF/UA-1 that is fetched for it
#   make lock    write requirements.lock anew from pyproject.toml

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: help demo serve test check bench pages taps losses kills fire month soak guards schemathesis pdfua lock

help:
	@sed -n 's/^#   //p' Makefile

demo: $(INSTALLED)
	$(BIN)/sightline demo

serve: $(INSTALLED)
	$(BIN)/sightline serve

test: $(INSTALLED)
	$(BIN)/python -m tests.browser.find_browser
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# One of them: .venv/bin/python -m tests.bench.push --help
bench: $(INSTALLED)
	$(BIN)/python -m tests.browser.find_browser
	$(BIN)/python -m tests.bench

pages: $(INSTALLED)
	$(BIN)/python -m tests.bench.desk_pages

taps: $(INSTALLED)
	$(BIN)/python -m tests.browser.find_browser
	$(BIN)/python -m tests.bench.taps

losses: $(INSTALLED)
	$(BIN)/python -m tests.browser.find_browser
	$(BIN)/python -m tests.model.losses

kills: $(INSTALLED)
	$(BIN)/python -m tests.browser.find_browser
	$(BIN)/python -m tests.bench.kills --kills 110 --engines all

fire: $(INSTALLED)
	$(BIN)/python -m tests.fire.kill_server --kills 200
	$(BIN)/python -m tests.fire.restore

month: $(INSTALLED)
	$(BIN)/python -m tests.bench.month

# SIGHTLINE_SEED=1 make schemathesis begins elsewhere
soak: $(INSTALLED)
	$(BIN)/python -m tests.model.soak --histories 2000 --workers 2

guards: $(INSTALLED)
	$(BIN)/python -m tests.model.guards

schemathesis: $(INSTALLED)
	SIGHTLINE_CASES=$${SIGHTLINE_CASES:-12} $(BIN)/python -m pytest -s -q tests/server/test_openapi.py

pdfua: $(INSTALLED)
	$(BIN)/python -m tests.bench.pdf_check

lock: $(INSTALLED)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --group test --extra litestream pyproject.toml --output-file requirements.lock

# Made anew only when what is to be installed changes
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Sightline needs Python 3.11 or later: install it, or name it with make PYTHON=/path/to/python."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m server.evidence_pack.libraries
	@touch $(INSTALLED)
