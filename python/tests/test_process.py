"""Process, Popen, process_iter() and wait_procs() as objects that programs build on."""
import contextlib
import copy
import gc
import io
import itertools
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import weakref

import psutil
import pytest

import contract
import states


@pytest.fixture
def child():
    made = subprocess.Popen(["sleep", "1000"])
    states.settle(made.pid, "sleep")
    yield made
    made.kill()
    made.wait()


@pytest.fixture
def sleepers():
    made = []

    def start(count=1, args=("sleep", "1000")):
        new = [subprocess.Popen(args) for _ in range(count)]
        made.extend(new)
        return [psutil.Process(p.pid) for p in new]

    yield start
    for process in made:
        process.kill()
        process.wait()


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))


# Objects

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


# oneshot, as_dict, attrs

def test_oneshot_is_reentrant():
    process = psutil.Process()
    with process.oneshot():
        with process.oneshot():
            first = process.cpu_times()
            burn(0.05)
        burn(0.05)
        assert process.cpu_times() == first
    assert process.cpu_times().user > first.user or process.cpu_times().system > first.system


def test_oneshot_ends_with_an_error():
    process = psutil.Process()
    with pytest.raises(KeyError):
        with process.oneshot():
            first = process.cpu_times()
            raise KeyError
    burn(0.05)
    assert process.cpu_times() != first


def test_oneshot_within_threads():
    process = psutil.Process()
    errors = []

    def work():
        try:
            for _ in range(50):
                with process.oneshot():
                    process.name(), process.cpu_times(), process.memory_info(), process.ppid()
        except BaseException as error:
            errors.append(error)

    run_threads(work, 4)
    assert not errors


def test_oneshot_of_a_process_that_ends(child):
    process = psutil.Process(child.pid)
    with process.oneshot():
        process.status()
        child.kill()
        child.wait()
    with pytest.raises(psutil.NoSuchProcess):
        process.status()
    with process.oneshot(), pytest.raises(psutil.NoSuchProcess):
        process.cpu_times()


def test_as_dict(child):
    process = psutil.Process(child.pid)
    everything = process.as_dict()
    assert set(everything) >= contract.AS_DICT
    assert everything["pid"] == child.pid and everything["name"] == "sleep"
    for attrs in (["pid", "name"], ("pid", "name"), {"pid", "name"}, frozenset(["pid", "name"])):
        assert process.as_dict(attrs) == {"pid": child.pid, "name": "sleep"}
        assert process.as_dict(attrs=attrs, ad_value=1) == {"pid": child.pid, "name": "sleep"}
    assert set(process.as_dict([])) == set(everything)
    child.kill()
    child.wait()
    with pytest.raises(psutil.NoSuchProcess):
        process.as_dict(["status"])


def test_as_dict_of_a_zombie(child):
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    process = psutil.Process(child.pid)
    found = process.as_dict(["exe", "cmdline", "status", "memory_maps"], ad_value="denied")
    assert found["status"] == "zombie" and found["memory_maps"] == "denied"


def test_as_dict_asks_the_methods(child):
    process = psutil.Process(child.pid)
    process.name = lambda: "patched"
    assert process.as_dict(["name"]) == {"name": "patched"}

    def refuse():
        raise psutil.AccessDenied(1)

    process.exe = refuse
    assert process.as_dict(["exe"], ad_value=5) == {"exe": 5}
    process.exe = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        process.as_dict(["exe"])


def test_attrs(ours):
    assert isinstance(psutil.Process.attrs, frozenset)
    assert psutil.Process.attrs >= contract.AS_DICT
    assert psutil.Process().attrs == set(psutil.Process().as_dict())


def test_bad_names():
    with pytest.raises(ValueError, match="invalid attr name 'nonsense'"):
        psutil.Process().as_dict(["nonsense"])
    with pytest.raises(ValueError, match="invalid attr names 'a', 'b'"):
        psutil.Process().as_dict(["a", "b"])
    with pytest.raises(TypeError, match="invalid attrs type"):
        psutil.Process().as_dict("name")


# Baselines of percentages

def test_the_first_cpu_percent_is_zero():
    process = psutil.Process()
    assert process.cpu_percent() == 0.0
    burn(0.2)
    assert process.cpu_percent() > 5
    assert psutil.Process().cpu_percent() == 0.0


