"""A test that needs a process beside it."""
import sys

import psutil
from xprocess import ProcessStarter

SERVER = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("ready", child.pid, flush=True)
time.sleep(600)
"""


def test_started_and_ended(xprocess):
    class Starter(ProcessStarter):
        pattern = "ready"
        timeout = 200
        args = [sys.executable, "-c", SERVER]

    pid, _ = xprocess.ensure("server", Starter)
    (child,) = psutil.Process(pid).children()
    info = xprocess.getinfo("server")
    assert info.isrunning()
    assert info.terminate(timeout=200) == 1
    assert not info.isrunning()
    child.wait(200)
