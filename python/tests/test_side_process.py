"""Side by side with the reference: every method of Process in every state of a process."""
import os
import signal
import time

import pytest

import known
import states

# Expressions about p, with the slack of what moves meanwhile.
METHODS = {
    "pid": 0,
    "ppid()": 0,
    "name()": 0,
    "exe()": 0,
    "cmdline()": 0,
    "environ()": 0,
    "create_time()": 0,
    "parent()": 0,
    "parents()": 0,
    "children()": 0,
    "children(recursive=True)": 0,
    "children(True)": 0,
    "status()": 0,
    "cwd()": 0,
    "username()": 0,
    "uids()": 0,
    "gids()": 0,
    "terminal()": 0,
    "nice()": 0,
    "nice(value=None)": 0,
    "ionice()": 0,
    "ionice(ioclass=None, value=None)": 0,
    "rlimit(psutil.RLIMIT_NOFILE)": 0,
    "rlimit(psutil.RLIMIT_CORE, limits=None)": 0,
    "rlimit(resource=psutil.RLIMIT_RTTIME)": 0,
    "rlimit(12345)": 0,
    "io_counters()": 0,
    "num_ctx_switches()": 0,
    "num_fds()": 0,
    "num_threads()": 0,
    "threads()": 0.02,
    "cpu_times()": 0.02,
    "cpu_percent()": 3000,
    "cpu_percent(interval=None)": 3000,
    "cpu_percent(interval=0.0)": 3000,
    "cpu_percent(0.02)": 3000,
    "cpu_affinity()": 0,
    "cpu_affinity(cpus=None)": 0,
    "cpu_num()": 8,
    "memory_info()": 0,
    "memory_full_info()": 0,
    "memory_percent()": 0,
    "memory_percent('vms')": 0,
    "memory_percent(memtype='uss')": 0,
    "memory_percent('nonsense')": 0,
    "memory_maps()": 0,
    "memory_maps(grouped=True)": 0,
    "memory_maps(grouped=False)": 0,
    "open_files()": 0,
    "is_running()": 0,
    "as_dict(['pid', 'name', 'exe', 'cwd', 'memory_maps'], ad_value='-') == None": 0,
    "send_signal(0)": 0,
    "oneshot().__enter__()": 0,
    "wait(timeout=0)": 0,
    "wait(-1)": 0,
}
METHODS.update({f"net_connections({kind})": 0 for kind in (
    "", "'all'", "kind='inet4'", "'inet6'", "'tcp'", "'tcp4'", "'tcp6'", "'udp'", "'udp4'",
    "'udp6'", "'unix'", "'nonsense'")})
METHODS["connections()"] = 0
METHODS["connections(kind='all')"] = 0

STATES = ["running", "busy", "zombie", "stopped", "traced", "other_user", "kernel_thread", "thread",
          "deleted", "odd", "script", "no_arguments"]


def ask(pair, zoo, state, method, slack):
    pid = zoo.pid(state)
    if pid is None:
        pytest.skip(f"this machine gives no process in the state {state!r}")
    source = f"psutil.Process(pid).{method}"
    if "connections(" in method:
        source = f"sorted({source}, key=order)"
    if method == "threads()":
        source = f"sorted({source})"  # the reference has 10 before 9
    pair.same(source, slack, state=state, pid=pid)


def cases(groups):
    return [pytest.param(group, method, slack, id=f"{group}-{method}")
            for group in groups for method, slack in METHODS.items()]


@pytest.mark.parametrize("state, method, slack", cases(STATES))
def test_state(pair, zoo, state, method, slack):
    ask(pair, zoo, state, method, slack)


@pytest.mark.parametrize("state, method, slack", cases(["init", *STATES]))
def test_as_a_plain_user(plain_pair, zoo, state, method, slack):  # corner cases 6, 9
    """The same asked by somebody who may not see everything."""
    zoo.pids.setdefault("init", 1)
    if state == "init" and method.startswith("children("):
        method = "children()[:0]"  # everybody's, who come and go all the time
    ask(plain_pair, zoo, state, method, slack)


