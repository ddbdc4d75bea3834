"""psutil record: the answers of the recording are those of the machine, and nothing private is in it."""
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import unittest

from command import BIN, CommandTest, Root, is_sanitized, loads, psutil, recorded_machine, to_bytes, unpack

SECRET = b"Zq7Vexillum"
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


def options(folder):
    return ["--procfs", folder + "/proc", "--sysfs", folder + "/sys"]


def everything(folder):
    """All bytes that a recording holds: names of files, contents and where links lead."""
    for path, folders, files in os.walk(os.fsencode(folder)):
        for name in folders + files:
            full = os.path.join(path, name)
            yield full, name
            if os.path.islink(full):
                yield full, os.readlink(full)
            elif os.path.isfile(full):
                with open(full, "rb") as file:
                    yield full, file.read()


class RecordTest(CommandTest):
    def new_folder(self):
        folder = tempfile.mkdtemp(prefix="psutil-test-")
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def record(self, *args, machine=()):
        """Records into a new folder: (the folder, the summary)."""
        folder = self.new_folder() + "/machine"
        return folder, self.answer(*machine, "record", "--json", folder, *args)

    def assertHolds(self, folder, text, wanted=False):
        places = [place for place, data in everything(folder) if text in data]
        self.assertEqual(bool(places), wanted, (text, places[:5]))


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


class Child:
    """A process with a secret in everything that can hold one."""

    def __init__(self, owner):
        self.folder = tempfile.mkdtemp(prefix="psutil-test-", suffix=SECRET.decode())
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


