#!/usr/bin/env python3
"""Makes the figures of docs/reliability.md, for `make soak`.

    soak.py [--minutes N] [--raise-pid-max] [--report FILE] [STEP...]

Without a STEP, all: conditions, fuzz, faults, storms, scale. N minutes are shared by fuzzing and storms;
the other steps take what they take. Each step's figures go to FILE (build/soak.json) as it ends, beside
those of earlier runs, so that steps can be run one by one. With --raise-pid-max (as root), the machine's
kernel.pid_max is raised while a step runs, for crowds that are larger than it. Exits with 1 when anything was wrong.
"""
import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PID_MAX = "/proc/sys/kernel/pid_max"
FIGURES = re.compile(r"^# figures: (\{.*\})$")
POINT = re.compile(r"^(not ok|ok) \d+ - ([^#]*)")
SUM = re.compile(r"^(\d+) of (\d+) groups, (\d+) of (\d+) conditions tested$", re.MULTILINE)

# Shares of the minutes. Each storm is two tests, in three builds.
FUZZ_SHARE, STORM_SHARE = 0.4, 0.6
BUILDS = (("build", "as it is"), ("build-asan", "address and undefined-behaviour sanitizers"),
          ("build-tsan", "thread sanitizer"))
STORMS = ("os/storm", "soak/weather")
TESTS_OF_STORM = 2
FAULTS = ("faults/read", "faults/change")


class Failed(Exception):
    """A step that did not come to its end; its figures stay the earlier ones."""


def test_of(build, name):
    """The command of a test of a build folder, and its environment."""
    done = subprocess.run(["meson", "introspect", "--tests", os.path.join(ROOT, build)], check=True,
                          stdout=subprocess.PIPE, text=True)
    for test in json.loads(done.stdout):
        if test["name"] == name:
            return test["cmd"], test["env"]
    raise Failed(f"{build} has no test {name}")


class Clock:
    """A line that shows, on a terminal, how long something has run."""

    def __init__(self, about):
        self.about, self.begin, self.shown = about, time.monotonic(), sys.stdout.isatty()

    def tick(self):
        if self.shown:
            print(f"\r  {self.about}: {time.monotonic() - self.begin:.0f} s ", end="", flush=True)

    def end(self, result):
        start = "\r" if self.shown else ""
        print(f"{start}  {self.about}: {time.monotonic() - self.begin:.0f} s, {result}", flush=True)


def output_of(command, env, about):
    clock = Clock(about)
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="backslashreplace") as process:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                text = process.communicate(timeout=1)[0]
                break
            clock.tick()
    clock.end("done" if process.returncode == 0 else f"ended with {process.returncode}")
    return process.returncode, text


def run_test(build, name, env):
    """The figures of each of its tests, what it says of limits, and whether all was well."""
    command, own = test_of(build, name)
    status, text = output_of(command, {**own, **env}, f"{build}: {name}")
    figures, notes, rows = [], [], []
    for line in text.splitlines():
        found, point = FIGURES.match(line), POINT.match(line)
        if found:
            rows.append(json.loads(found[1]))
        elif line.startswith("# limit: "):
            notes.append(line[len("# limit: "):])
        elif point:
            figures += [{"test": point[2].strip(), "ok": point[1] == "ok", **row} for row in rows]
            rows = []
    if status:
        print(text, flush=True)
    return {"figures": figures + rows, "notes": notes, "ok": status == 0}


# ---- Steps ------------------------------------------------------------------------------------------

def conditions(_):
    command = [sys.executable, "tools/corner_cases.py"]
    status, text = output_of(command, {}, "conditions")
    found = SUM.search(text)
    if not found:
        raise Failed(text)
    keys = ("groups_tested", "groups", "tested", "conditions")
    return {"command": "make corner-cases", "ok": status == 0, **dict(zip(keys, map(int, found.groups())))}


def fuzz(options):
    jobs = os.cpu_count() or 1
    targets = len([name for name in os.listdir(os.path.join(ROOT, "tests", "fuzz", "corpora"))])
    seconds = max(1, int(options.minutes * 60 * FUZZ_SHARE * jobs / targets))
    report = os.path.join(ROOT, "build", "soak-fuzz.json")
    status, text = output_of([sys.executable, "tests/fuzz/run.py", "--time", str(seconds), "--json", report],
                             {}, f"fuzzing, {seconds} s for each target")
    if status:
        print(text, flush=True)
    with open(report, encoding="utf-8") as file:
        return {"command": f"make fuzz TIME={seconds}", "ok": status == 0, **json.load(file)}


def faults(_):
    runs = [run_test("build", name, {"PSUTIL_FAULTS": "all"}) for name in FAULTS]
    total = {}
    for run in runs:
        for row in run["figures"]:
            for name, times in row.items():
                if name not in ("test", "ok"):
                    total[name] = total.get(name, 0) + times
    return {"command": "PSUTIL_FAULTS=all meson test -C build --suite faults",
            "ok": all(run["ok"] for run in runs), "faults": total}


def storms(options):
    seconds = max(1, int(options.minutes * 60 * STORM_SHARE / (len(BUILDS) * len(STORMS) * TESTS_OF_STORM)))
    runs = []
    for build, about in BUILDS:
        for name in STORMS:
            run = run_test(build, name, {"PSUTIL_STORM_SECONDS": str(seconds)})
            runs.append({"build": about, "name": name, **run})
    return {"command": f"PSUTIL_STORM_SECONDS={seconds} meson test -C BUILD {' '.join(STORMS)}",
            "ok": all(run["ok"] for run in runs), "runs": runs}


def scale(_):
    run = run_test("build", "soak/scale", {"PSUTIL_SCALE": "1000"})
    return {"command": "PSUTIL_SCALE=1000 meson test -C build soak/scale", **run}


STEPS = {step.__name__: step for step in (conditions, fuzz, faults, storms, scale)}


# ---- The report -------------------------------------------------------------------------------------

@contextlib.contextmanager
def raised_pid_max(wanted):
    if not wanted:
        yield
        return
    with open(PID_MAX, encoding="ascii") as file:
        before = file.read()
    try:
        with open(PID_MAX, "w", encoding="ascii") as file:
            file.write(str(max(int(before), 1 << 18)))
        yield
    finally:
        with open(PID_MAX, "w", encoding="ascii") as file:
            file.write(before)


def keep(path, name, figures):
    report = {}
    with contextlib.suppress(OSError, ValueError), open(path, encoding="utf-8") as file:
        report = json.load(file)
    report[name] = {"date": time.strftime("%Y-%m-%d", time.gmtime()), **figures}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30, metavar="N")
    parser.add_argument("--raise-pid-max", action="store_true")
    parser.add_argument("--report", default=os.path.join(ROOT, "build", "soak.json"), metavar="FILE")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=", ".join(STEPS))
    options = parser.parse_args()
    names = options.steps or list(STEPS)
    for name in names:
        if name not in STEPS:
            parser.error(f"no such step: {name}")
    wrong = []
    with raised_pid_max(options.raise_pid_max):
        for number, name in enumerate(names, 1):
            print(f"[{number}/{len(names)}] {name}", flush=True)
            try:
                figures = STEPS[name](options)
            except Failed as failure:
                print(failure)
                wrong.append(name)
                continue
            keep(options.report, name, figures)
            if not figures["ok"]:
                wrong.append(name)
    print(f"{options.report}: {'wrong: ' + ', '.join(wrong) if wrong else 'all is well'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
