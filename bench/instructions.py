#!/usr/bin/env python3
"""Instructions of each C call, against a baseline: instructions.py [--renew] [NAME...]

Callgrind counts what the library and the C library do for one call about a machine that was recorded
(bench/machine.json): the count is the same on every machine, as long as compiler and C library are. So
there is a baseline for each (bench/baseline), and a machine for which there is none is told so, and
nothing is checked. A call that takes a tenth more than its baseline is a failure. What a call costs in
the kernel is not counted.

    --renew     write the baseline of this machine's compiler and C library
    --against COMMIT   build that commit here, and take its counts for the baseline
"""
import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))

from points import Points, Skip  # noqa: E402
from runner import machine  # noqa: E402
from runner.peers import BUILD, SOURCE  # noqa: E402

MACHINE = os.path.join(SOURCE, "bench", "machine.json")
BASELINES = os.path.join(SOURCE, "bench", "baseline")
ALLOWED = 1.10
# The C library chooses among variants of its functions by the processor; these it leaves alone.
VARIANTS = "glibc.cpu.hwcaps=" + ",".join("-" + name for name in (
    "AVX", "AVX2", "AVX2_Usable", "AVX512F", "AVX512VL", "AVX512BW", "BMI1", "BMI2", "ERMS", "FSRM",
    "SSE4_1", "SSE4_2", "SSSE3", "Fast_Unaligned_Load", "Fast_Unaligned_Copy", "MOVBE", "LZCNT", "RTM"))

# Nothing else of the environment: some of it tells the C library what to do.
PLAIN = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "GLIBC_TUNABLES": VARIANTS}


def unpack(folder):
    """The recorded machine as files; answers the pid that calls are about."""
    with open(MACHINE, encoding="utf-8") as file:
        recorded = json.load(file)
    for name, content in recorded["files"].items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(content, list):  # a link
            os.symlink(content[0], path)
        else:
            with open(path, "w", encoding="latin-1", newline="") as file:
                file.write(content)
    return recorded["pid"]


# A recording has none.
USERS = "".join(f"user{number}:x:{number}:{number}::/:/bin/sh\n" for number in (*range(20), 1000, 65534))


def pack(folder, pid):
    """What `psutil record` made, as the text that unpack() reads."""
    files = {"etc/passwd": USERS}
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            full = os.path.join(path, name)
            within = os.path.relpath(full, folder)
            if os.path.islink(full):
                files[within] = [os.readlink(full)]
            elif within.partition("/")[0] in ("proc", "sys", "etc", "run"):
                with open(full, encoding="latin-1", newline="") as file:
                    files[within] = file.read()
    with open(MACHINE, "w", encoding="utf-8") as file:
        json.dump({"pid": pid, "files": files}, file, indent=0)
        file.write("\n")


def key():
    compiler = (machine.compiler() or "no compiler").split(".")[0].replace(" ", "-")
    return "-".join([platform.machine(), compiler, *platform.libc_ver()])


def why_not(build):
    """Why nothing can be counted with this build, or None."""
    if not shutil.which("valgrind"):
        return "no valgrind here"
    if not os.path.exists(os.path.join(build, "bench", "psutil-instructions")):
        return "this build has no psutil-instructions"
    with open(os.path.join(build, "meson-info", "intro-buildoptions.json"), encoding="utf-8") as file:
        options = {one["name"]: one["value"] for one in json.load(file)}
    wanted = {"buildtype": "release", "b_sanitize": "none"}
    for name, value in wanted.items():
        if options.get(name) not in (value, [], ""):
            return f"{build} is built with {name}={options[name]}, not {value}"
    return None


def read_counts(folder, asked):
    """Callgrind numbers its files: one for each end of measured(), in the order of the calls."""
    counts = {}
    for number, (name, times) in enumerate(asked, 1):
        with open(os.path.join(folder, f"counts.{number}"), encoding="utf-8") as file:
            total = re.search(r"^(?:totals|summary):\s*(\d+)", file.read(), re.MULTILINE)
        counts[name] = round(int(total[1]) / times)
    return counts


