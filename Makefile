# The front door. Everything is built by Meson; these are the commands to remember.
# Each installs what it lacks on Debian and Ubuntu (tools/setup), and says so.

PREFIX ?= /usr/local
DESTDIR ?=
MESON ?= meson
NINJA ?= ninja
PYTHON ?= python3

SANITIZE = -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized \
	-Dc_args=-fno-sanitize-recover=undefined
FUZZ = $(SANITIZE) -Dfuzz=true -Ddefault_library=static
TIME = 60
MINUTES = 30
SOAK =
TOTALS =
TSAN = -Db_sanitize=thread -Db_lundef=false -Dbuildtype=debugoptimized
SUMMARY = $(PYTHON) tests/summary.py $(if $(TOTALS),--json $(TOTALS))

help:
	@echo 'make run          build, then show this machine: build/psutil'
	@echo 'make build        build the library and the command into build/'
	@echo 'make test         build and run every test, as it is and under sanitizers; then those of the Python package'
	@echo 'make test-matrix  clang, valgrind, thread sanitizer, 32-bit, aarch64, static, a system without a port'
	@echo 'make windows      the library and the command for Windows, by mingw-w64, into build-windows/'
	@echo 'make test-windows build that, and run its tests under wine'
	@echo 'make windows-package  the same as an archive: build-windows/dist/*.zip'
	@echo 'make corner-cases  the conditions that have broken such programs, and what tests them'
	@echo 'make fuzz         run each fuzz target for TIME=$(TIME) seconds'
	@echo 'make soak         storms, faults, fuzzing and crowds for MINUTES=$(MINUTES) and some; writes docs/reliability.md'
	@echo 'make python       build the Python package and install it into build/venv'
	@echo 'make test-python  only the Python package: test it, and compare it with psutil 7.2.2'
	@echo 'make test-leaks       call everything 100000 times, and count what is kept'
	@echo 'make python-versions  build the Python package for each CPython found here, and run its own tests'
	@echo 'make test-clients     install the wheel; run programs from PyPI that stand on psutil'
	@echo 'make wheel        build the wheel and the source archive into build/dist'
	@echo 'make bench        measure everything: bare system calls, psutil 7.2.2, other libraries, commands;'
	@echo '                  a quarter of an hour (QUICK=1: a rough minute or two); writes build/bench.json'
	@echo 'make bench-floor bench-python bench-scale bench-calls bench-commands   only that part of it'
	@echo 'make bench-show   the last report again; make bench-doc puts it into docs/performance.md'
	@echo 'make bench-check  instructions of each call against bench/baseline; make bench-baseline renews it'
	@echo 'make bpf          make the BPF programs that the library holds, by clang'
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
	@rm -f build/meson-logs/testlog.json build-asan/meson-logs/testlog.json build/python-tests.json
	@echo; echo '==== as it is'
	@$(MESON) test -C build --no-rebuild || true
	@echo; echo '==== address, undefined-behaviour and leak sanitizers'
	@$(MESON) test -C build-asan --no-rebuild --timeout-multiplier 4 || true
	@echo; echo '==== the Python package'
	@$(PYTHON) tools/python_tests.py --log build/python-tests.json || true
	@$(SUMMARY) plain=build sanitizers=build-asan python=build/python-tests.json

test-matrix: setup-matrix
	@$(PYTHON) tests/matrix/run.py $(if $(TOTALS),--json $(TOTALS))

windows: setup-windows build-windows/build.ninja
	$(NINJA) -C build-windows

windows-package: windows
	@$(PYTHON) tools/windows_package.py

test-windows: windows
	@rm -f build-windows/meson-logs/testlog.json
	@$(PYTHON) tools/windows_tests.py || true
	@$(SUMMARY) windows=build-windows

corner-cases:
	@$(PYTHON) tools/corner_cases.py

fuzz: setup-fuzz build-fuzz/build.ninja
	$(NINJA) -C build-fuzz fuzzers
	@$(PYTHON) tests/fuzz/run.py --time $(TIME)

# SOAK: some of the steps, or --raise-pid-max (tools/soak.py).
soak: setup-fuzz setup-test build/build.ninja build-asan/build.ninja build-tsan/build.ninja build-fuzz/build.ninja
	$(NINJA) -C build
	$(NINJA) -C build-asan
	$(NINJA) -C build-tsan
	$(NINJA) -C build-fuzz fuzzers
	@$(PYTHON) tools/soak.py --minutes $(MINUTES) $(SOAK); \
		status=$$?; $(PYTHON) tools/soak_table.py --into docs/reliability.md; exit $$status

