"""Whole commands, their start and their text included: ours beside those that people use."""
import os
import shutil
import subprocess

from .load import TooFew, load
from .peers import BUILD
from .scale import command_time
from .stats import take_turns

OURS = os.path.join(BUILD, "psutil")

# What `ps -fly` shows.
LONG = "status,uids,ppid,nice,memory_info,terminal,cpu_times,create_time,cmdline"

# Name, load (kind, count) or None, ours, others.
COMMANDS = [
    ("ps", None, ["ps"], ["ps aux"]),
    ("ps_1000", ("processes", 1000), ["ps"], ["ps aux"]),
    ("ps_10000", ("processes", 10000), ["ps"], ["ps aux"]),
    ("free", None, ["free"], ["free"]),
    ("df", None, ["df"], ["df"]),
    ("net", None, ["net"], ["ss -tunap", "lsof -nP -i"]),
    ("net_20000", ("sockets", 20000), ["net"], ["ss -tunap", "lsof -nP -i"]),
    ("files", None, ["files"], ["lsof -nP"]),
    ("get_net_connections", None, ["get", "net_connections", "kind=tcp"], ["ss -tanp", "lsof -nP -iTCP"]),
    ("get_net_connections_1000", ("sockets", 1000), ["get", "net_connections", "kind=tcp"],
     ["ss -tanp", "lsof -nP -iTCP"]),
    ("get_net_connections_20000", ("sockets", 20000), ["get", "net_connections", "kind=tcp"],
     ["ss -tanp", "lsof -nP -iTCP"]),
    ("get_virtual_memory", None, ["get", "virtual_memory"], ["free -b"]),
    ("get_getloadavg", None, ["get", "getloadavg"], ["uptime"]),
    ("get_disk_partitions", None, ["get", "disk_partitions", "all=true"], ["findmnt", "df -a"]),
    ("get_net_if_addrs", None, ["get", "net_if_addrs"], ["ip addr"]),
    ("get_net_io_counters", None, ["get", "net_io_counters", "pernic=true"], ["ip -s link"]),
    ("get_cpu_count", None, ["get", "cpu_count", "logical=false"], ["lscpu"]),
    ("get_users", None, ["get", "users"], ["who"]),
    ("proc", None, ["proc", str(os.getpid()), LONG], [f"ps -fly -p {os.getpid()}"]),
]


def refusal(arguments):
    """Why this build's command cannot do that, or None."""
    done = subprocess.run([OURS, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return None
    return done.stderr.strip().partition("\n")[0] or f"psutil ended with {done.returncode}"


def measure_one(section, name, arguments, others):
    section.terminal.start(f"psutil {' '.join(arguments)}, beside {', '.join(others)}")
    sides = {"ours": [OURS, *arguments]}
    for other in others:
        if shutil.which(other.split()[0]):
            sides[other] = other.split()
        else:
            section.leave_out(f"{name}: {other}", f"no {other.split()[0]} here")
    effort = section.effort
    samples = take_turns({side: lambda command=command: command_time(command)
                          for side, command in sides.items()},
                         effort.shorter(3), section.terminal.tick)
    ours = samples.pop("ours", None)
    if ours and samples:
        section.rows.append({
            "name": name, "command": f"psutil {' '.join(arguments)}", "samples": len(ours.values),
            "ours_ms": round(ours.median() / 1e6, 3),
            "peers": {side: round(taken.median() / 1e6, 3) for side, taken in samples.items()},
            "quartiles": {side: [round(q / 1e6, 3) for q in taken.quartiles()]
                          for side, taken in {"ours": ours, **samples}.items()},
            # Beside the fastest of them.
            "times_faster": round(min(taken.median() for taken in samples.values()) / ours.median(), 2)})


def measure_commands(section):
    done = set()
    for name, wanted, arguments, others in COMMANDS:
        why = refusal(arguments)
        if why:
            section.leave_out(f"{name}: psutil {' '.join(arguments)}", why)
        elif wanted is None:
            measure_one(section, name, arguments, others)
        elif wanted[1] in section.effort.sizes((wanted[1],)) and wanted not in done:
            done.add(wanted)
            measure_under(section, wanted)


def measure_under(section, wanted):
    """All commands that are measured under this load, once it is there."""
    try:
        with load(BUILD, *wanted):
            for name, load_of, arguments, others in COMMANDS:
                if load_of == wanted and not refusal(arguments):
                    measure_one(section, name, arguments, others)
    except TooFew as why:
        section.leave_out("commands with {1} {0}".format(*wanted), str(why))
