"""Processes in states made on purpose."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from live import BIN, ROOT, STATE, LiveTest, letter, loads, psutil, read, tool, wait_until
from command import to_bytes

NAMES = [b"two words", b"a) R 1 (b", b"line\nline", b"\xff\xfe broken", b"((((", b"\033[2J", b"%s%n"]


class Ended(LiveTest):
    def zombie(self):
        child = subprocess.Popen(["true"])
        self.addCleanup(child.wait)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        return child.pid

    def test_zombie(self):  # corner case 14
        pid = self.zombie()
        found = self.answer("proc", str(pid))
        self.assertEqual((found["status"], found["name"], found["ppid"]),
                         ("zombie", "true", os.getpid()))
        self.assertIs(found["is_running"], True)
        self.assertEqual(tool("ps", "-o", "stat=", "-p", str(pid))[0], "Z")
        # Its memory is gone, and with it whose it was: only root may look.
        kinds = "ZombieProcess" if ROOT else "ZombieProcess|AccessDenied"
        for field in ("exe", "cwd", "environ", "cmdline", "memory_maps"):
            self.assertRegex(found["errors"][field], rf"\A({kinds}): pid {pid}\b", field)
        self.assertNotIn("NoSuchProcess", str(found["errors"]))
        if ROOT:
            self.assertEqual([found[field] for field in ("open_files", "net_connections", "num_fds")],
                             [[], [], 0])
            self.assertEqual(set(found["memory_full_info"].values()), {0})

    def test_reaped(self):  # corner case 5
        child = subprocess.Popen(["true"])
        child.wait()
        self.assertIn(f"NoSuchProcess: pid {child.pid}", self.refused(1, "proc", str(child.pid)))

    def test_whose_first_thread_ended(self):  # corner case 14
        """A process whose main thread has left lives on in the others, though it looks a zombie."""
        code = ("import ctypes,os,threading,time\n"
                "threading.Thread(target=time.sleep, args=(600,)).start()\n"
                "os.write(1, b'!')\n"
                "ctypes.CDLL(None).syscall(%d, 0)\n" % (60 if os.uname().machine == "x86_64" else 93))
        if ctypes.sizeof(ctypes.c_void_p) != 8:
            self.skipTest("the number of exit(2) is another here")
        child = self.start(["python3", "-c", code], stdout=subprocess.PIPE)
        self.assertEqual(child.stdout.read(1), b"!")
        wait_until(lambda: letter(child.pid) == "Z")
        found = self.answer("proc", str(child.pid), "is_running", "num_threads", "ppid", "cmdline")
        self.assertIs(found["is_running"], True)
        self.assertEqual(found["ppid"], os.getpid())


class Living(LiveTest):
    def test_stopped(self):
        child = self.sleeper()
        child.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, child.pid, os.WSTOPPED)
        self.assertEqual(self.one(child.pid, "status"), "stopped")
        self.assertEqual(tool("ps", "-o", "stat=", "-p", str(child.pid))[0], "T")
        child.send_signal(signal.SIGCONT)
        wait_until(lambda: letter(child.pid) != "T")
        self.assertIn(self.one(child.pid, "status"), ("sleeping", "running"))

    def test_traced(self):  # corner case 14
        child = self.state()
        libc = ctypes.CDLL(None, use_errno=True)
        attach, detach = 16, 17
        if libc.ptrace(attach, child.pid, None, None) != 0:
            self.skipTest("tracing is forbidden here")
        try:
            wait_until(lambda: letter(child.pid) == "t")
            self.assertEqual(self.one(child.pid, "status"), "tracing-stop")
        finally:
            libc.ptrace(detach, child.pid, None, None)

    def test_running(self):
        child = self.start(["sh", "-c", "while :; do :; done"])
        wait_until(lambda: self.one(child.pid, "status") == "running")

    def test_names(self):  # corner case 1
        for name in NAMES:
            with self.subTest(name=name):
                child = self.state("name", name)
                found = self.proc(child.pid, "name", "cmdline", "status", "ppid")
                with open(f"/proc/{child.pid}/comm", "rb") as file:
                    self.assertEqual(file.read(), name[:15] + b"\n")
                self.assertEqual(to_bytes(found["name"]), name[:15])
                self.assertEqual(list(map(to_bytes, found["cmdline"])),
                                 [os.fsencode(STATE), b"name", name])
                self.assertEqual((found["status"], found["ppid"]), ("sleeping", os.getpid()))

    def test_long_name(self):  # corner case 3
        """Longer than the 15 letters that the kernel keeps: taken from the command line."""
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "a-name-of-more-than-fifteen-letters")
        shutil.copy(STATE, path)
        child = self.start([path], stdout=subprocess.PIPE)
        self.assertEqual(child.stdout.read(1), b"!")
        self.assertEqual(read(f"/proc/{child.pid}/comm"), "a-name-of-more-\n")
        self.assertEqual(self.one(child.pid, "name"), os.path.basename(path))

    def test_deleted_exe(self):  # corner case 9
        folder = tempfile.mkdtemp()
        path = os.path.join(folder, "gone")
        shutil.copy(STATE, path)
        child = self.start([path], cwd=folder, stdout=subprocess.PIPE)
        self.assertEqual(child.stdout.read(1), b"!")
        shutil.rmtree(folder)
        found = self.proc(child.pid, "exe", "cwd", "name")
        self.assertEqual(os.readlink(f"/proc/{child.pid}/exe"), path + " (deleted)")
        self.assertIn(found["exe"], (path, path + " (deleted)"))
        self.assertIn(found["cwd"], (folder, folder + " (deleted)"))
        self.assertEqual(found["name"], "gone")

    def test_title(self):  # corner case 4
        """A program that writes over its arguments: one word, as ps shows it."""
        child = self.state("title", "worker: idle", "room for the title " * 4)
        found = self.one(child.pid, "cmdline")
        shown = tool("ps", "-o", "args=", "-p", str(child.pid)).strip()
        self.assertEqual(" ".join(found).strip(), shown)
        self.assertIn("worker: idle", shown)

    def test_deleted_mapping(self):  # corner case 8
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "mapped file")
        child = self.state("map", path)
        (item,) = [item for item in self.one(child.pid, "memory_maps")
                   if item["path"].startswith(path)]
        self.assertEqual((item["size"], item["rss"]), (8192, 4096))

    def test_many_threads(self):  # corner case 11
        child = self.state("threads", "3000")
        found = self.proc(child.pid, "num_threads", "threads")
        self.assertEqual(found["num_threads"], 3001)
        self.assertEqual([thread["id"] for thread in found["threads"]],
                         sorted(map(int, os.listdir(f"/proc/{child.pid}/task"))))
        self.assertEqual(tool("ps", "-o", "nlwp=", "-p", str(child.pid)).strip(), "3001")

    def test_thread_ids(self):  # corner case 10
        child = self.state("threads", "1")
        (thread,) = set(map(int, os.listdir(f"/proc/{child.pid}/task"))) - {child.pid}
        self.assertIn("NoSuchProcess", self.refused(1, "proc", str(thread)))
        self.assertIs(self.get("pid_exists", f"pid={thread}"), False)
        self.assertNotIn(thread, self.get("pids"))


class Sockets(LiveTest):
    def test_inherited(self):
        """A child that has them open: sockets of each kind, by its own descriptors."""
        ends = [socket.socket(socket.AF_INET, socket.SOCK_STREAM),
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM), *socket.socketpair()]
        for end in ends:
            self.addCleanup(end.close)
        ends[0].bind(("127.0.0.1", 0))
        ends[0].listen()
        ends[1].bind(("127.0.0.1", 0))
        child = self.sleeper(pass_fds=[end.fileno() for end in ends])
        found = self.proc(child.pid, "net_connections", "--kind=all")["net_connections"]
        kinds = {row["fd"]: (row["family"], row["type"]) for row in found
                 if row["fd"] in [end.fileno() for end in ends]}
        self.assertEqual(kinds, {
            ends[0].fileno(): ("AF_INET", "SOCK_STREAM"), ends[1].fileno(): ("AF_INET", "SOCK_DGRAM"),
            ends[2].fileno(): ("AF_UNIX", "SOCK_STREAM"), ends[3].fileno(): ("AF_UNIX", "SOCK_STREAM")})

    @unittest.skipUnless(ROOT, "only root makes network namespaces")
    def test_of_another_network(self):  # corner case 27
        """A process of another network namespace: its sockets are that network's."""
        code = ("import socket,os,time\ns = socket.socket()\ns.bind(('0.0.0.0', 4321))\ns.listen()\n"
                "os.write(1, b'!')\ntime.sleep(600)\n")
        child = self.start(["unshare", "--net", "python3", "-c", code], stdout=subprocess.PIPE)
        if child.stdout.read(1) != b"!":
            self.skipTest("namespaces cannot be made here")
        (row,) = self.one(child.pid, "net_connections")
        self.assertEqual((row["laddr"], row["status"]), ({"ip": "0.0.0.0", "port": 4321}, "LISTEN"))
        inside = tool("nsenter", "-t", str(child.pid), "-n", "ss", "-ltnH")
        self.assertIn("0.0.0.0:4321", inside)


