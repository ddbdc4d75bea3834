"""process_iter()."""
import itertools
import os
import subprocess
import time

import psutil
import pytest

import contract
import states
from helpers import run_threads


def test_process_iter_is_an_iterator():
    found = psutil.process_iter()
    assert iter(found) is found
    first = next(found)
    assert type(first) is psutil.Process and first.pid == min(psutil.pids())
    pids = [p.pid for p in psutil.process_iter()]
    assert pids == sorted(pids) and os.getpid() in pids and len(pids) == len(set(pids))


def test_process_iter_keeps_its_objects(child):
    psutil.process_iter.cache_clear()
    first = {p.pid: p for p in psutil.process_iter()}
    second = {p.pid: p for p in psutil.process_iter()}
    assert first[child.pid] is second[child.pid] and first[os.getpid()] is second[os.getpid()]
    psutil.process_iter.cache_clear()
    third = {p.pid: p for p in psutil.process_iter()}
    assert third[child.pid] is not first[child.pid] and third[child.pid] == first[child.pid]
    child.kill()
    child.wait()
    assert child.pid not in [p.pid for p in psutil.process_iter()]


def test_process_iter_of_a_reused_pid(child):  # corner case 10
    before = {p.pid: p for p in psutil.process_iter()}[child.pid]
    child.kill()
    child.wait()
    time.sleep(0.03)
    other = states.reuse_pid(child.pid, lambda: subprocess.Popen(["sleep", "1000"]))
    if other is None:
        pytest.skip("the kernel does not let the next pid be chosen")
    try:
        # The old object knows that it is gone; then the listing has a new one.
        assert not before.is_running()
        list(psutil.process_iter())  # the reference notices in this one
        found = {p.pid: p for p in psutil.process_iter()}[other.pid]
        assert found is not before and found != before and found.is_running()
    finally:
        other.kill()
        other.wait()


def test_process_iter_with_attributes(child):
    for attrs in (["pid", "name"], ("pid", "name"), {"pid", "name"}):
        info = {p.pid: p.info for p in psutil.process_iter(attrs)}
        assert info[child.pid] == {"pid": child.pid, "name": "sleep"}
    info = {p.pid: p.info for p in psutil.process_iter(attrs=["memory_maps"], ad_value="none")}
    assert type(info[os.getpid()]["memory_maps"]) is list
    assert set(next(psutil.process_iter([])).info) >= contract.AS_DICT


def test_process_iter_says_what_is_wrong():
    for bad, error in ((["nonsense"], ValueError), ("pid", TypeError), (5, TypeError)):
        with pytest.raises(error, match="invalid attr"):
            list(psutil.process_iter(bad))


def test_process_iter_can_be_left():
    for process in psutil.process_iter(["name"]):
        break
    found = psutil.process_iter()
    list(itertools.islice(found, 3))
    found.close()
    assert list(found) == []
    assert os.getpid() in [p.pid for p in psutil.process_iter()]


def test_process_iter_in_threads(sleepers):
    errors = []

    def work():
        try:
            for _ in range(4):
                assert os.getpid() in [p.pid for p in psutil.process_iter(["name", "ppid"])]
                psutil.process_iter.cache_clear()
        except BaseException as error:
            errors.append(error)

    run_threads(work, 3)
    assert not errors
