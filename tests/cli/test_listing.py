"""What all listings share: formats, columns, order, filter, and what is said of mistakes."""
import csv
import io
import json
import unittest

from command import CommandTest, Root, psutil


class Listings(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.root = Root(cls)
        for pid, name in [(10, b"beta"), (20, b"alpha"), (30, b"a,b \"c\""), (40, b"gamma")]:
            cls.root.process(pid, name, [name, b"-x"])

    def ps(self, *args):
        status, out, err = psutil(*self.root.options(), "ps", *args)
        self.assertEqual((status, err), (0, b""), args)
        self.assertHarmless(out)
        return out.decode()

    def wrong(self, words, *args):
        status, out, err = psutil(*self.root.options(), "ps", *args)
        self.assertEqual((status, out), (2, b""), err)
        self.assertHarmless(err)
        for word in words:
            self.assertIn(word, err.decode())


class Formats(Listings):
    def test_json(self):
        rows = json.loads(self.ps("--json", "--columns", "pid,name,memory_info,rss,nice,tty"))
        self.assertEqual([row["pid"] for row in rows], [10, 20, 30, 40])
        self.assertEqual(rows[2]["name"], "a,b \"c\"")
        self.assertEqual(rows[0]["memory_info"]["rss"], rows[0]["rss"])
        self.assertIsInstance(rows[0]["rss"], int)
        self.assertEqual(list(rows[0]), ["pid", "name", "memory_info", "rss", "nice", "tty"])

    def test_jsonl_is_the_same(self):
        wanted = json.loads(self.ps("--json"))
        lines = self.ps("--jsonl").splitlines()
        self.assertEqual([json.loads(line) for line in lines], wanted)

    def test_csv(self):
        rows = list(csv.reader(io.StringIO(self.ps("--csv", "-o", "pid,name,rss"))))
        self.assertEqual(rows[0], ["pid", "name", "rss"])
        wanted = json.loads(self.ps("--json", "-o", "pid,name,rss"))
        self.assertEqual(rows[1:], [[str(value) for value in row.values()] for row in wanted])
        self.assertEqual(len(self.ps("--csv", "--no-header").splitlines()), 4)

    def test_bytes(self):
        rss = json.loads(self.ps("--json", "-o", "rss", "10"))[0]["rss"]
        self.assertEqual(self.ps("-o", "rss", "--no-header", "-b", "10").strip(), str(rss))
        self.assertRegex(self.ps("-o", "rss", "--no-header", "10").strip(), r"^[\d.]+K$")

    def test_only_one(self):
        self.wrong(["exclude each other"], "--json", "--csv")


class Columns(Listings):
    def header(self, *args):
        return self.ps(*args).split("\n", 1)[0].split()

    def test_changes(self):
        usual = self.header()
        self.assertEqual(self.header("-o", "+ppid"), usual + ["PPID"])
        self.assertEqual(self.header("--columns", "-pid,-tty,+ppid"),
                         [name for name in usual if name not in ("PID", "TTY")] + ["PPID"])
        self.assertEqual(self.header("-o", "pid,pid,name"), ["PID", "NAME"])
        self.assertEqual(self.header("-o", "vms,memory_info.vms"), ["VMS", "MEMORY_INFO.VMS"])

    def test_mistakes(self):
        self.wrong(["unknown column nam", "did you mean name", "--columns help"], "-o", "pid,nam")
        self.wrong(["unknown column"], "-o", "x" * 5000)
        self.wrong(["unknown column \\x1b"], "-o", "\033[2J")
        self.wrong(["num_handles", "does not exist"], "-o", "num_handles")
        self.wrong(["no column is left"], "-o", ",")
        self.wrong(["--sort: unknown column"], "--sort", "-foo")

    def test_every_column_that_is_listed_can_be_shown(self):
        names = [line.split()[0] for line in self.ps("-o", "help").splitlines()
                 if line.startswith("  ") and not line.startswith("   ")]
        self.assertGreater(len(names), 100)
        for start in range(0, len(names), 50):
            some = names[start:start + 50]
            rows = json.loads(self.ps("--json", "-o", ",".join(some), "10"))
            self.assertEqual(list(rows[0]), some)


class Order(Listings):
    def pids(self, *args):
        return [int(line) for line in self.ps("-o", "pid", "--no-header", *args).split()]

    def test_sort(self):
        self.assertEqual(self.pids("--sort", "name"), [30, 20, 10, 40])
        self.assertEqual(self.pids("--sort", "-name"), [40, 10, 20, 30])
        self.assertEqual(self.pids("--sort", "-pid"), [40, 30, 20, 10])
        self.assertEqual(self.pids("--sort", "rss"), [10, 20, 30, 40])  # equal: as they stood

    def test_filter(self):
        self.assertEqual(self.pids("--filter", "name=~^a || pid>=40"), [20, 30, 40])
        self.assertEqual(self.pids("--filter", "command=~-x$ and not name=beta"), [20, 30, 40])
        self.assertEqual(self.pids("--filter", "name=\"a,b \\\"c\\\"\""), [30])

    def test_mistakes_of_the_filter(self):
        status, out, err = psutil("ps", "--filter", "name=a && gamm=1")
        self.assertEqual((status, out), (2, b""))
        lines = err.decode().splitlines()
        self.assertIn("unknown column gamm", lines[0])
        self.assertEqual(lines[2].index("^"), lines[1].index("gamm"))


if __name__ == "__main__":
    unittest.main()
