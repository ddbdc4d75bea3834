import enum
import sys
from _typeshed import FileDescriptorOrPath
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from socket import AddressFamily, SocketKind
from typing import Any, Final, Literal, NamedTuple, Protocol, overload, type_check_only
from typing_extensions import Self, TypeAlias, deprecated, disjoint_base

__all__ = [
    "Error", "NoSuchProcess", "ZombieProcess", "AccessDenied", "TimeoutExpired", "version_info",
    "__version__", "STATUS_RUNNING", "STATUS_IDLE", "STATUS_SLEEPING", "STATUS_DISK_SLEEP",
    "STATUS_STOPPED", "STATUS_TRACING_STOP", "STATUS_ZOMBIE", "STATUS_DEAD", "STATUS_WAKING",
    "STATUS_LOCKED", "STATUS_WAITING", "STATUS_PARKED", "CONN_ESTABLISHED", "CONN_SYN_SENT",
    "CONN_SYN_RECV", "CONN_FIN_WAIT1", "CONN_FIN_WAIT2", "CONN_TIME_WAIT", "CONN_CLOSE",
    "CONN_CLOSE_WAIT", "CONN_LAST_ACK", "CONN_LISTEN", "CONN_CLOSING", "CONN_NONE", "AF_LINK",
    "NIC_DUPLEX_FULL", "NIC_DUPLEX_HALF", "NIC_DUPLEX_UNKNOWN", "POWER_TIME_UNKNOWN",
    "POWER_TIME_UNLIMITED", "BSD", "FREEBSD", "LINUX", "NETBSD", "OPENBSD", "MACOS", "OSX", "POSIX",
    "SUNOS", "WINDOWS", "AIX", "Process", "Popen", "pid_exists", "pids", "process_iter",
    "wait_procs", "virtual_memory", "swap_memory", "cpu_times", "cpu_percent", "cpu_times_percent",
    "cpu_count", "cpu_stats", "net_io_counters", "net_connections", "net_if_addrs", "net_if_stats",
    "disk_io_counters", "disk_partitions", "disk_usage", "users", "boot_time", "PROCFS_PATH",
    "IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE", "RLIMIT_AS",
    "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_LOCKS", "RLIMIT_MEMLOCK",
    "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_RSS",
    "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK", "RLIM_INFINITY",
    "cpu_freq", "getloadavg", "sensors_temperatures", "sensors_fans", "sensors_battery",
    "heap_info", "heap_trim",
]

__version__: Final[str]
version_info: Final[tuple[int, int, int]]
libpsutil_version: Final[str]
PROCFS_PATH: str

POSIX: Final[bool]
LINUX: Final[bool]
WINDOWS: Final[bool]
MACOS: Final[bool]
OSX: Final[bool]
FREEBSD: Final[bool]
OPENBSD: Final[bool]
NETBSD: Final[bool]
BSD: Final[bool]
SUNOS: Final[bool]
AIX: Final[bool]

class ProcessStatus(str, enum.Enum):
    def __new__(cls, value: str) -> Self: ...
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

class ConnectionStatus(str, enum.Enum):
    def __new__(cls, value: str) -> Self: ...
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
    CONN_DELETE_TCB = "DELETE_TCB"
    CONN_IDLE = "IDLE"
    CONN_BOUND = "BOUND"

class NicDuplex(enum.IntEnum):
    NIC_DUPLEX_FULL = 2
    NIC_DUPLEX_HALF = 1
    NIC_DUPLEX_UNKNOWN = 0

class BatteryTime(enum.IntEnum):
    POWER_TIME_UNKNOWN = -1
    POWER_TIME_UNLIMITED = -2

class ProcessIOPriority(enum.IntEnum):
    IOPRIO_CLASS_NONE = 0
    IOPRIO_CLASS_RT = 1
    IOPRIO_CLASS_BE = 2
    IOPRIO_CLASS_IDLE = 3

class ProcessRlimit(enum.IntEnum):
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

