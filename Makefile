# A thin face over uv (when present) or venv + pip. Every target prepares what it needs.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
BIN := $(CURDIR)/$(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= python3
SHARED ?= ../shared
# How long `make attack` goes on, and with which dice.
MINUTES ?= 60
SEED ?= 1
# What the tests run plans on: PostgreSQL and Java are the machine's own where it has them, else they come as wheels.
ENGINES := dedupe,fast,postgres,spark,learn,serve,geo
# What Python compiles is kept, also where the surroundings forbid it: every process that the tests start would compile
# the program anew, and every test process all tests.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo demo-geo bench-geo demo-live year demo-real soak-live fuzz-live test lint docs wheel picture scorecard bench bench-crm bench-large parity warehouses soak fuzz contract schedules attack clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -e 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: pyproject.toml
	@echo "Installing leadlight into $(VENV) ..."
ifdef UV
	@$(UV) venv --quiet --allow-existing $(VENV)
	@$(UV) pip install --quiet --python $(PY) -e '.[dedupe,fast,learn,serve]'
else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.12, say."; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[dedupe,fast,learn,serve]'
endif
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing the test tools ..."
ifdef UV
	@$(UV) pip install --quiet --python $(PY) -e '.[$(ENGINES)]' $$(PYTHONPATH= $(PY) tools/groups.py test docs)
else
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[$(ENGINES)]' $$($(PY) tools/groups.py test docs)
endif
	@touch $@

# What wants other versions of packages than the test tools lives apart: dbt, and an emulator of Snowflake.
$(VENV)-dbt/.installed $(VENV)-warehouses/.installed: $(VENV)-%/.installed: $(VENV)/.installed
	@echo "Installing $* for its tests into $(VENV)-$* ..."
ifdef UV
	@$(UV) venv --quiet --allow-existing $(VENV)-$*
	@$(UV) pip install --quiet --python $(VENV)-$*/bin/python --only-binary :all: $$(PYTHONPATH= $(PY) tools/groups.py $*)
else
	@$(PYTHON) -m venv $(VENV)-$*
	@$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: $$($(PY) tools/groups.py $*)
endif
	@touch $@

chromium:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || { \
	  echo "Installing Chromium for the browser tests ..."; \
	  { [ "$$(id -u)" = 0 ] || SUDO=sudo; $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq chromium; } >/dev/null || \
	  echo "Chromium could not be installed; the browser tests will say so."; }
.PHONY: chromium

demo: $(VENV)/.installed ## qualify the demo company: twenty thousand leads, a year of activities
	@$(PY) tools/demo.py

year: $(VENV)/.installed ## a simulated year of the shipped tracks: who warms, buys, falls asleep, and what the tracks caused
	@$(PY) tools/simulated_year.py

demo-live: $(VENV)/.installed ## serve the demo company; a visitor turns hot before your eyes
	@$(PY) tools/demo_live.py

demo-real: $(VENV)/.installed ## the same with real bases, where the shared data are
	@$(PY) tools/demo_real.py $(SHARED)/data

demo-geo: $(VENV)/.tested ## a made-up town: measured on a drawn picture, matched with leads, and listed for a trade
	@$(PY) tools/demo_geo.py

bench-geo: $(VENV)/.tested ## 10,000 buildings on a picture of 0.2 m, a picture of 10 GB, 100,000 addresses
	@$(PY) benchmarks/geo.py

lint: $(VENV)/.tested ## style, types and the floors of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: $(VENV)/.tested $(VENV)-dbt/.installed chromium ## everything that CI asks for
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports
	@$(PY) -m compileall -q src
	@# Types are looked at beside the tests: alone, mypy would leave a core idle for a minute.
	@$(BIN)/mypy --no-error-summary & types=$$!; \
	  $(BIN)/pytest -n 2 --dist loadgroup -rs --durations=25; tests=$$?; \
	  wait $$types || { echo "mypy is not content: see above."; exit 1; }; exit $$tests

docs: $(VENV)/.tested ## the documentation as a site, in site/
	@$(PY) tools/reference.py
	@$(BIN)/mkdocs build --quiet --strict
	@echo "Look at: site/index.html"

wheel: $(VENV)/.installed ## the package that a user installs, in dist/
ifdef UV
	@$(UV) build --quiet --wheel --out-dir dist
else
	@$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
endif
	@ls dist/*.whl

picture: $(VENV)/.tested chromium ## the README's picture of a report, in docs/images/
	@$(PY) tools/picture.py

scorecard: $(VENV)/.tested ## how good a first answer is on public tables; writes docs/explanation/scorecard.md
	@$(PY) -m benchmarks.scorecard --shared $(SHARED) --write

bench: $(VENV)/.tested ## the figures, on one million leads and ten million activities
	@$(PY) benchmarks/run.py --shared $(SHARED)
	@$(PY) benchmarks/verify_email.py
	@$(PY) benchmarks/verify_phone.py
	@$(PY) benchmarks/verify_again.py
	@$(PY) benchmarks/verdict_intervals.py
	@$(PY) benchmarks/empties.py --shared $(SHARED)
	@$(PY) benchmarks/dedupe.py --shared $(SHARED)
	@$(PY) benchmarks/ledger.py --shared $(SHARED)
	@$(PY) benchmarks/pages.py out/bench/w1000000
	@$(PY) benchmarks/touched.py --live out/bench/w1000000
	@$(PY) benchmarks/live.py --workspace out/bench/w1000000
	@$(PY) benchmarks/desk.py out/bench/w1000000
	@$(PY) benchmarks/deliveries.py
	@$(PY) benchmarks/forms.py
	@$(PY) benchmarks/routing.py
	@$(PY) benchmarks/nurture.py
	@$(PY) benchmarks/crm.py
	@$(PY) benchmarks/explain.py out/bench/w1000000
	@$(PY) benchmarks/cold.py --shared $(SHARED)
	@$(PY) benchmarks/agents.py out/bench/w1000000
	@$(PY) benchmarks/rehearse.py --live out/bench/w1000000
	@$(PY) benchmarks/replay.py --shared $(SHARED)
	@$(PY) benchmarks/postgres.py --shared $(SHARED)
	@$(PY) benchmarks/spark.py out/bench/d1000000
	@$(PY) benchmarks/customers.py --shared $(SHARED)
	@$(PY) benchmarks/per_record.py --shared $(SHARED)
	@$(PY) benchmarks/tune.py --shared $(SHARED)
	@$(PY) benchmarks/predict.py --shared $(SHARED)
	@$(PY) benchmarks/scoring.py --shared $(SHARED)
	@$(PY) benchmarks/geo_learn.py --shared $(SHARED)

bench-crm: $(VENV)/.tested ## a CRM on loopback: read, written, killed, ended
	@$(PY) benchmarks/crm.py

bench-large: $(VENV)/.tested ## the same on ten million leads and a hundred million activities
	@$(PY) benchmarks/run.py --shared $(SHARED) --large
	@$(PY) benchmarks/ledger.py --shared $(SHARED) --large
	@$(PY) benchmarks/touched.py --no-day --live out/bench/w10000000

parity: $(VENV)/.tested ## every preset on the three engines in every cohort, about a quarter of an hour
	@LEADLIGHT_PARITY=whole $(BIN)/pytest tests/parity -n 2 --dist loadgroup

warehouses: $(VENV)/.tested $(VENV)-warehouses/.installed ## Snowflake's text on an emulator of it
	@$(PY) -m tests.parity.on_fakesnow $(VENV)-warehouses/bin/python

fuzz: $(VENV)/.tested ## hostile addresses and numbers, ten minutes each; the laws on many random companies
	@$(PY) tests/verify/fuzz_email.py 600 1
	@$(PY) tests/verify/fuzz_phone.py 600 1
	@LEADLIGHT_LAWS=long $(BIN)/pytest tests/adapters tests/cli tests/plan tests/playbook tests/results tests/test_presentable.py -k "law or merged or touched or due or news or password" -n 2 --dist loadgroup

soak: $(VENV)/.tested ## kill imports at random moments for ten minutes; eight readers and a writer for one
	@$(PY) -m tests.adapters.ledger.kill_loop
	@LEADLIGHT_SESSION_SECONDS=60 $(BIN)/pytest tests/desk/test_session.py

contract: $(VENV)/.tested ## random requests of every route of the API, 50 each (EXAMPLES=)
	@LEADLIGHT_CONTRACT=$(or $(EXAMPLES),50) $(BIN)/pytest tests/server/api/test_contract.py

schedules: $(VENV)/.tested ## business time of 10,000 random calendars against a count minute by minute (SCHEDULES=)
	@SCHEDULES=$(or $(SCHEDULES),10000) $(BIN)/pytest tests/route/test_business_time.py -k minute_by_minute

soak-live: $(VENV)/.tested ## kill a server fifty times, trace its syncs, fill its disk (needs strace and root)
	@LEADLIGHT_KILLS=50 LEADLIGHT_SEED=$(SEED) $(BIN)/pytest tests/server/test_kills.py
	@$(PY) -m tests.server.soak

fuzz-live: $(VENV)/.tested ## send a million hostile bodies to a server
	@LEADLIGHT_BODIES=1000000 LEADLIGHT_SEED=$(SEED) $(BIN)/pytest tests/server/test_hostile.py -k no_body
	@LEADLIGHT_FORM_REQUESTS=100000 $(BIN)/pytest tests/server/capture/test_hostile_forms.py

attack: $(VENV)/.tested ## random formats, verbs, names, settings, kills and full disks, for an hour (MINUTES=, SEED=)
	@$(PY) -m tests.attack --minutes $(MINUTES) --seed $(SEED)

clean: ## remove what was made
	rm -rf $(VENV) $(VENV)-dbt $(VENV)-warehouses build dist site out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
