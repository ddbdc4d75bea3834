"""Popen."""

import subprocess

from . import _WAITS
from ._psutil import Process


class Popen(Process):
    """A process that is started, with the interfaces of Process and of subprocess.Popen.

    Takes the arguments of subprocess.Popen. What both have is Process's (send_signal, terminate,
    kill: sure to be about this process), and wait() reaps it and sets returncode.
    """

    __module__ = "psutil"

    def __init__(self, *args, **kwargs):
        self.__subproc = subprocess.Popen(*args, **kwargs)
        super().__init__(self.__subproc.pid)

    def __dir__(self):
        own = (name for name in vars(self.__subproc) if not name.startswith("_"))
        return sorted({*super().__dir__(), *dir(subprocess.Popen), *own})

    def __enter__(self):
        self.__subproc.__enter__()
        return self

    def __exit__(self, *args):
        return self.__subproc.__exit__(*args)

    def __getattr__(self, name):
        # Also asked for by copy and pickle, of an instance without __init__().
        if name == "_Popen__subproc":
            raise AttributeError(name)
        try:
            return getattr(self.__subproc, name)
        except AttributeError:
            raise AttributeError(f"{type(self)} has no attribute {name!r}") from None

    def wait(self, timeout=None):
        """Sleeps until the process has ended, as Process.wait(), and returns its exit code."""
        if self.__subproc.returncode is not None:
            return self.__subproc.returncode
        code = super().wait(timeout)
        self.__subproc.returncode = code
        return code


_WAITS.add(Popen.wait)
