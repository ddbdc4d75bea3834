"""What a user without privileges is told: refusals have their reasons, and the rest still comes."""
import os
import socket
import subprocess
import unittest

from live import BIN, NEEDED, NOBODY, ROOT, LiveTest, loads, psutil, read, tool

GUARDED = {"exe": "readlink", "cwd": "readlink", "environ": "open", "io_counters": None,
           "memory_footprint": "open", "memory_full_info": "open", "memory_maps": "open",
           "open_files": None, "net_connections": None}
OWN_ROOT = "mount -t proc -o hidepid={} proc /proc && exec setpriv --reuid 65534 --regid 65534 " \
           "--clear-groups \"$@\""


@unittest.skipUnless(ROOT, "only root can become somebody else")
class Nobody(LiveTest):
    @classmethod
    def setUpClass(cls):
        if subprocess.run(["test", "-x", BIN], **NOBODY).returncode != 0:
            raise unittest.SkipTest("nobody may not run the command where it lies")

    def as_nobody(self, *words):
        status, out, err = psutil(*words, **NOBODY)
        self.assertEqual((status, err), (0, b""), words)
        return loads(out)


class Processes(Nobody):
    def test_of_root(self):  # corner cases 6, 9
        pid = self.sleeper(cwd="/").pid
        found = self.as_nobody("proc", str(pid))
        errors = found.pop("errors")
        self.assertEqual(set(errors), set(GUARDED))
        for field, call in GUARDED.items():
            self.assertRegex(errors[field], rf"\AAccessDenied: pid {pid}: {call or '[a-z]+'} "
                                            rf"/proc/{pid}/[a-z_]+: Permission denied\Z")
        whole = self.proc(pid)
        moving = {"cpu_percent", "num_ctx_switches", "cpu_num"}
        self.assertEqual({name: value for name, value in found.items() if name not in moving},
                         {name: value for name, value in whole.items()
                          if name not in moving | set(GUARDED)})

    def test_of_the_first_process(self):
        errors = self.as_nobody("proc", "1")["errors"]
        self.assertEqual(set(errors), set(GUARDED))
        for reason in errors.values():
            self.assertRegex(reason, r"\AAccessDenied: pid 1: \w+ /proc/1/\w+: Permission denied\Z")

    def test_of_its_own(self):
        child = self.sleeper(cwd="/", env={"A": "1"}, **NOBODY)
        found = self.as_nobody("proc", str(child.pid))
        self.assertNotIn("errors", found)
        self.assertEqual((found["cwd"], found["environ"]), ("/", {"A": "1"}))
        self.assertEqual(found["uids"], {"real": 65534, "effective": 65534, "saved": 65534})
        self.assertEqual(found["gids"], {"real": 65534, "effective": 65534, "saved": 65534})
        self.assertEqual(found["username"], tool("id", "-nu", "65534").strip())
        self.assertEqual(self.proc(child.pid, "username")["username"], found["username"])

    def test_number_of_descriptors(self):
        """stat() of /proc/PID/fd tells it to anyone since Linux 6.2."""
        pid = self.sleeper().pid
        status, out, _ = psutil("proc", str(pid), "num_fds", **NOBODY)
        found = loads(out)
        if os.stat(f"/proc/{pid}/fd").st_size:
            self.assertEqual(found["num_fds"], len(os.listdir(f"/proc/{pid}/fd")))
        else:
            self.assertIn("AccessDenied", found["errors"]["num_fds"])

    def test_all_denied(self):
        """Nothing but refusals is an answer too: an object of errors."""
        found = self.as_nobody("proc", str(self.sleeper().pid), "cwd,exe")
        self.assertEqual(list(found), ["errors"])


class System(Nobody):
    def test_every_function(self):
        """None needs privileges."""
        for function in self.as_nobody("get", "--json"):
            words = NEEDED.get(function["name"], [])
            with self.subTest(function=function["name"]):
                self.as_nobody("get", function["name"], *words)

    def test_sockets_of_others(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            port = server.getsockname()[1]
            (row,) = [row for row in self.as_nobody("get", "net_connections", "kind=tcp4")
                      if row["laddr"]["port"] == port and row["status"] == "LISTEN"]
            self.assertEqual((row["pid"], row["fd"]), (None, None))

    def test_pids_and_counters(self):
        pid = self.sleeper().pid
        self.assertIn(pid, self.as_nobody("get", "pids"))
        self.assertIs(self.as_nobody("get", "pid_exists", f"pid={pid}"), True)
        self.assertEqual(set(self.as_nobody("get", "net_io_counters", "pernic=true")),
                         {line.split(":")[0].strip()
                          for line in read("/proc/net/dev").splitlines()[2:]})

    def test_a_folder_that_is_closed(self):
        line = psutil("get", "disk_usage", "path=/root/x", **NOBODY)
        if not os.stat("/root").st_mode & 0o001:
            self.assertEqual((line[0], line[1]), (1, b""))
            self.assertIn(b"statvfs /root/x: Permission denied", line[2])


class HiddenProcesses(Nobody):
    """proc(5): hidepid=1 closes other users' folders, hidepid=2 hides them."""

    def with_hidepid(self, level, *words):
        done = subprocess.run(["unshare", "--mount", "sh", "-c", OWN_ROOT.format(level), "sh",
                               os.path.abspath(BIN), *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
        if b"unshare:" in done.stderr or b"mount:" in done.stderr or b"setpriv" in done.stderr:
            self.skipTest("/proc cannot be mounted with hidepid here")
        return done.returncode, done.stdout, done.stderr

    def test_closed(self):  # corner case 6
        pid = self.sleeper().pid
        status, out, err = self.with_hidepid(1, "proc", str(pid))
        if status == 0:
            for reason in loads(out)["errors"].values():
                self.assertIn("AccessDenied", reason)
        else:
            self.assertEqual((status, out), (1, b""))
            self.assertIn(f"AccessDenied: pid {pid}".encode(), err)
        status, out, _ = self.with_hidepid(1, "get", "pids")
        self.assertIn(pid, loads(out))

    def test_hidden(self):  # corner case 6
        pid = self.sleeper().pid
        status, out, err = self.with_hidepid(2, "proc", str(pid))
        self.assertEqual((status, out), (1, b""))
        self.assertRegex(err.decode(), rf"(NoSuchProcess|AccessDenied): pid {pid}")
        status, out, _ = self.with_hidepid(2, "get", "pids")
        self.assertEqual(status, 0)
        self.assertNotIn(pid, loads(out))
        status, out, _ = self.with_hidepid(2, "get", "net_connections", "kind=all")
        self.assertEqual(status, 0)

    def test_overview(self):  # corner case 6
        """One process that may not be read spoils neither a table nor what stands beside it."""
        for level in (1, 2):
            with self.subTest(hidepid=level):
                status, out, err = self.with_hidepid(level, "--json")
                self.assertEqual((status, err), (0, b""))
                found = loads(out)
                self.assertGreater(found["virtual_memory"]["total"], 0)
                self.assertTrue(found["processes"])
                status, out, err = self.with_hidepid(level)
                self.assertEqual((status, err), (0, b""))
                self.assertHarmless(out)


class Overview(Nobody):
    def test_overview(self):
        status, out, err = psutil(**NOBODY)
        self.assertEqual((status, err), (0, b""))
        self.assertHarmless(out)
        self.assertIsInstance(self.as_nobody("--json"), dict)


if __name__ == "__main__":
    unittest.main()
