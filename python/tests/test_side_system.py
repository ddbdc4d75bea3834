"""Side by side with the reference: what is asked of the system."""
import os
import tempfile

import pytest

TIMES = {"": 0.3}
MIB = 1 << 20
MOVING_MEMORY = {"total": 0, "percent": 2.0, "": 64 * MIB}
KINDS = ["inet", "inet4", "inet6", "tcp", "tcp4", "tcp6", "udp", "udp4", "udp6", "unix", "all"]

# Source and slack: what may lie between the answers, or the names of fields that only have a type.
SYSTEM = [
    ("psutil.cpu_times()", TIMES),
    ("psutil.cpu_times(percpu=True)", TIMES),
    ("psutil.cpu_times(True)", TIMES),
    ("psutil.cpu_count()", 0),
    ("psutil.cpu_count(logical=True)", 0),
    ("psutil.cpu_count(logical=False)", 0),
    ("psutil.cpu_count(False)", 0),
    ("psutil.cpu_stats()", 0),
    ("psutil.cpu_freq()", {"current": 5000.0}),
    ("psutil.cpu_freq(percpu=True)", {"current": 5000.0}),
    ("psutil.getloadavg()", 0.1),
    ("psutil.virtual_memory()", MOVING_MEMORY),
    ("psutil.swap_memory()", MOVING_MEMORY),
    ("psutil.disk_partitions()", 0),
    ("psutil.disk_partitions(all=False)", 0),
    ("psutil.disk_partitions(all=True)", 0),
    ("psutil.disk_usage('/')", {"percent": 0.1, "total": 0, "": 64 * MIB}),
    ("psutil.disk_usage(path='/proc')", 0),
    ("psutil.disk_usage(b'/')", {"percent": 0.1, "total": 0, "": 64 * MIB}),
    ("psutil.disk_usage(__import__('pathlib').Path('/'))",
     {"percent": 0.1, "total": 0, "": 64 * MIB}),
    ("psutil.disk_io_counters()", 0),
    ("psutil.disk_io_counters(perdisk=True)", 0),
    ("psutil.disk_io_counters(perdisk=True, nowrap=False)", 0),
    ("psutil.disk_io_counters(nowrap=False)", 0),
    ("psutil.net_io_counters()", 0),
    ("psutil.net_io_counters(pernic=True)", 0),
    ("psutil.net_io_counters(pernic=True, nowrap=False)", 0),
    ("psutil.net_io_counters(nowrap=False)", 0),
    ("psutil.net_if_addrs()", 0),
    ("psutil.net_if_stats()", 0),
    ("psutil.sensors_temperatures()", 5.0),
    ("psutil.sensors_temperatures(fahrenheit=True)", 9.0),
    ("psutil.sensors_fans()", 500),
    ("psutil.sensors_battery()", 60),
    ("psutil.boot_time()", 1.0),
    ("psutil.users()", 0),
    ("psutil.pids()", 0),
    ("psutil.pid_exists(1)", 0),
    ("psutil.pid_exists(0)", 0),
    ("psutil.pid_exists(-1)", 0),
    ("psutil.pid_exists(2**22 + 1)", 0),
    ("psutil.pid_exists(2**31 - 1)", 0),
    ("psutil.heap_trim()", 0),
    ("psutil.PROCFS_PATH", 0),
    ("psutil.version_info", 0),
    ("psutil.net_io_counters.cache_clear()", 0),
    ("psutil.disk_io_counters.cache_clear()", 0),
    ("psutil.process_iter.cache_clear()", 0),
]


@pytest.mark.parametrize("source, slack", SYSTEM, ids=[source for source, _ in SYSTEM])
def test_system(pair, source, slack):
    pair.same(source, slack, tries=30)


@pytest.mark.parametrize("kind", KINDS)
def test_net_connections(pair, zoo, kind):
    zoo.pid("busy")
    pair.same(f"sorted(psutil.net_connections({kind!r}), key=order)", tries=20)
    pair.same(f"sorted(psutil.net_connections(kind={kind!r}), key=order)", tries=20)


def test_net_connections_of_a_plain_user(plain_pair, zoo):
    zoo.pid("busy")
    plain_pair.same("sorted(psutil.net_connections(), key=order)", tries=20)
    plain_pair.same("sorted(psutil.net_connections('all'), key=order)", tries=20)


def test_the_order_of_dictionaries(pair):
    for function in ("net_if_addrs()", "net_if_stats()", "net_io_counters(True)",
                     "disk_io_counters(True)", "sensors_temperatures()"):
        pair.same(f"list(psutil.{function})")


def test_heap_info(pair):
    pair.same("psutil.heap_info()", loose=("*",))


@pytest.mark.parametrize("name", ["cpu_percent", "cpu_times_percent"])
@pytest.mark.parametrize("arguments", ["", "interval=None", "interval=0.05", "0.05, True",
                                       "percpu=True", "0.0"])
def test_percentages(pair, name, arguments):
    """Their values depend on the moment; the types and the rounding do not."""
    source = f"psutil.{name}({arguments})"
    pair.same(source, loose=("*",))
    pair.same(f"all(round(x, 1) == x for x in flat({source}))")


