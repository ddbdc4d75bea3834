"""The command on Windows: what its tests check elsewhere (tests/cli), as far as it is not about Linux;
and what it says about a child, and as an overview."""
import os
import subprocess
import sys
import unittest

SOURCE, BUILD = os.environ["PSUTIL_SOURCE"], os.environ["PSUTIL_BUILD"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "cli"))
import test_get  # noqa: E402
import test_overview  # noqa: E402
import test_usage  # noqa: E402
from command import CommandTest, psutil  # noqa: E402

WINE = os.path.join(SOURCE, "tools", "wine")
CHILD = os.path.join(BUILD, "tests", "windows", "child.exe")
TIMES = "user system idle interrupt dpc".split()
SERVICE = "name display_name binpath username start_type status pid description".split()

# The fields that exist on Windows; where they are others than Linux'.
test_get.RECORDS.update({
    "cpu_times": TIMES, "cpu_times_percent": TIMES,
    "cpu_stats": "ctx_switches interrupts soft_interrupts syscalls dpcs".split(),
    "virtual_memory": "total available percent used free".split(),
    "disk_io_counters": "read_count write_count read_bytes write_bytes read_time write_time".split(),
    "heap_info": "heap_used mmap_used heap_count".split(),
})


def chosen(case, *names):
    """Some tests of a class, as a class."""
    kept = {name: value for name, value in vars(case).items() if not name.startswith("test_")}
    kept.update({name: vars(case)[name] for name in names})
    return type(case.__name__, case.__bases__, kept)


Shapes = chosen(test_get.Shapes, "test_list", "test_cpu_percent", "test_cpu_freq", "test_memory",
                "test_disk_usage_of_nothing", "test_a_path_may_hold_an_equals_sign")
Usage = chosen(test_usage.WrongUsage, "test_commands", "test_functions", "test_arguments", "test_values")
Overview = chosen(test_overview.Answers, "test_json_processes")


class Get(CommandTest):
    def one(self, name, *arguments):
        value = self.answer("get", name, *arguments)
        self.assertEqual(list(value), test_get.RECORDS[name])
        return value

    def each(self, name, values):
        for value in values:
            self.assertEqual(list(value), test_get.RECORDS[name])

    def test_times_of_each_cpu(self):
        count = self.answer("get", "cpu_count")
        for name in ("cpu_times", "cpu_times_percent"):
            values = self.answer("get", name, "percpu=true")
            self.assertEqual(len(values), count)
            self.each(name, values)

    def test_records(self):
        self.one("cpu_stats")
        self.one("disk_usage", "path=C:\\")
        self.each("disk_partitions", self.answer("get", "disk_partitions", "all=true"))
        self.each("disk_io_counters", self.answer("get", "disk_io_counters", "perdisk=true").values())
        self.each("net_io_counters", self.answer("get", "net_io_counters", "pernic=true").values())
        self.each("net_if_stats", self.answer("get", "net_if_stats").values())
        for addresses in self.answer("get", "net_if_addrs").values():
            self.each("net_if_addrs", addresses)
        self.each("users", self.answer("get", "users"))

    def test_what_windows_lacks(self):
        for name in ("sensors_temperatures", "sensors_fans"):
            self.assertIn("NotSupported", self.refused(1, "get", name))

    def test_services(self):
        services = self.answer("get", "win_service_iter")
        self.assertIn("Schedule", [service["name"] for service in services])
        for service in services:
            self.assertEqual(list(service), SERVICE)
        one = self.answer("get", "win_service_get", "name=Schedule")
        self.assertEqual(list(one), SERVICE)
        self.assertIn("NoSuchProcess", self.refused(1, "get", "win_service_get", "name=none"))

    def test_words_may_be_of_any_letters(self):
        self.assertIn("nö日", self.refused(1, "get", "disk_usage", "path=C:\\nö日"))


class Child(CommandTest):
    def setUp(self):
        self.child = subprocess.Popen([WINE, CHILD, "sleep", "two words"], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end)
        self.pid = self.find()

    def end(self):
        self.child.kill()
        self.child.wait()

    def find(self):
        """Its id as Windows counts."""
        for _ in range(100):
            for pid in self.answer("get", "pids")[::-1]:
                status, out, _ = psutil("proc", str(pid), "name,cmdline")
                if status == 0 and b"child.exe" in out and b"two words" in out:
                    return pid
        return self.fail("the child was not found")

    def test_fields(self):
        found = self.answer("proc", str(self.pid),
                            "name,exe,cmdline,status,num_threads,cpu_times,memory_info,nice,is_running")
        self.assertEqual(found["name"], "child.exe")
        self.assertTrue(found["exe"].endswith("\\child.exe"))
        self.assertEqual(found["cmdline"][1:], ["sleep", "two words"])
        self.assertEqual(found["status"], "running")
        self.assertGreaterEqual(found["num_threads"], 1)
        self.assertEqual(list(found["cpu_times"]), "user system children_user children_system".split())
        self.assertGreater(found["memory_info"]["rss"], 0)
        self.assertEqual(found["nice"], 32)
        self.assertIs(found["is_running"], True)

    def test_in_the_listing(self):
        status, out, err = psutil("ps")
        self.assertEqual((status, err), (0, b""))
        self.assertRegex(out.decode(), rf"(?m)^\S+ +{self.pid} .*child\.exe")

    def test_nobody(self):
        self.assertIn("no longer exists", self.refused(1, "proc", "99999"))


class TheOverview(CommandTest):
    def test_json(self):
        found = self.answer("--json")
        self.assertEqual(len(found["cpu_percent"]), found["cpu_count"]["logical"])
        self.assertGreater(found["virtual_memory"]["total"], 0)
        self.assertGreater(found["cpu_times"]["user"], 0)
        self.assertGreater(found["time"], found["boot_time"])
        for name, reason in found["errors"].items():
            self.assertIsNone(found[name])
            self.assertTrue(reason)

    def test_text(self):
        status, out, err = psutil()
        self.assertEqual((status, err), (0, b""))
        self.assertHarmless(out)
        for title in ("SYSTEM", "CPU", "MEMORY", "DISKS", "NETWORK", "PROCESSES"):
            self.assertIn(title, out.decode())


if __name__ == "__main__":
    unittest.main()
