#!/usr/bin/env python3
"""Each function and method of the Python package beside psutil 7.2.2's: python.py [--quick] [NAME...]

Two interpreters take turns, so that a machine that slows down slows both; a row is the ratio of their
medians. A third program, python-bare, takes turns with them where it knows the system calls that the
row needs at least: when those take half of our time or more, the kernel dominates the row, which is
marked. What needs no system call has a floor instead: the interpreter calling something of its own that
does nothing, or the C library doing the same in the same process. The rows are written to build/bench.json ("python"): {"name", "ours_us", "reference_us",
"times_faster"}, and where they are known "bare_us" and "kernel_dominated", or "floor_us" and
"floor_dominated".
"""
import argparse
import contextlib
import json
import math
import os
import statistics
import subprocess
import sys
import time

from runner.load import subject

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(SOURCE, "build")
REPORT = os.path.join(BUILD, "bench.json")
OURS = os.path.join(BUILD, "venv", "bin", "python")
REFERENCE = os.path.join(BUILD, "reference-venv", "bin", "python")
BARE = os.path.join(BUILD, "bench", "python-bare")

# A row that spends this part of our time in the bare system calls is the kernel's.
KERNEL = 0.5
# Most of many short samples are undisturbed also on a busy machine. Slow rows are content with fewer.
ROUNDS, SAMPLE_US = 101, 400
ROUNDS_LEAST, SECONDS = 5, 2
MANY = 10000
TEN = ["pid", "name", "ppid", "status", "username", "cpu_times", "memory_info", "create_time",
       "num_threads", "cmdline"]

SYSTEM = {
    "cpu_times": "psutil.cpu_times()", "cpu_times(percpu)": "psutil.cpu_times(percpu=True)",
    "cpu_percent": "psutil.cpu_percent()", "cpu_times_percent": "psutil.cpu_times_percent()",
    "cpu_percent(percpu)": "psutil.cpu_percent(percpu=True)",
    "cpu_count": "psutil.cpu_count()", "cpu_count(physical)": "psutil.cpu_count(logical=False)",
    "cpu_stats": "psutil.cpu_stats()", "cpu_freq": "psutil.cpu_freq()",
    "getloadavg": "psutil.getloadavg()", "virtual_memory": "psutil.virtual_memory()",
    "swap_memory": "psutil.swap_memory()", "disk_partitions": "psutil.disk_partitions()",
    "disk_partitions(all)": "psutil.disk_partitions(all=True)",
    "disk_usage": "psutil.disk_usage('/')", "disk_io_counters": "psutil.disk_io_counters()",
    "disk_io_counters(perdisk)": "psutil.disk_io_counters(perdisk=True)",
    "net_io_counters": "psutil.net_io_counters()",
    "net_io_counters(pernic)": "psutil.net_io_counters(pernic=True)",
    "net_connections": "psutil.net_connections()",
    "net_connections(all)": "psutil.net_connections('all')",
    "net_if_addrs": "psutil.net_if_addrs()", "net_if_stats": "psutil.net_if_stats()",
    "sensors_temperatures": "psutil.sensors_temperatures()", "sensors_fans": "psutil.sensors_fans()",
    "sensors_battery": "psutil.sensors_battery()", "boot_time": "psutil.boot_time()",
    "users": "psutil.users()", "pids": "psutil.pids()", "pid_exists": "psutil.pid_exists(1)",
    "process_iter": "for p in psutil.process_iter(): pass",
    "wait_procs": "psutil.wait_procs([])", "heap_info": "psutil.heap_info()",
    "heap_trim": "psutil.heap_trim()",
}
PROCESS = {
    name: f"p.{name}()" for name in """
        ppid name exe cmdline environ create_time parent parents children status cwd username uids
        gids terminal nice ionice io_counters num_ctx_switches num_fds num_threads threads cpu_times
        cpu_percent cpu_affinity cpu_num memory_info memory_full_info memory_percent memory_maps
        open_files net_connections is_running as_dict""".split()
}
PROCESS.update({
    "Process": "psutil.Process(pid)", "repr": "repr(p)", "hash": "hash(p)", "eq": "p == q",
    "pid": "p.pid", "rlimit": "p.rlimit(7)", "children(recursive)": "p.children(recursive=True)",
    "memory_maps(ungrouped)": "p.memory_maps(grouped=False)",
    "as_dict(ten)": f"p.as_dict({TEN})", "nice(set)": "p.nice(0)",
    "ionice(set)": "p.ionice(2, 4)", "cpu_affinity(set)": "p.cpu_affinity([])",
    "send_signal": "p.send_signal(0)", "wait(0)": "try: p.wait(0)\nexcept psutil.TimeoutExpired: pass",
    "oneshot(five)": "with p.oneshot(): p.name(); p.ppid(); p.status(); p.cpu_times(); p.uids()",
    "NoSuchProcess": "try: psutil.Process(2**22 + 1)\nexcept psutil.NoSuchProcess: pass",
})

