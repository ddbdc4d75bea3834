"""Where a program does its job: the environment, a folder of its own, and what it may take."""
import os
import socket

from points import Skip
from python_env import Failure, run

JOBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "jobs")
# Seconds for one command: many times what it needs, so that a loaded machine does not matter.
LIMIT = 300


class Bench:
    def __init__(self, env, folder):
        self.env = env
        self.folder = folder

    def variables(self):
        home = {"HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "XDG_CACHE_HOME": self.folder,
                "PYTHONWARNINGS": "default", "TERM": "xterm-256color"}
        return {**self.env.variables(), **home}

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def script(self, name):
        return self.env.script(name)

    def program(self, name, *arguments):
        return self.limited(self.script(name), *arguments)

    def python(self, *arguments):
        return self.limited(self.env.python, *arguments)

    def job(self, name, *arguments):
        return self.python(os.path.join(JOBS, name), *arguments)

    def limited(self, *command):
        return run(["timeout", "--kill-after=5", str(LIMIT), *command], "run " + " ".join(command)[:100],
                   env=self.variables(), cwd=self.folder)


def expect(condition, told):
    if not condition:
        raise Failure("not what was expected:\n" + str(told)[-3000:])


def need_loopback():
    """What talks to its own parts over 127.0.0.1 cannot where that leads nowhere."""
    with socket.socket() as server, socket.socket() as client:
        try:
            server.bind(("127.0.0.1", 0))
            server.listen()
            client.connect(server.getsockname())
        except OSError as error:
            raise Skip(f"no loopback interface that is up: {error.strerror}") from error
