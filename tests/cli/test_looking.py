"""The commands that look: an invented machine, whose names attack and whose figures stand still."""
import os
import unittest

from command import CommandTest, Root, loads, psutil, to_bytes
from test_hostile import NAMES


class Machine(CommandTest):
    def setUp(self):
        self.root = Root(self)

    def text(self, *args, status=0, err=b""):
        done, out, said = psutil(*self.root.options(), *args)
        self.assertEqual((done, said), (status, err), args)
        self.assertHarmless(out)
        return out.decode()

    def rows(self, *args):
        return loads(self.text(*args, "--json"))

    def harmless(self, count, *args):
        """In all formats, with so many rows."""
        self.assertEqual(self.text(*args).count("\n"), count + 1)
        self.assertEqual(self.text(*args, "--csv").count("\n"), count + 1)
        self.assertEqual(self.text(*args, "--jsonl").count("\n"), count)


class Files(Machine):
    def setUp(self):
        super().setUp()
        self.root.process(10, b"server", [b"server"])
        self.root.process(11, b"\033[2J\n\xff", [b"x"])
        for pid in (10, 11):
            os.makedirs(f"{self.root.path}/proc/{pid}/fd")
            os.makedirs(f"{self.root.path}/proc/{pid}/fdinfo")
        self.add(10, 0, b"/dev/null", b"0100000")
        self.add(10, 3, b"/var/log/old (deleted)", b"0100001")
        self.add(10, 4, b"socket:[7]", b"02")
        self.add(10, 5, b"/var/log/new", b"0102001")
        self.add(10, 6, b"pipe:[8]", b"01")
        self.root.link("proc/10/cwd", b"/srv")
        self.root.link("proc/10/exe", b"/usr/bin/server")
        for fd, name in enumerate(NAMES):
            self.add(11, fd, b"/home/" + name, b"0100000")

    def add(self, pid, fd, path, flags):
        self.root.link(f"proc/{pid}/fd/{fd}", path)
        self.root.write(f"proc/{pid}/fdinfo/{fd}", b"pos:\t77\nflags:\t%s\nmnt_id:\t1\n" % flags)

    def test_of_a_process(self):
        rows = self.rows("files", "10", "--all", "--columns", "+deleted,+position,+user")
        rows.sort(key=lambda row: (row["fd"] is not None, row["fd"] or 0, row["type"]))
        self.assertEqual([(row["type"], row["fd"], row["mode"], row["path"], row["deleted"])
                          for row in rows], [
            ("cwd", None, None, "/srv", False),
            ("exe", None, None, "/usr/bin/server", False),
            ("device", 0, "r", "/dev/null", False),
            ("file", 3, "w", "/var/log/old (deleted)", True),
            ("socket", 4, "r+", "socket:[7]", False),
            ("file", 5, "a", "/var/log/new", False),
            ("pipe", 6, "w", "pipe:[8]", False)])
        self.assertEqual({row["position"] for row in rows}, {None, 77})
        self.assertEqual({(row["pid"], row["program"]) for row in rows}, {(10, "server")})

    def test_paths_only(self):
        self.assertEqual({row["type"] for row in self.rows("files", "10")},
                         {"cwd", "exe", "device", "file"})

    def test_by_file_and_folder(self):
        self.assertEqual([row["fd"] for row in self.rows("files", "/var/log/new")], [5])
        self.assertEqual([row["fd"] for row in self.rows("files", "/var/log/old")], [3])
        self.assertEqual(sorted(row["fd"] for row in self.rows("files", "/var/log")), [3, 5])
        self.assertEqual(sorted(row["fd"] for row in self.rows("files", "/var/log/../log/")), [3, 5])
        status, out, err = psutil(*self.root.options(), "files", "/var/lo", "99", "--json")
        self.assertEqual((status, loads(out)), (1, []))
        self.assertIn(b"psutil: /var/lo: no process has it open\n", err)
        self.assertIn(b"NoSuchProcess: pid 99", err)

    def test_deleted(self):
        self.assertEqual([row["path"] for row in self.rows("files", "--deleted")],
                         ["/var/log/old (deleted)"])

    def test_same_as_proc(self):
        names = "path,fd,position,mode,flags"
        wanted = self.answer(*self.root.options(), "proc", "10", "open_files")["open_files"]
        found = self.rows("files", "10", "--columns", names, "--filter",
                          "type=file && deleted=false")
        self.assertEqual(found, wanted)
        self.assertEqual(len(wanted), 1)

    def test_hostile_names(self):
        rows = self.rows("files", "11")
        self.assertEqual({to_bytes(row["path"]) for row in rows},
                         {b"/home/" + name for name in NAMES})
        self.assertEqual(to_bytes(rows[0]["program"]), b"\033[2J\n\xff")
        self.harmless(len(NAMES), "files", "11")


if __name__ == "__main__":
    unittest.main()
