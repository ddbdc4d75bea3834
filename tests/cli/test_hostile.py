"""Names that attack the reader: no terminal is harmed, the JSON stays valid, no byte is lost."""
import os
import subprocess
import unittest

from command import CommandTest, Root, to_bytes

ALL_BYTES = bytes(range(1, 256))
NAMES = [
    b"\033[2J\033]0;owned\007",
    b"quote\" back\\slash",
    b"line\nline\r\n\t",
    b"a) S 1 (b",
    b"\x9b31m \xc2\x9b31m \xc2\x85",
    b"\xff\xfe\x80\xc0\x80\xed\xa0\x80\xf8\x88\x80\x80\x80",
    "\u202eevil\u2066\u200f\u2028\ufeff".encode(),
    "gr\u00fc\u00df \u20ac \U0001f600".encode(),
    b"cut \xf0\x9f\x98",
    b"</script>\x7f",
]


class Processes(CommandTest):
    def setUp(self):
        self.root = Root(self)

    def proc(self, pid, *fields):
        return self.answer(*self.root.options(), "proc", str(pid), *fields)

    def test_names(self):  # corner case 1
        for pid, name in enumerate(NAMES, 10):
            with self.subTest(name=name):
                self.root.process(pid, name, [name])
                self.assertEqual(to_bytes(self.proc(pid, "name")["name"]), name)

    def test_command_lines(self):  # corner case 4
        words = [*NAMES, ALL_BYTES, b""] + [bytes([byte]) for byte in range(1, 256)]
        self.root.process(9, b"name", words)
        found = self.proc(9, "cmdline")["cmdline"]
        self.assertEqual([to_bytes(word) for word in found], words)

    def test_environments(self):
        variables = [b"V%d=" % i + name for i, name in enumerate([*NAMES, ALL_BYTES])]
        variables += [name.replace(b"=", b"") + b"=name" for name in NAMES]
        variables += [ALL_BYTES.replace(b"=", b"") + b"=name"]
        self.root.process(9, b"name", [b"x"], variables)
        found = self.proc(9, "environ")["environ"]
        self.assertEqual([to_bytes(name) + b"=" + to_bytes(value)
                          for name, value in found.items()], variables)

    def test_links(self):
        self.root.process(9, b"name", [b"x"])
        for name in NAMES:
            with self.subTest(name=name):
                self.root.link("proc/9/exe", b"/bin/" + name)
                self.root.link("proc/9/cwd", b"/home/" + name)
                found = self.proc(9, "exe", "cwd")
                self.assertEqual(to_bytes(found["exe"]), b"/bin/" + name)
                self.assertEqual(to_bytes(found["cwd"]), b"/home/" + name)
                os.unlink(self.root.path + "/proc/9/exe")
                os.unlink(self.root.path + "/proc/9/cwd")

    def test_reasons_of_refusals(self):
        """The path of a hostile root is part of the reasons, in "errors" and on stderr."""
        base = os.path.join(os.fsencode(self.root.path), NAMES[0] + b"\xff\n")
        os.rename(self.root.path + "/proc", base)
        self.root.path = os.fsdecode(base)
        status = os.path.join(base, b"9")
        os.mkdir(status)
        line = self.refused(1, "--procfs", os.fsdecode(base), "proc", "9")
        self.assertIn("owned", line)


class Devices(CommandTest):
    def test_interfaces_and_disks(self):
        root = Root(self)
        names = [b"\033[2J", b"a\"b\\", b"\xff\x80", b"\xc2\x9b", "\u202e".encode()]
        root.write("proc/net/dev", b"Inter-|   Receive\n face |bytes\n" + b"".join(
            b"%s: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n" % name for name in names))
        root.write("proc/diskstats", b"".join(
            b" 8 %d %s 1 2 3 4 5 6 7 8 9 10 11\n" % (i, name) for i, name in enumerate(names)))
        for call in [("net_io_counters", "pernic=true"), ("disk_io_counters", "perdisk=true")]:
            with self.subTest(call=call):
                found = self.answer(*root.options(), "get", *call)
                self.assertEqual([to_bytes(name) for name in found], names)

    def test_the_same_interface_twice(self):
        root = Root(self)
        line = b"eth0: %d 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n"
        root.write("proc/net/dev", b"Inter-|   Receive\n face |bytes\n" + line % 1 + line % 9)
        found = self.answer(*root.options(), "get", "net_io_counters", "pernic=true")
        self.assertEqual(list(found), ["eth0"])
        self.assertEqual(found["eth0"]["bytes_recv"], 9)

    def test_chips(self):
        root = Root(self)
        folder = "sys/class/hwmon/hwmon0/"
        root.write(folder + "name", b"\033[2J\xff\n")
        root.write(folder + "temp1_label", b"\"\xc2\x9b\n")
        root.write(folder + "temp1_input", b"1000\n")
        found = self.answer(*root.options(), "get", "sensors_temperatures")
        self.assertEqual([to_bytes(name) for name in found], [b"\033[2J\xff"])
        (values,) = found.values()
        self.assertEqual(to_bytes(values[0]["label"]), b"\"\xc2\x9b")


class LiveProcess(CommandTest):
    def test_arguments_of_all_bytes(self):
        words = [*NAMES, ALL_BYTES]
        child = subprocess.Popen([b"sh", b"-c", b"read line", *words], stdin=subprocess.PIPE,
                                 env={b"HOSTILE": ALL_BYTES})
        try:
            found = self.answer("proc", str(child.pid), "cmdline,environ")
            self.assertEqual([to_bytes(word) for word in found["cmdline"][3:]], words)
            self.assertEqual(to_bytes(found["environ"]["HOSTILE"]), ALL_BYTES)
        finally:
            child.communicate(b"\n")


if __name__ == "__main__":
    unittest.main()
