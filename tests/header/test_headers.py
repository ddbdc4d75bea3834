"""Every public header compiles by itself, pedantically, from C and from C++."""
import os
import shlex
import shutil
import subprocess
import tempfile
import unittest

INCLUDE = os.path.join(os.environ["PSUTIL_SOURCE"], "include")
CC = shlex.split(os.environ["PSUTIL_CC"])
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
HEADERS = sorted(
    os.path.relpath(os.path.join(folder, name), INCLUDE)
    for folder, _, names in os.walk(INCLUDE) for name in names if name.endswith(".h"))


class Headers(unittest.TestCase):
    def compile(self, compiler, standard, suffix, text):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "a" + suffix)
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            command = [*compiler, standard, *WARNINGS, "-I", INCLUDE, "-c", source,
                       "-o", os.path.join(folder, "a.o")]
            done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def compile_all(self, compiler, standard, suffix):
        for header in HEADERS:
            with self.subTest(header=header):
                # Twice: the guard works.
                self.compile(compiler, standard, suffix,
                             f"#include <{header}>\n#include <{header}>\nint psutil_seen;\n")

    def other(self, name):
        if not shutil.which(name):
            self.skipTest(f"{name} is not installed")
        return [name]

    def test_they_are_all_there(self):
        self.assertIn("psutil.h", HEADERS)
        with open(os.path.join(INCLUDE, "psutil.h"), encoding="utf-8") as file:
            whole = file.read()
        for header in HEADERS:
            if header != "psutil.h":
                self.assertIn(f"#include <{header}>", whole)

    def test_every_header_is_installed(self):
        with open(os.path.join(INCLUDE, "meson.build"), encoding="utf-8") as file:
            listed = file.read()
        for header in HEADERS:
            self.assertIn(f"'{header}'", listed)

    def test_c11(self):
        self.compile_all(CC, "-std=c11", ".c")

    def test_c23(self):
        self.compile_all(CC, "-std=c2x", ".c")

    def test_cxx11_of_gcc(self):
        self.compile_all(self.other("g++"), "-std=c++11", ".cc")

    def test_cxx20_of_gcc(self):
        self.compile_all(self.other("g++"), "-std=c++20", ".cc")

    def test_cxx11_of_clang(self):
        self.compile_all(self.other("clang++"), "-std=c++11", ".cc")

    def test_c11_of_clang(self):
        self.compile_all(self.other("clang"), "-std=c11", ".c")

    def test_a_broken_header_is_noticed(self):
        with self.assertRaises(AssertionError):
            self.compile(CC, "-std=c11", ".c", "#include <psutil.h>\nint f(void) { return g(); }\n")


if __name__ == "__main__":
    unittest.main()
