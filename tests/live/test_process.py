"""Every field of processes against ps, /proc and the tools that ask the kernel the same."""
import os
import pwd
import resource
import socket
import tempfile
import threading
import time
import unittest

from live import LiveTest, loads, psutil, read, steadily, table, tool

HZ = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
FIELDS = ("pid ppid name exe cmdline environ create_time status cwd username uids gids terminal "
          "nice ionice rlimit io_counters num_ctx_switches num_fds num_threads threads cpu_times "
          "cpu_percent cpu_affinity cpu_num memory_info memory_info_ex memory_footprint "
          "memory_full_info memory_percent memory_maps page_faults open_files net_connections "
          "parent parents children is_running").split()
# What a process of its own may not read of another, and by what it is read.
GUARDED = {"exe": "exe", "cwd": "cwd", "environ": "environ", "io_counters": "io",
           "memory_footprint": "smaps_rollup", "memory_full_info": "smaps_rollup",
           "memory_maps": "smaps", "open_files": "fd/0", "net_connections": "fd/0"}


def ps(pid, *columns):
    """One line of ps(1): the columns' words."""
    line = tool("ps", "-o", ",".join(column + "=" for column in columns), "-p", str(pid))
    return line.strip().split(None, len(columns) - 1)


def stat(pid):
    """/proc/PID/stat from its third field on, so that field N of proc(5) is [N - 3]."""
    return read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()


def status(pid):
    return table(read(f"/proc/{pid}/status"))


def readable(path):
    try:
        if os.path.basename(os.path.dirname(path)) == "fd" or path.endswith(("exe", "cwd")):
            os.readlink(path)
        else:
            with open(path, "rb") as file:
                file.read(1)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


class EveryField(LiveTest):
    def test_of_the_shell(self):
        """psutil proc $$ gives every field."""
        found = self.proc(os.getpid())
        self.assertEqual(sorted(found), sorted(FIELDS))

    def test_of_the_first_process(self):
        """psutil proc 1 gives every field, but for those that the kernel refuses to this user."""
        found = self.answer("proc", "1")
        errors = found.pop("errors", {})
        refused = {field for field, name in GUARDED.items() if not readable(f"/proc/1/{name}")}
        self.assertEqual(set(errors), refused)
        self.assertEqual(sorted([*found, *errors]), sorted(FIELDS))
        for field, reason in errors.items():
            self.assertRegex(reason, r"\AAccessDenied: pid 1: \w+ /proc/1/\w+: Permission denied\Z")
        self.assertEqual((found["ppid"], found["parent"], found["parents"]), (0, None, []))


