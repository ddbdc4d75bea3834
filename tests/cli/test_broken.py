"""Every file of an invented machine, one after the other, is made useless in every way: each call
gives whole JSON or one line that says what failed, never a crash, a hang or half an answer."""
import os
import tempfile
import unittest

from command import CommandTest, Root, loads, psutil

# All but cpu_percent, which takes its time.
FIELDS = ("pid,ppid,name,exe,cmdline,environ,create_time,status,cwd,username,uids,gids,terminal,nice,"
          "ionice,rlimit,io_counters,num_ctx_switches,num_fds,num_threads,threads,cpu_times,"
          "cpu_affinity,cpu_num,memory_info,memory_info_ex,memory_footprint,memory_full_info,"
          "memory_percent,memory_maps,page_faults,open_files,net_connections,parent,parents,"
          "children,is_running")
CALLS = [
    ["get", "cpu_times"], ["get", "cpu_times", "percpu=true"], ["get", "cpu_percent", "interval=0"],
    ["get", "cpu_times_percent", "interval=0", "percpu=true"], ["get", "cpu_count"],
    ["get", "cpu_count", "logical=false"], ["get", "cpu_stats"], ["get", "cpu_freq"],
    ["get", "cpu_freq", "percpu=true"], ["get", "getloadavg"], ["get", "virtual_memory"],
    ["get", "swap_memory"], ["get", "disk_partitions"], ["get", "disk_partitions", "all=true"],
    ["get", "disk_io_counters"], ["get", "disk_io_counters", "perdisk=true"],
    ["get", "net_io_counters"], ["get", "net_io_counters", "pernic=true"],
    ["get", "net_connections", "kind=all"], ["get", "net_if_addrs"], ["get", "net_if_stats"],
    ["get", "sensors_temperatures"], ["get", "sensors_fans"], ["get", "sensors_battery"],
    ["get", "boot_time"], ["get", "users"], ["get", "pids"], ["get", "pid_exists", "pid=7"],
    ["proc", "7", FIELDS], ["proc", "7", "memory_maps", "--ungrouped"],
    ["proc", "7", "net_connections", "--kind=all"],
]
# Which calls a file concerns, by what its path holds; all of them for the others.
CONCERNS = {
    "proc/1/": ["7", "pids"], "proc/7/": ["7", "pids", "net_connections", "pid_exists"],
    "proc/8/": ["7", "pids"], "proc/net/": ["net_", "7"], "class/net/": ["net_"],
    "hwmon": ["sensors_"], "power_supply": ["sensors_"], "system/cpu": ["cpu_freq", "cpu_count"],
    "cpuinfo": ["cpu_freq", "cpu_count"], "loadavg": ["getloadavg"], "diskstats": ["disk_"],
    "filesystems": ["disk_"], "self/mount": ["disk_"], "meminfo": ["_memory", "7"],
    "vmstat": ["_memory"], "tty": ["7"], "uptime": ["boot_time", "7"],
}
ALL_BYTES = bytes(range(256))
WAYS = {
    "empty": b"",
    "one byte": b"(",
    "newlines": b"\n" * 50,
    "all bytes": ALL_BYTES * 3,
    "zeros": bytes(5000),
    "a long line": b"1" * 200000,
    "huge numbers": b"cpu0 eth0: " + b"99999999999999999999999 " * 60 + b"\n",
    "negative numbers": b"7 (x) S " + b"-9223372036854775808 " * 60 + b"\n",
}
# Under memcheck a call takes half a second. The sanitizers see every way.
SLOW = "PSUTIL_VALGRIND" in os.environ
if SLOW:
    WAYS = {name: WAYS[name] for name in ["empty", "all bytes"]}
SMAPS = (b"00400000-00401000 r-xp 00000000 08:01 5 /bin/seven\nSize: 4 kB\nRss: 4 kB\nPss: 2 kB\n"
         b"Shared_Clean: 4 kB\nPrivate_Dirty: 0 kB\nSwap: 0 kB\n")
SOCKET = (b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
          b"   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0"
          b"        0 99 1 0 100 0 0 10 0\n")


