"""Threads, signals, shutdowns, sub-interpreters, and file systems that never answer."""
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import psutil
import pytest

import everything
from interpreters import script

SECONDS = float(os.environ.get("PSUTIL_PRESSURE_SECONDS", "2"))
QUICK = ["Process.name", "Process.cpu_times", "Process.memory_info", "Process.repr", "virtual_memory",
         "cpu_times", "cpu_percent", "pids", "net_io_counters", "disk_usage", "Process.as_dict",
         "Process.open_files", "Process.threads", "Process.hash", "svmem", "NoSuchProcess", "status",
         "cpu_times_percent", "disk_io_counters", "net_if_stats", "boot_time", "Process.oneshot",
         "Process.uids", "Process.exe", "Process.cmdline", "Process.environ", "process_iter.cache_clear"]


def run_threads(works):
    errors = []

    def guarded(work):
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def test_threads_calling_everything():  # corner case 32
    calls = everything.successes()
    end = time.monotonic() + SECONDS

    def work(shift):
        names = QUICK[shift:] + QUICK[:shift]
        while time.monotonic() < end:
            for name in names:
                calls[name]()

    run_threads([lambda shift=shift: work(shift) for shift in range(0, 24, 6)])


def test_threads_sharing_one_object():  # corner case 32
    process = psutil.Process()
    end = time.monotonic() + SECONDS

    def work():
        while time.monotonic() < end:
            process.name(), process.cpu_percent(), process.cpu_times(), repr(process)
            process.memory_info(), process.is_running(), process.open_files()
            with process.oneshot():
                process.status(), process.uids()

    def create():
        while time.monotonic() < end:
            assert psutil.Process() == process

    run_threads([work, work, create])


def test_threads_and_processes_that_end():
    """Each call meets processes that vanish in the middle of it."""
    stop = threading.Event()

    def spawn():
        while not stop.is_set():
            subprocess.run(["true"], check=True)

    maker = threading.Thread(target=spawn)
    maker.start()
    try:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for process in psutil.process_iter(["name", "cmdline", "status", "cpu_times"]):
                assert process.info["status"] in {
                    getattr(psutil, n) for n in dir(psutil) if n.startswith("STATUS_")}
            for process in psutil.Process().children(recursive=True):
                for name in ("name", "exe", "cmdline", "memory_maps", "open_files", "threads",
                             "net_connections", "environ", "cpu_times", "username", "terminal",
                             "io_counters", "num_fds", "memory_full_info", "parents", "children"):
                    try:
                        getattr(process, name)()
                    except (psutil.NoSuchProcess, psutil.AccessDenied) as error:
                        assert error.pid == process.pid or name in ("parents", "children")
    finally:
        stop.set()
        maker.join()


def test_procfs_path_changes_meanwhile(tmp_path):
    """Answers come from one place or the other, never from a mixture."""
    (tmp_path / "stat").write_text("cpu 1 1 1 1 1 1 1 1 1 1\nbtime 5\n")
    code = f"""
        import psutil, threading, time
        end = time.monotonic() + 0.7
        def change():
            while time.monotonic() < end:
                psutil.PROCFS_PATH = {str(tmp_path)!r}
                psutil.PROCFS_PATH = "/proc"
        def ask():
            while time.monotonic() < end:
                found.add(psutil.boot_time())
        found = set()
        threads = [threading.Thread(target=t) for t in (change, ask, ask)]
        [t.start() for t in threads]; [t.join() for t in threads]
        psutil.PROCFS_PATH = "/proc"
        assert found <= {{5.0, psutil.boot_time()}}, found
    """
    script(code)


# Signals

