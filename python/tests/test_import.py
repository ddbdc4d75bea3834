"""What importing costs, and brings along."""
import json
import os
import statistics
import subprocess
import sys

import pytest

MODULES = """
import sys
before = set(sys.modules)
import psutil
print("\\n".join(sorted(set(sys.modules) - before)))
"""

# Imported anew each time, with what it stands on being there or not as in a fresh interpreter.
COST = """
import time
start = time.perf_counter()
import psutil
print(time.perf_counter() - start)
"""


def run(python, code, *options):
    done = subprocess.run([python, *options, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_import_brings_nothing_else(ours):
    """Only itself: what the first use of something needs is imported then."""
    for options in ((), ("-I",)):
        brought = run(sys.executable, MODULES, *options).split()
        assert "psutil" in brought
        assert [name for name in brought if not name.startswith("psutil")] == []


def imported(code):
    """What -X importtime names after the start of the interpreter."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", code],
                          capture_output=True, text=True, check=True)
    names = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    return names[names.index("site") + 1:]


def test_importtime_shows_the_same(ours):
    # What -c itself needs: from 3.14 on linecache.
    brought = set(imported("import psutil")) - set(imported("pass"))
    assert [name for name in brought if not name.startswith("psutil")] == []


def test_import_takes_a_tenth(ours, pair):
    """Of what the reference takes, in one run, as medians."""
    times = {pair.reference.python: [], pair.ours.python: []}
    for _ in range(15):
        for python, seconds in times.items():
            seconds.append(float(run(python, COST)))
    reference, mine = (statistics.median(seconds) for seconds in times.values())
    assert mine <= reference / 10, f"{mine * 1e6:.0f} µs, and the reference {reference * 1e6:.0f} µs"


def test_import_works_without_proc():  # corner case 7
    """Nothing of the system is read before it is asked for."""
    code = ("import ctypes, os\n"
            "libc = ctypes.CDLL(None)\n"
            "if libc.unshare(0x20000) or libc.mount(b'n', b'/', None, 0x44000, None) or "
            "libc.mount(b'none', b'/proc', b'tmpfs', 0, None): os._exit(77)\n"
            "import psutil\n"
            "print(psutil.cpu_count() or 'unknown', psutil.pid_exists(os.getpid()))\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("no mount namespaces here")
    assert done.returncode == 0, done.stderr


def test_import_in_many_threads():
    code = ("import threading\n"
            "def work():\n"
            "    import psutil\n"
            "    psutil.Process().name(), psutil.virtual_memory().total, psutil.STATUS_IDLE\n"
            "    found.append(psutil.NoSuchProcess)\n"
            "found = []\n"
            "threads = [threading.Thread(target=work) for _ in range(8)]\n"
            "[t.start() for t in threads]; [t.join() for t in threads]\n"
            "print(len(found), len(set(found)))\n")
    assert run(sys.executable, code) == "8 1\n"


def test_what_is_made_at_first_use_is_made_once(ours):
    code = ("import psutil, json\n"
            "names = [n for n in dir(psutil) if not n.startswith('_')]\n"
            "print(json.dumps([n for n in names if getattr(psutil, n) is not getattr(psutil, n)]))\n")
    assert json.loads(run(sys.executable, "import warnings; warnings.simplefilter('ignore')\n" + code)) \
        == []


def test_optimised_and_isolated():
    for options in (("-O",), ("-OO",), ("-I",), ("-E",), ("-X", "dev"),
                    ("-X", "utf8=0"), ("-W", "error")):
        assert run(sys.executable, "import psutil; print(psutil.Process().pid > 0)", *options) \
            == "True\n"


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX", "xx_XX.nonsense"])
def test_any_locale(locale):  # corner case 31
    env = dict(os.environ, LC_ALL=locale, PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    code = ("import psutil\n"
            "for p in psutil.process_iter(['name', 'cmdline', 'exe', 'environ', 'cwd']): "
            "ascii(p.info)\n"
            "ascii(psutil.disk_partitions(True)), ascii(psutil.net_if_addrs()), psutil.users()\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert (done.returncode, done.stderr) == (0, "")