class Identity(LiveTest):
    def setUp(self):
        self.child = self.sleeper(cwd="/", env={"A": "1", "EMPTY": "", "B": "x=y"})
        self.pid = self.child.pid

    def test_ps(self):
        found = self.proc(self.pid)
        pid, ppid, comm, state, user, args = ps(self.pid, "pid", "ppid", "comm", "stat", "user",
                                                "args")
        self.assertEqual((found["pid"], found["ppid"]), (int(pid), int(ppid)))
        self.assertEqual((found["name"], state[0]), (comm, "S"))
        self.assertEqual(" ".join(found["cmdline"]), args.strip())
        self.assertEqual((found["username"], found["status"]), (user, "sleeping"))

    def test_ids(self):
        found = self.proc(self.pid, "uids", "gids", "username")
        ids = status(self.pid)
        names = ["real", "effective", "saved"]
        self.assertEqual(found["uids"], dict(zip(names, map(int, ids["Uid"].split()))))
        self.assertEqual(found["gids"], dict(zip(names, map(int, ids["Gid"].split()))))
        self.assertEqual(found["username"], pwd.getpwuid(os.getuid()).pw_name)

    def test_links(self):
        found = self.proc(self.pid, "exe", "cwd", "environ")
        self.assertEqual(found["exe"], os.readlink(f"/proc/{self.pid}/exe"))
        self.assertEqual(f"{self.pid}: {found['cwd']}", tool("pwdx", str(self.pid)).strip())
        self.assertEqual(found["environ"], {"A": "1", "EMPTY": "", "B": "x=y"})

    def test_start(self):
        created = self.one(self.pid, "create_time")
        boot = int(next(line.split()[1] for line in read("/proc/stat").splitlines()
                        if line.startswith("btime")))
        self.assertAlmostEqual(created, boot + int(stat(self.pid)[19]) / HZ, delta=1.01)
        (elapsed,) = ps(self.pid, "etimes")
        self.assertAlmostEqual(created, time.time() - int(elapsed), delta=2.5)

    def test_relatives(self):
        found = self.proc(self.pid, "parent", "parents", "children")
        self.assertEqual((found["parent"], found["children"]), (os.getpid(), []))
        pid, chain = self.pid, []
        while (pid := int(ps(pid, "ppid")[0])) > 0:
            chain.append(pid)
        self.assertEqual(found["parents"], chain)

    def test_children(self):
        def check():
            wanted = tool("pgrep", "-P", str(os.getpid())).split()
            self.assertIn(str(self.pid), wanted)
            found = self.one(os.getpid(), "children")
            self.assertIn(self.pid, found)
            # pgrep and the command itself are children too, each while it runs.
            self.assertLessEqual(set(found) - set(map(int, wanted)), {max(found)})
        steadily(check)

    def test_terminal(self):
        (tty,) = ps(self.pid, "tty")
        self.assertEqual(self.one(self.pid, "terminal"), None if tty == "?" else "/dev/" + tty)
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        name = os.ttyname(slave)

        def take():
            import fcntl
            import termios
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        child = self.start(["sleep", "600"], preexec_fn=take, stdin=slave)
        os.close(slave)
        self.assertEqual(self.one(child.pid, "terminal"), name)
        self.assertEqual("/dev/" + ps(child.pid, "tty")[0], name)


class Settings(LiveTest):
    def setUp(self):
        self.pid = self.sleeper().pid

    def test_nice(self):
        os.setpriority(os.PRIO_PROCESS, self.pid, 7)
        self.assertEqual(self.one(self.pid, "nice"), 7)
        self.assertEqual(ps(self.pid, "ni"), ["7"])

    def test_ionice(self):
        self.assertEqual(tool("ionice", "-p", str(self.pid)).split(":")[0], "none")
        self.assertEqual(self.one(self.pid, "ionice"), {"ioclass": "IOPRIO_CLASS_NONE", "value": 0})
        for words, ioclass, value in [(["-c", "2", "-n", "6"], "BE", 6), (["-c", "3"], "IDLE", 0)]:
            tool("ionice", *words, "-p", str(self.pid))
            found = self.one(self.pid, "ionice")
            self.assertEqual(found["ioclass"], "IOPRIO_CLASS_" + ioclass)
            if ioclass == "BE":
                self.assertEqual(found["value"], value)

    def test_affinity(self):
        cpus = sorted(os.sched_getaffinity(0))
        text = tool("taskset", "-cp", str(self.pid)).rsplit(":", 1)[1].strip()
        listed = []
        for part in text.split(","):
            low, _, high = part.partition("-")
            listed += range(int(low), int(high or low) + 1)
        self.assertEqual(self.one(self.pid, "cpu_affinity"), listed)
        tool("taskset", "-cp", str(cpus[-1]), str(self.pid))
        self.assertEqual(self.one(self.pid, "cpu_affinity"), [cpus[-1]])

    def test_limits(self):
        tool("prlimit", "--pid", str(self.pid), "--nofile=100:200", "--core=0:4096")
        found = self.one(self.pid, "rlimit")
        lines = tool("prlimit", "--pid", str(self.pid), "--noheadings", "--raw",
                     "-o", "RESOURCE,SOFT,HARD").splitlines()
        self.assertEqual(len(found), len(lines))
        for line in lines:
            name, *values = line.split()
            values = [-1 if value == "unlimited" else int(value) for value in values]
            self.assertEqual(list(found["RLIMIT_" + name].values()), values, name)
        self.assertEqual(found["RLIMIT_NOFILE"], {"soft": 100, "hard": 200})
        self.assertEqual(found["RLIMIT_CORE"], {"soft": 0, "hard": 4096})


