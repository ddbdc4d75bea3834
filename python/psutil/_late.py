"""What import leaves for the first use: exceptions, enumerations, classes of named tuples."""

from . import LINUX, WINDOWS, _psutil

_EXCEPTIONS = {"Error", "NoSuchProcess", "ZombieProcess", "AccessDenied", "TimeoutExpired"}
_TEXT = {"bytes2human", "test"}
_INSIDE = {"_common", "_ntuples", "_pslinux"}
# Modules that psutil 7 imports, which programs therefore find in it.
_IMPORTED = {"collections", "contextlib", "datetime", "functools", "os", "pwd", "signal", "socket"}
_IMPORTED |= {"subprocess", "sys", "threading", "time"}
_ENUMS = {
    "ProcessStatus": True,
    "ConnectionStatus": True,
    "NicDuplex": True,
    "BatteryTime": True,
    "ProcessIOPriority": LINUX,
    "ProcessPriority": WINDOWS,
    "ProcessRlimit": LINUX,
    "AddressFamily": True,
}


def _constant(name):
    """A member of an enumeration, where this platform has it."""
    from . import _enums

    for made, here in _ENUMS.items():
        if here and name in getattr(_enums, made).__members__:
            return getattr(_enums, made)[name]
    return None


def _find(name):
    if name in _IMPORTED:
        return __import__(name)
    if name in _INSIDE:
        return __import__(f"psutil.{name}", fromlist=["__name__"])
    if name.startswith("_"):
        return None
    if name in _EXCEPTIONS:
        from . import _exceptions as home
    elif name == "Popen":
        from . import _popen as home
    elif name in _TEXT:
        from . import _text as home
    elif name in _ENUMS and name != "AddressFamily":
        from . import _enums as home
    elif name.isupper():
        return _constant(name)
    else:
        return _psutil._named_tuple(name)
    return getattr(home, name)


def load(name, package):
    """The value of psutil.<name>, kept in the package so that this happens once."""
    value = _find(name)
    if value is None:
        raise AttributeError(f"module 'psutil' has no attribute {name!r}")
    return package.setdefault(name, value)


def names():
    """What there is besides the package's own and __all__."""
    return _TEXT | set(_ENUMS) - {"AddressFamily"}


def warn_of_osx(frame):
    """Warns of the old name, unless it only comes along with `from psutil import *`."""
    import opcode
    import warnings

    doing = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
    comes_along = doing in ("IMPORT_STAR", "CALL_INTRINSIC_1")  # the latter since Python 3.12
    if not comes_along and not frame.f_code.co_filename.startswith("<frozen importlib"):
        warnings.warn("OSX is now MACOS", DeprecationWarning, stacklevel=3)


def import_all():
    """Finishes the imports that another thread may have begun."""
    from . import _enums, _exceptions, _signals  # noqa: F401


def twin(name, signature):
    """A function with the parameters of a method written in C: "($self, pid=None)"."""
    space = {"__name__": "psutil"}
    exec(f"def {name}{signature.replace('$', '')}: pass", space)
    return space[name]


def _ended(process, timeout):
    """Whether it ended within so many seconds; then it has its returncode."""
    import subprocess

    from ._exceptions import TimeoutExpired

    try:
        code = process.wait(timeout=timeout)
    except (TimeoutExpired, subprocess.TimeoutExpired):
        return False
    if code is None and process.is_running():
        return False
    process.returncode = code
    return True


def wait_by_methods(procs, timeout, gone, callback):
    """wait_procs() of whatever has a method wait(): each is waited for in turn."""
    import time

    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        waiting = [process for process in procs if process not in gone]
        for process in waiting:
            share = 1 / len(waiting)
            if deadline is not None:
                share = max(0, min(share, deadline - time.monotonic()))
            if _ended(process, share):
                gone[process] = None
                if callback is not None:
                    callback(process)
        if len(gone) == len(procs) or (deadline is not None and time.monotonic() >= deadline):
            return


def username_by_method(process, _):
    """username() of a process whose uids() is somebody else's."""
    import pwd

    number = process.uids().real
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def memory_percent_by_methods(process, memtype):
    """memory_percent() of a process whose memory_info() or memory_full_info() is somebody else's."""
    few, all_kinds = _psutil._named_tuple("pmem")._fields, _psutil._named_tuple("pfullmem")._fields
    memtype = "rss" if memtype is None else memtype
    if memtype not in all_kinds:
        raise ValueError(f"invalid memtype {memtype!r}; valid types are {all_kinds!r}")
    info = process.memory_info() if memtype in few else process.memory_full_info()
    return getattr(info, memtype) / _psutil.virtual_memory().total * 100
