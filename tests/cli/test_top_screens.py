"""psutil top: a person's session in a terminal, on a machine that stands still and on this one."""
import os
import re
import signal
import subprocess
import time
import unittest

from command import BIN, CommandTest, Root, psutil
from terminal import Terminal
from test_hostile import NAMES

# Those whose pids, memory and times are the same everywhere.
COLUMNS = "pid,nice,rss,status,time,command"


def has_screen():
    """Whether the command was built with one: without it says so before anything else."""
    with open(BIN, "rb") as program:
        return b"built without ncursesw" not in program.read()


def machine(owner):
    """An invented machine that stands still."""
    root = Root(owner)
    root.write("proc/loadavg", b"0.50 0.40 0.30 1/5 99\n")
    root.write("proc/stat", b"cpu  1 0 1 1 0 0 0 0 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\ncpu1 1 0 1 1 0 0 0 0 0 0\n"
               b"intr 3\nctxt 4\nbtime 1000000000\nprocesses 5\nsoftirq 6\n")
    for pid, ppid, name in [(1, 0, b"init"), (5, 1, b"sshd"), (6, 5, b"bash"), (7, 6, b"vi"),
                            (8, 1, b"nginx"), (9, 8, b"worker"), (10, 8, b"worker")]:
        root.process(pid, name, [b"/bin/" + name, b"-x"], ppid=ppid)
    for pid in range(20, 60):
        root.process(pid, b"job%d" % pid, [b"job", b"%d" % pid], ppid=1)
    return root


class TopTest(CommandTest):
    def top(self, *args, root=None, **options):
        if not has_screen():
            self.skipTest("built without ncursesw")
        roots = root.options() if root else []
        return Terminal(self, *roots, "top", "--sort", "pid", "--columns", COLUMNS, "--interval", "3600", *args,
                        **options)

    def still(self, *args, **options):
        """On the machine that stands still, once the list is there."""
        terminal = self.top(*args, root=machine(self), **options)
        terminal.wait(r"^ +1 .*/bin/init")
        return terminal


