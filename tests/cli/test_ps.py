"""psutil ps: selection, trees, threads, and names that attack the reader."""
import json
import os
import pty
import re
import signal
import subprocess
import unittest

from command import BIN, CommandTest, Root, psutil
from test_hostile import NAMES


class Selection(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.root = Root(cls)
        for pid, ppid, name in [(1, 0, b"init"), (5, 1, b"sshd"), (6, 5, b"bash"), (7, 6, b"vi"),
                                (8, 1, b"sshd"), (9, 77, b"lost")]:
            cls.root.process(pid, name, [name], ppid=ppid)

    def ps(self, *args, status=0):
        found, out, err = psutil(*self.root.options(), "ps", "--no-header", *args)
        self.assertEqual(found, status, err)
        return out.decode(), err.decode()

    def pids(self, *args, status=0):
        return [int(pid) for pid in self.ps("-o", "pid", *args, status=status)[0].split()]

    def test_by_pid(self):
        self.assertEqual(self.pids("7", "5"), [5, 7])
        self.assertEqual(self.pids("--pid", "7,5"), [5, 7])
        self.assertEqual(self.pids("7,5", "9"), [5, 7, 9])
        out, err = self.ps("-o", "pid", "5", "99", status=1)
        self.assertEqual(out.split(), ["5"])
        self.assertIn("NoSuchProcess: pid 99", err)

    def test_by_name(self):
        self.assertEqual(self.pids("--name", "sshd"), [5, 8])
        self.assertEqual(self.pids("-n", "ssh", status=1), [])
        self.assertEqual(self.pids("-n", "sshd", "--filter", "pid>5"), [8])

    def test_by_user(self):
        self.assertEqual(self.pids("--user", "2"), [1, 5, 6, 7, 8, 9])
        self.assertEqual(self.pids("--user", "12345678", status=1), [])

    def test_mistakes(self):
        for words in [("x",), ("1,",), (",",), ("1x",), ("--pid", ""), ("--tree", "--threads"),
                      ("--watch=0",), ("--watch=x",)]:
            with self.subTest(words=words):
                self.refused(2, *self.root.options(), "ps", *words)

    def test_tree(self):
        env = {**os.environ, "LC_ALL": "C.UTF-8"}
        out = psutil(*self.root.options(), "ps", "--tree", "-o", "command", "--no-header", env=env)[1]
        self.assertEqual(out.decode().split("\n"),
                         ["init", "├─ sshd", "│  └─ bash", "│     └─ vi", "└─ sshd", "lost", ""])
        env["LC_ALL"] = "C"
        out = psutil(*self.root.options(), "ps", "--tree", "-o", "command", "--no-header", env=env)[1]
        self.assertIn(b"|  `- bash\n", out)

    def test_tree_of_a_long_chain(self):
        root = Root(self)
        for pid in range(1, 3001):
            root.process(pid, b"p%d" % pid, ppid=pid - 1)
        status, out, err = psutil(*root.options(), "ps", "--tree", "-o", "name", "--no-header")
        self.assertEqual((status, err, out.count(b"\n")), (0, b"", 3000))


class Hostile(CommandTest):
    def setUp(self):
        self.root = Root(self)
        for pid, name in enumerate(NAMES, 10):
            self.root.process(pid, name, [name, "漢字 e\u0301".encode(), b"end"])

    def test_lines(self):
        for locale in ["C", "C.UTF-8"]:
            for args in [(), ("--tree",), ("--csv",), ("--jsonl",), ("-o", "name,cmdline,pid")]:
                env = {**os.environ, "LC_ALL": locale}
                status, out, err = psutil(*self.root.options(), "ps", "--no-header", *args, env=env)
                self.assertEqual((status, err), (0, b""))
                self.assertHarmless(out)
                self.assertEqual(out.count(b"\n"), len(NAMES), (args, out))

    def test_terminal(self):
        out = on_terminal(*self.root.options(), "ps", "--color=never")
        self.assertHarmless(out.replace(b"\r\n", b"\n"))
        for line in out.decode().splitlines():
            self.assertLessEqual(len(line), 80)


def on_terminal(*args):
    """What the command writes to a terminal of 80 columns."""
    host, guest = pty.openpty()
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen([BIN, *args], stdout=guest, stdin=subprocess.DEVNULL, env=env) as child:
        os.close(guest)
        out = b""
        while True:
            try:
                more = os.read(host, 65536)
            except OSError:
                break
            if not more:
                break
            out += more
        child.wait()
    os.close(host)
    return out


class Live(CommandTest):
    def test_colour_only_where_it_is_wanted(self):
        self.assertIn(b"\033[1m", on_terminal("ps", str(os.getpid())))
        self.assertNotIn(b"\033[", on_terminal("ps", "--color=never", str(os.getpid())))
        self.assertNotIn(b"\033[", psutil("ps", str(os.getpid()))[1])

    def test_full_width_in_a_pipe(self):
        word = "w" * 500
        with subprocess.Popen(["sh", "-c", "read x; true", word], stdin=subprocess.PIPE) as child:
            self.assertIn(word.encode(), psutil("ps", str(child.pid))[1])
            self.assertNotIn(word.encode(), on_terminal("ps", str(child.pid)))
            child.communicate()

    def test_watch(self):
        with subprocess.Popen([BIN, "ps", "--watch=0.1", "--jsonl", "-o", "pid,cpu,cpu_percent",
                               str(os.getpid())], stdout=subprocess.PIPE) as child:
            lines = [json.loads(child.stdout.readline()) for _ in range(3)]
            child.send_signal(signal.SIGINT)
            child.stdout.read()
            self.assertEqual(child.wait(), 0)
        for line in lines:
            self.assertEqual(line["pid"], os.getpid())
            self.assertEqual(line["cpu"], line["cpu_percent"])
            self.assertIsNotNone(line["cpu"])

    def test_threads(self):
        status, out, err = psutil("ps", "--threads", "-o", "pid,tid", "--jsonl", str(os.getpid()))
        self.assertEqual((status, err), (0, b""))
        tids = [json.loads(line)["tid"] for line in out.splitlines()]
        self.assertEqual(tids, sorted(int(tid) for tid in os.listdir("/proc/self/task")))

    def test_cpu_percent_is_measured(self):
        row = json.loads(psutil("ps", "-o", "cpu_percent", "--jsonl", str(os.getpid()))[1])
        self.assertIsNotNone(row["cpu_percent"])

    def test_date_of_the_start(self):
        shown = psutil("ps", "-o", "started", "--no-header", str(os.getpid()))[1].decode().strip()
        self.assertTrue(re.fullmatch(r"\d\d:\d\d", shown), shown)


if __name__ == "__main__":
    unittest.main()
