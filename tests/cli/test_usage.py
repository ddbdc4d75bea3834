"""Wrong usage, failures of writing, help, and how options may stand."""
import os
import pty
import subprocess
import unittest

from command import BIN, CommandTest, Root, loads, psutil


class WrongUsage(CommandTest):
    def wrong(self, words, *args):
        line = self.refused(2, *args)
        for word in words:
            self.assertIn(word, line)

    def test_commands(self):
        self.wrong(["unknown command frobnicate", "--help"], "frobnicate")
        self.wrong(["unknown command prco"], "prco", "1")

    def test_filters(self):
        """The filter of commands that act is about processes, whatever they list."""
        for command, lister in [("limit", "psutil ps --columns help"), ("df", "--columns help")]:
            status, out, err = psutil(command, "--filter", "resource=1")
            self.assertEqual((status, out), (2, b""))
            self.assertIn(f"unknown column resource; {lister} lists them\n", err.decode())

    def test_options(self):
        self.wrong(["unknown option --procf", "did you mean --procfs?"], "--procf", "/proc")
        self.wrong(["unknown option --kinds", "did you mean --kind?"], "proc", "1", "--kinds=tcp")
        self.wrong(["unknown option -q; psutil --help lists them"], "-q")
        self.wrong(["unknown option --nosuch; psutil df --help lists them"], "df", "--nosuch")
        self.wrong(["a nice value is a whole number"], "nice", "--set", "99999999999999999999", "1")
        self.wrong(["unknown option -hq"], "-hq")
        self.wrong(["--procfs needs a value"], "get", "pids", "--procfs")
        self.wrong(["--json takes no value"], "--json=yes", "get", "pids")
        self.wrong(["--color", "always, never or auto", "blue"], "--color", "blue", "get", "pids")
        self.wrong(["--procfs"], "--procfs=", "get", "pids")
        self.wrong(["--procfs"], "--procfs=" + "/x" * 3000, "get", "pids")

    def test_functions(self):
        self.wrong(["unknown function cpu_time", "did you mean cpu_times?"], "get", "cpu_time")
        self.wrong(["unknown function xyz", "psutil get"], "get", "xyz")
        self.wrong(["unknown function"], "get", "")

    def test_arguments(self):
        self.wrong(["no argument percup", "percpu="], "get", "cpu_times", "percup=true")
        self.wrong(["no argument percpu"], "get", "cpu_times", "percpu")
        self.wrong(["takes none"], "get", "users", "all=true")
        self.wrong(["twice"], "get", "pid_exists", "pid=1", "pid=2")
        self.wrong(["needs path="], "get", "disk_usage")
        self.wrong(["needs pid="], "get", "pid_exists")

    def test_values(self):
        self.wrong(["true or false", "maybe"], "get", "cpu_times", "percpu=maybe")
        self.wrong(["true or false"], "get", "cpu_times", "percpu=")
        for value in ["", "x", "1.5", "0x1", "1 ", " 1", "+1", "-", "--1"]:
            with self.subTest(pid=value):
                self.wrong(["whole number"], "get", "pid_exists", "pid=" + value)
        for value in ["-1", "-0.1", "nan", "inf", "1e999", "x", "", " 1", "1x", "0x1", "1e9"]:
            with self.subTest(interval=value):
                self.wrong(["seconds"], "get", "cpu_percent", "interval=" + value)
                self.wrong(["seconds"], "get", "disk_usage", "path=/", "timeout=" + value)
        self.wrong(["kind must be inet", "unix or all"], "get", "net_connections", "kind=tcp5")
        self.wrong(["path must be"], "get", "disk_usage", "path=")

    def test_processes(self):
        self.wrong(["needs a pid"], "proc")
        for pid in ["x", "", "1x", "0x1", "1.0", " 1", "self", "+1"]:
            with self.subTest(pid=pid):
                self.wrong(["a pid is a whole number"], "proc", pid)
        self.wrong(["not negative", "-1"], "proc", "-1")
        self.wrong(["not negative"], "proc", "-" + "9" * 40)
        self.wrong(["unknown field nam", "did you mean name?"], "proc", "1", "nam")
        self.wrong(["unknown field"], "proc", "1", "name,frobnicate")
        self.wrong(["unknown field"], "proc", "1", "x" * 5000)
        self.wrong(["num_handles", "does not exist on this system"], "proc", "1", "num_handles")
        self.wrong(["no field is named"], "proc", "1", "")
        self.wrong(["no field is named"], "proc", "1", ",,")
        self.wrong(["--kind must be inet"], "proc", "1", "--kind", "inet5")


