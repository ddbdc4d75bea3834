"""The looking commands against the tools that they stand for."""
import calendar
import json
import os
import re
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from live import BIN, CommandTest, loads, psutil, steadily, tool
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

    def test_unix_listen_against_ss(self):
        """But for sockets without a name, which nobody can send to (ss -l has them)."""
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listens, \
                socket.socket(socket.AF_UNIX) as bound, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
            for name, made in [("listens", listens), ("bound", bound), ("datagrams", datagrams)]:
                made.bind(f"{folder}/{name}")
            listens.listen()

            def check():
                words = [line.split() for line in tool("ss", "-H", "-xl").splitlines()]
                wanted = {word[4] for word in words if word[4] != "*" and
                          (word[1] == "LISTEN" or word[0] == "u_dgr")}
                found = {row["local"] for row in rows("net", "--listen", "--kind", "unix")}
                self.assertEqual(found, wanted)
                self.assertLessEqual({f"{folder}/listens", f"{folder}/datagrams"}, found)
                self.assertNotIn(f"{folder}/bound", found)
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



class Interfaces(CommandTest):
    def test_against_ip(self):
        found = {row["name"]: row for row in rows("if", "--columns", "+flags,+isup")}
        wanted = json.loads(tool("ip", "-json", "addr"))
        self.assertEqual(set(found), {link["ifname"] for link in wanted})
        for link in wanted:
            row = found[link["ifname"]]
            self.assertEqual(row["mtu"], link["mtu"])
            self.assertEqual(row["state"] == "up", {"UP", "LOWER_UP"} <= set(link["flags"]))
            ours = {addr["address"].split("%")[0] for addr in row["addresses"]}
            self.assertLessEqual({addr["local"] for addr in link["addr_info"]}, ours)
            self.assertIn(row["mac"], (link.get("address"), None))

    def test_prefixes_against_ip(self):
        found = {}
        for line in psutil("if", "--no-header", "-o", "name,addresses")[1].decode().splitlines():
            name, addresses = line.split(None, 1)
            found[name] = set(addresses.split()) - {"-"}
        wanted = {link["ifname"]: {f"{addr['local']}/{addr['prefixlen']}"
                                   for addr in link["addr_info"]}
                  for link in json.loads(tool("ip", "-json", "addr"))}
        self.assertEqual(found, wanted)

    def test_counters_against_ip(self):
        def check():
            (row,) = rows("if", "lo", "--columns", "bytes_recv,packets_recv,errin,dropin")
            (link,) = json.loads(tool("ip", "-json", "-s", "link", "show", "lo"))
            got = link["stats64"]["rx"]
            self.assertEqual(list(row.values()),
                             [got["bytes"], got["packets"], got["errors"], got["dropped"]])
        steadily(check)


