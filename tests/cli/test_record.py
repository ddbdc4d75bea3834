"""psutil record: the answers of the recording are those of the machine, and nothing private is in it."""
import os
import random
import re
import shutil
import signal
import socket
import stat
import string
import subprocess
import tempfile
import unittest

from command import BIN, Root, is_sanitized, loads, psutil, recorded_machine, unpack
from recording import SECRET, RecordTest, everything, options

LONG_NAME = SECRET.decode() + "-a-name-beyond-fifteen"

# Figures that nothing private is in, and that stand still while a process sleeps.
SAME = ["pid", "ppid", "status", "create_time", "uids", "gids", "nice", "num_threads", "num_fds",
        "threads", "cpu_times", "cpu_num", "memory_info", "io_counters", "num_ctx_switches",
        "rlimit", "terminal", "page_faults", "cpu_affinity"]


def itself(answer):
    return answer


def rows(answer):
    return [(chip, len(items)) for chip, items in answer.items()]


# What stands still about the system, without names.
SYSTEM = {
    ("get", "boot_time"): itself,
    ("get", "cpu_count"): itself,
    ("get", "cpu_count", "logical=false"): itself,
    ("get", "sensors_battery"): itself,
    ("get", "virtual_memory"): lambda answer: answer["total"],
    ("get", "swap_memory"): lambda answer: answer["total"],
    ("get", "disk_partitions", "all=true"): lambda answer: [part["fstype"].partition(".")[0] for part in answer],
    ("get", "disk_io_counters", "perdisk=true"): len,
    ("get", "net_io_counters", "pernic=true"): len,
    ("get", "net_if_stats"): lambda answer: sorted(repr(row["mtu"]) for row in answer.values()),
    ("get", "sensors_temperatures"): rows,
    ("get", "sensors_fans"): rows,
}


class Usage(RecordTest):
    def test_wrong_usage(self):
        for args in [(), ("",), ("a", "b"), ("a", "1", "0"), ("a", "-1"), ("a", "1x"), ("/nonexistent/a", "--max-size", "0"),
                     ("/nonexistent/a", "--max-size", "1x"), ("/nonexistent/a", "--max-size", "-1")]:
            with self.subTest(args=args):
                self.refused(2, "record", *args)

    def test_folders_that_cannot_be_written_to(self):
        folder = self.new_folder()
        with open(folder + "/file", "w"):
            pass
        os.mkdir(folder + "/empty")
        os.symlink(folder + "/empty", folder + "/link")
        self.assertIn("is not empty", self.refused(1, "record", folder))
        self.assertIn("No such file", self.refused(1, "record", folder + "/a/b"))
        self.assertIn("cannot open", self.refused(1, "record", folder + "/file"))
        self.assertIn("cannot open", self.refused(1, "record", folder + "/link"))
        self.assertEqual(os.listdir(folder + "/empty"), [])

    def test_a_machine_that_is_not_there(self):
        folder = self.new_folder()
        self.assertIn("/nonexistent", self.refused(1, "--procfs", "/nonexistent", "record", folder + "/a"))
        self.assertEqual(os.listdir(folder), [])

    def test_an_empty_folder_is_taken(self):
        folder = self.new_folder()
        self.assertEqual(self.answer(*Root(self).options(), "record", "--json", folder)["folder"], folder)
        self.assertEqual(sorted(os.listdir(folder)), ["proc", "sys"])

    def test_a_full_disk(self):
        root = Root(self)
        root.write("proc/vmstat", b"pswpin 0\n" * 100000)
        folder = self.new_folder()
        status, out, err = psutil(*root.options(), "record", folder + "/a", preexec_fn=limit_files)
        self.assertEqual((status, out), (1, b""))
        self.assertIn(b"File too large", err)
        self.assertEqual(os.listdir(folder + "/a"), [])

    def test_summary(self):
        root = Root(self)
        root.process(7, b"name", [b"name"])
        folder = self.new_folder() + "/machine"
        status, out, err = psutil(*root.options(), "record", folder)
        self.assertEqual((status, err), (0, b""))
        self.assertHarmless(out)
        self.assertRegex(out.decode(), r"(?s)\ARecorded in \S+/machine, .*\n +1  processes\n.*"
                         r"\n  psutil --procfs \S+/machine/proc --sysfs \S+/machine/sys\n\Z")

    def test_size_is_bounded(self):
        root = Root(self)
        for pid in range(1, 6):
            root.process(pid, b"name", [b"x" * 700000])
        folder, summary = self.record("--max-size", "1", machine=root.options())
        self.assertEqual((summary["processes"], summary["left_out"]), (2, 3))
        self.assertEqual(self.answer(*options(folder), "get", "pids"), [1, 2])