def test_cpu_percent_with_an_interval():
    start = time.monotonic()
    assert psutil.Process().cpu_percent(0.1) >= 0
    assert psutil.cpu_percent(interval=0.1) >= 0
    assert len(psutil.cpu_percent(0.1, percpu=True)) == psutil.cpu_count()
    assert psutil.cpu_times_percent(0.1).idle >= 0
    assert 0.4 <= time.monotonic() - start < 5


def test_baselines_belong_to_a_thread():
    """What another thread asks neither sees nor moves the baseline of this one."""
    seen = []

    def ask():
        seen.append((psutil.cpu_percent(), set(psutil.cpu_percent(percpu=True)),
                     set(psutil.cpu_times_percent())))

    psutil.cpu_percent(), psutil.cpu_percent(percpu=True), psutil.cpu_times_percent()
    burn(0.3)
    for _ in range(5):
        run_threads(ask, 1)
    least = 50 / psutil.cpu_count()
    assert psutil.cpu_percent() > least and sum(psutil.cpu_percent(percpu=True)) > 50
    assert psutil.cpu_times_percent().idle < 100 - least
    # In a new thread there is no time to measure, but for a tick that happens to fall into it.
    assert (0.0, {0.0}, {0.0}) in seen


# Names that are not text

def test_undecodable_names(tmp_path):
    program = os.path.join(os.fsencode(tmp_path), b"pro\xffgram")
    with open("/bin/sleep", "rb") as source, open(program, "wb") as target:
        target.write(source.read())
    os.chmod(program, 0o755)
    odd = os.path.join(os.fsencode(tmp_path), b"d\xe9")
    os.mkdir(odd)
    child = subprocess.Popen([program, b"1000", b"0.0000000\xfe"[:-1]], cwd=odd,
                             env={b"A\xff": b"\xfe=1"})
    try:
        states.settle(child.pid, None, program)
        process = psutil.Process(child.pid)
        assert process.name() == "pro\udcffgram" and process.exe() == os.fsdecode(program)
        assert process.cmdline()[0] == os.fsdecode(program)
        assert process.cwd() == os.fsdecode(odd)
        assert process.environ() == {"A\udcff": "\udcfe=1"}
        assert "pro\\udcffgram" in repr(process)
        assert program in {os.fsencode(m.path) for m in process.memory_maps()}
    finally:
        child.kill()
        child.wait()
    with open(os.path.join(odd, b"f\x80"), "w"):
        assert os.fsdecode(os.path.join(odd, b"f\x80")) in \
            {f.path for f in psutil.Process().open_files()}
    with pytest.raises(FileNotFoundError) as caught:
        psutil.disk_usage(os.path.join(odd, b"none"))
    assert os.fsencode(caught.value.filename) == os.path.join(odd, b"none")
    assert psutil.disk_usage(odd).total > 0 and psutil.disk_usage(os.fsdecode(odd)).total > 0


def test_undecodable_socket(tmp_path):
    import socket
    path = os.path.join(os.fsencode(tmp_path), b"s\xff")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        assert os.fsdecode(path) in {c.laddr for c in psutil.Process().net_connections("unix")}


