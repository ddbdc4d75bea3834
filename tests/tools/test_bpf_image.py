"""The BPF programs that the library holds are those whose sources lie beside them."""
import os
import re
import shutil
import subprocess
import sys
import unittest

SOURCE = os.environ["PSUTIL_SOURCE"]
TOOL = os.path.join(SOURCE, "tools", "bpf_image.py")


def tool(*arguments):
    return subprocess.run([sys.executable, TOOL, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def clang_release():
    found = subprocess.run(["clang", "--version"], stdout=subprocess.PIPE, text=True, check=False)
    return re.search(r"version (\d+)", found.stdout)[1]


class Image(unittest.TestCase):
    def test_is_made_of_the_sources(self):
        release = tool("--compiler").stdout.strip()
        self.assertTrue(release.isdigit())
        if not shutil.which("clang"):
            self.skipTest("there is no clang")
        if clang_release() != release:
            self.skipTest(f"another clang than {release} makes other bytes")
        done = tool("--check")
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
