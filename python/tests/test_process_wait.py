"""Process.wait() and wait_procs()."""
import signal
import subprocess
import threading
import time
import unittest.mock

import psutil
import pytest


def test_wait_of_a_child(sleepers):
    process, = sleepers()
    process.terminate()
    code = process.wait()
    assert code == -signal.SIGTERM
    assert process.wait() == code == process.wait(0)
    assert not process.is_running()


@pytest.mark.parametrize("status", [0, 1, 7, 255])
def test_exit_code(sleepers, status):
    process, = sleepers(args=("sh", "-c", f"exit {status}"))
    assert process.wait(timeout=5) == status


def test_wait_of_somebody_elses():
    """Not a child: it is seen to end, but its code is not known."""
    middle = subprocess.Popen(["sh", "-c", "sleep 1000 & echo $!; wait"], stdout=subprocess.PIPE)
    process = psutil.Process(int(middle.stdout.readline()))
    with pytest.raises(psutil.TimeoutExpired):
        process.wait(0.05)
    process.kill()
    assert process.wait(5) is None
    middle.wait()
    middle.stdout.close()


def test_wait_times_out(child):
    process = psutil.Process(child.pid)
    for timeout in (0, 0.05, 0.2):
        start = time.monotonic()
        with pytest.raises(psutil.TimeoutExpired) as caught:
            process.wait(timeout)
        assert timeout <= time.monotonic() - start < timeout + 2
        assert (caught.value.seconds, caught.value.pid) == (timeout, child.pid)


def test_wait_wakes_at_once(child):
    process = psutil.Process(child.pid)
    threading.Timer(0.1, child.kill).start()
    start = time.monotonic()
    assert process.wait(10) == -9
    assert time.monotonic() - start < 2


def test_wait_of_oneself():
    with pytest.raises(psutil.TimeoutExpired):
        psutil.Process().wait(0)


def test_wait_procs(sleepers):
    processes = sleepers(3)
    called = []
    gone, alive = psutil.wait_procs(processes, timeout=0.01, callback=called.append)
    assert (gone, sorted(alive, key=id), called) == ([], sorted(processes, key=id), [])
    processes[0].terminate()
    processes[1].kill()
    gone, alive = psutil.wait_procs(processes, 1, called.append)
    assert set(gone) == set(processes[:2]) and alive == processes[2:]
    assert type(gone) is list and type(alive) is list
    assert set(called) == set(gone) and len(called) == 2
    assert (processes[0].returncode, processes[1].returncode) == (-15, -9)
    assert not hasattr(processes[2], "returncode")
    processes[2].kill()
    gone, alive = psutil.wait_procs(processes, timeout=5, callback=None)
    assert (set(gone), alive) == (set(processes), [])


def test_wait_procs_without_a_timeout(sleepers):
    processes = sleepers(2)
    threading.Timer(0.1, lambda: [p.kill() for p in processes]).start()
    gone, alive = psutil.wait_procs(iter(processes))
    assert (set(gone), alive) == (set(processes), [])
    assert [p.returncode for p in processes] == [-9, -9]


def test_wait_procs_of_popen():
    processes = [psutil.Popen(["sh", "-c", f"exit {i}"]) for i in (0, 3)]
    gone, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == [] and sorted(p.returncode for p in gone) == [0, 3]


def test_wait_procs_takes_what_waits(sleepers):
    process, = sleepers()
    process.kill()
    gone, alive = psutil.wait_procs({process}, timeout=5)
    assert (gone, alive) == ([process], [])
    assert psutil.wait_procs([]) == ([], [])
    assert psutil.wait_procs([process, process], timeout=5)[1] == []


class Waited:
    """No process at all, but something with a method wait()."""

    def __init__(self, code, patience=0):
        self.code, self.patience = code, patience

    def wait(self, timeout=None):
        if self.patience > 0:
            self.patience -= 1
            raise psutil.TimeoutExpired(timeout)
        return self.code

    def is_running(self):
        return self.code is None


def test_wait_procs_of_whatever_waits(sleepers):
    ready, late, never = Waited(3), Waited(4, patience=2), Waited(None)
    called = []
    gone, alive = psutil.wait_procs([late, ready], callback=called.append)
    assert (gone, alive, called) == ([ready, late], [], [ready, late])
    assert (ready.returncode, late.returncode) == (3, 4)
    assert psutil.wait_procs([ready, never], timeout=0) == ([ready], [never])
    with subprocess.Popen(["sleep", "1000"]) as plain:
        assert psutil.wait_procs([plain], timeout=0) == ([], [plain])
        plain.kill()
        assert psutil.wait_procs([plain], timeout=20) == ([plain], [])
        assert plain.returncode == -9
    with pytest.raises(AttributeError, match="wait"):
        psutil.wait_procs([5], timeout=0)


def test_wait_procs_calls_overridden_waits(sleepers):
    process, = sleepers()
    calls = []

    class Mine(psutil.Process):
        def wait(self, timeout=None):
            calls.append(timeout)
            return super().wait(timeout)

    mine = Mine(process.pid)
    assert psutil.wait_procs([mine, process], timeout=0) == ([], [mine, process][:len({mine, process})])
    process.kill()
    assert psutil.wait_procs([mine], timeout=20) == ([mine], [])
    assert mine.returncode == -9 and len(calls) == 2
    process.wait = lambda timeout=None: 77
    assert psutil.wait_procs([process]) == ([process], []) and process.returncode == 77
    with unittest.mock.patch.object(psutil.Process, "wait", autospec=True, return_value=5) as fake:
        me = psutil.Process()
        assert psutil.wait_procs([me]) == ([me], []) and me.returncode == 5
        assert fake.call_args.args[0] is me


def test_an_error_in_the_callback(sleepers):
    process, = sleepers()
    process.kill()
    with pytest.raises(ZeroDivisionError):
        psutil.wait_procs([process], timeout=5, callback=lambda p: 1 / 0)
