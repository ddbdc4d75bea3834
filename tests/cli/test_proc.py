"""psutil proc: fields, refusals, options, relatives."""
import os
import signal
import subprocess
import time
import unittest

from command import BIN, CommandTest, Root, psutil, loads

FIELDS = ("pid ppid name exe cmdline environ create_time status cwd username uids gids terminal "
          "nice ionice rlimit io_counters num_ctx_switches num_fds num_threads threads cpu_times "
          "cpu_percent cpu_affinity cpu_num memory_info memory_info_ex memory_footprint "
          "memory_full_info memory_percent memory_maps page_faults open_files net_connections "
          "parent parents children is_running").split()


class LiveProcess(CommandTest):
    def setUp(self):
        self.child = subprocess.Popen(["sleep", "60"], cwd="/", stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                      env={"A": "1", "EMPTY": "", "B": "x=y"})
        self.addCleanup(self.end)
        while os.readlink(f"/proc/{self.child.pid}/exe") == os.readlink("/proc/self/exe"):
            time.sleep(0.01)

    def end(self):
        self.child.kill()
        self.child.wait()

    def proc(self, *args):
        return self.answer("proc", str(self.child.pid), *args)

    def test_every_field(self):
        found = self.proc()
        errors = found.pop("errors", {})
        self.assertEqual(sorted([*found, *errors]), sorted(FIELDS))
        if os.geteuid() == 0:
            self.assertEqual(errors, {})

    def test_values(self):
        found = self.proc()
        pid = self.child.pid
        self.assertEqual(found["pid"], pid)
        self.assertEqual(found["ppid"], os.getpid())
        self.assertEqual(found["name"], os.path.basename(os.readlink(f"/proc/{pid}/exe")))
        self.assertEqual(found["cmdline"], ["sleep", "60"])
        self.assertEqual(found["environ"], {"A": "1", "EMPTY": "", "B": "x=y"})
        self.assertEqual(found["cwd"], "/")
        self.assertEqual(found["status"], "sleeping")
        self.assertEqual(found["uids"], dict.fromkeys(["real", "effective", "saved"], os.getuid()))
        self.assertEqual(found["cpu_affinity"], sorted(os.sched_getaffinity(pid)))
        self.assertEqual(found["num_threads"], 1)
        self.assertEqual(list(found["threads"][0]), ["id", "user_time", "system_time"])
        self.assertEqual(found["open_files"], [])
        self.assertEqual(found["net_connections"], [])
        self.assertIs(found["is_running"], True)
        self.assertIsInstance(found["cpu_percent"], float)
        self.assertEqual(found["ionice"]["ioclass"], "IOPRIO_CLASS_NONE")

    def test_composite_memory(self):
        found = self.proc("memory_info,memory_footprint,memory_full_info,memory_info_ex")
        base = "rss vms shared text lib data dirty".split()
        self.assertEqual(list(found["memory_info"]), base)
        self.assertEqual(list(found["memory_footprint"]), ["uss", "pss", "swap"])
        self.assertEqual(found["memory_full_info"],
                         {**found["memory_info"], **found["memory_footprint"]})
        self.assertEqual(list(found["memory_info_ex"]), base +
                         "peak_rss peak_vms rss_anon rss_file rss_shmem swap hugetlb".split())
        self.assertEqual(found["memory_info_ex"]["rss"], found["memory_info"]["rss"])

    def test_limits_by_name(self):
        import resource
        limits = self.proc("rlimit")["rlimit"]
        soft, hard = resource.prlimit(self.child.pid, resource.RLIMIT_NOFILE)
        self.assertEqual(limits["RLIMIT_NOFILE"], {"soft": soft, "hard": hard})
        self.assertEqual(len(limits), 16)
        self.assertTrue(all(name.startswith("RLIMIT_") for name in limits))

    def test_names_of_fields(self):
        wanted = {"pid": self.child.pid, "name": "sleep", "ppid": os.getpid()}
        if self.proc("name")["name"] != "sleep":
            self.skipTest("sleep is part of a larger program here")
        for words in [["pid,name,ppid"], ["pid", "name", "ppid"], ["pid,name", "ppid"],
                      ["pid,", ",name,", "ppid,pid,name"], ["name", "--", "pid", "ppid"]]:
            with self.subTest(words=words):
                self.assertEqual(self.proc(*words), wanted)
        self.assertEqual(self.proc("is_running"), {"is_running": True})

    def test_maps(self):
        grouped = self.proc("memory_maps")["memory_maps"]
        single = self.proc("memory_maps", "--ungrouped")["memory_maps"]
        self.assertEqual(list(single[0])[:3], ["addr", "perms", "path"])
        self.assertRegex(single[0]["addr"], r"\A[0-9a-f]+-[0-9a-f]+\Z")
        self.assertEqual(list(grouped[0]), list(single[0])[2:])
        self.assertEqual({item["path"] for item in grouped}, {item["path"] for item in single})
        self.assertGreater(len(single), len(grouped))

    def test_connections_by_kind(self):
        import socket
        with socket.socket() as tcp, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM):
            tcp.bind(("127.0.0.1", 0))
            tcp.listen()
            own = str(os.getpid())
            found = self.answer("proc", own, "net_connections")["net_connections"]
            self.assertIn({"fd": tcp.fileno(), "family": "AF_INET", "type": "SOCK_STREAM",
                           "laddr": {"ip": "127.0.0.1", "port": tcp.getsockname()[1]},
                           "raddr": None, "status": "LISTEN"}, found)
            found = self.answer("proc", own, "net_connections", "--kind", "unix")
            self.assertIn(("AF_UNIX", "SOCK_DGRAM"), [(conn["family"], conn["type"])
                                                      for conn in found["net_connections"]])
            found = self.answer("proc", own, "net_connections", "--kind=udp6")
            self.assertEqual(found, {"net_connections": []})

    def test_relatives(self):
        found = self.proc("parent,parents,children")
        self.assertEqual(found["parent"], os.getpid())
        self.assertEqual(found["parents"][0], os.getpid())
        self.assertEqual(found["children"], [])
        own = self.answer("proc", str(os.getpid()), "children", "--recursive")
        self.assertIn(self.child.pid, own["children"])

    def test_the_first_process_has_no_parent(self):
        found = self.answer("proc", "1", "parent", "parents", "ppid")
        self.assertEqual(found, {"ppid": 0, "parent": None, "parents": []})

    def test_stopped_process(self):
        self.child.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.child.pid, os.WSTOPPED)
        self.assertEqual(self.proc("status"), {"status": "stopped"})

    def test_busy_process(self):
        busy = subprocess.Popen(["sh", "-c", "while :; do :; done"])
        try:
            percent = self.answer("proc", str(busy.pid), "cpu_percent")["cpu_percent"]
            self.assertGreater(percent, 5)
        finally:
            busy.kill()
            busy.wait()

    def test_zombie(self):
        zombie = subprocess.Popen(["true"])
        try:
            os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
            found = self.answer("proc", str(zombie.pid))
            self.assertEqual(found["status"], "zombie")
            self.assertIs(found["is_running"], True)
            self.assertEqual(sorted([*found.pop("errors"), *found]), sorted(FIELDS))
        finally:
            zombie.wait()

    def test_thread_is_no_process(self):
        import threading
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        try:
            self.assertIn("NoSuchProcess", self.refused(1, "proc", str(thread.native_id)))
            self.assertIs(self.answer("get", "pid_exists", f"pid={thread.native_id}"), False)
        finally:
            stop.set()
            thread.join()


@unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
class OfSomebodyElse(CommandTest):
    def test_refusals_have_reasons(self):
        probe = subprocess.run(["test", "-x", BIN], user=65534, group=65534, extra_groups=[])
        if probe.returncode != 0:
            self.skipTest("nobody may not run the command where it lies")
        status, out, err = psutil("proc", "1", "name,exe,status,cwd,environ,memory_footprint",
                                  user=65534, group=65534, extra_groups=[])
        self.assertEqual((status, err), (0, b""))
        found = loads(out)
        self.assertEqual(sorted(found), ["errors", "name", "status"])
        self.assertEqual(sorted(found["errors"]), ["cwd", "environ", "exe", "memory_footprint"])
        self.assertEqual(found["errors"]["exe"],
                         "AccessDenied: pid 1: readlink /proc/1/exe: Permission denied")
        for reason in found["errors"].values():
            self.assertTrue(reason.startswith("AccessDenied: pid 1: "), reason)
            self.assertTrue(reason.endswith(": Permission denied"), reason)


class InventedProcess(CommandTest):
    def setUp(self):
        self.root = Root(self)
        self.root.process(1, b"init", [b"/sbin/init"], ppid=0)
        self.root.process(7, b"seven", [b"/bin/seven", b"", b"x"], [b"A=1", b"A=2", b"none", b"=x"])

    def proc(self, *args):
        return self.answer(*self.root.options(), "proc", *args)

    def test_values(self):
        self.assertEqual(self.proc("7", "name,ppid,cmdline,environ,uids,status"),
                         {"name": "seven", "ppid": 1, "cmdline": ["/bin/seven", "", "x"],
                          "environ": {"A": "2"}, "status": "sleeping",
                          "uids": {"real": 1, "effective": 2, "saved": 3}})

    def test_relatives(self):
        self.assertEqual(self.proc("1", "children")["children"], [7])
        self.assertEqual(self.proc("7", "parents")["parents"], [1])

    def test_nothing_is_asked_of_the_running_kernel(self):
        found = self.proc("1")
        self.assertNotIn("ionice", found)
        self.assertRegex(found["errors"]["ionice"], r"\ANotSupported: ")
        self.assertEqual(found["name"], "init")

    def test_what_is_missing_is_reported(self):
        os.unlink(self.root.path + "/proc/7/statm")
        found = self.proc("7", "name", "memory_info")
        self.assertEqual(found["name"], "seven")
        self.assertEqual(list(found["errors"]), ["memory_info"])

    def test_the_process_is_missing(self):
        self.assertIn("NoSuchProcess: pid 8", self.refused(1, *self.root.options(), "proc", "8"))


if __name__ == "__main__":
    unittest.main()
