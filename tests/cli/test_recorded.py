"""A machine that was recorded: each function gives its known figures, and nothing is asked of the
machine that the command runs on."""
import re
import shutil
import subprocess
import tempfile
import unittest

from command import BIN, NEEDED, CommandTest, is_sanitized, recorded_machine, unpack

# Of the running kernel or program by nature: a path, this program's own heap, a clock's span.
ELSEWHERE = {"disk_usage", "heap_info", "heap_trim"}
# The C library's own: how many CPUs there are for its allocator, and where programs run from.
OF_THE_C_LIBRARY = {"/sys/devices/system/cpu/online", "/sys/devices/system/cpu/possible"}


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


class KnownAnswers(RecordedMachine):
    def test_cpu(self):
        self.assertEqual(self.get("cpu_times"), {
            "user": 3018.54, "nice": 6.12, "system": 1119.22, "idle": 89790.04, "iowait": 35.52,
            "irq": 0.02, "softirq": 39.44, "steal": 0.0, "guest": 0.44, "guest_nice": 0.36})
        each = self.get("cpu_times", "percpu=true")
        self.assertEqual((len(each), each[0]["user"], each[7]["iowait"]), (8, 444.90, 5.55))
        self.assertEqual(self.get("cpu_count"), 4)
        self.assertEqual(self.get("cpu_count", "logical=false"), 4)
        self.assertEqual(self.get("cpu_stats"), {"ctx_switches": 38014093, "interrupts": 8885917,
                                                 "soft_interrupts": 5057579, "syscalls": None})
        self.assertEqual(self.get("getloadavg"), [0.21, 0.37, 0.39])

    def test_cpu_percent_of_a_machine_that_stands_still(self):
        self.assertIsNone(self.get("cpu_percent", "interval=0.01"))
        self.assertEqual(self.get("cpu_percent", "interval=0.01", "percpu=true"), [None] * 8)
        for row in self.get("cpu_times_percent", "interval=0.01", "percpu=true"):
            self.assertEqual(set(row.values()), {None})

    def test_cpu_freq(self):
        each = self.get("cpu_freq", "percpu=true")
        self.assertEqual([freq["max"] for freq in each], [3700, 3700, 4200, 4200])
        self.assertEqual([freq["min"] for freq in each], [800, 800, 1, 1])
        self.assertEqual(self.get("cpu_freq"), {"current": 853.9905, "min": 400.5, "max": 3950.0})

    def test_memory(self):
        found = self.get("virtual_memory")
        wanted = {"total": 3831959552, "free": 230883328, "buffers": 22568960,
                  "cached": 953229312 + 45846528, "shared": 608092160, "active": 2287017984,
                  "inactive": 1053417472, "slab": 98932 * 1024}
        self.assertEqual({name: found[name] for name in wanted}, wanted)
        self.assertEqual(found["used"], found["total"] - found["available"])
        self.assertEqual(self.get("swap_memory"), {
            "total": 4294963200, "used": 1063874560, "free": 3231088640,
            "percent": 100 * 1063874560 / 4294963200, "sin": 1476 * 4096, "sout": 35045 * 4096})

    def test_disks(self):
        found = self.get("disk_partitions")
        self.assertEqual([(disk["device"], disk["mountpoint"]) for disk in found], [("/dev/sda1", "/")])
        found = self.get("disk_partitions", "all=true")
        self.assertEqual((len(found), found[4]["fstype"], found[4]["device"]),
                         (7, "nfs4", "192.168.1.1:/srv/test"))
        found = self.get("disk_io_counters", "perdisk=true")
        self.assertEqual(len(found), 51)
        self.assertEqual(found["sda"], {
            "read_count": 25354637, "write_count": 28444756, "read_bytes": 1003346126 * 512,
            "write_bytes": 505697032 * 512, "read_time": 18492372, "write_time": 63877960,
            "read_merged_count": 34367663, "write_merged_count": 11134226, "busy_time": 9653880})
        self.assertEqual(self.get("disk_io_counters")["read_count"], 27630833)

    def test_network(self):
        found = self.get("net_if_stats")
        self.assertEqual({name: row["speed"] for name, row in found.items()},
                         {"bond0": None, "dmz": 1000, "eth0": 1000, "int": 1000})
        self.assertEqual(found["eth0"], {
            "isup": True, "duplex": "NIC_DUPLEX_FULL", "speed": 1000, "mtu": 1500,
            "flags": "up,broadcast,running,promisc,allmulti,multicast"})
        self.assertEqual(self.get("net_if_addrs")["eth0"], [{
            "family": "AF_PACKET", "address": "01:01:01:01:01:01", "netmask": None,
            "broadcast": "ff:ff:ff:ff:ff:ff", "ptp": None}])
        self.assertEqual([row["laddr"] for row in self.get("net_connections", "kind=all")],
                         [{"ip": "0.0.0.0", "port": 22}])
        line = self.refused(1, *self.options, "get", "net_io_counters")
        self.assertIn("/proc/net/dev: No such file or directory", line)

    def test_sensors(self):
        found = self.get("sensors_temperatures")
        self.assertEqual([row["current"] for row in found["coretemp"]], [55, 54, 52, 53, 50] * 2)
        self.assertEqual({(row["high"], row["critical"]) for row in found["coretemp"]}, {(84, 100)})
        self.assertEqual([found[f"mt7996_phy0_{i}"][0]["current"] for i in range(3)], [55, 56, 57])
        self.assertEqual([row["label"] for row in found[""]], ["foosensor"] * 2)
        self.assertEqual(self.get("sensors_temperatures", "fahrenheit=true")["coretemp"][0],
                         {"label": "Physical id 0", "current": 131.0, "high": 183.2, "critical": 212.0})
        self.assertEqual(self.get("sensors_fans"), {
            "applesmc": [{"label": "Left side", "current": 0}, {"label": "Right side", "current": 1998}],
            "nct6779": [{"label": "", "current": 1098}]})
        battery = self.get("sensors_battery")
        self.assertEqual(int(battery["percent"]), 81)
        self.assertIs(battery["power_plugged"], False)

    def test_system(self):
        self.assertEqual(self.get("boot_time"), 1418183276.0)
        self.assertEqual(self.get("pids"), [1, 10, 11])
        self.assertIs(self.get("pid_exists", "pid=11"), True)
        self.assertIs(self.get("pid_exists", "pid=12"), False)
        line = self.refused(1, *self.options, "get", "users")
        self.assertIn("NotSupported", line)

    def test_processes(self):
        found = self.answer(*self.options, "proc", "1")
        self.assertEqual((found["name"], found["status"], found["num_threads"]),
                         ("systemd", "sleeping", 1))
        self.assertAlmostEqual(found["create_time"], 1418183276.29)
        self.assertEqual(found["cpu_times"], {"user": 0.36, "system": 0.98, "children_user": 544.06,
                                              "children_system": 138.85, "iowait": 0.19})
        self.assertEqual(found["page_faults"], {"minor": 9061, "major": 94})
        for reason in found["errors"].values():
            self.assertRegex(reason, r"\ANotSupported: pid 1: ")
        found = self.answer(*self.options, "proc", "11", "status,nice,name,parent")
        self.assertEqual(found, {"name": "rcu_preempt", "status": "idle", "nice": 0, "parent": None})

    def test_every_function_answers_or_says_why(self):
        for function in self.answer("get", "--json"):
            words = NEEDED.get(function["name"], [])
            with self.subTest(function=function["name"]):
                if function["name"] in ("users", "net_io_counters"):
                    self.refused(1, *self.options, "get", function["name"], *words)
                else:
                    self.get(function["name"], *words)


