"""Processes in every state that a question may meet."""
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# A process with something of everything: files, sockets, threads, mappings, children, a changed
# environment, working directory, niceness and limits. Says "ready" and waits to be ended.
BUSY = r"""
import os, resource, socket, subprocess, sys, threading, time, mmap
os.chdir(sys.argv[1])
os.nice(3)
resource.setrlimit(resource.RLIMIT_NOFILE, (900, 1800))
os.sched_setaffinity(0, {0})
kept = [open("read"  , "w+"), open("read"), open("write", "w"), open("append", "a"),
        open("both", "w+b"), open("plus", "a+b")]
kept[0].write("x" * 5000); kept[0].flush(); kept[1].read(100)
kept.append(open("gone away", "w")); os.unlink("gone away")
kept.append(os.open(".", os.O_RDONLY)); kept.append(os.pipe())
def server(family, kind, address):
    s = socket.socket(family, kind); s.bind(address)
    if kind == socket.SOCK_STREAM: s.listen(4)
    kept.append(s); return s
four = server(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
server(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
kept.append(socket.create_connection(four.getsockname())); kept.append(four.accept())
if os.path.exists("/proc/net/if_inet6"):
    try:
        six = server(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0))
        server(socket.AF_INET6, socket.SOCK_DGRAM, ("::1", 0))
        kept.append(socket.create_connection(six.getsockname()[:2])); kept.append(six.accept())
    except OSError: pass
server(socket.AF_UNIX, socket.SOCK_STREAM, "socket one")
server(socket.AF_UNIX, socket.SOCK_DGRAM, "\0abstract-" + str(os.getpid()))
kept.append(socket.socketpair())
m = mmap.mmap(-1, 1 << 20); m[:] = b"x" * (1 << 20)
stop = threading.Event()
for _ in range(2): threading.Thread(target=stop.wait, daemon=True).start()
kids = [subprocess.Popen(["sh", "-c", "sleep 1000 & echo; wait"], stdout=subprocess.PIPE) for _ in range(2)]
for k in kids: k.stdout.readline()
print("ready", flush=True)
sys.stdin.read()
for k in kids:
    for pid in open(f"/proc/{k.pid}/task/{k.pid}/children").read().split(): os.kill(int(pid), 9)
    k.kill(); k.wait()
"""


class Zoo:
    """Starts each kind of process when it is asked for, and ends them all."""

    def __init__(self):
        self.pids = {}
        self.ends = []
        self.folder = tempfile.mkdtemp(prefix="psutil-zoo-")
        os.chmod(self.folder, 0o755)

    def pid(self, kind):
        if kind not in self.pids:
            self.pids[kind] = getattr(self, "make_" + kind)()
        return self.pids[kind]

    def start(self, *args, **options):
        child = subprocess.Popen(args, stdin=subprocess.PIPE, **options)
        self.ends.append(child)
        return child

    def make_running(self):
        child = self.start("sleep", "1000")
        settle(child.pid, "sleep")
        return child.pid

    def make_busy(self):
        env = dict(os.environ, ZOO="a b=c", EMPTY="", ODD="\udcff")
        child = self.start(sys.executable, "-S", "-c", BUSY, self.folder, stdout=subprocess.PIPE,
                           env=env)
        assert child.stdout.readline() == b"ready\n"
        return child.pid

    def make_zombie(self):
        child = self.start("true")
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        return child.pid

    def make_stopped(self):
        child = self.start("sleep", "1000")
        settle(child.pid, "sleep")
        child.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
        return child.pid

    def make_traced(self):
        """Attaches to a child from a thread that lives as long as the zoo does: this one."""
        child = self.start("sleep", "1000")
        settle(child.pid, "sleep")
        if ctypes.CDLL(None).ptrace(16, child.pid, None, None) != 0:  # PTRACE_ATTACH
            return None
        # Taken, or subprocess would find it and hold the stop of a tracee for an end.
        os.waitid(os.P_PID, child.pid, os.WSTOPPED)
        return child.pid

    def make_other_user(self):
        if os.geteuid() != 0:
            return 1
        child = self.start("sleep", "1000", user=12345, group=12346, extra_groups=[])
        settle(child.pid, "sleep")
        return child.pid

    def make_kernel_thread(self):
        for name in sorted(os.listdir("/proc"), key=lambda n: int(n) if n.isdigit() else 0):
            if name.isdigit():
                with open(f"/proc/{name}/stat") as file:
                    flags = int(file.read().rpartition(")")[2].split()[6])
                if flags & 0x00200000:  # PF_KTHREAD
                    return int(name)
        return None

    def make_thread(self):
        """The id of a thread that is not its process's first."""
        pid = self.pid("busy")
        return max(int(t) for t in os.listdir(f"/proc/{pid}/task") if int(t) != pid)

    def make_deleted(self):
        """Its executable and its working directory are gone."""
        folder = os.path.join(self.folder, "to go")
        os.mkdir(folder)
        program = os.path.join(self.folder, "deleted program")
        with open("/bin/sleep", "rb") as source, open(program, "wb") as target:
            target.write(source.read())
        os.chmod(program, 0o755)
        child = self.start(program, "1000", cwd=folder)
        settle(child.pid, "deleted program"[:15])
        os.unlink(program)
        os.rmdir(folder)
        return child.pid

    def make_odd(self):
        """Odd bytes in its name, and arguments that are empty, odd or long."""
        program = os.path.join(os.fsencode(self.folder), b"a) R 1 (\xff\n b \xe9")
        with open("/bin/sleep", "rb") as source, open(program, "wb") as target:
            target.write(source.read())
        os.chmod(program, 0o755)
        child = self.start(program, b"1000", b"0", b"0." + b"0" * 5000)
        settle(child.pid, None, program)
        return child.pid

    def make_script(self):
        """A script has its own name, and the interpreter's executable."""
        program = os.path.join(self.folder, "a-script-with-a-long-name")
        with open(program, "w") as file:
            file.write("#!/bin/sh\necho ready\nread line\n")
        os.chmod(program, 0o755)
        child = self.start(program, "", "x y", stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        return child.pid

    def make_no_arguments(self):
        """Overwrote its arguments with a title, as daemons do."""
        child = self.start("perl", "-e", '$0 = "a title: with spaces"; print "ready\\n"; $| = 1; print ""; <STDIN>',
                           stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        return child.pid

    def make_vanished(self):
        child = subprocess.Popen(["true"])
        child.wait()
        return child.pid

    def close(self):
        for child in self.ends:
            if child.args and child.pid == self.pids.get("busy"):
                child.stdin.close()
                child.wait(10)
        for child in self.ends:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()
        subprocess.run(["rm", "-rf", self.folder], check=True)


def settle(pid, name, exe=None):
    """Waits until the process has become the program that it was started as, and sleeps."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with open(f"/proc/{pid}/stat", "rb") as file:
            stat = file.read()
        named = name is None or b"(" + name.encode() + b")" in stat
        if named and stat.rpartition(b")")[2].split()[0] == b"S" and \
                (exe is None or os.readlink(f"/proc/{pid}/exe".encode()) == exe):
            return
        time.sleep(0.005)
    raise AssertionError(f"process {pid} did not start")


def reuse_pid(pid, spawn, tries=200):
    """Makes the kernel give `pid` again to what spawn() starts; None where it cannot be had."""
    for _ in range(tries):
        try:
            with open("/proc/sys/kernel/ns_last_pid", "w") as file:
                file.write(str(pid - 1))
        except OSError:
            return None
        child = spawn()
        if child.pid == pid:
            return child
        child.kill()
        child.wait()
    return None
