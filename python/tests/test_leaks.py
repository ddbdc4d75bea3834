"""Nothing leaks: objects, references, memory and descriptors stay where they are.

PSUTIL_LEAK_CALLS is how often each call is made, PSUTIL_LEAK_SECONDS how long at most (`make
test-leaks`: 100000), PSUTIL_LEAK_TABLE a file for what was counted. A debug build of Python counts
every reference.
"""
import gc
import os
import sys
import time

import psutil
import pytest

import everything

CALLS = int(os.environ.get("PSUTIL_LEAK_CALLS", "300"))
SECONDS = float(os.environ.get("PSUTIL_LEAK_SECONDS", "0")) or float("inf")
TABLE = os.environ.get("PSUTIL_LEAK_TABLE")
# A cache that fills or an allocator that keeps a page grows once, and by no more when there are more
# calls; a leak grows each time and with their number, which is doubled from one try to the next.
TRIES = 5

SUCCESSES = everything.successes()
FAILURES = everything.failures()
# Each of these takes milliseconds.
SLOW = {"process_iter(all)": 20, "Process.as_dict(all)": 10, "net_connections": 10,
        "net_connections(all)": 10, "Process.memory_maps": 5, "Process.memory_maps(grouped=False)": 5,
        "Process.memory_full_info": 5, "process_iter": 1, "Process.children": 10,
        "Process.children(recursive)": 10, "users": 1}
WATCHED = [None, True, False, (), "", 0, 1, psutil.Process, psutil.NoSuchProcess, psutil]
COLUMNS = ("fds", "blocks", "objects", "bytes", "references", "lost", "total")


class Counts:
    """What is in use now."""

    def __init__(self):
        # What is kept of the processes that run is as much as there happen to be.
        psutil.process_iter.cache_clear()
        gc.collect()
        self.fds = len(os.listdir("/proc/self/fd"))
        self.blocks = sys.getallocatedblocks()
        self.objects = len(gc.get_objects())
        heap = psutil.heap_info()
        self.heap = heap.heap_used + heap.mmap_used
        # From 3.12 on the first ones are immortal and do not count.
        self.references = [sys.getrefcount(thing) for thing in WATCHED]
        self.total = sys.gettotalrefcount() if hasattr(sys, "gettotalrefcount") else 0

    def growth(self, before):
        changes = [now - then for now, then in zip(self.references, before.references)]
        return dict(zip(COLUMNS, (
            self.fds - before.fds, self.blocks - before.blocks, self.objects - before.objects,
            self.heap - before.heap, max(changes), min(changes), self.total - before.total)))


def is_flat(growth, calls):
    """At most one object in a hundred calls; the counting itself makes and keeps some dozens, so that a
    hundred calls show a leak of one in two."""
    few = max(calls // 100, 50)
    return growth["fds"] == 0 and growth["bytes"] < max(calls, 4096) and growth["lost"] > -few and \
        all(growth[name] < few for name in ("blocks", "objects", "references", "total"))


def repeat(call, count):
    """As often as asked, or as the time allows: how often."""
    end = time.monotonic() + SECONDS
    for done in range(count):
        call()
        if done & 15 == 15 and time.monotonic() > end:
            return done + 1
    return count


def leaks(call, count):
    """None, or by how much it grew at last; and the number of calls."""
    repeat(call, min(count, 50))
    for _ in range(TRIES):
        before = Counts()
        calls = repeat(call, count)
        growth = Counts().growth(before)
        if is_flat(growth, calls):
            return None, growth, calls
        count = calls * 2
    return growth, growth, calls


def calls_of(name):
    return CALLS if SECONDS < float("inf") else max(CALLS // SLOW.get(name, 1), 100)


@pytest.fixture(scope="module")
def table():
    """Writes a row as it is known: a run takes long."""
    with open(TABLE or os.devnull, "w", encoding="utf-8", buffering=1) as file:
        print(f"{'call':45} {'calls':>7}", *(f"{name:>10}" for name in COLUMNS), file=file)

        def write(name, growth, calls):
            print(f"{name:45} {calls:7}", *(f"{growth[column]:10}" for column in COLUMNS), file=file)
        yield write


def check(name, call, table):
    leak, growth, calls = leaks(call, calls_of(name))
    table(name, growth, calls)
    assert leak is None, f"{leak} in {calls} calls"


@pytest.mark.parametrize("name", SUCCESSES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_success(name, table):
    check(name, SUCCESSES[name], table)


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_failure(name, table):
    check(f"{name}, failing", FAILURES[name], table)


def test_objects_kept_hold_no_descriptors():
    """Thousands of processes can be held; descriptors cannot."""
    psutil.process_iter.cache_clear()
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    kept = [psutil.Process() for _ in range(3000)]
    for process in kept:
        process.name()
    assert len(os.listdir("/proc/self/fd")) - before <= 600
    assert len(kept) == 3000
    del kept, process
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_counting_finds_a_leak():
    """That the tests above can fail."""
    kept = []
    assert leaks(lambda: kept.append(object()), 300)[0]["blocks"] >= 300
    assert leaks(lambda: kept.append([]), 100)[0]["objects"] >= 100
    assert leaks(lambda: kept.append(os.open("/", os.O_RDONLY)), 5)[0]["fds"] >= 5
    for item in kept:
        if isinstance(item, int):
            os.close(item)
