"""psutil get: the shape of every answer, its arguments, and what other roots answer."""
import os
import subprocess
import unittest

from command import NEEDED, CommandTest, Root

CPU_TIMES = "user nice system idle iowait irq softirq steal guest guest_nice".split()
RECORDS = {
    "cpu_times": CPU_TIMES,
    "cpu_times_percent": CPU_TIMES,
    "cpu_stats": "ctx_switches interrupts soft_interrupts syscalls".split(),
    "virtual_memory": "total available percent used free active inactive buffers cached shared "
                      "slab".split(),
    "swap_memory": "total used free percent sin sout".split(),
    "disk_usage": "total used free percent".split(),
    "disk_io_counters": "read_count write_count read_bytes write_bytes read_time write_time "
                        "read_merged_count write_merged_count busy_time".split(),
    "net_io_counters": "bytes_sent bytes_recv packets_sent packets_recv errin errout dropin "
                       "dropout".split(),
    "net_connections": "fd family type laddr raddr status pid".split(),
    "net_if_addrs": "family address netmask broadcast ptp".split(),
    "net_if_stats": "isup duplex speed mtu flags".split(),
    "disk_partitions": "device mountpoint fstype opts".split(),
    "users": "name terminal host started pid".split(),
    "cpu_freq": "current min max".split(),
    "sensors_temperatures": "label current high critical".split(),
    "sensors_fans": "label current".split(),
    "sensors_battery": "percent secsleft power_plugged".split(),
    "heap_info": "heap_used mmap_used".split(),
}
PYTHONS = {
    "cpu_times": ["percpu"], "cpu_percent": ["interval", "percpu"],
    "cpu_times_percent": ["interval", "percpu"], "cpu_count": ["logical"], "cpu_stats": [],
    "cpu_freq": ["percpu"], "getloadavg": [], "virtual_memory": [], "swap_memory": [],
    "disk_partitions": ["all"], "disk_usage": ["path", "timeout"],
    "disk_io_counters": ["perdisk", "nowrap"], "net_io_counters": ["pernic", "nowrap"],
    "net_connections": ["kind"], "net_if_addrs": [], "net_if_stats": [],
    "sensors_temperatures": ["fahrenheit"], "sensors_fans": [], "sensors_battery": [],
    "boot_time": [], "users": [], "pids": [], "pid_exists": ["pid"], "heap_info": [],
    "heap_trim": [], "win_service_iter": [], "win_service_get": ["name"],
}