class Counters(LiveTest):
    """Of the test itself, which works while it is looked at."""
    pid = os.getpid()

    def test_cpu_times(self):
        before = os.times()
        found = self.one(self.pid, "cpu_times")
        after = os.times()
        tick = 1.5 / HZ
        self.assertBetween(before.user, found["user"], after.user, tick)
        self.assertBetween(before.system, found["system"], after.system, tick)
        self.assertBetween(before.children_user, found["children_user"], after.children_user, tick)
        self.assertBetween(before.children_system, found["children_system"],
                           after.children_system, tick)
        fields = stat(self.pid)
        self.assertBetween(0, found["iowait"], int(fields[39]) / HZ)

    def test_cpu_percent(self):
        busy = self.start(["sh", "-c", "while :; do :; done"])

        def check():
            before, begun = int(stat(busy.pid)[11]), time.monotonic()
            percent = self.one(busy.pid, "cpu_percent")
            spent = (int(stat(busy.pid)[11]) - before) / HZ / (time.monotonic() - begun) * 100
            self.assertAlmostEqual(percent, spent, delta=35)
            self.assertGreater(percent, 10)
        steadily(check)

    def test_cpu_num(self):
        cpu = max(os.sched_getaffinity(0))
        busy = self.start(["sh", "-c", "while :; do :; done"],
                          preexec_fn=lambda: os.sched_setaffinity(0, [cpu]))
        steadily(lambda: self.assertEqual(self.one(busy.pid, "cpu_num"), cpu))
        self.assertEqual(ps(busy.pid, "psr"), [str(cpu)])

    def test_context_switches(self):
        def counts():
            lines = status(self.pid)
            return int(lines["voluntary_ctxt_switches"]), int(lines["nonvoluntary_ctxt_switches"])
        before = counts()
        found = self.one(self.pid, "num_ctx_switches")
        after = counts()
        self.assertBetween(before[0], found["voluntary"], after[0])
        self.assertBetween(before[1], found["involuntary"], after[1])

    def test_io(self):
        names = {"read_count": "syscr", "write_count": "syscw", "read_bytes": "read_bytes",
                 "write_bytes": "write_bytes", "read_chars": "rchar", "write_chars": "wchar"}
        before = table(read(f"/proc/{self.pid}/io"))
        found = self.one(self.pid, "io_counters")
        after = table(read(f"/proc/{self.pid}/io"))
        for ours, theirs in names.items():
            self.assertBetween(int(before[theirs]), found[ours], int(after[theirs]))

    def test_page_faults(self):
        before = resource.getrusage(resource.RUSAGE_SELF)
        found = self.one(self.pid, "page_faults")
        after = resource.getrusage(resource.RUSAGE_SELF)
        self.assertBetween(before.ru_minflt, found["minor"], after.ru_minflt)
        self.assertBetween(before.ru_majflt, found["major"], after.ru_majflt)
        sleeping = self.sleeper().pid
        found = self.one(sleeping, "page_faults")
        self.assertEqual([str(found["minor"]), str(found["major"])],
                         ps(sleeping, "min_flt", "maj_flt"))

    def test_threads(self):
        stop = threading.Event()
        threads = [threading.Thread(target=stop.wait) for _ in range(5)]
        for thread in threads:
            thread.start()
        try:
            found = self.proc(self.pid, "threads", "num_threads")
            ids = sorted(map(int, os.listdir(f"/proc/{self.pid}/task")))
            listed = tool("ps", "-L", "-o", "lwp=", "-p", str(self.pid)).split()
            self.assertEqual(sorted(int(word) for word in listed), ids)
            self.assertEqual([thread["id"] for thread in found["threads"]], ids)
            self.assertEqual(found["num_threads"], len(ids))
            for thread in found["threads"]:
                times = stat(f"{self.pid}/task/{thread['id']}")
                self.assertAlmostEqual(thread["user_time"], int(times[11]) / HZ, delta=0.2)
                self.assertAlmostEqual(thread["system_time"], int(times[12]) / HZ, delta=0.2)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