# What differs between the two interpreters that answer about themselves.
OWN = {"pid", "create_time()", "cmdline()", "exe()", "name()", "environ()", "children()",
       "children(True)", "children(recursive=True)", "threads()", "io_counters()", "num_threads()",
       "num_ctx_switches()", "num_fds()", "cpu_times()", "memory_info()", "memory_full_info()",
       "memory_percent()", "memory_percent('vms')", "memory_percent(memtype='uss')", "memory_maps()",
       "memory_maps(grouped=True)", "memory_maps(grouped=False)", "open_files()", "wait(timeout=0)"}


@pytest.mark.parametrize("method, slack", METHODS.items())
@pytest.mark.parametrize("subject", ["psutil.Process()", "psutil.Process(os.getpid())",
                                     "psutil.Process(pid=None)"])
def test_self(pair, subject, method, slack):
    source = f"{subject}.{method}"
    if method == "wait(timeout=0)":
        for answer in pair.run(f"{subject}.wait(timeout=0)"):
            assert answer["error"]["type"] == "TimeoutExpired", answer
            assert answer["error"]["str"].startswith("timeout after 0 seconds (pid=")
    elif method in OWN:
        pair.same(f"shape({source})")
    else:
        pair.same(source, slack)


@pytest.mark.parametrize("state", ["sleeping", "stopped", "zombie", "vanished"])
@pytest.mark.parametrize("method, slack", METHODS.items())
def test_own_child(pair, state, method, slack):
    """Children of whoever asks; each has its own, so pids and what is random are left out."""
    kind = f"shape(p.{method})" if method in OWN and state not in ("zombie", "vanished") \
        else f"p.{method}"
    try:
        for answer in pair.run("p = bring_up(kind)", kind=state):
            assert "error" not in answer, answer
        pair.same(f"mask(lambda p: {kind}, p)", slack, state=f"own {state}",
                  loose=("*",) if slack or method in ("create_time()", "num_ctx_switches()") else ())
    finally:
        pair.run("end()")


@pytest.mark.parametrize("kind, timeout", [("exits", "None"), ("exits", "0"), ("exits", "5"),
                                           ("killed", "None"), ("killed", "timeout=1.5"),
                                           ("zombie", ""), ("sleeping", "0"), ("sleeping", "0.01"),
                                           ("sleeping", "timeout=0.01"), ("stopped", "0.02")])
def test_wait_of_own_child(pair, kind, timeout):
    for answer in pair.run("p = bring_up(kind)", kind=kind):
        assert "error" not in answer, answer
    try:
        one, other = pair.run(f"mask(lambda p: (p.wait({timeout}), p.wait({timeout}), p.is_running(), "
                              "str(p)), p)")
        assert one == other
    finally:
        pair.run("end()")


@pytest.mark.parametrize("source", ["psutil.Process(pid).wait()", "psutil.Process(pid).wait(0.01)",
                                    "psutil.wait_procs([psutil.Process(pid)], timeout=0)",
                                    "psutil.wait_procs([psutil.Process(pid)])"])
def test_nothing_waits_for_a_thread(pair, zoo, source):  # corner case 10
    pair.same(source, pid=zoo.pid("thread"))


