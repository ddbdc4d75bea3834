"""Memory and swap against free(1), vmstat(8) and /proc/meminfo."""
import os
import unittest

from live import LiveTest, read, steadily, table, tool

# Other programs allocate while the test looks.
SLACK = 64 << 20


def meminfo():
    return {name: int(value.split()[0]) * 1024
            for name, value in table(read("/proc/meminfo")).items()}


class Memory(LiveTest):
    def columns(self, label):
        head, *rows = tool("free", "-b", "-w").splitlines()
        (row,) = [row for row in rows if row.startswith(label)]
        return dict(zip(head.split(), map(int, row.split()[1:])))

    def test_free(self):  # corner case 16
        def check():
            found, free = self.get("virtual_memory"), self.columns("Mem:")
            self.assertEqual(found["total"], free["total"])
            for ours, theirs in [("available", "available"), ("free", "free"),
                                 ("shared", "shared"), ("buffers", "buffers"), ("cached", "cache")]:
                self.assertAlmostEqual(found[ours], free[theirs], delta=SLACK)
            self.assertAlmostEqual(found["used"], free["total"] - free["available"], delta=SLACK)
        steadily(check)

    def test_meminfo(self):
        def check():
            before = meminfo()
            found = self.get("virtual_memory")
            after = meminfo()
            self.assertEqual(found["total"], before["MemTotal"])
            for ours, names in [("available", ["MemAvailable"]), ("free", ["MemFree"]),
                                ("active", ["Active"]), ("inactive", ["Inactive"]),
                                ("buffers", ["Buffers"]), ("cached", ["Cached", "SReclaimable"]),
                                ("shared", ["Shmem"]), ("slab", ["Slab"])]:
                self.assertBetween(sum(before[name] for name in names), found[ours],
                                   sum(after[name] for name in names), SLACK)
        steadily(check)

    def test_parts(self):
        found = self.get("virtual_memory")
        self.assertEqual(found["used"], found["total"] - found["available"])
        self.assertAlmostEqual(found["percent"], found["used"] / found["total"] * 100)
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        self.assertEqual(found["total"], pages)

    def test_swap(self):
        def check():
            found, free = self.get("swap_memory"), self.columns("Swap:")
            self.assertEqual(found["total"], free["total"])
            self.assertEqual((found["used"], found["free"]), (free["used"], free["free"]))
            whole = max(found["total"], 1)
            self.assertAlmostEqual(found["percent"], found["used"] / whole * 100)
        steadily(check)

    def test_swap_traffic(self):
        def vmstat():
            lines = (line.split() for line in read("/proc/vmstat").splitlines())
            counts = {name: int(value) for name, value in lines}
            page = os.sysconf("SC_PAGE_SIZE")
            return counts["pswpin"] * page, counts["pswpout"] * page
        before = vmstat()
        found = self.get("swap_memory")
        after = vmstat()
        self.assertBetween(before[0], found["sin"], after[0])
        self.assertBetween(before[1], found["sout"], after[1])

    def test_swap_areas(self):
        """/proc/swaps lists the areas whose sum it is."""
        sizes = [int(line.split()[-3]) * 1024 for line in read("/proc/swaps").splitlines()[1:]]
        self.assertEqual(self.get("swap_memory")["total"], sum(sizes))


if __name__ == "__main__":
    unittest.main()