class Shapes(CommandTest):
    def get(self, name, *arguments):
        return self.answer("get", name, *arguments)

    def one(self, name, *arguments):
        value = self.get(name, *arguments)
        self.assertEqual(list(value), RECORDS[name])
        return value

    def each(self, name, values):
        for value in values:
            self.assertEqual(list(value), RECORDS[name])

    def test_list(self):
        functions = self.answer("get", "--json")
        found = {function["name"]: [a["name"] for a in function["arguments"]]
                 for function in functions}
        self.assertEqual(found, PYTHONS)
        for function in functions:
            self.assertTrue(function["doc"] and function["returns"])

    def test_every_function_answers(self):
        for name in PYTHONS:
            with self.subTest(function=name):
                self.get(name, *NEEDED.get(name, []))

    def test_cpu(self):
        count = self.get("cpu_count")
        self.assertGreaterEqual(count, 1)
        self.assertEqual(self.get("cpu_count", "logical=True"), count)
        cores = self.get("cpu_count", "logical=no")
        self.assertTrue(cores is None or 1 <= cores <= count)
        times = self.one("cpu_times")
        self.assertTrue(all(isinstance(value, float) for value in times.values()))
        for name in ["cpu_times", "cpu_times_percent"]:
            values = self.get(name, "percpu=true")
            self.each(name, values)
            self.assertEqual(len(values), count)
        self.one("cpu_times_percent", "interval=0.05")
        self.one("cpu_stats")
        self.assertEqual([type(value) for value in self.get("getloadavg")], [float] * 3)

    def test_cpu_percent(self):
        percent = self.get("cpu_percent", "interval=0.2")
        self.assertIsInstance(percent, float)
        self.assertTrue(0 <= percent <= 100)
        percents = self.get("cpu_percent", "percpu=1", "interval=0.2")
        self.assertEqual(len(percents), self.get("cpu_count"))
        self.assertTrue(all(value is None or 0 <= value <= 100 for value in percents))

    def test_cpu_freq(self):
        freq = self.get("cpu_freq")
        each = self.get("cpu_freq", "percpu=yes")
        self.assertIsInstance(each, list)
        self.each("cpu_freq", each)
        if freq is None:
            self.assertEqual(each, [])
        else:
            self.assertEqual(list(freq), RECORDS["cpu_freq"])

    def test_memory(self):
        memory = self.one("virtual_memory")
        self.assertTrue(0 < memory["available"] <= memory["total"])
        self.assertIsInstance(memory["percent"], float)
        self.one("swap_memory")
        self.assertGreaterEqual(self.one("heap_info")["heap_used"], 0)
        self.assertIsNone(self.get("heap_trim"))

    def test_disks(self):
        usage = self.one("disk_usage", "path=/")
        self.assertEqual(usage["total"], os.statvfs("/").f_blocks * os.statvfs("/").f_frsize)
        self.assertEqual(self.one("disk_usage", "path=/", "timeout=5")["total"], usage["total"])
        everything = self.get("disk_partitions", "all=true")
        self.each("disk_partitions", everything)
        self.assertIn("/proc", [part["mountpoint"] for part in everything])
        some = self.get("disk_partitions")
        self.assertLessEqual(len(some), len(everything))
        each = self.get("disk_io_counters", "perdisk=true", "nowrap=false")
        self.assertIsInstance(each, dict)
        self.each("disk_io_counters", each.values())
        total = self.get("disk_io_counters")
        if total is not None:
            self.assertEqual(list(total), RECORDS["disk_io_counters"])

    def test_disk_usage_of_nothing(self):
        self.assertIn("/nonexistent", self.refused(1, "get", "disk_usage", "path=/nonexistent"))

    def test_a_path_may_hold_an_equals_sign(self):
        self.assertIn("/none=x=y", self.refused(1, "get", "disk_usage", "path=/none=x=y"))

    def test_network(self):
        names = sorted(os.listdir("/sys/class/net"))
        each = self.get("net_io_counters", "pernic=true")
        self.each("net_io_counters", each.values())
        self.one("net_io_counters")
        stats = self.get("net_if_stats")
        self.each("net_if_stats", stats.values())
        self.assertIn("lo", stats)
        self.assertIs(stats["lo"]["isup"] in (True, False), True)
        addresses = self.get("net_if_addrs")
        for values in addresses.values():
            self.assertIsInstance(values, list)
            self.each("net_if_addrs", values)
        self.assertLessEqual(set(addresses), set(stats) | set(names))

    def test_net_connections(self):
        for kind in "inet inet4 inet6 tcp tcp4 tcp6 udp udp4 udp6 unix all".split():
            with self.subTest(kind=kind):
                for conn in self.get("net_connections", "kind=" + kind):
                    self.assertEqual(list(conn), RECORDS["net_connections"])
                    for end in [conn["laddr"], conn["raddr"]]:
                        if conn["family"] == "AF_UNIX":
                            self.assertIsInstance(end, (str, type(None)))
                        elif end is not None:
                            self.assertEqual(list(end), ["ip", "port"])
                            self.assertIsInstance(end["port"], int)
                    self.assertRegex(conn["family"], r"\AAF_(INET6?|UNIX)\Z")
                    self.assertRegex(conn["type"], r"\ASOCK_[A-Z]+\Z")

    def test_sensors(self):
        for name in ["sensors_temperatures", "sensors_fans"]:
            for values in self.get(name).values():
                self.assertIsInstance(values, list)
                self.each(name, values)
        battery = self.get("sensors_battery")
        if battery is not None:
            self.assertEqual(list(battery), RECORDS["sensors_battery"])

    def test_system(self):
        with open("/proc/stat") as stat:
            boot = next(int(line.split()[1]) for line in stat if line.startswith("btime"))
        self.assertAlmostEqual(self.get("boot_time"), boot, delta=1)
        self.assertIsInstance(self.get("boot_time"), float)
        self.each("users", self.get("users"))

    def test_pids(self):
        child = subprocess.Popen(["sleep", "60"])
        try:
            pids = self.get("pids")
            self.assertEqual(pids, sorted(pids))
            self.assertLessEqual({1, os.getpid(), child.pid}, set(pids))
            self.assertIs(self.get("pid_exists", f"pid={child.pid}"), True)
        finally:
            child.kill()
            child.wait()
        self.assertIs(self.get("pid_exists", f"pid={child.pid}"), False)
        self.assertIs(self.get("pid_exists", "pid=-1"), False)
        self.assertIs(self.get("pid_exists", "pid=" + "9" * 40), False)
        self.assertIs(self.get("pid_exists", "pid=-" + "9" * 40), False)