class Memory(CommandTest):
    def test_maps_against_pmap(self):
        text = tool("pmap", "-X", str(os.getpid())).splitlines()[:-2]
        names = text[1].split()
        wanted = {}
        for line in text[2:]:
            values = dict(zip(names, line.split(None, len(names) - 1)))
            wanted[int(values["Address"], 16)] = values
        found = rows("maps", str(os.getpid()))
        self.assertLessEqual(len(found), len(wanted))
        for row in found:
            start = int(row["addr"].split("-")[0], 16)
            self.assertEqual(row["size"], int(wanted[start]["Size"]) * 1024)
            self.assertEqual(row["perms"], wanted[start]["Perm"])
        self.assertAlmostEqual(sum(row["rss"] for row in found) / 1024,
                               sum(int(values["Rss"]) for values in wanted.values()), delta=1024)

    def test_total_against_pmap(self):
        wanted = tool("pmap", "-X", str(os.getpid())).splitlines()[-1].split()
        total = psutil("maps", str(os.getpid()), "--bytes")[1].decode().splitlines()[-1].split()
        self.assertEqual(int(total[2]), int(wanted[0]) * 1024)

    def test_mem_against_smem(self):
        with subprocess.Popen(["sleep", "60"]) as child:
            try:
                text = tool("smem", "-H", "-c", "pid swap uss pss rss", okay=(0,))
                wanted = [[int(word) for word in line.split()] for line in text.splitlines()
                          if line.split()[0] == str(child.pid)]
                (row,) = rows("mem", str(child.pid), "--columns", "pid,swap,uss,pss,rss")
                self.assertEqual(len(wanted), 1)
                for found, kilobytes in list(zip(row.values(), wanted[0]))[1:]:
                    self.assertAlmostEqual(found / 1024, kilobytes, delta=300)
            finally:
                child.kill()

    def test_totals_of_users(self):
        def check():
            groups = {row["name"]: row for row in rows("mem", "--by", "user")}
            counts = {}
            for line in tool("ps", "-e", "-o", "user:40=,rss=").splitlines():
                user, rss = line.split()
                counts[user] = counts.get(user, 0) + (rss != "0")
            user = max(counts, key=counts.get)
            self.assertLessEqual(abs(groups[user]["processes"] - counts[user]),
                                 4 + counts[user] // 10)  # they come and go
            self.assertLessEqual(abs(sum(row["processes"] for row in groups.values()) -
                                     sum(counts.values())), 4 + counts[user] // 10)
        steadily(check)


class Tree(CommandTest):
    def test_against_pstree(self):
        code = "sleep 60 & (sleep 61; true) & exec sleep 62"
        with subprocess.Popen(["sh", "-c", code], start_new_session=True) as child:
            try:
                def check():
                    wanted = tool("pstree", "-A", "-p", str(child.pid))
                    found = psutil("pstree", "-p", str(child.pid),
                                   env={**os.environ, "LC_ALL": "C"})[1].decode()
                    self.assertEqual(found.count("sleep"), 4 - 1)
                    self.assertEqual(found, wanted)
                steadily(check)
                wanted = tool("pstree", "-A", str(child.pid))
                found = psutil("pstree", str(child.pid), env={**os.environ, "LC_ALL": "C"})
                self.assertEqual(found[1].decode(), wanted)
            finally:
                os.killpg(child.pid, 9)

    def test_all_pids_against_ps(self):
        """Those that were there before and after, and hardly any that ps saw neither time."""
        def listed():
            return {int(pid) for pid in tool("ps", "-e", "-o", "pid=").split()}

        def check():
            before, found, after = listed(), [row["pid"] for row in rows("pstree")], listed()
            self.assertEqual(len(found), len(set(found)))
            self.assertEqual((before & after) - set(found), set())
            self.assertLessEqual(len(set(found) - before - after), 4)
        steadily(check)


class Rates(CommandTest):
    def test_cpu_against_mpstat(self):
        def check():
            with subprocess.Popen(["mpstat", "-P", "ALL", "1", "1"], stdout=subprocess.PIPE,
                                  env={**os.environ, "LC_ALL": "C"}) as other:
                found = rows("cpu")
                text = other.communicate()[0].decode()
            lines = [line.split()[1:] for line in text.split("Average:")[0].splitlines()[2:]]
            names = next(line for line in lines if "CPU" in line)
            wanted = {values[0]: dict(zip(names, values)) for values in
                      (line[names.index("CPU"):] for line in lines if len(line) == len(names))
                      if values[0] != "CPU"}
            names = names[names.index("CPU"):]
            self.assertEqual([str(row["cpu"]) for row in found], list(wanted))
            for row in found:
                share = dict(zip(names, list(wanted[str(row["cpu"])].values())))
                self.assertAlmostEqual(row["idle"], float(share["%idle"]), delta=25)
        tool("mpstat", "-V")
        steadily(check)

    def test_io_against_iostat(self):
        tool("iostat", "-V")
        names = set(re.findall(r"(?m)^(\S+) .*\d$", tool("iostat", "-d", "-p", "ALL", "-z")))
        found = {row["name"] for row in rows("io", "-i", "0.05")}
        self.assertLessEqual(names - {"Linux", "Device"}, found)

    def test_writing_is_seen(self):
        """A disk and a process that write for sure, beside what the kernel counts meanwhile."""
        with tempfile.NamedTemporaryFile(dir=".") as file:
            code = ("import os, sys, time\nf = os.open(sys.argv[1], os.O_WRONLY)\n"
                    "while True:\n os.pwrite(f, os.urandom(1 << 20), 0)\n os.fsync(f)\n"
                    " time.sleep(0.01)")
            with subprocess.Popen(["python3", "-c", code, file.name]) as child:
                try:
                    def check():
                        mine = {row["pid"]: row for row in rows("io", "--processes")}
                        if child.pid not in mine:
                            self.skipTest("this file system's writes are not counted")
                        self.assertGreater(mine[child.pid]["written"], 100000)
                    steadily(check, tries=3)
                finally:
                    child.kill()

    def test_traffic_is_seen(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            code = ("import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                    "import time\nwhile True:\n s.sendto(b'x' * 1000, ('127.0.0.1', 9))\n"
                    " time.sleep(0.001)")
            with subprocess.Popen(["python3", "-c", code]) as child:
                try:
                    def check():
                        (row,) = rows("net-io", "lo", "--interval", "0.5")
                        self.assertGreater(row["sent"], 10000)
                        self.assertGreater(row["packets_out"], 10)
                    steadily(check)
                finally:
                    child.kill()
            sender.close()

    def test_watch(self):
        with subprocess.Popen([BIN, "cpu", "--total", "--watch=0.05", "--jsonl"],
                              stdout=subprocess.PIPE) as child:
            lines = [child.stdout.readline() for _ in range(3)]
            child.send_signal(2)
            rest = child.stdout.read()
        self.assertEqual(child.returncode, 0)
        for line in [*lines, *rest.splitlines()]:
            self.assertEqual(loads(line)["cpu"], "all")


# Sessions of an invented utmp, in a mount namespace of its own.
SESSIONS = """
mount --bind "$1" /run && exec "$2" who --json --columns +pid,-idle
"""


class Users(CommandTest):
    def test_against_who(self):
        wanted = tool("who").splitlines()
        self.assertEqual(len(rows("who")), len(wanted))

    def test_sessions(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/utmp", "wb") as file:
                for user, line in [(b"ann", b"pts/0"), (b"\033[2J\xff", b"tty9")]:
                    file.write(struct.pack("hi32s4s32s256shhiii4i20s", 7, os.getpid(), line, b"0",
                                           user, b"10.0.0.1", 0, 0, 0, 1000000000, 0, 0, 0, 0, 0,
                                           b""))
            done = subprocess.run(["unshare", "--mount", "sh", "-c", SESSIONS, "sh", folder,
                                   os.path.abspath(BIN)], capture_output=True, timeout=60)
            if done.returncode and (b"mount" in done.stderr or b"unshare" in done.stderr):
                self.skipTest("no mount namespaces here")
            self.assertHarmless(done.stdout)
            found = loads(done.stdout)
            self.assertEqual([(row["user"].encode(errors="surrogateescape"), row["tty"],
                               row["from"], row["since"], row["pid"]) for row in found],
                             [(b"ann", "pts/0", "10.0.0.1", 1000000000.0, os.getpid()),
                              (b"\033[2J\xff", "tty9", "10.0.0.1", 1000000000.0, os.getpid())])

    def test_uptime_against_uptime(self):
        def check():
            text = tool("uptime")
            (row,) = rows("uptime")
            loads_ = [float(word) for word in re.search(r"average: (.*)", text)[1].split(", ")]
            for found, wanted in zip([row["load1"], row["load5"], row["load15"]], loads_):
                self.assertAlmostEqual(found, wanted, delta=0.02)
            since = time.strptime(tool("uptime", "-s").strip(), "%Y-%m-%d %H:%M:%S")
            self.assertAlmostEqual(row["since"], calendar.timegm(since), delta=2)  # tools: UTC
            self.assertAlmostEqual(row["up"], time.time() - row["since"], delta=5)
        steadily(check)


class Info(CommandTest):
    def test_own_page(self):
        text = psutil("info", str(os.getpid()))[1].decode()
        for word in (f"pid {os.getpid()}", "parents", str(os.getppid()), os.getcwd(), "THREADS",
                     "RLIMIT_NOFILE", "MAPPINGS", "ENVIRONMENT"):
            self.assertIn(word, text)

    def test_other_users_process(self):
        if os.geteuid() != 0:
            self.skipTest("root only")
        other = {"user": 65534, "group": 65534, "extra_groups": []}
        status, out, err = psutil("info", str(os.getpid()), **other)
        self.assertEqual(status, 0)
        self.assertRegex(out.decode(), r"(?m)^  costs +access denied$")
        self.assertIn(b"sudo psutil info shows all", err)
        status, out, err = psutil("maps", str(os.getpid()), **other)
        self.assertEqual((status, out), (1, b""))
        self.assertRegex(err, rb"\Apsutil: AccessDenied: [^\n]*; try sudo psutil maps\n\Z")
        for args in (["files", str(os.getpid())], ["mem"], ["io", "-p", "-i", "0.05"]):
            status, out, err = psutil(*args, **other)
            self.assertEqual(status, 0)
            self.assertRegex(err, rb"\Apsutil: not shown to you: [^\n]*; sudo psutil [^\n]*\n\Z")
            self.assertEqual(psutil(*args, "--json", **other)[2], b"")
        with socket.create_server(("127.0.0.1", 0)) as server:
            status, out, err = psutil("net", **other)
            self.assertIn(b"not shown to you: the owners of", err)
            (row,) = loads(psutil("net", "--json", "--filter",
                                  f"port={server.getsockname()[1]}", **other)[1])
            self.assertIsNone(row["pid"])


if __name__ == "__main__":
    unittest.main()