class Invented(RecordTest):
    def test_names_keep_their_shape(self):
        root = Root(self)
        names = [b"a) S 1 (b", b"line\nline", b"back\\slash", b"\xff\xfe\x80", "gr\u00fc\u00df \u20ac".encode(),
                 b"kworker/0:1-ev", b"(sd-pam)", b"\033[2J", b"", b"fifteen-bytes-x"]
        for pid, name in enumerate(names, 10):
            root.process(pid, name, [name])
        machine, _ = self.record(machine=root.options())
        for pid, name in enumerate(names, 10):
            with self.subTest(name=name):
                found = to_bytes(self.answer(*options(machine), "proc", str(pid), "name")["name"])
                self.assertEqual(len(found), len(name))
                self.assertEqual(re.sub(rb"[A-Za-z0-9\x80-\xff]", b"", found),
                                 re.sub(rb"[A-Za-z0-9\x80-\xff]", b"", name))
                with open(f"{machine}/proc/{pid}/comm", "rb") as file:
                    self.assertEqual(file.read(), found + b"\n")

    def test_one_name_is_one_pseudonym(self):
        root = Root(self)
        for pid in range(1, 60):
            root.process(pid, b"n%d" % (pid // 2), [b"/opt/n%d" % (pid // 2)])
        machine, _ = self.record(machine=root.options())
        found = [self.answer(*options(machine), "proc", str(pid), "name,cmdline") for pid in range(1, 60)]
        for pid, answer in enumerate(found, 1):
            self.assertEqual(answer["cmdline"], ["/opt/" + answer["name"]])
            for other, theirs in enumerate(found, 1):
                self.assertEqual(answer["name"] == theirs["name"], pid // 2 == other // 2)

    def test_keep_names_of_libraries_not_of_data(self):
        root = Root(self)
        root.process(7, b"name", [b"name"])
        head = b"7f0000000000-7f0000001000 r--p 00000000 08:01 1                  "
        root.write("proc/7/smaps", b"".join(head + path + b"\nSize: 4 kB\n" for path in (
            b"/usr/lib/libc.so.6", b"/home/somebody/secret.db", b"[heap]", b"[anon:secret]",
            b"/memfd:secret (deleted)", b"/dev/zero (deleted)", b"/opt/a\\012b")))
        machine, _ = self.record("--keep-names", machine=root.options())
        self.assertHolds(machine, b"somebody")
        self.assertHolds(machine, b"secret")
        paths = [row["path"] for row in
                 self.answer(*options(machine), "proc", "7", "memory_maps", "--ungrouped")["memory_maps"]]
        self.assertEqual((paths[0], paths[2], paths[5]), ("/usr/lib/libc.so.6", "[heap]", "/dev/zero"))
        self.assertRegex(paths[1], r"\A/home/\w{8}/\w{6}\.\w\w\Z")
        self.assertRegex(paths[3], r"\A\[anon:\w{6}\]\Z")
        self.assertRegex(paths[4], r"\A/memfd:\w{6}\Z")
        self.assertRegex(paths[6], r"\A/opt/\w\n\w\Z")

    def test_keep_names(self):
        root = Root(self)
        root.process(7, b"sshd", [b"sshd: somebody@pts/0"], [b"HOME=/home/somebody"])
        root.process(8, b"a-daemon-with-a", [b"/home/somebody/a-daemon-with-a-long-name", b"--secret"])
        machine, _ = self.record("--keep-names", machine=root.options())
        self.assertEqual(self.answer(*options(machine), "proc", "7", "name")["name"], "sshd")
        self.assertEqual(self.answer(*options(machine), "proc", "8", "name")["name"], "a-daemon-with-a-long-name")
        self.assertHolds(machine, b"a-daemon-with-a", wanted=True)
        self.assertHolds(machine, b"somebody")
        self.assertHolds(machine, b"secret")
        machine, _ = self.record(machine=root.options())
        self.assertHolds(machine, b"sshd")
        self.assertHolds(machine, b"daemon")

    def test_addresses(self):
        root = Root(self)
        head = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        ends = ["127.0.0.1", "0.0.0.0", "10.1.2.3", "8.8.8.8", "169.254.7.7", "239.1.2.3", "10.1.2.3"]
        rows = [b"   %d: %08X:0016 %08X:0035 0A 00000000:00000000 00:00000000 00000000 1 0 %d 1 ffff8881 100\n"
                % (i, int.from_bytes(socket.inet_aton(end), "little"),
                   int.from_bytes(socket.inet_aton("10.9.9.9"), "little"), i + 100)
                for i, end in enumerate(ends)]
        root.write("proc/net/tcp", head + b"".join(rows))
        six = ["::1", "::", "fe80::1234:5678", "2a00:1450:4001::1", "::ffff:10.1.2.3"]
        lines = []
        for i, end in enumerate(six):
            packed = socket.inet_pton(socket.AF_INET6, end)
            text = b"".join(b"%08X" % int.from_bytes(packed[at:at + 4], "little") for at in range(0, 16, 4))
            lines.append(b"   %d: %s:0016 %s:0000 0A 00000000:00000000 00:00000000 00000000 1 0 %d 1 0 100\n"
                         % (i, text, b"0" * 32, i + 200))
        root.write("proc/net/tcp6", head + b"".join(lines))
        machine, _ = self.record(machine=root.options())
        found = self.answer(*options(machine), "get", "net_connections", "kind=tcp4")
        local = [row["laddr"]["ip"] for row in found]
        self.assertEqual(local[:2], ["127.0.0.1", "0.0.0.0"])
        self.assertEqual(local[2], local[6])
        self.assertRegex(local[2], r"\A(192\.0\.2|198\.51\.100|203\.0\.113)\.")
        self.assertNotEqual(local[2], local[3])
        self.assertTrue(local[4].startswith("169.254."))
        self.assertTrue(local[5].startswith("233.252."))
        self.assertEqual({row["raddr"]["port"] for row in found}, {53})
        six_found = [row["laddr"]["ip"] for row in
                     self.answer(*options(machine), "get", "net_connections", "kind=tcp6")]
        self.assertEqual(six_found[:2], ["::1", "::"])
        self.assertTrue(six_found[2].startswith("fe80::"))
        self.assertTrue(six_found[3].startswith("2001:db8::"))
        self.assertEqual(six_found[4], "::ffff:" + local[2])
        self.assertHolds(machine, b"ffff8881")
        self.assertHolds(machine, b"56781234")

    def test_devices(self):
        root = Root(self)
        for name, address in (("eth0", b"52:54:00:12:34:56"), ("vpn-" + SECRET.decode()[:8], b"52:54:00:12:34:57"),
                              ("enx525400123456", b"52:54:00:12:34:56")):
            root.write(f"sys/class/net/{name}/address", address + b"\n")
            root.write(f"sys/class/net/{name}/mtu", b"1500\n")
            root.write(f"sys/class/net/{name}/phys_switch_id", SECRET)
        root.write("sys/class/power_supply/BAT0/serial_number", SECRET)
        root.write("sys/class/power_supply/BAT0/capacity", b"81\n")
        root.write("sys/class/power_supply/BAT0/type", b"Battery\n")
        root.write("proc/cpuinfo", b"processor\t: 0\ncpu MHz\t\t: 800.0\nSerial\t\t: 00000000deadbeef\n")
        root.write("proc/cmdline", b"BOOT_IMAGE=/vmlinuz root=/dev/mapper/" + SECRET + b" token=" + SECRET + b"\n")
        root.write("proc/self/mountinfo", b"27 1 254:0 / / rw,noatime - ext4 /dev/sda1 rw\n"
                   b"28 27 0:25 /" + SECRET + b" /home/" + SECRET + b"\\040dir rw shared:3 - cifs //" + SECRET +
                   b"/share rw,username=" + SECRET + b",uid=1000,addr=10.0.0.7\n"
                   b"29 27 0:26 / /var/lib rw - overlay overlay rw,lowerdir=/a\\054" + SECRET + b":/b," + SECRET + b"\n"
                   b"30 27 0:27 / /mnt rw - fuse." + SECRET + b" " + SECRET + b" rw\n")
        machine, _ = self.record(machine=root.options())
        for secret in (SECRET, SECRET[:8], b"525400123456", b"52:54:00", b"deadbeef", b"10.0.0.7", b"vpn"):
            self.assertHolds(machine, secret)
        found = self.answer(*options(machine), "get", "net_if_addrs")
        addresses = [rows[0]["address"] for rows in found.values()]
        self.assertEqual(found["eth0"][0]["address"][:15], "00:00:5e:00:53:")
        self.assertEqual(len(set(addresses)), 2)
        self.assertEqual(self.answer(*options(machine), "get", "sensors_battery")["percent"], 81)
        parts = self.answer(*options(machine), "get", "disk_partitions", "all=true")
        self.assertEqual([part["fstype"].partition(".")[0] for part in parts], ["ext4", "cifs", "overlay", "fuse"])
        self.assertEqual((parts[0]["device"], parts[0]["opts"]), ("/dev/sda1", "rw,noatime"))
        self.assertEqual(len(parts[1]["mountpoint"]), len("/home/" + SECRET.decode() + " dir"))
        self.assertTrue(parts[1]["mountpoint"].startswith("/home/"))
        self.assertIn("uid=1000", parts[1]["opts"])

    # Files with names in them, whose lines are understood or replaced.
    REWRITTEN = ["proc/7/" + name for name in ("stat", "comm", "cmdline", "environ", "smaps", "smaps_rollup",
                                               "fdinfo/1", "task/7/stat", "net/tcp", "net/unix")] + [
        "proc/cpuinfo", "proc/cmdline", "proc/diskstats", "proc/self/mountinfo", "proc/self/mounts", "proc/mounts",
        "proc/net/dev", "proc/net/tcp", "proc/net/tcp6", "proc/net/udp", "proc/net/udp6", "proc/net/unix",
        "proc/net/if_inet6", "sys/class/net/eth0/address"]

    def test_lines_that_nobody_understands(self):
        secret = SECRET.decode()
        lines = [secret, f" {secret}: {secret}", f"{secret}={secret}", f"({secret}", f"1 ({secret}) S {secret} 1",
                 f"00: {secret} {secret}", f"0-1 {secret} {secret} {secret} {secret} {secret}", f"1 2 {secret} 4 {secret}",
                 f"/{secret} /{secret} {secret} {secret} {secret}", f"Serial : {secret}", f"- {secret}", f"\\040{secret}",
                 f"1 2 3:4 / / {secret} {secret} - {secret} {secret} {secret}={secret},{secret}", f"root={secret} {secret}",
                 f"0000000000000000: 0 0 0 0 0 1 {secret}\n{secret}", f"eth0:{secret}", f"0: {secret}:0016 {secret} 0A",
                 f"pos:\t0\n{secret}:\t1", "\0", "", ":", "=", "(", ")", "\\", "-", "[", "'"]
        for separator in ("\n", "\0", " ", ""):
            root = Root(self)
            root.process(7, b"name", [b"name"])
            for name in self.REWRITTEN:
                root.write(name, separator.join(lines).encode())
            os.makedirs(root.path + "/proc/7/fd")
            root.link("proc/7/fd/1", secret)
            with self.subTest(separator=separator):
                machine, summary = self.record(machine=root.options())
                self.assertEqual((summary["processes"], summary["cut"]), (1, 0))
                self.assertHolds(machine, SECRET)

    def test_files_that_are_cut(self):
        whole, root = self.new_folder(), self.new_folder()
        unpack(recorded_machine(), whole)
        for share in (0.31, 0.77):
            shutil.rmtree(root)
            shutil.copytree(whole, root, symlinks=True)
            for path, _, files in os.walk(root):
                for name in files:
                    full = os.path.join(path, name)
                    if not os.path.islink(full):
                        os.truncate(full, int(os.path.getsize(full) * share))
            machine, _ = self.record(machine=options(root))
            for function in ("net_connections", "disk_partitions", "cpu_freq", "cpu_count"):
                one, two = [psutil(*options(folder), "get", function) for folder in (root, machine)]
                self.assertEqual(one[0], two[0], (one, two))

    def test_nothing_is_followed_out(self):
        root = Root(self)
        outside = self.new_folder()
        with open(outside + "/secret", "wb") as file:
            file.write(SECRET)
        root.process(7, b"name", [b"name"])
        root.link("proc/7/exe", outside + "/secret")
        root.link("proc/7/io", outside + "/secret")
        root.link("proc/loadavg", outside + "/secret")
        root.link("proc/net", outside)
        root.link("sys/class", outside)
        root.link("sys/block", "../../../../../../../.." + outside)
        os.mkfifo(root.path + "/proc/diskstats")
        os.mkdir(root.path + "/proc/7/limits")
        machine, summary = self.record(machine=root.options())
        self.assertEqual(summary["processes"], 1)
        self.assertHolds(machine, SECRET)
        self.assertTrue(os.path.islink(machine + "/proc/7/exe"))
        for name in ("proc/7/io", "proc/loadavg", "proc/net", "sys/class", "proc/diskstats", "proc/7/limits"):
            self.assertFalse(os.path.lexists(f"{machine}/{name}"), name)

    def test_masks_do_not_matter(self):
        root = Root(self)
        root.process(7, b"name", [b"name"])
        folder = self.new_folder() + "/machine"
        status, _, err = psutil(*root.options(), "record", folder, preexec_fn=lambda: os.umask(0))
        self.assertEqual((status, err), (0, b""))
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(folder + "/proc/7/stat").st_mode), 0o600)


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
