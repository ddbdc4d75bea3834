"""Instances of Process as objects: attributes, copies, equality, derived classes, text."""
import contextlib
import copy
import gc
import os
import pickle
import pwd
import unittest.mock
import weakref

import psutil
import pytest

import contract


def test_attributes_of_ones_own():
    process = psutil.Process()
    process.foo = 5
    process.returncode = None
    assert (process.foo, process.returncode) == (5, None)
    assert vars(process)["foo"] == 5
    del process.foo
    assert not hasattr(process, "foo")


def test_weak_references():
    process = psutil.Process()
    watch = weakref.ref(process)
    assert watch() is process
    assert weakref.WeakSet([process])
    del process
    gc.collect()
    assert watch() is None


def test_cycles_are_collected():
    process = psutil.Process()
    process.me = process
    watch = weakref.ref(process)
    del process
    gc.collect()
    assert watch() is None


def test_equality(child):
    one, other = psutil.Process(child.pid), psutil.Process(child.pid)
    assert one == other and not one != other and hash(one) == hash(other) and one is not other
    assert one != psutil.Process() and one != child.pid and one != None  # noqa: E711
    assert len({one, other}) == 1 and {one: 1}[other] == 1
    with pytest.raises(TypeError):
        one < other
    assert one.__eq__(5) is NotImplemented


def test_copies(child):
    process = psutil.Process(child.pid)
    process.note = "x"
    again = copy.copy(process)
    assert again == process and again.note == "x" and again.name() == "sleep"
    for action in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            action(process)


def test_the_pid_is_fixed():
    process = psutil.Process()
    assert process.pid == os.getpid()
    with pytest.raises(AttributeError):
        process.pid = 1


def test_subclass(child):
    class Mine(psutil.Process):
        kind = "mine"

        def __init__(self, pid=None, note=None):
            super().__init__(pid)
            self.note = note

        def name(self):
            return "my " + super().name()

    one = Mine(child.pid, note="n")
    assert (one.name(), one.note, one.kind, one.pid) == ("my sleep", "n", "mine", child.pid)
    assert one.as_dict(["name"]) == {"name": "my sleep"}
    assert one == psutil.Process(child.pid) and isinstance(one, psutil.Process)
    assert type(one.parent()) is psutil.Process
    with one.oneshot():
        assert one.name() == "my sleep"


def test_subclass_of_other_things():
    class Mixin:
        def double(self):
            return self.pid * 2

    class Mine(Mixin, psutil.Process):
        pass

    assert Mine().double() == os.getpid() * 2


def test_an_object_that_was_not_initialised(ours):
    class Lazy(psutil.Process):
        def __init__(self):
            pass

    for process in (psutil.Process.__new__(psutil.Process), Lazy()):
        for name, args in [*contract.METHODS.items(), ("pid", "")]:
            needed = {"rlimit": [7], "send_signal": [0]}.get(name, [])
            with contextlib.suppress(Exception):
                answer = getattr(process, name)
                answer(*needed) if name != "kill" and callable(answer) else None
        with contextlib.suppress(Exception):
            repr(process), hash(process), process == psutil.Process()


def test_initialised_twice(child):
    process = psutil.Process()
    process.__init__(child.pid)
    assert process.pid == child.pid and process.name() == "sleep"


def test_repr(child):
    process = psutil.Process(child.pid)
    assert repr(process) == str(process)
    process.create_time()
    assert repr(process).startswith(
        f"psutil.Process(pid={child.pid}, name='sleep', status='sleeping', started='")
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert "status='zombie'" in repr(process)
    process.wait()
    # Reaped by psutil.
    assert "exitcode=<Negsignal.SIGKILL: -9>" in repr(process) or "exitcode=-9" in repr(process)
    assert "status='terminated'" in repr(process)


# Copies, and what is not one

def test_what_cannot_be_pickled():
    process = psutil.Process()
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot pickle"):
            pickle.dumps(process, protocol)
    assert process.__copy__() == process


def test_a_copy_lives_on_its_own(child):
    process = psutil.Process(child.pid)
    process.note = ["x"]
    again = copy.copy(process)
    assert again.note is process.note
    again.note = "y"
    assert process.note == ["x"]
    del process
    gc.collect()
    child.kill()
    child.wait()
    assert not again.is_running() and again.create_time() > 0


def test_no_slots(child):
    process = psutil.Process(child.pid)
    assert not hasattr(process, "__slots__") and vars(process) is process.__dict__
    process.__dict__["x"] = 1
    assert process.x == 1

    class Mine(psutil.Process):
        __slots__ = ("extra",)

    mine = Mine(child.pid)
    mine.extra, mine.other = 1, 2
    assert (mine.extra, vars(mine)) == (1, {"other": 2})


def test_identity(child):
    one, other = psutil.Process(child.pid), psutil.Process(child.pid)
    assert one._ident == other._ident != psutil.Process()._ident
    pid, start = one._ident
    assert pid == child.pid and type(start) is float and start > 0
    child.kill()
    child.wait()
    assert one._ident == other._ident == (pid, start)


def test_the_start_of_the_ended(child):
    """Known although nobody asked for it before, and then shown."""
    one, other, third = (psutil.Process(child.pid) for _ in range(3))
    start = other.create_time()
    child.kill()
    child.wait()
    assert "started" not in repr(one)
    with one.oneshot():
        assert one.create_time() == start
    assert "status='terminated', started='" in str(one)
    assert third.as_dict(["create_time", "pid"]) == {"create_time": start, "pid": child.pid}
    with pytest.raises(psutil.NoSuchProcess):
        third.as_dict(["create_time", "name"])


# Derived classes, and what is put in the place of a method, a function or the class

