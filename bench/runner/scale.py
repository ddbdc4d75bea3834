"""All processes, and all TCP sockets with their owners, at several sizes; and single calls."""
import os
import statistics
import subprocess
import time

from . import notes
from .load import TooFew, load, subject
from .peers import BUILD, OURS
from .stats import take_turns

PROCESSES = (100, 1000, 10000)
SOCKETS = (10, 1000, 20000)
CALLS = ("virtual_memory", "swap_memory", "cpu_times", "cpu_times_percpu", "loadavg",
         "disk_io_counters", "net_io_counters", "net_if_addrs", "disk_partitions", "pids",
         "process_memory", "process_cpu_times", "process_cmdline")
COMMANDS = {"ss -tanp": ["ss", "-tanp"], "lsof -nP -iTCP": ["lsof", "-nP", "-iTCP"]}

# A sample of a cheap call is so long.
SAMPLE_NS = 2e6
# So long in all others may take to end their processes, before we measure beside them.
PATIENCE = 60
# The library changes over to the fast lane when it has been asked for a while.
WARM_UP = 50
WARM_UP_SECONDS = 2


def command_time(command):
    """Nanoseconds of a whole command, None when it cannot be started or fails."""
    with open(os.devnull, "r+b") as null:
        start = time.perf_counter_ns()
        try:
            done = subprocess.run(command, stdin=null, stdout=null, stderr=null, check=False)
        except OSError:
            return None
        taken = time.perf_counter_ns() - start
    # lsof says 1 when there is something that it did not find.
    return taken if done.returncode in (0, 1) else None


class Question:
    """One question to all children: each once in a round."""

    def __init__(self, children, question, commands=None):
        self.children, self.question = children, question
        self.commands = commands or {}
        self.found, self.repeat = {}, {}

    def warm_up(self, terminal):
        """Each at least twice, those with a lane until ours is in it; answers whether it is."""
        asked = 2
        for name, child in self.children.items():
            if name == "ours_bpf":
                asked = self.warm_up_lane(terminal)
            told, times = None, asked if name.endswith("_bpf") else 2
            for _ in range(times):
                told = child.ask(self.question)
                terminal.tick(name)
                if told is None or told[0] > WARM_UP_SECONDS * 1e9:
                    break
            if told:
                self.repeat[name] = max(1, min(10000, int(SAMPLE_NS / max(told[0], 1))))
        return self.has_lane()

    def warm_up_lane(self, terminal):
        """How often it was asked; the lane of our Python opens after as many."""
        child, end, asked = self.children["ours_bpf"], time.monotonic() + WARM_UP_SECONDS, 0
        while asked < 2 or asked < WARM_UP and time.monotonic() < end and not self.has_lane():
            child.ask(self.question)
            terminal.tick("ours_bpf")
            asked += 1
        return asked

    def has_lane(self):
        told = self.children["ours_bpf"].ask("lane")
        return bool(told and told[1])

    def sampler(self, name):
        def sample():
            told = self.children[name].ask(self.question, self.repeat[name])
            if told is None:
                return None
            self.found.setdefault(name, []).append(told[1])
            return told[0]
        return sample

    def items(self):
        """How many each found, usually."""
        return {name: statistics.median_low(numbers) for name, numbers in self.found.items()}

    def samples(self, effort, terminal, calm):
        sides = {name: self.sampler(name) for name in self.repeat}
        sides.update({name: lambda command=command: command_time(command)
                      for name, command in self.commands.items()})
        return take_turns(sides, effort, terminal.tick, calm)


