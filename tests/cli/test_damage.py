"""Every file that is read, of a recorded machine with invented processes beside: empty, garbage, cut
in the middle, a folder, missing or closed. Each call that reads it gives whole JSON or one line that
says what failed.

Which calls read a file is found out once, by running them all and asking inotify(7)."""
import collections
import ctypes
import os
import shutil
import struct
import subprocess
import unittest

from command import BIN, CommandTest, Root, loads, psutil, recorded_machine, unpack

FIELDS = ("ppid,name,exe,cmdline,environ,create_time,status,cwd,username,uids,gids,terminal,nice,"
          "rlimit,io_counters,num_ctx_switches,num_fds,num_threads,threads,cpu_times,cpu_affinity,"
          "cpu_num,memory_info_ex,memory_full_info,memory_percent,memory_maps,page_faults,"
          "open_files,net_connections,parents,children,is_running")
CALLS = [
    ["get", "cpu_times", "percpu=true"], ["get", "cpu_count", "logical=false"], ["get", "cpu_stats"],
    ["get", "cpu_count"], ["get", "cpu_freq", "percpu=true"], ["get", "getloadavg"],
    ["get", "virtual_memory"], ["get", "swap_memory"], ["get", "disk_partitions"],
    ["get", "disk_io_counters"], ["get", "net_io_counters", "pernic=true"],
    ["get", "net_connections", "kind=all"], ["get", "net_if_addrs"], ["get", "net_if_stats"],
    ["get", "sensors_temperatures"], ["get", "sensors_fans"], ["get", "sensors_battery"],
    ["get", "boot_time"], ["get", "pids"], ["get", "pid_exists", "pid=7"], ["proc", "7", FIELDS],
    ["proc", "7", "net_connections", "--kind=all"], ["proc", "7", "memory_maps", "--ungrouped"],
    ["proc", "10", FIELDS],
]
GARBAGE = b"\xff\0(7) -1 99999999999999999999 : 1:2 \n\n\t" + bytes(range(256)) * 20
MAPPING = (b"00400000-00401000 r-xp 00000000 08:01 5 /bin/seven\nSize: 4 kB\nRss: 4 kB\nPss: 2 kB\n"
           b"Shared_Clean: 4 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\n")
SOCKETS = (b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
           b"   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0"
           b"        0 99 1 0 100 0 0 10 0\n")
IN_OPEN, IN_NONBLOCK = 0x20, 0x800
# Under memcheck each call takes long, and the sanitizers see the rest.
SLOW = "PSUTIL_VALGRIND" in os.environ
TIMEOUT = 100 if SLOW else 5
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


def machine(owner):
    root = Root(owner)
    unpack(recorded_machine(), root.path)
    root.process(7, b"seven", [b"/bin/seven", b"-x"], [b"A=1"])
    root.process(8, b"child", [b"/bin/child"], ppid=7)
    for name, data in {
            "net/dev": b"x\ny\neth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n", "net/tcp": SOCKETS,
            "net/unix": b"Num RefCount Protocol Flags Type St Inode Path\n"
                        b"0: 2 0 10000 1 1 98 /run/x\n",
            "filesystems": b"nodev\tproc\n\text4\n",
            "tty/drivers": b"pty_slave /dev/pts 136 0-1048575 pty:slave\n",
            "7/io": b"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\n",
            "7/limits": b"Limit                     Soft Limit           Hard Limit           Units\n"
                        b"Max open files            10                   20                   files\n",
            "7/smaps": MAPPING, "7/smaps_rollup": MAPPING,
            "7/fdinfo/3": b"pos:\t5\nflags:\t0100002\n", "7/net/tcp": SOCKETS,
            "7/task/7/stat": b"7 (seven) S 1 1 1 0 -1 0 0 0 0 0 12 13 0 0 20 0 1 0 5000 0 0\n",
    }.items():
        root.write("proc/" + name, data)
    os.mkdir(root.path + "/proc/7/fd")
    for name, target in [("fd/3", "/etc/hostname"), ("fd/4", "socket:[99]"), ("exe", "/bin/seven"),
                         ("cwd", "/")]:
        os.symlink(target, f"{root.path}/proc/7/{name}")
    return root


class Readers:
    """Tells which files were opened under a folder."""

    def __init__(self, top):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd = self.libc.inotify_init1(IN_NONBLOCK)
        if self.fd < 0:
            raise unittest.SkipTest("inotify does not work here")
        self.folders = {}
        for folder, _, _ in os.walk(top):
            watch = self.libc.inotify_add_watch(self.fd, os.fsencode(folder), IN_OPEN)
            if watch < 0:
                os.close(self.fd)
                raise unittest.SkipTest("too few inotify watches are allowed")
            self.folders[watch] = folder

    def opened(self):
        """The files opened since the last call."""
        found, data = set(), b""
        while True:
            try:
                data = os.read(self.fd, 1 << 20)
            except BlockingIOError:
                return found
            while data:
                watch, mask, _, size = struct.unpack_from("iIII", data)
                assert not mask & 0x4000, "events were lost"  # IN_Q_OVERFLOW
                name = os.fsdecode(data[16:16 + size].rstrip(b"\0"))
                data = data[16 + size:]
                path = os.path.join(self.folders.get(watch, ""), name)
                if name and os.path.isfile(path):
                    found.add(path)

    def close(self):
        os.close(self.fd)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def into_folder(path, _):
    os.unlink(path)
    os.mkdir(path)


