"""A program that says what type each answer has. Checked by mypy --strict, and runs."""
from __future__ import annotations

import sys
from typing import Any

import psutil


def system() -> None:
    times: psutil.scputimes = psutil.cpu_times()
    each: list[psutil.scputimes] = psutil.cpu_times(percpu=True)
    share: float = psutil.cpu_percent(interval=None)
    shares: list[float] = psutil.cpu_percent(percpu=True)
    modes: list[psutil.scputimes] = psutil.cpu_times_percent(None, True)
    count: int | None = psutil.cpu_count(logical=False)
    frequency: psutil.scpufreq | None = psutil.cpu_freq()
    frequencies: list[psutil.scpufreq] = psutil.cpu_freq(percpu=True)
    one, five, fifteen = psutil.getloadavg()
    memory: int = psutil.virtual_memory().available
    swap: float = psutil.swap_memory().percent
    heap: int = psutil.heap_info().heap_used
    numbers: list[float] = [times.user, each[0].idle, share, *shares, modes[0].steal, one, five, fifteen, swap]
    print(numbers, count, frequency, frequencies, memory, heap, psutil.cpu_stats().syscalls)


def devices() -> None:
    for part in psutil.disk_partitions(all=True):
        print(part.device, part.opts.split(","))
    total = psutil.disk_io_counters()
    if total is not None:
        print(total.busy_time + 1)
    for disk, counters in psutil.disk_io_counters(perdisk=True).items():
        print(disk.upper(), counters.read_bytes)
    for nic, traffic in psutil.net_io_counters(pernic=True, nowrap=False).items():
        print(nic, traffic.bytes_recv)
    psutil.net_io_counters.cache_clear()
    for nic, addresses in psutil.net_if_addrs().items():
        print(nic, [(address.family.name, address.netmask) for address in addresses])
    for stats in psutil.net_if_stats().values():
        print(stats.isup, stats.duplex is psutil.NIC_DUPLEX_FULL, stats.speed)
    for connection in psutil.net_connections(kind="all"):
        if isinstance(connection.laddr, psutil.addr):
            print(connection.laddr.ip, connection.laddr.port, connection.status == psutil.CONN_LISTEN)
    for temperature in psutil.sensors_temperatures(fahrenheit=True).get("coretemp", []):
        print(temperature.high)
    battery = psutil.sensors_battery()
    if battery is not None and battery.secsleft != psutil.POWER_TIME_UNLIMITED:
        print(battery.percent)
    print(psutil.disk_usage("/").free, [user.terminal for user in psutil.users()], psutil.boot_time())


def processes() -> None:
    process = psutil.Process()
    parent: psutil.Process | None = process.parent()
    limits: tuple[int, int] = process.rlimit(psutil.RLIMIT_NOFILE)
    process.rlimit(psutil.RLIMIT_NOFILE, limits)
    nice: int = process.nice()
    process.nice(nice)
    priority: psutil.ProcessIOPriority = process.ionice().ioclass
    cpus: list[int] = process.cpu_affinity()
    process.cpu_affinity(cpus)
    grouped: list[psutil.pmmap_grouped] = process.memory_maps()
    single: list[psutil.pmmap_ext] = process.memory_maps(grouped=False)
    known: dict[str, Any] = process.as_dict(attrs=["name", "status"], ad_value="?")
    with process.oneshot():
        print(process.name(), process.status() == psutil.STATUS_RUNNING, process.uids().real)
    print(parent, priority, grouped[0].pss, single[0].perms, known, sorted(process.attrs))
    for other in psutil.process_iter(["pid", "name"]):
        print(other.info["name"])
    try:
        psutil.Process(2**30)
    except psutil.ZombieProcess as zombie:
        print(zombie.ppid)
    except psutil.NoSuchProcess as error:
        print(error.pid, error.name, error.msg)


def children() -> None:
    with psutil.Popen([sys.executable, "-c", "pass"], stdout=-1) as child:
        out, _ = child.communicate()
        print(out, child.returncode, child.args)
    gone, alive = psutil.wait_procs([child], timeout=1, callback=lambda process: print(process.pid))
    print(len(gone), len(alive))


if __name__ == "__main__":
    system()
    devices()
    processes()
    children()