def test_percentages_over_the_same_second(pair):
    """Both baselines are taken together, and both readings: the answers are nearly the same."""
    for _ in range(5):
        pair.run("psutil.cpu_percent(), psutil.cpu_times_percent()")
        pair.run("time.sleep(0.5)")
        reference, ours = pair.run("result = [psutil.cpu_percent()] + list(psutil.cpu_times_percent())")
        pairs = list(zip(reference["value"]["items"], ours["value"]["items"]))
        if all(abs(a["value"] - b["value"]) < 15 for a, b in pairs):
            return
    raise AssertionError(pairs)


def test_process_iter(pair, zoo):  # corner case 12
    pair.same("[p.pid for p in psutil.process_iter()]", tries=30)
    pair.same("[type(p) is psutil.Process for p in psutil.process_iter()][:3]")
    pair.same("sorted([sorted(p.info) for p in psutil.process_iter(['name', 'pid'])][0])")
    pair.same("[p.info['name'] for p in psutil.process_iter(['name', 'pid']) if p.pid in some]",
              some=[1, 2, 3, zoo.pid("busy"), zoo.pid("odd"), zoo.pid("script"), zoo.pid("zombie")])
    pair.same("[sorted(p.info.items()) for p in psutil.process_iter(attrs=['pid', 'exe', 'cmdline'], ad_value='-')"
              " if p.info['pid'] == 1]")
    pair.same("sorted(next(iter(psutil.process_iter([]))).info)")


# Where a file system's procfs is elsewhere or lacks files; {} is its folder.
FAKE = {
    "stat": "cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 2 3 4 5 6 7 8 9 10\n"
            "cpu1 1 2 3 4 5 6 7 8 9 10\nintr 5 1 2\nctxt 77\nbtime 1700000000\nsoftirq 8 1 2\n",
    "meminfo": "MemTotal:       1000 kB\nMemFree:         300 kB\nMemAvailable:    500 kB\n"
               "Buffers:          50 kB\nCached:          100 kB\nActive:           10 kB\n"
               "Inactive:         20 kB\nShmem:             5 kB\nSlab:              7 kB\n"
               "SReclaimable:      3 kB\nSwapTotal:       400 kB\nSwapFree:        100 kB\n",
    "vmstat": "pswpin 3\npswpout 4\n",
    "loadavg": "1.50 2.50 3.50 1/100 200\n",
    "diskstats": "   8       0 sda 10 20 30 40 50 60 70 80 90 100 110\n"
                 "   8       1 sda1 1 2 3 4 5 6 7 8 9 10 11\n",
    "net/dev": "Inter-|   Receive                                                |  Transmit\n"
               " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets"
               " errs drop fifo colls carrier compressed\n"
               "    lo: 10 20 30 40 0 0 0 0 50 60 70 80 0 0 0 0\n"
               "  eth0:5 6 7 8 0 0 0 0 9 10 11 12 0 0 0 0\n",
    "mounts": "/dev/sda1 / ext4 rw 0 0\n",
    "self/mounts": "/dev/sda1 / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\n"
                   "/dev/sdb /mnt/a\\040b ext4 ro 0 0\n",
    "filesystems": "nodev\tproc\n\text4\nnodev\tzfs\n",
    "cpuinfo": "processor\t: 0\nphysical id\t: 0\ncpu cores\t: 2\ncore id\t: 0\ncpu MHz\t: 1000.0\n\n"
               "processor\t: 1\nphysical id\t: 0\ncpu cores\t: 2\ncore id\t: 1\ncpu MHz\t: 3000.0\n\n",
    "7/stat": "7 (a) b) S 1 7 7 0 -1 4194560 10 20 30 40 500 600 700 800 20 0 1 0 900 10000 50 "
              "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 33 0 0 0 0 0 0 0 0 0 0\n",
    "7/status": "Name:\ta) b\nState:\tS (sleeping)\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nThreads:\t1\n"
                "voluntary_ctxt_switches:\t15\nnonvoluntary_ctxt_switches:\t16\n",
    "7/statm": "100 50 20 10 0 40 0\n",
    "7/io": "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\n"
            "cancelled_write_bytes: 7\n",
    "7/cmdline": "/bin/a) b\0--x\0\0",
    "7/environ": "A=1\0B=\0C\0=d\0",
}


@pytest.fixture(scope="module")
def fake():
    with tempfile.TemporaryDirectory(prefix="psutil-proc-") as folder:
        for name, text in FAKE.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        yield folder


@pytest.fixture
def elsewhere(pair, fake):
    pair.run("psutil.PROCFS_PATH = folder", folder=fake)
    yield fake
    # The reference remembers the memory's size until it is asked again.
    pair.run("psutil.PROCFS_PATH = '/proc'; psutil.virtual_memory()")