def limit_files():
    import resource
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def make_folder(suffix):
    """Of a name without words of one letter or two: of such there may be more on a machine than there are
    others to stand for them, and those that are left over get longer ones."""
    word = "".join(random.choices(string.ascii_lowercase, k=12))
    path = os.path.join(tempfile.gettempdir(), "psutil-test-" + word + suffix)
    os.mkdir(path, 0o700)
    return path


class Child:
    """A process with a secret in everything that can hold one."""

    def __init__(self, owner):
        self.folder = make_folder(SECRET.decode())
        owner.addClassCleanup(shutil.rmtree, self.folder)
        program = os.path.join(self.folder, LONG_NAME)
        shutil.copy(shutil.which("sleep"), program)
        self.file = open(os.path.join(self.folder, SECRET.decode() + ".txt"), "wb+")
        self.file.write(SECRET)
        self.file.flush()
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(os.path.join(self.folder, "socket"))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(b"\0" + SECRET + b"-%d" % os.getpid())
        self.tcp = socket.socket()
        self.tcp.bind(("127.0.0.1", 0))
        self.tcp.listen()
        files = [self.file, self.unix, self.abstract, self.tcp]
        self.child = subprocess.Popen([program, "0x1p30", "1", "2"], cwd=self.folder,
                                      pass_fds=[file.fileno() for file in files],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      env={SECRET.decode(): "value", "NAME": "value-" + SECRET.decode(),
                                           "PASSWORD": SECRET.decode()})
        owner.addClassCleanup(self.end)
        self.pid = self.child.pid
        self.talker = subprocess.Popen(["sh", "-c", "read -r line; : " + SECRET.decode(),
                                        "sh", "--token=" + SECRET.decode()], stdin=subprocess.PIPE)

    def is_settled(self):
        """Whether it sleeps in the program that it was made for."""
        with open(f"/proc/{self.pid}/stat", "rb") as file:
            text = file.read()
        return SECRET in text and b") S " in text

    def end(self):
        for child in (self.child, self.talker):
            child.kill()
            if child.stdin:
                child.stdin.close()
            child.wait()
        for file in (self.file, self.unix, self.abstract, self.tcp):
            file.close()


