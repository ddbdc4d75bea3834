"""The enumerations. Their members print as the plain values of psutil 7 did."""

import enum

from . import SUNOS, WINDOWS


class _Text(str, enum.Enum):
    """Strings that are members of an enumeration."""

    __repr__ = str.__repr__
    __str__ = str.__str__
    __format__ = str.__format__


class ProcessStatus(_Text):
    """What a process is doing."""

    __module__ = "psutil"

    STATUS_RUNNING = "running"
    STATUS_SLEEPING = "sleeping"
    STATUS_DISK_SLEEP = "disk-sleep"
    STATUS_STOPPED = "stopped"
    STATUS_TRACING_STOP = "tracing-stop"
    STATUS_ZOMBIE = "zombie"
    STATUS_DEAD = "dead"
    STATUS_WAKE_KILL = "wake-kill"
    STATUS_WAKING = "waking"
    STATUS_PARKED = "parked"
    STATUS_IDLE = "idle"
    STATUS_LOCKED = "locked"
    STATUS_WAITING = "waiting"
    STATUS_SUSPENDED = "suspended"


class ConnectionStatus(_Text):
    """The state of a TCP socket; CONN_NONE for the others."""

    __module__ = "psutil"

    CONN_ESTABLISHED = "ESTABLISHED"
    CONN_SYN_SENT = "SYN_SENT"
    CONN_SYN_RECV = "SYN_RECV"
    CONN_FIN_WAIT1 = "FIN_WAIT1"
    CONN_FIN_WAIT2 = "FIN_WAIT2"
    CONN_TIME_WAIT = "TIME_WAIT"
    CONN_CLOSE = "CLOSE"
    CONN_CLOSE_WAIT = "CLOSE_WAIT"
    CONN_LAST_ACK = "LAST_ACK"
    CONN_LISTEN = "LISTEN"
    CONN_CLOSING = "CLOSING"
    CONN_NONE = "NONE"
    if WINDOWS:
        CONN_DELETE_TCB = "DELETE_TCB"
    if SUNOS:
        CONN_IDLE = "IDLE"
        CONN_BOUND = "BOUND"


class NicDuplex(enum.IntEnum):
    """How an interface sends and receives."""

    __module__ = "psutil"

    NIC_DUPLEX_FULL = 2
    NIC_DUPLEX_HALF = 1
    NIC_DUPLEX_UNKNOWN = 0


class BatteryTime(enum.IntEnum):
    """sbattery.secsleft when it is not a number of seconds."""

    __module__ = "psutil"

    POWER_TIME_UNKNOWN = -1
    POWER_TIME_UNLIMITED = -2


class ProcessIOPriority(enum.IntEnum):
    """Classes of I/O priorities (Linux)."""

    __module__ = "psutil"

    IOPRIO_CLASS_NONE = 0
    IOPRIO_CLASS_RT = 1
    IOPRIO_CLASS_BE = 2
    IOPRIO_CLASS_IDLE = 3

    def __repr__(self):
        return f"<IOPriority.{self._name_}: {self._value_!r}>"


class ProcessPriority(enum.IntEnum):
    """Priority classes of processes (Windows)."""

    __module__ = "psutil"

    ABOVE_NORMAL_PRIORITY_CLASS = 0x8000
    BELOW_NORMAL_PRIORITY_CLASS = 0x4000
    HIGH_PRIORITY_CLASS = 0x80
    IDLE_PRIORITY_CLASS = 0x40
    NORMAL_PRIORITY_CLASS = 0x20
    REALTIME_PRIORITY_CLASS = 0x100


class ProcessRlimit(enum.IntEnum):
    """Resources that Process.rlimit() limits (Linux)."""

    __module__ = "psutil"

    RLIMIT_AS = 9
    RLIMIT_CORE = 4
    RLIMIT_CPU = 0
    RLIMIT_DATA = 2
    RLIMIT_FSIZE = 1
    RLIMIT_LOCKS = 10
    RLIMIT_MEMLOCK = 8
    RLIMIT_MSGQUEUE = 12
    RLIMIT_NICE = 13
    RLIMIT_NOFILE = 7
    RLIMIT_NPROC = 6
    RLIMIT_RSS = 5
    RLIMIT_RTPRIO = 14
    RLIMIT_RTTIME = 15
    RLIMIT_SIGPENDING = 11
    RLIMIT_STACK = 3

    __repr__ = int.__repr__
    __str__ = int.__repr__
    __format__ = int.__format__


class AddressFamily(enum.IntEnum):
    """The family of hardware addresses, which the module socket has under other names."""

    AF_LINK = 17


_OWN = {
    member._value_ if isinstance(member, str) else name: member
    for made in (ProcessStatus, ConnectionStatus, NicDuplex, ProcessIOPriority, ProcessRlimit)
    for name, member in made.__members__.items()
}


def member(name):
    """The member that the library calls `name`."""
    if name in _OWN:
        return _OWN[name]
    import socket

    return getattr(socket, "AF_PACKET" if name == "AF_LINK" else name)
