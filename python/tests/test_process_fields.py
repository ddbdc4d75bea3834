"""What a process is asked: several fields at once, percentages, relatives, odd names, what is new."""
import os
import subprocess
import sys
import time

import psutil
import pytest

import contract
import states
from helpers import burn, run_threads


def test_oneshot_is_reentrant():
    process = psutil.Process()
    with process.oneshot():
        with process.oneshot():
            first = process.cpu_times()
            burn(0.05)
        burn(0.05)
        assert process.cpu_times() == first
    assert process.cpu_times().user > first.user or process.cpu_times().system > first.system


def test_oneshot_ends_with_an_error():
    process = psutil.Process()
    with pytest.raises(KeyError):
        with process.oneshot():
            first = process.cpu_times()
            raise KeyError
    burn(0.05)
    assert process.cpu_times() != first


def test_oneshot_within_threads():
    process = psutil.Process()
    errors = []

    def work():
        try:
            for _ in range(50):
                with process.oneshot():
                    process.name(), process.cpu_times(), process.memory_info(), process.ppid()
        except BaseException as error:
            errors.append(error)

    run_threads(work, 4)
    assert not errors


def test_oneshot_of_a_process_that_ends(child):
    process = psutil.Process(child.pid)
    with process.oneshot():
        process.status()
        child.kill()
        child.wait()
    with pytest.raises(psutil.NoSuchProcess):
        process.status()
    with process.oneshot(), pytest.raises(psutil.NoSuchProcess):
        process.cpu_times()


def test_as_dict(child):
    process = psutil.Process(child.pid)
    everything = process.as_dict()
    assert set(everything) >= contract.AS_DICT
    assert everything["pid"] == child.pid and everything["name"] == "sleep"
    for attrs in (["pid", "name"], ("pid", "name"), {"pid", "name"}, frozenset(["pid", "name"])):
        assert process.as_dict(attrs) == {"pid": child.pid, "name": "sleep"}
        assert process.as_dict(attrs=attrs, ad_value=1) == {"pid": child.pid, "name": "sleep"}
    assert set(process.as_dict([])) == set(everything)
    child.kill()
    child.wait()
    with pytest.raises(psutil.NoSuchProcess):
        process.as_dict(["status"])


def test_as_dict_of_a_zombie(child):  # corner case 14
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    process = psutil.Process(child.pid)
    found = process.as_dict(["exe", "cmdline", "status", "memory_maps"], ad_value="denied")
    assert found["status"] == "zombie" and found["memory_maps"] == "denied"


