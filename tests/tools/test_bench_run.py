"""What bench/run.py is made of: peers that answer, loads that go again, samples that take turns, the report."""
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE, BUILD = os.environ["PSUTIL_SOURCE"], os.environ["PSUTIL_BUILD"]
BENCH = os.path.join(SOURCE, "bench")
sys.path.insert(0, BENCH)

from runner import notes, report  # noqa: E402
from runner.scale import row_of  # noqa: E402
from runner.stats import Samples, take_turns  # noqa: E402
from runner.terminal import Terminal, bar, duration  # noqa: E402


def built(name):
    return os.path.join(BUILD, "bench", name)


def children_of(pid):
    """All below it, as /proc tells."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except (OSError, IndexError):
        return True


def sockets_of(pid):
    links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
    return sum(link.startswith("socket:") for link in links)


class Peers(unittest.TestCase):
    def ask(self, program, *lines):
        done = subprocess.run([*program, str(os.getpid())], input="".join(line + "\n" for line in lines),
                              stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.splitlines()

    def test_ours_answers_every_question_of_psutil_itself(self):
        with open(os.path.join(BENCH, "peers", "python", "peer.py"), encoding="utf-8") as file:
            names = [line.split('"')[1] for line in file if line.strip().startswith('"') and "lambda" in line]
        self.assertIn("sockets", names)
        for name, answer in zip(names, self.ask([built("peer-libpsutil")], *(f"{name} 2" for name in names))):
            with self.subTest(name):
                self.assertRegex(answer, r"^\d+ [1-9]\d*$")

    def test_an_unknown_question_has_no_answer(self):
        for peer in ("peer-libpsutil", "peer-bare"):
            self.assertEqual(self.ask([built(peer)], "no_such 1", "also_none 3"), ["none", "none"])

    def test_bare_reads(self):
        for answer in self.ask([built("peer-bare")], "processes_10 1", "processes_18 1", "sockets 1"):
            self.assertGreater(int(answer.split()[0]), 1000)


class Load(unittest.TestCase):
    def start(self, kind, count, **options):
        helper = subprocess.Popen([built("psutil-load"), kind, str(count)], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, **options)
        self.addCleanup(helper.stdout.close)
        self.addCleanup(helper.kill)
        self.assertEqual(helper.stdout.readline(), f"ready {count}\n")
        return helper

    def test_processes_come_and_go(self):
        helper = self.start("processes", 50)
        children = children_of(helper.pid)
        self.assertEqual(len(children), 50)
        helper.stdin.close()
        self.assertEqual(helper.wait(timeout=20), 0)
        self.assertTrue(all(map(is_gone, children)))

    def test_processes_end_with_a_helper_that_is_killed(self):
        helper = self.start("processes", 20)
        children = children_of(helper.pid)
        helper.kill()
        helper.wait()
        helper.stdin.close()
        self.wait_for_the_end_of(children)

    def wait_for_the_end_of(self, children):
        end = time.monotonic() + 20
        while not all(map(is_gone, children)) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertTrue(all(map(is_gone, children)))

    def test_sockets(self):
        helper = self.start("sockets", 40)
        # Both ends of twenty connections, and the one that listens.
        self.assertEqual(list(map(sockets_of, children_of(helper.pid))), [41])
        helper.stdin.close()
        self.assertEqual(helper.wait(timeout=20), 0)

    def test_sockets_of_several_where_one_may_not_have_so_many(self):
        helper = self.start("sockets", 100, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (72, 72)))
        children = children_of(helper.pid)
        self.assertEqual(sum(map(sockets_of, children)), 100 + len(children))
        helper.kill()
        helper.wait()
        helper.stdin.close()
        self.wait_for_the_end_of(children)

    def test_usage(self):
        done = subprocess.run([built("psutil-load"), "sockets", "none"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 2)


class Effort:
    seconds, least, most = 0, 3, 3


class Sides(unittest.TestCase):
    def test_each_is_asked_in_each_round_another_first(self):
        asked = []
        sides = {name: lambda name=name: asked.append(name) or 5 for name in "abc"}
        samples = take_turns(sides, Effort)
        self.assertEqual("".join(asked), "abcbcacab")
        self.assertEqual({name: taken.values for name, taken in samples.items()},
                         {name: [5, 5, 5] for name in "abc"})

    def test_a_side_without_an_answer_is_left_out(self):
        samples = take_turns({"a": lambda: 1, "b": lambda: None, "c": lambda: 3}, Effort)
        self.assertEqual(sorted(samples), ["a", "c"])

    def test_disturbed_rounds_do_not_count_when_there_are_others(self):
        calm = iter([False, True, True, True, True])
        numbers = iter(range(10))
        samples = take_turns({"a": lambda: next(numbers)}, Effort, calm=lambda: next(calm))
        self.assertEqual(samples["a"].values, [1, 2, 3])
        samples = take_turns({"a": lambda: 7}, Effort, calm=lambda: False)
        self.assertEqual(set(samples["a"].values), {7})

    def samples(self, **values):
        made = {}
        for name, of in values.items():
            made[name] = Samples()
            made[name].values = list(of)
        return made

    def test_a_row_is_ours_beside_the_others(self):
        samples = self.samples(ours_proc=[1e6, 2e6, 3e6], python_proc=[4e6], psutil=[8e6], bare=[1e6],
                               procps=[1.5e6])
        items = {"ours_proc": 1000, "psutil": 1000, "procps": 500}
        row = row_of("processes_1000_proc", "processes_10", "proc", samples, items, "ms")
        self.assertEqual((row["ours_ms"], row["python_ms"], row["times_faster"], row["python_times_faster"]),
                         (2, 4, 4, 2))
        self.assertEqual(row["peers"], {"psutil": 8, "bare": 1, "procps": 1.5})
        self.assertEqual(row["quartiles"]["ours"], [1.5, 2.5])
        self.assertEqual(row["behind"], ["procps"])
        self.assertEqual(row["notes"], {"bare": notes.BARE, "procps": "found 500, ours 1000"})
        self.assertIsNone(row_of("processes_1000_bpf", "processes_10", "bpf", samples, items, "ms"))


class Drawing(unittest.TestCase):
    def test_durations(self):
        for value, text in ((12, "12 ns"), (1500, "1.50 µs"), (2.5e7, "25.0 ms"), (3.2e9, "3.20 s ")):
            self.assertEqual(duration(value), text)

    def test_a_doubling_is_as_long_everywhere(self):
        self.assertEqual([len(bar(value, 16, 8)) for value in (0.5, 1, 2, 4, 16, 99)], [0, 0, 2, 4, 8, 8])

    def test_what_is_missing_is_not_drawn(self):
        out = io.StringIO()
        report.draw(Terminal(out, io.StringIO()), {"left_out": [{"section": "scale", "name": "x", "why": "y"}]},
                    ["floor", "scale"])
        self.assertEqual(out.getvalue(), "\nLeft out  \n  x: y\n")


class Whole(unittest.TestCase):
    """The program itself, beside nobody but the bare reads: what others need may not be here."""

    def start(self, *arguments, build):
        program = subprocess.Popen([sys.executable, os.path.join(BENCH, "run.py"), "--quick", "--peers",
                                    "bare", *arguments], env={**os.environ, "PSUTIL_BUILD": build},
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(program.kill)
        return program

    def folder(self):
        """A build folder of its own: the report of somebody's `make bench` stays as it is."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.mkdir(os.path.join(folder.name, "bench"))
        for name in ("psutil", *(f"bench/{one}" for one in ("peer-bare", "peer-libpsutil", "psutil-load"))):
            os.symlink(os.path.join(BUILD, name), os.path.join(folder.name, name))
        return folder.name

    def test_calls_and_commands(self):
        build = self.folder()
        program = self.start("calls", "commands", build=build)
        out, err = program.communicate(timeout=240)
        self.assertEqual(program.returncode, 0, err)
        with open(os.path.join(build, "bench.json"), encoding="utf-8") as file:
            told = json.load(file)
        self.assertGreater({row["name"]: row for row in told["calls"]}["virtual_memory"]["ours_us"], 0)
        self.assertIn("get_getloadavg", {row["name"] for row in told["commands"]} |
                      {one["name"].partition(":")[0] for one in told["left_out"]})
        self.assertIn("Single calls", out)
        self.assertIn("virtual_memory", out)
        table = subprocess.run([sys.executable, os.path.join(SOURCE, "tools", "bench_table.py"),
                                os.path.join(build, "bench.json")], capture_output=True, text=True, check=True)
        self.assertIn("### Single calls", table.stdout)
        self.assertIn("| `virtual_memory` |", table.stdout)

    def end_with(self, least):
        """Ends it as soon as it has so many children, and waits until they are gone."""
        program = self.start("scale", build=self.folder())
        children, end = set(), time.monotonic() + 60
        while len(children) < least and time.monotonic() < end:
            time.sleep(0.005)
            children |= children_of(program.pid)
        self.assertGreaterEqual(len(children), least)
        children |= children_of(program.pid)
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
        self.assertEqual(program.returncode, 143)
        end = time.monotonic() + 20
        while not all(map(is_gone, children)) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual([pid for pid in children if not is_gone(pid)], [])

    def test_nothing_remains_when_it_is_ended(self):
        # While the load is made (a helper and 100 processes), and while the peers are started beside it.
        for least in (50, 102, 103, 105):
            with self.subTest(least):
                self.end_with(least)

    def test_an_unknown_section(self):
        program = self.start("no_such", build=self.folder())
        self.assertIn("no section no_such", program.communicate(timeout=60)[1])
        self.assertEqual(program.returncode, 2)


if __name__ == "__main__":
    unittest.main()
