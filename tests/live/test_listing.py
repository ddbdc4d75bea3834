"""psutil ps, free and df against the tools that they stand for."""
import os
import subprocess
import time
import unittest

from live import CommandTest, loads, psutil, steadily, tool


def rows(*args):
    status, out, err = psutil(*args, "--json")
    assert (status, err) == (0, b""), (args, err)
    return loads(out)


class Ps(CommandTest):
    def test_against_ps(self):
        with subprocess.Popen(["sleep", "60"]) as child:
            time.sleep(0.1)
            try:
                self.compare(child.pid)
            finally:
                child.kill()
        self.compare(1)

    def compare(self, pid):
        names = "ppid,uid,rss,vms,nice,threads,command"
        text = tool("ps", "-ww", "-o", "ppid=,euid=,rss=,vsz=,ni=,nlwp=,args=", "-p", str(pid))
        parts = text.strip().split(None, 6)
        wanted = [int(parts[0]), int(parts[1]), int(parts[2]) * 1024, int(parts[3]) * 1024,
                  int(parts[4]), int(parts[5]), parts[6]]
        found = list(rows("ps", str(pid), "--columns", names)[0].values())
        found[2] = wanted[2] if abs(found[2] - wanted[2]) < 4 << 20 else found[2]  # moves
        self.assertEqual(found, wanted)

    def test_all_pids(self):
        def check():
            found = {row["pid"] for row in rows("ps", "--columns", "pid")}
            wanted = {int(pid) for pid in tool("ps", "-e", "-o", "pid=").split()}
            self.assertLessEqual(len(found ^ wanted), 4)  # the two programs themselves
        steadily(check)

    def test_cpu_and_time(self):
        def check():
            text = tool("ps", "-o", "pcpu=,cputimes=,etimes=", "-p", str(os.getpid()))
            wanted = [float(word) for word in text.split()]
            found = rows("ps", str(os.getpid()), "--columns", "cpu,time,elapsed")[0].values()
            for a, b, most in zip(found, wanted, (15, 1.5, 2.5)):
                self.assertLess(abs(a - b), most)
        steadily(check)

    def test_against_pgrep(self):
        with subprocess.Popen(["sleep", "61"]) as one, subprocess.Popen(["sleep", "62"]) as two:
            try:
                mine = f"ppid={os.getpid()}"
                wanted = tool("pgrep", "-x", "sleep", "-P", str(os.getpid()))
                found = psutil("ps", "--name", "sleep", "--filter", mine, "--columns", "pid",
                               "--no-header")[1].decode()
                self.assertEqual(found.split(), wanted.split())
                self.assertEqual(found.split(), [str(one.pid), str(two.pid)])
                wanted = tool("pgrep", "-f", "^sleep 62$", "-P", str(os.getpid()))
                found = psutil("ps", "--filter", f"command=~'^sleep 62$' && {mine}", "-o", "pid",
                               "--no-header")[1].decode()
                self.assertEqual(found.split(), wanted.split())
            finally:
                one.kill()
                two.kill()
        self.assertEqual(psutil("ps", "--name", "no such name")[0], 1)

    def test_tree_against_ps(self):
        def check():
            text = tool("ps", "-e", "-o", "pid=,ppid=")
            parents = dict(line.split() for line in text.splitlines())
            found = rows("ps", "--tree", "--columns", "pid,ppid")
            place = {row["pid"]: index for index, row in enumerate(found)}
            for row in found:
                if str(row["pid"]) in parents and row["ppid"] in place:
                    self.assertLess(place[row["ppid"]], place[row["pid"]])
        steadily(check)


class Free(CommandTest):
    def test_against_free(self):
        def check():
            text = tool("free", "-b").splitlines()
            memory = [int(word) for word in text[1].split()[1:]]
            swap = [int(word) for word in text[2].split()[1:]]
            found = rows("free", "--columns", "total,used,free,shared,cache,available")
            for a, b in zip(found[0].values(), memory):
                self.assertLess(abs(a - b), 64 << 20)
            self.assertEqual(list(found[1].values())[:3], swap[:3])
            self.assertEqual(found[0]["total"], memory[0])
        steadily(check)


class Df(CommandTest):
    def test_against_df(self):
        def check():
            text = tool("df", "-P", "-B1", okay=(0, 1)).splitlines()[1:]
            wanted = {line.split(None, 5)[5]: line.split(None, 5) for line in text}
            found = {row["mountpoint"]: row for row in rows("df")}
            self.assertIn("/", found)
            for place in set(found) & set(wanted):
                parts = wanted[place]
                self.assertEqual(found[place]["size"], int(parts[1]))
                self.assertLess(abs(found[place]["avail"] - int(parts[3])), 64 << 20)
            self.assertLessEqual(set(wanted), set(found))
        steadily(check)

    def test_of_a_path(self):
        wanted = tool("df", "-P", "-B1", "--", os.getcwd()).splitlines()[1].split(None, 5)
        found = rows("df", os.getcwd())
        self.assertEqual([(row["mountpoint"], row["size"]) for row in found],
                         [(wanted[5], int(wanted[1]))])
        self.assertIn("/no/such/path", self.refused(1, "df", "/no/such/path"))


if __name__ == "__main__":
    unittest.main()
