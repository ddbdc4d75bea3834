#!/usr/bin/env python3
"""Each function and method of the Python package beside psutil 7.2.2's: python.py [--quick] [NAME...]

Two interpreters take turns, so that a machine that slows down slows both; a row is the ratio of their
medians. A row that the kernel's own work dominates is marked, with the time of the bare system
calls beside it, where build/bench.json has it ("floor"). The rows are also written there ("python").
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(SOURCE, "build")
REPORT = os.path.join(BUILD, "bench.json")
OURS = os.path.join(BUILD, "venv", "bin", "python")
REFERENCE = os.path.join(BUILD, "reference-venv", "bin", "python")

# A row that spends this part of our time in the bare system calls is the kernel's.
KERNEL = 0.5
ROUNDS = 9
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

# Times a statement in the other interpreter: chooses how often so that a sample takes long enough.
SERVER = r"""
import json, sys, time, warnings
warnings.simplefilter("ignore")
import psutil
space = {"psutil": psutil}
compiled = {}
def loop(source):
    body = "\n".join("        " + line for line in source.splitlines())
    names = {}
    exec("def run(count, psutil, p, q, pid):\n    for _ in range(count):\n" + body, names)
    return names["run"]
def sample(run, count):
    start = time.perf_counter()
    run(count, psutil, space.get("p"), space.get("q"), space.get("pid"))
    return (time.perf_counter() - start) / count * 1e6
for line in sys.stdin:
    ask = json.loads(line)
    if "pid" in ask:
        space.update(pid=ask["pid"], p=psutil.Process(ask["pid"]), q=psutil.Process(ask["pid"]))
        answer = 0
    else:
        source = ask["source"]
        if source not in compiled:
            run = loop(source)
            sample(run, 1)
            compiled[source] = run, max(1, int(ask["sample_us"] / max(sample(run, 2), 0.01)))
        answer = sample(*compiled[source])
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
    def __init__(self, python):
        self.python = python
        self.server = subprocess.Popen([python, "-c", SERVER], stdin=subprocess.PIPE,
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


def interleave(sides, rounds, ask):
    """The medians of both, which take turns in going first."""
    samples = {side: [] for side in sides}
    for round_ in range(rounds):
        for side in sides if round_ % 2 else reversed(sides):
            samples[side].append(ask(side))
    return [statistics.median(samples[side]) for side in sides]


# Rows whose bare system calls are measured under another name than their own.
FLOOR_NAMES = {
    "cpu_count": "cpu_count_logical", "net_connections": "net_connections_inet",
    "process.net_connections": "process.net_connections_inet", "process.process": "process.open",
    "process.wait_0": "process.wait_running", "process.as_dict_ten": "process.read_10_fields",
}


def floor_name(name):
    plain = name.replace("Process", "process").replace("(", "_").rstrip(")")
    return FLOOR_NAMES.get(plain, plain)


def floors():
    """The bare system calls' time by name, in microseconds, as `make bench` measured it before."""
    try:
        with open(REPORT, encoding="utf-8") as file:
            return {row["name"]: row["floor_ns"] / 1000 for row in json.load(file).get("floor", [])}
    except (OSError, ValueError):
        return {}


class Table:
    def __init__(self, names):
        self.rows = []
        self.names = names
        self.floors = floors()
        print(f"{'':32}{'ours µs':>12}{'7.2.2 µs':>12}{'faster':>9}")

    def wants(self, name):
        return not self.names or name in self.names or name.removeprefix("Process.") in self.names

    def add(self, name, ours, reference):
        floor = self.floors.get(floor_name(name))
        row = {"name": name, "ours_us": round(ours, 3), "reference_us": round(reference, 3),
               "times_faster": round(reference / ours, 2)}
        note = ""
        if floor is not None:
            row["floor_us"] = round(floor, 3)
            row["kernel"] = floor >= KERNEL * ours
            note = f"  kernel: {floor:.1f} µs" if row["kernel"] else ""
        self.rows.append(row)
        print(f"{name:32}{ours:12.2f}{reference:12.2f}{reference / ours:8.1f}x{note}", flush=True)

    def end(self):
        if not self.rows:
            raise SystemExit("no such row")
        mean = math.exp(statistics.fmean(math.log(row["times_faster"]) for row in self.rows))
        slow = [row for row in self.rows if row["times_faster"] < 3 and not row.get("kernel")]
        print(f"\n{len(self.rows)} rows; geometric mean: {mean:.1f} times faster")
        if slow:
            print("below 3 without the kernel's doing: " + ", ".join(row["name"] for row in slow))
        return mean


def measure_calls(table, sides, sample_us, rounds):
    rows = [*SYSTEM.items(), *((f"Process.{name}", source) for name, source in PROCESS.items())]
    for name, source in rows:
        if table.wants(name):
            table.add(name, *interleave(
                sides, rounds, lambda side: side.ask(source=source, sample_us=sample_us)))


def measure_import(table, rounds):
    code = "import time; t = time.perf_counter(); import psutil; print(time.perf_counter() - t)"

    def ask(python):
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        return float(done.stdout) * 1e6

    if table.wants("import"):
        table.add("import", *interleave([OURS, REFERENCE], rounds * 3, ask))


def measure_many(table, sides, count, rounds):
    name = f"process_iter({len(TEN)} attributes, {count} processes)"
    if not table.wants("process_iter(many)"):
        return
    sleepers = subprocess.Popen([sys.executable, "-S", "-c", SLEEPERS, str(count)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if sleepers.stdout.readline() != b"ready\n":
            print(f"{name}: so many processes cannot be made here")
            return
        source = f"for x in psutil.process_iter({TEN}): pass"
        table.add(name, *interleave(sides, rounds, lambda s: s.ask(source=source, sample_us=1)))
    finally:
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
    rounds, sample_us = (3, 1000) if options.quick else (ROUNDS, 5000)
    table = Table(options.names)
    subject = subprocess.Popen(["sleep", "100000"])
    sides = [Side(OURS), Side(REFERENCE)]
    try:
        for side in sides:
            side.ask(pid=subject.pid)
        measure_calls(table, sides, sample_us, rounds)
        measure_import(table, rounds)
        measure_many(table, sides, options.processes, 3 if options.quick else 5)
    finally:
        subject.kill()
        subject.wait()
        for side in sides:
            side.close()
    table.end()
    if not options.names:
        write(table.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