class Memory(LiveTest):
    def setUp(self):
        self.pid = self.sleeper().pid

    def test_sizes(self):
        found = self.proc(self.pid, "memory_info", "memory_info_ex", "memory_percent")
        info, more = found["memory_info"], found["memory_info_ex"]
        lines = {name: int(value.split()[0]) * 1024 for name, value in status(self.pid).items()
                 if value.endswith(" kB")}
        statm = [int(word) * PAGE for word in read(f"/proc/{self.pid}/statm").split()]
        self.assertEqual(list(info.values()), [statm[1], statm[0], *statm[2:]])
        rss, vms = (int(word) * 1024 for word in ps(self.pid, "rss", "vsz"))
        self.assertEqual((info["rss"], info["vms"]), (rss, vms))
        for ours, theirs in [("peak_rss", "VmHWM"), ("peak_vms", "VmPeak"), ("rss_anon", "RssAnon"),
                             ("rss_file", "RssFile"), ("rss_shmem", "RssShmem"), ("swap", "VmSwap"),
                             ("hugetlb", "HugetlbPages")]:
            self.assertEqual(more[ours], lines[theirs], ours)
        total = int(table(read("/proc/meminfo"))["MemTotal"].split()[0]) * 1024
        self.assertAlmostEqual(found["memory_percent"], rss / total * 100)

    def smaps(self):
        """The sums of /proc/PID/smaps."""
        sums = {}
        for line in read(f"/proc/{self.pid}/smaps").splitlines():
            words = line.split()
            if len(words) == 3 and words[2] == "kB":
                sums[words[0][:-1]] = sums.get(words[0][:-1], 0) + int(words[1]) * 1024
        return sums

    def test_footprint(self):
        def check():
            sums = self.smaps()
            found = self.one(self.pid, "memory_footprint")
            private = sums["Private_Clean"] + sums["Private_Dirty"] + sums["Private_Hugetlb"]
            self.assertEqual((found["uss"], found["swap"]), (private, sums["Swap"]))
            # smaps rounds each mapping's share down to kilobytes, the roll-up only their sum.
            self.assertAlmostEqual(found["pss"], sums["Pss"], delta=100 << 10)
        steadily(check)

    def test_pmap(self):
        def check():
            lines = [line.split(None, 5) for line in tool("pmap", "-x", str(self.pid)).splitlines()]
            rows = {int(line[0], 16): [int(word) * 1024 for word in line[1:4]]
                    for line in lines if line[0].startswith("0000")}
            found = self.proc(self.pid, "memory_maps", "--ungrouped")["memory_maps"]
            ours = {int(item["addr"].split("-")[0], 16): [item["size"], item["rss"],
                    item["shared_dirty"] + item["private_dirty"]]
                    for item in found if item["path"] != "[vsyscall]"}
            rows.pop(0xffffffffff600000, None)
            self.assertEqual(ours, rows)
        steadily(check)

    def test_maps(self):
        def check():
            single = self.proc(self.pid, "memory_maps", "--ungrouped")["memory_maps"]
            lines = [line.split(None, 5) for line in read(f"/proc/{self.pid}/maps").splitlines()]
            self.assertEqual([(item["addr"], item["perms"], item["path"]) for item in single],
                             [(line[0], line[1], line[5] if len(line) > 5 else "[anon]")
                              for line in lines])
            sums = self.smaps()
            grouped = self.one(self.pid, "memory_maps")
            for ours, theirs in [("rss", "Rss"), ("size", "Size"), ("pss", "Pss"),
                                 ("shared_clean", "Shared_Clean"), ("swap", "Swap"),
                                 ("private_dirty", "Private_Dirty"), ("referenced", "Referenced"),
                                 ("anonymous", "Anonymous")]:
                for items in (single, grouped):
                    # A page's share changes when others begin or cease to share it.
                    self.assertAlmostEqual(sum(item[ours] for item in items), sums[theirs],
                                           delta=100 << 10 if ours == "pss" else 0, msg=ours)
        steadily(check)


