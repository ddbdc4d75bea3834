#!/usr/bin/env python3
"""Packs what `make windows` built: windows_package.py [FOLDER]

Writes FOLDER/libpsutil-<version>-windows-x86_64.zip (build-windows/dist unless named): the command, the DLL
with its import library, the static library, headers, pkg-config's file, the manuals, README and licence.
"""
import os
import subprocess
import sys
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build-windows")
# As meson.build has it for Windows.
PREFIX = "psutil"
# A fixed time, so that the same files make the same archive; strip notes one too.
MOMENT = (2000, 1, 1, 0, 0, 0)
EPOCH = "946684800"


def version():
    introspected = subprocess.run(["meson", "introspect", "--projectinfo", BUILD], check=True,
                                  stdout=subprocess.PIPE, text=True).stdout
    return introspected.split('"version": "')[1].partition('"')[0]


def install(folder):
    subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--strip", "--quiet", "--destdir", folder],
                   check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH})
    return os.path.join(folder, PREFIX)


def files(folder):
    """(path, name in the archive), sorted."""
    found = [(os.path.join(ROOT, name), name) for name in ("LICENSE", "README.md")]
    for path, _, names in os.walk(folder):
        found += [(os.path.join(path, name), os.path.relpath(os.path.join(path, name), folder))
                  for name in names]
    return sorted(found, key=lambda pair: pair[1])


def pack(archive, folder, top):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path, name in files(folder):
            entry = zipfile.ZipInfo(f"{top}/{name}", MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with open(path, "rb") as file:
                out.writestr(entry, file.read())


def make(folder):
    top = f"libpsutil-{version()}-windows-x86_64"
    archive = os.path.join(folder, f"{top}.zip")
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="psutil-package-") as stage:
        pack(archive, install(stage), top)
    return archive


if __name__ == "__main__":
    print(make(sys.argv[1] if len(sys.argv) > 1 else os.path.join(BUILD, "dist")))
