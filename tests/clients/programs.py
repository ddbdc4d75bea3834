"""Programs that stand on psutil, each with its real job. What they are for is figures that are real."""
import json
import os
import shutil

from bench import JOBS, expect, need_loopback
from terminal import screen_of


def glances(bench):
    """Two rounds of all its figures, as it exports them."""
    bench.program("glances", "--config", os.devnull, "--disable-check-update", "--quiet", "--time", "1",
                  "--stop-after", "2", "--export", "json", "--export-json-file", bench.path("all.json"))
    figures = json.loads(bench.read("all.json"))
    expect(figures["mem"]["total"] > figures["mem"]["available"] > 0, figures["mem"])
    expect(0 <= figures["cpu"]["total"] <= 100, figures["cpu"])
    expect(figures["processcount"]["total"] > 1, figures["processcount"])
    expect({"network", "diskio", "fs"} <= set(figures), sorted(figures))
    expect(figures["load"]["cpucore"] >= 1, figures["load"])


def glances_text(bench):
    """A line for each figure, on standard output."""
    told = bench.program("glances", "--config", os.devnull, "--disable-check-update", "--time", "1",
                         "--stop-after", "2", "--stdout", "cpu.user,mem.used,load,processcount")
    expect("cpu.user: " in told and "mem.used: " in told and "processcount: " in told, told)


def psrecord(bench):
    bench.program("psrecord", f"{bench.env.python} {os.path.join(JOBS, 'busy.py')}", "--log",
                  bench.path("log"), "--interval", "0.1", "--include-children", "--include-io")
    rows = [[float(cell) for cell in line.split()] for line in bench.read("log").splitlines()
            if not line.startswith("#")]
    expect(len(rows) >= 5, rows)
    expect(max(row[1] for row in rows) > 0, rows)    # per cent of a CPU
    expect(max(row[2] for row in rows) > 40, rows)   # megabytes


def memory_profiler(bench):
    """How much each line of a function added."""
    told = bench.python("-m", "memory_profiler", os.path.join(JOBS, "profiled.py"))
    (line,) = [line for line in told.splitlines() if "bytearray" in line]
    expect(float(line.split()[3]) > 45, told)


def mprof(bench):
    """The memory of a program over time."""
    bench.program("mprof", "run", "--include-children", "--interval", "0.1", "--output",
                  bench.path("times"), bench.env.python, os.path.join(JOBS, "busy.py"))
    sizes = [float(line.split()[1]) for line in bench.read("times").splitlines()
             if line.startswith("MEM")]
    expect(len(sizes) >= 5 and max(sizes) > 40, sizes)


def scalene(bench):
    """Where a program spends its CPU time and memory, line by line."""
    bench.program("scalene", "run", "-o", bench.path("profile.json"), os.path.join(JOBS, "busy.py"))
    profile = json.loads(bench.read("profile.json"))
    expect(profile["max_footprint_mb"] > 45 and profile["elapsed_time_sec"] > 0, profile)
    expect(any(name.endswith("busy.py") for name in profile["files"]), profile["files"])


def pyperf(bench):
    """A measurement, and what it notes about the machine."""
    bench.program("pyperf", "timeit", "--fast", "--processes", "2", "--values", "2", "--loops", "1000",
                  "--output", bench.path("result.json"), "sum(range(100))")
    told = bench.program("pyperf", "metadata", bench.path("result.json"))
    expect("boot_time: 20" in told and "cpu_count: " in told, told)


def distributed(bench):
    need_loopback()
    told = bench.job("cluster.py")
    expect("sum 332833500" in told and "workers 2" in told, told)


def ipyparallel(bench):
    """Two engines compute; each tells its own CPU time."""
    need_loopback()
    told = bench.job("engines.py")
    expect("sum 332833500" in told and "engines 2" in told, told)


def ipykernel(bench):
    """A kernel computes, and tells its own CPU and memory."""
    need_loopback()
    told = bench.job("kernel.py")
    expect("answer 42" in told and "usage " in told, told)


def locust(bench):
    """Two users visit a server; it watches its own CPU meanwhile."""
    need_loopback()
    expect("visits without a failure" in bench.job("visitors.py", bench.script("locust")), "")


def pytest_xdist(bench):
    """As many workers as psutil counts CPUs."""
    for how in ("auto", "logical"):
        told = bench.python("-m", "pytest", "-n", how, "--dist", "load", "-p", "no:cacheprovider",
                            os.path.join(JOBS, "many.py"))
        expect("20 passed" in told and "workers" in told.replace("worker ", "workers "), told)


def pytest_xprocess(bench):
    """A test has a process started, and ended with all of its children."""
    job = shutil.copy(os.path.join(JOBS, "with_server.py"), bench.path("test_with_server.py"))
    expect("1 passed" in bench.python("-m", "pytest", "-p", "no:xdist", job), "")


def mirakuru(bench):
    """It ends what its process has started, which it finds by the environment."""
    expect("child ended" in bench.job("family.py"), "")


def circus(bench):
    """It keeps two processes running, and tells what each takes."""
    told = bench.job("watched.py", bench.script("circusd"), bench.script("circusctl"))
    expect("two sleepers" in told, told)


def daemonocle(bench):
    """A daemon is started, told about and stopped."""
    def act(what):
        return bench.job("daemon.py", what, bench.path("pid"))
    act("start")
    try:
        told = act("status")
    finally:
        act("stop")
    expect("%cpu: " in told and "%mem: " in told and "uptime: " in told, told)
    expect(not os.path.exists(bench.path("pid")), "it still runs")


def opentelemetry(bench):
    told = bench.job("exported.py")
    expect("fine" in told, told)


def nvitop(bench):
    """Its layer over psutil; there need not be a GPU."""
    told = bench.job("gpu_host.py")
    expect("fine" in told, told)


def s_tui(bench):
    """All sensors and loads, as JSON and drawn."""
    figures = json.loads(bench.program("s-tui", "--json"))
    expect(0 <= float(figures["Util"]["Avg"]) <= 100, figures)
    shown = screen_of([bench.script("s-tui")], bench.variables(), bench.folder, until=["Util"])
    expect("Traceback" not in shown, shown)


def bpytop(bench):
    """It draws its boxes in a terminal for some seconds."""
    shown = screen_of([bench.script("bpytop")], bench.variables(), bench.folder,
                      until=["cpu", "mem", "net", "proc"])
    expect("Traceback" not in shown, shown)


PROGRAMS = [glances, glances_text, psrecord, memory_profiler, mprof, scalene, pyperf, distributed, ipyparallel,
            ipykernel, locust, pytest_xdist, pytest_xprocess, mirakuru, circus, daemonocle, opentelemetry,
            nvitop, s_tui, bpytop]
