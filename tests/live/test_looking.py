"""The looking commands against the tools that they stand for."""
import os
import re
import socket
import tempfile
import unittest

from live import CommandTest, loads, psutil, steadily, tool
from test_net import STATES, end_of_ss


def rows(*args):
    status, out, err = psutil(*args, "--json")
    assert (status, err) == (0, b""), (args, err)
    return loads(out)


class Net(CommandTest):
    def setUp(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.server.close)
        self.client = socket.create_connection(self.server.getsockname())
        self.addCleanup(self.client.close)

    def test_against_ss(self):
        steadily(self.compare_with_ss)

    def compare_with_ss(self):
        wanted = set()
        for line in tool("ss", "-tanpH").splitlines():
            state, _, _, local, peer, *rest = line.split(None, 5)
            owners = re.findall(r'"([^"]*)",pid=(\d+)', " ".join(rest)) or [(None, None)]
            for name, pid in owners:
                wanted.add((STATES[state], *end_of_ss(local), end_of_ss(peer),
                            pid and int(pid), name))
        found = set()
        for row in rows("net", "--kind", "tcp"):
            local, peer = row["local"], row["remote"]
            found.add((row["state"], local["ip"], local["port"],
                       peer and (peer["ip"], peer["port"]), row["pid"], row["program"]))
        self.assertEqual(found, wanted)

    def test_against_lsof(self):
        text = tool("lsof", "-nP", "-a", "-i", "-p", str(os.getpid()), "-F", "fn")
        wanted = re.findall(r"f(\d+)\nn(\S+)", text)
        found = []
        for line in psutil("net", "--filter", f"pid={os.getpid()}", "--no-header", "-o",
                           "fd,local,remote")[1].decode().splitlines():
            fd, local, remote = line.split()
            found.append((fd, local if remote == "-" else f"{local}->{remote}"))
        self.assertEqual(sorted(found), sorted(wanted))

    def test_listen_against_ss(self):
        def check():
            wanted = {end_of_ss(line.split()[4])
                      for line in tool("ss", "-H", "-tunl").splitlines()}
            found = {(row["local"]["ip"], row["local"]["port"]) for row in rows("net", "--listen")}
            self.assertEqual(found, wanted)
        steadily(check)


class Files(CommandTest):
    def test_against_lsof(self):
        with tempfile.TemporaryDirectory() as folder, open(folder + "/kept", "w") as kept, \
                open(folder + "/gone", "w") as gone, socket.socket() as made:
            os.unlink(gone.name)
            text = tool("lsof", "-nP", "-p", str(os.getpid()), "-F", "fan", okay=(0, 1))
            found = rows("files", str(os.getpid()), "--all")
            modes = {"r": "r", "w": "w", "u": "r+"}
            wanted = {int(fd): (modes[mode], name) for fd, mode, name in
                      re.findall(r"f(\d+)\na(.)\nn([^\n]*)", text)}
            ours = {row["fd"]: (row["mode"].replace("a", "w"), row["path"])
                    for row in found if row["fd"] is not None}
            self.assertEqual(set(ours), set(wanted))
            for file in (kept, gone):
                self.assertEqual(ours[file.fileno()], wanted[file.fileno()])
            self.assertIn(("w", folder + "/gone (deleted)"), ours.values())
            self.assertTrue(ours[made.fileno()][1].startswith("socket:["))
            for kind in ("cwd", "exe"):
                path = re.search(rf"f{kind.replace('exe', 'txt')}\n(?:a.\n)?n([^\n]*)", text)[1]
                self.assertIn(path, [row["path"] for row in found if row["type"] == kind])
            by_folder = {row["fd"] for row in rows("files", folder) if row["pid"] == os.getpid()}
            self.assertEqual(by_folder, {kept.fileno(), gone.fileno()})

    def test_maps_against_lsof(self):
        text = tool("lsof", "-nP", "-p", str(os.getpid()), "-a", "-d", "mem", "-F", "n", okay=(0, 1))
        wanted = set(re.findall(r"\nn(/[^\n]*)", text))
        found = {row["path"] for row in rows("files", str(os.getpid()), "--maps")
                 if row["type"] == "map"}
        self.assertLessEqual(wanted, found)


if __name__ == "__main__":
    unittest.main()
