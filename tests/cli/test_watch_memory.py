"""psutil watch-memory: what it sees, writes and does."""
import csv
import io
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

from command import BIN, CommandTest, loads, psutil
from terminal import Terminal

MB = 1 << 20

# Takes so many megabytes when it is told to, says so, and goes on being told.
EATER = """
import sys
kept = []
print("ready", flush=True)
for line in sys.stdin:
    kept.append(b"x" * (int(line) << 20))
    print("done", flush=True)
sys.exit(5)
"""


class Eater:
    def __init__(self, owner):
        self.child = subprocess.Popen([sys.executable, "-I", "-c", EATER], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        owner.addCleanup(self.child.wait)
        owner.addCleanup(self.child.stdout.close)
        owner.addCleanup(self.child.stdin.close)
        owner.addCleanup(self.child.kill)
        self.child.stdout.readline()
        self.pid = self.child.pid

    def eat(self, megabytes):
        self.child.stdin.write(f"{megabytes}\n")
        self.child.stdin.flush()
        self.child.stdout.readline()


class WatchTest(CommandTest):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="psutil-watch-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def watch(self, *args):
        child = subprocess.Popen([BIN, "watch-memory", "--interval", "0.05", *map(str, args)],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.stderr.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child

    def finish(self, child, status=0):
        out, err = child.communicate(timeout=60)
        self.assertEqual((child.returncode, err), (status, b""), out)
        return out.decode()

    def wait_lines(self, path, count):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if os.path.exists(path):
                with open(path, "rb") as file:
                    if file.read().count(b"\n") >= count:
                        return
            time.sleep(0.02)
        self.fail(f"{path} has no {count} lines")


class Files(WatchTest):
    def rows(self, path):
        with open(path, encoding="utf-8") as file:
            return [{name: float(value) if value else None for name, value in row.items()}
                    for row in csv.DictReader(file)]

    def test_csv_grows_with_the_process(self):
        eater = Eater(self)
        path = self.path("a.csv")
        child = self.watch(eater.pid, "--output", path)
        self.wait_lines(path, 3)
        eater.eat(60)
        self.wait_lines(path, 12)
        child.send_signal(signal.SIGINT)
        text = self.finish(child)
        rows = self.rows(path)
        self.assertGreaterEqual(len(rows), 11)
        self.assertGreater(rows[-1]["rss"] - rows[0]["rss"], 59 * MB)
        self.assertLess(rows[-1]["rss"] - rows[0]["rss"], 90 * MB)
        self.assertIsNone(rows[0]["cpu_percent"])
        self.assertEqual(rows[0]["elapsed"], 0)
        for before, row in zip(rows, rows[1:]):
            self.assertGreater(row["elapsed"], before["elapsed"])
            self.assertGreaterEqual(row["vms"], row["rss"])
            self.assertEqual(row["processes"], 1)
        self.assertLess(abs(rows[-1]["time"] - time.time()), 60)
        self.assertRegex(text, r"watched  .* moments; interrupted\nmemory   peak .*\ngrowth   \+.*\ncpu      peak ")

    def test_the_statistics_are_those_of_the_moments(self):
        eater = Eater(self)
        path = self.path("a.json")
        child = self.watch(eater.pid, "--output", path, "--duration", "1", "--json")
        time.sleep(0.4)
        eater.eat(30)
        printed = loads(self.finish(child))
        with open(path, encoding="utf-8") as file:
            kept = loads(file.read())
        self.assertEqual(kept["statistics"], printed)
        self.assertEqual(printed["end"], "duration")
        self.assertEqual(printed["pid"], eater.pid)
        moments = kept["moments"]
        rss = [moment["rss"] for moment in moments]
        times = [moment["elapsed"] for moment in moments]
        self.assertEqual(printed["moments"], len(moments))
        self.assertEqual((printed["rss_peak"], printed["rss_last"]), (max(rss), rss[-1]))
        self.assertAlmostEqual(printed["rss_mean"] / MB, sum(rss) / len(rss) / MB, places=3)
        mean_t, mean_r = sum(times) / len(times), sum(rss) / len(rss)
        slope = sum((t - mean_t) * (r - mean_r) for t, r in zip(times, rss)) / sum((t - mean_t) ** 2 for t in times)
        self.assertAlmostEqual(printed["rss_growth_per_hour"] / MB, slope * 3600 / MB, places=1)
        self.assertLess(abs(times[-1] - 1), 0.5)

    def test_jsonl(self):
        path = self.path("a.jsonl")
        self.finish(self.watch(os.getpid(), "--output", path, "--duration", "0.3"))
        with open(path, encoding="utf-8") as file:
            moments = [loads(line) for line in file]
        self.assertGreater(len(moments), 2)
        self.assertGreater(moments[0]["rss"], MB)

    def test_svg(self):
        eater = Eater(self)
        path = self.path("a.svg")
        child = self.watch(eater.pid, "--output", path, "--duration", "0.6", "--above", "9G")
        eater.eat(20)
        self.finish(child)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        root = ElementTree.fromstring(text)
        space = "{http://www.w3.org/2000/svg}"
        words = [element.text for element in root.iter(space + "text")]
        self.assertTrue(any(f"(pid {eater.pid})" in word for word in words), words)
        for word in ("Memory (resident)", "CPU (100% is one processor)", "time since the start", "0 B", "0.0%"):
            self.assertIn(word, words)
        self.assertTrue(any(word.endswith("iB") for word in words))
        self.assertEqual(len(list(root.iter(space + "polyline"))), 2)
        self.assertEqual(sum(line.get("class") == "limit" for line in root.iter(space + "line")), 1)
        self.assertIn("prefers-color-scheme: dark", text)
        for shape in [*root.iter(space + "polyline"), *root.iter(space + "polygon")]:
            points = [tuple(map(float, point.split(","))) for point in shape.get("points").split()]
            self.assertGreater(len(points), 4)
            for x, y in points:
                self.assertTrue(90 <= x <= 930 and 80 <= y <= 480, (x, y))

    def test_svg_of_a_hostile_name(self):
        program = self.path("<a&\"b\033[2J")
        shutil.copy(shutil.which("sleep"), program)
        path = self.path("a.svg")
        self.finish(self.watch("--output", path, "--", program, "0.5"))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertNotIn("\033", text)
        title = ElementTree.fromstring(text).find("{http://www.w3.org/2000/svg}text").text
        self.assertTrue(title.startswith("<a&\"b"), title)

    def test_a_file_that_cannot_be_written(self):
        self.assertIn("/nonexistent/a.csv", self.refused(1, "watch-memory", str(os.getpid()), "--output",
                                                         "/nonexistent/a.csv"))
        started = self.path("started")
        self.refused(1, "watch-memory", "--output", "/nonexistent/a.csv", "--", "touch", started)
        time.sleep(0.2)
        self.assertFalse(os.path.exists(started))
        os.symlink("/dev/full", self.path("full.csv"))
        self.assertIn("No space left", self.refused(1, "watch-memory", str(os.getpid()), "--output",
                                                    self.path("full.csv")))


class Limits(WatchTest):
    def test_above_ends_with_its_own_status(self):
        eater = Eater(self)
        child = self.watch(eater.pid, "--above", "80M", "--json")
        time.sleep(0.3)
        self.assertIsNone(child.poll())
        eater.eat(80)
        result = loads(self.finish(child, status=3))
        self.assertEqual(result["end"], "above the limit")
        self.assertGreater(result["rss_last"], 80 * MB)
        self.assertIsNone(eater.child.poll())

    def test_run_a_program_once(self):
        eater = Eater(self)
        script, told = self.path("alarm"), self.path("told")
        with open(script, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nprintf "%s|" "$PSUTIL_PID" "$PSUTIL_RSS" "$@" >> {told}\n')
        os.chmod(script, 0o700)
        child = self.watch(eater.pid, "--above", "1M", "--run", f"{script} one  $(two) ;x", "--duration", "0.6")
        self.finish(child)
        with open(told, encoding="utf-8") as file:
            pid, rss, *words = file.read().split("|")
        self.assertEqual((int(pid), words), (eater.pid, ["one", "$(two)", ";x", ""]))
        self.assertGreater(int(rss), MB)

    def test_run_what_does_not_exist(self):
        line = self.refused(1, "watch-memory", str(os.getpid()), "--above", "1", "--run", "/no/such/program")
        self.assertIn("/no/such/program", line)
        line = self.refused(1, "watch-memory", str(os.getpid()), "--above", "1", "--run", "true" + " x" * 64)
        self.assertIn("Argument list too long", line)

    def test_mistakes(self):
        me = str(os.getpid())
        for words in [(), ("x",), ("1", "2"), ("-1",), (me, "--interval", "0"), (me, "--above", "much"),
                      (me, "--run", "x"), (me, "--output", "a.png"), (me, "--duration", "-1"),
                      (me, "--above", "1", "--run", " "), ("99999999999999999999",)]:
            with self.subTest(words=words):
                self.refused(2, "watch-memory", *words)
        self.assertIn("NoSuchProcess", self.refused(1, "watch-memory", "99999999"))


class Ends(WatchTest):
    def test_with_the_process(self):
        eater = Eater(self)
        child = self.watch(eater.pid, "--json", "--interval", "5")
        time.sleep(0.3)
        eater.child.stdin.close()
        eater.child.wait()
        started = time.monotonic()
        result = loads(self.finish(child))
        self.assertLess(time.monotonic() - started, 4)  # at once, not with the next moment
        self.assertEqual(result["end"], "the process ended")

    def test_with_a_program_that_was_started(self):
        result = loads(self.finish(self.watch("--json", "--", sys.executable, "-I", "-c",
                                              "import time; x = b'x' * (50 << 20); time.sleep(0.5); raise SystemExit(7)")))
        self.assertEqual((result["end"], result["exit_code"]), ("the process ended", 7))
        self.assertGreater(result["rss_peak"], 50 * MB)
        self.assertGreater(result["rss_last"], MB)  # not the nothing of one that is ending

    def test_a_program_that_does_not_exist(self):
        self.assertIn("no-such-program", self.refused(1, "watch-memory", "--", "/no-such-program"))

    def test_with_a_signal(self):
        path = self.path("a.json")
        child = self.watch(os.getpid(), "--output", path)
        time.sleep(0.4)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)
        self.assertEqual(child.returncode, -signal.SIGTERM)
        with open(path, encoding="utf-8") as file:  # it is whole all the same
            self.assertGreater(len(loads(file.read())["moments"]), 1)

    def test_with_children(self):
        source = ("import subprocess, sys, time\n"
                  "one = subprocess.Popen([sys.executable, '-I', '-c', "
                  "'import time; x = bytes(1) * (40 << 20); x = b\"y\" * (40 << 20); time.sleep(60)'])\n"
                  "time.sleep(60)\n")
        child = subprocess.Popen([sys.executable, "-I", "-c", source], start_new_session=True)
        self.addCleanup(child.wait)
        self.addCleanup(os.killpg, child.pid, signal.SIGKILL)
        time.sleep(1)
        alone = loads(self.finish(self.watch(child.pid, "--json", "--duration", "0.3")))
        path = self.path("a.jsonl")
        both = loads(self.finish(self.watch(child.pid, "--json", "--children", "--duration", "0.5", "--output", path)))
        self.assertGreater(both["rss_last"] - alone["rss_last"], 39 * MB)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(loads(file.readlines()[-1])["processes"], 2)

    def test_all_that_a_new_child_works(self):
        """From its start on, not only from the first moment at which it is seen."""
        work = ("import time\nwhile time.process_time() < 0.4: pass\ntime.sleep(1.2)\n"
                "print(time.process_time())")
        source = ("import subprocess, sys, time\ntime.sleep(1.2)\n"
                  f"subprocess.run([sys.executable, '-I', '-c', {work!r}])")
        path = self.path("a.json")
        out, err = self.watch("--interval", "1", "--children", "--output", path, "--", sys.executable, "-I", "-c",
                              source).communicate(timeout=60)
        worked = float(out.split()[0])
        with open(path, encoding="utf-8") as file:
            moments = loads(file.read())["moments"]
        told = sum(now["cpu_percent"] / 100 * (now["elapsed"] - before["elapsed"])
                   for before, now in zip(moments, moments[1:]))
        self.assertGreater(told, worked - 0.05, err)


class Plot(WatchTest):
    def test_on_a_terminal(self):
        eater = Eater(self)
        for locale, mark in [("C.UTF-8", "[⠁-⣿]{3}"), ("C", "[.:#]{3}")]:
            terminal = Terminal(self, "watch-memory", "--interval", "0.05", str(eater.pid), columns=70, rows=40,
                                env={"LC_ALL": locale})
            terminal.wait(mark)
            screen = terminal.wait(rf"^{eater.pid} python\S*  memory \d")
            self.assertRegex(screen, r"(?m)^ +\d+(\.\d)?M\b")
            self.assertRegex(screen, r"(?m)^ +\d+(\.\d)?%")
            terminal.press("C-c")
            screen = terminal.wait("left with 0")
            self.assertRegex(screen, r"(?m)^(\^C)?watched .* interrupted")
            self.assertEqual(len(re.findall(rf"(?m)^{eater.pid} ", screen)), 1)  # drawn in one place

    def test_not_where_nobody_sees_it(self):
        text = self.finish(self.watch(os.getpid(), "--duration", "0.2"))
        self.assertTrue(text.startswith("watched"))
        terminal = Terminal(self, "watch-memory", "--duration", "0.3", str(os.getpid()),
                            env={"TERM_INSIDE": "dumb"})
        self.assertNotIn("memory 1", terminal.wait("left with 0").replace("memory   peak", ""))


if __name__ == "__main__":
    unittest.main()