WAITS = {
    "a child": "psutil.Process(child.pid).wait()",
    "a child for a time": "psutil.Process(child.pid).wait(60)",
    "a stranger": "psutil.Process(1).wait()",
    "a stranger for a time": "psutil.Process(1).wait(timeout=60)",
    "processes": "psutil.wait_procs([psutil.Process(child.pid), psutil.Process(1)])",
    "processes for a time": "psutil.wait_procs([psutil.Process(child.pid)], timeout=60)",
    "an interval": "psutil.cpu_percent(interval=60)",
    "an interval of times": "psutil.cpu_times_percent(interval=60)",
    "an interval of a process": "psutil.Process().cpu_percent(interval=60)",
    "Popen": "psutil.Popen(['sleep', '60']).wait()",
}


@pytest.mark.parametrize("what", WAITS)
def test_keyboard_interrupt_gets_through(what):  # corner case 32
    code = f"""
        import os, psutil, signal, subprocess, threading, time
        signal.signal(signal.SIGINT, signal.default_int_handler)
        child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # On a busy machine the signal may come before the wait has begun: then once more, and later.
        for delay in (0.2, 0.5, 2, 5):
            start = time.monotonic()
            try:
                threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()
                start = time.monotonic()
                {WAITS[what]}
            except KeyboardInterrupt:
                took = time.monotonic() - start
                assert took < 15
                if took > 0.1:
                    print("interrupted")
                    break
        for process in psutil.Process().children():
            process.kill()
            process.wait()
    """
    assert script(code, "-W", "ignore") == "interrupted\n"


@pytest.mark.parametrize("what", ["a child", "processes"])
def test_a_handled_signal_does_not_end_a_wait(what):
    source = WAITS["a child"] if what == "a child" else \
        "psutil.wait_procs([psutil.Process(child.pid)])"
    code = f"""
        import os, psutil, signal, subprocess, threading, time
        seen = []
        signal.signal(signal.SIGALRM, lambda *_: seen.append(time.monotonic() - start))
        child = subprocess.Popen(["sleep", "0.7"])
        start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
        {source}
        signal.setitimer(signal.ITIMER_REAL, 0)
        assert time.monotonic() - start >= 0.6
        # Handled while it waited, not afterwards.
        assert len(seen) >= 3 and seen[0] < 0.5, seen
    """
    script(code, "-W", "ignore")


def test_a_timeout_is_kept_under_signals():
    code = """
        import psutil, signal, time
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        for timeout in (0.0, 0.3):
            start = time.monotonic()
            try:
                psutil.Process(1).wait(timeout)
            except psutil.TimeoutExpired:
                assert timeout <= time.monotonic() - start < timeout + 2
                print("expired")
        signal.setitimer(signal.ITIMER_REAL, 0)
    """
    assert script(code) == "expired\n" * 2


# Others go on

@pytest.mark.parametrize("what", WAITS)
def test_a_wait_does_not_stop_the_others(what):
    code = f"""
        import os, psutil, subprocess, threading, time
        child = subprocess.Popen(["sleep", "60"])
        waiter = threading.Thread(target=lambda: {WAITS[what]}, daemon=True)
        waiter.start()
        time.sleep(0.1)
        start = time.monotonic()
        for _ in range(20):
            psutil.Process().name(), psutil.virtual_memory(), psutil.Process(child.pid).status()
        assert time.monotonic() - start < 5
        assert waiter.is_alive()
        for process in psutil.Process().children():
            process.kill()
        print("went on", flush=True)
        os._exit(0)
    """
    assert script(code) == "went on\n"


HANG = """
    import ctypes, os, psutil, struct, sys, tempfile, threading, time
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x20000) or libc.mount(b"none", b"/", None, 0x44000, None):
        os._exit(77)
    try:
        fuse = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        os._exit(77)
    folder = tempfile.mkdtemp()
    options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"hang", folder.encode(), b"fuse", 6, options):
        os._exit(77)
    # fuse(4): the first request is answered, so that later ones are sent; those nobody reads.
    unique = struct.unpack_from("=IIQ", os.read(fuse, 65600))[2]
    os.write(fuse, struct.pack("=IiQIIIIHHII36x", 80, 0, unique, 7, 31, 4096, 0, 0, 0, 4096, 1))
"""


