"""Each function and method as a call that succeeds and one that fails, for the tests that repeat
them all: {"name": call}."""
import atexit
import functools
import os
import subprocess

import psutil

import contract

# Arguments where a call needs or deserves them.
ARGUMENTS = {
    "disk_usage": ("/",), "pid_exists": (1,), "wait_procs": ([],), "Process.rlimit": (7,),
    "Process.send_signal": (0,),
    "Process.as_dict": (["name", "status", "cpu_times", "memory_info"],),
}
MORE = {
    "cpu_times(percpu)": lambda: psutil.cpu_times(percpu=True),
    "cpu_percent(percpu)": lambda: psutil.cpu_percent(percpu=True),
    "net_connections(all)": lambda: psutil.net_connections("all"),
    "disk_partitions(all)": lambda: psutil.disk_partitions(True),
    "disk_io_counters(perdisk)": lambda: psutil.disk_io_counters(True),
    "net_io_counters(pernic)": lambda: psutil.net_io_counters(True),
    "process_iter(all)": lambda: iterate(),
    "process_iter.cache_clear": lambda: psutil.process_iter.cache_clear(),
    "Process.memory_maps(grouped=False)": lambda: psutil.Process(small()).memory_maps(False),
    "Process.net_connections(all)": lambda: psutil.Process().net_connections("all"),
    "Process.children(recursive)": lambda: psutil.Process().children(True),
    "Process.as_dict(all)": lambda: psutil.Process(small()).as_dict(),
    "Process": lambda: psutil.Process(),
    "Process.repr": lambda: repr(psutil.Process()),
    "Process.hash": lambda: hash(psutil.Process()) + (psutil.Process() == psutil.Process()),
    "Process.nice(set)": lambda: psutil.Process().nice(psutil.Process().nice()),
    "Process.cpu_affinity(set)":
        lambda: psutil.Process().cpu_affinity(psutil.Process().cpu_affinity()),
    "Process.rlimit(set)": lambda: psutil.Process().rlimit(7, psutil.Process().rlimit(7)),
    "NoSuchProcess": lambda: (psutil.NoSuchProcess(1), str(psutil.NoSuchProcess(1, "x"))),
    "svmem": lambda: psutil.virtual_memory()._replace(total=5)._asdict(),
    "svmem.repr": lambda: repr(psutil.virtual_memory()),
    "svmem.make": lambda: type(psutil.virtual_memory())._make(range(11)),
    "status": lambda: psutil.STATUS_ZOMBIE,
}

# What takes long of a process with much memory, such as an interpreter that runs tests.
LARGE = {"memory_footprint", "memory_full_info", "memory_maps"}

# Not on oneself, or not again and again.
ENDERS = {"kill", "terminate", "suspend", "resume", "wait", "oneshot", "connections"}


@functools.lru_cache(maxsize=None)
def small():
    """The pid of a process with little memory."""
    child = subprocess.Popen(["sleep", "1000000"])
    atexit.register(lambda: (child.kill(), child.wait()))
    return child.pid


def process_for(name):
    return psutil.Process(small()) if name in LARGE else psutil.Process()


def iterate():
    """Finds the instances of the first time again; those of processes that come and go are not kept."""
    list(psutil.process_iter(["name", "ppid"]))
    list(psutil.process_iter(["name", "ppid"]))
    psutil.process_iter.cache_clear()


def within_oneshot():
    process = psutil.Process()
    with process.oneshot():
        process.name(), process.cpu_times(), process.uids(), process.memory_info()


def successes():
    found = dict(MORE, **{"Process.oneshot": within_oneshot})
    for name in contract.FUNCTIONS:
        args = ARGUMENTS.get(name, ())
        found[name] = lambda name=name, args=args: getattr(psutil, name)(*args)
    for name in set(contract.METHODS) - ENDERS:
        args = ARGUMENTS.get(f"Process.{name}", ())
        found[f"Process.{name}"] = \
            lambda name=name, args=args: getattr(process_for(name), name)(*args)
    if hasattr(psutil, "libpsutil_version"):
        for name in contract.NEW_METHODS:
            found[f"Process.{name}"] = lambda name=name: getattr(process_for(name), name)()
        found["bytes2human"] = lambda: psutil.bytes2human(5000)
    return dict(sorted(found.items()))


def raises(call):
    try:
        call()
    except Exception:
        return
    raise AssertionError("nothing was raised")


class Gone:
    """A process that has ended, known from when it lived; the same for all calls."""

    def __init__(self):
        child = subprocess.Popen(["sleep", "1000"])
        self.process = psutil.Process(child.pid)
        child.kill()
        child.wait()


def elsewhere(call):
    """The call where the system's files are not."""
    def run():
        kept, psutil.PROCFS_PATH = psutil.PROCFS_PATH, "/nonexistent"
        try:
            call()
        finally:
            psutil.PROCFS_PATH = kept
    return run


NO_PROC = ["boot_time", "cpu_stats", "cpu_times", "virtual_memory", "net_io_counters", "pids",
           "disk_partitions"]
MISTAKES = {
    "Process(gone)": lambda: psutil.Process(2**22 + 7),
    "Process(text)": lambda: psutil.Process("x"),
    "Process(huge)": lambda: psutil.Process(2**70),
    "Process(negative)": lambda: psutil.Process(-1),
    "disk_usage(gone)": lambda: psutil.disk_usage("/nonexistent"),
    "disk_usage(None)": lambda: psutil.disk_usage(None),
    "net_connections(kind)": lambda: psutil.net_connections("x"),
    "Process.net_connections(kind)": lambda: psutil.Process().net_connections("x"),
    "pid_exists(text)": lambda: psutil.pid_exists("x"),
    "cpu_percent(negative)": lambda: psutil.cpu_percent(-1),
    "cpu_times(nonsense)": lambda: psutil.cpu_times(nonsense=1),
    "Process.as_dict(nonsense)": lambda: psutil.Process().as_dict(["nonsense"]),
    "process_iter(nonsense)": lambda: list(psutil.process_iter(["nonsense"])),
    "Process.memory_percent(x)": lambda: psutil.Process().memory_percent("x"),
    "Process.rlimit(x)": lambda: psutil.Process().rlimit(999),
    "Process.rlimit(limits)": lambda: psutil.Process().rlimit(7, (1,)),
    "Process.ionice(x)": lambda: psutil.Process().ionice(2, 99),
    "Process.cpu_affinity(x)": lambda: psutil.Process().cpu_affinity([99999]),
    "Process.nice(x)": lambda: psutil.Process().nice("x"),
    "Process.send_signal(x)": lambda: psutil.Process().send_signal("x"),
    "Process.wait(0)": lambda: psutil.Process().wait(0),
    "wait_procs(x)": lambda: psutil.wait_procs([5], timeout=0),
    "svmem(x)": lambda: type(psutil.virtual_memory())(1, 2),
    "svmem.replace(x)": lambda: psutil.virtual_memory()._replace(x=1),
    "nonsense": lambda: psutil.nonsense,
}


def failures():
    gone = Gone()
    found = dict(MISTAKES)
    for name in NO_PROC:
        found[f"{name} without /proc"] = elsewhere(getattr(psutil, name))
    for name in set(contract.METHODS) - {"is_running", "wait", "oneshot", "connections"}:
        args = ARGUMENTS.get(f"Process.{name}", ())
        call = lambda name=name, args=args: getattr(gone.process, name)(*args)  # noqa: E731
        try:
            call()
        except psutil.NoSuchProcess:
            found[f"Process.{name} of the gone"] = call
    return {name: lambda call=call: raises(call) for name, call in sorted(found.items())}
