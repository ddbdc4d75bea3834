"""The commands that look, on a machine that was recorded: the figures of `get` and `proc`."""
import shutil
import tempfile
import unittest

from command import CommandTest, loads, psutil, recorded_machine, unpack

INTERVAL = ("--interval", "0.05")


class RecordedMachine(CommandTest):
    @classmethod
    def setUpClass(cls):
        archive = recorded_machine()
        cls.path = tempfile.mkdtemp(prefix="psutil-test-")
        cls.addClassCleanup(shutil.rmtree, cls.path)
        unpack(archive, cls.path)
        cls.options = ["--procfs", cls.path + "/proc", "--sysfs", cls.path + "/sys"]

    def get(self, *words):
        return self.answer(*self.options, "get", *words)

    def rows(self, *words):
        status, out, err = psutil(*self.options, *words, "--json")
        self.assertEqual((status, err), (0, b""), words)
        self.assertHarmless(out)
        return loads(out)

    def compare(self, wanted, key, *words):
        """Of each row the record's own fields, by name, are those that `get` has."""
        (fields,) = {tuple(record) for record in wanted.values()}
        found = self.rows(*words, "--columns", ",".join((key, *fields)))
        self.assertEqual({row.pop(key): row for row in found}, wanted)
        self.assertGreater(len(wanted), 1)

    def test_disks(self):
        self.compare(self.get("disk_io_counters", "perdisk=true"), "name", "io", "--all", *INTERVAL)

    def test_interfaces(self):
        self.compare(self.get("net_if_stats"), "name", "if")

    def test_sockets(self):
        names = "fd,family,type,laddr,raddr,status,pid"
        wanted = self.get("net_connections", "kind=all")
        self.assertEqual(self.rows("net", "--kind", "all", "--columns", names), wanted)

    def test_sensors(self):
        temps, fans = self.get("sensors_temperatures"), self.get("sensors_fans")
        wanted = [(chip, one["label"], one["current"], one["high"], one["critical"])
                  for chip, many in temps.items() for one in many]
        wanted += [(chip, one["label"], one["current"], None, None)
                   for chip, many in fans.items() for one in many]
        found = [(row["chip"], row["label"], row["current"], row["high"], row["critical"])
                 for row in self.rows("sensors")]
        self.assertEqual(found, wanted)
        self.assertGreater(len(found), 3)

    def test_battery(self):
        names = "percent,secsleft,power_plugged"
        self.assertEqual(self.rows("battery", "--columns", names), [self.get("sensors_battery")])

    def test_cpu(self):
        each = self.get("cpu_freq", "percpu=true")
        rows = self.rows("cpu", *INTERVAL, "--columns", "cpu,idle,current,max")
        self.assertEqual(rows[0]["current"], self.get("cpu_freq")["current"])
        self.assertEqual({row["idle"] for row in rows}, {None})  # it stands still
        self.assertEqual(len(rows), 1 + len(self.get("cpu_times", "percpu=true")))
        if len(each) == len(rows) - 1:
            self.assertEqual([row["max"] for row in rows[1:]], [freq["max"] for freq in each])

    def test_uptime(self):
        (row,) = self.rows("uptime")
        self.assertEqual([row["load1"], row["load5"], row["load15"]], self.get("getloadavg"))
        self.assertEqual((row["since"], row["cpus"], row["up"]),
                         (self.get("boot_time"), self.get("cpu_count"), None))

    def test_processes(self):
        for pid in self.get("pids"):
            wanted = self.answer(*self.options, "proc", str(pid),
                                 "name,children,memory_footprint")
            tree = self.rows("pstree", str(pid))[0]
            self.assertEqual((tree["pid"], tree["name"], tree["children"]),
                             (pid, wanted["name"], wanted["children"]))
            names = "uss,pss,swap"
            (row,) = self.rows("mem", str(pid), "--columns", names)
            self.assertEqual(row, wanted.get("memory_footprint") or
                             dict.fromkeys(names.split(",")))
            out = psutil(*self.options, "info", str(pid), "--all")[1]
            self.assertHarmless(out)
            self.assertIn(f"pid {pid}", out.decode())


if __name__ == "__main__":
    unittest.main()