def test_a_dead_mount_does_not_stop_the_others():  # corner case 24
    """statfs() of a file system whose server is gone sleeps for ever; meanwhile everything else works."""
    code = textwrap.dedent(HANG) + textwrap.dedent("""
        outcome = []
        def ask():
            try:
                outcome.append(psutil.disk_usage(folder))
            except OSError as error:
                outcome.append(error)
        waiter = threading.Thread(target=ask)
        waiter.start()
        time.sleep(0.2)
        start = time.monotonic()
        process = psutil.Process()
        for _ in range(20):
            process.name(), psutil.virtual_memory(), psutil.cpu_times(), psutil.disk_usage("/")
            psutil.net_io_counters(), psutil.pids(), process.memory_info()
        assert any(p.mountpoint == folder for p in psutil.disk_partitions(all=True))
        assert time.monotonic() - start < 10 and waiter.is_alive() and not outcome
        threads = process.num_threads()
        assert threads == 2, threads
        os.close(fuse)
        waiter.join(20)
        assert isinstance(outcome[0], OSError), outcome
        libc.umount2(folder.encode(), 2)
        os.rmdir(folder)
        print("went on")
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    if done.returncode == 77:
        pytest.skip("no FUSE here, or no mount namespaces")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "went on\n")


# The end of the interpreter

BLOCKING = ["psutil.Process(1).wait()", "psutil.Process(1).wait(100)", "psutil.cpu_percent(100)",
            "psutil.wait_procs([psutil.Process(1)])",
            "psutil.Process(child.pid).wait()"]


@pytest.mark.parametrize("call", BLOCKING)
def test_shutdown_with_a_thread_inside_a_wait(call):  # corner case 32
    code = f"""
        import atexit, psutil, subprocess, threading, time
        child = subprocess.Popen(["sleep", "60"])
        atexit.register(child.kill)
        threading.Thread(target=lambda: {call}, daemon=True).start()
        time.sleep(0.1)
        print("end")
    """
    start = time.monotonic()
    assert script(code, "-W", "ignore") == "end\n"
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("attempt", range(5))
def test_shutdown_with_threads_inside_calls(attempt):
    code = f"""
        import psutil, threading, time
        process = psutil.Process()
        def work():
            while True:
                process.name(); psutil.virtual_memory(); psutil.pids(); process.open_files()
                psutil.Process(1).cpu_times(); process.as_dict(["name", "cmdline"])
                try: psutil.Process(2 ** 22 + 1)
                except psutil.NoSuchProcess: pass
        for _ in range(3):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.05 + {attempt} * 0.013)
        print("end")
    """
    assert script(code) == "end\n"


def test_calls_during_shutdown():
    code = """
        import atexit, psutil
        class Late:
            def __init__(self):
                self.process = psutil.Process()
                self.ask = psutil.virtual_memory
            def __del__(self):
                try:
                    self.process.name(); self.ask(); self.process.cpu_times()
                except Exception:
                    pass
        late = Late()
        late.me = late
        other = Late()
        atexit.register(lambda: print(psutil.Process().name() != ""))
    """
    assert script(code) == "True\n"


# Sub-interpreters

INTERPRETERS = """
    import sys
    try:
        import _interpreters as interpreters      # 3.13 and later
        run = interpreters.run_string
    except ImportError:
        try:
            import _xxsubinterpreters as interpreters
            run = interpreters.run_string
        except ImportError:
            sys.exit(77)
    create, destroy = interpreters.create, interpreters.destroy
    CODE = '''if True:
        import psutil, pickle, os
        process = psutil.Process()
        assert process.pid == os.getpid() and process.name()
        assert psutil.virtual_memory().total > 0 and psutil.STATUS_ZOMBIE == "zombie"
        assert type(pickle.loads(pickle.dumps(psutil.cpu_times()))) is type(psutil.cpu_times())
        try:
            psutil.Process(2 ** 22 + 9)
        except psutil.NoSuchProcess as error:
            assert error.pid == 2 ** 22 + 9
        else:
            raise AssertionError
        for p in psutil.process_iter(["name"]): p.info
    '''