@pytest.mark.parametrize("method", METHODS)
def test_vanished_before(pair, zoo, method):
    pair.same(f"psutil.Process(pid).{method}", pid=zoo.pid("vanished"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pid", [0, -1, 2**31 - 1, 2**31, 2**63, 2**70])
def test_pids_that_cannot_be(pair, method, pid):  # corner case 10
    pair.same(f"psutil.Process(n).{method}", n=pid)


def bring_up(pair, zoo, name="p"):
    child = zoo.start("sleep", "1000")
    states.settle(child.pid, "sleep")
    for answer in pair.run(f"{name} = psutil.Process(pid)", pid=child.pid):
        assert "error" not in answer, answer
    return child


def end_and_reuse(zoo, child):
    """Another process with the same pid."""
    child.kill()
    child.wait()
    time.sleep(0.03)  # a start time of its own
    other = states.reuse_pid(child.pid, lambda: zoo.start("sleep", "1000"))
    if other is None:
        pytest.skip("the kernel does not let the next pid be chosen")
    states.settle(other.pid, "sleep")
    return other


@pytest.fixture
def gone(pair, zoo):
    """An object made while its process lived, which is gone now; one for all questions."""
    child = bring_up(pair, zoo)
    child.kill()
    child.wait()
    return child.pid


@pytest.mark.parametrize("method", METHODS)
def test_vanished_after(pair, gone, method):  # corner case 5
    pair.same(f"p.{method}")


@pytest.mark.parametrize("method", METHODS)
def test_vanished_after_its_name_was_known(pair, zoo, method):
    child = bring_up(pair, zoo)
    pair.run("p.name(), p.ppid(), p.exe(), p.create_time()")
    child.kill()
    child.wait()
    pair.same(f"p.{method}")


@pytest.mark.parametrize("method, slack", METHODS.items())
def test_became_a_zombie(pair, zoo, method, slack):  # corner case 4
    child = bring_up(pair, zoo)
    pair.run("p.name(), p.ppid()")
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    try:
        pair.same(f"p.{method}", slack)
    finally:
        child.wait()


@pytest.fixture
def reused(pair, zoo):
    """An object whose pid belongs to somebody else by now."""
    other = end_and_reuse(zoo, bring_up(pair, zoo))
    yield other.pid
    other.kill()
    other.wait()


SAFE_WHEN_REUSED = [
    "is_running()", "parent()", "parents()", "children()", "children(recursive=True)", "nice(1)",
    "ionice(2, 1)", "rlimit(psutil.RLIMIT_NOFILE, (10, 20))", "cpu_affinity([0])", "suspend()",
    "resume()", "terminate()", "kill()", "send_signal(0)", "send_signal(15)", "ppid()", "pid"]


@pytest.mark.parametrize("method", SAFE_WHEN_REUSED)
def test_reused(pair, reused, method):  # corner case 10
    pair.same(f"p.{method}", state="reused")
    # Nobody touched the innocent one.
    os.kill(reused, 0)
    with open(f"/proc/{reused}/stat") as file:
        assert file.read().rpartition(")")[2].split()[0] == "S"
    assert os.getpriority(os.PRIO_PROCESS, reused) == 0


@pytest.mark.parametrize("source", ["repr(p)", "str(p)", "p == psutil.Process(p.pid)",
                                    "p != psutil.Process(p.pid)", "p.wait(0)"])
def test_reused_object(pair, reused, source):
    pair.same(source, state="reused")
    pair.run("p.is_running()")
    pair.same(source, state="reused")


# What is said about an object: in which state, and after what else was asked.
SPOKEN = ["repr(p)", "str(p)", "(p.name(), repr(p))", "(p.create_time(), repr(p)[:40])",
          "(p.is_running(), repr(p))", "p == psutil.Process(p.pid)", "p != psutil.Process(p.pid)",
          "hash(p) == hash(psutil.Process(p.pid))", "p == p", "p == p.pid", "p != None",
          "p in [psutil.Process(p.pid)]", "len({p, psutil.Process(p.pid)})", "f'{p}'", "'%s' % p"]


@pytest.mark.parametrize("state", [s for s in STATES if s != "traced"])
@pytest.mark.parametrize("source", SPOKEN)
def test_spoken(pair, zoo, state, source):
    for answer in pair.run("p = psutil.Process(pid)", pid=zoo.pid(state)):
        assert "error" not in answer, answer
    pair.same(source)


@pytest.mark.parametrize("source", SPOKEN)
def test_spoken_of_the_gone(pair, gone, source):
    pair.same(source)
    pair.run("p.is_running()")
    pair.same(source)


SETTERS = [
    ("nice(5)", "nice()"), ("nice(value=7)", "nice()"), ("nice(100)", "nice()"),
    ("nice(-5)", "nice()"), ("nice(-100)", "nice()"), ("nice(0)", "nice()"),
    ("nice('a')", "nice()"), ("nice(1.5)", "nice()"), ("nice(2**40)", "nice()"),
    ("nice(2**70)", "nice()"), ("nice(True)", "nice()"),
    ("ionice(psutil.IOPRIO_CLASS_BE)", "ionice()"),
    ("ionice(psutil.IOPRIO_CLASS_BE, 7)", "ionice()"),
    ("ionice(ioclass=psutil.IOPRIO_CLASS_RT, value=2)", "ionice()"),
    ("ionice(psutil.IOPRIO_CLASS_IDLE)", "ionice()"), ("ionice(3, 0)", "ionice()"),
    ("ionice(psutil.IOPRIO_CLASS_NONE)", "ionice()"), ("ionice(0, 0)", "ionice()"),
    ("ionice(2, 99)", "ionice()"), ("ionice(2, 8)", "ionice()"), ("ionice(2, -1)", "ionice()"),
    ("ionice(3, 5)", "ionice()"), ("ionice(0, 5)", "ionice()"), ("ionice(None, 5)", "ionice()"),
    ("ionice(value=5)", "ionice()"), ("ionice('a')", "ionice()"), ("ionice(2, 'a')", "ionice()"),
    ("ionice(1.5)", "ionice()"), ("ionice(-1)", "ionice()"), ("ionice(7)", "ionice()"),
    ("rlimit(psutil.RLIMIT_NOFILE, (100, 200))", "rlimit(psutil.RLIMIT_NOFILE)"),
    ("rlimit(psutil.RLIMIT_NOFILE, limits=[90, 200])", "rlimit(psutil.RLIMIT_NOFILE)"),
    ("rlimit(psutil.RLIMIT_CPU, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))",
     "rlimit(psutil.RLIMIT_CPU)"),
    ("rlimit(psutil.RLIMIT_CPU, (1000, -1))", "rlimit(psutil.RLIMIT_CPU)"),
    ("rlimit(7, 5)", "rlimit(7)"), ("rlimit(7, (5,))", "rlimit(7)"), ("rlimit(7, ())", "rlimit(7)"),
    ("rlimit(7, (5, 6, 7))", "rlimit(7)"), ("rlimit(7, ('a', 'b'))", "rlimit(7)"),
    ("rlimit(7, 'ab')", "rlimit(7)"), ("rlimit(7, (50, 40))", "rlimit(7)"),
    ("rlimit(7, (1.5, 2.5))", "rlimit(7)"), ("rlimit(999)", "rlimit(7)"),
    ("rlimit(-1)", "rlimit(7)"), ("rlimit('a')", "rlimit(7)"), ("rlimit(7.5)", "rlimit(7)"),
    ("rlimit(None)", "rlimit(7)"), ("rlimit(999, (1, 2))", "rlimit(7)"),
    ("rlimit()", "rlimit(7)"), ("rlimit(2**40)", "rlimit(7)"), ("rlimit(7, (2**70, 2**71))", "rlimit(7)"),
    ("cpu_affinity([0])", "cpu_affinity()"), ("cpu_affinity(cpus=[0, 0])", "cpu_affinity()"),
    ("cpu_affinity((0,))", "cpu_affinity()"), ("cpu_affinity({0})", "cpu_affinity()"),
    ("cpu_affinity(range(1))", "cpu_affinity()"), ("cpu_affinity([])", "cpu_affinity()"),
    ("cpu_affinity(c for c in [0])", "cpu_affinity()"), ("cpu_affinity(())", "cpu_affinity()"),
    ("cpu_affinity(5)", "cpu_affinity()"), ("cpu_affinity([9999])", "cpu_affinity()"),
    ("cpu_affinity([0, 9999])", "cpu_affinity()"),
    ("cpu_affinity([-1])", "cpu_affinity()"), ("cpu_affinity(['a'])", "cpu_affinity()"),
    ("cpu_affinity('a')", "cpu_affinity()"), ("cpu_affinity([1.5])", "cpu_affinity()"),
    ("cpu_affinity([None])", "cpu_affinity()"), ("cpu_affinity([2**70])", "cpu_affinity()"),
    ("suspend()", "status()"), ("resume()", "status()"),
    ("send_signal(0)", "status()"), ("send_signal(signal.SIGCONT)", "status()"),
    ("send_signal(999)", "status()"), ("send_signal('a')", "status()"),
    ("send_signal(1.5)", "status()"), ("send_signal(-1)", "status()"),
    ("send_signal(None)", "status()"), ("send_signal()", "status()"),
    ("send_signal(2**40)", "status()"), ("send_signal(2**31)", "status()"),
    ("send_signal(-2**31)", "status()"), ("send_signal(64)", "status()"),
    ("send_signal(65)", "status()"), ("send_signal(2**70)", "status()"),
    ("nice(2**31)", "nice()"), ("nice(-2**31-1)", "nice()"), ("nice(20)", "nice()"),
    ("nice(-21)", "nice()"), ("nice([])", "nice()"),
    ("ionice(2, 2**40)", "ionice()"), ("ionice(2**40)", "ionice()"), ("ionice(3, None)", "ionice()"),
    ("ionice(2, True)", "ionice()"), ("ionice(2, 1.0)", "ionice()"), ("ionice(True)", "ionice()"),
    ("ionice('a', 'b')", "ionice()"), ("ionice('a', 3)", "ionice()"), ("ionice([])", "ionice()"),
    ("rlimit(7, (-5, 5))", "rlimit(7)"), ("rlimit(7, (5, -5))", "rlimit(7)"),
    ("rlimit(7, (-1, 5))", "rlimit(7)"), ("rlimit(16, (1, 2))", "rlimit(7)"),
    ("rlimit(7, (2**63, 2**63))", "rlimit(7)"), ("rlimit([], 5)", "rlimit(7)"),
    ("rlimit(7, {1: 2, 3: 4})", "rlimit(7)"), ("rlimit(7, (None, None))", "rlimit(7)"),
    ("cpu_affinity([0, -1])", "cpu_affinity()"), ("cpu_affinity([5000])", "cpu_affinity()"),
    ("cpu_affinity([100000])", "cpu_affinity()"), ("cpu_affinity([0, 'a'])", "cpu_affinity()"),
    ("cpu_affinity([0, 100000])", "cpu_affinity()"), ("cpu_affinity({})", "cpu_affinity()"),
    ("cpu_affinity(0)", "cpu_affinity()"), ("cpu_affinity([2**31])", "cpu_affinity()"),
    ("cpu_affinity([True])", "cpu_affinity()"),
]


@pytest.mark.parametrize("setter, getter", SETTERS, ids=[s for s, _ in SETTERS])
def test_setter(pair, zoo, setter, getter):
    """Each side sets on a process of its own, which starts the same; afterwards both are the same."""
    answers = []
    for side in (pair.reference, pair.ours):
        child = zoo.start("sleep", "1000")
        states.settle(child.pid, "sleep")
        side.ask("p = psutil.Process(pid)", pid=child.pid)
        given = side.ask(f"mask(lambda p: p.{setter}, p)")
        time.sleep(0.01 if getter == "status()" else 0)
        now = pair.reference.ask(f"psutil.Process(pid).{getter}", pid=child.pid)
        child.kill()
        child.wait()
        answers.append((given, now))
    one, other = answers
    assert other == one or known.reason("running", setter, one[0], other[0]) and other[1] == one[1]


@pytest.mark.parametrize("state", ["running", "zombie", "kernel_thread"])
@pytest.mark.parametrize("setter", [s for s, _ in SETTERS])
def test_setter_of_a_plain_user(plain_pair, zoo, state, setter):
    """Refused for somebody else's process, in the same words."""
    plain_pair.same(f"psutil.Process(pid).{setter}", pid=zoo.pid(state))


@pytest.mark.parametrize("setter", [s for s, _ in SETTERS])
def test_setter_of_a_zombie(pair, zoo, setter):
    pair.same(f"psutil.Process(pid).{setter}", pid=zoo.pid("zombie"))


@pytest.fixture(scope="module")
def lost(pair, zoo):
    """An object that is never told that its process is gone but by what it is asked."""
    child = bring_up(pair, zoo, "lost")
    child.kill()
    child.wait()
    return child.pid


@pytest.mark.parametrize("setter", [s for s, _ in SETTERS])
def test_setter_of_the_gone(pair, lost, setter):
    pair.same(f"lost.{setter}")


@pytest.fixture(scope="module")
def taken(pair, zoo):
    """An object whose pid is another process's, for all setters."""
    child = bring_up(pair, zoo, "taken")
    other = end_and_reuse(zoo, child)
    yield other.pid
    with open(f"/proc/{other.pid}/stat") as file:
        assert file.read().rpartition(")")[2].split()[0] == "S"
    assert os.getpriority(os.PRIO_PROCESS, other.pid) == 0


@pytest.mark.parametrize("setter", [s for s, _ in SETTERS if s not in (
    "rlimit(999)", "rlimit(-1)", "rlimit('a')", "rlimit(7.5)", "rlimit(None)", "rlimit(2**40)")])
def test_setter_of_a_reused_pid(pair, taken, setter):
    pair.same(f"taken.{setter}", state="reused")


@pytest.mark.parametrize("ender, number", [("terminate()", signal.SIGTERM), ("kill()", signal.SIGKILL),
                                           ("send_signal(signal.SIGINT)", signal.SIGINT),
                                           ("send_signal(sig=10)", signal.SIGUSR1)])
def test_enders(pair, zoo, ender, number):
    for side in (pair.reference, pair.ours):
        child = zoo.start("sleep", "1000")
        states.settle(child.pid, "sleep")
        answer = side.ask(f"psutil.Process(pid).{ender}", pid=child.pid)
        assert answer == {"value": {"type": "NoneType", "value": None}}
        assert child.wait(5) == -number


BAD = [
    "psutil.Process('1')", "psutil.Process(1.0)", "psutil.Process([])", "psutil.Process(b'1')",
    "psutil.Process(-1)", "psutil.Process(-2**63)", "psutil.Process(-2**80)", "psutil.Process(1, 2)",
    "psutil.Process(foo=2)", "psutil.Process(2**31)", "psutil.Process(2**64)",
    "psutil.Process().name(1)", "psutil.Process().terminate(1)", "psutil.Process().cpu_percent(-1)",
    "psutil.Process().cpu_percent('a')", "psutil.Process().memory_percent(None)",
    "psutil.Process().memory_percent(5)", "psutil.Process().memory_percent('RSS')",
    "psutil.Process().wait('a')", "psutil.Process().wait(-0.5)", "psutil.Process().wait([])",
    "psutil.Process().as_dict('pid')", "psutil.Process().as_dict(['foo'])",
    "psutil.Process().as_dict(['foo', 'bar'])", "psutil.Process().as_dict(5)",
    "psutil.Process().as_dict({'pid': 1})", "psutil.Process().as_dict(x for x in ['pid'])",
    "psutil.Process().as_dict([1])", "psutil.Process().as_dict(['pid', 1])",
    "psutil.Process().as_dict([[]])",
    "psutil.Process().as_dict(['pid', 'pid'])[None]", "psutil.Process().nonexistent",
    "psutil.Process() < psutil.Process()", "psutil.Process() >= 1",
    "psutil.Process().net_connections(kind=5)", "psutil.Process().net_connections([])",
    "psutil.Process().children(1, 2)", "psutil.Process().memory_maps(1, 2)",
    "psutil.Process().num_handles()", "psutil.Process.name()", "psutil.Process.name(5)",
    "setattr(psutil.Process(), 'pid', 5)", "delattr(psutil.Process(), 'pid')",
    "psutil.Process(True)", "psutil.Process(False)", "type(psutil.Process(None).pid)",
]


@pytest.mark.parametrize("source", BAD)
def test_bad_input(pair, source):
    pair.same(source)


AS_DICT = ["psutil.Process(pid).as_dict({})", "psutil.Process(pid).as_dict(attrs={})",
           "psutil.Process(pid).as_dict({}, 'x')", "psutil.Process(pid).as_dict({}, ad_value=0)"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("source", AS_DICT)
@pytest.mark.parametrize("attrs", ["['pid', 'name']", "('ppid', 'status')", "{'exe'}",
                                   "frozenset(['cwd', 'cmdline', 'memory_maps', 'io_counters'])",
                                   "['memory_full_info', 'num_fds', 'open_files', 'username']"])
def test_as_dict(pair, plain_pair, zoo, state, source, attrs):
    source = f"sorted({source.format(attrs)}.items())"
    pair.same(source, pid=zoo.pid(state), state=state)
    plain_pair.same(source, pid=zoo.pid(state), state=state)


@pytest.mark.parametrize("state", STATES)
def test_as_dict_of_everything(pair, zoo, state):
    """All that 7.2.2 has is there; what 8.0 added may be, too."""
    pid = zoo.pid(state)
    reference, ours = pair.run("sorted(psutil.Process(pid).as_dict())", pid=pid)
    if "error" in reference:
        assert ours == reference or known.reason(
            state, "psutil.Process(pid).as_dict()", reference, ours)
        return
    names = [[item["value"] for item in answer["value"]["items"]] for answer in (reference, ours)]
    assert not set(names[0]) - set(names[1])
    assert set(names[1]) - set(names[0]) <= {"page_faults", "memory_info_ex", "memory_footprint"}
    # Dictionaries in no order of their own; connections likewise.
    loose = {"cpu_percent": 3000, "cpu_times": 0.02, "threads": 0.02, "cpu_num": 8, "iowait": 0.02}
    pair.same("[(k, sorted(v, key=order) if k == 'net_connections' and v else v) for k, v in "
              "sorted(psutil.Process(pid).as_dict(names).items())]",
              slack={**loose, "user": 0.02, "system": 0.02, 1: 3000}, names=names[0], pid=pid,
              tries=15, state=state)


@pytest.mark.parametrize("state", ["running", "busy", "zombie", "kernel_thread", "other_user"])
@pytest.mark.parametrize("method, slack", METHODS.items())
def test_within_oneshot(pair, zoo, state, method, slack):
    """oneshot() changes what a question costs, not its answer."""
    source = f"p.{method}"
    if "connections(" in method:
        source = f"sorted({source}, key=order)"
    pair.same(f"within_oneshot(lambda p: {source}, pid)", slack, state=state, pid=zoo.pid(state))


def test_popen(pair):
    for source in (
            "p = psutil.Popen(['sh', '-c', 'exit 3']); result = (p.wait(), p.returncode, p.poll())",
            "p = psutil.Popen(['sleep', '100']); p.kill(); result = (p.wait(), p.returncode)",
            "p = psutil.Popen(['cat'], stdin=-1, stdout=-1); result = p.communicate(b'abc')",
            "p = psutil.Popen('echo x', shell=True, stdout=-1, text=True); result = p.communicate()",
            "result = psutil.Popen(['/nonexistent'])",
            "result = psutil.Popen()",
            "result = [c.__name__ for c in psutil.Popen.__mro__]",
            "p = psutil.Popen(['true']); p.wait(); result = [p.args, p.stdin, p.universal_newlines]",
            "p = psutil.Popen(['true']); p.wait(); result = p.nonexistent",
            "p = psutil.Popen(['sleep', '9']); p.terminate(); result = (p.wait(5), p.wait(), p.poll())",
            "p = psutil.Popen(['true']); p.wait(); result = p.name()[:0]"):
        one, other = pair.run(source)
        mask = [a.get("error", {}).get("attributes", {}).pop("pid", None) for a in (one, other)]
        if all(mask):
            for answer, pid in zip((one, other), mask):
                for key in ("str", "repr"):
                    answer["error"][key] = answer["error"][key].replace(str(pid["value"]), "PID")
        assert other == one, source


@pytest.mark.parametrize("name", ["NoSuchProcess", "ZombieProcess", "AccessDenied", "TimeoutExpired",
                                  "Error"])
@pytest.mark.parametrize("arguments", ["", "1", "1, 'n'", "1, 'n', 'm'", "1, name='n'", "pid=1",
                                       "1, msg='m'", "1, 'n', 3", "1, 'n', 3, 'm'", "3.5, 1, 'n'",
                                       "3, pid=4", "3, name='n'", "None", "1, None", "seconds=3",
                                       "1, 'n', ppid=3", "'x'", "1, 2, 3, 4, 5", "foo=1",
                                       "1, '', ''", "0", "0, 0", "1, 'n', 0"])
def test_exceptions(pair, name, arguments):
    pair.same(f"psutil.{name}({arguments})")
    pair.same(f"__import__('pickle').loads(__import__('pickle').dumps(psutil.{name}({arguments})))")
    pair.same(f"__import__('copy').copy(psutil.{name}({arguments}))")
    pair.same(f"sorted(vars(psutil.{name}({arguments})).items())")
    pair.same(f"(bool(psutil.{name}({arguments}).args), psutil.{name}({arguments}) == 5)")


CONSTANTS = ["STATUS_", "CONN_", "NIC_DUPLEX_", "POWER_TIME_", "IOPRIO_CLASS_", "RLIMIT_", "RLIM_",
             "AF_", "POSIX", "LINUX", "WINDOWS", "MACOS", "OSX", "FREEBSD", "OPENBSD", "NETBSD", "BSD",
             "SUNOS", "AIX", "version_info", "__version__", "PROCFS_PATH"]


@pytest.mark.parametrize("prefix", CONSTANTS)
def test_constants(pair, prefix):
    """All that 7.2.2 has, with its value; a string or an integer, whatever enum it is in now."""
    reference, _ = pair.run("sorted(n for n in dir(psutil) if n.startswith(prefix))", prefix=prefix)
    names = [item["value"] for item in reference["value"]["items"]]
    assert names
    for name in names:
        if name == "__version__":
            pair.same("psutil.__version__.startswith('7.2.2')")
            continue
        pair.same(f"psutil.{name}")
        pair.same(f"{{psutil.{name}: 1}} == {{plain(psutil.{name}): 1}}")
        if prefix in ("STATUS_", "CONN_"):
            pair.same(f"str(psutil.{name}), '%s' % psutil.{name}, f'{{psutil.{name}:>20}}'")


def test_names(pair):
    """Whatever `from psutil import *` gave, it still gives."""
    reference, ours = pair.run("result = sorted(set(psutil.__all__))")
    theirs, mine = ({item["value"] for item in a["value"]["items"]} for a in (reference, ours))
    assert theirs == mine
    for answer in pair.run("space = {}; exec('from psutil import *', space); result = sorted(space)"):
        assert {item["value"] for item in answer["value"]["items"]} == theirs | {"__builtins__"}
    for name in sorted(theirs):
        pair.same(f"callable(psutil.{name})")
