"""Runs the command for tests, and reads its JSON strictly."""
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest

BIN = os.environ.get("PSUTIL_BIN") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "psutil")


def is_sanitized():
    """Whether the command carries a sanitizer: an allocator and files of its own."""
    with open(BIN, "rb") as program:
        return b"__asan_init" in program.read()


def psutil(*args, **options):
    """Runs the command: (exit status, stdout, stderr), as bytes."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("timeout", 60)
    done = subprocess.run([BIN, *args], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **options)
    return done.returncode, done.stdout, done.stderr


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key occurs twice: {keys}")
    return dict(pairs)


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


def loads(text):
    """JSON without doubled keys and without NaN and the like."""
    return json.loads(text, object_pairs_hook=unique_keys, parse_constant=no_constant)


def to_bytes(text):
    """The system's bytes that a string of the JSON stands for."""
    return text.encode("utf-8", "surrogateescape")


# What does something to a terminal or to the direction of the text around it.
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


# Arguments of the functions that cannot be asked without.
NEEDED = {"disk_usage": ["path=/"], "pid_exists": ["pid=1"], "win_service_get": ["name=Schedule"]}


class CommandTest(unittest.TestCase):
    maxDiff = None

    def assertHarmless(self, output):
        text = output.decode("utf-8")  # strictly: what is not UTF-8 must be escaped
        self.assertIsNone(HARMFUL.search(text), ascii(text))

    def answer(self, *args, **options):
        """The value that the command prints: one line of JSON, and nothing on stderr."""
        status, out, err = psutil(*args, **options)
        self.assertEqual((status, err), (0, b""), args)
        self.assertHarmless(out)
        self.assertEqual(out.count(b"\n"), 1, out)
        self.assertTrue(out.endswith(b"\n"))
        return loads(out)

    def refused(self, wanted, *args, **options):
        """The line on stderr of a call that fails with status `wanted` and prints nothing else."""
        status, out, err = psutil(*args, **options)
        self.assertEqual((status, out), (wanted, b""), (args, err))
        self.assertHarmless(err)
        self.assertRegex(err, rb"\Apsutil: [^\n]+\n\Z")
        return err.decode()


def recorded_machine():
    """The archive of a machine that was recorded, which lies beside the sources or nowhere."""
    source = os.environ.get("PSUTIL_SOURCE") or os.path.join(os.path.dirname(__file__), "..", "..")
    folder = os.environ.get("PSUTIL_FIXTURES") or os.path.join(source, "..", "shared", "fixtures")
    archive = os.path.join(folder, "recorded-machine.tar.gz")
    if not os.path.exists(archive):
        raise unittest.SkipTest("the recorded machine is not here (PSUTIL_FIXTURES)")
    return archive


def unpack(archive, folder):
    """Puts what is in the archive's only folder into this one."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            member.name = member.name.partition("/")[2]
            member.mode |= 0o700 if member.isdir() else 0o600
            if member.name:
                tar.extract(member, folder)


class Root:
    """An invented machine: a folder with proc/ and sys/."""

    def __init__(self, owner):
        """`owner`: the test, or the class of tests, with which it goes."""
        self.path = tempfile.mkdtemp(prefix="psutil-test-")
        cleanup = owner.addClassCleanup if isinstance(owner, type) else owner.addCleanup
        cleanup(shutil.rmtree, self.path)
        os.mkdir(self.path + "/sys")
        self.write("proc/stat", b"cpu  1 0 1 1 0 0 0 0 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\n"
                   b"intr 3\nctxt 4\nbtime 1000000000\nprocesses 5\nsoftirq 6\n")
        self.write("proc/meminfo", b"MemTotal: 1000 kB\nMemFree: 400 kB\nMemAvailable: 600 kB\n"
                   b"Buffers: 0 kB\nCached: 100 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n")
        self.write("proc/vmstat", b"pswpin 0\npswpout 0\n")
        self.write("proc/uptime", b"100.00 50.00\n")

    def write(self, name, data):
        path = os.path.join(os.fsencode(self.path), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    def link(self, name, target):
        os.symlink(target, os.path.join(os.fsencode(self.path), os.fsencode(name)))

    def process(self, pid, name, cmdline=(), environ=(), ppid=1, state=b"S"):
        """A process with these bytes in its files. Numbers of /proc/PID/stat are its fields'."""
        fields = [b"%d" % number for number in range(23, 53)]
        stat = b"%d (%s) %s %d 1 1 0 -1 4194304 10 11 12 13 14 15 16 17 20 0 1 0 5000 " % (
            pid, name, state, ppid) + b" ".join(fields) + b"\n"
        folder = f"proc/{pid}/"
        self.write(folder + "stat", stat)
        self.write(folder + "statm", b"20 10 5 1 0 2 0\n")
        escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n")
        self.write(folder + "status", b"Name:\t%s\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%d\n"
                   b"PPid:\t%d\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nThreads:\t1\n"
                   b"voluntary_ctxt_switches:\t9\nnonvoluntary_ctxt_switches:\t8\n" % (
                       escaped, pid, pid, ppid))
        self.write(folder + "comm", name + b"\n")
        self.write(folder + "cmdline", b"".join(arg + b"\0" for arg in cmdline))
        self.write(folder + "environ", b"".join(arg + b"\0" for arg in environ))

    def options(self):
        return ["--procfs", self.path + "/proc", "--sysfs", self.path + "/sys"]
