"""The stubs: a program that uses all of the interface type-checks, and they tell what the module has."""
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = os.path.join(HERE, "..", "..", "pyproject.toml")

pytest.importorskip("mypy", reason="mypy is not installed")


@pytest.fixture(autouse=True)
def stubbed(is_reference):
    if is_reference:
        pytest.skip("the reference has no stubs of its own")


def mypy(tmp_path, *arguments, module="mypy"):
    """Runs it away from the sources, so that the installed package is what it finds."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=tmp_path, text=True,
                          env={**os.environ, "MYPY_CACHE_DIR": str(tmp_path / "cache")},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def test_sample_program_is_strict(tmp_path):
    code, told = mypy(tmp_path, "--strict", os.path.join(HERE, "typed_sample.py"))
    assert code == 0, told


@pytest.mark.parametrize("wrong", [
    "psutil.virtual_memory().totl",
    "psutil.cpu_percent(percpu=True) + 1.0",
    "psutil.Process('1')",
    "psutil.Process().nice(value='high')",
    "psutil.Process().rlimit(psutil.RLIMIT_NOFILE, (1, 2, 3))",
    "psutil.disk_io_counters().read_count",
    "psutil.NoSuchProcess()",
    "psutil.no_such_function()",
])
def test_mistake_is_found(tmp_path, wrong):
    program = tmp_path / "wrong.py"
    program.write_text(f"import psutil\n\n{wrong}\n")
    code, told = mypy(tmp_path, "--strict", str(program))
    assert code == 1 and "wrong.py:3" in told, told


@pytest.mark.skipif(sys.version_info < (3, 10), reason="mypy's last version for Python 3.9 finds fault with "
                    "functions that have attributes")
def test_stubs_match_the_module(tmp_path):
    code, told = mypy(tmp_path, "--mypy-config-file", CONFIG, "--ignore-unused-allowlist", "--allowlist",
                      os.path.join(HERE, "stubtest-allow.txt"), "psutil", module="mypy.stubtest")
    assert code == 0, told