STATUS_RUNNING: Final = ProcessStatus.STATUS_RUNNING
STATUS_SLEEPING: Final = ProcessStatus.STATUS_SLEEPING
STATUS_DISK_SLEEP: Final = ProcessStatus.STATUS_DISK_SLEEP
STATUS_STOPPED: Final = ProcessStatus.STATUS_STOPPED
STATUS_TRACING_STOP: Final = ProcessStatus.STATUS_TRACING_STOP
STATUS_ZOMBIE: Final = ProcessStatus.STATUS_ZOMBIE
STATUS_DEAD: Final = ProcessStatus.STATUS_DEAD
STATUS_WAKE_KILL: Final = ProcessStatus.STATUS_WAKE_KILL
STATUS_WAKING: Final = ProcessStatus.STATUS_WAKING
STATUS_PARKED: Final = ProcessStatus.STATUS_PARKED
STATUS_IDLE: Final = ProcessStatus.STATUS_IDLE
STATUS_LOCKED: Final = ProcessStatus.STATUS_LOCKED
STATUS_WAITING: Final = ProcessStatus.STATUS_WAITING
STATUS_SUSPENDED: Final = ProcessStatus.STATUS_SUSPENDED

CONN_ESTABLISHED: Final = ConnectionStatus.CONN_ESTABLISHED
CONN_SYN_SENT: Final = ConnectionStatus.CONN_SYN_SENT
CONN_SYN_RECV: Final = ConnectionStatus.CONN_SYN_RECV
CONN_FIN_WAIT1: Final = ConnectionStatus.CONN_FIN_WAIT1
CONN_FIN_WAIT2: Final = ConnectionStatus.CONN_FIN_WAIT2
CONN_TIME_WAIT: Final = ConnectionStatus.CONN_TIME_WAIT
CONN_CLOSE: Final = ConnectionStatus.CONN_CLOSE
CONN_CLOSE_WAIT: Final = ConnectionStatus.CONN_CLOSE_WAIT
CONN_LAST_ACK: Final = ConnectionStatus.CONN_LAST_ACK
CONN_LISTEN: Final = ConnectionStatus.CONN_LISTEN
CONN_CLOSING: Final = ConnectionStatus.CONN_CLOSING
CONN_NONE: Final = ConnectionStatus.CONN_NONE

NIC_DUPLEX_FULL: Final = NicDuplex.NIC_DUPLEX_FULL
NIC_DUPLEX_HALF: Final = NicDuplex.NIC_DUPLEX_HALF
NIC_DUPLEX_UNKNOWN: Final = NicDuplex.NIC_DUPLEX_UNKNOWN

POWER_TIME_UNKNOWN: Final = BatteryTime.POWER_TIME_UNKNOWN
POWER_TIME_UNLIMITED: Final = BatteryTime.POWER_TIME_UNLIMITED

IOPRIO_CLASS_NONE: Final = ProcessIOPriority.IOPRIO_CLASS_NONE
IOPRIO_CLASS_RT: Final = ProcessIOPriority.IOPRIO_CLASS_RT
IOPRIO_CLASS_BE: Final = ProcessIOPriority.IOPRIO_CLASS_BE
IOPRIO_CLASS_IDLE: Final = ProcessIOPriority.IOPRIO_CLASS_IDLE

RLIMIT_AS: Final = ProcessRlimit.RLIMIT_AS
RLIMIT_CORE: Final = ProcessRlimit.RLIMIT_CORE
RLIMIT_CPU: Final = ProcessRlimit.RLIMIT_CPU
RLIMIT_DATA: Final = ProcessRlimit.RLIMIT_DATA
RLIMIT_FSIZE: Final = ProcessRlimit.RLIMIT_FSIZE
RLIMIT_LOCKS: Final = ProcessRlimit.RLIMIT_LOCKS
RLIMIT_MEMLOCK: Final = ProcessRlimit.RLIMIT_MEMLOCK
RLIMIT_MSGQUEUE: Final = ProcessRlimit.RLIMIT_MSGQUEUE
RLIMIT_NICE: Final = ProcessRlimit.RLIMIT_NICE
RLIMIT_NOFILE: Final = ProcessRlimit.RLIMIT_NOFILE
RLIMIT_NPROC: Final = ProcessRlimit.RLIMIT_NPROC
RLIMIT_RSS: Final = ProcessRlimit.RLIMIT_RSS
RLIMIT_RTPRIO: Final = ProcessRlimit.RLIMIT_RTPRIO
RLIMIT_RTTIME: Final = ProcessRlimit.RLIMIT_RTTIME
RLIMIT_SIGPENDING: Final = ProcessRlimit.RLIMIT_SIGPENDING
RLIMIT_STACK: Final = ProcessRlimit.RLIMIT_STACK

RLIM_INFINITY: Final[int]
AF_LINK: Final[int]

