#!/usr/bin/env python3
"""Checks that all C files are formatted as .clang-format says. Exits with 1 when one is not."""
import os
import shutil
import subprocess
import sys

FOLDERS = ("include", "src", "cli", "tests", "examples", "bench", "fuzz", "python")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def c_files():
    for folder in FOLDERS:
        for path, _, names in sorted(os.walk(os.path.join(ROOT, folder))):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".cc", ".cpp", ".hpp")):
                    yield os.path.join(path, name)


def main():
    program = os.environ.get("CLANG_FORMAT", "clang-format")
    if not shutil.which(program):
        print(f"{program} is not installed", file=sys.stderr)
        return 1
    done = subprocess.run([program, "--dry-run", "-Werror", *c_files()], check=False)
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
