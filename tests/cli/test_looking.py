"""The commands that look: an invented machine, whose names attack and whose figures stand still."""
import os
import tempfile
import time
import unittest

from command import CommandTest, Root, loads, psutil, to_bytes
from test_hostile import NAMES


class Machine(CommandTest):
    def setUp(self):
        self.root = Root(self)

    def text(self, *args, status=0, err=b""):
        done, out, said = psutil(*self.root.options(), *args)
        self.assertEqual((done, said), (status, err), args)
        self.assertHarmless(out)
        return out.decode()

    def rows(self, *args):
        return loads(self.text(*args, "--json"))

    def harmless(self, count, *args):
        """In all formats, with so many rows."""
        self.assertEqual(self.text(*args).count("\n"), count + 1)
        self.assertEqual(self.text(*args, "--csv").count("\n"), count + 1)
        self.assertEqual(self.text(*args, "--jsonl").count("\n"), count)


class Files(Machine):
    def setUp(self):
        super().setUp()
        self.root.process(10, b"server", [b"server"])
        self.root.process(11, b"\033[2J\n\xff", [b"x"])
        for pid in (10, 11):
            os.makedirs(f"{self.root.path}/proc/{pid}/fd")
            os.makedirs(f"{self.root.path}/proc/{pid}/fdinfo")
        self.add(10, 0, b"/dev/null", b"0100000")
        self.add(10, 3, b"/var/log/old (deleted)", b"0100001")
        self.add(10, 4, b"socket:[7]", b"02")
        self.add(10, 5, b"/var/log/new", b"0102001")
        self.add(10, 6, b"pipe:[8]", b"01")
        self.root.link("proc/10/cwd", b"/srv")
        self.root.link("proc/10/exe", b"/usr/bin/server")
        for fd, name in enumerate(NAMES):
            self.add(11, fd, b"/home/" + name, b"0100000")

    def add(self, pid, fd, path, flags):
        self.root.link(f"proc/{pid}/fd/{fd}", path)
        self.root.write(f"proc/{pid}/fdinfo/{fd}", b"pos:\t77\nflags:\t%s\nmnt_id:\t1\n" % flags)

    def test_of_a_process(self):
        rows = self.rows("files", "10", "--all", "--columns", "+deleted,+position,+user")
        rows.sort(key=lambda row: (row["fd"] is not None, row["fd"] or 0, row["type"]))
        self.assertEqual([(row["type"], row["fd"], row["mode"], row["path"], row["deleted"])
                          for row in rows], [
            ("cwd", None, None, "/srv", None),
            ("exe", None, None, "/usr/bin/server", None),
            ("device", 0, "r", "/dev/null", False),
            ("file", 3, "w", "/var/log/old (deleted)", True),
            ("socket", 4, "r+", "socket:[7]", False),
            ("file", 5, "a", "/var/log/new", False),
            ("pipe", 6, "w", "pipe:[8]", False)])
        self.assertEqual({row["position"] for row in rows}, {None, 77})
        self.assertEqual({(row["pid"], row["program"]) for row in rows}, {(10, "server")})

    def test_paths_only(self):
        self.assertEqual({row["type"] for row in self.rows("files", "10")},
                         {"cwd", "exe", "device", "file"})

    def test_by_file_and_folder(self):
        self.assertEqual([row["fd"] for row in self.rows("files", "/var/log/new")], [5])
        self.assertEqual([row["fd"] for row in self.rows("files", "/var/log/old")], [3])
        self.assertEqual(sorted(row["fd"] for row in self.rows("files", "/var/log")), [3, 5])
        self.assertEqual(sorted(row["fd"] for row in self.rows("files", "/var/log/../log/")), [3, 5])
        status, out, err = psutil(*self.root.options(), "files", "/var/lo", "99", "--json")
        self.assertEqual((status, loads(out)), (1, []))
        self.assertIn(b"psutil: /var/lo: no process has it open\n", err)
        self.assertIn(b"NoSuchProcess: pid 99", err)

    def test_deleted(self):
        self.assertEqual([row["path"] for row in self.rows("files", "--deleted")],
                         ["/var/log/old (deleted)"])

    def test_really_called_deleted(self):
        with tempfile.TemporaryDirectory() as folder:
            names = [os.path.join(folder, name) for name in ("kept (deleted)", "gone (deleted)")]
            with open(names[0], "w"), open(names[1], "w"):
                os.unlink(names[1])
                status, out, err = psutil("files", str(os.getpid()), "--json", "--columns",
                                          "path,deleted", "--filter", f"path=~'^{folder}/'")
                self.assertEqual((status, err), (0, b""))
                self.assertEqual({row["path"]: row["deleted"] for row in loads(out)},
                                 {names[0]: False, names[1] + " (deleted)": True})
                self.assertEqual(psutil("files", names[1], "--no-header", "-o", "path")[1].decode(),
                                 names[1] + " (deleted)\n")
                status, out, err = psutil("files", os.path.join(folder, "kept"), "--no-header")
                self.assertEqual((status, out), (1, b""))
                self.assertIn(b"kept: there is no such file, and none of this name is open\n", err)

    def test_same_as_proc(self):
        names = "path,fd,position,mode,flags"
        wanted = self.answer(*self.root.options(), "proc", "10", "open_files")["open_files"]
        found = self.rows("files", "10", "--columns", names, "--filter",
                          "type=file && deleted=false")
        self.assertEqual(found, wanted)
        self.assertEqual(len(wanted), 1)

    def test_hostile_names(self):
        rows = self.rows("files", "11")
        self.assertEqual({to_bytes(row["path"]) for row in rows},
                         {b"/home/" + name for name in NAMES})
        self.assertEqual(to_bytes(rows[0]["program"]), b"\033[2J\n\xff")
        self.harmless(len(NAMES), "files", "11")


