"""On what the figures were taken."""
import os
import platform
import re
import subprocess
import time


def first(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(pattern, file.read(), re.MULTILINE)
    except OSError:
        return None
    return found[1].strip() if found else None


def compiler():
    """"gcc 12.2.0", or None."""
    command = os.environ.get("CC", "cc")
    try:
        version = subprocess.run([command, "-dumpfullversion", "-dumpversion"], capture_output=True,
                                 text=True, check=False).stdout.strip()
        about = subprocess.run([command, "--version"], capture_output=True, text=True,
                               check=False).stdout
    except OSError:
        return None
    return ("clang " if "clang" in about else "gcc ") + version


def now():
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())


def describe():
    total = first("/proc/meminfo", r"^MemTotal:\s*(\d+)")
    return {
        "processor": first("/proc/cpuinfo", r"^model name\s*:\s*(.+)$") or platform.machine(),
        "cpus": os.cpu_count(), "architecture": platform.machine(),
        "memory_gib": round(int(total) / 1024 ** 2, 1) if total else None,
        "kernel": re.match(r"[\d.]+", platform.release())[0].rstrip("."),
        "libc": " ".join(platform.libc_ver()), "compiler": compiler(),
        "python": platform.python_version(), "root": os.geteuid() == 0,
        "loadavg": round(os.getloadavg()[0], 2), "date": now(),
    }


def sentence(machine):
    memory = f", {machine['memory_gib']} GiB" if machine.get("memory_gib") else ""
    user = "as root" if machine.get("root") else "as a plain user"
    return (f"{machine['processor']}, {machine['cpus']} CPUs{memory}, {machine['architecture']}; "
            f"Linux {machine['kernel']}, {machine['libc']}; {machine['compiler']}, "
            f"CPython {machine['python']}; {user}; load {machine['loadavg']} when it began; "
            f"{machine['date']}.")
