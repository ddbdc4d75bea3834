"""Disks against findmnt, df, lsblk, vmstat and /proc."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from live import BIN, ROOT, LiveTest, loads, read, steadily, tool

COLUMNS = ("read_count read_merged_count read_bytes read_time write_count write_merged_count "
           "write_bytes write_time").split()


def unescape(text):
    """mounts(5): blanks, backslashes and the like as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def diskstats():
    found = {}
    for line in read("/proc/diskstats").splitlines():
        _, _, name, *counts = line.split()
        counts = [int(count) for count in counts]
        row = dict(zip(COLUMNS, counts))
        row["read_bytes"] *= 512
        row["write_bytes"] *= 512
        row["busy_time"] = counts[9]
        found[name] = row
    return found


class Partitions(LiveTest):
    def test_mounts_file(self):
        def check():
            wanted = [tuple(map(unescape, line.split(" ")[:4]))
                      for line in read("/proc/self/mounts").splitlines()]
            found = [(disk["device"], disk["mountpoint"], disk["fstype"], disk["opts"])
                     for disk in self.get("disk_partitions", "all=true")]
            self.assertEqual(found, wanted)
        steadily(check)

    def test_findmnt(self):
        def check():
            listed = json.loads(tool("findmnt", "--list", "--json", "-o", "TARGET,FSTYPE,OPTIONS"))
            wanted = sorted((row["target"], row["fstype"]) for row in listed["filesystems"])
            found = sorted((disk["mountpoint"], disk["fstype"])
                           for disk in self.get("disk_partitions", "all=true"))
            self.assertEqual(found, wanted)
        steadily(check)

    def test_physical_ones(self):
        """Those of a file system that needs a device, and are mounted from one."""
        virtual = {line.split()[1] for line in read("/proc/filesystems").splitlines()
                   if line.startswith("nodev")}
        virtual.discard("zfs")
        found = self.get("disk_partitions")
        every = self.get("disk_partitions", "all=true")
        self.assertEqual([disk for disk in every if disk in found], found)
        self.assertFalse([disk for disk in found if disk["fstype"] in virtual])
        for disk in every:
            if disk not in found:
                self.assertTrue(disk["fstype"] in virtual or not disk["device"].startswith("/"), disk)

    def test_mounted_block_devices(self):
        listed = json.loads(tool("lsblk", "--json", "--list", "-o", "NAME,MOUNTPOINT"))
        wanted = {row["mountpoint"] for row in listed["blockdevices"]
                  if (row["mountpoint"] or "").startswith("/")}
        self.assertLessEqual(wanted, {disk["mountpoint"] for disk in self.get("disk_partitions")})


@unittest.skipUnless(ROOT, "only root mounts")
class OddMounts(LiveTest):
    """In a mount namespace of its own, so that nothing stays behind."""

    def setUp(self):
        self.top = tempfile.mkdtemp(prefix="psutil mounts - ")
        self.addCleanup(shutil.rmtree, self.top)

    def mounts(self, script, *words):
        """What is mounted after the script's commands, below the test's folder."""
        script = f'cd "$1" && {script} && exec "$2" get disk_partitions all=true'
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", self.top,
                               os.path.abspath(BIN), *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        if done.returncode and (b"mount:" in done.stderr or b"unshare:" in done.stderr):
            self.skipTest("mounting is forbidden here")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertHarmless(done.stdout)
        return [(disk["mountpoint"][len(self.top) + 1:], disk["device"], disk["fstype"])
                for disk in loads(done.stdout) if disk["mountpoint"].startswith(self.top + "/")]

    def test_names(self):  # corner case 23
        """Each blank, backslash and newline comes back; a file can be mounted upon as well."""
        names = ["a b", "tab\there", "line\nline", "back\\slash\\040", "a - b", "\udcff", "#x", "\x1b[2J"]
        for name in names:
            os.mkdir(os.fsencode(f"{self.top}/{name}"))
        script = ('top=$1 bin=$2; shift 2; '
                  'for name do mount -t tmpfs none "./$name" || exit; done; set -- "$top" "$bin"')
        self.assertEqual([(name, fstype) for name, _, fstype in self.mounts(script, *names)],
                         [(name, "tmpfs") for name in names])
        for name in ("file", "over"):
            with open(f"{self.top}/{name}", "w", encoding="utf-8") as file:
                file.write(name)
        ((name, _, _),) = self.mounts("mount --bind file over")
        self.assertEqual(name, "over")

    def test_covered(self):  # corner case 23
        """What is mounted over a path, or twice, is there as often as the kernel has it."""
        os.mkdir(self.top + "/one")
        os.mkdir(self.top + "/two")
        found = self.mounts("mount -t tmpfs first one && mount -t ramfs second one && "
                            "mount --bind one two")
        self.assertEqual(found, [("one", "first", "tmpfs"), ("one", "second", "ramfs"),
                                 ("two", "second", "ramfs")])


class Usage(LiveTest):
    def test_df(self):
        for path in ("/", "/proc", "/dev", "/tmp"):
            def check(path=path):
                line = tool("df", "-B1", "--output=size,used,avail", path).splitlines()[1].split()
                size, used, avail = (int(word) if word != "-" else 0 for word in line)
                found = self.get("disk_usage", f"path={path}", "timeout=10")
                self.assertEqual(found["total"], size)
                self.assertAlmostEqual(found["used"], used, delta=1 << 20)
                self.assertAlmostEqual(found["free"], avail, delta=1 << 20)
                whole = max(found["used"] + found["free"], 1)
                self.assertAlmostEqual(found["percent"], found["used"] / whole * 100)
            with self.subTest(path=path):
                steadily(check)

    def test_a_file_stands_for_its_file_system(self):
        def check():
            found = self.get("disk_usage", f"path={os.path.abspath(__file__)}")
            fs = os.statvfs(__file__)
            self.assertEqual(found["total"], fs.f_blocks * fs.f_frsize)
            self.assertAlmostEqual(found["free"], fs.f_bavail * fs.f_frsize, delta=1 << 20)
        steadily(check)


class Counters(LiveTest):
    def test_each(self):
        before = diskstats()
        found = self.get("disk_io_counters", "perdisk=true")
        after = diskstats()
        self.assertEqual(set(found), set(after))
        for name, row in found.items():
            for field, value in row.items():
                self.assertBetween(before[name][field], value, after[name][field])

    def disks(self):
        listed = json.loads(tool("lsblk", "--json", "--nodeps", "-o", "NAME,TYPE"))
        return {row["name"] for row in listed["blockdevices"] if row["type"] in ("disk", "rom")
                and not row["name"].startswith(("zram", "ram"))}

    def test_total_is_of_whole_disks(self):  # corner case 22
        names = self.disks()
        before = diskstats()
        found = self.get("disk_io_counters")
        after = diskstats()
        self.assertLessEqual(names, set(before))
        for field in ("read_bytes", "write_bytes", "read_count", "write_count"):
            self.assertBetween(sum(before[name][field] for name in names), found[field],
                               sum(after[name][field] for name in names))

    def test_vmstat(self):
        def columns():
            lines = (line.split() for line in tool("vmstat", "-d", "-n").splitlines()[2:])
            return {words[0]: [int(word) for word in words[1:]] for words in lines}
        before = columns()
        found = self.get("disk_io_counters", "perdisk=true")
        after = columns()
        for name, row in before.items():
            for i, field in enumerate(["read_count", "read_merged_count", None, "read_time",
                                       "write_count", "write_merged_count", None, "write_time"]):
                if field:
                    self.assertBetween(row[i], found[name][field], after[name][i])


if __name__ == "__main__":
    unittest.main()