class Files(LiveTest):
    def test_open_files(self):
        with tempfile.NamedTemporaryFile() as file, open(file.name, "ab") as more, \
                open(__file__, "rb") as source:
            file.write(b"hello")
            file.flush()
            source.seek(7)
            pid = os.getpid()
            found = {item["fd"]: item for item in self.one(pid, "open_files")}
            for handle, position, mode in [(file, 5, "r+"), (more, 5, "a"), (source, 7, "r")]:
                item = found[handle.fileno()]
                info = table(read(f"/proc/{pid}/fdinfo/{handle.fileno()}"))
                self.assertEqual(item["path"], os.path.realpath(handle.name))
                self.assertEqual(item["position"], int(info["pos"]))
                self.assertEqual(item["flags"], int(info["flags"], 8))
                if mode != "a":
                    self.assertEqual((item["position"], item["mode"]), (position, mode))
                else:
                    self.assertEqual(item["mode"], mode)
            self.check_lsof(pid, found)

    def check_lsof(self, pid, found):
        """lsof's regular files with a descriptor are the ones."""
        wanted, fd, kind = {}, None, None
        for line in tool("lsof", "-p", str(pid), "-Fftn", okay=(0, 1)).splitlines():
            if line[0] == "f":
                fd = line[1:]
            elif line[0] == "t":
                kind = line[1:]
            elif line[0] == "n" and fd.isdigit() and kind == "REG":
                wanted[int(fd)] = line[1:]
        self.assertEqual({fd: item["path"] for fd, item in found.items()}, wanted)

    def test_num_fds(self):
        # A sleeping process, so that nothing but its own descriptors is there.
        with tempfile.TemporaryFile() as file:
            child = self.sleeper(pass_fds=[file.fileno()])
            self.assertEqual(self.one(child.pid, "num_fds"), len(os.listdir(f"/proc/{child.pid}/fd")))

    def test_connections(self):
        with socket.socket() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            server.bind(("127.0.0.1", 0))
            server.listen()
            udp.bind(("127.0.0.1", 0))
            found = {row["fd"]: row for row in self.one(os.getpid(), "net_connections")}
            for end, kind, state in [(server, "SOCK_STREAM", "LISTEN"), (udp, "SOCK_DGRAM", "NONE")]:
                ip, port = end.getsockname()
                self.assertEqual(found[end.fileno()], {
                    "fd": end.fileno(), "family": "AF_INET", "type": kind, "raddr": None,
                    "laddr": {"ip": ip, "port": port}, "status": state})
            lines = tool("lsof", "-nP", "-a", "-i", "-p", str(os.getpid()), "-Ff", okay=(0, 1))
            self.assertEqual({int(line[1:]) for line in lines.split() if line[0] == "f"}, set(found))


class Everybody(LiveTest):
    def test_the_same_as_ps_for_all(self):  # corner case 12
        """Every process of the machine that stays: name, parent, niceness."""
        seen = 0
        lines = tool("ps", "-A", "-o", "pid=,ppid=,ni=,comm=").splitlines()
        for pid, ppid, nice, comm in [line.split(None, 3) for line in lines[:60]]:
            code, out, _ = psutil("proc", pid, "ppid", "nice", "name")
            if code != 0:
                continue
            found = loads(out)
            if found["name"][:15] == comm.replace(" <defunct>", "")[:15]:
                seen += 1
                self.assertEqual(found["ppid"], int(ppid))
                self.assertEqual(str(found["nice"]), "0" if nice == "-" else nice)
        self.assertGreater(seen, len(lines[:60]) // 2)


if __name__ == "__main__":
    unittest.main()
