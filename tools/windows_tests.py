#!/usr/bin/env python3
"""Runs the tests of the Windows build under wine: windows_tests.py [MESON_TEST_ARGUMENT...]

wine's own folder lies in build-windows/wine. Its services are started first, with nothing of ours open:
they would otherwise hold a test's pipes, and whoever reads those would wait for them. They end with the
tests.
"""
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build-windows")
WINE = os.path.join(ROOT, "tools", "wine")
SERVER = "/usr/lib/wine/wineserver"
HOLDER = os.path.join(BUILD, "tests", "windows", "holder.exe")
COMMAND = os.path.join(BUILD, "psutil.exe")
PREFIX = os.path.join(BUILD, "wine")


def quiet(command, **more):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, start_new_session=True, **more)


def server(*arguments):
    subprocess.run([SERVER, *arguments], env={**os.environ, "WINEPREFIX": PREFIX}, check=False,
                   stdin=subprocess.DEVNULL)


def end_all():
    """Ends everything that runs in our folder, and nothing else."""
    server("-k")
    server("-w")


def settle():
    """Waits until the services run that start by themselves; some time later tests would tell."""
    for _ in range(60):
        done = subprocess.run([WINE, COMMAND, "get", "win_service_get", "name=Eventlog"], check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if b'"running"' in done.stdout:
            return
        time.sleep(0.5)


def start():
    """A program that sleeps, and with it wine's services; the first time wine makes its folder, and
    whatever it left running there must be gone: of two managers of services none would work."""
    if not os.path.exists(os.path.join(PREFIX, "system.reg")):
        quiet([WINE, "wineboot", "--init"]).wait(timeout=300)
    end_all()
    holder = quiet([WINE, HOLDER])
    settle()
    return holder


def main():
    holder = start()
    try:
        return subprocess.run(["meson", "test", "-C", BUILD, "--no-rebuild", *sys.argv[1:]],
                              cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
    finally:
        end_all()
        holder.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
