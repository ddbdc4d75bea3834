"""The Python package `psutil`, ours and psutil 7.2.2 alike: PID [--no-bpf]. Speaks as ../peer.h tells."""
import sys
import time
import warnings

TEN = ["pid", "ppid", "name", "status", "create_time", "cpu_times", "num_threads", "memory_info",
       "uids", "cmdline"]
EIGHTEEN = [*TEN, "exe", "username", "nice", "cpu_percent", "memory_percent", "num_fds",
            "io_counters", "cwd"]
CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF = 21, 38, 39


def refuse_bpf():
    """Gives up what the fast lane needs: the package has no switch of its own for that."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice, for 64 bits
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    for number in (CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF):
        for which in (0, 1):
            sets[number // 32 * 3 + which] &= ~(1 << number % 32)
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def questions(psutil, pid):
    process = psutil.Process(pid)
    return {
        "processes_10": lambda: sum(1 for _ in psutil.process_iter(TEN)),
        "processes_18": lambda: sum(1 for _ in psutil.process_iter(EIGHTEEN)),
        "sockets": lambda: len(psutil.net_connections("tcp")),
        "pids": lambda: len(psutil.pids()),
        "virtual_memory": lambda: psutil.virtual_memory() and 1,
        "swap_memory": lambda: psutil.swap_memory() and 1,
        "cpu_times": lambda: psutil.cpu_times() and 1,
        "cpu_times_percpu": lambda: len(psutil.cpu_times(percpu=True)),
        "loadavg": lambda: len(psutil.getloadavg()),
        "disk_io_counters": lambda: len(psutil.disk_io_counters(perdisk=True)),
        "net_io_counters": lambda: len(psutil.net_io_counters(pernic=True)),
        "net_if_addrs": lambda: sum(map(len, psutil.net_if_addrs().values())),
        "disk_partitions": lambda: len(psutil.disk_partitions(all=True)),
        "process_memory": lambda: process.memory_info() and 1,
        "process_cpu_times": lambda: process.cpu_times() and 1,
        "process_cmdline": lambda: len(process.cmdline()),
    }


def answer(ask, repeat):
    start = time.perf_counter_ns()
    for _ in range(repeat):
        items = ask()
    return f"{(time.perf_counter_ns() - start) / repeat:.0f} {items}"


def main():
    if "--no-bpf" in sys.argv[2:]:
        refuse_bpf()
    warnings.simplefilter("ignore")
    import psutil

    known = questions(psutil, int(sys.argv[1]))
    for line in sys.stdin:
        name, repeat = line.split()
        print(answer(known[name], int(repeat)) if name in known else "none", flush=True)


if __name__ == "__main__":
    main()