ELSEWHERE = [
    "psutil.cpu_times()", "psutil.cpu_times(percpu=True)", "psutil.cpu_stats()",
    "psutil.virtual_memory()", "psutil.boot_time()", "psutil.pids()",
    "psutil.swap_memory()[4:]", "psutil.net_io_counters(pernic=True, nowrap=False)",
    "psutil.net_io_counters(nowrap=False)", "psutil.disk_partitions(all=True)",
    "psutil.disk_partitions()",
    "psutil.Process(7).name()", "psutil.Process(7).ppid()", "psutil.Process(7).status()",
    "psutil.Process(7).create_time()", "psutil.Process(7).cpu_times()", "psutil.Process(7).uids()",
    "psutil.Process(7).gids()", "psutil.Process(7).num_threads()", "psutil.Process(7).cmdline()",
    "psutil.Process(7).memory_info()", "psutil.Process(7).io_counters()",
    "psutil.Process(7).num_ctx_switches()", "psutil.Process(7).environ()",
    "psutil.Process(7).cpu_num()", "psutil.Process(8)",
    "[p.pid for p in psutil.process_iter()]",
]


@pytest.mark.parametrize("source", ELSEWHERE)
def test_another_procfs(pair, elsewhere, source):  # corner case 33
    pair.same(source)


def test_procfs_is_looked_at_on_each_call(pair, elsewhere):
    pair.same("psutil.boot_time()")
    pair.run("psutil.PROCFS_PATH = '/proc'")
    pair.same("psutil.boot_time() > 1700000001")
    pair.run("psutil.PROCFS_PATH = folder", folder=elsewhere)
    pair.same("psutil.boot_time()")


def test_procfs_that_is_not_there(pair):  # corner case 7
    pair.run("psutil.PROCFS_PATH = '/nonexistent'")
    try:
        for source in ("psutil.virtual_memory()", "psutil.cpu_times()", "psutil.boot_time()",
                       "psutil.cpu_stats()", "psutil.pids()", "psutil.Process(1)",
                       "psutil.pid_exists(1)", "psutil.net_io_counters()"):
            pair.same(source)
    finally:
        pair.run("psutil.PROCFS_PATH = '/proc'")


def test_an_unknown_cpu_frequency(pair):
    pair.same("psutil.cpu_freq() is None")


def test_partitions_are_named_tuples_of_strings(pair):
    pair.same("[tuple(map(type, p)) == (str,) * 4 for p in psutil.disk_partitions(True)]")


BAD_SYSTEM = [
    "psutil.pid_exists('1')", "psutil.pid_exists(1.5)", "psutil.pid_exists(None)",
    "psutil.cpu_percent(-1)", "psutil.cpu_percent(interval=-0.5)", "psutil.cpu_percent('1')",
    "psutil.cpu_times_percent(-1)", "psutil.cpu_times_percent('1')",
    "psutil.net_connections('foo')", "psutil.net_connections(5)", "psutil.net_connections(None)",
    "psutil.net_connections([])", "psutil.net_connections('')", "psutil.net_connections('TCP')",
    "list(psutil.process_iter(['foo']))", "list(psutil.process_iter('pid'))",
    "list(psutil.process_iter(5))", "list(psutil.process_iter({'pid': 1}))",
    "psutil.wait_procs([], timeout=-1)", "psutil.wait_procs([], callback=5)",
    "psutil.wait_procs([], timeout='a')", "psutil.wait_procs([])", "psutil.wait_procs([], 0)",
    "psutil.wait_procs(5)", "psutil.wait_procs([5], timeout=0)",
    "psutil.disk_usage('/nonexistent')", "psutil.disk_usage(1000)", "psutil.disk_usage(None)",
    "psutil.disk_usage('/\\0')", "psutil.disk_usage('')", "psutil.disk_usage([])",
    "psutil.disk_usage('/etc/passwd/x')", "psutil.disk_usage('x' * 5000)",
    "psutil.disk_usage(1.5)", "psutil.disk_usage(b'/nonexistent')",
    "psutil.virtual_memory(1)", "psutil.swap_memory(x=1)", "psutil.cpu_times(1, 2)",
    "psutil.cpu_times(foo=1)", "psutil.cpu_count(1, 2)", "psutil.cpu_stats(1)",
    "psutil.boot_time(1)", "psutil.users(1)", "psutil.pids(1)", "psutil.pid_exists()",
    "psutil.disk_usage()", "psutil.net_if_addrs(1)", "psutil.net_if_stats(x=1)",
    "psutil.disk_partitions(1, 2)", "psutil.disk_io_counters(1, 2, 3)",
    "psutil.net_io_counters(pernic=1, foo=2)", "psutil.cpu_freq(1, 2)",
    "psutil.sensors_temperatures(1, 2)", "psutil.sensors_fans(1)", "psutil.sensors_battery(1)",
    "psutil.heap_info(1)", "psutil.heap_trim(1)", "psutil.wait_procs()",
    "psutil.cpu_percent(1, 2, 3)", "psutil.nonexistent", "psutil.win_service_iter",
    "psutil.REALTIME_PRIORITY_CLASS", "psutil.disk_io_counters(perdisk=[], nowrap=None)",
]


@pytest.mark.parametrize("source", BAD_SYSTEM)
def test_bad_input(pair, source):
    pair.same(source, slack=1e15 if "counters" in source else 0)
