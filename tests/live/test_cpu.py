"""CPUs, load, boot and users against /proc, vmstat, lscpu, nproc, getconf, uptime and who."""
import datetime
import os
import re
import time
import unittest

from live import LiveTest, is_sanitized, psutil, read, steadily, tool

HZ = os.sysconf("SC_CLK_TCK")
NAMES = "user nice system idle iowait irq softirq steal guest guest_nice".split()


def stat():
    """/proc/stat: each line's numbers."""
    lines = (line.split() for line in read("/proc/stat").splitlines())
    return {words[0]: [int(word) for word in words[1:]] for words in lines}


def vmstat():
    """vmstat -s: what each line is called, and its number."""
    lines = (line.split(None, 1) for line in tool("vmstat", "-s").splitlines())
    return {words[1]: int(words[0]) for words in lines}


class Counts(LiveTest):
    def test_logical(self):
        count = self.get("cpu_count")
        self.assertEqual(count, int(tool("getconf", "_NPROCESSORS_ONLN")))
        self.assertEqual(count, len(tool("lscpu", "-p").split("\n#")[-1].split("\n")[1:-1]))
        self.assertLessEqual(int(tool("nproc")), count)
        self.assertLessEqual(count, int(tool("nproc", "--all")))

    def test_physical(self):
        lines = [line.split(",") for line in tool("lscpu", "-p=CORE,SOCKET").splitlines()
                 if not line.startswith("#")]
        if any("" in line for line in lines):
            self.skipTest("lscpu knows no cores here")
        self.assertEqual(self.get("cpu_count", "logical=false"), len({tuple(line) for line in lines}))


class Times(LiveTest):
    def check(self, found, before, after):
        self.assertEqual(list(found), NAMES)
        for i, name in enumerate(NAMES):
            # idle and iowait may go back a little: they are computed from sampled sums.
            slack = 2 if name in ("idle", "iowait") else 0
            self.assertBetween(before[i] / HZ, found[name], after[i] / HZ, slack / HZ)

    def test_total(self):
        before = stat()
        found = self.get("cpu_times")
        self.check(found, before["cpu"], stat()["cpu"])

    def test_each(self):
        before = stat()
        found = self.get("cpu_times", "percpu=true")
        after = stat()
        names = [name for name in before if re.match(r"cpu\d", name)]
        self.assertEqual(len(found), len(names))
        for name, times in zip(names, found):
            self.check(times, before[name], after[name])

    def test_vmstat(self):
        before = vmstat()
        found = self.get("cpu_times")
        after = vmstat()
        for name, words in [("user", "non-nice user cpu ticks"), ("nice", "nice user cpu ticks"),
                            ("system", "system cpu ticks"), ("idle", "idle cpu ticks"),
                            ("softirq", "softirq cpu ticks"), ("steal", "stolen cpu ticks")]:
            self.assertBetween(before[words] / HZ, found[name], after[words] / HZ, 2 / HZ)

    def test_stats(self):
        before, before_file = vmstat(), stat()
        found = self.get("cpu_stats")
        after, after_file = vmstat(), stat()
        self.assertBetween(before["interrupts"], found["interrupts"], after["interrupts"])
        self.assertBetween(before["CPU context switches"], found["ctx_switches"],
                           after["CPU context switches"])
        self.assertBetween(before_file["softirq"][0], found["soft_interrupts"],
                           after_file["softirq"][0])
        self.assertIsNone(found["syscalls"])


class Percentages(LiveTest):
    def test_one_busy_cpu(self):
        """A loop on one CPU: that CPU has no idle time."""
        cpu = max(os.sched_getaffinity(0))
        index = [int(name[3:]) for name in stat() if re.match(r"cpu\d", name)].index(cpu)
        self.start(["sh", "-c", "while :; do :; done"],
                   preexec_fn=lambda: os.sched_setaffinity(0, [cpu]))
        time.sleep(0.2)

        def check():
            percents = self.get("cpu_percent", "percpu=true", "interval=0.5")
            self.assertGreater(percents[index], 90)
            times = self.get("cpu_times_percent", "percpu=true", "interval=0.5")[index]
            self.assertLess(times["idle"] + times["iowait"], 10)
            self.assertAlmostEqual(sum(times.values()) - times["guest"] - times["guest_nice"], 100,
                                   delta=1)
        steadily(check)

    def test_between_two_readings(self):
        """The command's own reading lies within the test's: what it saw busy, the test saw."""
        def check():
            before = stat()["cpu"]
            percent = self.get("cpu_percent", "interval=1")
            after = stat()["cpu"]
            spent = [b - a for a, b in zip(before, after)]
            idle = spent[3] + spent[4]
            self.assertAlmostEqual(percent, 100 * (1 - idle / sum(spent[:8])), delta=15)
        steadily(check, 4)