@unittest.skipUnless(os.path.exists("/proc/self/stat"), "there is no /proc here")
class ThisMachine(RecordTest):
    @classmethod
    def setUpClass(cls):
        cls.child = Child(cls)
        while not cls.child.is_settled():
            os.sched_yield()
        cls.folder = tempfile.mkdtemp(prefix="psutil-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.machine = cls.folder + "/machine"
        cls.figures = ["proc", str(cls.child.pid), ",".join(SAME)]
        cls.before = {words: psutil(*words)[1] for words in [tuple(cls.figures), *SYSTEM]}
        pids = [str(pid) for pid in (cls.child.pid, cls.child.talker.pid, os.getpid())]
        status, out, err = psutil("record", "--json", cls.machine, *pids)
        assert status == 0, err
        cls.summary = loads(out)

    def both(self, *words):
        return self.answer(*words), self.answer(*options(self.machine), *words)

    def test_nothing_private_is_in_it(self):
        self.assertHolds(self.machine, SECRET)
        self.assertHolds(self.machine, SECRET.lower())
        name = socket.gethostname().encode()
        if len(name) > 5 and re.search(rb"[-0-9]", name):
            self.assertHolds(self.machine, name)
        for interface in os.listdir("/sys/class/net"):
            try:
                with open(f"/sys/class/net/{interface}/address", "rb") as file:
                    address = file.read().strip()
            except OSError:
                continue  # no interface, or one that is gone again
            if set(address) - set(b"0:f"):
                self.assertHolds(self.machine, address)

    def test_no_address_is_in_it(self):
        for rows in self.answer("get", "net_if_addrs").values():
            for row in rows:
                text = row["address"].partition("%")[0]
                if row["family"] == 2 and not text.startswith(("127.", "0.")):
                    self.assertHolds(self.machine, text.encode())
                    number = int.from_bytes(socket.inet_aton(text), "little")
                    self.assertHolds(self.machine, b"%08X:" % number)
                elif row["family"] == 10 and text not in ("::", "::1"):
                    packed = socket.inet_pton(socket.AF_INET6, text)
                    self.assertHolds(self.machine, packed.hex().encode())

    def test_homes_and_users(self):
        import pwd
        for user in pwd.getpwall():
            if 1000 <= user.pw_uid < 65534 and len(user.pw_name) > 3:
                self.assertHolds(self.machine, b"/home/" + user.pw_name.encode())

    def test_modes(self):
        for path, folders, files in os.walk(self.machine):
            for name in folders + files:
                full = os.path.join(path, name)
                mode = os.lstat(full).st_mode
                if not stat.S_ISLNK(mode):
                    self.assertIn(stat.S_IMODE(mode), (0, 0o700 if stat.S_ISDIR(mode) else 0o600), full)

    def test_figures_of_a_process(self):
        live, replayed = self.both(*self.figures)
        before = loads(self.before[tuple(self.figures)])
        # The kernel may take pages from a process that sleeps: then there is nothing to compare.
        steady = [field for field in SAME if field in live and before[field] == live[field]]
        self.assertGreater(len(steady), 12)
        for field in steady:
            self.assertEqual(replayed[field], live[field], field)
        self.assertEqual(set(replayed.get("errors", ())), set(live.get("errors", ())))

    def test_names_of_a_process(self):
        live, replayed = self.both("proc", str(self.child.pid), "name,exe,cwd,cmdline,environ")
        self.assertEqual(live["name"], LONG_NAME)
        self.assertEqual(len(replayed["name"]), len(LONG_NAME))
        self.assertEqual(os.path.basename(replayed["exe"]), replayed["name"])
        self.assertEqual(replayed["cmdline"][0], replayed["exe"])
        self.assertEqual(os.path.dirname(replayed["exe"]), replayed["cwd"])
        self.assertEqual(replayed["cmdline"][1:], ["xxxxxx", "x", "x"])
        self.assertEqual([len(word) for word in replayed["cmdline"]],
                         [len(word) for word in live["cmdline"]])
        self.assertEqual([*map(len, replayed["environ"])], [*map(len, live["environ"])])
        self.assertEqual(set(replayed["environ"].values()), {""})

    def test_files_and_sockets_of_a_process(self):
        fields = ["proc", str(self.child.pid), "cwd,open_files,net_connections", "--kind", "all"]
        live, replayed = self.both(*fields)
        plain = [[{**row, "path": None} for row in answer["open_files"]] for answer in (live, replayed)]
        self.assertEqual(plain[0], plain[1])
        folders = {os.path.dirname(row["path"]) for row in replayed["open_files"]
                   if row["fd"] == self.child.file.fileno()}
        self.assertEqual(folders, {replayed["cwd"]})

        def anonymous(row):
            if isinstance(row["laddr"], str):
                row["laddr"] = len(row["laddr"])
            return repr(sorted(row.items()))
        self.assertEqual(sorted(map(anonymous, replayed["net_connections"])),
                         sorted(map(anonymous, live["net_connections"])))
        self.assertIn(self.child.tcp.getsockname()[1],
                      [row["laddr"]["port"] for row in replayed["net_connections"]
                       if isinstance(row["laddr"], dict) and row["laddr"]])

    def test_memory_maps(self):
        live, replayed = self.both("proc", str(self.child.pid), "memory_maps", "--ungrouped")
        keep = ("size", "perms")
        self.assertEqual([[row[key] for key in keep] for row in replayed["memory_maps"]],
                         [[row[key] for key in keep] for row in live["memory_maps"]])
        self.assertEqual([len(row["path"]) for row in replayed["memory_maps"]],
                         [len(row["path"]) for row in live["memory_maps"]])

    def test_system(self):
        """What was the same before and after the recording is the same in it."""
        compared = 0
        for words, shape in SYSTEM.items():
            live, replayed = self.both(*words)
            if shape(live) == shape(loads(self.before[words])):
                self.assertEqual(shape(replayed), shape(live), words)
                compared += 1
        self.assertGreater(compared, 5)

    def test_only_these_are_recorded(self):
        pids = self.answer(*options(self.machine), "get", "pids")
        self.assertEqual(pids, sorted([self.child.pid, self.child.talker.pid, os.getpid()]))
        self.assertEqual(self.summary["processes"], 3)

    def test_what_is_refused(self):
        """As told by what a process says of itself: what this user cannot open has no content."""
        for pid in self.answer(*options(self.machine), "get", "pids"):
            for name in ("environ", "io", "smaps"):
                path = f"{self.machine}/proc/{pid}/{name}"
                if os.path.exists(path) and stat.S_IMODE(os.stat(path).st_mode) == 0:
                    self.assertEqual(os.path.getsize(path), 0)


class WhatIsRead(RecordTest):
    """The recording holds every file that the library reads, as strace(1) sees it."""
    # Links into the running kernel, and what is only opened to be asked for its namespace.
    NOT_RECORDED = re.compile(r"/proc/(self|thread-self(/.*)?)|/proc/\d+/ns/net|/proc|/sys"
                              r"|/proc/\d+(/task(/\d+)?|/net)?")

    def found(self, *words):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        if is_sanitized():
            self.skipTest("a sanitizer reads files of its own")
        with tempfile.NamedTemporaryFile("r", errors="surrogateescape") as log:
            subprocess.run(["strace", "-f", "-y", "-qq", "-s", "4096", "-e", "trace=%file", "-o",
                            log.name, BIN, *words],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)
            text = log.read()
        if "execve" not in text:
            self.skipTest("strace does not work here")
        for line in text.splitlines():
            match = re.search(r'(?:AT_FDCWD|\d+)?(?:<([^>]*)>)?(?:, |\()"([^"]*)".* = \d', line)
            if match:
                yield os.path.normpath(os.path.join(match[1] or "/", match[2]))

    def check(self, root, machine, *words):
        seen = 0
        for path in self.found(*options(root), *words):
            if not path.startswith(root + "/"):
                continue
            name = path[len(root):]
            if name.startswith("/sys/") and os.path.isdir(path):
                continue  # of a device that nothing is read of, or where a link of a class leads
            if not self.NOT_RECORDED.fullmatch(name) and os.path.lexists(path):
                self.assertTrue(os.path.lexists(machine + name), (words, name))
                seen += 1
        return seen

    def test_of_a_recorded_machine(self):
        root = self.new_folder()
        unpack(recorded_machine(), root)
        machine, _ = self.record(machine=options(root))
        functions = [function["name"] for function in self.answer("get", "--json")]
        seen = 0
        for function in functions:
            if function not in ("disk_usage", "users", "pid_exists", "net_if_stats", "net_if_addrs"):
                seen += self.check(root, machine, "get", function)
        for pid in ("1", "10", "11"):
            seen += self.check(root, machine, "proc", pid)
        self.assertGreater(seen, 100)

    def test_of_a_process(self):
        child = subprocess.Popen(["sleep", "1000"])
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        machine, _ = self.record(str(child.pid))
        folder = f"/proc/{child.pid}"
        read = {path for words in ([], ["--ungrouped"], ["net_connections", "--kind", "all"],
                                   ["children", "--recursive"], ["memory_footprint"], ["name"])
                for path in self.found("proc", str(child.pid), *words) if path.startswith(folder + "/")}
        for path in read:
            if not self.NOT_RECORDED.fullmatch(path) and os.path.lexists(path):
                self.assertTrue(os.path.lexists(machine + path), path)
        # And nothing but what is read; a number's limits are read where no system call may be asked.
        for path, folders, files in os.walk(machine + folder):
            for name in files:
                full = os.path.join(path, name)[len(machine):]
                if "/fd" not in full and not full.endswith(("/limits", "/smaps_rollup", "/comm", "/children")):
                    self.assertIn(full, read)


class Fixtures(RecordTest):
    """A root that stands still: what is not a name is the same to the last digit."""

    def test_recorded_machine(self):
        root = self.new_folder()
        unpack(recorded_machine(), root)
        machine, _ = self.record(machine=options(root))
        for function in self.answer("get", "--json"):
            name = function["name"]
            words = [[], *([argument["name"] + "=true"] for argument in function["arguments"]
                           if argument["name"].startswith(("per", "all")))]
            for word in words:
                if name in ("disk_usage", "users", "pid_exists", "heap_info", "heap_trim"):
                    continue
                with self.subTest(function=name, word=word):
                    one = psutil(*options(root), "get", name, *word)
                    two = psutil(*options(machine), "get", name, *word)
                    self.assertEqual(one[0], two[0], (one, two))
                    if one[0] == 0:
                        self.assertEqual(*[self.shape(loads(answer[1]), name) for answer in (one, two)])
        for pid in ("1", "10", "11"):
            one, two = [self.answer(*options(folder), "proc", pid) for folder in (root, machine)]
            self.assertEqual(set(one), set(two))
            for field in set(one) - {"name", "cmdline", "environ", "exe", "cwd", "open_files", "errors",
                                     "memory_maps", "net_connections"}:
                self.assertEqual(one[field], two[field], (pid, field))

    def shape(self, answer, function):
        """Without names: of interfaces and their addresses, of disks, of paths."""
        if function == "net_if_addrs":
            return sorted([row["family"] for row in rows] for rows in answer.values())
        if function == "net_if_stats":
            return sorted(map(repr, answer.values()))
        if function == "disk_partitions":
            return [row["fstype"] for row in answer]
        if function == "disk_io_counters" and answer and "read_count" not in answer:
            return sorted(map(repr, answer.values()))
        if function == "net_connections":
            return [(row["type"], row["status"], row["pid"], row["fd"]) for row in answer]
        return answer

    def test_processors(self):
        folder = os.path.join(os.path.dirname(recorded_machine()), "cpu-topology")
        if not os.path.isdir(folder):
            self.skipTest("the recorded processors are not here")
        kinds = ("armv7", "ppc64", "s390-kvm", "sparc64", "vbox")
        for archive in sorted(name for name in os.listdir(folder) if name.startswith(kinds)):
            with self.subTest(archive=archive):
                root = self.new_folder()
                unpack(os.path.join(folder, archive), root)
                if not os.path.isdir(root + "/proc"):
                    continue
                machine, _ = self.record(machine=options(root))
                for words in (["cpu_count"], ["cpu_count", "logical=false"], ["cpu_freq", "percpu=true"]):
                    self.assertEqual(psutil(*options(root), "get", *words),
                                     psutil(*options(machine), "get", *words), words)

    def test_a_recording_of_a_recording(self):
        root = Root(self)
        root.process(7, b"some program", [b"/usr/bin/some program", b"-x"], [b"A=b", b"odd"])
        once, _ = self.record(machine=root.options())
        twice, _ = self.record(machine=options(once))
        fields = [self.answer(*options(folder), "proc", "7") for folder in (once, twice)]
        for field in set(fields[0]) - {"name", "cmdline", "environ", "exe", "cwd", "errors"}:
            self.assertEqual(fields[0][field], fields[1][field])
        self.assertEqual([len(answer["environ"]) for answer in fields], [1, 1])


class OldKernel(RecordTest):
    """Before Linux 5.6 there is no openat2(2)."""

    def test_the_same_is_recorded(self):
        if not shutil.which("strace") or is_sanitized():
            self.skipTest("strace is not installed, or a sanitizer does not bear it")
        root = self.new_folder()
        unpack(recorded_machine(), root)
        machine, _ = self.record(machine=options(root))
        other = self.new_folder() + "/machine"
        done = subprocess.run(["strace", "-qq", "-o", "/dev/null", "-e", "inject=openat2:error=ENOSYS",
                               BIN, *options(root), "record", other], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
        if done.returncode != 0 and b"strace" in done.stderr:
            self.skipTest("strace does not work here")
        self.assertEqual(done.returncode, 0, done.stderr)
        names = [sorted(os.path.relpath(path, os.fsencode(folder)) for path, _ in everything(folder))
                 for folder in (machine, other)]
        self.assertEqual(names[0], names[1])
        self.assertGreater(len(names[0]), 100)


@unittest.skipUnless(os.geteuid() == 0, "only root can make namespaces")
class Namespaces(RecordTest):
    def start(self, program, *args, **settings):
        """A child that has written a line, and waits."""
        child = subprocess.Popen([*args, "python3", "-c", program + "; print('ready', flush=True); input()"],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings)
        self.addCleanup(child.communicate)
        if child.stdout.readline() != b"ready\n":
            self.skipTest("no such namespace can be made here")
        return child

    def test_another_network(self):
        child = self.start("import socket; s = socket.socket(); s.bind(('0.0.0.0', 4321)); s.listen()",
                           "unshare", "-n")
        machine, _ = self.record(str(child.pid), str(os.getpid()))
        words = ["proc", str(child.pid), "net_connections"]
        found = self.answer(*options(machine), *words)["net_connections"]
        self.assertEqual(found, self.answer(*words)["net_connections"])
        self.assertEqual([row["laddr"]["port"] for row in found], [4321])
        self.assertFalse(os.path.exists(f"{machine}/proc/{os.getpid()}/net"))

    def test_all_processes(self):
        """In a namespace of their own, since a machine that runs tests has any number of them."""
        machine = self.new_folder() + "/machine"
        done = subprocess.run(["unshare", "-p", "-f", "--mount-proc", "sh", "-c",
                               'sleep 1000 & "$@"; exit $?', "sh", BIN, "record", "--json", machine],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        if not os.path.exists(machine):
            self.skipTest("no such namespace can be made here: " + done.stderr.decode())
        self.assertEqual((done.returncode, loads(done.stdout)["processes"]), (0, 2), done.stderr)
        self.assertEqual(self.answer(*options(machine), "get", "pids"), [1, 2])

    def test_names_of_people(self):
        folder = self.new_folder()
        os.chmod(folder, 0o755)
        os.makedirs(folder + "/home/quimbyson/quimbyson-files")
        with open("/etc/passwd") as file:
            users = file.read()
        with open(folder + "/passwd", "w") as file:
            file.write(users + "quimbyson:x:54321:54321::/home/quimbyson:/bin/sh\n")
        child = self.start("import os; os.setgid(54321); os.setuid(54321)",
                           cwd=folder + "/home/quimbyson/quimbyson-files")
        machine = folder + "/machine"
        done = subprocess.run(["unshare", "-m", "sh", "-c", 'mount --bind "$1" /etc/passwd && shift && exec "$@"',
                               "sh", folder + "/passwd", BIN, "record", machine, str(child.pid)], stderr=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, timeout=120)
        if not os.path.exists(machine):
            self.skipTest("no mount namespace can be made here: " + done.stderr.decode())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertHolds(machine, b"quimbyson")
        cwd = self.answer(*options(machine), "proc", str(child.pid), "cwd")["cwd"]
        self.assertRegex(cwd, r"/home/user54321/\w{9}-\w{5}\Z")


class PlainUser(RecordTest):
    """What is refused to a user is recorded as unreadable, and refused again in the replay."""
    USER = 65534

    def test_refused(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become another user")
        folder = self.new_folder()
        os.chmod(folder, 0o777)
        program = shutil.copy(BIN, folder + "/psutil")

        def as_user(*args):
            return subprocess.run([program, *args], user=self.USER, group=self.USER, extra_groups=[], cwd="/",
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        done = as_user("record", "--json", folder + "/machine", str(os.getpid()))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertGreater(loads(done.stdout)["unreadable"], 0)
        # Since Linux 6.2 num_fds is told without the right to list them, which no file can do.
        fields = "name,exe,cwd,environ,io_counters,open_files,memory_maps,status"
        live = loads(as_user("proc", str(os.getpid()), fields).stdout)
        replayed = loads(as_user(*options(folder + "/machine"), "proc", str(os.getpid()), fields).stdout)
        self.assertEqual(set(replayed["errors"]), set(live["errors"]))
        for field, reason in live["errors"].items():
            self.assertEqual(reason.partition(":")[0], replayed["errors"][field].partition(":")[0], field)
        mode = os.lstat(f"{folder}/machine/proc/{os.getpid()}/environ").st_mode
        self.assertEqual(stat.S_IMODE(mode), 0)
        with open(folder + "/machine/unreadable") as file:
            listed = file.read().splitlines()
        self.assertIn(f"proc/{os.getpid()}/environ", listed)
        for path, folders, files in os.walk(folder + "/machine"):
            for name in folders + files:
                full = os.path.join(path, name)
                if os.path.islink(full):
                    continue
                name = os.path.relpath(full, folder + "/machine") + ("/" if os.path.isdir(full) else "")
                self.assertEqual(stat.S_IMODE(os.stat(full).st_mode) == 0, name in listed, name)


if __name__ == "__main__":
    unittest.main()