class scputimes(NamedTuple):
    user: float
    nice: float
    system: float
    idle: float
    iowait: float
    irq: float
    softirq: float
    steal: float
    guest: float
    guest_nice: float

class scpustats(NamedTuple):
    ctx_switches: int
    interrupts: int
    soft_interrupts: int
    syscalls: int

class scpufreq(NamedTuple):
    current: float
    min: float
    max: float

class svmem(NamedTuple):
    total: int
    available: int
    percent: float
    used: int
    free: int
    active: int
    inactive: int
    buffers: int
    cached: int
    shared: int
    slab: int

class sswap(NamedTuple):
    total: int
    used: int
    free: int
    percent: float
    sin: int
    sout: int

class pheap(NamedTuple):
    heap_used: int
    mmap_used: int

class sdiskpart(NamedTuple):
    device: str
    mountpoint: str
    fstype: str
    opts: str

class sdiskusage(NamedTuple):
    total: int
    used: int
    free: int
    percent: float

class sdiskio(NamedTuple):
    read_count: int
    write_count: int
    read_bytes: int
    write_bytes: int
    read_time: int
    write_time: int
    read_merged_count: int
    write_merged_count: int
    busy_time: int

class snetio(NamedTuple):
    bytes_sent: int
    bytes_recv: int
    packets_sent: int
    packets_recv: int
    errin: int
    errout: int
    dropin: int
    dropout: int

class addr(NamedTuple):
    ip: str
    port: int

# An internet socket's end, a UNIX socket's path, or () where there is none.
_Address: TypeAlias = addr | str | tuple[()]

class sconn(NamedTuple):
    fd: int
    family: AddressFamily
    type: SocketKind
    laddr: _Address
    raddr: _Address
    status: ConnectionStatus
    pid: int | None

class pconn(NamedTuple):
    fd: int
    family: AddressFamily
    type: SocketKind
    laddr: _Address
    raddr: _Address
    status: ConnectionStatus

class snicaddr(NamedTuple):
    family: AddressFamily
    address: str
    netmask: str | None
    broadcast: str | None
    ptp: str | None

class snicstats(NamedTuple):
    isup: bool
    duplex: NicDuplex
    speed: int
    mtu: int
    flags: str

class shwtemp(NamedTuple):
    label: str
    current: float | None
    high: float | None
    critical: float | None

class sfan(NamedTuple):
    label: str
    current: int

class sbattery(NamedTuple):
    percent: float
    secsleft: int | BatteryTime
    power_plugged: bool | None

class suser(NamedTuple):
    name: str
    terminal: str | None
    host: str | None
    started: float
    pid: int | None

class pcputimes(NamedTuple):
    user: float
    system: float
    children_user: float
    children_system: float
    iowait: float

class pmem(NamedTuple):
    rss: int
    vms: int
    shared: int
    text: int
    lib: int
    data: int
    dirty: int

class pmem_ex(NamedTuple):
    rss: int
    vms: int
    shared: int
    text: int
    lib: int
    data: int
    dirty: int
    peak_rss: int
    peak_vms: int
    rss_anon: int
    rss_file: int
    rss_shmem: int
    swap: int
    hugetlb: int

class pfullmem(NamedTuple):
    rss: int
    vms: int
    shared: int
    text: int
    lib: int
    data: int
    dirty: int
    uss: int
    pss: int
    swap: int

class pfootprint(NamedTuple):
    uss: int
    pss: int
    swap: int

class pmmap_grouped(NamedTuple):
    path: str
    rss: int
    size: int
    pss: int
    shared_clean: int
    shared_dirty: int
    private_clean: int
    private_dirty: int
    referenced: int
    anonymous: int
    swap: int

class pmmap_ext(NamedTuple):
    addr: str
    perms: str
    path: str
    rss: int
    size: int
    pss: int
    shared_clean: int
    shared_dirty: int
    private_clean: int
    private_dirty: int
    referenced: int
    anonymous: int
    swap: int

class pio(NamedTuple):
    read_count: int
    write_count: int
    read_bytes: int
    write_bytes: int
    read_chars: int
    write_chars: int

class pctxsw(NamedTuple):
    voluntary: int
    involuntary: int

class ppagefaults(NamedTuple):
    minor: int
    major: int

class pthread(NamedTuple):
    id: int
    user_time: float
    system_time: float

class puids(NamedTuple):
    real: int
    effective: int
    saved: int

class pgids(NamedTuple):
    real: int
    effective: int
    saved: int