@unittest.skipUnless(ROOT, "only root makes pid namespaces")
class OtherPids(LiveTest):
    def test_inside(self):
        """The command within a pid namespace with a /proc of its own sees that one's processes."""
        script = 'mount -t proc proc /proc && "$1" get pids && "$1" proc 1 pid,ppid,parent'
        done = subprocess.run(["unshare", "--pid", "--fork", "--mount", "sh", "-c", script, "sh",
                               os.path.abspath(BIN)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        if b"unshare" in done.stderr or b"mount" in done.stderr:
            self.skipTest("namespaces cannot be made here")
        pids, first = map(loads, done.stdout.splitlines())
        self.assertEqual(pids[0], 1)
        self.assertLess(len(pids), 6)
        self.assertEqual(first, {"pid": 1, "ppid": 0, "parent": None})


class PidsThatAreNone(LiveTest):
    def test_refused(self):  # corner case 10
        top = int(read("/proc/sys/kernel/pid_max"))
        for pid in ("0", str(top + 1), str(2 ** 31), str(2 ** 63 - 1)):
            with self.subTest(pid=pid):
                self.assertIn("NoSuchProcess", self.refused(1, "proc", pid))
        for pid in ("-1", "x", "", "1x", str(2 ** 64), "0x1", "1.0"):
            with self.subTest(pid=pid):
                self.assertNotEqual(psutil("proc", pid)[0], 0)


if __name__ == "__main__":
    unittest.main()
