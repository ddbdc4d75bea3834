"""The sources keep to their layers, and are formatted; the checker itself notices a breach."""
import os
import re
import shutil
import subprocess
import sys
import unittest

SOURCE = os.environ["PSUTIL_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tools"))
import check_layers  # noqa: E402

# Other releases of clang-format lay out some lines otherwise.
CLANG_FORMAT_RELEASE = "14"


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)


class Sources(unittest.TestCase):
    def test_layers_and_lengths(self):
        done = run(sys.executable, os.path.join(SOURCE, "tools", "check_layers.py"))
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_format(self):
        if not shutil.which("clang-format"):
            self.skipTest("clang-format is not installed")
        release = re.search(r"version (\d+)", run("clang-format", "--version").stdout)[1]
        if release != CLANG_FORMAT_RELEASE:
            self.skipTest(f"formatted by clang-format {CLANG_FORMAT_RELEASE}, here is {release}")
        done = run(sys.executable, os.path.join(SOURCE, "tools", "check_format.py"))
        self.assertEqual((done.returncode, done.stdout), (0, ""))


class Checker(unittest.TestCase):
    def breaches(self, path, text):
        return [line for line, _ in check_layers.check(path, text)]

    def test_core_includes_no_system_header(self):
        text = '#include <stdio.h>\n#include <unistd.h>\n#include "os/linux/linux.h"\n'
        self.assertEqual(self.breaches("src/core/a.c", text), [2, 3])
        self.assertEqual(self.breaches("src/parse/a.c", text), [2, 3])
        self.assertEqual(self.breaches("src/os/linux/a.c", text), [])

    def test_the_command_includes_nothing_internal(self):
        text = '#include <psutil.h>\n#include "options.h"\n#include "core/list.h"\n' \
               '#include "../src/backend.h"\n'
        self.assertEqual(self.breaches("cli/a.c", text), [3, 4])

    def test_systems_differ_behind_the_platform_header(self):
        text = '#include <stdio.h>\n#include <unistd.h>\n'
        self.assertEqual(self.breaches("cli/table/a.c", text), [2])
        self.assertEqual(self.breaches("cli/platform_posix.c", text), [])

    def test_paths_come_from_the_roots(self):
        text = '/* "/proc/stat" */\nconst char *p = "/proc/stat";\n' \
               'const struct ps_roots ps_os_default_roots = {\n    .proc = "/proc"};\n'
        self.assertEqual(self.breaches("src/os/linux/a.c", text), [2])
        text = 'f("/proc");\nf("/sys/class");\n'
        self.assertEqual(self.breaches("src/core/a.c", text), [1, 2])
        self.assertEqual(self.breaches("cli/a.c", text), [2])

    def test_lengths(self):
        self.assertEqual(self.breaches("src/a.c", "int a;\n" * 601), [601])
        self.assertEqual(self.breaches("src/a.c", "int a;\n" * 600), [])
        self.assertEqual(self.breaches("src/a.c", "int f(void)\n{\n" + "    f();\n" * 61 + "}\n"), [2])
        self.assertEqual(self.breaches("src/a.c", "int f(void)\n{\n" + "    f();\n" * 60 + "}\n"), [])


if __name__ == "__main__":
    unittest.main()
