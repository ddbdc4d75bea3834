"""Fixtures of the Python tests, and what they leave for the summary."""
import os
import signal
import subprocess
import sys

import psutil
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import sides  # noqa: E402
import states  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))


def pytest_addoption(parser):
    parser.addoption("--tap", metavar="FILE", help="write each test's result there, too")


def heed_signals():
    """The jobs of a shell ignore these, and so would all that is started and ended here."""
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def reference_python():
    return os.environ.get("PSUTIL_REFERENCE") or \
        os.path.join(ROOT, "build", "reference-venv", "bin", "python")


@pytest.fixture(scope="session")
def zoo():
    made = states.Zoo()
    yield made
    made.close()


@pytest.fixture(scope="session")
def pair():
    """Both psutils; a run without the reference has failed, not passed with less."""
    made = sides.Pair(reference_python(), sys.executable)
    yield made
    made.close()


@pytest.fixture(scope="session")
def plain_pair():
    """Both psutils asking as a user without privileges."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    made = sides.Pair(reference_python(), sys.executable)
    for answer in made.run("drop_privileges(12345)"):
        assert "error" not in answer, answer
    yield made
    made.close()


@pytest.fixture
def child():
    made = subprocess.Popen(["sleep", "1000"])
    states.settle(made.pid, "sleep")
    yield made
    made.kill()
    made.wait()


@pytest.fixture
def sleepers():
    made = []

    def start(count=1, args=("sleep", "1000")):
        new = [subprocess.Popen(args) for _ in range(count)]
        made.extend(new)
        return [psutil.Process(p.pid) for p in new]

    yield start
    for process in made:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def is_reference():
    """Whether the tests run with the reference instead of ours: what only ours has is left out."""
    import psutil
    return not hasattr(psutil, "libpsutil_version")


@pytest.fixture
def ours(is_reference):
    if is_reference:
        pytest.skip("the reference does not have it")


class Tap:
    """Writes each test's result as it comes, for tests/summary.py: what ends a run is seen by what lacks."""

    def __init__(self, path):
        self.count = 0
        # Line by line: nothing is lost when the interpreter dies.
        self.file = open(path, "w", encoding="utf-8", errors="backslashreplace", buffering=1)

    def line(self, word, name, reason=""):
        self.count += 1
        self.file.write(f"{word} {self.count} - {name.replace('#', chr(92) + '#')}{reason}\n")

    def explain(self, text):
        for line in text.splitlines():
            self.file.write(f"# {line}\n")

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.replace("\n", "\\n")
        if report.failed:
            self.explain(report.longreprtext)
            self.line("not ok", name if report.when == "call" else f"{name} ({report.when})")
        elif report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.line("ok", name, " # SKIP " + " ".join(reason.removeprefix("Skipped: ").split()))
        elif report.when == "call":
            self.line("ok", name)

    def pytest_collectreport(self, report):
        if report.failed:
            self.explain(report.longreprtext)
            self.line("not ok", f"{report.nodeid} (cannot be read)")

    def pytest_sessionfinish(self, exitstatus):
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
            self.file.write(f"1..{self.count}\n")
        self.file.close()


def pytest_configure(config):
    heed_signals()
    path = config.getoption("--tap")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tap(path), "psutil-tap")
