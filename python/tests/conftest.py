"""Fixtures of the Python tests, and the line that sums a run up."""
import json
import os
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
    parser.addoption("--totals", metavar="FILE", help="write the numbers there as JSON, too")


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


def pytest_terminal_summary(terminalreporter, config):
    config.psutil_stats = {
        key: len(terminalreporter.stats.get(key, ())) for key in ("passed", "failed", "error", "skipped")}


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    stats = getattr(config, "psutil_stats", None)
    if stats is None or hasattr(config, "workerinput"):
        return
    stats["failed"] += stats.pop("error")
    print(", ".join(f"{number} {name}" for name, number in stats.items()))
    path = config.getoption("--totals")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(stats, file)
