"""The overview: plain where it must be, as wide as it may be, and its JSON."""
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import unicodedata
import unittest

from command import BIN, CommandTest, Root, loads, psutil

ESCAPE = b"\033"
SECTIONS = ["SYSTEM", "CPU", "MEMORY", "PROCESSES"]


def environment(**changes):
    kept = {name: value for name, value in os.environ.items()
            if name not in ("COLUMNS", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG")}
    kept["TERM"] = "xterm"
    kept.update(changes)
    return kept


def width(line):
    """Columns of a line without escape sequences."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    zero = sum(unicodedata.combining(c) != 0 for c in line)
    return len(line) + wide - zero


class OverviewTest(CommandTest):
    def overview(self, *args, **env):
        env.setdefault("LC_ALL", "C.UTF-8")
        status, out, err = psutil(*args, env=environment(**env))
        self.assertEqual((status, err), (0, b""))
        return out


class Plain(OverviewTest):
    def test_pipe_gets_no_escapes(self):
        self.assertNotIn(ESCAPE, self.overview())

    def test_ascii_where_the_locale_is(self):
        out = self.overview(LC_ALL="C")
        self.assertEqual([byte for byte in out if byte > 127], [])
        self.assertIn(b"[", out)

    def test_sections_in_order(self):
        out = self.overview().decode()
        places = [out.find(f"\n{title}  ") if title in ("CPU", "PROCESSES")
                  else out.find(title) for title in SECTIONS]
        self.assertNotIn(-1, places, out)
        self.assertEqual(places, sorted(places))

    def test_named_it_is_the_same(self):
        self.assertTrue(self.overview("overview").startswith(b"SYSTEM  "))

    def test_no_line_ends_in_spaces(self):
        self.assertIsNone(re.search(rb" $", self.overview(), re.M))

    def test_widths(self):
        for columns in (20, 40, 59, 80, 120, 200, 1000):
            for locale in ("C", "C.UTF-8"):
                with self.subTest(columns=columns, locale=locale):
                    out = self.overview(COLUMNS=str(columns), LC_ALL=locale)
                    widest = max(map(width, out.decode().split("\n")))
                    self.assertLessEqual(widest, columns)
        self.assertLessEqual(max(map(width, self.overview().decode().split("\n"))), 80)

    def test_senseless_columns_are_ignored(self):
        for columns in ("", "x", "-5", "0", "80x"):
            out = self.overview(COLUMNS=columns).decode()
            self.assertLessEqual(max(map(width, out.split("\n"))), 80, columns)


class Colour(OverviewTest):
    def on_terminal(self, *args, **env):
        """What a terminal receives."""
        main, end = os.openpty()
        try:
            status, _, err = psutil(*args, env=environment(LC_ALL="C.UTF-8", **env), stdout=end)
            self.assertEqual((status, err), (0, b""))
            os.set_blocking(main, False)
            received = b""
            try:
                while True:
                    received += os.read(main, 65536)
            except BlockingIOError:
                return received
        finally:
            os.close(main)
            os.close(end)

    def test_terminal_gets_colours(self):
        self.assertIn(ESCAPE, self.on_terminal("--color=auto"))
        self.assertIn(ESCAPE, self.on_terminal())

    def test_no_color(self):
        self.assertNotIn(ESCAPE, self.on_terminal(NO_COLOR="1"))
        self.assertIn(ESCAPE, self.on_terminal(NO_COLOR=""))
        self.assertNotIn(ESCAPE, self.on_terminal(TERM="dumb"))
        self.assertNotIn(ESCAPE, self.on_terminal("--color=never"))

    def test_always(self):
        out = self.overview("--color=always", NO_COLOR="1")
        self.assertIn(ESCAPE, out)
        plain = re.sub(rb"\033\[[0-9;]*m", b"", out)
        self.assertNotIn(ESCAPE, plain)
        self.assertLessEqual(max(map(width, plain.decode().split("\n"))), 80)
        for line in out.split(b"\n"):  # no colour runs over the end of its line
            codes = re.findall(rb"\033\[([0-9;]*)m", line)
            self.assertTrue(not codes or codes[-1] == b"0", line)

    def test_wrong_word(self):
        self.refused(2, "--color=sometimes")


class Answers(OverviewTest):
    def test_failures(self):
        self.refused(1, "--procfs", "/nonexistent")
        self.refused(2, "overview", "extra")
        with open("/dev/full", "wb") as full:
            status, _, err = psutil(stdout=full)
        self.assertEqual(status, 1)
        self.assertRegex(err, rb"\Apsutil: [^\n]+\n\Z")

    def test_json_types(self):
        found = self.answer("--json")
        self.assertEqual(type(found["cpu_percent"]), list)
        self.assertEqual(len(found["cpu_percent"]), found["cpu_count"]["logical"])
        self.assertTrue(all(0 <= cpu <= 100 for cpu in found["cpu_percent"] if cpu is not None))
        self.assertEqual([type(load) for load in found["getloadavg"]], [float] * 3)
        self.assertEqual(type(found["virtual_memory"]["total"]), int)
        self.assertEqual(type(found["virtual_memory"]["percent"]), float)
        self.assertGreater(found["cpu_times"]["user"], 0)
        self.assertGreater(found["time"], found["boot_time"])
        self.assertTrue(0.2 < found["interval"] < 10, found["interval"])
        for name, reason in found["errors"].items():
            self.assertIsNone(found[name])
            self.assertTrue(reason)

    def test_json_processes(self):
        found = self.answer("--json")
        self.assertEqual(sum(found["process_status"].values()), found["process_count"])
        self.assertTrue(1 <= len(found["processes"]) <= 10)
        busy = [row["cpu_percent"] if row["cpu_percent"] is not None else -1
                for row in found["processes"]]
        self.assertEqual(busy, sorted(busy, reverse=True))
        for row in found["processes"]:
            self.assertEqual(type(row["pid"]), int)
            self.assertEqual(type(row["name"]), str)
            self.assertEqual(type(row["memory_info"]["rss"]), int)


class OtherRoots(OverviewTest):
    def setUp(self):
        self.root = Root(self)
        self.root.write("proc/loadavg", b"0.50 1.25 2.00 1/2 3\n")

    def lines(self, *args, **env):
        return self.overview(*self.root.options(), *args, **env).decode().split("\n")

    def test_hostile_names_stay_in_their_line(self):
        name = b"\033[2J\nx\xff\xe2\x80\xae"
        self.root.process(7, name, [b"\033]0;owned\007", b"a\nb", "漢字".encode() * 200])
        for locale in ("C", "C.UTF-8"):
            for columns in (20, 40, 80, 200):
                lines = self.lines(COLUMNS=str(columns), LC_ALL=locale)
                text = "\n".join(lines)
                self.assertHarmless(text.encode())
                self.assertLessEqual(max(map(width, lines)), columns)
                rows = [line for line in lines if re.match(r" +7 ", line)]
                self.assertEqual(len(rows), 1, text)
                self.assertEqual(lines[-2:], [rows[0], ""])

    def test_hostile_names_in_json(self):
        name = b"\033[2J\nx\xff"
        self.root.process(7, name, [name])
        found = self.answer(*self.root.options(), "--json")
        self.assertEqual(found["process_count"], 1)
        row = found["processes"][0]
        self.assertEqual(row["name"].encode("utf-8", "surrogateescape"), name)
        self.assertEqual(row["cmdline"][0].encode("utf-8", "surrogateescape"), name)

    def test_what_the_root_says(self):
        text = "\n".join(self.lines())
        self.assertIn("load 0.50 1.25 2.00", text)
        self.assertRegex(text, r"memory .* 40\.0%  400 KiB of 1\.0 MiB")
        self.assertRegex(text, r"swap +none")
        self.assertRegex(text, r"booted 2001-09-\d\d")
        self.assertNotIn("up ", text)
        self.assertIn("counters stood still", text)

    def test_a_refused_part_says_why_and_the_rest_comes(self):
        os.remove(self.root.path + "/proc/meminfo")
        text = "\n".join(self.lines(COLUMNS="400"))
        self.assertRegex(text, r"virtual_memory: OSError: open .*/meminfo: No such file")
        self.assertIn("load 0.50", text)
        found = self.answer(*self.root.options(), "--json")
        self.assertIsNone(found["virtual_memory"])
        self.assertIn("meminfo", found["errors"]["virtual_memory"])
        self.assertEqual(found["getloadavg"], [0.5, 1.25, 2.0])

    def test_usage_is_not_taken_from_this_machine(self):
        self.root.write("proc/filesystems", b"\text4\n")
        self.root.write("proc/self/mountinfo", b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")
        self.root.write("proc/self/mounts", b"/dev/sda1 / ext4 rw 0 0\n")
        found = self.answer(*self.root.options(), "--json")
        if found["disk_partitions"] is None:
            self.skipTest(found["errors"]["disk_partitions"])
        self.assertEqual([(part["mountpoint"], part["usage"]) for part in found["disk_partitions"]],
                         [("/", None)])


# Mounts a file system that nobody serves in a mount namespace of its own, and runs the command.
DEAD_MOUNT = """
import ctypes, os, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
fuse = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0".encode()
if libc.mount(b"srv:/x", sys.argv[1].encode(), b"fuse.sshfs", 0, options) != 0:
    sys.exit(77)
try:
    sys.exit(subprocess.run(sys.argv[2:], timeout=30, close_fds=True).returncode)
finally:
    libc.umount2(sys.argv[1].encode(), 2)
"""


@unittest.skipIf("PSUTIL_VALGRIND" in os.environ, "all threads of valgrind wait while one is in statfs()")
class DeadMount(OverviewTest):
    def test_not_answering(self):  # corner case 24
        if os.geteuid() != 0 or not os.path.exists("/dev/fuse") or not shutil.which("unshare"):
            self.skipTest("needs root, /dev/fuse and unshare")
        with tempfile.TemporaryDirectory(prefix="dead") as folder:
            # The search for leaks stops all threads first, and waits for the one that nobody can stop.
            asan = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
            started = time.monotonic()
            done = subprocess.run(["unshare", "-m", sys.executable, "-c", DEAD_MOUNT, folder, BIN],
                                  env=environment(LC_ALL="C", COLUMNS="200", ASAN_OPTIONS=asan), timeout=40,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if done.returncode == 77:
                self.skipTest("FUSE may not be mounted here")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertRegex(done.stdout.decode(),
                             f" {re.escape(folder)} +not answering  fuse.sshfs  srv:/x\n")
            self.assertIn(b"\nPROCESSES  ", done.stdout)
            self.assertLess(time.monotonic() - started, 15)


class ManyCpus(OverviewTest):
    """A machine whose counters move: CPU i is busy for i % 101 percent of the time."""

    def moving(self, cpus, *args, **env):
        root = Root(self)
        ticks = [[0, 0] for _ in range(cpus)]

        def step():
            for index, times in enumerate(ticks):
                times[0] += index % 101
                times[1] += 100 - index % 101
            lines = ["cpu  %d 0 0 %d 0 0 0 0 0 0" % tuple(map(sum, zip(*ticks)))]
            lines += ["cpu%d %d 0 0 %d 0 0 0 0 0 0" % (index, *times)
                      for index, times in enumerate(ticks)]
            root.write("proc/stat.new", "\n".join(lines + ["ctxt 1", "btime 1000000000", ""]).encode())
            os.rename(root.path + "/proc/stat.new", root.path + "/proc/stat")

        stop = threading.Event()

        def run():
            while not stop.wait(0.01):
                step()

        step()
        mover = threading.Thread(target=run)
        mover.start()
        try:
            return self.overview(*root.options(), *args, **env).decode()
        finally:
            stop.set()
            mover.join()

    def block(self, text):
        lines = text.split("\n")
        start = next(i for i, line in enumerate(lines) if line.startswith("CPU"))
        return [line for line in lines[start + 1:lines.index("", start)]
                if re.match(r" +\d", line)]

    def test_percentages(self):  # corner case 21
        found = loads(self.moving(12, "--json"))
        self.assertEqual([round(cpu) for cpu in found["cpu_percent"]], list(range(12)))

    def test_bars_in_columns(self):
        block = self.block(self.moving(16))
        self.assertEqual(len(block), 4, block)
        for row, line in enumerate(block):
            numbers = re.findall(r"(\d+) [━─]+ +([\d.]+)%", line)
            self.assertEqual(numbers, [(str(cpu), f"{cpu}.0") for cpu in range(row, 16, 4)])

    def test_grid(self):
        for columns, rows in ((40, 32), (80, 16), (160, 8)):
            block = self.block(self.moving(256, COLUMNS=str(columns)))
            self.assertEqual(len(block), rows)
            per_row = 256 // rows
            for row, line in enumerate(block):
                first, *numbers = map(int, line.split())
                self.assertEqual(first, row * per_row)
                self.assertEqual(numbers, [cpu % 101 for cpu in range(first, first + per_row)])


class RecordedMachine(OverviewTest):
    def setUp(self):
        archive = os.path.join(os.environ.get("PSUTIL_FIXTURES", ""), "recorded-machine.tar.gz")
        if not os.path.exists(archive):
            self.skipTest("no recorded machine beside the sources")
        folder = tempfile.TemporaryDirectory(prefix="psutil-test-")
        self.addCleanup(folder.cleanup)
        with tarfile.open(archive) as tar:
            tar.extractall(folder.name)
        found = next(path for path, folders, _ in os.walk(folder.name)
                     if "proc" in folders and "sys" in folders)
        self.options = ["--procfs", found + "/proc", "--sysfs", found + "/sys"]

    def test_text(self):
        for columns in (40, 80, 200):
            text = self.overview(*self.options, COLUMNS=str(columns)).decode()
            self.assertLessEqual(max(map(width, text.split("\n"))), columns)
            self.assertIn("load 0.21 0.37 0.39", text)

    def test_json(self):
        found = self.answer(*self.options, "--json")
        self.assertEqual(found["boot_time"], 1418183276)
        self.assertEqual(found["getloadavg"], [0.21, 0.37, 0.39])
        self.assertEqual(found["virtual_memory"]["total"], 3831959552)
        self.assertEqual(found["cpu_stats"]["ctx_switches"], 38014093)


if __name__ == "__main__":
    unittest.main()