class Memory(Machine):
    SMAPS = (b"55000000-55002000 %s 00000000 08:01 1 %s\nSize: 8 kB\nRss: %d kB\nPss: %d kB\n"
             b"Shared_Clean: 4 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 0 kB\n"
             b"Private_Dirty: %d kB\nReferenced: 4 kB\nAnonymous: 0 kB\nSwap: %d kB\n")

    def setUp(self):
        super().setUp()
        for pid, name, size in [(10, b"small", 4), (11, b"large\033[2J", 40), (12, b"small", 8)]:
            self.root.process(pid, name, [name])
            self.root.write(f"proc/{pid}/smaps", self.SMAPS % (b"r--p", b"/bin/x", size, size // 2,
                                                               size, 1) +
                            self.SMAPS.replace(b"5500", b"5600") % (b"rw-p", b"/\xff\n\033[31m",
                                                                    4, 4, 4, 0))
            self.root.write(f"proc/{pid}/smaps_rollup", self.SMAPS % (
                b"---p", b"[rollup]", size + 4, size // 2 + 4, size, 1))

    def test_mem(self):
        rows = self.rows("mem")
        self.assertEqual([(row["pid"], row["uss"], row["pss"], row["swap"]) for row in rows],
                         [(11, 40960, 24576, 1024), (12, 8192, 8192, 1024), (10, 4096, 6144, 1024)])
        for row in rows:
            wanted = self.answer(*self.root.options(), "proc", str(row["pid"]), "memory_full_info")
            for name in ("uss", "pss", "swap", "rss"):
                self.assertEqual(row[name], wanted["memory_full_info"][name])

    def test_by(self):
        rows = self.rows("mem", "--by", "program")
        self.assertEqual([(row["name"], row["processes"], row["uss"], row["swap"])
                          for row in rows], [("large\033[2J", 1, 40960, 1024),
                                             ("small", 2, 12288, 2048)])
        rows = self.rows("mem", "--by", "program", "--filter", "pid>11")
        self.assertEqual([(row["name"], row["processes"]) for row in rows], [("small", 1)])
        (row,) = self.rows("mem", "--by", "user")
        self.assertEqual((row["processes"], row["pss"]), (3, 24576 + 8192 + 6144))
        self.assertIn("not x", self.refused(2, "mem", "--by", "x"))
        self.harmless(2, "mem", "--by", "program")

    def test_what_costs_nothing(self):
        self.root.process(13, b"kthread")
        self.root.write("proc/13/smaps_rollup", (self.SMAPS % (b"---p", b"[rollup]", 0, 0, 0, 0)))
        self.assertEqual({row["pid"] for row in self.rows("mem")}, {10, 11, 12})
        self.assertEqual(self.rows("mem", "13", "--columns", "uss,pss,swap"),
                         [{"uss": 0, "pss": 0, "swap": 0}])

    def test_refused_is_unknown(self):
        os.unlink(self.root.path + "/proc/10/smaps_rollup")
        os.unlink(self.root.path + "/proc/10/smaps")
        row = {row["pid"]: row for row in self.rows("mem")}[10]
        self.assertIsNone(row["uss"])
        groups = {row["name"]: row for row in self.rows("mem", "--by", "program")}
        self.assertEqual((groups["small"]["processes"], groups["small"]["uss"]), (2, 8192))

    def test_maps(self):
        names = "addr,perms,path,rss,size,pss,shared_clean,shared_dirty,private_clean," \
                "private_dirty,referenced,anonymous,swap"
        wanted = self.answer(*self.root.options(), "proc", "11", "memory_maps", "--ungrouped")
        self.assertEqual(self.rows("maps", "11", "--columns", names), wanted["memory_maps"])
        wanted = self.answer(*self.root.options(), "proc", "11", "memory_maps")["memory_maps"]
        found = self.rows("maps", "11", "--grouped", "--columns", names.split(",", 2)[2])
        self.assertEqual(found, wanted)
        total = self.text("maps", "11", "--bytes").splitlines()[-1].split()
        self.assertEqual(total, ["-", "-", "16384", "45056", "24576", "45056", "45056", "1024",
                                 "total"])
        self.assertEqual(self.text("maps", "11", "--csv").count("\n"), 3)
        self.assertIn("needs one pid", self.refused(2, "maps"))
        self.assertIn("NoSuchProcess", self.refused(1, *self.root.options(), "maps", "99"))


class Tree(Machine):
    def setUp(self):
        super().setUp()
        for pid, name, ppid in [(1, b"init", 0), (5, b"sh", 1), (6, b"sleep", 5), (7, b"sleep", 5),
                                (8, b"sh", 1), (9, b"awk", 8), (20, b"\033[2J\n\xff", 1),
                                (2, b"kthreadd", 0)]:
            self.root.process(pid, name, [name, b"-x"], ppid=ppid)

    def test_text(self):
        env = {**os.environ, "LC_ALL": "C"}
        status, out, err = psutil(*self.root.options(), "pstree", env=env)
        self.assertEqual((status, err), (0, b""))
        self.assertEqual(out.decode().splitlines(), [
            "init-+-?[2J??", "     |-sh---2*[sleep]", "     `-sh---awk", "kthreadd"])

    def test_pids(self):
        status, out, _ = psutil(*self.root.options(), "pstree", "5", "--pids", "--args",
                                env={**os.environ, "LC_ALL": "C"})
        self.assertEqual(out.decode().splitlines(),
                         ["sh(5) -x-+-sleep(6) -x", " " * 9 + "`-sleep(7) -x"])
        self.assertEqual(status, 0)

    def test_json(self):
        rows = self.rows("pstree")
        self.assertEqual([(row["pid"], row["ppid"], row["depth"], row["children"])
                          for row in rows],
                         [(1, 0, 0, [20, 5, 8]), (20, 1, 1, []), (5, 1, 1, [6, 7]), (6, 5, 2, []),
                          (7, 5, 2, []), (8, 1, 1, [9]), (9, 8, 2, []), (2, 0, 0, [])])
        self.assertEqual(to_bytes(rows[1]["name"]), b"\033[2J\n\xff")

    def test_long_chain(self):
        for pid in range(100, 400):
            self.root.process(pid, b"c", ppid=pid - 1 if pid > 100 else 0)
        self.assertEqual(self.text("pstree", "100").count("\n"), 1)
        self.assertEqual(len(self.rows("pstree", "100")), 300)

    def test_ring(self):
        for pid, parent in [(50, 51), (51, 50)]:
            self.root.process(pid, b"ring", ppid=parent)
        self.assertEqual(sum(row["name"] == "ring" for row in self.rows("pstree")), 2)

    def test_mistakes(self):
        self.assertIn("whole number", self.refused(2, "pstree", "x"))
        self.assertIn("pid 99", self.refused(1, *self.root.options(), "pstree", "99"))


class Info(Machine):
    def test_page(self):
        for pid, name in enumerate(NAMES, 10):
            self.root.process(pid, name, [name, b"word", b""], [b"SECRET=" + name])
            self.root.link(f"proc/{pid}/cwd", b"/" + name)
            text = self.text("info", str(pid))
            self.assertIn(f"pid {pid}", text.splitlines()[0])
            self.assertNotIn("SECRET", text)
            self.assertIn("SECRET=", self.text("info", str(pid), "--all"))
            for word in ("command", "rss 40.0 KiB", "CPU", "MEMORY", "user"):
                self.assertIn(word, text)

    def test_width(self):
        self.root.process(10, b"n" * 15, [b"word" * 9] * 20, [])
        for columns in ("40", "80"):
            reader, terminal = os.openpty()
            status = psutil(*self.root.options(), "info", "10", stdout=terminal,
                            env={**os.environ, "COLUMNS": columns, "NO_COLOR": "1"})[0]
            os.close(terminal)
            shown = os.read(reader, 65536).decode()
            os.close(reader)
            self.assertEqual(status, 0)
            for line in shown.splitlines():
                self.assertLessEqual(len(line), int(columns), line)

    def test_json_is_procs(self):
        self.root.process(10, b"name", [b"name"], [b"A=b"])
        wanted = self.answer(*self.root.options(), "proc", "10")
        self.assertEqual(self.answer(*self.root.options(), "info", "10", "--json"), wanted)

    def test_mistakes(self):
        self.assertIn("needs one pid", self.refused(2, "info"))
        self.assertIn("whole number", self.refused(2, "info", "x"))
        self.assertIn("NoSuchProcess", self.refused(1, *self.root.options(), "info", "99"))


DEVICES = [b"eth0", b"\033[2J", b"a\"b\\", b"\xff\x80", b"\xc2\x9b", "\u202e".encode()]


class Rates(Machine):
    """Where figures stand still, nothing happens in a second."""

    def setUp(self):
        super().setUp()
        self.root.write("proc/net/dev", b"Inter-|   Receive\n face |bytes\n" + b"".join(
            b"%s: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n" % name for name in DEVICES))
        self.root.write("proc/diskstats", b"".join(
            b" 8 %d %s 1 2 3 4 5 6 7 8 9 10 11\n" % (i, name) for i, name in enumerate(DEVICES)) +
            b" 8 99 idle 0 0 0 0 0 0 0 0 0 0 0\n")

    def test_io(self):
        rows = self.rows("io", "--interval", "0.05", "--columns", "+read_count,+busy_time")
        self.assertEqual([to_bytes(row["name"]) for row in rows], DEVICES)
        self.assertEqual(rows[0], {"name": "eth0", "read": 0.0, "written": 0.0, "reads": 0.0,
                                   "writes": 0.0, "read_wait": None, "write_wait": None,
                                   "busy": 0.0, "read_count": 1, "busy_time": 10})
        self.assertEqual(len(self.rows("io", "--interval", "0.05", "--all")), len(DEVICES) + 1)
        self.assertEqual(len(self.rows("io", "--interval", "0.05", "idle")), 1)
        self.harmless(len(DEVICES), "io", "--interval", "0.05")
        self.assertIn("no disk is called x", self.refused(1, *self.root.options(), "io", "x", "-i",
                                                          "0.05"))

    def test_net_io(self):
        rows = self.rows("net-io", "--interval", "0.05", "--columns", "+bytes_recv")
        self.assertEqual([to_bytes(row["name"]) for row in rows], DEVICES)
        self.assertEqual(rows[0], {"name": "eth0", "received": 0.0, "sent": 0.0,
                                   "packets_in": 0.0, "packets_out": 0.0, "errors_in": 0.0,
                                   "errors_out": 0.0, "bytes_recv": 1})
        self.harmless(len(DEVICES), "net-io", "--interval", "0.05")

    def test_unknown_names(self):
        """Said at once, without waiting for a second moment, and with what to do next."""
        options = self.root.options()
        before = time.monotonic()
        for command, said in [("io", "no disk is called nosuch; psutil io --all lists them"),
                              ("net-io", "no interface is called nosuch; psutil if lists them")]:
            self.assertEqual(self.refused(1, *options, command, "nosuch", "-i", "60"),
                             f"psutil: {said}\n")
            self.assertIn("is called eth1; did you mean eth0?",
                          self.refused(1, *options, command, "eth1", "-i", "60"))
            status, out, err = psutil(*options, command, "nosuch", "eth0", "-i", "0.05", "--json")
            self.assertEqual((status, [row["name"] for row in loads(out)]), (1, ["eth0"]))
            self.assertEqual(err.decode(), f"psutil: {said}\n")
        self.assertLess(time.monotonic() - before, 50)

    def test_processes(self):
        for pid, name in enumerate(NAMES, 10):
            self.root.process(pid, name, [name])
            self.root.write(f"proc/{pid}/io", b"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\n"
                            b"read_bytes: 5\nwrite_bytes: 6\ncancelled_write_bytes: 0\n")
        self.assertEqual(self.rows("io", "--processes", "-i", "0.05"), [])
        rows = self.rows("io", "--processes", "-i", "0.05", "--all")
        self.assertEqual([(row["pid"], row["read"], row["written"]) for row in rows],
                         [(pid, 0.0, 0.0) for pid in range(10, 10 + len(NAMES))])
        self.harmless(len(NAMES), "io", "-p", "-a", "-i", "0.05")

    def test_cpu(self):
        rows = self.rows("cpu", "--interval", "0.05")
        self.assertEqual([row["cpu"] for row in rows], ["all", 0])
        self.root.write("proc/stat", b"cpu 1 0 1 1\ncpu0 1 0 1 1\ncpu2 1 0 1 1\ncpu11 1 0 1 1\n")
        rows = self.rows("cpu", "--interval", "0.05")
        self.assertEqual([row["cpu"] for row in rows], ["all", 0, 2, 11])
        rows = self.rows("cpu", "--interval", "0.05", "--sort", "-cpu", "--filter", "cpu!=all")
        self.assertEqual([row["cpu"] for row in rows], [11, 2, 0])
        self.assertEqual(len(self.rows("cpu", "--interval", "0.05", "--total")), 1)
        self.assertIn("--interval needs seconds", self.refused(2, "cpu", "-i", "x"))

    def test_interfaces(self):
        for i, name in enumerate(DEVICES):
            folder = b"sys/class/net/" + name
            self.root.write(folder + b"/mtu", b"%d\n" % (1500 + i))
            self.root.write(folder + b"/operstate", b"up\n")
            self.root.write(folder + b"/flags", b"0x1003\n")
        wanted = self.answer(*self.root.options(), "get", "net_if_stats")
        rows = self.rows("if", "--columns", "name,isup,duplex,speed,mtu,flags,bytes_recv")
        for row in rows:
            self.assertEqual({name: row[name] for name in wanted[row["name"]]}, wanted[row["name"]])
        self.assertEqual({to_bytes(row["name"]) for row in rows}, set(DEVICES))
        self.assertEqual({row["bytes_recv"] for row in rows}, {1})
        self.harmless(len(DEVICES), "if")
        self.root.write(b"sys/class/net/" + DEVICES[0] + b"/mtu", b"65536\n")
        self.assertEqual([row["mtu"] for row in self.rows("if", "--filter", "mtu>9000")], [65536])
        self.assertEqual(self.rows("if", "--sort", "-mtu")[0]["mtu"], 65536)
        self.assertEqual(self.text("if", "--filter", "mtu>9000", "--no-header", "-o", "mtu"), "65536\n")
        self.assertIn("no interface is called nosuch; psutil if lists them",
                      self.refused(1, *self.root.options(), "if", "nosuch"))


class Mounts(Machine):
    """This machine's file systems say nothing about a recorded one's."""

    def setUp(self):
        super().setUp()
        self.root.write("proc/filesystems", b"nodev\tproc\nnodev\ttmpfs\n\text4\n")
        mounts = b"/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n"
        self.root.write("proc/self/mounts", mounts)
        self.root.write("proc/1/mounts", mounts)

    def test_without_figures(self):
        names = "device,mountpoint,total,used,free,percent"
        rows = self.rows("df", "--columns", names)
        self.assertEqual([list(row.values()) for row in rows],
                         [["/dev/sda1", "/", None, None, None, None]])
        rows = self.rows("df", "--all", "--columns", names)
        self.assertEqual([row["mountpoint"] for row in rows], ["/", "/proc", "/tmp"])
        self.assertEqual({row["total"] for row in rows}, {None})
        self.assertIn("recorded machine", self.refused(2, *self.root.options(), "df", "/"))


class Sensors(Machine):
    def test_sensors(self):
        folder = "sys/class/hwmon/hwmon0/"
        for name, value in [("name", b"\033[2J\xff"), ("temp1_label", b"\"\xc2\x9b"),
                            ("temp1_input", b"81500"), ("temp1_max", b"80000"),
                            ("temp1_crit", b"100000"), ("fan1_input", b"1200"),
                            ("fan1_label", b"fan")]:
            self.root.write(folder + name, value + b"\n")
        rows = self.rows("sensors")
        self.assertEqual([(row["kind"], row["current"], row["unit"], row["high"], row["state"])
                          for row in rows],
                         [("temperature", 81.5, "C", 80.0, "high"),
                          ("fan", 1200.0, "RPM", None, None)])
        self.assertEqual(to_bytes(rows[0]["chip"]), b"\033[2J\xff")
        self.assertEqual(to_bytes(rows[0]["label"]), b"\"\xc2\x9b")
        self.harmless(2, "sensors")

    def test_none(self):
        self.assertEqual(self.rows("sensors"), [])
        self.text("sensors", err=b"psutil: the machine shows no sensors\n")
        self.assertIn("no battery", self.refused(1, *self.root.options(), "battery"))

    def test_battery(self):
        folder = "sys/class/power_supply/BAT0/"
        for name, value in [("type", b"Battery"), ("status", b"Discharging"), ("capacity", b"50"),
                            ("energy_now", b"50"), ("energy_full", b"100"), ("power_now", b"25")]:
            self.root.write(folder + name, value + b"\n")
        wanted = self.answer(*self.root.options(), "get", "sensors_battery")
        (row,) = self.rows("battery", "--columns", "+secsleft,+power_plugged")
        self.assertEqual({name: row[name] for name in wanted}, wanted)
        self.assertEqual((row["percent"], row["state"], row["left"]), (50.0, "discharging", 7200))
        self.assertEqual(self.text("battery").splitlines()[1].split(),
                         ["50.0", "discharging", "2h", "00m"])

    def test_uptime(self):
        self.root.write("proc/loadavg", b"0.10 2.25 3.00 1/2 3\n")
        (row,) = self.rows("uptime")
        self.assertEqual(row, {"up": None, "since": 1000000000.0, "users": None, "cpus": 1,
                               "load1": 0.1, "load5": 2.25, "load15": 3.0})


if __name__ == "__main__":
    unittest.main()
