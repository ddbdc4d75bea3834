"""Shell completion and manual pages, made from the tables of commands."""
import shutil
import subprocess
import unittest

from command import CommandTest, psutil


def names():
    return psutil("help", "--list")[1].decode().split()


class Bash(CommandTest):
    def complete(self, *words):
        """What bash offers for the last word."""
        script = psutil("completion", "bash")[1].decode() + \
            '\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _psutil; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script, "bash", "psutil", *words], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().split()

    def setUp(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")

    def test_commands(self):
        self.assertEqual(sorted(set(self.complete("")) & set(names())), sorted(names()))
        self.assertEqual(self.complete("fr"), ["free"])
        self.assertEqual(self.complete("--procfs", "/proc", "fr"), ["free"])

    def test_options(self):
        self.assertEqual(self.complete("ps", "--tr"), ["--tree"])
        self.assertEqual(self.complete("ps", "--json"), ["--json", "--jsonl"])
        self.assertEqual(self.complete("df", "--tree"), [])

    def test_values(self):
        self.assertIn("memory_info.rss", self.complete("ps", "--columns", "mem"))
        self.assertEqual(self.complete("df", "--sort", "mou"), ["mountpoint"])
        self.assertEqual(self.complete("--color", "al"), ["always"])
        self.assertEqual(self.complete("completion", "f"), ["fish"])
        self.assertEqual(self.complete("help", "fr"), ["free"])


class OtherShells(CommandTest):
    def check(self, shell):
        script = psutil("completion", shell)[1]
        for name in names():
            self.assertIn(name.encode(), script)
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        done = subprocess.run([shell, "-n"], input=script, stderr=subprocess.PIPE, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_zsh(self):
        self.check("zsh")

    def test_fish(self):
        self.check("fish")

    def test_no_other(self):
        self.refused(2, "completion", "csh")
        self.refused(2, "completion")


class Manuals(CommandTest):
    def test_pages(self):
        for name in names():
            with self.subTest(command=name):
                status, page, err = psutil("help", "--man", name)
                self.assertEqual((status, err), (0, b""))
                self.assertHarmless(page)
                self.assertIn(b".SH EXAMPLES\n", page)
                self.groff(page)
        self.refused(2, "help", "--man")
        self.refused(2, "help", "--man", "frobnicate")

    def groff(self, page):
        if not shutil.which("groff"):
            return
        done = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-z"], input=page, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