def count(build):
    """{call: instructions}."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="psutil-bench-", dir=memory) as root, \
            tempfile.TemporaryDirectory(prefix="psutil-bench-") as folder:
        pid = unpack(root)
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--quiet", "--toggle-collect=measured",
             "--dump-after=measured", f"--callgrind-out-file={folder}/counts",
             os.path.join(build, "bench", "psutil-instructions"), root, str(pid)],
            env=PLAIN, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Skip(f"valgrind: {done.stderr.strip()[-300:]}")
        asked = [(line.split()[0], int(line.split()[1])) for line in done.stdout.splitlines()]
        return read_counts(folder, asked)


def baseline_path():
    return os.path.join(BASELINES, key() + ".json")


def read_baseline():
    try:
        with open(baseline_path(), encoding="utf-8") as file:
            return json.load(file)["calls"]
    except FileNotFoundError:
        there = ", ".join(sorted(name[:-5] for name in os.listdir(BASELINES)))
        raise Skip(f"no baseline for {key()}, only for {there}; with --against COMMIT that commit's "
                   "counts are taken on this machine") from None


def counts_of(commit):
    """Builds another commit below the build folder, without a trace in the repository."""
    folder = os.path.join(BUILD, "bench", "against")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    archive = subprocess.run(["git", "-C", SOURCE, "archive", commit], stdout=subprocess.PIPE, check=False)
    if archive.returncode != 0:
        raise Skip(f"no commit {commit} here")
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    build = os.path.join(folder, "build")
    for command in (["meson", "setup", build, folder], ["ninja", "-C", build]):
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            raise Skip(f"{commit} cannot be built here")
    reason = why_not(build)
    if reason:
        raise Skip(f"{commit}: {reason}")
    return count(build)


def compare(name, now, before):
    share = now / before
    line = f"{now} instructions, {before} before ({(share - 1) * 100:+.1f} %)"
    if share > ALLOWED:
        raise AssertionError(line)
    print(f"# {name}: {line}" if abs(share - 1) > 0.02 else f"# {name}: {now}")


def check(commit, only, totals):
    points = Points()
    reason = why_not(BUILD)
    try:
        if reason:
            raise Skip(reason)
        before = counts_of(commit) if commit else read_baseline()
        now = count(BUILD)
    except Skip as why:
        points.skip("instructions", str(why))
        return points.finish(totals)
    for name in now:
        if only and name not in only:
            continue
        if name in before:
            points.attempt(name, compare, name, now[name], before[name])
        else:
            points.skip(name, "new; make bench-baseline takes it in")
    for name in before:
        if name not in now and not only:
            points.fail(name, "is in the baseline, and was not counted")
    return points.finish(totals)


def renew():
    reason = why_not(BUILD)
    if reason:
        raise SystemExit(f"instructions.py: {reason}")
    calls = count(BUILD)
    os.makedirs(BASELINES, exist_ok=True)
    with open(baseline_path(), "w", encoding="utf-8") as file:
        json.dump({"compiler": machine.compiler(), "calls": calls}, file, indent=1)
        file.write("\n")
    print(f"{len(calls)} calls; wrote {os.path.relpath(baseline_path())}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these calls")
    parser.add_argument("--renew", action="store_true", help="write this machine's baseline")
    parser.add_argument("--against", metavar="COMMIT", help="compare with that commit, built here")
    parser.add_argument("--totals", metavar="FILE", help="also write the sum there, as JSON")
    parser.add_argument("--pack", nargs=2, metavar=("FOLDER", "PID"),
                        help="make bench/machine.json of what psutil record wrote into FOLDER")
    options = parser.parse_args()
    if options.pack:
        return pack(options.pack[0], int(options.pack[1]))
    return renew() if options.renew else check(options.against, options.names, options.totals)


if __name__ == "__main__":
    sys.exit(main())
