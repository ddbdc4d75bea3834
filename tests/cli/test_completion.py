"""Shell completion and manual pages, made from the tables of commands."""
import os
import pty
import select
import shutil
import signal
import subprocess
import tempfile
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


class Fish(CommandTest):
    def setUp(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")

    def complete(self, line):
        """What fish offers for the last word of a line, with the script that it loaded."""
        with tempfile.TemporaryDirectory() as home:
            script = os.path.join(home, "psutil.fish")
            with open(script, "wb") as file:
                file.write(psutil("completion", "fish")[1])
            done = subprocess.run(["fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]',
                                   script, line], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env={**os.environ, "HOME": home}, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return [found.split("\t")[0] for found in done.stdout.decode().splitlines()]

    def test_commands(self):
        self.assertLessEqual(set(names()), set(self.complete("psutil ")))
        self.assertEqual(self.complete("psutil fre"), ["free"])

    def test_options(self):
        self.assertEqual(self.complete("psutil ps --tre"), ["--tree"])
        self.assertEqual(self.complete("psutil df --tre"), [])


class Zsh(CommandTest):
    def setUp(self):
        if not shutil.which("zsh"):
            self.skipTest("zsh is not installed")

    def complete(self, line, wanted):
        """Presses Tab behind a line, in a zsh that has loaded the script as it finds it in fpath."""
        with tempfile.TemporaryDirectory() as home:
            with open(os.path.join(home, "_psutil"), "wb") as file:
                file.write(psutil("completion", "zsh")[1])
            pid, fd = pty.fork()
            if pid == 0:
                os.chdir(home)
                os.execvpe("zsh", ["zsh", "-f", "-i"], {
                    **os.environ, "HOME": home, "TERM": "xterm", "PS1": "> ", "COLUMNS": "200"})
            try:
                os.write(fd, b"fpath=($HOME $fpath); autoload -U compinit; compinit -u -D; PS1=rea''dy\n")
                self.expect(fd, b"ready")
                os.write(fd, line.encode() + b"\t")
                self.expect(fd, wanted.encode())
            finally:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                os.close(fd)

    def expect(self, fd, text):
        out = b""
        while text not in out:
            if not select.select([fd], [], [], 30)[0]:
                raise AssertionError((text, out))
            out += os.read(fd, 65536)

    def test_commands(self):
        self.complete("psutil fre", "psutil free")
        self.complete("psutil bat", "psutil battery")

    def test_options(self):
        self.complete("psutil ps --tre", "psutil ps --tree")


class OtherShells(CommandTest):
    def test_all_commands(self):
        for shell in ["fish", "zsh"]:
            script = psutil("completion", shell)[1]
            for name in names():
                self.assertIn(name.encode(), script)

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
