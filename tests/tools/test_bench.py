"""That the benchmark runs and what its report looks like; not how fast anything is."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

BENCH = os.path.join(os.environ["PSUTIL_BUILD"], "bench", "psutil-bench")
TABLE = os.path.join(os.environ["PSUTIL_SOURCE"], "tools", "bench_table.py")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.folder.name, "bench.json")
        cls.done = run(BENCH, "--quick", "--json", cls.path)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def report(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)

    def test_every_row_has_its_figures(self):
        rows = self.report()["floor"]
        for row in rows:
            with self.subTest(row["name"]):
                self.assertGreater(row["ours_ns"], 0)
                self.assertGreater(row["floor_ns"], 0)
                self.assertAlmostEqual(row["ratio"], row["ours_ns"] / row["floor_ns"], delta=0.01)
                self.assertTrue(row["floor"])
        names = [row["name"] for row in rows]
        self.assertEqual(len(names), len(set(names)))
        for name in ("cpu_times", "virtual_memory", "net_connections_unix", "process.name",
                     "process.memory_maps_ungrouped", "process.wait_ended", "table.10_fields"):
            self.assertIn(name, names)

    def test_tables_tell_memory_and_descriptors(self):
        tables = {row["name"]: row for row in self.report()["tables"]}
        self.assertIn("table.18_fields", tables)
        for row in tables.values():
            self.assertGreater(row["rows"], 200)
            self.assertGreater(row["bytes"], 0)
            self.assertLess(row["descriptors"], 10)

    def test_the_text_ends_with_the_mean(self):
        rows = len(self.report()["floor"])
        last = self.done.stdout.splitlines()[-1]
        self.assertRegex(last, rf"^{rows} rows; geometric mean of the ratios [\d.]+; largest ")

    def test_markdown(self):
        report = self.report()
        document = os.path.join(self.folder.name, "doc.md")
        with open(document, "w", encoding="utf-8") as file:
            file.write("before\n<!-- measured -->\nfigures of before\n<!-- /measured -->\nafter\n")
        for _ in range(2):
            done = run(sys.executable, TABLE, self.path, "--into", document)
            self.assertEqual(done.returncode, 0, done.stderr)
        with open(document, encoding="utf-8") as file:
            text = file.read()
        self.assertTrue(text.startswith("before\n<!-- measured -->\n"))
        self.assertTrue(text.endswith("\n<!-- /measured -->\nafter\n"))
        self.assertNotIn("figures of before", text)
        for row in report["floor"] + report["tables"]:
            self.assertIn(f"| `{row['name']}` |", text)


class Usage(unittest.TestCase):
    def test_one_row(self):
        done = run(BENCH, "--quick", "getloadavg")
        self.assertEqual(done.returncode, 0)
        self.assertIn("sysinfo", done.stdout)

    def test_unknown_row(self):
        self.assertEqual(run(BENCH, "--quick", "no_such_row").returncode, 1)

    def test_unknown_option(self):
        done = run(BENCH, "--no-such-option")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("usage:", done.stderr)

    def test_report_that_cannot_be_written(self):
        self.assertEqual(run(BENCH, "--quick", "--json", "/no/such/folder").returncode, 1)

    def test_growth_within_a_time(self):
        done = run(BENCH, "--growth", "1000000000", "--seconds", "0.1", "getloadavg")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"^ok 1 - getloadavg: \d+ calls, heap \+")


if __name__ == "__main__":
    unittest.main()