class pionice(NamedTuple):
    ioclass: ProcessIOPriority
    value: int

class popenfile(NamedTuple):
    path: str
    fd: int
    position: int
    mode: str
    flags: int

class Error(Exception):
    msg: str

class NoSuchProcess(Error):
    pid: int
    name: str | None
    def __init__(self, pid: int, name: str | None = None, msg: str | None = None) -> None: ...

class ZombieProcess(NoSuchProcess):
    ppid: int | None
    def __init__(
        self, pid: int, name: str | None = None, ppid: int | None = None, msg: str | None = None
    ) -> None: ...

class AccessDenied(Error):
    pid: int | None
    name: str | None
    def __init__(self, pid: int | None = None, name: str | None = None, msg: str | None = None) -> None: ...

class TimeoutExpired(Error):
    seconds: float
    pid: int | None
    name: str | None
    def __init__(self, seconds: float, pid: int | None = None, name: str | None = None) -> None: ...

@disjoint_base
class Process:
    # Set by process_iter() that is given `attrs`.
    info: dict[str, Any]
    attrs: frozenset[str]
    def __init__(self, pid: int | None = None) -> None: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __copy__(self) -> Self: ...
    def __hash__(self) -> int: ...
    @property
    def pid(self) -> int: ...
    def ppid(self) -> int: ...
    def name(self) -> str: ...
    def exe(self) -> str: ...
    def cmdline(self) -> list[str]: ...
    def environ(self) -> dict[str, str]: ...
    def create_time(self) -> float: ...
    def parent(self) -> Process | None: ...
    def parents(self) -> list[Process]: ...
    def children(self, recursive: bool = False) -> list[Process]: ...
    def status(self) -> ProcessStatus: ...
    def cwd(self) -> str: ...
    def username(self) -> str: ...
    def uids(self) -> puids: ...
    def gids(self) -> pgids: ...
    def terminal(self) -> str | None: ...
    @overload
    def nice(self, value: None = None) -> int: ...
    @overload
    def nice(self, value: int) -> None: ...
    @overload
    def ionice(self, ioclass: None = None, value: None = None) -> pionice: ...
    @overload
    def ionice(self, ioclass: int, value: int | None = None) -> None: ...
    @overload
    def rlimit(self, resource: int, limits: None = None) -> tuple[int, int]: ...
    @overload
    def rlimit(self, resource: int, limits: tuple[int, int]) -> None: ...
    def io_counters(self) -> pio: ...
    def num_ctx_switches(self) -> pctxsw: ...
    def page_faults(self) -> ppagefaults: ...
    def num_fds(self) -> int: ...
    def num_threads(self) -> int: ...
    def threads(self) -> list[pthread]: ...
    def cpu_times(self) -> pcputimes: ...
    def cpu_percent(self, interval: float | None = None) -> float: ...
    @overload
    def cpu_affinity(self, cpus: None = None) -> list[int]: ...
    @overload
    def cpu_affinity(self, cpus: Iterable[int]) -> None: ...
    def cpu_num(self) -> int: ...
    def memory_info(self) -> pmem: ...
    def memory_info_ex(self) -> pmem_ex: ...
    def memory_footprint(self) -> pfootprint: ...
    def memory_full_info(self) -> pfullmem: ...
    def memory_percent(self, memtype: str = "rss") -> float: ...
    @overload
    def memory_maps(self, grouped: Literal[True] = True) -> list[pmmap_grouped]: ...
    @overload
    def memory_maps(self, grouped: Literal[False]) -> list[pmmap_ext]: ...
    @overload
    def memory_maps(self, grouped: bool) -> list[pmmap_grouped] | list[pmmap_ext]: ...
    def open_files(self) -> list[popenfile]: ...
    def net_connections(self, kind: str = "inet") -> list[pconn]: ...
    @deprecated("net_connections() is its name now")
    def connections(self, kind: str = "inet") -> list[pconn]: ...
    def is_running(self) -> bool: ...
    def send_signal(self, sig: int) -> None: ...
    def suspend(self) -> None: ...
    def resume(self) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int | None: ...
    def oneshot(self) -> AbstractContextManager[None]: ...
    def as_dict(self, attrs: Iterable[str] | None = None, ad_value: Any = None) -> dict[str, Any]: ...
    if sys.platform == "win32":
        def num_handles(self) -> int: ...