def test_as_dict_asks_the_methods(child):
    process = psutil.Process(child.pid)
    process.name = lambda: "patched"
    assert process.as_dict(["name"]) == {"name": "patched"}

    def refuse():
        raise psutil.AccessDenied(1)

    process.exe = refuse
    assert process.as_dict(["exe"], ad_value=5) == {"exe": 5}
    process.exe = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        process.as_dict(["exe"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_attrs(ours):
    assert isinstance(psutil.Process.attrs, frozenset)
    assert psutil.Process.attrs == contract.AS_DICT | set(contract.NEW_METHODS)
    assert psutil.Process.attrs >= set(psutil.Process().as_dict())
    assert set(psutil.Process().as_dict(psutil.Process.attrs)) == psutil.Process.attrs


def test_bad_names():
    with pytest.raises(ValueError, match="invalid attr name 'nonsense'"):
        psutil.Process().as_dict(["nonsense"])
    with pytest.raises(ValueError, match="invalid attr names 'a', 'b'"):
        psutil.Process().as_dict(["a", "b"])
    with pytest.raises(TypeError, match="invalid attrs type"):
        psutil.Process().as_dict("name")


def test_the_first_cpu_percent_is_zero():  # corner case 19
    process = psutil.Process()
    assert process.cpu_percent() == 0.0
    burn(0.2)
    assert process.cpu_percent() > 5
    assert psutil.Process().cpu_percent() == 0.0


def test_cpu_percent_with_an_interval():
    start = time.monotonic()
    assert psutil.Process().cpu_percent(0.1) >= 0
    assert psutil.cpu_percent(interval=0.1) >= 0
    assert len(psutil.cpu_percent(0.1, percpu=True)) == psutil.cpu_count()
    assert psutil.cpu_times_percent(0.1).idle >= 0
    assert 0.4 <= time.monotonic() - start < 5


def test_baselines_belong_to_a_thread():  # corner case 32
    """What another thread asks neither sees nor moves the baseline of this one."""
    seen = []

    def ask():
        seen.append((psutil.cpu_percent(), set(psutil.cpu_percent(percpu=True)),
                     set(psutil.cpu_times_percent())))

    psutil.cpu_percent(), psutil.cpu_percent(percpu=True), psutil.cpu_times_percent()
    burn(0.3)
    for _ in range(5):
        run_threads(ask, 1)
    least = 50 / psutil.cpu_count()
    assert psutil.cpu_percent() > least and sum(psutil.cpu_percent(percpu=True)) > 50
    assert psutil.cpu_times_percent().idle < 100 - least
    # In a new thread there is no time to measure, but for a tick that happens to fall into it.
    assert (0.0, {0.0}, {0.0}) in seen


def test_relatives():
    shell = subprocess.Popen(["sh", "-c", "sh -c 'sleep 1000 & echo $!; wait' & wait"],
                             stdout=subprocess.PIPE)
    grandchild = int(shell.stdout.readline())
    process = psutil.Process(shell.pid)
    try:
        assert process in psutil.Process().children()
        below = process.children(recursive=True)
        assert grandchild in [p.pid for p in below] and len(below) >= 2
        assert grandchild not in [p.pid for p in process.children()]
        above = psutil.Process(grandchild).parents()
        assert process in above and psutil.Process() in above and above[-1].pid in (0, 1)
        assert psutil.Process(grandchild).parent() == above[0]
        assert all(type(p) is psutil.Process for p in below + above)
    finally:
        for victim in process.children(recursive=True):
            victim.kill()
        shell.wait()
        shell.stdout.close()


def test_undecodable_names(tmp_path):  # corner cases 1, 31
    program = os.path.join(os.fsencode(tmp_path), b"pro\xffgram")
    with open("/bin/sleep", "rb") as source, open(program, "wb") as target:
        target.write(source.read())
    os.chmod(program, 0o755)
    odd = os.path.join(os.fsencode(tmp_path), b"d\xe9")
    os.mkdir(odd)
    child = subprocess.Popen([program, b"1000", b"0.0000000\xfe"[:-1]], cwd=odd,
                             env={b"A\xff": b"\xfe=1"})
    try:
        states.settle(child.pid, None, program)
        process = psutil.Process(child.pid)
        assert process.name() == "pro\udcffgram" and process.exe() == os.fsdecode(program)
        assert process.cmdline()[0] == os.fsdecode(program)
        assert process.cwd() == os.fsdecode(odd)
        assert process.environ() == {"A\udcff": "\udcfe=1"}
        assert "pro\\udcffgram" in repr(process)
        assert program in {os.fsencode(m.path) for m in process.memory_maps()}
    finally:
        child.kill()
        child.wait()
    with open(os.path.join(odd, b"f\x80"), "w"):
        assert os.fsdecode(os.path.join(odd, b"f\x80")) in \
            {f.path for f in psutil.Process().open_files()}
    with pytest.raises(FileNotFoundError) as caught:
        psutil.disk_usage(os.path.join(odd, b"none"))
    assert os.fsencode(caught.value.filename) == os.path.join(odd, b"none")
    assert psutil.disk_usage(odd).total > 0 and psutil.disk_usage(os.fsdecode(odd)).total > 0


def has_environment(pid, variables):
    with open(f"/proc/{pid}/environ", encoding="ascii", errors="replace") as file:
        return file.read() == "".join(f"{name}={value}\0" for name, value in variables.items())


def start_with(*environments):
    """A sleeping process for each; their handles and psutil's."""
    started = [subprocess.Popen(["/bin/sleep", "60"], env=env) for env in environments]
    while not all(has_environment(one.pid, env) for one, env in zip(started, environments)):
        time.sleep(0.01)
    return started, [psutil.Process(one.pid) for one in started]


def test_environments_are_dictionaries_of_their_own():
    first, second = {"A": "1", "B": "2"}, {"A": "1", "B": "3"}
    started, (one, same, other) = start_with(first, first, second)
    try:
        for _ in range(4):
            for process, expected in ((one, first), (same, first), (one, first), (other, second)):
                environ = process.environ()
                assert environ == expected
                environ["A"] = "changed"
                del environ["B"]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_environ_is_read_anew_after_exec():
    code = "import os; os.read(0, 3); os.execve('/bin/cat', ['cat'], {'AFTER': '1'})"
    child = subprocess.Popen([sys.executable, "-c", code], env={"BEFORE": "1"}, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    try:
        process = psutil.Process(child.pid)
        while process.name() == "cat" or "BEFORE" not in process.environ():
            time.sleep(0.01)
        assert [process.environ().get("BEFORE") for _ in range(3)] == ["1"] * 3
        child.stdin.write(b"go\nx\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"x\n"
        assert process.environ() == {"AFTER": "1"}
    finally:
        child.kill()
        child.communicate()


def test_undecodable_socket(tmp_path):  # corner case 27
    import socket
    path = os.path.join(os.fsencode(tmp_path), b"s\xff")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        assert os.fsdecode(path) in {c.laddr for c in psutil.Process().net_connections("unix")}


def test_undecodable_mount_point():  # corner cases 23, 31
    """In a mount namespace of its own, so that nothing stays behind."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    code = ("import ctypes, os, tempfile, psutil\n"
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            "if libc.unshare(0x20000) or libc.mount(b'none', b'/', None, 0x44000, None): os._exit(77)\n"
            "d = os.path.join(os.fsencode(tempfile.mkdtemp()), b'm \\xff')\n"
            "os.mkdir(d)\n"
            "if libc.mount(b'none', d, b'tmpfs', 0, b'size=1m'): os._exit(77)\n"
            "assert os.fsdecode(d) in [p.mountpoint for p in psutil.disk_partitions(True)]\n"
            "libc.umount(d); os.rmdir(d); os.rmdir(os.path.dirname(d))\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("no mount namespaces here")
    assert (done.returncode, done.stderr) == (0, "")


def test_open_files_are_the_programs_own(tmp_path):
    """Whatever psutil keeps open for itself is nobody's."""
    process = psutil.Process()
    for _ in range(3):
        psutil.virtual_memory(), psutil.cpu_times(), psutil.boot_time(), psutil.cpu_count()
        process.cpu_times(), process.memory_info(), process.uids(), psutil.Process(1).cpu_times()
    with open("/proc/self/limits"), open(tmp_path / "own", "w"):
        found = [f.path for f in process.open_files() if f.path.startswith(("/proc", "/sys", str(tmp_path)))]
        assert sorted(found) == sorted([f"/proc/{os.getpid()}/limits", str(tmp_path / "own")])


def test_page_faults(ours):
    process = psutil.Process()
    before = process.page_faults()
    kept = bytearray(1 << 22)
    assert process.page_faults().minor > before.minor and len(kept)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_memory_info_ex(ours):
    process = psutil.Process()
    found = process.memory_info_ex()
    assert found[1] == process.memory_info().vms
    assert found.peak_rss >= found.rss > 0 and found.peak_vms >= found.vms
    assert abs(found.rss_anon + found.rss_file + found.rss_shmem - found.rss) < 1 << 22


def test_memory_footprint(ours):
    found = psutil.Process().memory_footprint()
    assert 0 < found.uss <= found.pss
    assert abs(found.uss - psutil.Process().memory_full_info().uss) < 1 << 22
