"""Processes and system utilisation (CPU, memory, disks, network, sensors), on libpsutil."""

import sys as _sys

from . import _psutil
from ._psutil import Process, libpsutil_version

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


def virtual_memory():
    """Physical memory in bytes, as svmem.

    total, available (what programs can be given without swapping), percent (what is not available),
    used, free, and on Linux active, inactive, buffers, cached, shared and slab.
    """
    return _psutil.virtual_memory()


def swap_memory():
    """Swap space in bytes, as sswap.

    total, used, free, percent, and sin and sout, what was swapped in and out since boot.
    """
    return _psutil.swap_memory()


def cpu_times(percpu=False):
    """Seconds that the CPUs spent in each mode since boot, as scputimes.

    user, nice, system, idle, and on Linux iowait, irq, softirq, steal, guest and guest_nice. With
    percpu, a list with one for each CPU that is online.
    """
    return _psutil.cpu_times(percpu)


def cpu_percent(interval=None, percpu=False):
    """How busy the CPUs are, from 0.0 to 100.0; with percpu, a list with one for each.

    With an interval (seconds), sleeps that long and tells about that time. Without, or with 0, tells
    about the time since this thread's last call, or since the import, and returns at once: 0.0 in the
    first call of a thread.

    ValueError for a negative interval.
    """
    return _psutil.cpu_percent(interval, percpu)


def cpu_times_percent(interval=None, percpu=False):
    """The share of each mode in the time that went by, in percent, as scputimes.

    interval and percpu are as in cpu_percent().
    """
    return _psutil.cpu_times_percent(interval, percpu)


def cpu_count(logical=True):
    """The number of logical CPUs, or of physical cores; None when it is not known."""
    return _psutil.cpu_count(logical)


def cpu_stats():
    """Counts since boot, as scpustats.

    ctx_switches, interrupts, soft_interrupts and syscalls (always 0 on Linux).
    """
    return _psutil.cpu_stats()


def cpu_freq(percpu=False):
    """Frequencies in MHz, as scpufreq: current, min and max (0.0 when not known).

    With percpu, a list with one for each CPU. None, or an empty list, when the system tells none.
    """
    return _psutil.cpu_freq(percpu)


def getloadavg():
    """Processes that ran or wanted to, on average over the last 1, 5 and 15 minutes."""
    return _psutil.getloadavg()


def disk_partitions(all=False):
    """The mounted file systems, as a list of sdiskpart: device, mountpoint, fstype, opts.

    Those on a device, or all of them.
    """
    return _psutil.disk_partitions(all)


def disk_usage(path):
    """The space of the file system that path is on, as sdiskusage.

    total, used and free in bytes, and percent as df shows it. path is a string, bytes, a path-like
    object or the number of an open file. OSError when there is no such path.
    """
    return _psutil.disk_usage(path)


def disk_io_counters(perdisk=False, nowrap=True):
    """I/O of all disks since boot, as sdiskio, or with perdisk {disk: sdiskio}.

    read_count, write_count, read_bytes, write_bytes, read_time and write_time (milliseconds), and on
    Linux read_merged_count, write_merged_count and busy_time (milliseconds). None, or {}, when the
    machine has no disks.

    With nowrap, counters of the system that started again at zero are added to what they had been,
    until disk_io_counters.cache_clear() is called.
    """
    return _psutil.disk_io_counters(perdisk, nowrap)


def net_io_counters(pernic=False, nowrap=True):
    """Traffic of all interfaces, as snetio, or with pernic {interface: snetio}.

    bytes_sent, bytes_recv, packets_sent, packets_recv, errin, errout, dropin and dropout. None, or {},
    when the machine has no interfaces.

    nowrap is as in disk_io_counters().
    """
    return _psutil.net_io_counters(pernic, nowrap)


def net_connections(kind="inet"):
    """The system's sockets, as a list of sconn: fd, family, type, laddr, raddr, status, pid.

    kind is one of "inet", "inet4", "inet6", "tcp", "tcp4", "tcp6", "udp", "udp4", "udp6", "unix" and
    "all". fd is -1 and pid None for sockets whose owner is not known or may not be seen. laddr and
    raddr are addr(ip, port), () when there is none, or the path of a UNIX socket.

    ValueError for another kind.
    """
    return _psutil.net_connections(kind)


def net_if_addrs():
    """The addresses of each interface: {name: [snicaddr, ...]}.

    family, address, netmask, broadcast and ptp (the other end of a point-to-point link), None where
    there is none.
    """
    return _psutil.net_if_addrs()


def net_if_stats():
    """The state of each interface: {name: snicstats}.

    isup, duplex, speed (megabits a second, 0 when not known), mtu (bytes) and flags.
    """
    return _psutil.net_if_stats()


def sensors_temperatures(fahrenheit=False):
    """Temperatures by chip: {chip: [shwtemp(label, current, high, critical), ...]}.

    In degrees Celsius, or Fahrenheit. A limit that is not known is None; where only one is known, both
    show it. {} when the machine has no sensors.
    """
    return _psutil.sensors_temperatures(fahrenheit)


def sensors_fans():
    """Speeds of fans by chip: {chip: [sfan(label, current), ...]}, in revolutions a minute."""
    return _psutil.sensors_fans()


def sensors_battery():
    """The battery, as sbattery, or None without one.

    percent: charge left. secsleft: seconds until it is empty, POWER_TIME_UNLIMITED while plugged in,
    POWER_TIME_UNKNOWN when not known. power_plugged: whether the mains are connected, None when not
    known.
    """
    return _psutil.sensors_battery()


def boot_time():
    """When the system was booted, in seconds since the epoch."""
    return _psutil.boot_time()


def users():
    """Who is logged in, as a list of suser.

    name, terminal (None without one), host, started (seconds since the epoch) and pid.
    """
    return _psutil.users()


def pids():
    """The ids of all processes, ascending."""
    return _psutil.pids()


def pid_exists(pid):
    """Whether a process has this id now. Any number may be asked about."""
    return _psutil.pid_exists(pid)


def heap_info():
    """This process's own heap in bytes, as pheap: heap_used and mmap_used.

    NotImplementedError where the C library's allocator does not tell.
    """
    return _psutil.heap_info()


def heap_trim():
    """Asks the C library's allocator to give unused memory back to the system."""
    return _psutil.heap_trim()


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
    return _psutil.wait_procs(procs, timeout, callback)


def _wait_for(procs, timeout, callback):
    procs = list(dict.fromkeys(procs))
    gone = {}

    def ended(process):
        process.returncode = process.wait(0)
        gone[process] = None
        if callback is not None:
            callback(process)

    if all(getattr(type(process), "wait", None) in _WAITS and "wait" not in process.__dict__
           for process in procs):
        _psutil._wait_procs(procs, timeout, ended)
    else:
        from ._late import wait_by_methods

        wait_by_methods(procs, timeout, gone, callback)
    return list(gone), [process for process in procs if process not in gone]


# The methods wait() that wait_procs() does not call, as it knows what they do.
_WAITS = {Process.wait}

process_iter.cache_clear = _psutil._process_iter_clear
disk_io_counters.cache_clear = _psutil.disk_io_counters_clear
net_io_counters.cache_clear = _psutil.net_io_counters_clear

_psutil._bind(globals())


def __getattr__(name):
    from ._late import load, warn_of_osx

    if name == "OSX":
        warn_of_osx(_sys._getframe(1))
        return MACOS
    return load(name, globals())


def __dir__():
    from ._late import names

    return sorted({*globals(), *__all__, *names()})
