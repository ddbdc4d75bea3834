# The front door. Everything is built by Meson; these are the commands to remember.
# Each installs what it lacks on Debian and Ubuntu (tools/setup), and says so.

PREFIX ?= /usr/local
DESTDIR ?=
MESON ?= meson
NINJA ?= ninja
PYTHON ?= python3

SANITIZE = -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized \
	-Dc_args=-fno-sanitize-recover=undefined
TOTALS =
SUMMARY = $(PYTHON) tests/summary.py $(if $(TOTALS),--json $(TOTALS))

help:
	@echo 'make run          build, then show this machine: build/psutil'
	@echo 'make build        build the library and the command into build/'
	@echo 'make test         build and run every test, as it is and under sanitizers'
	@echo 'make test-matrix  clang, valgrind, 32-bit, aarch64, static, a system without a port'
	@echo 'make python       build the Python package and install it into build/venv'
	@echo 'make test-python  test the Python package, and compare it with psutil 7.2.2'
	@echo 'make bench-python measure it against psutil 7.2.2; adds to build/bench.json'
	@echo 'make test-leaks       call everything 100000 times, and count what is kept'
	@echo 'make python-versions  build it for each CPython found here, and run its own tests'
	@echo 'make test-clients     run programs from PyPI that stand on psutil, with this one'
	@echo 'make wheel        build the wheel and the source archive into build/dist'
	@echo 'make bench        measure against the bare system calls; writes build/bench.json'
	@echo 'make lint         formatting, layers, lengths'
	@echo 'make install      install into PREFIX=$(PREFIX), below DESTDIR if given'
	@echo 'make clean        remove what was built'

run: setup-build build/build.ninja
	@$(NINJA) -C build psutil
	@build/psutil

build: setup-build build/build.ninja
	$(NINJA) -C build

test: setup-test build/build.ninja build-asan/build.ninja
	$(NINJA) -C build
	$(NINJA) -C build-asan
	@rm -f build/meson-logs/testlog.json build-asan/meson-logs/testlog.json
	@echo; echo '==== as it is'
	@$(MESON) test -C build --no-rebuild || true
	@echo; echo '==== address, undefined-behaviour and leak sanitizers'
	@$(MESON) test -C build-asan --no-rebuild --timeout-multiplier 4 || true
	@$(SUMMARY) plain=build sanitizers=build-asan

test-matrix: setup-matrix
	@$(PYTHON) tests/matrix/run.py $(if $(TOTALS),--json $(TOTALS))

python: setup-python
	@$(PYTHON) tools/python_env.py

test-python: setup-python
	@$(PYTHON) tools/python_env.py --tests
	@$(PYTHON) tools/python_reference.py
	@build/venv/bin/python -m pytest -q python/tests $(if $(TOTALS),--totals $(TOTALS))

bench-python: setup-python
	@$(PYTHON) tools/python_env.py
	@$(PYTHON) tools/python_reference.py
	$(PYTHON) bench/python.py

# Each call as often as that, or for as many seconds; with a debug build, LEAK_PYTHON=python3-dbg.
LEAK_CALLS = 100000
LEAK_SECONDS = 20
LEAK_PYTHON = $(PYTHON)

test-leaks: setup-python
	@$(PYTHON) tools/python_env.py --tests --python $(LEAK_PYTHON) build/leaks-venv
	@PSUTIL_LEAK_CALLS=$(LEAK_CALLS) PSUTIL_LEAK_SECONDS=$(LEAK_SECONDS) PSUTIL_LEAK_TABLE=build/leaks.txt \
		build/leaks-venv/bin/python -m pytest -q python/tests/test_leaks.py $(if $(TOTALS),--totals $(TOTALS)); \
		status=$$?; cat build/leaks.txt; exit $$status

python-versions: setup-python
	@$(PYTHON) tools/python_versions.py $(if $(TOTALS),--json $(TOTALS))

wheel: setup-python
	@$(PYTHON) tools/python_wheel.py

test-clients: setup-python
	@$(PYTHON) tests/clients/run.py $(if $(TOTALS),--json $(TOTALS))

bench: build
	build/bench/psutil-bench --json build/bench.json

lint: setup-lint
	$(PYTHON) tools/check_layers.py
	$(PYTHON) tools/check_format.py

install: build
	$(MESON) configure build -Dprefix=$(abspath $(PREFIX))
	DESTDIR=$(DESTDIR) $(MESON) install -C build
	@[ -n '$(DESTDIR)' ] || [ "$$(id -u)" != 0 ] || ldconfig

clean:
	rm -rf build build-*/

setup-build setup-test setup-matrix setup-lint setup-python:
	@PYTHON='$(PYTHON)' tools/setup $(@:setup-%=%)

build/build.ninja:
	$(MESON) setup build

build-asan/build.ninja:
	$(MESON) setup build-asan $(SANITIZE)

.PHONY: help run build test test-matrix python test-python test-leaks bench-python python-versions wheel test-clients bench lint install \
	clean setup-build setup-test setup-matrix setup-lint setup-python
.NOTPARALLEL:
