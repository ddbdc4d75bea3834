"""Network against ss, ip, lsof and ethtool."""
import json
import os
import re
import socket
import unittest

from live import LiveTest, read, steadily, tool

# ss's names of states, and psutil's
STATES = {
    "LISTEN": "LISTEN", "ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECV",
    "FIN-WAIT-1": "FIN_WAIT1", "FIN-WAIT-2": "FIN_WAIT2", "TIME-WAIT": "TIME_WAIT",
    "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK", "CLOSING": "CLOSING", "UNCONN": "NONE",
}


def end_of_ss(text):
    """'[::1]:80', '127.0.0.1%lo:53' or '*:*' as (ip, port)."""
    ip, port = text.rsplit(":", 1)
    ip = re.sub(r"%\w+", "", ip).strip("[]").replace("*", "::")
    return (ip, int(port)) if port != "*" else None


def end_of_ours(end):
    return (end["ip"], end["port"]) if end and end.get("ip") is not None else None


def ss(option):
    """(fd, local, peer, status) of the sockets that this process has."""
    rows = set()
    for line in tool("ss", "-anpH" + option).splitlines():
        state, _, _, local, peer, *rest = line.split(None, 5)
        for pid, fd in re.findall(r"pid=(\d+),fd=(\d+)", " ".join(rest)):
            if int(pid) == os.getpid():
                rows.add((int(fd), end_of_ss(local), end_of_ss(peer), STATES[state]))
    return rows