"""


def in_interpreters(code):
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(INTERPRETERS) + textwrap.dedent(code)],
                          capture_output=True, text=True, timeout=60)
    if done.returncode == 77:
        pytest.skip("this Python has no sub-interpreters that can be reached")
    assert (done.returncode, done.stderr) == (0, "")


def test_sub_interpreters(ours):  # corner case 32
    in_interpreters("""
        import psutil
        before = psutil.virtual_memory()
        for _ in range(5):
            one, other = create(), create()
            for which in (one, other, one):
                failed = run(which, CODE)
                assert not failed, failed
            destroy(one)
            failed = run(other, CODE)
            assert not failed, failed
            destroy(other)
        assert type(psutil.virtual_memory()) is type(before)
        psutil.Process().name()
    """)


def test_sub_interpreters_keep_to_themselves(ours):
    in_interpreters("""
        import psutil
        which = create()
        run(which, "import psutil; psutil.PROCFS_PATH = '/nonexistent'; psutil.NoSuchProcess.x = 1")
        assert psutil.PROCFS_PATH == "/proc" and psutil.virtual_memory().total
        assert not hasattr(psutil.NoSuchProcess, "x")
        destroy(which)
    """)


def test_sub_interpreters_in_threads(ours):
    in_interpreters("""
        import threading
        errors = []
        def work():
            for _ in range(5):
                which = create()
                try:
                    failed = run(which, CODE)
                    if failed: errors.append(failed)
                except BaseException as error:
                    errors.append(error)
                destroy(which)
        threads = [threading.Thread(target=work) for _ in range(3)]
        [t.start() for t in threads]; [t.join() for t in threads]
        assert not errors, errors
    """)


# Limits

def test_out_of_descriptors():
    """EMFILE is an OSError about a file, and afterwards all is well."""
    code = """
        import errno, os, psutil, resource
        process = psutil.Process()
        process.name(); psutil.virtual_memory(); psutil.Process(1)
        resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
        kept = []
        try:
            while True: kept.append(os.open("/", os.O_RDONLY))
        except OSError as error:
            assert error.errno == errno.EMFILE
        for call in (psutil.virtual_memory, process.open_files, psutil.boot_time, psutil.pids,
                     psutil.net_io_counters, psutil.disk_partitions):
            try:
                call()
            except OSError as error:
                assert error.errno == errno.EMFILE, error
        for fd in kept: os.close(fd)
        psutil.virtual_memory(), process.open_files(), process.name()
        print("well")
    """
    assert script(code) == "well\n"


def test_a_deep_recursion_does_not_crash():
    code = """
        import psutil
        class Odd(psutil.Process):
            def name(self):
                return self.as_dict(["name"])["name"]
        try:
            Odd().name()
        except RecursionError:
            print("stopped")
    """
    assert script(code) == "stopped\n"


def test_hostile_arguments():
    """Objects that change under the hand, lie or raise."""
    class Index:
        def __index__(self):
            raise ZeroDivisionError

    class Iterator:
        def __iter__(self):
            raise ZeroDivisionError

    class Truth:
        def __bool__(self):
            raise ZeroDivisionError

    class Path:
        def __fspath__(self):
            raise ZeroDivisionError

    process = psutil.Process()
    for call in (lambda: process.cpu_affinity(Iterator()), lambda: process.cpu_affinity([Index()]),
                 lambda: process.nice(Index()), lambda: psutil.disk_usage(Path()),
                 lambda: psutil.wait_procs(Iterator()),
                 lambda: psutil.cpu_times(percpu=Truth()), lambda: process.rlimit(Index())):
        with pytest.raises(ZeroDivisionError):
            call()
