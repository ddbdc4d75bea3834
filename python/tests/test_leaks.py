"""Nothing leaks: objects, references, memory and descriptors stay where they are.

PSUTIL_LEAK_CALLS is how often each call is made; 100000 finds a leak of a byte in a call.
"""
import contextlib
import gc
import os
import sys

import psutil
import pytest

import everything

CALLS = int(os.environ.get("PSUTIL_LEAK_CALLS", "300"))
# Some of what is counted comes and goes with the allocator, and with the processes of a busy machine; a
# leak grows each time.
TRIES = 20

with contextlib.suppress(Exception):
    SUCCESSES = everything.successes()
FAILURES = everything.failures()
SLOW = {"process_iter(all)": 40, "Process.as_dict(all)": 10, "net_connections": 10,
        "net_connections(all)": 10, "Process.memory_maps": 5, "Process.memory_maps(grouped=False)": 5,
        "Process.memory_full_info": 5, "process_iter": 1, "Process.children": 10,
        "Process.children(recursive)": 10, "users": 1}
WATCHED = [None, True, False, (), "", 0, 1, psutil.Process, psutil.NoSuchProcess, psutil]


class Counts:
    """What is in use now."""

    def __init__(self):
        gc.collect()
        self.fds = len(os.listdir("/proc/self/fd"))
        self.blocks = sys.getallocatedblocks()
        self.objects = len(gc.get_objects())
        heap = psutil.heap_info()
        self.heap = heap.heap_used + heap.mmap_used
        # From 3.12 on the first ones are immortal and do not count.
        self.references = [sys.getrefcount(thing) for thing in WATCHED]

    def growth(self, before):
        return {
            "fds": self.fds - before.fds,
            "blocks": self.blocks - before.blocks,
            "objects": self.objects - before.objects,
            "bytes": self.heap - before.heap,
            "references": max(now - then for now, then in zip(self.references, before.references)),
            "lost": min(now - then for now, then in zip(self.references, before.references)),
        }


def repeat(call, count):
    for _ in range(count):
        call()


def leaks(call, count, things=1):
    """What grew, or None. Each call is about so many things, and would leak as often: what the
    interpreter's own caches keep of many (psutil 7.2.2 shows the same) is less."""
    repeat(call, min(count, 50))
    growth = {}
    for _ in range(TRIES):
        before = Counts()
        repeat(call, count)
        growth = Counts().growth(before)
        # One object in eight calls is no leak of one in each; caches fill by a few at most.
        few = max(count * things // 8, 10)
        if growth["fds"] == 0 and growth["blocks"] < few and growth["objects"] < few and \
                growth["bytes"] < max(8 * count * things, 4096) and growth["references"] < few and \
                growth["lost"] > -few:
            return None
    return growth


def calls_of(name):
    return max(CALLS // SLOW.get(name, 1), 30)


@pytest.mark.parametrize("name", SUCCESSES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_success(name):
    things = len(psutil.pids()) if name == "process_iter(all)" else 1
    assert leaks(SUCCESSES[name], calls_of(name), things) is None


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_failure(name):
    assert leaks(FAILURES[name], calls_of(name)) is None


def test_objects_kept_hold_no_descriptors():
    """Thousands of processes can be held; descriptors cannot."""
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
    assert leaks(lambda: kept.append(object()), 300)
    assert leaks(lambda: kept.append(os.open("/", os.O_RDONLY)), 30)
    for item in kept:
        if isinstance(item, int):
            os.close(item)