def overriding(**methods):
    return type("Mine", (psutil.Process,), methods)


def test_overridden_methods_are_used(child):
    seen = []

    def oneshot(self):
        seen.append("oneshot")
        return psutil.Process.oneshot(self)

    mine = overriding(name=lambda self: "mine", status=lambda self: "odd", oneshot=oneshot)(child.pid)
    assert mine.as_dict(["name", "status"]) == {"name": "mine", "status": "odd"}
    assert seen == ["oneshot"]
    assert "name='mine', status='odd'" in repr(mine)
    assert overriding(create_time=lambda self: 5.0)(child.pid).as_dict(["create_time"]) == \
        {"create_time": 5.0}
    with_kind = overriding(net_connections=lambda self, kind="inet": kind)(child.pid)
    with pytest.warns(DeprecationWarning):
        assert (with_kind.connections("all"), with_kind.connections()) == ("all", "inet")


def test_what_follows_from_overridden_methods(child, monkeypatch):
    """As psutil's username() and memory_percent() call uids(), memory_info() and memory_full_info()."""
    true = psutil.Process(child.pid)
    total = psutil.virtual_memory().total
    ids = type(true.uids())

    def replaced(name, **fields):
        return lambda self: getattr(psutil.Process, name)(self)._replace(**fields)

    mine = overriding(uids=lambda self: ids(1, 0, 0),
                      memory_info=replaced("memory_info", rss=total // 4),
                      memory_full_info=replaced("memory_full_info", uss=total // 2))(child.pid)
    name = pwd.getpwuid(1).pw_name
    assert mine.username() == name
    assert mine.memory_percent() == mine.memory_percent("rss") == pytest.approx(25)
    assert mine.memory_percent("uss") == pytest.approx(50)
    assert mine.as_dict(["username", "memory_percent"]) == \
        {"username": name, "memory_percent": pytest.approx(25)}
    with pytest.raises(ValueError, match="invalid memtype 'x'; valid types are"):
        mine.memory_percent("x")
    nobody = overriding(uids=lambda self: ids(4000000000, 0, 0))(child.pid)
    assert nobody.username() == "4000000000"
    true.uids = lambda: ids(1, 0, 0)
    assert true.username() == name
    monkeypatch.setattr(psutil.Process, "uids", lambda self: ids(1, 0, 0))
    [info] = [p.info for p in psutil.process_iter(["username"]) if p.pid == child.pid]
    assert info == {"username": name}


def test_the_overridden_oneshot_is_left():
    """Also when a method raises, and what it raised is what comes out."""
    left = []

    class Once:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            left.append(error)

    mine = overriding(name=lambda self: 1 / 0, oneshot=lambda self: Once())()
    with pytest.raises(ZeroDivisionError):
        mine.as_dict(["name"])
    assert len(left) == 1


def test_overridden_relatives(child):
    process = psutil.Process(child.pid)
    assert overriding(ppid=lambda self: 1)(child.pid).parent() == psutil.Process(1)
    assert overriding(ppid=lambda self: 1)(child.pid).parents() == [psutil.Process(1)]
    assert overriding(ppid=lambda self: None)(child.pid).parent() is None
    assert overriding(ppid=lambda self: 2**22 + 9)(child.pid).parent() is None
    assert overriding(parent=lambda self: None)(child.pid).parents() == []
    # Who was started later is no parent.
    assert overriding(ppid=lambda self: child.pid, create_time=lambda self: 1.0)().parent() is None
    with pytest.raises(ZeroDivisionError):
        overriding(ppid=lambda self: 1 / 0)(child.pid).parent()
    with unittest.mock.patch.object(psutil.Process, "ppid", return_value=os.getpid()):
        assert process.parent() == psutil.Process()
    assert type(overriding()(child.pid).parent()) is psutil.Process
    assert [type(p) for p in overriding()().children()] == [psutil.Process] * len(process.parent().children())


def test_another_class_in_its_place(child):
    mine = overriding(name=lambda self: "mine")
    psutil.process_iter.cache_clear()
    with unittest.mock.patch("psutil.Process", mine):
        found = {p.pid: p for p in psutil.process_iter(["name"])}
        assert type(found[child.pid]) is mine and found[child.pid].info == {"name": "mine"}
        assert {type(p) for p in psutil.process_iter()} == {mine}
        parent = mine(child.pid).parent()
        assert type(parent) is mine and parent.pid == os.getpid()
        assert {type(p) for p in mine(child.pid).parents()} == {mine}
        assert mine in {type(p) for p in psutil.Process().children()}
    psutil.process_iter.cache_clear()
    with unittest.mock.patch("psutil.Process", side_effect=lambda pid: ("made", pid)):
        assert ("made", child.pid) in list(psutil.process_iter())
    psutil.process_iter.cache_clear()
    with unittest.mock.patch("psutil.Process", side_effect=psutil.NoSuchProcess(1)):
        assert list(psutil.process_iter()) == []
    psutil.process_iter.cache_clear()
    assert {type(p) for p in psutil.process_iter()} == {psutil.Process}


def test_another_listing_in_its_place(child):
    with unittest.mock.patch("psutil.pids", return_value=[child.pid, os.getpid(), child.pid, 2**22 + 9]):
        pids = sorted([child.pid, os.getpid()])
        assert [p.pid for p in psutil.process_iter()] == pids
        assert [p.info for p in psutil.process_iter(["pid"])] == [{"pid": pid} for pid in pids]
    with unittest.mock.patch("psutil.pids", side_effect=ZeroDivisionError):
        with pytest.raises(ZeroDivisionError):
            list(psutil.process_iter())
    with unittest.mock.patch("psutil.pids", return_value=["x"]):
        with pytest.raises(TypeError):
            list(psutil.process_iter())
