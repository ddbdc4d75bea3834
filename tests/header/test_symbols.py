"""The library exports what its headers declare and nothing else, and needs nothing but libc."""
import os
import re
import subprocess
import unittest

SOURCE, BUILD = os.environ["PSUTIL_SOURCE"], os.environ["PSUTIL_BUILD"]
SHARED = os.path.join(BUILD, "src", "libpsutil.so")
COMMAND = os.environ["PSUTIL_BIN"]
STATIC = os.path.join(BUILD, "src", "libpsutil.a")
DECLARATION = re.compile(r"^PSUTIL_API\s[^;]*?\b(psutil_\w+)\s*\(", re.MULTILINE)


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def declared():
    names = []
    include = os.path.join(SOURCE, "include", "psutil")
    for name in os.listdir(include):
        with open(os.path.join(include, name), encoding="utf-8") as file:
            names += DECLARATION.findall(file.read())
    return sorted(names)


@unittest.skipUnless(os.path.exists(SHARED), "this build has no shared library")
class Shared(unittest.TestCase):
    def dynamic(self):
        """(name, version) of each symbol that is defined."""
        found = []
        for line in run("readelf", "--dyn-syms", "-W", SHARED).splitlines():
            parts = line.split()
            if len(parts) >= 8 and parts[0][:-1].isdigit() and parts[6] != "UND":
                name, _, version = parts[7].partition("@@")
                found.append((name, version))
        return found

    def test_exports_are_the_declarations(self):
        exported = sorted(name for name, _ in self.dynamic() if not name.startswith("PSUTIL_"))
        self.assertGreater(len(exported), 50)
        self.assertEqual(sorted(set(declared()) - set(exported)), [], "declared, not exported")
        self.assertEqual(sorted(set(exported) - set(declared())), [], "exported, not declared")

    def test_exports_carry_the_version(self):
        for name, version in self.dynamic():
            if not name.startswith("PSUTIL_"):
                self.assertEqual(version, "PSUTIL_0.1", name)

    def test_needs_only_libc(self):
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", SHARED))
        self.assertIn("libc.so.6", needed)
        allowed = r"lib(c|m|pthread)\.so\.\d+$|ld-linux.*"
        self.assertEqual([name for name in needed if not re.match(allowed, name)], [])

    def test_soname(self):
        self.assertIn("[libpsutil.so.0]", run("readelf", "-d", SHARED))

    def test_hardened(self):
        self.assertIn("GNU_RELRO", run("readelf", "-lW", SHARED))
        self.assertRegex(run("readelf", "-d", SHARED), r"BIND_NOW|FLAGS.*NOW")
        stack = re.search(r"GNU_STACK.*", run("readelf", "-lW", SHARED))
        self.assertNotIn("E", stack[0].split()[-2])

    def test_keeps_no_writable_state(self):
        """No mutable global: what lies in .data and .bss are the compiler's few bytes."""
        sizes = {}
        for line in run("readelf", "-SW", SHARED).splitlines():
            match = re.match(r"\s*\[\s*\d+\]\s+(\.\w+)\s+\w+\s+\w+\s+\w+\s+(\w+)", line)
            if match:
                sizes[match[1]] = int(match[2], 16)
        self.assertLessEqual(sizes.get(".data", 0), 16)
        self.assertLessEqual(sizes.get(".bss", 0), 16)
        self.assertNotIn(".tdata", sizes)
        self.assertNotIn(".tbss", sizes)


@unittest.skipUnless(os.path.exists(STATIC), "this build has no static library")
class Static(unittest.TestCase):
    def test_names_have_a_prefix(self):
        names = [line.split()[2] for line in run("nm", "--defined-only", "-g", STATIC).splitlines()
                 if len(line.split()) == 3]
        self.assertGreater(len(names), 50)
        self.assertEqual([name for name in names if not name.startswith(("ps_", "psutil_"))], [])

    def test_holds_every_declaration(self):
        names = {line.split()[-1] for line in run("nm", "--defined-only", "-g", STATIC).splitlines()
                 if line}
        self.assertEqual([name for name in declared() if name not in names], [])


@unittest.skipUnless(os.path.exists(COMMAND), "this build has no command")
class Command(unittest.TestCase):
    def test_hardened(self):
        self.assertRegex(run("readelf", "-h", COMMAND), r"Type:\s+DYN")
        self.assertIn("GNU_RELRO", run("readelf", "-lW", COMMAND))
        self.assertRegex(run("readelf", "-d", COMMAND), r"BIND_NOW|FLAGS.*NOW")

    def test_runs_without_the_shared_library(self):
        self.assertNotIn("psutil", " ".join(
            re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", COMMAND))))


if __name__ == "__main__":
    unittest.main()
