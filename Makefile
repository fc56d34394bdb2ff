# make demo: test the claims of the reference case. make test: what every change must pass.
# make check: the same with the tests that take long. make docs: the site.
# make bench: the benchmark, some 25 minutes. make validation DATA=folder: the mechanisms against data.
# make data DATA=folder: build again the tables that come with the package.
# make learn: learn constants from those tables again.
# PYTHON=/path/to/python chooses the interpreter; without it the newest suitable one is found.

VENV := .venv
DEMO := .demo-venv
DATA ?= ../shared/data
# Each process that runs tests takes up to 4 GB: more of them where there is memory for it.
WORKERS ?= 2
FOUND := python=$$(sh scripts/find_python.sh $(if $(PYTHON),"$(PYTHON)"))
INSTALL := bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Each process begins with half of the files, in whole; who is done first takes from the other.
PYTEST := $(VENV)/bin/python -m pytest --numprocesses $(WORKERS) --dist worksteal
INPUTS := pyproject.toml constraints.txt
KATEX := $(addprefix scripts/site/,fetch_katex.py package.json package-lock.json)

.PHONY: help demo lint test check docs bench validation data learn clean

help:
	@echo "make demo   install Conjuncture and test the claims about Bolivia, October 1970"
	@echo "make test   install the test tools, then run the linters, the type checker and the tests"
	@echo "make check  the same with the tests marked slow: long oracles, kills, clusters, all pages"
	@echo "make docs   build the documentation as a site that needs no network, site/index.html"
	@echo "make bench  measure everything side by side with peers and renew benchmarks/RESULTS.md"
	@echo "make validation  hold mechanisms against data in DATA, $(DATA), and renew docs/validation.md"
	@echo "make data   build the tables of historical cases again from the sources in DATA, $(DATA)"
	@echo "make learn  learn constants from those tables again, a quarter of an hour"
	@echo "make clean  remove the environments and the site that the other targets made"

demo: $(DEMO)/ready
	$(DEMO)/bin/conjuncture test bolivia-1970

lint: $(VENV)/ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy --strict
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python scripts/check_constraints.py

test check: export CONJUNCTURE_CACHE := $(CURDIR)/$(VENV)/.cache/conjuncture
# The processes share the cores already; small products of matrices are slower on several threads.
test check: export OPENBLAS_NUM_THREADS := 1
test: lint
	$(PYTEST) -m "not slow"

check: export CONJUNCTURE_SCENARIOS := 300
# Programs that NumPy reads where time matters are compiled, too.
check: export CONJUNCTURE_COMPILED := yes
check: lint
	$(PYTEST)

docs: $(VENV)/ready
	rm -rf site
	$(VENV)/bin/python -m sphinx -W --keep-going --fresh-env --quiet \
	    -c scripts/site -d $(VENV)/.cache/doctrees docs site
	@echo "open site/index.html"

bench: $(VENV)/bench
	@command -v gcc >/dev/null 2>&1 || { \
	    echo "make: this machine has no gcc for the C peer; install it (on Debian: apt install" \
	        "gcc libc6-dev)" >&2; exit 1; }
	$(VENV)/bin/python benchmarks/run.py

validation: $(VENV)/ready
	@$(VENV)/bin/python -m validation "$(DATA)"

data: $(VENV)/ready
	@$(VENV)/bin/python -m scripts.data "$(DATA)"

learn: $(VENV)/ready
	@$(VENV)/bin/python -m scripts.learn

$(DEMO)/ready: $(INPUTS)
	@$(FOUND) && "$$python" -m venv $(DEMO)
	$(DEMO)/$(INSTALL) --editable .
	@touch $@

$(VENV)/ready: $(INPUTS) $(KATEX)
	@$(FOUND) && "$$python" -m venv $(VENV)
	$(VENV)/$(INSTALL) --editable '.[test,docs]'
	$(VENV)/bin/python scripts/site/fetch_katex.py
	@touch $@

$(VENV)/bench: $(VENV)/ready benchmarks/requirements.txt
	$(VENV)/$(INSTALL) --requirement benchmarks/requirements.txt
	@touch $@

clean:
	rm -rf $(VENV) $(DEMO) site