class OtherRoots(CommandTest):
    def setUp(self):
        self.root = Root(self)

    def get(self, *args):
        return self.answer(*self.root.options(), "get", *args)

    def test_figures_are_the_roots(self):
        self.assertEqual(self.get("virtual_memory")["total"], 1000 * 1024)
        self.assertEqual(self.get("virtual_memory")["percent"], 40.0)
        self.assertEqual(self.get("boot_time"), 1000000000.0)
        self.assertEqual(self.get("cpu_stats"), {"ctx_switches": 4, "interrupts": 3,
                                                 "soft_interrupts": 6, "syscalls": None})
        self.root.process(7, b"seven")
        self.root.process(4194303, b"last")
        self.assertEqual(self.get("pids"), [7, 4194303])
        self.assertIs(self.get("pid_exists", "pid=7"), True)
        self.assertIs(self.get("pid_exists", "pid=1"), False)

    def test_a_machine_without_devices(self):
        self.root.write("proc/diskstats", b"")
        self.assertIsNone(self.get("disk_io_counters"))
        self.assertEqual(self.get("disk_io_counters", "perdisk=true"), {})
        self.assertIsNone(self.get("cpu_freq"))
        self.assertEqual(self.get("cpu_freq", "percpu=true"), [])
        self.assertIsNone(self.get("sensors_battery"))
        self.assertEqual(self.get("sensors_temperatures"), {})
        self.assertEqual(self.get("sensors_fans"), {})

    def test_no_time_went_by(self):
        self.assertIsNone(self.get("cpu_percent", "interval=0"))

    def test_temperatures(self):
        folder = "sys/class/hwmon/hwmon0/"
        self.root.write(folder + "name", b"chip\n")
        self.root.write(folder + "temp1_input", b"25000\n")
        self.root.write(folder + "temp1_label", b"Core 0\n")
        self.root.write(folder + "temp1_max", b"80000\n")
        self.root.write(folder + "temp1_crit", b"100000\n")
        celsius = self.get("sensors_temperatures")["chip"][0]
        self.assertEqual(celsius, {"label": "Core 0", "current": 25.0, "high": 80.0,
                                   "critical": 100.0})
        hot = self.get("sensors_temperatures", "fahrenheit=true")["chip"][0]
        self.assertEqual(hot, {"label": "Core 0", "current": 77.0, "high": 176.0,
                               "critical": 212.0})

    def test_broken_files_are_failures(self):
        self.root.write("proc/meminfo", b"\0\xff nonsense")
        self.root.write("proc/stat", b"")
        for name in ["virtual_memory", "boot_time", "cpu_times", "cpu_stats"]:
            with self.subTest(function=name):
                line = self.refused(1, *self.root.options(), "get", name)
                self.assertIn("DataError", line)


if __name__ == "__main__":
    unittest.main()
