"""A process that has a child in a session of its own: both are ended."""
import sys

import psutil
from mirakuru import OutputExecutor

PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("ready", flush=True)
time.sleep(600)
"""

with OutputExecutor([sys.executable, "-c", PARENT], banner="ready", timeout=200) as executor:
    (child,) = psutil.Process(executor.process.pid).children()
    assert child.is_running()
child.wait(200)
print("child ended")