class Popen(Process):
    # What subprocess.Popen has. Text or bytes depends on the arguments.
    args: Any
    stdin: Any
    stdout: Any
    stderr: Any
    returncode: int | Any
    universal_newlines: bool
    pipesize: int
    poll: Callable[[], int | None]
    communicate: Callable[..., tuple[Any, Any]]
    # The arguments of subprocess.Popen.
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: object) -> None: ...

def pids() -> list[int]: ...
def pid_exists(pid: int) -> bool: ...
def wait_procs(
    procs: Iterable[Process], timeout: float | None = None, callback: Callable[[Process], object] | None = None
) -> tuple[list[Process], list[Process]]: ...

@type_check_only
class _ProcessIter(Protocol):
    def __call__(self, attrs: Iterable[str] | None = None, ad_value: Any = None) -> Iterator[Process]: ...
    def cache_clear(self) -> None: ...

process_iter: Final[_ProcessIter]

@overload
def cpu_times(percpu: Literal[False] = False) -> scputimes: ...
@overload
def cpu_times(percpu: Literal[True]) -> list[scputimes]: ...
@overload
def cpu_times(percpu: bool) -> scputimes | list[scputimes]: ...
@overload
def cpu_percent(interval: float | None = None, percpu: Literal[False] = False) -> float: ...
@overload
def cpu_percent(interval: float | None, percpu: Literal[True]) -> list[float]: ...
@overload
def cpu_percent(interval: float | None = None, *, percpu: Literal[True]) -> list[float]: ...
@overload
def cpu_percent(interval: float | None = None, percpu: bool = False) -> float | list[float]: ...
@overload
def cpu_times_percent(interval: float | None = None, percpu: Literal[False] = False) -> scputimes: ...
@overload
def cpu_times_percent(interval: float | None, percpu: Literal[True]) -> list[scputimes]: ...
@overload
def cpu_times_percent(interval: float | None = None, *, percpu: Literal[True]) -> list[scputimes]: ...
@overload
def cpu_times_percent(
    interval: float | None = None, percpu: bool = False
) -> scputimes | list[scputimes]: ...
def cpu_count(logical: bool = True) -> int | None: ...
def cpu_stats() -> scpustats: ...
@overload
def cpu_freq(percpu: Literal[False] = False) -> scpufreq | None: ...
@overload
def cpu_freq(percpu: Literal[True]) -> list[scpufreq]: ...
@overload
def cpu_freq(percpu: bool) -> scpufreq | list[scpufreq] | None: ...
def getloadavg() -> tuple[float, float, float]: ...
def virtual_memory() -> svmem: ...
def swap_memory() -> sswap: ...
def heap_info() -> pheap: ...
def heap_trim() -> None: ...
def disk_partitions(all: bool = False) -> list[sdiskpart]: ...
def disk_usage(path: FileDescriptorOrPath) -> sdiskusage: ...

@type_check_only
class _DiskCounters(Protocol):
    @overload
    def __call__(self, perdisk: Literal[False] = False, nowrap: bool = True) -> sdiskio | None: ...
    @overload
    def __call__(self, perdisk: Literal[True], nowrap: bool = True) -> dict[str, sdiskio]: ...
    @overload
    def __call__(self, perdisk: bool, nowrap: bool = True) -> sdiskio | dict[str, sdiskio] | None: ...
    def cache_clear(self) -> None: ...

@type_check_only
class _NetCounters(Protocol):
    @overload
    def __call__(self, pernic: Literal[False] = False, nowrap: bool = True) -> snetio | None: ...
    @overload
    def __call__(self, pernic: Literal[True], nowrap: bool = True) -> dict[str, snetio]: ...
    @overload
    def __call__(self, pernic: bool, nowrap: bool = True) -> snetio | dict[str, snetio] | None: ...
    def cache_clear(self) -> None: ...

disk_io_counters: Final[_DiskCounters]
net_io_counters: Final[_NetCounters]

def net_connections(kind: str = "inet") -> list[sconn]: ...
def net_if_addrs() -> dict[str, list[snicaddr]]: ...
def net_if_stats() -> dict[str, snicstats]: ...
def sensors_temperatures(fahrenheit: bool = False) -> dict[str, list[shwtemp]]: ...
def sensors_fans() -> dict[str, list[sfan]]: ...
def sensors_battery() -> sbattery | None: ...
def boot_time() -> float: ...
def users() -> list[suser]: ...
def bytes2human(n: float) -> str: ...
def test() -> None: ...
