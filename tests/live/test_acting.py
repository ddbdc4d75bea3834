"""psutil kill, nice, ionice, limit, affinity and wait against the tools that they stand for."""
import contextlib
import os
import re
import signal
import subprocess
import threading
import time
import unittest

from live import BIN, NOBODY, ROOT, LiveTest, letter, loads, psutil, read, tool, wait_until

IGNORES = ["sh", "-c", "trap '' TERM; exec sleep 600"]  # what is ignored stays so


def end_group(pid):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def comm(pid):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return read(f"/proc/{pid}/comm")


def waits(pid):
    """Whether it has got hold of the processes that it waits for."""
    links = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            links.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return any("pidfd" in link for link in links) and letter(pid) == "S"


class Acting(LiveTest):
    def rows(self, *args, status=0, err=b"", **options):
        found, out, said = psutil(*args, "--json", **options)
        self.assertEqual((found, said), (status, err), (args, out))
        self.assertHarmless(out)
        return loads(out)

    def row(self, *args, **options):
        rows = self.rows(*args, **options)
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    @contextlib.contextmanager
    def reaped(self, child):
        """Somebody waits for it meanwhile, as a shell does."""
        waiter = threading.Thread(target=child.wait)
        waiter.start()
        yield
        child.kill()
        waiter.join()