class Frequencies(LiveTest):
    def test_cpuinfo(self):
        speeds = [float(line.split(":")[1]) for line in read("/proc/cpuinfo").splitlines()
                  if line.startswith("cpu MHz")]
        each = self.get("cpu_freq", "percpu=true")
        if os.path.isdir("/sys/devices/system/cpu/cpufreq/policy0"):
            self.assertEqual(len(each), self.get("cpu_count"))
            limits = [int(read(f"/sys/devices/system/cpu/cpufreq/policy0/scaling_{end}_freq")) / 1000
                      for end in ("min", "max")]
            self.assertEqual([each[0]["min"], each[0]["max"]], limits)
        elif speeds:
            self.assertEqual([freq["current"] for freq in each], speeds)
            self.assertTrue(all(freq["min"] is None and freq["max"] is None for freq in each))
            mean = self.get("cpu_freq")["current"]
            self.assertAlmostEqual(mean, sum(speeds) / len(speeds), delta=0.01)
        else:
            self.assertIsNone(each)


class LoadAndBoot(LiveTest):
    def near(self, rounded):
        """The others round to two digits, in steps of 1/2048 (fs/proc/loadavg.c, FIXED_1/200)."""
        for ours, theirs in zip(self.get("getloadavg"), rounded, strict=True):
            self.assertAlmostEqual(ours, theirs, delta=0.0052)

    def test_load(self):
        def check():
            self.near([float(word) for word in read("/proc/loadavg").split()[:3]])
            words = tool("uptime").rsplit("load average:", 1)[1].replace(",", " ").split()
            self.near([float(word) for word in words])
        steadily(check)

    def test_boot_time(self):
        def check():
            boot = self.get("boot_time")
            self.assertEqual(boot, stat()["btime"][0])
            self.assertEqual(boot, vmstat()["boot time"])
            since = datetime.datetime.strptime(tool("uptime", "-s").strip(), "%Y-%m-%d %H:%M:%S")
            self.assertAlmostEqual(boot, since.replace(tzinfo=datetime.timezone.utc).timestamp(),
                                   delta=2)
        steadily(check)

    def test_users(self):
        lines = [line.split() for line in tool("who").splitlines()]
        found = self.get("users")
        wanted = sorted((line[0], line[1]) for line in lines)
        self.assertEqual(sorted((user["name"], user["terminal"]) for user in found
                                if user["terminal"] is not None), wanted)

    def test_sessions(self):
        sessions = tool("loginctl", "--no-legend", "list-sessions").splitlines()
        if os.path.exists("/run/utmp"):
            self.skipTest("users() reads /run/utmp, where there is one")
        self.assertEqual(sorted(line.split()[2] for line in sessions),
                         sorted(user["name"] for user in self.get("users")))


class Pids(LiveTest):
    def listed(self):
        return {int(word) for word in tool("ps", "-A", "-o", "pid=").split()}

    def test_pids(self):
        """Who is there before and after is in the list; who is in neither is not."""
        def check():
            before = self.listed() | {int(name) for name in os.listdir("/proc") if name.isdigit()}
            found = self.get("pids")
            after = self.listed()
            self.assertEqual(found, sorted(set(found)))
            self.assertLessEqual(before & after, set(found))
            own = 2 + len(set(found) - before - after)  # ps and the command themselves
            self.assertLessEqual(own, 8)
        steadily(check)

    def test_pgrep(self):
        child = self.sleeper()
        self.assertIn(str(child.pid), tool("pgrep", "-x", "sleep").split())
        self.assertIn(child.pid, self.get("pids"))

    def test_pid_exists(self):
        child = self.sleeper()
        self.assertIs(self.get("pid_exists", f"pid={child.pid}"), True)
        self.assertIs(self.get("pid_exists", "pid=1"), True)
        child.kill()
        child.wait()
        self.assertIs(self.get("pid_exists", f"pid={child.pid}"), False)
        top = int(read("/proc/sys/kernel/pid_max"))
        for pid in (0, -1, top + 1, 2 ** 31, 2 ** 63 - 1):
            self.assertIs(self.get("pid_exists", f"pid={pid}"), False)


class HeapOfTheCommand(LiveTest):
    def test_heap(self):
        """Some kilobytes, or nothing where the allocator does not tell."""
        status, _, err = psutil("get", "heap_info")
        if is_sanitized():
            self.skipTest("a sanitizer's allocator tells nothing")
        if status:
            self.assertIn(b"NotSupported", err)
            self.skipTest("the C library does not tell")
        found = self.get("heap_info")
        self.assertTrue(0 < found["heap_used"] + found["mmap_used"] < 1 << 24)
        self.assertIsNone(self.get("heap_trim"))


if __name__ == "__main__":
    unittest.main()
