"""The archive for Windows holds what a program needs that is built on it, and runs where it is unpacked."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

SOURCE, BUILD = os.environ["PSUTIL_SOURCE"], os.environ["PSUTIL_BUILD"]
sys.path.insert(0, os.path.join(SOURCE, "tools"))
import windows_package  # noqa: E402

WINE = os.path.join(SOURCE, "tools", "wine")
CC = os.environ["PSUTIL_CC"].split()
PROGRAM = r"""
#include <psutil.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    psutil *ctx;
    psutil_svmem memory;
    if (psutil_open(&ctx, NULL) != 0 || psutil_virtual_memory(&memory, ctx) != 0)
        return 1;
    printf("%s %d\n", psutil_version(), memory.total > 0);
    psutil_close(ctx);
    return 0;
}
"""


def run(*command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True,
                          **more).stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="psutil-package-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.archive = windows_package.make(cls.folder)
        with zipfile.ZipFile(cls.archive) as archive:
            cls.names = archive.namelist()
            archive.extractall(cls.folder)
        cls.top = os.path.join(cls.folder, cls.names[0].partition("/")[0])

    def path(self, *parts):
        return os.path.join(self.top, *parts)

    def test_holds_all(self):
        for name in ("bin/psutil.exe", "bin/libpsutil-0.dll", "lib/libpsutil.dll.a", "lib/libpsutil.a",
                     "include/psutil.h", "include/psutil/service.h", "lib/pkgconfig/libpsutil.pc", "LICENSE",
                     "README.md"):
            self.assertTrue(os.path.getsize(self.path(name)), name)

    def test_is_the_same_each_time(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(windows_package.make(folder), "rb") as again, open(self.archive, "rb") as first:
                self.assertEqual(again.read(), first.read())

    def test_names_no_folder_of_the_builder(self):
        with open(self.path("lib", "pkgconfig", "libpsutil.pc"), encoding="utf-8") as file:
            self.assertNotIn(SOURCE, file.read())

    def test_command_runs_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(self.path("bin", "psutil.exe"), folder)
            self.assertIn("psutil ", run(WINE, os.path.join(folder, "psutil.exe"), "--version"))

    def build(self, name, *options):
        source = self.path("program.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        run(*CC, "-Wall", "-Wextra", "-Werror", "-I", self.path("include"), source, "-o",
            self.path("bin", name), *options)
        return run(WINE, self.path("bin", name))

    def test_programs_link_the_dll(self):
        self.assertRegex(self.build("shared.exe", self.path("lib", "libpsutil.dll.a")), r"^\d+\.\d+\.\d+ 1\s")

    def test_programs_import_straight(self):
        answer = self.build("straight.exe", "-DPSUTIL_SHARED", self.path("lib", "libpsutil.dll.a"))
        self.assertRegex(answer, r"^\d+\.\d+\.\d+ 1\s")

    def test_programs_link_statically(self):
        """With what pkg-config's file names for that."""
        with open(self.path("lib", "pkgconfig", "libpsutil.pc"), encoding="utf-8") as file:
            private = next(line for line in file if line.startswith("Libs.private:"))
        libraries = [word for word in private.split()[1:] if word.startswith("-l")]
        answer = self.build("static.exe", self.path("lib", "libpsutil.a"), *libraries, "-static", "-lssp")
        self.assertRegex(answer, r"^\d+\.\d+\.\d+ 1\s")

    def test_exports_only_the_interface(self):
        dump = run("x86_64-w64-mingw32-objdump", "-p", self.path("bin", "libpsutil-0.dll"))
        exported = [line.split()[-1] for line in dump.partition("[Ordinal/Name Pointer] Table")[2].splitlines()
                    if line.strip().startswith("[")]
        self.assertGreater(len(exported), 100)
        self.assertEqual([name for name in exported if not name.startswith("psutil_")], [])

    def test_needs_nothing_but_windows(self):
        for name in ("psutil.exe", "libpsutil-0.dll"):
            dump = run("x86_64-w64-mingw32-objdump", "-p", self.path("bin", name))
            needed = {line.split()[-1].lower() for line in dump.splitlines() if "DLL Name:" in line}
            self.assertLessEqual(needed, {"kernel32.dll", "msvcrt.dll", "advapi32.dll", "ntdll.dll", "psapi.dll",
                                          "iphlpapi.dll", "ws2_32.dll", "powrprof.dll", "wtsapi32.dll",
                                          "shell32.dll", "user32.dll"})


if __name__ == "__main__":
    unittest.main()
