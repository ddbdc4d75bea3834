"""The wheel and the source archive as those who install them meet them: in environments of their own."""
import glob
import json
import os
import shutil
import sys
import tempfile

import python_wheel
from bench import expect
from points import Skip
from python_env import Environment, SOURCE, run


class Clean:
    """An environment with nothing in it, outside of the sources."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="psutil-clean-")

    def __enter__(self):
        path = os.path.join(self.folder.name, "venv")
        run([sys.executable, "-m", "venv", path], "create an environment")
        self.env = Environment(path)
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def run(self, *command):
        return run(command, "run " + " ".join(command)[:100], env=self.variables(), cwd=self.folder.name)

    def pip(self, *arguments):
        return self.run(self.env.python, "-m", "pip", *arguments)

    def variables(self):
        """What a build needs comes from where it was put once, not from PyPI."""
        return {**self.env.variables(), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": python_wheel.HOUSE}

    def use(self):
        """Everything of the package that an environment gets, and nothing that stays behind."""
        self.run(self.env.python, "-W", "error", "-c",
                 "import psutil; assert psutil.Process().name() and psutil.virtual_memory().total > 0")
        memory = json.loads(self.run(self.env.script("psutil"), "get", "virtual_memory"))
        expect(memory["total"] > memory["available"] > 0, memory)
        self.pip("check")
        manual = os.path.join(self.env.folder, "share", "man", "man1", "psutil.1")
        expect(os.path.exists(manual), "no manual page")
        self.pip("uninstall", "--yes", "psutil")
        left = [path for path in glob.glob(os.path.join(self.env.folder, "**"), recursive=True)
                if "psutil" in os.path.basename(path).lower()]
        expect(not left, left)


def wheel_and_archive():
    """They are made, and hold what they should."""
    shutil.rmtree(python_wheel.DIST, ignore_errors=True)
    python_wheel.publish(sys.executable)


def found(pattern):
    paths = glob.glob(os.path.join(python_wheel.DIST, pattern))
    if not paths:
        raise Skip("it was not made")
    return paths[0]


def auditwheel_show():
    """What looks at a wheel from outside finds it fit for Linux of many makes."""
    wheel = found("*.whl")
    env = Environment(python_wheel.FOLDER)
    told = run([env.script("auditwheel"), "show", wheel], "look at the wheel", env=env.variables())
    expect("manylinux_" in " ".join(told.split()).partition("consistent with the following platform tag: ")[2],
           told)


def install_wheel():
    with Clean() as clean:
        clean.pip("install", "--only-binary", ":all:", found("*.whl"))
        clean.use()


def install_archive():
    """pip install of the source archive, which builds in an environment that pip makes."""
    with Clean() as clean:
        clean.pip("install", found("*.tar.gz"))
        clean.use()


def install_folder():
    """pip install of the checkout itself."""
    with Clean() as clean:
        clean.pip("install", SOURCE)
        clean.use()


PACKAGES = [wheel_and_archive, auditwheel_show, install_wheel, install_archive, install_folder]
