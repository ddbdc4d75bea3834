"""The list of conditions names tests that exist, and the tool notices when it does not."""
import os
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["PSUTIL_SOURCE"]
TOOL = os.path.join(SOURCE, "tools", "corner_cases.py")

LIST = """# Conditions

Words before the first group.

## 1. First
- A condition, which takes `two` lines: `os/one:first`,
  `cli/two:Class.test_third`
- Another: `os/one:second`, `os/one`

## 2. Second
- Not yet (waits for something)
"""
ONE = "TEST(first){}\n{{\n}}\n\nTEST(second){}\n{{\n}}\n"
TWO = "class Class(TestCase):\n    def test_third(self):{}\n        pass\n"


class CornerCases(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name
        self.sources()

    def write(self, name, text):
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def sources(self, listed=LIST, first=" /* corner case 1 */", third="  # corner case 1"):
        self.write("tests/corner-cases.md", listed)
        self.write("tests/os/test_one.c", ONE.format(first, " /* corner case 1 */"))
        self.write("tests/cli/test_two.py", TWO.format(third))

    def run_tool(self, *words):
        done = subprocess.run([sys.executable, TOOL, "--top", self.top, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_the_list_of_this_project(self):
        done = subprocess.run([sys.executable, TOOL], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\n\d+ of 33 groups, \d+ of \d+ conditions tested\n\Z")

    def test_states(self):
        status, out, err = self.run_tool("--tests")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"(?m)^  1  First +4 tests$")
        self.assertRegex(out, r"(?m)^  2  Second +waits for something$")
        self.assertIn("cli/two:Class.test_third\n", out)
        self.assertTrue(out.endswith("1 of 2 groups, 2 of 3 conditions tested\n"))

    def test_missing_ones(self):
        for old, new, wanted in [
                ("one:first", "one:last", "tests/os/test_one.c has 0 tests last"),
                ("os/one:second", "os/none:second", "there is no file of os/none:second"),
                ("Class.test_third", "test_third", "test_two.py has 0 tests test_third")]:
            with self.subTest(wanted=wanted):
                self.sources(LIST.replace(old, new))
                status, _, err = self.run_tool()
                self.assertEqual(status, 1)
                self.assertIn("group 1: ", err)
                self.assertIn(wanted, err)

    def test_promises(self):
        self.write("docs/security.md", "A promise. `os/one:first`, `/proc`, `src/a.c`, `fd/N`, `cli/two`\n")
        self.assertEqual(self.run_tool()[0], 0)
        self.write("docs/security.md", "A promise. `os/one:third`\n")
        status, _, err = self.run_tool()
        self.assertEqual((status, err),
                         (1, "docs/security.md: tests/os/test_one.c has 0 tests third\n"))

    def test_comments(self):
        for words, wanted in [({"first": ""}, "test_one.c:1: first should say: corner case 1"),
                              ({"third": "  # corner cases 1, 2"},
                               "test_two.py:2: Class.test_third should say: corner case 1")]:
            with self.subTest(wanted=wanted):
                self.sources(**words)
                status, _, err = self.run_tool()
                self.assertEqual(status, 1)
                self.assertIn(wanted, err)
                self.assertEqual(self.run_tool("--mark")[0], 0)
                self.assertEqual(self.run_tool()[0], 0)

    def test_marking_changes_nothing_else(self):
        self.sources(first="", third="  # corner cases 7, 8")
        self.run_tool("--mark")
        with open(self.top + "/tests/os/test_one.c", encoding="utf-8") as file:
            self.assertEqual(file.read(),
                             ONE.format(" /* corner case 1 */", " /* corner case 1 */"))
        with open(self.top + "/tests/cli/test_two.py", encoding="utf-8") as file:
            self.assertEqual(file.read(), TWO.format("  # corner case 1"))

    def test_lists_that_make_no_sense(self):
        for old, new in [("## 2.", "## 3."), ("(waits for something)", ""), ("- Not", "Not"),
                         ("- Not yet (waits for something)\n", "")]:
            with self.subTest(new=new):
                self.sources(LIST.replace(old, new))
                status, out, err = self.run_tool()
                self.assertEqual((status, out), (1, ""))
                self.assertIn("tests/corner-cases.md: ", err)


if __name__ == "__main__":
    unittest.main()