def machine(case):
    root = Root(case)
    root.process(1, b"init", [b"/sbin/init"], ppid=0)
    root.process(7, b"seven", [b"/bin/seven"], [b"A=1"])
    root.process(8, b"child", [b"/bin/child"], ppid=7)
    files = {
        "proc/loadavg": b"0.1 0.2 0.3 1/2 3\n",
        "proc/cpuinfo": b"processor\t: 0\nphysical id\t: 0\ncore id\t: 0\ncpu MHz\t: 1000.0\n\n",
        "proc/diskstats": b" 8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n",
        "proc/filesystems": b"nodev\tproc\n\text4\n",
        "proc/self/mountinfo": b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n",
        "proc/self/mounts": b"/dev/sda1 / ext4 rw 0 0\n",
        "proc/net/dev": b"x\ny\neth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n",
        "proc/net/tcp": SOCKET,
        "proc/net/udp": SOCKET,
        "proc/net/unix": b"Num RefCount Protocol Flags Type St Inode Path\n"
                         b"0: 2 0 10000 1 1 98 /run/x\n",
        "proc/7/io": b"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\n",
        "proc/7/limits": b"Limit                     Soft Limit           Hard Limit           Units\n"
                         b"Max open files            10                   20                   files\n",
        "proc/7/smaps": SMAPS,
        "proc/7/smaps_rollup": SMAPS,
        "proc/7/fdinfo/3": b"pos:\t5\nflags:\t0100002\n",
        "proc/7/task/7/stat": b"7 (seven) S 1 1 1 0 -1 0 0 0 0 0 12 13 0 0 20 0 1 0 5000 0 0\n",
        "proc/tty/drivers": b"pty_slave /dev/pts 136 0-1048575 pty:slave\n",
        "sys/devices/system/cpu/online": b"0\n",
        "sys/devices/system/cpu/cpu0/topology/core_cpus_list": b"0\n",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": b"1000000\n",
        "sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq": b"1000000\n",
        "sys/devices/system/cpu/cpufreq/policy0/affected_cpus": b"0\n",
        "sys/class/net/eth0/mtu": b"1500\n",
        "sys/class/net/eth0/flags": b"0x1003\n",
        "sys/class/hwmon/hwmon0/name": b"chip\n",
        "sys/class/hwmon/hwmon0/temp1_input": b"25000\n",
        "sys/class/hwmon/hwmon0/fan1_input": b"1000\n",
        "sys/class/power_supply/BAT0/type": b"Battery\n",
        "sys/class/power_supply/BAT0/capacity": b"50\n",
        "sys/class/power_supply/BAT0/status": b"Discharging\n",
    }
    for name, data in files.items():
        root.write(name, data)
    os.mkdir(root.path + "/proc/7/fd")
    root.link("proc/7/fd/3", b"/etc/hostname")
    root.link("proc/7/fd/4", b"socket:[99]")
    root.link("proc/7/exe", b"/bin/seven")
    root.link("proc/7/cwd", b"/")
    return root


class WholeOrNothing(CommandTest):
    def check(self, root, call):
        """True for an answer, False for a failure; anything else is a mistake."""
        status, out, err = psutil(*root, *call)
        self.assertHarmless(out)
        self.assertHarmless(err)
        if status == 0:
            self.assertEqual(err, b"")
            loads(out)
            return True
        self.assertEqual((status, out), (1, b""), (call, err))
        self.assertRegex(err, rb"\Apsutil: [^\n]+\n\Z")
        return False


class BrokenFiles(WholeOrNothing):
    def files(self, root):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(root.path)
                      for name in names if not os.path.islink(os.path.join(folder, name)))

    def test_a_whole_machine_answers_everything(self):
        root = machine(self)
        for call in CALLS:
            with self.subTest(call=call):
                if not self.check(root.options(), call):
                    line = psutil(*root.options(), *call)[2]
                    self.assertIn(b"NotSupported", line)

    def break_each(self, damage):
        root = machine(self)
        for path in self.files(root):
            with open(path, "rb") as file:
                before = file.read()
            with self.subTest(file=os.path.relpath(path, root.path)):
                damage(path, before)
                for call in self.calls_about(path):
                    self.check(root.options(), call)
            if os.path.isdir(path):
                os.rmdir(path)
            with open(path, "wb") as file:
                file.write(before)

    @staticmethod
    def calls_about(path):
        words = next((words for part, words in CONCERNS.items() if part in path), [""])
        return [call for call in CALLS if any(word in call[1] for word in words)]

    def test_ways(self):
        for name, data in WAYS.items():
            with self.subTest(way=name):
                def overwrite(path, _, data=data):
                    with open(path, "wb") as file:
                        file.write(data)
                self.break_each(overwrite)

    @unittest.skipIf(SLOW, "takes too long under memcheck")
    def test_cut_in_the_middle(self):
        def cut(path, before):
            with open(path, "wb") as file:
                file.write(before[:len(before) * 2 // 3])
        self.break_each(cut)

    @unittest.skipIf(SLOW, "takes too long under memcheck")
    def test_missing(self):  # corner case 7
        self.break_each(lambda path, _: os.unlink(path))

    @unittest.skipIf(SLOW, "takes too long under memcheck")
    def test_folder_instead(self):
        def replace(path, _):
            os.unlink(path)
            os.mkdir(path)
        self.break_each(replace)

    def test_nothing_at_all(self):  # corner case 7
        empty = tempfile.mkdtemp(prefix="psutil-test-")
        self.addCleanup(os.rmdir, empty)
        for call in CALLS:
            with self.subTest(call=call):
                self.check(["--procfs", empty, "--sysfs", empty], call)
                self.check(["--procfs", "/dev/null", "--sysfs", "/dev/null"], call)
                self.check(["--procfs", empty + "/none", "--sysfs", empty + "/none"], call)


if __name__ == "__main__":
    unittest.main()