class Kill(Acting):
    def test_signals_by_name_and_number(self):
        first = signal.SIGRTMIN
        for word, number in [(None, 15), ("TERM", 15), ("SIGINT", 2), ("usr1", 10), ("9", 9),
                             ("RTMIN", first), ("SIGRTMIN+3", first + 3), ("RTMAX-1", signal.SIGRTMAX - 1)]:
            with self.subTest(word=word):
                child = self.sleeper()
                args = ["--signal", word] if word else []
                row = self.row("kill", str(child.pid), *args)
                self.assertEqual((row["pid"], row["name"], row["result"], row["error"]),
                                 (child.pid, "sleep", "sent", None))
                self.assertEqual(child.wait(20), -number)
        for word in ["", "NOSUCH", "SIG", "-1", "15x", "RTMIN+", "RTMIN+99", "RTMAX+1", "9999"]:
            with self.subTest(word=word):
                self.assertIn("psutil kill --list", self.refused(2, "kill", "1", "--signal", word))

    def test_list_against_kill(self):
        text = tool("bash", "-c", "for n in {1..64}; do printf '%d %s\\n' $n \"$(kill -l $n)\"; done")
        wanted = {int(number): name for number, name in re.findall(r"^(\d+) (\S+)$", text, re.M)}
        found = {int(line.split()[0]): line.split()[1]
                 for line in psutil("kill", "--list")[1].decode().splitlines()}
        for number in range(1, 32):
            self.assertEqual(found[number], "SIG" + wanted[number].replace("SIG", "", 1)
                             if wanted[number].startswith("SIG") else "SIG" + wanted[number])
        self.assertEqual(set(range(signal.SIGRTMIN, signal.SIGRTMAX + 1)), set(found) - set(range(32)))

    def test_selects_as_pgrep(self):
        children = [self.sleeper() for _ in range(3)]
        mine = f"ppid={os.getpid()}"
        wanted = tool("pgrep", "-x", "sleep", "-P", str(os.getpid())).split()
        rows = self.rows("kill", "--dry-run", "--name", "sleep", "--filter", mine)
        self.assertEqual([str(row["pid"]) for row in rows], wanted)
        self.assertEqual({row["result"] for row in rows}, {"would be sent"})
        self.assertEqual([child.poll() for child in children], [None] * 3)
        other = self.start(["tail", "-f", "/dev/null"])
        rows = self.rows("kill", "--name", "sleep", "--filter", mine, "--yes")
        self.assertEqual([child.wait(20) for child in children], [-15] * 3)
        self.assertIsNone(other.poll())

    def test_never_itself_by_filter(self):
        status, out, err = psutil("kill", "--dry-run", "--json", "--filter", "pid>0", "--signal", "0")
        pids = {row["pid"] for row in loads(out)}
        self.assertFalse(pids & {1, os.getpid(), os.getppid()})
        self.assertRegex(err.decode(), rf"\Apsutil: left out, unless named by pid: .*\b{os.getpid()}\b")
        self.assertEqual(self.row("kill", "-S", "0", str(os.getpid()))["result"], "may be signalled")
        status, out, err = psutil("kill", "--filter", f"pid={os.getpid()}")
        self.assertEqual((status, out), (1, b""))
        self.assertTrue(err.endswith(b"psutil: no other process matches\n"), err)

    def test_timeout(self):
        polite, rude = self.sleeper(), self.start(IGNORES)
        wait_until(lambda: int(re.search(r"SigIgn:\s*(\w+)", read(f"/proc/{rude.pid}/status"))[1], 16)
                   & 1 << 14)
        with self.reaped(polite), self.reaped(rude):
            rows = self.rows("kill", "--timeout", "1", "--tree", "--yes", str(polite.pid), str(rude.pid))
        by_pid = {row["pid"]: row for row in rows}
        self.assertEqual(by_pid[polite.pid]["result"], "ended")
        self.assertEqual((by_pid[rude.pid]["result"], by_pid[rude.pid]["signal"]), ("killed", "SIGKILL"))
        self.assertEqual((polite.returncode, rude.returncode), (-15, -9))

    def test_timeout_and_a_zombie(self):
        child = self.sleeper()  # which nobody waits for
        row = self.row("kill", "--timeout", "0.3", str(child.pid))
        self.assertEqual(row["result"], "zombie")
        self.assertIn(f"pid {os.getpid()}", row["error"])
        self.assertEqual(self.row("kill", str(child.pid))["result"], "zombie")

    def test_tree(self):
        parent = self.start(["sh", "-c", "sleep 600 & sh -c 'sleep 600 & wait' & wait"],
                            start_new_session=True)
        self.addCleanup(end_group, parent.pid)

        def below():
            lines = tool("ps", "-e", "-o", "pid=,ppid=").splitlines()
            found, parents = {parent.pid}, [line.split() for line in lines]
            for _ in range(3):
                found |= {int(pid) for pid, ppid in parents if int(ppid) in found}
            return found
        wait_until(lambda: len(below()) == 4)
        pids = below()
        rows = self.rows("kill", "--tree", "--dry-run", str(parent.pid))
        self.assertEqual({row["pid"] for row in rows}, pids)
        self.assertEqual(rows[0]["pid"], parent.pid)
        status, out, err = psutil("kill", "--tree", str(parent.pid), start_new_session=True)
        self.assertEqual((status, out), (1, b""))
        self.assertIn(b"--yes", err)
        self.rows("kill", "--tree", "--yes", "-S", "KILL", str(parent.pid))
        parent.wait()
        wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))

    def test_many_without_a_terminal(self):
        children = [self.sleeper(), self.sleeper()]
        mine = f"ppid={os.getpid()} && name=sleep"
        for answer in [b"", b"y\n"]:
            done = subprocess.run([BIN, "kill", "--filter", mine], input=answer, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, start_new_session=True)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(b"2 processes match, and there is no terminal to ask on: --yes", done.stderr)
        self.assertEqual([child.poll() for child in children], [None, None])
        one = f"pid={children[0].pid}"
        self.assertEqual(self.row("kill", "--filter", one, start_new_session=True)["result"], "sent")
        self.assertEqual(children[0].wait(20), -15)

    def test_who_is_not_there(self):
        child = self.sleeper()
        row = self.row("kill", str(child.pid), "999999999", status=1,
                       err=b"psutil: NoSuchProcess: pid 999999999: process no longer exists\n")
        self.assertEqual(row["result"], "sent")
        self.assertEqual(child.wait(20), -15)
        self.refused(1, "kill", "--name", "no such name")
        self.refused(2, "kill")
        self.refused(2, "kill", "x")
        self.refused(2, "kill", "--timeout", "-1", "1")

    @unittest.skipUnless(ROOT, "only root can become somebody else")
    def test_of_somebody_else(self):
        child = self.sleeper()
        if subprocess.run(["test", "-x", BIN], **NOBODY).returncode != 0:
            self.skipTest("nobody may not run the command where it lies")
        for args in [("kill",), ("kill", "--dry-run"), ("kill", "--timeout", "0"), ("nice", "--set", "9"),
                     ("ionice", "--set", "idle"), ("limit", "--set", "core=0"),
                     ("affinity", "--set", "0")]:
            with self.subTest(args=args):
                row = self.row(*args, str(child.pid), status=1, **NOBODY)
                self.assertEqual(row["result"], "refused")
                self.assertIn(f"AccessDenied: pid {child.pid}", row["error"])
        self.assertIsNone(child.poll())
        own = self.sleeper(**NOBODY)
        self.assertEqual(self.row("kill", str(own.pid), **NOBODY)["result"], "sent")
        self.assertEqual(own.wait(20), -15)

    def test_of_another_machine(self):
        status, out, err = psutil("--procfs", "/proc/1/root/no-such-proc", "kill", "1")
        self.assertEqual((status, out), (1, b""))


