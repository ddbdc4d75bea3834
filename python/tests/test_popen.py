"""Popen."""
import contextlib
import io
import os
import subprocess

import psutil
import pytest


def test_popen_is_a_process():
    with psutil.Popen(["sleep", "1000"], stdout=subprocess.PIPE) as process:
        assert isinstance(process, psutil.Process)
        assert not isinstance(process, subprocess.Popen)
        assert process.poll() is None and process.returncode is None
        assert process.args == ["sleep", "1000"] and process.stdin is None
        assert isinstance(process.stdout, io.IOBase)
        assert process.ppid() == os.getpid()
        assert process == psutil.Process(process.pid)
        process.kill()
        assert process.wait() == -9 == process.returncode == process.poll()
    assert process.stdout.closed


def test_popen_talks():
    process = psutil.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.communicate("hello") == ("hello", None)
    assert process.wait() == 0
    with psutil.Popen("echo x; exit 3", shell=True, stdout=subprocess.PIPE) as process:
        assert process.communicate()[0] == b"x\n"
    assert process.returncode == 3


def test_popen_times_out():
    with psutil.Popen(["sleep", "1000"]) as process:
        with pytest.raises(psutil.TimeoutExpired):
            process.wait(timeout=0.01)
        process.terminate()
        assert process.wait(5) == -15


def test_popen_fails():
    with pytest.raises(FileNotFoundError):
        psutil.Popen(["/nonexistent"])
    with pytest.raises(TypeError):
        psutil.Popen()


def test_popen_after_the_end():
    process = psutil.Popen(["true"])
    process.wait()
    with pytest.raises(AttributeError, match="nonsense"):
        process.nonsense
    with pytest.raises(psutil.NoSuchProcess):
        process.status()
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
    assert process.returncode == 0


def test_popen_names_everything():
    process = psutil.Popen(["sleep", "1000"], stdin=subprocess.PIPE)
    try:
        assert {"communicate", "poll", "cmdline", "wait", "pid"} <= set(dir(process))
        for name in ("stdin", "stdout", "stderr", "returncode", "args", "encoding"):
            getattr(process, name)
        assert process.send_signal(0) is None and process.name() in ("sleep", "python", "python3")
    finally:
        process.kill()
        process.wait()
        process.stdin.close()


def test_popen_subclass():
    class Mine(psutil.Popen):
        def double(self):
            return self.pid * 2

    with Mine(["true"]) as process:
        assert process.double() == process.pid * 2
        assert process.wait() == 0