def test_undecodable_mount_point():
    """In a mount namespace of its own, so that nothing stays behind."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    code = ("import ctypes, os, tempfile, psutil\n"
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            "if libc.unshare(0x20000) or libc.mount(b'none', b'/', None, 0x44000, None): os._exit(77)\n"
            "d = os.path.join(os.fsencode(tempfile.mkdtemp()), b'm \\xff')\n"
            "os.mkdir(d)\n"
            "if libc.mount(b'none', d, b'tmpfs', 0, b'size=1m'): os._exit(77)\n"
            "assert os.fsdecode(d) in [p.mountpoint for p in psutil.disk_partitions(True)]\n"
            "libc.umount(d); os.rmdir(d); os.rmdir(os.path.dirname(d))\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("no mount namespaces here")
    assert (done.returncode, done.stderr) == (0, "")


# wait

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


# Relatives

def test_relatives():
    shell = subprocess.Popen(["sh", "-c", "sh -c 'sleep 1000 & echo $!; wait' & wait"],
                             stdout=subprocess.PIPE)
    grandchild = int(shell.stdout.readline())
    process = psutil.Process(shell.pid)
    try:
        assert process in psutil.Process().children()
        below = process.children(recursive=True)
        assert grandchild in [p.pid for p in below] and len(below) >= 2
        assert grandchild not in [p.pid for p in process.children()]
        above = psutil.Process(grandchild).parents()
        assert process in above and psutil.Process() in above and above[-1].pid in (0, 1)
        assert psutil.Process(grandchild).parent() == above[0]
        assert all(type(p) is psutil.Process for p in below + above)
    finally:
        for victim in process.children(recursive=True):
            victim.kill()
        shell.wait()
        shell.stdout.close()


# process_iter

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


def test_process_iter_of_a_reused_pid(child):
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


# wait_procs

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


def test_an_error_in_the_callback(sleepers):
    process, = sleepers()
    process.kill()
    with pytest.raises(ZeroDivisionError):
        psutil.wait_procs([process], timeout=5, callback=lambda p: 1 / 0)


# Popen

def test_popen_is_a_process():
    with psutil.Popen(["sleep", "1000"], stdout=subprocess.PIPE) as process:
        assert isinstance(process, psutil.Process)
        assert not isinstance(process, subprocess.Popen)
        assert process.poll() is None and process.returncode is None
        assert process.args == ["sleep", "1000"] and process.stdin is None
        assert isinstance(process.stdout, io.IOBase)
        assert process.ppid() == os.getpid()
        assert process == psutil.Process(process.pid)
        process.kill()
        assert process.wait() == -9 == process.returncode == process.poll()
    assert process.stdout.closed


def test_popen_talks():
    process = psutil.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.communicate("hello") == ("hello", None)
    assert process.wait() == 0
    with psutil.Popen("echo x; exit 3", shell=True, stdout=subprocess.PIPE) as process:
        assert process.communicate()[0] == b"x\n"
    assert process.returncode == 3


def test_popen_times_out():
    with psutil.Popen(["sleep", "1000"]) as process:
        with pytest.raises(psutil.TimeoutExpired):
            process.wait(timeout=0.01)
        process.terminate()
        assert process.wait(5) == -15


def test_popen_fails():
    with pytest.raises(FileNotFoundError):
        psutil.Popen(["/nonexistent"])
    with pytest.raises(TypeError):
        psutil.Popen()


def test_popen_after_the_end():
    process = psutil.Popen(["true"])
    process.wait()
    with pytest.raises(AttributeError, match="nonsense"):
        process.nonsense
    with pytest.raises(psutil.NoSuchProcess):
        process.status()
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
    assert process.returncode == 0


def test_popen_names_everything():
    process = psutil.Popen(["sleep", "1000"], stdin=subprocess.PIPE)
    try:
        assert {"communicate", "poll", "cmdline", "wait", "pid"} <= set(dir(process))
        for name in ("stdin", "stdout", "stderr", "returncode", "args", "encoding"):
            getattr(process, name)
        assert process.send_signal(0) is None and process.name() in ("sleep", "python", "python3")
    finally:
        process.kill()
        process.wait()
        process.stdin.close()


def test_popen_subclass():
    class Mine(psutil.Popen):
        def double(self):
            return self.pid * 2

    with Mine(["true"]) as process:
        assert process.double() == process.pid * 2
        assert process.wait() == 0


# New in 8.0

def test_page_faults(ours):
    process = psutil.Process()
    before = process.page_faults()
    kept = bytearray(1 << 22)
    assert process.page_faults().minor > before.minor and len(kept)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_memory_info_ex(ours):
    process = psutil.Process()
    found = process.memory_info_ex()
    assert found[1] == process.memory_info().vms
    assert found.peak_rss >= found.rss > 0 and found.peak_vms >= found.vms
    assert abs(found.rss_anon + found.rss_file + found.rss_shmem - found.rss) < 1 << 22


def test_memory_footprint(ours):
    found = psutil.Process().memory_footprint()
    assert 0 < found.uss <= found.pss
    assert abs(found.uss - psutil.Process().memory_full_info().uss) < 1 << 22


def run_threads(work, count):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