WAYS = {
    "empty": lambda path, _: write(path, b""),
    "garbage": lambda path, _: write(path, GARBAGE),
    "cut": lambda path, before: write(path, before[:len(before) // 2]),
    "a folder": into_folder,
    "missing": lambda path, _: os.unlink(path),
}


class Damage(CommandTest):
    @classmethod
    def setUpClass(cls):
        # Each test leaves the machine as it found it.
        cls.root = machine(cls)

    def call(self, words, **options):
        """What the command says, and never anything but an answer or a reason."""
        status, out, err = psutil(*self.root.options(), *words, timeout=TIMEOUT, **options)
        if status == 0:
            self.assertEqual(err, b"")
            return loads(out)
        self.assertEqual((status, out), (1, b""), err)
        self.assertRegex(err, rb"\Apsutil: [^\n]+\n\Z")
        self.assertHarmless(err)
        return err.decode()

    def readers(self):
        """Each file that is read, and the calls that read it."""
        watch = Readers(self.root.path)
        found = collections.defaultdict(list)
        for words in CALLS:
            self.call(words)
            for path in watch.opened():
                found[path].append(words)
        watch.close()
        return found

    def test_all_is_read(self):
        """The machine is one to learn from: its files are read, and by those that should."""
        found = {os.path.relpath(path, self.root.path): [words[1] for words in calls]
                 for path, calls in self.readers().items()}
        self.assertGreater(len(found), 100)
        self.assertIn("virtual_memory", found["proc/meminfo"])
        self.assertIn("disk_partitions", found["proc/filesystems"])
        for name in ("stat", "statm", "status", "cmdline", "environ", "io", "limits", "smaps_rollup",
                     "smaps", "fdinfo/3", "task/7/stat"):
            self.assertIn("7", found["proc/7/" + name], name)

    def each_file(self, damage):
        for path, calls in sorted(self.readers().items()):
            with open(path, "rb") as file:
                before = file.read()
            with self.subTest(file=os.path.relpath(path, self.root.path)):
                damage(path, before)
                for words in calls:
                    self.call(words)
            if os.path.isdir(path):
                os.rmdir(path)
            write(path, before)

    def test_ways(self):  # corner cases 2, 7
        for name, damage in WAYS.items():
            if SLOW and name != "garbage":
                continue
            with self.subTest(way=name):
                self.each_file(damage)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    @unittest.skipIf(SLOW, "takes too long under memcheck")
    def test_closed(self):  # corner case 7
        """A file that the caller may not read is refused by its name, or done without."""
        if subprocess.run(["test", "-x", BIN], **NOBODY).returncode != 0:
            self.skipTest("nobody may not run the command where it lies")
        for folder, _, _ in os.walk(self.root.path):
            os.chmod(folder, 0o755)
        for path, calls in sorted(self.readers().items()):
            with self.subTest(file=os.path.relpath(path, self.root.path)):
                before = os.stat(path).st_mode & 0o777
                os.chmod(path, 0)
                for words in calls:
                    self.call(words, **NOBODY)
                os.chmod(path, before)

    def test_whose_failure_it_is(self):
        """Where a call stands on one file, its failure names the file."""
        for name, words, kinds in [
                ("stat", ["cpu_times"], "open"), ("meminfo", ["virtual_memory"], "open"),
                ("net/dev", ["net_io_counters"], "open"), ("loadavg", ["getloadavg"], "open")]:
            path = f"{self.root.path}/proc/{name}"
            with self.subTest(file=name):
                os.rename(path, path + ".away")
                self.assertIn(f"{kinds} {path}: No such file or directory",
                              self.call(["get", *words]))
                if name != "net/dev":  # a machine without interfaces has an empty one
                    write(path, b"")
                    self.assertIn(path, self.call(["get", *words]))
                os.rename(path + ".away", path)

    def test_an_empty_file_is_no_zero(self):
        """Processes: what its file does not tell is refused or null, never 0."""
        for name, field in [("statm", "memory_info"), ("io", "io_counters"),
                            ("status", "num_ctx_switches"), ("status", "uids"),
                            ("limits", "rlimit"), ("stat", "cpu_times")]:
            path = f"{self.root.path}/proc/7/{name}"
            with self.subTest(field=field):
                shutil.copy(path, path + ".away")
                write(path, b"")
                found = self.call(["proc", "7", field])
                if isinstance(found, dict) and field in found:
                    values = found[field].values() if found[field] else [None]
                    self.assertEqual(set(values), {None})
                os.rename(path + ".away", path)


if __name__ == "__main__":
    unittest.main()
