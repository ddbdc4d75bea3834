"""The examples, built against an installed copy through pkg-config, as a user would."""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD = os.environ["PSUTIL_SOURCE"], os.environ["PSUTIL_BUILD"]
CC = shlex.split(os.environ["PSUTIL_CC"])
HAS_PORT = os.environ["PSUTIL_OS"] != "unsupported"


def prefix():
    """Where this build is to be installed, as Meson was told."""
    with open(os.path.join(BUILD, "meson-private", "libpsutil.pc"), encoding="utf-8") as file:
        return re.search(r"^prefix=(.*)$", file.read(), re.MULTILINE)[1]


@unittest.skipUnless(shutil.which("pkg-config"), "pkg-config is not installed")
class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="psutil-install-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", cls.folder],
                       stdout=sys.stderr, stdin=subprocess.DEVNULL, check=True)
        cls.prefix = cls.folder + prefix()
        found = glob.glob(cls.folder + "/**/libpsutil.pc", recursive=True)
        assert len(found) == 1, found
        # Where it was installed to is not where it is meant to lie: that is what DESTDIR is.
        cls.pkg_config = ["pkg-config", f"--define-variable=prefix={cls.prefix}"]
        cls.env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(found[0])}
        cls.libdir = cls.ask("--variable=libdir")[0]

    @classmethod
    def ask(cls, *options):
        done = subprocess.run([*cls.pkg_config, *options, "libpsutil"], env=cls.env,
                              stdout=subprocess.PIPE, text=True, check=True)
        return shlex.split(done.stdout)

    def shared(self):
        return os.path.exists(os.path.join(self.libdir, "libpsutil.so"))

    def build(self, example, flags):
        program = os.path.join(self.folder, example)
        source = os.path.join(SOURCE, "examples", example + ".c")
        command = [*CC, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", source,
                   "-o", program, *flags]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return program

    def run_example(self, program, **env):
        if not HAS_PORT:
            self.skipTest("built, not run: this platform has no port")
        done = subprocess.run([program], env={**os.environ, **env}, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def check_memory(self, output):
        match = re.fullmatch(r"(\d+) of (\d+) MiB available, (\d+\.\d)% in use\n", output)
        self.assertTrue(match, output)
        with open("/proc/meminfo", encoding="ascii") as file:
            total = int(file.readline().split()[1])
        self.assertEqual(int(match[2]), total // 1024)
        self.assertLess(int(match[1]), int(match[2]))

    def check_top(self, output):
        header, *rows = output.splitlines()
        self.assertEqual(header.split(), ["PID", "MiB", "NAME"])
        self.assertTrue(1 <= len(rows) <= 10, output)
        sizes = [int(row.split()[1]) for row in rows]
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def check_examples(self, flags, **env):
        sources = {os.path.basename(path)[:-2] for path in glob.glob(SOURCE + "/examples/*.c")}
        checks = {"memory": self.check_memory, "top": self.check_top}
        self.assertEqual(sources, set(checks), "an example without a check, or the reverse")
        for example, check in checks.items():
            program = self.build(example, flags)
            with self.subTest(example=example):
                check(self.run_example(program, **env))

    def test_shared(self):
        if not self.shared():
            self.skipTest("this build has no shared library")
        self.check_examples(self.ask("--cflags", "--libs"), LD_LIBRARY_PATH=self.libdir)

    def test_static(self):
        archive = os.path.join(self.libdir, "libpsutil.a")
        if not os.path.exists(archive):
            self.skipTest("this build has no static library")
        flags = self.ask("--cflags", "--libs", "--static")
        flags = [archive if flag == "-lpsutil" else flag for flag in flags]
        self.check_examples(flags)

    def test_command_runs_where_it_was_installed(self):
        command = os.path.join(self.prefix, "bin", "psutil")
        if not os.path.exists(command):
            self.skipTest("this build has no command")
        done = subprocess.run([command, "--version"], stdout=subprocess.PIPE, text=True, check=True)
        self.assertIn(self.ask("--modversion")[0], done.stdout)

    def test_version_is_the_headers(self):
        with open(os.path.join(self.prefix, "include", "psutil", "version.h"),
                  encoding="utf-8") as file:
            version = re.search(r'PSUTIL_VERSION "(.*)"', file.read())[1]
        self.assertEqual(self.ask("--modversion"), [version])


if __name__ == "__main__":
    unittest.main()