class Screens(TopTest):
    def test_sizes(self):
        for columns, rows in [(80, 24), (120, 40), (200, 60), (40, 12), (20, 5)]:
            with self.subTest(columns=columns):
                terminal = self.top(root=machine(self), columns=columns, rows=rows)
                terminal.assertGolden(f"top-{columns}x{rows}", r"^ +1 ")

    def test_the_smallest_terminals(self):
        for columns, rows in [(1, 1), (2, 3), (5, 2), (10, 4), (300, 2)]:
            with self.subTest(columns=columns, rows=rows):
                terminal = self.top(root=machine(self), columns=columns, rows=rows)
                time.sleep(0.3)
                for key in "hqkqtsq":
                    terminal.press(key)
                terminal.press("Escape")
                time.sleep(0.2)
                terminal.press("q")
                terminal.resize(60, 10)
                terminal.wait("left with 0")

    def test_no_utf8(self):
        terminal = self.top(root=machine(self), env={"LC_ALL": "C"})
        terminal.assertGolden("top-ascii", "/bin/init")
        terminal.press("t")
        terminal.assertGolden("top-ascii-tree", r"\|- /bin/sshd|`- /bin/bash")
        terminal.press("k")
        terminal.assertGolden("top-ascii-menu", "SIGTERM")
        self.assertTrue(terminal.screen().isascii())

    def test_colours(self):
        painted = re.compile("\x1b\\[[0-9;]*(3|4)[0-7]")
        terminal = self.still()
        self.assertRegex(terminal.screen(colors=True), painted)
        for args, env in [(["--color=never"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM_INSIDE": "vt100"})]:
            terminal = self.still(*args, env=env)
            screen = terminal.screen(colors=True)
            self.assertNotRegex(screen, painted)
            self.assertIn("\x1b[0;7m", screen)  # what is selected is reversed

    def test_hostile_names(self):
        root = machine(self)
        for pid, name in enumerate(NAMES, 11):
            root.process(pid, name, [name, "漢字 e\u0301".encode(), b"end"], ppid=1)
        for locale in ("C.UTF-8", "C"):
            terminal = self.top(root=root, columns=110, rows=60, env={"LC_ALL": locale})
            screen = terminal.wait("/bin/init")
            self.assertHarmless(screen.encode())
            lines = [line for line in screen.splitlines() if re.match(r" +1[1-9] ", line)]
            self.assertGreater(len(lines), 5)
            for line in lines:
                self.assertRegex(line, r"^ +\d+ +0 40.0K sleeping  +0:00.29 ")
            for key in ("t", "Down", "Right", "Enter"):
                terminal.press(key)
                time.sleep(0.1)
                self.assertHarmless(terminal.screen().encode())


class Keys(TopTest):
    def test_tree(self):
        terminal = self.still()
        terminal.press("t")
        terminal.assertGolden("top-tree", "└─ /bin/vi")
        terminal.press("t")
        terminal.wait_gone("└─")

    def test_help(self):
        terminal = self.still()
        for key in ("h", "?", "F1"):
            terminal.press(key)
            terminal.assertGolden("top-help", "Keys of psutil top")
            terminal.press("End")
            terminal.wait("q F10 +leave")
            terminal.press("Escape")
            terminal.wait("/bin/init")

    def test_moving_keeps_the_process(self):
        terminal = self.still()
        terminal.press("Down", "Down", "Down", "Down")
        terminal.press("Enter")
        terminal.wait("^ pid +8$")
        terminal.press("Escape")
        terminal.press("I")  # the order turns around, the selection stays with nginx
        terminal.wait("^ PID▼")
        terminal.press("Enter")
        terminal.wait("^ pid +8$")
        terminal.press("q", "Home", "Enter")
        terminal.wait("^ pid +59$")
        terminal.press("q", "End", "i")
        terminal.wait("^ pid +1$")

    def test_filter(self):
        terminal = self.still()
        terminal.press("f")
        terminal.type("name=~")
        terminal.assertGolden("top-filter-problem", "expected a value")
        terminal.type("w && pid>9")
        terminal.wait("Filter: name=~w && pid>9")
        terminal.assertGolden("top-filter", "10 +0 40")
        terminal.press("Enter")
        screen = terminal.wait("filter: name=~w && pid>9")
        self.assertNotIn("/bin/init", screen)
        terminal.press("Escape")
        terminal.wait("/bin/init")
        terminal.press("F4")
        terminal.type("pid=7")
        terminal.wait_gone("/bin/init")
        terminal.press("Escape")  # as it was before
        terminal.wait("/bin/init")

    def test_search(self):
        terminal = self.still()
        terminal.press("/")
        terminal.type("ORKER")
        terminal.wait("Search: ORKER")
        terminal.press("Enter", "Enter")
        terminal.wait("^ pid +9$")
        terminal.press("q", "n", "Enter")
        terminal.wait("^ pid +10$")
        terminal.press("q", "b", "Enter")
        terminal.wait("^ pid +9$")
        terminal.press("q", "/")
        terminal.type("nowhere")
        terminal.wait("not found")
        terminal.press("C-u")
        terminal.type("job 41")
        terminal.press("Enter", "Enter")
        terminal.wait("^ pid +41$")

    def test_user(self):
        terminal = self.still()
        terminal.press("u")
        terminal.type("99")
        terminal.press("Enter")
        terminal.wait("user=99")
        self.assertNotIn("/bin/init", terminal.screen())
        terminal.press("u", "BSpace", "BSpace")
        terminal.type("2")
        terminal.press("Enter")
        terminal.wait("user=2")
        terminal.wait("/bin/init")

    def test_order(self):
        terminal = self.still()
        for key, header in [("P", None), ("M", "RSS▼"), ("T", "TIME▼"), ("N", "PID▲"), ("N", "PID▼"),
                            (">", "NI▲"), ("<", "PID▲"), ("<", "COMMAND▲")]:
            terminal.press(key)
            if header:
                terminal.wait(header)
        terminal.press("s")
        terminal.assertGolden("top-sort-menu", "Order by")
        terminal.press("Home", "Down", "Down", "Enter")
        terminal.wait("RSS▼")

    def test_columns(self):
        terminal = self.still()
        terminal.press("o")
        terminal.type("+ppid,-rss")
        terminal.press("Enter")
        screen = terminal.wait("COMMAND +PPID")
        self.assertNotIn("RSS", screen)
        terminal.press("o")
        terminal.type("nosuch")
        terminal.press("Enter")
        terminal.wait("unknown column nosuch")
        terminal.press("o")
        terminal.type("name,pid")
        terminal.press("Enter")
        terminal.wait("^NAME +PID")

    def test_scrolling_sideways(self):
        terminal = self.top(root=machine(self), columns=40, rows=12)
        terminal.wait(r"^ +1 +0 40")
        terminal.press("Right", "Right", "Right")
        terminal.wait(r"/bin/init -x")
        terminal.press("Left", "Left", "Left")
        terminal.wait(r"^ +1 +0 40")

    def test_time(self):
        terminal = self.still()
        terminal.press("p")
        terminal.wait("paused")
        terminal.press("p")
        terminal.wait_gone("paused")
        terminal.press("-")
        terminal.wait("every 1800 s")
        terminal.press("d", "C-u")
        terminal.type("x")
        terminal.wait("seconds from 0.1 to 3600")
        terminal.press("Enter")  # not taken
        terminal.press("BSpace", "7", "Enter", "-")
        terminal.wait("every 3.5 s")

    def test_charts_come_and_go(self):
        terminal = self.still()
        terminal.wait("^CPU .*Mem")
        terminal.press("g")
        terminal.wait_gone("^CPU .*Mem")

    def test_mouse(self):
        terminal = self.still()
        header = next(i for i, line in enumerate(terminal.screen().splitlines()) if "COMMAND" in line)
        terminal.mouse(0, 40, header)
        terminal.wait("COMMAND▲")
        terminal.mouse(0, 3, header)
        terminal.wait("PID▲")
        terminal.mouse(0, 10, header + 5)
        time.sleep(0.3)
        terminal.press("Enter")
        terminal.wait("^ pid +8$")
        terminal.press("q")
        terminal.wait("/bin/init")
        terminal.mouse(65, 10, header + 5)  # the wheel
        time.sleep(0.1)
        terminal.press("Enter")
        terminal.wait("^ pid +20$")

    def test_resizing(self):
        terminal = self.still()
        terminal.resize(120, 40)
        terminal.assertGolden("top-120x40", "job 42")
        terminal.resize(20, 5)
        terminal.wait_gone("job 20")
        terminal.resize(80, 24)
        terminal.assertGolden("top-80x24", "job 28")

    def test_signal_menu(self):
        terminal = self.still()
        terminal.press("Down", "k")
        terminal.assertGolden("top-signal-menu", "SIGTERM 15")
        terminal.press("u", "u")
        terminal.press("Enter")
        terminal.assertGolden("top-confirm", "Send SIGUSR2 to 5 sshd, started 2001")
        terminal.press("y")
        terminal.wait("NotSupported|not supported")  # a recorded process takes no signal


if __name__ == "__main__":
    unittest.main()