class Sockets(LiveTest):
    def ours(self, kind):
        return {
            (row["fd"], end_of_ours(row["laddr"]), end_of_ours(row["raddr"]), row["status"])
            for row in self.get("net_connections", "kind=" + kind)
            if row["pid"] == os.getpid()
        }

    def make(self, family, kind, address):
        made = socket.socket(family, kind)
        self.addCleanup(made.close)
        try:
            made.bind(address)
        except OSError as error:
            self.skipTest(f"cannot bind {address[0]}: {error}")
        return made

    def test_tcp(self):
        server = self.make(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        server.listen()
        client = socket.create_connection(server.getsockname())
        self.addCleanup(client.close)
        accepted, _ = server.accept()
        self.addCleanup(accepted.close)
        copy = os.dup(server.fileno())
        self.addCleanup(os.close, copy)
        wanted = ss("t4")
        self.assertEqual(len(wanted), 4)
        self.assertEqual(self.ours("tcp4"), wanted)

    def test_tcp6(self):
        server = self.make(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0))
        server.listen()
        wanted = ss("t6")
        self.assertEqual(len(wanted), 1)
        self.assertEqual(self.ours("tcp6"), wanted)

    def test_udp(self):
        server = self.make(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(client.close)
        client.connect(server.getsockname())
        # ss names a connected UDP socket's state; psutil has none for UDP.
        wanted = {row[:3] + ("NONE",) for row in ss("u4")}
        self.assertEqual(len(wanted), 2)
        self.assertEqual(self.ours("udp4"), wanted)

    def test_unix(self):
        pair = socket.socketpair()
        for end in pair:
            self.addCleanup(end.close)
        inodes = {str(os.fstat(end.fileno()).st_ino) for end in pair}
        # By words: the paths of others' sockets may hold blanks.
        self.assertLessEqual(inodes, set(tool("ss", "-axH").split()))
        fds = {row["fd"] for row in self.get("net_connections", "kind=unix") if row["pid"] == os.getpid()}
        self.assertLessEqual({end.fileno() for end in pair}, fds)

    def test_lsof(self):
        """Whose the listening sockets are, of all processes."""
        server = self.make(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        server.listen()

        def check():
            wanted, pid = set(), None
            for line in tool("lsof", "-nP", "-iTCP", "-sTCP:LISTEN", "-FpfnP", okay=(0, 1)).split():
                if line[0] == "p":
                    pid = int(line[1:])
                elif line[0] == "f":
                    fd = int(line[1:])
                elif line[0] == "n":
                    wanted.add((pid, fd, int(line.rsplit(":", 1)[1])))
            found = {(row["pid"], row["fd"], row["laddr"]["port"])
                     for row in self.get("net_connections", "kind=tcp")
                     if row["status"] == "LISTEN" and row["pid"] is not None}
            self.assertEqual(found, wanted)
            self.assertIn((os.getpid(), server.fileno(), server.getsockname()[1]), found)
        steadily(check)

    def test_every_socket_of_the_machine(self):
        """Also those without an owner (TIME_WAIT) and of processes that the caller may not see."""
        def check():
            for option, kind in (("t4", "tcp4"), ("t6", "tcp6"), ("u4", "udp4"), ("u6", "udp6")):
                lines = (line.split() for line in tool("ss", "-anH" + option).splitlines())
                wanted = {(end_of_ss(line[3]), end_of_ss(line[4])) for line in lines}
                found = {(end_of_ours(row["laddr"]), end_of_ours(row["raddr"]))
                         for row in self.get("net_connections", "kind=" + kind)}
                self.assertEqual(found, wanted)
        steadily(check)


class Interfaces(LiveTest):
    def test_addresses(self):
        wanted = set()
        for link in json.loads(tool("ip", "-j", "address")):
            for info in link["addr_info"]:
                ip = info["local"]
                if info["family"] == "inet6" and ip.startswith("fe80:"):
                    ip += "%" + link["ifname"]
                wanted.add((info.get("label", link["ifname"]), ip, info.get("broadcast")))
            if link.get("address"):
                broadcast = link.get("broadcast") if "BROADCAST" in link["flags"] else None
                wanted.add((link["ifname"], link["address"], broadcast))
        found = {
            (name, row["address"], row["broadcast"])
            for name, rows in self.get("net_if_addrs").items()
            for row in rows
        }
        self.assertEqual(found, wanted)

    def test_links(self):
        wanted = {link["ifname"]: link for link in json.loads(tool("ip", "-j", "link"))}
        found = self.get("net_if_stats")
        self.assertEqual(set(found), set(wanted))
        for name, row in found.items():
            flags = wanted[name]["flags"]
            self.assertEqual(row["mtu"], wanted[name]["mtu"])
            for flag in ("UP", "BROADCAST", "LOOPBACK", "NOARP", "PROMISC", "MULTICAST"):
                self.assertEqual(flag in flags, flag.lower() in row["flags"].split(","))

    def counters(self):
        return {
            link["ifname"]: link["stats64"] for link in json.loads(tool("ip", "-j", "-s", "link"))
        }

    def test_counters(self):
        before = self.counters()
        found = self.get("net_io_counters", "pernic=true")
        after = self.counters()
        self.assertEqual(set(found), set(after))
        for name, row in found.items():
            for field, side, count in (
                ("bytes_recv", "rx", "bytes"), ("bytes_sent", "tx", "bytes"),
                ("packets_recv", "rx", "packets"), ("packets_sent", "tx", "packets"),
                ("errin", "rx", "errors"), ("errout", "tx", "errors"),
            ):
                self.assertLessEqual(before[name][side][count], row[field])
                self.assertLessEqual(row[field], after[name][side][count])

    def test_speed_and_duplex(self):
        duplexes = {"Full": "NIC_DUPLEX_FULL", "Half": "NIC_DUPLEX_HALF"}
        for name, row in self.get("net_if_stats").items():
            with self.subTest(interface=name):
                text = tool("ethtool", name, okay=(0, 75))
                speed = re.search(r"Speed: (\d+)Mb/s", text)
                duplex = re.search(r"Duplex: (\w+)", text)
                self.assertEqual(row["speed"], int(speed[1]) if speed else None)
                self.assertEqual(row["duplex"],
                                 duplexes.get(duplex and duplex[1], "NIC_DUPLEX_UNKNOWN"))

    def test_total(self):
        def check():
            before = self.counters()
            found = self.get("net_io_counters")
            after = self.counters()
            for field, side, count in (("bytes_recv", "rx", "bytes"), ("bytes_sent", "tx", "bytes"),
                                       ("packets_recv", "rx", "packets"),
                                       ("packets_sent", "tx", "packets")):
                self.assertBetween(sum(row[side][count] for row in before.values()), found[field],
                                   sum(row[side][count] for row in after.values()))
        steadily(check)

    def test_proc_net_dev(self):
        rows = {line.split(":")[0].strip(): line.split(":")[1].split()
                for line in read("/proc/net/dev").splitlines()[2:]}
        found = self.get("net_io_counters", "pernic=true")
        self.assertEqual(set(found), set(rows))
        for name, words in rows.items():
            self.assertLessEqual(int(words[3]), found[name]["dropin"])
            self.assertLessEqual(int(words[11]), found[name]["dropout"])


if __name__ == "__main__":
    unittest.main()
