"""Processes and system utilisation (CPU, memory, disks, network, sensors), on libpsutil."""

import sys as _sys

from . import _psutil
from ._psutil import (
    Process,
    boot_time,
    cpu_count,
    cpu_freq,
    cpu_percent,
    cpu_stats,
    cpu_times,
    cpu_times_percent,
    disk_partitions,
    disk_usage,
    getloadavg,
    heap_info,
    heap_trim,
    libpsutil_version,
    net_connections,
    net_if_addrs,
    net_if_stats,
    pid_exists,
    pids,
    sensors_battery,
    sensors_fans,
    sensors_temperatures,
    swap_memory,
    users,
    virtual_memory,
)

__version__ = "7.2.2"
version_info = (7, 2, 2)

POSIX = _sys.platform != "win32"
WINDOWS = _sys.platform == "win32"
LINUX = _sys.platform.startswith("linux")
MACOS = _sys.platform.startswith("darwin")
FREEBSD = _sys.platform.startswith(("freebsd", "midnightbsd"))
OPENBSD = _sys.platform.startswith("openbsd")
NETBSD = _sys.platform.startswith("netbsd")
BSD = FREEBSD or OPENBSD or NETBSD
SUNOS = _sys.platform.startswith(("sunos", "solaris"))
AIX = _sys.platform.startswith("aix")

RLIM_INFINITY = -1

# Where the system's files are. May be set: it is looked at by each call.
PROCFS_PATH = "/proc"

__all__ = [
    "Error", "NoSuchProcess", "ZombieProcess", "AccessDenied", "TimeoutExpired", "version_info",
    "__version__", "STATUS_RUNNING", "STATUS_IDLE", "STATUS_SLEEPING", "STATUS_DISK_SLEEP",
    "STATUS_STOPPED", "STATUS_TRACING_STOP", "STATUS_ZOMBIE", "STATUS_DEAD", "STATUS_WAKING",
    "STATUS_LOCKED", "STATUS_WAITING", "STATUS_PARKED", "CONN_ESTABLISHED", "CONN_SYN_SENT",
    "CONN_SYN_RECV", "CONN_FIN_WAIT1", "CONN_FIN_WAIT2", "CONN_TIME_WAIT", "CONN_CLOSE",
    "CONN_CLOSE_WAIT", "CONN_LAST_ACK", "CONN_LISTEN", "CONN_CLOSING", "CONN_NONE", "AF_LINK",
    "NIC_DUPLEX_FULL", "NIC_DUPLEX_HALF", "NIC_DUPLEX_UNKNOWN", "POWER_TIME_UNKNOWN",
    "POWER_TIME_UNLIMITED", "BSD", "FREEBSD", "LINUX", "NETBSD", "OPENBSD", "MACOS", "OSX",
    "POSIX", "SUNOS", "WINDOWS", "AIX", "Process", "Popen", "pid_exists", "pids",
    "process_iter", "wait_procs", "virtual_memory", "swap_memory", "cpu_times", "cpu_percent",
    "cpu_times_percent", "cpu_count", "cpu_stats", "net_io_counters", "net_connections",
    "net_if_addrs", "net_if_stats", "disk_io_counters", "disk_partitions", "disk_usage",
    "users", "boot_time", "PROCFS_PATH", "IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT",
    "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE", "RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU",
    "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_LOCKS", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE",
    "RLIMIT_NICE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_RSS", "RLIMIT_RTPRIO",
    "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK", "RLIM_INFINITY", "cpu_freq",
    "getloadavg", "sensors_temperatures", "sensors_fans", "sensors_battery", "heap_info",
    "heap_trim",
]


def disk_io_counters(perdisk=False, nowrap=True):
    """I/O of all disks since boot, as sdiskio, or with perdisk {disk: sdiskio}.

    read_count, write_count, read_bytes, write_bytes, read_time and write_time (milliseconds), and
    on Linux read_merged_count, write_merged_count and busy_time (milliseconds). None, or {}, when
    the machine has no disks.

    With nowrap, counters of the system that started again at zero are added to what they had been,
    until disk_io_counters.cache_clear() is called.
    """
    return _psutil._disk_io_counters(perdisk, nowrap)


def net_io_counters(pernic=False, nowrap=True):
    """Traffic of all interfaces, as snetio, or with pernic {interface: snetio}.

    bytes_sent, bytes_recv, packets_sent, packets_recv, errin, errout, dropin and dropout. None, or
    {}, when the machine has no interfaces.

    nowrap is as in disk_io_counters().
    """
    return _psutil._net_io_counters(pernic, nowrap)


def process_iter(attrs=None, ad_value=None):
    """Goes through all processes, ascending by pid, as Process.

    A process is the same instance each time, until process_iter.cache_clear() is called.

    With attrs (as in Process.as_dict()) each gets an attribute `info` with what as_dict() returns,
    read in one pass over the system: much faster than asking one after the other. ad_value stands
    in it for what the caller may not know. Who ends meanwhile is left out.
    """
    yield from _psutil._process_iter(attrs, ad_value)


def wait_procs(procs, timeout=None, callback=None):
    """Sleeps until all processes have ended, at most timeout seconds. Returns (gone, alive).

    Those that ended have an attribute `returncode`, as wait() returns it, and come in the order in
    which they ended. callback is called with each as it ends.
    """
    if timeout is not None and timeout < 0:
        raise ValueError(f"timeout must be a positive integer, got {timeout}")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback {callback} is not a callable")
    gone = {}

    def ended(process):
        process.returncode = process.wait(0)
        gone[process] = None
        if callback is not None:
            callback(process)

    procs = list(dict.fromkeys(procs))
    _psutil._wait_procs(procs, timeout, ended)
    return list(gone), [process for process in procs if process not in gone]


process_iter.cache_clear = _psutil._process_iter_clear
disk_io_counters.cache_clear = _psutil._disk_io_counters_clear
net_io_counters.cache_clear = _psutil._net_io_counters_clear

_psutil._bind(globals())


def __getattr__(name):
    if name == "OSX":
        import warnings

        warnings.warn("OSX is now MACOS", DeprecationWarning, stacklevel=2)
        return MACOS
    from ._late import load

    return load(name, globals())


def __dir__():
    return sorted({*globals(), *__all__})