def row_of(name, question, lane, samples, items, unit):
    """`lane` is "proc" or "bpf"; None when the ours that this row is of did not answer."""
    ours, python = samples.get("ours_" + lane), samples.get("python_" + lane)
    if not ours:
        return None
    size = {"ms": 1e6, "us": 1e3}[unit]
    others = {peer: taken for peer, taken in samples.items() if peer not in OURS}
    row = {"name": name, "items": items.get("ours_" + lane, 0), "samples": len(ours.values),
           f"ours_{unit}": round(ours.median() / size, 4),
           "quartiles": {"ours": [round(q / size, 4) for q in ours.quartiles()]},
           "peers": {peer: round(taken.median() / size, 4) for peer, taken in others.items()}}
    for peer, taken in others.items():
        row["quartiles"][peer] = [round(q / size, 4) for q in taken.quartiles()]
    if python:
        row[f"python_{unit}"] = round(python.median() / size, 4)
        row["quartiles"]["python"] = [round(q / size, 4) for q in python.quartiles()]
    if "psutil" in others:
        row["times_faster"] = round(others["psutil"].median() / ours.median(), 2)
        if python:
            row["python_times_faster"] = round(others["psutil"].median() / python.median(), 2)
    told = notes.notes_of(question, others, items, row["items"])
    if told:
        row["notes"] = told
        row["note"] = "; ".join(f"{peer}: {text}" for peer, text in told.items())
    behind = [peer for peer, taken in others.items()
              if peer != "bare" and taken.median() < ours.median()]
    if behind:
        row["behind"] = behind
    return row


def processes():
    return sum(name.isdigit() for name in os.listdir("/proc"))


class Section:
    """Rows, and what was left out and why."""

    def __init__(self, peers, effort, terminal):
        self.peers, self.effort, self.terminal = peers, effort, terminal
        self.rows, self.left_out = [], []
        self.patience = 0 if effort.quick else PATIENCE
        self.expected = self.level = processes()

    def leave_out(self, name, why):
        self.left_out.append({"name": name, "why": why})

    def wait_for_others(self):
        """For a while: somebody else's crowd of processes may pass."""
        while self.is_crowded(processes()) and self.patience > 0:
            self.terminal.tick("waiting until others' processes have ended")
            time.sleep(0.5)
            self.patience -= 0.5
        self.level = processes()

    def is_crowded(self, number):
        return number - self.expected > max(200, self.expected // 5)

    def is_calm(self):
        """Whether nobody else has started or ended a crowd of processes since."""
        return abs(processes() - self.level) <= max(100, self.level // 10)

    def ask_all(self, title, question, names, unit="ms", commands=None):
        """One question; `names` gives the row's name for each lane."""
        self.terminal.start(title)
        self.wait_for_others()
        with subject() as pid, self.peers.started(pid) as children:
            asked = Question(children, question, commands)
            lane = asked.warm_up(self.terminal)
            samples = asked.samples(self.effort, self.terminal, self.is_calm)
        for peer, child in children.items():
            if child.failure:
                self.leave_out(f"{names['proc']}: {peer}", child.failure)
        for which, name in names.items():
            if which == "bpf" and not lane:
                self.leave_out(name, "the library did not take the fast lane")
                continue
            row = row_of(name, question, which, samples, asked.items(), unit)
            if row:
                self.rows.append(self.with_crowd(row))

    def with_crowd(self, row):
        """Says so when somebody else's processes were there all the while."""
        if self.is_crowded(self.level):
            text = f"{self.level} processes on the machine, of others too"
            row["note"] = "; ".join(filter(None, [row.get("note"), text]))
            row["crowded"] = self.level
        return row


def under(section, kind, count, ask):
    before = section.expected
    try:
        with load(BUILD, kind, count):
            section.expected += count if kind == "processes" else 0
            ask()
    except TooFew as why:
        section.leave_out(f"{kind}_{count}", str(why))
    finally:
        section.expected = before


def measure_scale(section):
    for count in section.effort.sizes(PROCESSES):
        def ask_processes(count=count):
            for fields, tail in ((10, ""), (18, "_18_fields")):
                section.ask_all(f"all processes, {fields} fields, with {count} more",
                                f"processes_{fields}",
                                {way: f"processes_{count}_{way}{tail}" for way in ("proc", "bpf")})
        under(section, "processes", count, ask_processes)
    for count in section.effort.sizes(SOCKETS):
        under(section, "sockets", count, lambda count=count: section.ask_all(
            f"all TCP sockets with owners, with {count} more", "sockets",
            {"proc": f"sockets_{count}_diag", "bpf": f"sockets_{count}_bpf"}, commands=COMMANDS))


def measure_calls(section):
    section.effort = section.effort.shorter(3)
    for name in CALLS:
        section.ask_all(name, name, {"proc": name}, unit="us")