python: setup-python
	@$(PYTHON) tools/python_env.py

test-python:
	@mkdir -p build && rm -f build/python-tests.json
	@$(PYTHON) tools/python_tests.py --log build/python-tests.json || true
	@$(SUMMARY) python=build/python-tests.json

bench-python: setup-python setup-build build/build.ninja
	$(NINJA) -C build bench/python-bare
	@$(PYTHON) tools/python_env.py
	@$(PYTHON) tools/python_reference.py
	$(PYTHON) bench/python.py

# Each call as often as that, or for as many seconds; with a debug build, LEAK_PYTHON=python3-dbg. Among
# few processes and sockets, where that is allowed, since some calls go through all there are.
LEAK_CALLS = 100000
LEAK_SECONDS = 300
LEAK_PYTHON = $(PYTHON)
ALONE = unshare --fork --pid --net --mount-proc

test-leaks: setup-python
	@$(PYTHON) tools/python_env.py --tests --python $(LEAK_PYTHON) build/leaks-venv
	@alone=$$($(ALONE) true 2>/dev/null && echo '$(ALONE)'); \
	PSUTIL_LEAK_CALLS=$(LEAK_CALLS) PSUTIL_LEAK_SECONDS=$(LEAK_SECONDS) PSUTIL_LEAK_TABLE=build/leaks.txt \
		$$alone build/leaks-venv/bin/python -m pytest -q python/tests/test_leaks.py; \
		status=$$?; cat build/leaks.txt; exit $$status

python-versions:
	@$(PYTHON) tools/python_versions.py $(if $(TOTALS),--json $(TOTALS))

wheel: setup-python
	@$(PYTHON) tools/python_wheel.py

test-clients:
	@$(PYTHON) tests/clients/run.py $(if $(TOTALS),--json $(TOTALS))

BENCH = $(PYTHON) bench/run.py $(if $(QUICK),--quick)
BENCH_PARTS = floor scale calls commands

bench: bench-ready
	@$(BENCH)

$(BENCH_PARTS:%=bench-%): bench-ready
	@$(BENCH) $(@:bench-%=%)

# What cannot be had, for want of a network perhaps, is left out by name.
bench-ready: setup-bench build
	@$(PYTHON) tools/python_env.py || true
	@$(PYTHON) tools/python_reference.py || true

bench-show:
	@$(PYTHON) bench/run.py --show

bench-doc:
	$(PYTHON) tools/bench_table.py --into docs/performance.md

bench-check: setup-bench build
	@$(PYTHON) bench/instructions.py $(if $(TOTALS),--totals $(TOTALS))

bench-baseline: setup-bench build
	@$(PYTHON) bench/instructions.py --renew

# Only for who changes src/os/linux/bpf/*.bpf.c: what comes out lies beside them.
bpf: setup-bpf
	$(PYTHON) tools/bpf_image.py

lint: setup-lint
	$(PYTHON) tools/check_layers.py
	$(PYTHON) tools/check_format.py

install: build
	$(MESON) configure build -Dprefix=$(abspath $(PREFIX))
	DESTDIR=$(DESTDIR) $(MESON) install -C build
	@[ -n '$(DESTDIR)' ] || [ "$$(id -u)" != 0 ] || ldconfig

clean:
	rm -rf build build-*/

setup-build setup-test setup-matrix setup-fuzz setup-bpf setup-lint setup-python setup-bench setup-windows:
	@PYTHON='$(PYTHON)' tools/setup $(@:setup-%=%)

build/build.ninja:
	$(MESON) setup build

build-asan/build.ninja:
	$(MESON) setup build-asan $(SANITIZE)

build-windows/build.ninja:
	$(MESON) setup build-windows --cross-file tools/cross-windows.ini -Dwerror=true \
		-Dprefix=/psutil -Dpkgconfig.relocatable=true

build-tsan/build.ninja:
	CC=gcc $(MESON) setup build-tsan $(TSAN)

build-fuzz/build.ninja:
	CC=clang $(MESON) setup build-fuzz $(FUZZ)

.PHONY: help run build test test-matrix windows windows-package test-windows corner-cases fuzz soak python test-python test-leaks bench-python python-versions wheel test-clients bench bench-ready \
	bench-show bench-doc bench-check bench-baseline $(BENCH_PARTS:%=bench-%) bpf lint install \
	clean setup-build setup-test setup-matrix setup-fuzz setup-bpf setup-lint setup-python setup-bench setup-windows
.NOTPARALLEL:
