"""Conditions of tests/corner-cases.md that only Python's answers show."""
import os
import subprocess
import sys

import psutil
import pytest

HOSTILE = b"a\xff)\xfe \x80(b\xc3"  # not UTF-8, nor any character's beginning at its end


def write(folder, name, data):
    path = os.path.join(os.fsencode(folder), os.fsencode(name))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    """A machine on which every name is HOSTILE."""
    link = HOSTILE.replace(b" ", b"_")
    files = {
        "stat": b"cpu 1 2 3 4\ncpu0 1 2 3 4\nbtime 1000000000\n",
        "net/dev": b"x\ny\n" + link + b": 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n",
        "net/unix": b"Num RefCount Protocol Flags Type St Inode Path\n"
                    b"0: 2 0 10000 1 1 98 /run/" + HOSTILE + b"\n",
        "diskstats": b"8 0 " + link + b" 1 2 3 4 5 6 7 8 9 10 11\n",
        "self/mountinfo": b"2 1 8:1 / /" + link + b" rw,x=" + link + b" - " + link + b" /dev/" +
                          link + b" rw\n",
        "self/mounts": b"/dev/%s /%s %s rw,x=%s 0 0\n" % (link, link, link, link),
        "7/stat": b"7 (" + HOSTILE + b") S 1 7 7 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 900 1 5 1\n",
        "7/status": b"Name:\t" + HOSTILE + b"\nTgid:\t7\nUid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\n",
        "7/statm": b"100 50 20 10 0 40 0\n",
        "7/cmdline": HOSTILE + b"\0" + HOSTILE + b"\0\xff",
        "7/environ": b"V" + HOSTILE + b"=" + HOSTILE + b"\0",
        "7/smaps": b"1000-2000 r--p 0 0:0 1 /lib/" + HOSTILE + b"\nSize: 4 kB\nRss: 1 kB\n",
        "7/fdinfo/3": b"pos:\t5\nflags:\t0100002\n",
    }
    for name, data in files.items():
        write(tmp_path, name, data)
    folder = os.fsencode(tmp_path)
    os.makedirs(folder + b"/7/fd")
    target = os.path.join(folder, b"file" + link)
    open(target, "wb").close()
    for name, where in [(b"exe", target), (b"cwd", b"/" + HOSTILE), (b"fd/3", target),
                        (b"fd/4", b"socket:[98]")]:
        os.symlink(where, folder + b"/7/" + name)
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))


def strings(value):
    """Every string that lies in an answer."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)


def test_every_string_decodes(hostile):  # corner case 31
    process = psutil.Process(7)
    link = HOSTILE.replace(b" ", b"_")
    asked = [
        (process.name, HOSTILE), (process.cmdline, HOSTILE), (process.environ, HOSTILE),
        (process.exe, link), (process.cwd, HOSTILE), (process.memory_maps, HOSTILE),
        (lambda: process.as_dict(["name", "cmdline", "environ"]), HOSTILE),
        (lambda: repr(process.cmdline()).encode(), None),
        (lambda: [p.info["name"] for p in psutil.process_iter(["name"])], HOSTILE),
        (lambda: psutil.net_io_counters(True, False), link),
        (lambda: psutil.disk_io_counters(True, False), link),
        (lambda: psutil.disk_partitions(True), link),
        (lambda: psutil.net_connections("unix"), HOSTILE),
        (lambda: process.net_connections("unix"), HOSTILE),
        (process.open_files, link),
    ]
    for ask, wanted in asked:
        found = [os.fsencode(text) for text in strings(ask())]
        assert wanted is None or any(wanted in text for text in found), (ask, found)
    assert process.cmdline()[2] == "\udcff"
    assert "\\udcff" in repr(process)


def test_counters_that_fall(tmp_path, monkeypatch):  # corner case 25
    """A device that came back, and a counter of 32 bits: totals only grow, and by what was counted."""
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))

    def traffic(received):
        rows = b"".join(b"%s: %d 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n" % (name.encode(), count)
                        for name, count in received.items())
        write(tmp_path, "net/dev", b"x\ny\n" + rows)
        found = psutil.net_io_counters(pernic=True, nowrap=True)
        assert set(found) == set(received)
        plain = psutil.net_io_counters(pernic=True, nowrap=False)
        assert {name: plain[name].bytes_recv for name in plain} == received
        return {name: row.bytes_recv for name, row in found.items()}

    psutil.net_io_counters.cache_clear()
    assert traffic({"eth0": 4294967290, "wlan0": 100}) == {"eth0": 4294967290, "wlan0": 100}
    first = traffic({"eth0": 4, "wlan0": 100})
    assert first == {"eth0": 4294967294, "wlan0": 100}
    assert traffic({"eth0": 10}) == {"eth0": 4294967300}
    assert traffic({"eth0": 10, "wlan0": 3})["wlan0"] in (3, 103)
    psutil.net_io_counters.cache_clear()
    assert traffic({"eth0": 7}) == {"eth0": 7}


HIDDEN = r"""
import ctypes, os, subprocess, sys
import psutil
libc = ctypes.CDLL(None, use_errno=True)
def look():
    processes = list(psutil.process_iter(["pid", "name", "username", "exe", "memory_info"]))
    mine = psutil.Process()
    return {p.pid: p.info for p in processes}, [p.pid for p in mine.children()], mine.parents()
look() # brings what the other user may not read
others = os.getppid()
if libc.unshare(0x20000) or libc.mount(b"none", b"/", None, 0x44000, None): os._exit(77)
if libc.mount(b"proc", b"/proc", b"proc", 0, b"hidepid=%d" % int(sys.argv[1])): os._exit(77)
os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
libc.prctl(4, 1)
child = subprocess.Popen(["/bin/sleep", "600"])
try:
    table, children, parents = look()
    assert table[os.getpid()]["username"] and table[child.pid]["name"] in ("sleep", "python3"), table
    assert children == [child.pid], children
    assert psutil.Process(child.pid).parent().pid == os.getpid()
    if sys.argv[1] == "1": assert others in psutil.pids()
    for ask in ("name", "cmdline", "exe", "status"):
        try: getattr(psutil.Process(others), ask)()
        except (psutil.AccessDenied, psutil.NoSuchProcess): pass
finally:
    child.kill(); child.wait()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a /proc")
@pytest.mark.parametrize("level", ["1", "2"])
def test_hidden_processes_spoil_nothing(level):  # corner case 6
    done = subprocess.run([sys.executable, "-c", HIDDEN, level], capture_output=True, text=True,
                          cwd="/", timeout=120)
    if done.returncode == 77:
        pytest.skip("/proc cannot be mounted with hidepid here")
    assert (done.returncode, done.stderr) == (0, "")