class KernelThreads(Acting):
    def test_they_are_refused_or_done_as_by_the_tools(self):
        pids = [pid for pid in os.listdir("/proc") if pid.isdigit()
                and comm(pid) == "ksoftirqd/0\n"]
        if not pids or not ROOT:
            self.skipTest("no kernel thread that may be touched is seen here")
        pid = pids[0]
        done = subprocess.run(["taskset", "-cp", "0", pid], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        row = self.row("affinity", "--set", "0", pid, status=int(done.returncode != 0))
        self.assertEqual(row["result"] == "set", done.returncode == 0)
        self.assertEqual(self.row("kill", "-S", "0", pid)["result"], "may be signalled")
        self.assertEqual(self.row("nice", pid)["command"], "[ksoftirqd/0]")


class Nice(Acting):
    def seen(self, pid):
        return int(tool("ps", "-o", "ni=", "-p", str(pid)))

    def test_against_ps_and_renice(self):
        pid = str(self.sleeper().pid)
        row = self.row("nice", "--set", "7", pid)
        self.assertEqual((row["before"], row["nice"], row["result"]), (self.seen(os.getpid()), 7, "set"))
        self.assertEqual(self.seen(pid), 7)
        tool("renice", "-n", "11", "-p", pid)
        self.assertEqual(self.row("nice", pid)["nice"], 11)
        self.assertEqual(self.row("nice", "--set", "100", pid)["nice"], 19)
        self.assertEqual(self.seen(pid), 19)
        self.row("nice", "--set", "0", "--dry-run", pid)
        self.assertEqual(self.seen(pid), 19)
        if ROOT:
            self.row("nice", "--set", "-5", pid)
            self.assertEqual(self.seen(pid), -5)
        for word in ["", "x", "1.5", "+", "5x"]:
            self.refused(2, "nice", "--set", word, pid)

    def test_showing_asks_nothing(self):
        children = {self.sleeper().pid, self.sleeper().pid}
        rows = self.rows("nice", "--filter", f"ppid={os.getpid()} && name=sleep", start_new_session=True)
        self.assertEqual({row["pid"] for row in rows}, children)


class Ionice(Acting):
    def test_against_ionice(self):
        pid = str(self.sleeper().pid)
        for word, wanted in [("idle", "idle"), ("best-effort:6", "best-effort: prio 6"),
                             ("best-effort", "best-effort: prio 4"), ("IOPRIO_CLASS_BE:1", "best-effort: prio 1"),
                             ("3", "idle"), ("none", "none: prio 0")]:
            with self.subTest(word=word):
                self.assertEqual(self.row("ionice", "--set", word, pid)["result"], "set")
                self.assertEqual(tool("ionice", "-p", pid).strip(), wanted)
        tool("ionice", "-c", "2", "-n", "3", "-p", pid)
        row = self.row("ionice", pid, "--columns", "priority,class,level")
        self.assertEqual(row, {"priority": "best-effort:3", "class": "IOPRIO_CLASS_BE", "level": 3})
        for word in ["", "x", "idle:x", "best-effort:"]:
            self.refused(2, "ionice", "--set", word, pid)
        for word in ["idle:3", "best-effort:8", "9"]:
            self.assertEqual(self.row("ionice", "--set", word, pid, status=1)["result"], "failed")


class Limit(Acting):
    def seen(self, pid):
        text = tool("prlimit", "-p", str(pid), "--raw", "--noheadings", "-o", "RESOURCE,SOFT,HARD")
        numbers = {"unlimited": -1}
        return {name.lower(): (numbers.get(soft) or int(soft), numbers.get(hard) or int(hard))
                for name, soft, hard in (line.split() for line in text.splitlines())}

    def test_against_prlimit(self):
        pid = str(self.sleeper().pid)
        rows = self.rows("limit", pid)
        self.assertEqual({row["resource"]: (row["soft"], row["hard"]) for row in rows}, self.seen(pid))
        tool("prlimit", "-p", pid, "--core=1000:unlimited" if ROOT else "--core=0:0")
        rows = self.rows("limit", pid)
        self.assertEqual({row["resource"]: (row["soft"], row["hard"]) for row in rows}, self.seen(pid))

    def test_set(self):
        pid = str(self.sleeper().pid)
        before = self.seen(pid)
        rows = self.rows("limit", "--set", "nofile=100:200,core=0,cpu=1h:,fsize=1M:2G", pid)
        self.assertEqual([(row["resource"], row["result"]) for row in rows],
                         [(name, "set") for name in ["nofile", "core", "cpu", "fsize"]])
        self.assertEqual(rows[2]["before"], "unlimited:unlimited")
        seen = self.seen(pid)
        self.assertEqual(seen["nofile"], (100, 200))
        self.assertEqual(seen["core"], (0, 0))
        self.assertEqual(seen["cpu"], (3600, before["cpu"][1]))
        self.assertEqual(seen["fsize"], (1 << 20, 2 << 30))
        self.rows("limit", "--set", "nofile=50:", "--dry-run", pid)
        self.assertEqual(self.seen(pid)["nofile"], (100, 200))
        row = self.row("limit", "--set", "nofile=300:200", pid, status=1)
        self.assertEqual(row["result"], "failed")
        self.assertIn(f"pid {pid}", row["error"])
        self.assertEqual(self.seen(pid)["nofile"], (100, 200))

    def test_mistakes(self):
        for word in ["", "x", "nofile", "nofile=", "nofile=:", "nofile=x", "nofile=1:x", "files=1",
                     "nofile=-5", "nofile=1,,", "=1", "nofile=1:2:3"]:
            with self.subTest(word=word):
                self.refused(2, "limit", "--set", word, "1")


class Affinity(Acting):
    def seen(self, pid):
        return tool("taskset", "-cp", str(pid)).split(": ")[1].strip()

    def test_against_taskset(self):
        pid = str(self.sleeper().pid)
        allowed = sorted(os.sched_getaffinity(0))
        self.assertEqual(self.row("affinity", pid)["cpus"], allowed)
        for cpu in allowed[:4]:
            self.assertEqual(self.row("affinity", "--set", str(cpu), pid)["cpus"], [cpu])
            self.assertEqual(self.seen(pid), str(cpu))
        row = self.row("affinity", "--set", "all", pid)
        self.assertEqual((row["before"], row["cpus"]), (str(allowed[:4][-1]), allowed))
        text = psutil("affinity", pid, "-o", "cpus", "--no-header")[1].decode().strip()
        tool("taskset", "-cp", ",".join(map(str, allowed)), pid)
        self.assertEqual(self.seen(pid).replace("-", ","), text.replace("-", ","))
        self.assertEqual(self.row("affinity", "--set", "60000", pid, status=1)["result"], "failed")
        for word in ["", "x", "1-", "3-1", "0,", "0-3:0", "99999999", "-1"]:
            self.refused(2, "affinity", "--set", word, pid)


class Wait(Acting):
    def test_exit_codes(self):
        def ends(words, wanted):
            child = self.start(words, stdin=subprocess.PIPE)
            with self.reaped(child):
                waiter = subprocess.Popen([BIN, "wait", "--json", str(child.pid)], stdout=subprocess.PIPE)
                wait_until(lambda: waits(waiter.pid))
                child.stdin.close()
                row = loads(waiter.communicate(timeout=20)[0])[0]
            self.assertEqual((waiter.returncode, row["result"], row["pid"]), (0, "ended", child.pid))
            if row["exit_code"] is not None:  # Linux tells since 6.15
                self.assertEqual((row["exit_code"], row["signal"]), wanted)
        ends(["sh", "-c", "read x; exit 3"], (3, None))
        ends(["sh", "-c", "read x; kill -TERM $$"], (-15, "SIGTERM"))

    def test_timeout_and_any(self):
        one, two = self.sleeper(), self.sleeper()
        pids = [str(one.pid), str(two.pid)]
        start = time.monotonic()
        rows = self.rows("wait", "--timeout", "0.5", *pids, status=1)
        self.assertGreaterEqual(time.monotonic() - start, 0.5)
        self.assertEqual([row["result"] for row in rows], ["still there"] * 2)
        with self.reaped(one):
            waiter = subprocess.Popen([BIN, "wait", "--json", "--any", *pids], stdout=subprocess.PIPE)
            wait_until(lambda: waits(waiter.pid))
            one.terminate()
            rows = loads(waiter.communicate(timeout=20)[0])
        self.assertEqual(waiter.returncode, 0)
        self.assertEqual({row["pid"]: row["result"] for row in rows},
                         {one.pid: "ended", two.pid: "still there"})

    def test_sleeps_and_tells_at_once(self):
        children = [self.sleeper() for _ in range(5)]
        waiter = self.start([BIN, "wait", "--jsonl", *(str(child.pid) for child in children)],
                            stdout=subprocess.PIPE)
        def switches():
            return read(f"/proc/{waiter.pid}/status").split("\nvoluntary_ctxt_switches:")[1].split()[0]
        wait_until(lambda: waits(waiter.pid))
        time.sleep(0.2)
        before = switches()
        time.sleep(1)
        self.assertEqual(switches(), before)
        for child in reversed(children):
            child.kill()
            child.wait()
            self.assertEqual(loads(waiter.stdout.readline())["pid"], child.pid)
        self.assertEqual((waiter.stdout.read(), waiter.wait(20)), (b"", 0))

    def test_against_pidwait(self):
        if subprocess.run(["sh", "-c", "command -v pidwait"], stdout=subprocess.DEVNULL).returncode:
            self.skipTest("pidwait is not installed")
        child = self.sleeper()
        mine = ["-x", "sleep", "-P", str(os.getpid())]
        with self.reaped(child):
            tools = [subprocess.Popen(["pidwait", *mine]),
                     subprocess.Popen([BIN, "wait", "--filter", f"name=sleep && ppid={os.getpid()}"],
                                      stdout=subprocess.DEVNULL)]
            wait_until(lambda: all(waits(waiter.pid) for waiter in tools))
            self.assertEqual([waiter.poll() for waiter in tools], [None, None])
            child.terminate()
            self.assertEqual([waiter.wait(20) for waiter in tools], [0, 0])

    def test_mistakes(self):
        self.refused(2, "wait")
        self.refused(2, "wait", "--timeout", "x", "1")
        self.refused(1, "wait", "999999999")


if __name__ == "__main__":
    unittest.main()
