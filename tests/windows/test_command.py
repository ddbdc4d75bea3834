"""The command on Windows: what its tests check elsewhere (tests/cli), as far as it is not about Linux;
and what it says about a child, and as an overview."""
import os
import pty
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tty
import unittest

SOURCE, BUILD = os.environ["PSUTIL_SOURCE"], os.environ["PSUTIL_BUILD"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "cli"))
import test_get  # noqa: E402
import test_overview  # noqa: E402
import test_usage  # noqa: E402
from command import CommandTest, loads, psutil  # noqa: E402

WINE = os.path.join(SOURCE, "tools", "wine")
CHILD = os.path.join(BUILD, "tests", "windows", "child.exe")
TIMES = "user system idle interrupt dpc".split()
SERVICE = "name display_name binpath username start_type status pid description".split()

# The fields that exist on Windows; where they are others than Linux'.
test_get.RECORDS.update({
    "cpu_times": TIMES, "cpu_times_percent": TIMES,
    "cpu_stats": "ctx_switches interrupts soft_interrupts syscalls dpcs".split(),
    "virtual_memory": "total available percent used free".split(),
    "disk_io_counters": "read_count write_count read_bytes write_bytes read_time write_time".split(),
    "heap_info": "heap_used mmap_used heap_count".split(),
})


def chosen(case, *names):
    """Some tests of a class, as a class."""
    kept = {name: value for name, value in vars(case).items() if not name.startswith("test_")}
    kept.update({name: vars(case)[name] for name in names})
    return type(case.__name__, case.__bases__, kept)


Shapes = chosen(test_get.Shapes, "test_list", "test_cpu_percent", "test_cpu_freq", "test_memory",
                "test_disk_usage_of_nothing", "test_a_path_may_hold_an_equals_sign")
Usage = chosen(test_usage.WrongUsage, "test_commands", "test_functions", "test_arguments", "test_values")
Overview = chosen(test_overview.Answers, "test_json_processes")


class Get(CommandTest):
    def one(self, name, *arguments):
        value = self.answer("get", name, *arguments)
        self.assertEqual(list(value), test_get.RECORDS[name])
        return value

    def each(self, name, values):
        for value in values:
            self.assertEqual(list(value), test_get.RECORDS[name])

    def test_times_of_each_cpu(self):
        count = self.answer("get", "cpu_count")
        for name in ("cpu_times", "cpu_times_percent"):
            values = self.answer("get", name, "percpu=true")
            self.assertEqual(len(values), count)
            self.each(name, values)

    def test_records(self):
        self.one("cpu_stats")
        self.one("disk_usage", "path=C:\\")
        self.each("disk_partitions", self.answer("get", "disk_partitions", "all=true"))
        self.each("disk_io_counters", self.answer("get", "disk_io_counters", "perdisk=true").values())
        self.each("net_io_counters", self.answer("get", "net_io_counters", "pernic=true").values())
        self.each("net_if_stats", self.answer("get", "net_if_stats").values())
        for addresses in self.answer("get", "net_if_addrs").values():
            self.each("net_if_addrs", addresses)
        self.each("users", self.answer("get", "users"))

    def test_what_windows_lacks(self):
        for name in ("sensors_temperatures", "sensors_fans"):
            self.assertIn("NotSupported", self.refused(1, "get", name))

    def test_services(self):
        services = self.answer("get", "win_service_iter")
        self.assertIn("Schedule", [service["name"] for service in services])
        for service in services:
            self.assertEqual(list(service), SERVICE)
        one = self.answer("get", "win_service_get", "name=Schedule")
        self.assertEqual(list(one), SERVICE)
        self.assertIn("NoSuchProcess", self.refused(1, "get", "win_service_get", "name=none"))

    def test_words_may_be_of_any_letters(self):
        self.assertIn("nö日", self.refused(1, "get", "disk_usage", "path=C:\\nö日"))


