"""How `make soak` gathers its figures, and what its report looks like; the figures are the tests' own."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["PSUTIL_SOURCE"]
SOAK = os.path.join(SOURCE, "tools", "soak.py")
TABLE = os.path.join(SOURCE, "tools", "soak_table.py")

STORM = {"test": "no_answer_is_wrong_where_pids_wrap", "ok": True, "seconds": 10.0, "forks": 60000,
         "threads": 50, "made_sockets": 60, "answers": 700, "processes": 80, "rows": 90, "sockets": 100,
         "families": 11, "ends": 12, "changes": 13, "reused": 14, "wrong": 0, "failures": 0}
REPORT = {
    "conditions": {"date": "2026-01-01", "command": "make corner-cases", "ok": True, "groups_tested": 3,
                   "groups": 4, "tested": 5, "conditions": 6},
    "fuzz": {"date": "2026-01-01", "command": "make fuzz TIME=7", "ok": True, "seconds": 7,
             "targets": [{"name": "stat", "executions": 12345, "edges": 6, "finding": None}]},
    "faults": {"date": "2026-01-01", "command": "faults", "ok": True,
               "faults": {"open ENOENT": 1, "open64 ENOENT": 2, "read cut read": 3}},
    "storms": {"date": "2026-01-01", "command": "storms", "ok": True,
               "runs": [{"build": "as it is", "name": "soak/weather", "ok": True, "figures": [STORM]}]},
    "scale": {"date": "2026-01-01", "command": "scale", "ok": True, "notes": ["files: so many"],
              "figures": [{"what": "files", "call": "f()", "items": n, "ms": n / 10, "kb": n, "descriptors": 3}
                          for n in (10, 33, 100)]},
}


def run(*words):
    return subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          cwd=SOURCE, check=False)


class Soak(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "soak.json")

    def write(self, report):
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(report, file)

    def test_a_step_leaves_the_others_figures(self):
        self.write({"scale": REPORT["scale"]})
        done = run(SOAK, "--report", self.path, "conditions")
        self.assertEqual(done.returncode, 0, done.stdout)
        with open(self.path, encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual(report["scale"], REPORT["scale"])
        self.assertGreater(report["conditions"]["tested"], 80)

    def test_an_unknown_step(self):
        self.assertEqual(run(SOAK, "--report", self.path, "weather").returncode, 2)

    def test_every_figure_is_in_the_report(self):
        self.write(REPORT)
        done = run(TABLE, self.path)
        self.assertEqual(done.returncode, 0, done.stdout)
        for text in ("3 of 4 groups, 5 of 6 conditions", "12,345 executions of 1 targets, 7 s each: nothing found",
                     "6 calls of 2 functions made to fail", "| `open` |  |  |  | 3 |", "**0 wrong**", "| 6,000 |",
                     "files: `f()` | 10 | 33 | 100", "* files: so many"):
            self.assertIn(text, done.stdout)

    def test_what_did_not_run_is_said(self):
        self.write({name: step for name, step in REPORT.items() if name != "storms"})
        self.assertRegex(run(TABLE, self.path).stdout, r"races \| not run")

    def test_too_few_forks_are_said(self):
        storm = {**STORM, "forks": 10000}
        self.write({**REPORT, "storms": {**REPORT["storms"], "runs": [
            {**REPORT["storms"]["runs"][0], "figures": [storm]}]}})
        self.assertIn("1,000 (fewer than wanted)", run(TABLE, self.path).stdout)


if __name__ == "__main__":
    unittest.main()
