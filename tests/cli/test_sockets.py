"""psutil net: sockets of an invented machine."""
import os
import unittest

from command import CommandTest, Root, loads, psutil, to_bytes

TCP_HEAD = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
TCP = b"%4d: %s %s %s 00000000:00000000 00:00000000 00000000  1000        0 %d 1 0 0 0 0\n"
UNIX_HEAD = b"Num       RefCount Protocol Flags    Type St Inode Path\n"


def tcp(*sockets):
    return TCP_HEAD + b"".join(TCP % (i, *socket) for i, socket in enumerate(sockets))


class Machine(CommandTest):
    def setUp(self):
        self.root = root = Root(self)
        root.process(10, b"server", [b"server"])
        root.process(11, b"\033[2Jx\n\xff", [b"x"])
        root.write("proc/net/tcp", tcp((b"0100007F:0016", b"00000000:0000", b"0A", 100),
                                       (b"0100007F:0016", b"0200007F:C000", b"01", 101),
                                       (b"0100007F:0016", b"0300007F:C001", b"06", 0)))
        root.write("proc/net/udp", tcp((b"00000000:0035", b"00000000:0000", b"07", 102)))
        root.write("proc/net/unix", UNIX_HEAD + b"".join(
            b"0000000000000000: 00000002 00000000 %s %d %s\n" % (state, inode, path)
            for state, inode, path in [
                (b"00010000 0001 01", 200, b"/run/a\033[31m\x07"),
                (b"00000000 0001 03", 201, b"@\t\xff\xfe"),
                (b"00000000 0002 01", 202, "/run/\u202ewide\u4e2d\u0301".encode())]))
        for pid, fd, inode in [(10, 3, 100), (10, 4, 101), (11, 5, 102), (11, 6, 200)]:
            os.makedirs(f"{root.path}/proc/{pid}/fd", exist_ok=True)
            root.link(f"proc/{pid}/fd/{fd}", f"socket:[{inode}]")

    def net(self, *args):
        status, out, err = psutil(*self.root.options(), "net", *args)
        self.assertEqual((status, err), (0, b""), args)
        self.assertHarmless(out)
        return out.decode()

    def rows(self, *args):
        return loads(self.net("--json", *args))


class Net(Machine):
    def test_usual_columns(self):
        self.assertEqual(self.rows("--kind", "tcp"), [
            {"proto": "tcp", "local": {"ip": "127.0.0.1", "port": 22}, "remote": None,
             "state": "LISTEN", "pid": 10, "program": "server"},
            {"proto": "tcp", "local": {"ip": "127.0.0.1", "port": 22},
             "remote": {"ip": "127.0.0.2", "port": 49152},
             "state": "ESTABLISHED", "pid": 10, "program": "server"},
            {"proto": "tcp", "local": {"ip": "127.0.0.1", "port": 22},
             "remote": {"ip": "127.0.0.3", "port": 49153},
             "state": "TIME_WAIT", "pid": None, "program": None}])
        lines = self.net("--kind", "tcp").splitlines()
        self.assertEqual(lines[0].split(), ["PROTO", "LOCAL", "REMOTE", "STATE", "PID", "PROGRAM"])
        self.assertEqual(lines[1].split(), ["tcp", "127.0.0.1:22", "-", "LISTEN", "10", "server"])

    def test_same_as_get(self):
        names = "fd,family,type,laddr,raddr,status,pid"
        wanted = self.answer(*self.root.options(), "get", "net_connections", "kind=all")
        self.assertEqual(self.rows("--kind", "all", "--columns", names), wanted)
        self.assertEqual(len(wanted), 7)

    def test_without_owners(self):
        names = "family,type,laddr,raddr,status"
        wanted = self.answer(*self.root.options(), "get", "net_connections", "kind=all")
        found = self.rows("--kind", "all", "--columns", names)
        self.assertEqual(found, [{name: row[name] for name in names.split(",")}
                                 for row in wanted])

    def test_listen(self):
        self.assertEqual([(row["proto"], row["local"]["port"]) for row in self.rows("--listen")],
                         [("tcp", 22), ("udp", 53)])
        self.assertEqual([to_bytes(row["local"]) for row in self.rows("--listen", "--kind", "unix")],
                         [b"/run/a\033[31m\x07", "/run/\u202ewide\u4e2d\u0301".encode()])
        self.assertEqual(len(self.rows("--listen", "--kind", "all", "--columns", "local")), 4)

    def test_filter_and_order(self):
        self.assertEqual(len(self.rows("--filter", "port=22 && remote_port>49152")), 1)
        self.assertEqual(len(self.rows("--filter", "local=~:53$ or program=server")), 3)
        ports = [row["remote_port"] for row in
                 self.rows("--sort", "-remote_port", "-o", "remote_port", "--kind", "tcp")]
        self.assertEqual(ports, [49153, 49152, None])

    def test_hostile_names(self):
        rows = self.rows("--kind", "unix")
        self.assertEqual([to_bytes(row["local"]) for row in rows],
                         [b"/run/a\033[31m\x07", b"@\t\xff\xfe",
                          "/run/\u202ewide\u4e2d\u0301".encode()])
        self.assertEqual(to_bytes(rows[0]["program"]), b"\033[2Jx\n\xff")
        for form in ([], ["--csv"], ["--jsonl"], ["--color", "never", "--resolve=0.1"]):
            self.assertEqual(self.net("--kind", "unix", *form).count("\n"),
                             4 if form != ["--jsonl"] else 3)

    def test_mistakes(self):
        for args, word in [(("--kind", "tcp5"), "not tcp5"), (("--resolve=x",), "--resolve"),
                           (("--resolve=0",), "--resolve"), (("5",), "--filter pid=")]:
            self.assertIn(word, self.refused(2, "net", *args))


class Resolve(Machine):
    def test_names(self):
        row = self.rows("--kind", "tcp", "--resolve=30", "--columns", "+local_name,+user")[0]
        self.assertEqual(row["local"], {"ip": "127.0.0.1", "port": 22})
        if row["local_name"] is None:
            self.skipTest("127.0.0.1 has no name here")
        text = self.net("--kind", "tcp", "--resolve=30", "--no-header").split()
        self.assertTrue(text[1].startswith(row["local_name"] + ":"), text)


if __name__ == "__main__":
    unittest.main()
