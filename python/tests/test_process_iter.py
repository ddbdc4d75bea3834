"""process_iter()."""
import itertools
import os
import subprocess
import sys
import time
import weakref

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


ATTRIBUTES = ["pid", "name", "ppid", "status", "username", "cpu_times", "memory_info", "create_time",
              "num_threads", "cmdline", "nice", "uids", "gids", "terminal", "io_counters"]
STILL = ["pid", "name", "ppid", "status", "username", "create_time", "cmdline", "uids"]


def told(pid, attrs):
    """What is told of one process, and not held."""
    return next((p for p in psutil.process_iter(attrs) if p.pid == pid), None)


def exact(info):
    """A value with the types of all that is in it."""
    if isinstance(info, dict):
        return {key: exact(value) for key, value in info.items()}
    if isinstance(info, (list, tuple)):
        return type(info), [exact(value) for value in info]
    return type(info), repr(info)


def test_process_iter_tells_again_what_it_told(child):
    for attrs in (ATTRIBUTES, STILL, STILL[::-1], STILL, ATTRIBUTES):
        for _ in range(3):
            process = told(child.pid, attrs)
            assert list(process.info) == attrs
            assert exact(process.info) == exact(process.as_dict(attrs))


# Calls itself what it reads; PR_SET_NAME is 15.
RENAMED = """
import ctypes, sys
for line in sys.stdin.buffer:
    ctypes.CDLL(None).prctl(15, line.rstrip(b"\\n"))
    print("done", flush=True)
"""


def test_process_iter_notices_what_changed():
    names = [b"first", b"second", b"second", b"secon", b"gr\xc3\xbcn\xff", b"gr\xc3\xbcn\xff", b""]
    with subprocess.Popen([sys.executable, "-c", RENAMED], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        for nice, name in enumerate(names):
            os.setpriority(os.PRIO_PROCESS, process.pid, nice)
            process.stdin.write(name + b"\n")
            process.stdin.flush()
            process.stdout.readline()
            found = told(process.pid, STILL + ["nice"])
            assert found.info["name"] == os.fsdecode(name) and found.info["nice"] == nice
            assert exact(found.info) == exact(found.as_dict(STILL + ["nice"]))
        process.stdin.close()


def test_process_iter_leaves_alone_what_somebody_holds(child):
    process = told(child.pid, STILL + ["nice"])
    held, words, names = process.info, process.info["cmdline"], vars(process)
    shown = dict(held)
    os.setpriority(os.PRIO_PROCESS, child.pid, 7)
    words.append("more")
    again = told(child.pid, STILL + ["nice"])
    assert again is process and again.info is not held and names["info"] is again.info
    assert held == {**shown, "cmdline": words} and words == child.args + ["more"]
    assert again.info == {**shown, "cmdline": child.args, "nice": 7}
    assert again.info["cmdline"] is not words
    # The list alone, and its words in another type.
    words = again.info["cmdline"]
    del held
    assert told(child.pid, STILL + ["nice"]).info["cmdline"] is not words
    words = again.info["cmdline"]
    words[:] = list(b"changed")
    assert told(child.pid, STILL + ["nice"]).info["cmdline"] == child.args
    assert words == list(b"changed")


def test_process_iter_does_not_mind_what_was_done_to_its_dictionary(child):
    class Word(str):
        pass

    expected = exact(told(child.pid, STILL).info)
    changes = {"pid": float(child.pid), "ppid": True, "name": Word("sleep"), "create_time": None,
               "username": b"root", "status": "sleeping", "uids": (0, 0, 0), "cmdline": ("sleep",)}
    for name, value in changes.items():
        told(child.pid, STILL).info[name] = value
        assert exact(told(child.pid, STILL).info) == expected
        del told(child.pid, STILL).info[name]
        assert list(told(child.pid, STILL).info) == STILL
        process = told(child.pid, STILL)
        process.info[name] = process.info.pop(name)  # another order
        del process
        assert list(told(child.pid, STILL).info) == STILL
    told(child.pid, STILL).info["more"] = 1
    assert exact(told(child.pid, STILL).info) == expected
    told(child.pid, STILL).info = {"pid": child.pid}
    assert exact(told(child.pid, STILL).info) == expected
    del told(child.pid, STILL).info
    assert exact(told(child.pid, STILL).info) == expected


# Becomes the parent of so many that the fast lane, where there is one, waits for the kernel; they end
# with it. In a file, since long command lines are left to /proc.
CROWD = """
import ctypes, os, signal, sys
pids = []
for _ in range(1500):
    pid = os.fork()
    if pid == 0:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        while True:
            signal.pause()
    pids.append(pid)
print(*pids, flush=True)
sys.stdin.read()
for pid in pids:
    os.kill(pid, signal.SIGKILL)
for pid in pids:
    os.waitpid(pid, 0)
"""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    program = tmp_path_factory.mktemp("crowd") / "crowd.py"
    program.write_text(CROWD, encoding="ascii")
    with subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as parent:
        pids = [int(word) for word in parent.stdout.readline().split()]
        for _ in range(4):
            for _ in psutil.process_iter(STILL):
                pass
        yield pids
        parent.stdin.close()


def test_process_iter_of_a_crowd(crowd):
    for _ in range(3):
        found = {p.pid: exact(p.info) for p in psutil.process_iter(STILL)}
        for pid in crowd[::50]:
            assert found[pid] == exact(psutil.Process(pid).as_dict(STILL))


def test_process_iter_of_a_crowd_whose_instances_are_got_otherwise(crowd):
    instances = {p.pid: p for p in psutil.process_iter()}
    pids = crowd[:5]
    expected = {pid: exact(instances[pid].info) for pid in pids}
    shown, weak = vars(instances[pids[0]]), weakref.ref(instances[pids[1]])
    info, words = instances[pids[2]].info, instances[pids[3]].info["cmdline"]
    held = instances[pids[4]]
    del instances
    found = psutil.process_iter(STILL)
    next(found)
    shown["info"]["name"] = weak().info["name"] = info["name"] = held.info["name"] = "changed"
    words.append("changed")
    assert {p.pid: exact(p.info) for p in found if p.pid in expected} == expected


def test_process_iter_of_a_crowd_whose_instances_come_from_another(crowd):
    expected = exact(told(crowd[3], STILL).info)
    found = psutil.process_iter(STILL)
    next(found)
    told(crowd[3], None).info["name"] = "changed"
    assert [exact(p.info) for p in found if p.pid == crowd[3]] == [expected]


def test_process_iter_of_a_crowd_while_another_goes_on(crowd):
    outer = psutil.process_iter(STILL)
    next(outer)
    inner = {p.pid: p.info for p in psutil.process_iter(["pid", "nice"])}
    assert inner[crowd[7]] == {"pid": crowd[7], "nice": 0}
    for process in outer:
        assert list(process.info) == STILL
    psutil.process_iter.cache_clear()
    outer = psutil.process_iter(STILL)
    next(outer)
    psutil.process_iter.cache_clear()
    for process in outer:
        assert list(process.info) == STILL


def test_process_iter_of_what_ended_by_now(child):
    assert told(child.pid, STILL).info["cmdline"] == child.args
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    for ad_value in (None, None, "withheld", "withheld", []):
        for zombie in psutil.process_iter(STILL, ad_value):
            if zombie.pid == child.pid:
                assert zombie.info["status"] == psutil.STATUS_ZOMBIE
                assert zombie.info["cmdline"] is ad_value
                assert exact(zombie.info) == exact(zombie.as_dict(STILL, ad_value))


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
