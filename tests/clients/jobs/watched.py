"""A supervisor keeps two processes, and is asked for their figures: watched.py CIRCUSD CIRCUSCTL"""
import json
import os
import subprocess
import sys
import time

SETTINGS = """
[circus]
endpoint = ipc://{0}/control
pubsub_endpoint = ipc://{0}/events

[watcher:sleepers]
cmd = sleep 600
numprocesses = 2
"""


def ask(*words):
    done = subprocess.run([sys.argv[2], "--json", "--timeout", "100", "--endpoint", f"ipc://{os.getcwd()}/control",
                           *words], stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 and done.stdout.startswith("{") else {}


with open("circus.ini", "w", encoding="utf-8") as file:
    file.write(SETTINGS.format(os.getcwd()))
supervisor = subprocess.Popen([sys.argv[1], "circus.ini"])
try:
    while len(known := ask("stats", "sleepers").get("info", {})) < 2:
        assert supervisor.poll() is None, "the supervisor has ended"
        time.sleep(0.1)
    for figures in known.values():
        assert figures["cmdline"] == "sleep" and figures["mem_info1"], figures
    print("two sleepers")
    assert ask("quit", "--waiting")["status"] == "ok"
    supervisor.wait(100)
finally:
    supervisor.kill()
    supervisor.wait()
