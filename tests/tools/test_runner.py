"""What the tests' own runner makes of tests that fail, crash, hang, skip or are not there."""
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

TESTS = os.path.join(os.environ["PSUTIL_SOURCE"], "tests")


def run(*command):
    return subprocess.run([sys.executable, *command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)


class Tap(unittest.TestCase):
    def tap(self, body):
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "test_it.py")
            with open(script, "w", encoding="utf-8") as file:
                file.write("import unittest, os\n" + textwrap.dedent(body))
            done = run(os.path.join(TESTS, "tap.py"), script)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
        return done.returncode, lines

    def test_passes_and_failures(self):
        status, lines = self.tap("""
            class A(unittest.TestCase):
                def test_bad(self):
                    self.assertEqual(1, 2)
                def test_good(self):
                    print("ok 7 - not from here")
                    os.system("echo nor from here")
        """)
        self.assertEqual(lines, ["not ok 1 - A.test_bad", "ok 2 - A.test_good", "1..2"])
        self.assertEqual(status, 1)

    def test_skips_are_named(self):
        status, lines = self.tap("""
            class A(unittest.TestCase):
                @unittest.skip("no such thing")
                def test_a(self): pass
            class B(unittest.TestCase):
                @classmethod
                def setUpClass(cls): raise unittest.SkipTest("not root")
                def test_b(self): pass
        """)
        self.assertEqual(lines, ["ok 1 - A.test_a # SKIP no such thing",
                                 "ok 2 - B.test_b # SKIP not root", "1..2"])
        self.assertEqual(status, 0)

    def test_a_failing_part_fails_the_test(self):
        status, lines = self.tap("""
            class A(unittest.TestCase):
                def test_a(self):
                    for i in range(3):
                        with self.subTest(i=i):
                            if i == 0: self.skipTest("zero")
                            self.assertNotEqual(i, 1)
        """)
        self.assertEqual(lines, ["ok 1 - A.test_a (i=0) # SKIP zero", "not ok 2 - A.test_a", "1..2"])
        self.assertEqual(status, 1)

    def test_a_broken_set_up_fails(self):
        status, lines = self.tap("""
            class A(unittest.TestCase):
                @classmethod
                def setUpClass(cls): raise OSError
                def test_a(self): pass
        """)
        self.assertEqual(status, 1)
        self.assertTrue(lines[0].startswith("not ok 1 - setUpClass"), lines)

    def test_no_tests_are_a_failure(self):
        status, lines = self.tap("")
        self.assertEqual(status, 1)
        self.assertTrue(lines[0].startswith("Bail out!"))


class Summary(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def summary(self, *programs):
        log = os.path.join(self.folder, "log.json")
        with open(log, "w", encoding="utf-8") as file:
            for program in programs:
                test = {"name": "suite / it", "result": "OK", "returncode": 0, "stdout": "", **program}
                file.write(json.dumps(test) + "\n")
        done = run(os.path.join(TESTS, "summary.py"), log)
        last = done.stdout.splitlines()[-1]
        self.assertEqual(done.returncode, 0 if " 0 failed" in last else 1)
        return last

    def test_adds_up_every_point(self):
        self.assertEqual(
            self.summary({"stdout": "1..3\nok 1 - a\nok 2 - b # SKIP c\nok 3 - d\n"},
                         {"stdout": "ok 1 - a\nnot ok 2 - b\n1..2\n", "result": "ERROR", "returncode": 1}),
            "3 passed, 1 failed, 1 skipped")

    def test_what_ends_badly_is_a_failure_more(self):
        for about, program in {
            "crash": {"stdout": "1..2\nok 1 - a\n", "result": "ERROR", "returncode": -6},
            "crash at the end": {"stdout": "1..1\nok 1 - a\n", "result": "ERROR", "returncode": 134},
            "hang": {"stdout": "1..2\nok 1 - a\n", "result": "TIMEOUT", "returncode": -15},
            "too few": {"stdout": "1..2\nok 1 - a\n"},
            "no plan": {"stdout": "ok 1 - a\n"},
            "a sanitizer's status": {"stdout": "1..1\nok 1 - a\n", "result": "ERROR", "returncode": 99},
        }.items():
            with self.subTest(about):
                self.assertEqual(self.summary(program), "1 passed, 1 failed, 0 skipped")

    def test_a_crash_after_a_failure_is_told(self):
        program = {"stdout": "1..2\nnot ok 1 - a\n", "result": "ERROR", "returncode": -11}
        self.assertEqual(self.summary(program), "0 passed, 2 failed, 0 skipped")

    def test_nothing_run_is_a_failure(self):
        self.assertEqual(self.summary(), "0 passed, 1 failed, 0 skipped")
        self.assertEqual(self.summary({"stdout": ""}), "0 passed, 1 failed, 0 skipped")
        done = run(os.path.join(TESTS, "summary.py"), os.path.join(self.folder, "nowhere"))
        self.assertEqual(done.stdout.splitlines()[-1], "0 passed, 1 failed, 0 skipped")

    def test_a_skipped_program(self):
        self.assertEqual(self.summary({"stdout": "1..0 # SKIP no valgrind\n", "result": "SKIP"}),
                         "0 passed, 0 failed, 1 skipped")

    def test_each_label_has_a_line(self):
        log = os.path.join(self.folder, "log")
        with open(log, "w", encoding="utf-8") as file:
            json.dump({"name": "tests", "result": "OK", "stdout": "ok 1 - a\nok 2 - b # SKIP c\n1..2\n"}, file)
        done = run(os.path.join(TESTS, "summary.py"), "plain=" + log, "python=" + log)
        self.assertEqual(done.stdout.splitlines()[-4:],
                         ["  plain   1 passed, 0 failed, 1 skipped",
                          "  python  1 passed, 0 failed, 1 skipped", "", "2 passed, 0 failed, 2 skipped"])

    def test_sums_of_runs(self):
        numbers = os.path.join(self.folder, "numbers")
        with open(numbers, "w", encoding="utf-8") as file:
            json.dump({"passed": 5, "failed": 0, "skipped": 2}, file)
        script = os.path.join(TESTS, "summary.py")
        done = run(script, "--sum", numbers, numbers)
        self.assertEqual((done.returncode, done.stdout), (0, "10 passed, 0 failed, 4 skipped\n"))
        done = run(script, "--sum", numbers, numbers + "-missing")
        self.assertEqual((done.returncode, done.stdout), (1, "5 passed, 1 failed, 2 skipped\n"))


if __name__ == "__main__":
    unittest.main()