# What no module could do faster: asked in our interpreter, whose heap malloc_trim() is about.
FLOORS = {
    "Process.create_time": "number.conjugate()",  # gives what an object holds
    "Process.exe": "number.conjugate()", "Process.hash": "hash(thing)",
    "Process.eq": "thing == thing2", "Process.pid": "span.start", "heap_trim": "malloc_trim(0)",
    "wait_procs": "([], [])",
}

# Times a statement in the other interpreter: chooses how often so that a sample takes long enough.
# Short ones are written out ten times, so that the loop's own steps do not count. "--no-bpf" gives up
# the capabilities (CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF) by which the kernel lets programs into itself.
SERVER = r"""
import ctypes, json, sys, time, warnings
if "--no-bpf" in sys.argv:
    libc = ctypes.CDLL(None, use_errno=True)
    head, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(head, sets)
    for capability in (21, 38, 39):
        for i in range(3):
            sets[capability // 32 * 3 + i] &= ~(1 << capability % 32)
    libc.capset(head, sets)
warnings.simplefilter("ignore")
import psutil
space = {"psutil": psutil, "p": None, "q": None, "pid": None, "number": 1.5, "thing": object(),
         "thing2": object(), "span": range(5),
         "malloc_trim": getattr(ctypes.PyDLL(None), "malloc_trim", None)}
compiled = {}
def loop(source, times):
    body = "\n".join("        " + line for line in source.splitlines() * times)
    names = {}
    exec(f"def run(count, {', '.join(space)}):\n    for _ in range(count):\n" + body, names)
    def sample(count):
        start = time.perf_counter()
        names["run"](count, **space)
        return (time.perf_counter() - start) / count / times * 1e6
    return sample
def prepare(source, sample_us):
    once = loop(source, 1)
    once(1)
    took = once(2)
    sample, times = (loop(source, 10), 10) if took < 20 else (once, 1)
    if times > 1:
        took = sample(2)
    count = max(1, int(sample_us / max(took * times, 0.01)))
    return lambda: sample(count)
for line in sys.stdin:
    ask = json.loads(line)
    if "pid" in ask:
        space.update(pid=ask["pid"], p=psutil.Process(ask["pid"]), q=psutil.Process(ask["pid"]))
        answer = 0
    else:
        source = ask["source"]
        if source not in compiled:
            compiled[source] = prepare(source, ask["sample_us"])
        answer = compiled[source]()
    print(json.dumps(answer), flush=True)
"""

# Becomes the parent of MANY sleepers, which end with it.
SLEEPERS = r"""
import ctypes, os, signal, sys
prctl = ctypes.CDLL(None).prctl
parent, pids = os.getpid(), []
for _ in range(int(sys.argv[1])):
    pid = os.fork()
    if pid == 0:
        prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)
        while True:
            signal.pause()
    pids.append(pid)
print("ready", flush=True)
sys.stdin.read()
for pid in pids:
    os.kill(pid, signal.SIGKILL)
for pid in pids:
    os.waitpid(pid, 0)
"""


class Side:
    def __init__(self, python, *options):
        self.python = python
        self.server = subprocess.Popen([python, "-c", SERVER, *options], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)

    def ask(self, **question):
        self.server.stdin.write(json.dumps(question) + "\n")
        self.server.stdin.flush()
        line = self.server.stdout.readline()
        if not line:
            raise SystemExit(f"{self.python} ended at {question}")
        return json.loads(line)

    def close(self):
        self.server.stdin.close()
        self.server.wait()