class Child(CommandTest):
    def setUp(self):
        self.child = subprocess.Popen([WINE, CHILD, "sleep", "two words"], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end)
        self.pid = self.find()

    def end(self):
        self.child.kill()
        self.child.wait()

    def find(self):
        """Its id as Windows counts."""
        for _ in range(100):
            for pid in self.answer("get", "pids")[::-1]:
                status, out, _ = psutil("proc", str(pid), "name,cmdline")
                if status == 0 and b"child.exe" in out and b"two words" in out:
                    return pid
        return self.fail("the child was not found")

    def test_fields(self):
        found = self.answer("proc", str(self.pid),
                            "name,exe,cmdline,status,num_threads,cpu_times,memory_info,nice,is_running")
        self.assertEqual(found["name"], "child.exe")
        self.assertTrue(found["exe"].endswith("\\child.exe"))
        self.assertEqual(found["cmdline"][1:], ["sleep", "two words"])
        self.assertEqual(found["status"], "running")
        self.assertGreaterEqual(found["num_threads"], 1)
        self.assertEqual(list(found["cpu_times"]), "user system children_user children_system".split())
        self.assertGreater(found["memory_info"]["rss"], 0)
        self.assertEqual(found["nice"], 32)
        self.assertIs(found["is_running"], True)

    def test_in_the_listing(self):
        status, out, err = psutil("ps")
        self.assertEqual((status, err), (0, b""))
        self.assertRegex(out.decode(), rf"(?m)^\S+ +{self.pid} .*child\.exe")

    def listed(self, status, *arguments):
        """The rows of a listing, which also say what failed."""
        got, out, err = psutil(*arguments, "--json")
        self.assertEqual((got, err), (status, b""), arguments)
        return loads(out)

    def test_no_column_of_what_windows_does_not_tell(self):
        for arguments, missing in ((("mem",), "PSS SWAP"), (("mem", "--by", "program"), "PSS SWAP"),
                                   (("free",), "BUFF/CACHE SHARED"),
                                   (("ps",), "TTY"), (("who",), "TTY IDLE WHAT"), (("io",), "BUSY%"),
                                   (("maps", str(self.pid)), "PSS PRIVATE DIRTY SWAP")):
            status, out, err = psutil(*arguments)
            self.assertEqual((status, err), (0, b""), arguments)
            header = out.decode().split("\n", 1)[0].split()
            self.assertFalse(set(missing.split()) & set(header), header)
        self.assertIn("does not exist on this system",
                      self.refused(2, "mem", "--by", "program", "--columns", "+pss"))

    def test_info(self):
        found = self.answer("info", str(self.pid), "--json")
        self.assertEqual((found["pid"], found["name"]), (self.pid, "child.exe"))
        status, out, err = psutil("info", str(self.pid))
        self.assertEqual((status, err), (0, b""))
        self.assertIn("two words", out.decode())

    def test_wait_and_kill(self):
        pid = str(self.pid)
        self.assertEqual(self.listed(1, "wait", pid, "--timeout", "0.1")[0]["result"], "still there")
        self.assertEqual(self.listed(0, "kill", pid, "--dry-run")[0]["result"], "would be sent")
        unknown = self.listed(1, "kill", pid, "--signal", "9")[0]
        self.assertEqual(unknown["result"], "failed")
        self.assertIn("SIGTERM", unknown["error"])
        self.assertIs(self.answer("get", "pid_exists", "pid=" + pid), True)
        row, = self.listed(0, "kill", pid, "--timeout", "20")
        self.assertEqual((row["pid"], row["name"]), (self.pid, "child.exe"))
        self.assertIs(self.answer("get", "pid_exists", "pid=" + pid), False)

    def test_nobody_is_killed_unasked(self):
        second = subprocess.Popen([WINE, CHILD, "sleep"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(second.wait)
        self.addCleanup(second.kill)
        for _ in range(100):
            found = self.listed(0, "kill", "--name", "child.exe", "--dry-run")
            if len(found) == 2:
                break
        status, out, err = psutil("kill", "--name", "child.exe")
        self.assertEqual((status, out), (1, b""))
        self.assertIn(b"no terminal to ask on", err)
        self.assertIs(self.answer("get", "pid_exists", f"pid={self.pid}"), True)

    def test_what_windows_lacks(self):
        pid = str(self.pid)
        for arguments in (("limit", pid), ("limit", pid, "--set", "nofile=10")):
            for row in self.listed(1, *arguments):
                self.assertIn("NotSupported", row["error"])

    def test_nobody(self):
        self.assertIn("no longer exists", self.refused(1, "proc", "99999"))
        for name in ("info", "kill", "wait", "limit"):
            self.assertIn("NoSuchProcess", self.refused(1, name, "99999"))


class Programs(CommandTest):
    """What watch-memory starts: found in PATH, with its words and variables as they were given."""
    FOLDER = os.path.dirname(CHILD)
    WORDS = ["two words", 'a "quoted" one', "back\\slash\\", 'both\\\\"', "", "end"]

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="psutil-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {**os.environ, "WINEPATH": "Z:" + self.FOLDER.replace("/", "\\")}

    def told(self):
        path = os.path.join(self.folder, "told")
        for _ in range(200):
            if os.path.exists(path) and os.path.getsize(path):
                break
            time.sleep(0.05)
        with open(path, encoding="ascii") as file:
            return file.read().splitlines()

    def test_words(self):
        status, _, err = psutil("watch-memory", "--duration", "5", "--", "child.exe", "tell", "told", *self.WORDS,
                                cwd=self.folder, env=self.environment)
        self.assertEqual((status, err), (0, b""))
        self.assertEqual(self.told(), self.WORDS + ["PSUTIL_PID=", "PATH=1"])

    def test_variables(self):
        watched = next(row["pid"] for row in self.answer("ps", "--json") if "services.exe" in row["command"])
        status, _, err = psutil("watch-memory", str(watched), "--duration", "0.5", "--above", "1", "--run",
                                "child tell told one two", cwd=self.folder, env=self.environment)
        self.assertEqual((status, err), (0, b""))
        self.assertEqual(self.told(), ["one", "two", f"PSUTIL_PID={watched}", "PATH=1"])

    def test_not_in_the_current_folder(self):
        status, _, err = psutil("watch-memory", "--", "child.exe", "exit", cwd=self.FOLDER)
        self.assertEqual(status, 1)
        self.assertIn(b"No such file", err)

    def test_no_scripts(self):
        with open(os.path.join(self.folder, "script.bat"), "w", encoding="ascii") as file:
            file.write("exit 0\n")
        for name in (".\\script.bat", ".\\script.bat. "):
            status, _, err = psutil("watch-memory", "--", name, "& echo", cwd=self.folder)
            self.assertEqual(status, 1)
            self.assertIn(b"Exec format error", err)


class Question(CommandTest):
    """What is asked before several processes are ended, on a console, which wine draws on a terminal."""

    def setUp(self):
        self.children = [subprocess.Popen([WINE, CHILD, "sleep"], stdin=subprocess.DEVNULL,
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                         for _ in range(2)]
        for child in self.children:
            self.addCleanup(child.wait)
            self.addCleanup(child.kill)
        for _ in range(100):
            if self.count() == 2:
                return
        self.fail("the children were not found")

    def count(self):
        return len([row for row in self.answer("ps", "--json") if "child.exe" in (row["command"] or "")])

    def ask(self, answer):
        """The command's exit status."""
        terminal, inner = pty.openpty()
        tty.setraw(inner)
        with subprocess.Popen([WINE, os.path.join(BUILD, "psutil.exe"), "kill", "--name", "child.exe"],
                              stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
                              env={**os.environ, "TERM": "xterm"}) as command:
            os.close(inner)
            shown, end = b"", time.monotonic() + 30
            while command.poll() is None and time.monotonic() < end:
                if select.select([terminal], [], [], 0.1)[0]:
                    shown += self.read(terminal)
                if answer and b"[y/N]" in shown:
                    os.write(terminal, answer)
                    answer = b""
            command.kill()
        os.close(terminal)
        self.assertEqual(answer, b"", shown)
        return command.returncode

    @staticmethod
    def read(terminal):
        try:
            return os.read(terminal, 4096)
        except OSError:  # nobody has it open any more
            return b""

    def test_no(self):
        self.assertEqual(self.ask(b"n\r"), 1)
        self.assertEqual(self.count(), 2)

    def test_yes(self):
        self.assertEqual(self.ask(b"yes\r"), 0)
        for child in self.children:
            child.wait(timeout=20)
        self.assertEqual(self.count(), 0)


class Listings(CommandTest):
    """Each that shows the machine: as text, and its columns as JSON."""

    def rows(self, name, *arguments):
        status, out, err = psutil(name, *arguments)
        self.assertEqual((status, err), (0, b""), name)
        self.assertHarmless(out)
        rows = self.answer(name, *arguments, "--json")
        for row in rows:
            self.assertEqual(list(row), list(rows[0]))
        return rows

    def test_ps(self):
        for row in self.rows("ps"):
            self.assertGreaterEqual(row["pid"], 0)
            self.assertLess({"user", "pid", "cpu", "mem", "rss", "command"}, set(row))

    def test_mem(self):
        known = [row["uss"] for row in self.rows("mem") if row["uss"] is not None]
        self.assertEqual(known, sorted(known, reverse=True))
        self.assertTrue(known)

    def test_free(self):
        memory, swap = self.rows("free")
        self.assertGreater(memory["total"], memory["available"])
        self.assertGreater(swap["total"], 0)

    def test_df(self):
        self.assertIn("C:\\", [row["mountpoint"] for row in self.rows("df")])

    def test_net(self):
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        port = server.getsockname()[1]
        for more in ((), ("--resolve",)):
            self.assertIn(port, [row["local"]["port"] for row in self.rows("net", "--listen", *more)])

    def test_if(self):
        self.assertIn("up", [row["state"] for row in self.rows("if")])

    def test_cpu(self):
        count = self.answer("get", "cpu_count")
        self.assertEqual(len(self.rows("cpu")), count + 1)

    def test_uptime(self):
        row, = self.rows("uptime")
        self.assertGreater(row["up"], 0)
        self.assertGreater(row["cpus"], 0)

    def test_others(self):
        for name in ("who", "io", "net-io", "files", "pstree"):
            with self.subTest(name):
                self.assertIsInstance(self.rows(name), list)

    def test_signals(self):
        status, out, err = psutil("kill", "--list")
        self.assertEqual((status, err), (0, b""))
        self.assertEqual([line.split()[:2] for line in out.decode().splitlines()],
                         [["15", "SIGTERM"], ["21", "SIGBREAK"]])

    def test_top_in_lines(self):
        status, out, err = psutil("top", "--batch", "--count", "1")
        self.assertEqual((status, err), (0, b""))
        self.assertIn(b"psutil.exe", out)
        self.assertIn("needs a terminal", self.refused(1, "top"))

    def test_what_windows_lacks(self):
        for arguments in (("record", "unwritten"), ("sensors",)):
            self.assertIn("NotSupported", self.refused(1, *arguments))
        status, out, err = psutil("ps", "--filter", "name=~x")
        self.assertEqual((status, out), (2, b""))
        self.assertIn(b"regular expressions are not supported", err)


class TheOverview(CommandTest):
    def test_json(self):
        found = self.answer("--json")
        self.assertEqual(len(found["cpu_percent"]), found["cpu_count"]["logical"])
        self.assertGreater(found["virtual_memory"]["total"], 0)
        self.assertGreater(found["cpu_times"]["user"], 0)
        self.assertGreater(found["time"], found["boot_time"])
        for name, reason in found["errors"].items():
            self.assertIsNone(found[name])
            self.assertTrue(reason)

    def test_text(self):
        status, out, err = psutil()
        self.assertEqual((status, err), (0, b""))
        self.assertHarmless(out)
        for title in ("SYSTEM", "CPU", "MEMORY", "DISKS", "NETWORK", "PROCESSES"):
            self.assertIn(title, out.decode())


if __name__ == "__main__":
    unittest.main()