class NothingElseIsRead(RecordedMachine):
    """Every file that a call names is of the other root, as strace(1) sees it."""

    def named_files(self, *words):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        if is_sanitized():
            self.skipTest("a sanitizer reads files of its own")
        with tempfile.NamedTemporaryFile("r", errors="surrogateescape") as log:
            done = subprocess.run(["strace", "-f", "-qq", "-s", "4096", "-e", "trace=%file,%network",
                                   "-o", log.name, BIN, *self.options, *words],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
            text = log.read()
        if "execve" not in text:
            self.skipTest("strace does not work here: " + done.stderr.decode()[:100])
        return text

    def check(self, *words):
        text = self.named_files(*words)
        self.assertIn(self.path, text)
        named = set(re.findall(r'"(/(?:proc|sys|etc|run|var)(?:/[^"]*)?)"', text))
        self.assertFalse({path for path in named if path.startswith(("/proc", "/sys", "/run", "/var"))
                          and path not in OF_THE_C_LIBRARY}, words)
        self.assertNotIn("socket(", text)

    def test_functions(self):  # corner case 33
        for function in self.answer("get", "--json"):
            name = function["name"]
            if name in ELSEWHERE:
                continue
            for words in {"pid_exists": [["pid=1"]], "net_connections": [["kind=all"]],
                          "cpu_percent": [["interval=0.01"], ["percpu=true", "interval=0.01"]]}.get(
                              name, [[]] + [[argument["name"] + "=true"]
                                            for argument in function["arguments"]
                                            if argument["name"].startswith("per")]):
                with self.subTest(function=name, words=words):
                    if name != "users":
                        self.check("get", name, *words)

    def test_processes(self):  # corner case 33
        for pid in ("1", "10", "11"):
            with self.subTest(pid=pid):
                self.check("proc", pid)
        self.check("proc", "1", "children", "--recursive")

    def test_overview(self):  # corner case 33
        text = self.named_files("--json")
        named = set(re.findall(r'"(/(?:proc|sys|run)/[^"]*)"', text))
        self.assertFalse(named - OF_THE_C_LIBRARY)


if __name__ == "__main__":
    unittest.main()