class Failures(CommandTest):
    def test_no_such_process(self):
        self.assertIn("NoSuchProcess", self.refused(1, "proc", "99999999"))
        huge = "9" * 60
        self.assertIn("NoSuchProcess: pid " + huge, self.refused(1, "proc", huge))
        self.assertIn("NoSuchProcess", self.refused(1, "proc", "99999999", "name"))

    def test_no_such_folder(self):
        line = self.refused(1, "--procfs", "/nonexistent", "get", "virtual_memory")
        self.assertIn("/nonexistent/meminfo: No such file or directory", line)

    def test_hostile_words_are_shown_harmlessly(self):
        for word in ["\033[31m", "a\nb", "\u202e", "\x9b", os.fsdecode(b"\xff\x80")]:
            with self.subTest(word=ascii(word)):
                self.refused(2, word)
                self.refused(2, "--" + word)
                self.refused(2, "get", word)
                self.refused(2, "get", "users", word + "=1")
                self.refused(2, "get", "pid_exists", "pid=" + word)
                self.refused(2, "proc", word)
                self.refused(2, "proc", "1", word)
                self.refused(1, "--procfs", "/nonexistent/" + word, "get", "pids")

    def test_full_disk(self):
        for args in [("get", "pids"), ("proc", str(os.getpid())), ("--help",), ("get",),
                     ("--version",)]:
            with self.subTest(args=args), open("/dev/full", "wb") as full:
                status, _, err = psutil(*args, stdout=full)
                self.assertEqual(status, 1)
                self.assertRegex(err, rb"\Apsutil: [^\n]*No space left on device\n\Z")

    def test_closed_pipe(self):
        for args in [("get", "pids"), ("proc", str(os.getpid())), ("--help",)]:
            with self.subTest(args=args):
                reading, writing = os.pipe()
                os.close(reading)
                status, _, err = psutil(*args, stdout=writing)
                os.close(writing)
                self.assertEqual(status, 1)
                self.assertLessEqual(err.count(b"\n"), 1)

    @unittest.skipIf("PSUTIL_VALGRIND" in os.environ, "valgrind opens files in the streams' places")
    def test_closed_stdout(self):
        if "PSUTIL_VALGRIND" in os.environ:
            self.skipTest("memcheck opens its own files where the closed ones were")
        for closed in [[1], [0, 1], [0, 1, 2], [2]]:
            with self.subTest(closed=closed):
                shell = "".join(f" {fd}>&-" for fd in closed)
                done = subprocess.run(["sh", "-c", f'exec "$0" get pids{shell}', BIN],
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
                self.assertEqual(done.returncode, 1 if 1 in closed else 0)
                if closed == [1]:
                    self.assertRegex(done.stderr, rb"\Apsutil: [^\n]*\n\Z")

    def test_nothing_is_printed_half(self):
        root = Root(self)
        root.process(7, b"name")
        root.write("proc/7/stat", b"7 (na")
        self.refused(1, *root.options(), "proc", "7", "name,ppid")


class Options(CommandTest):
    def test_may_stand_anywhere(self):
        root = Root(self)
        proc = root.path + "/proc"
        wanted = self.answer("--procfs", proc, "get", "virtual_memory")
        self.assertEqual(wanted["total"], 1000 * 1024)
        for args in [["--procfs=" + proc, "get", "virtual_memory"],
                     ["get", "--procfs", proc, "virtual_memory"],
                     ["get", "virtual_memory", "--procfs", proc],
                     ["get", "virtual_memory", "--procfs=" + proc],
                     ["--procfs=/nonexistent", "get", "virtual_memory", "--procfs=" + proc],
                     ["--procfs", proc, "--", "get", "virtual_memory"]]:
            with self.subTest(args=args):
                self.assertEqual(self.answer(*args), wanted)

    def test_two_dashes_end_options(self):
        self.assertIn("--json", self.refused(2, "get", "--", "--json"))

    def test_pretty_on_a_terminal_only(self):
        reader, terminal = pty.openpty()
        done = subprocess.run([BIN, "get", "swap_memory"], stdout=terminal, timeout=60, check=True)
        os.close(terminal)
        shown = b""
        try:
            while part := os.read(reader, 4096):
                shown += part
        except OSError:
            pass  # how a terminal says that its other side is closed
        os.close(reader)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b'{\r\n  "total": ', shown)
        self.assertEqual(list(loads(shown)), list(self.answer("get", "swap_memory")))


class Help(CommandTest):
    def check_page(self, *args):
        status, out, err = psutil(*args)
        self.assertEqual((status, err), (0, b""))
        for line in out.decode().splitlines():
            self.assertLessEqual(len(line), 80, line)
            self.assertEqual(line, line.rstrip())
        return out.decode()

    def test_pages(self):
        page = self.check_page("--help")
        for word in ["get", "proc", "--procfs DIR", "--sysfs DIR", "--json", "--color", "--version",
                     "Exit status"]:
            self.assertIn(word, page)
        self.assertEqual(self.check_page("-h"), page)
        page = self.check_page("get", "--help")
        self.assertIn("psutil get cpu_times percpu=true", page)
        self.assertEqual(self.check_page("--help", "get"), page)
        page = self.check_page("proc", "--help")
        for word in ["psutil proc 1", "--ungrouped", "--kind KIND", "memory_full_info", "children"]:
            self.assertIn(word, page)

    def test_every_command_has_a_page(self):
        page = self.check_page("--help")
        self.assertLessEqual(page.count("\n"), 60)
        names = psutil("help", "--list")[1].decode().split()
        self.assertGreater(len(names), 5)
        for name in names:
            with self.subTest(command=name):
                self.assertRegex(page, rf"(?m)^  {name} ")
                own = self.check_page(name, "--help")
                self.assertIn(f"Usage: psutil {name}", own)
                self.assertIn("Example", own)
                self.assertEqual(self.check_page("help", name), own)
                if name not in ("proc",):  # which lists all fields
                    self.assertLessEqual(own.count("\n"), 40)

    def test_list_of_functions(self):
        page = self.check_page("get")
        functions = self.answer("get", "--json")
        for function in functions:
            self.assertRegex(page, rf"(?m)^{function['name']} ")
            for argument in function["arguments"]:
                self.assertIn(f"  {argument['name']}=", page)

    def test_version(self):
        status, out, err = psutil("--version")
        self.assertEqual((status, err), (0, b""))
        self.assertRegex(out, rb"\Apsutil \d+\.\d+\.\d+\n\Z")
        self.assertEqual(psutil("-V")[1], out)


if __name__ == "__main__":
    unittest.main()