class Bare:
    """The program of bare system calls; it knows some of the rows, and none where it was not built."""

    def __init__(self, pid):
        self.server = None
        if os.path.exists(BARE):
            self.server = subprocess.Popen([BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           text=True)
            self.tell(f"pid {pid}")

    def tell(self, line):
        if not self.server:
            return None
        self.server.stdin.write(line + "\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())

    def ask(self, name, sample_us):
        return self.tell(f"{sample_us} {name}")

    def close(self):
        if self.server:
            self.server.stdin.close()
            self.server.wait()


def interleave(sides, rounds, ask):
    """The medians of all, which take turns in going first; None for those that do not know."""
    samples = {side: [] for side in sides}
    end = time.monotonic() + SECONDS
    for round_ in range(rounds):
        if round_ >= ROUNDS_LEAST and time.monotonic() > end:
            break
        for side in sides if round_ % 2 else reversed(sides):
            samples[side].append(ask(side))
    return [statistics.median(samples[side]) if None not in samples[side] else None
            for side in sides]


class Table:
    def __init__(self, names):
        self.rows = []
        self.names = names
        print(f"{'':32}{'ours µs':>12}{'7.2.2 µs':>12}{'faster':>9}{'bare µs':>10}")

    def wants(self, name):
        return not self.names or name in self.names or name.removeprefix("Process.") in self.names

    def add(self, name, ours, reference, bare=None, floor=None):
        row = {"name": name, "ours_us": round(ours, 3), "reference_us": round(reference, 3),
               "times_faster": round(reference / ours, 2)}
        note = ""
        if bare is not None:
            row["bare_us"] = round(bare, 3)
            row["kernel_dominated"] = bare >= KERNEL * ours
            note = f"{bare:10.2f}" + ("  kernel" if row["kernel_dominated"] else "")
        elif floor is not None:
            row["floor_us"] = round(floor, 3)
            row["floor_dominated"] = floor >= KERNEL * ours
            note = f"{floor:10.2f}" + ("  floor" if row["floor_dominated"] else "")
        self.rows.append(row)
        print(f"{name:32}{ours:12.2f}{reference:12.2f}{reference / ours:8.1f}x{note}", flush=True)

    def end(self):
        if not self.rows:
            raise SystemExit("no such row")
        mean = math.exp(statistics.fmean(math.log(row["times_faster"]) for row in self.rows))
        slow = [row for row in self.rows
                if row["times_faster"] < 3 and not row.get("kernel_dominated")
                and not row.get("floor_dominated")]
        print(f"\n{len(self.rows)} rows; geometric mean: {mean:.1f} times faster")
        if slow:
            print("below 3 without the kernel's doing: " + ", ".join(row["name"] for row in slow))
        return mean


class Floor:
    """Asks our interpreter what the row cannot be faster than."""

    def __init__(self, side):
        self.side = side

    def ask(self, name, sample_us):
        source = FLOORS.get(name)
        return self.side.ask(source=source, sample_us=sample_us) if source else None


def measure_calls(table, sides, bare, sample_us, rounds):
    rows = [*SYSTEM.items(), *((f"Process.{name}", source) for name, source in PROCESS.items())]
    floor = Floor(sides[0])
    for name, source in rows:
        if table.wants(name):
            table.add(name, *interleave(
                [*sides, bare, floor], rounds,
                lambda side: side.ask(source=source, sample_us=sample_us) if side in sides
                else side.ask(name, sample_us)))


def measure_import(table, rounds):
    code = "import time; t = time.perf_counter(); import psutil; print(time.perf_counter() - t)"

    def ask(python):
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        return float(done.stdout) * 1e6

    if table.wants("import"):
        table.add("import", *interleave([OURS, REFERENCE], rounds, ask))


def has_fast_lane():
    """Whether the kernel lets the library ask it from inside: for rights, and its own description."""
    return os.geteuid() == 0 and os.path.exists("/sys/kernel/btf/vmlinux")


def measure_many(table, sides, count, rounds):
    """Through /proc, and through the fast lane where there is one."""
    if not table.wants("process_iter(many)"):
        return
    name = f"process_iter({len(TEN)} attributes, {count} processes"
    source = f"for x in psutil.process_iter({TEN}): pass"
    ours, reference = sides
    slow = Side(OURS, "--no-bpf")
    # In a file, so that command lines are as long as usual ones: the fast lane leaves longer ones to /proc.
    program = os.path.join(BUILD, "sleepers.py")
    with open(program, "w", encoding="utf-8") as file:
        file.write(SLEEPERS)
    sleepers = subprocess.Popen([sys.executable, "-S", program, str(count)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if sleepers.stdout.readline() != b"ready\n":
            print(f"{name}): so many processes cannot be made here")
            return
        ways = [("/proc", slow)] + ([("fast lane", ours)] if has_fast_lane() else [])
        for way, side in ways:
            table.add(f"{name}, {way})", *interleave(
                [side, reference], rounds, lambda s: s.ask(source=source, sample_us=1)))
    finally:
        slow.close()
        sleepers.stdin.close()
        sleepers.wait()


def write(rows):
    """Keeps what other benchmarks wrote into the same file."""
    try:
        with open(REPORT, encoding="utf-8") as file:
            report = json.load(file)
    except (OSError, ValueError):
        report = {}
    report["python"] = rows
    os.makedirs(BUILD, exist_ok=True)
    with open(REPORT + ".new", "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
    os.replace(REPORT + ".new", REPORT)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these rows")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter samples")
    parser.add_argument("--processes", type=int, default=MANY, help="for process_iter(many)")
    options = parser.parse_args()
    rounds, sample_us = (5, 200) if options.quick else (ROUNDS, SAMPLE_US)
    table = Table(options.names)
    with subject() as pid, contextlib.ExitStack() as stack:
        sides = [Side(OURS), Side(REFERENCE)]
        bare = Bare(pid)
        for side in [*sides, bare]:
            stack.callback(side.close)
        for side in sides:
            side.ask(pid=pid)
        measure_calls(table, sides, bare, sample_us, rounds)
        measure_import(table, rounds)
        measure_many(table, sides, options.processes, 3 if options.quick else 5)
    table.end()
    if not options.names:
        write(table.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
