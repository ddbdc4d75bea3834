"""Commands that act, while the pids that were chosen are given to others. Not a test by itself:
test_asking.py starts it in a namespace of pids of its own."""
import os
import signal
import sys
import unittest

from live import LiveTest, loads, psutil, read, wait_until
from test_asking import QUESTION, Terminal

NEXT_PID = "/proc/sys/kernel/ns_last_pid"


class Inside(LiveTest):
    def successor(self, pid):
        """Ends the process, and starts another with its pid."""
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with open(NEXT_PID, "w", encoding="ascii") as file:
            file.write(str(pid - 1))
        child = os.fork()
        if child == 0:
            os.execvp("sleep", ["sleep", "601"])
        self.assertEqual(child, pid)
        self.addCleanup(self.end_pid, child)

    @staticmethod
    def end_pid(pid):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def first(self):
        pids = []
        for _ in range(2):
            child = os.fork()
            if child == 0:
                os.execvp("sleep", ["sleep", "600"])
            pids.append(child)
        wait_until(lambda: all(read(f"/proc/{pid}/comm") == "sleep\n" for pid in pids))
        return pids

    def test_every_command(self):
        for args in [("kill",), ("kill", "--timeout", "1"), ("nice", "--set", "7"),
                     ("ionice", "--set", "idle"), ("limit", "--set", "nofile=5:6"),
                     ("affinity", "--set", "0")]:
            with self.subTest(args=args):
                pids = self.first()
                before = self.state_of(pids)
                terminal = Terminal(self, *args, "--name", "sleep", "--json")
                terminal.expect(QUESTION)
                for pid in pids:
                    self.successor(pid)
                out = terminal.answer(b"y\n")
                rows = loads(out[out.rindex(b"\n[") + 1:])
                self.assertEqual([row["pid"] for row in rows], pids)
                for row in rows:
                    self.assertEqual(row["result"], "gone", row)
                    self.assertIn("NoSuchProcess", row["error"])
                self.assertEqual(os.waitstatus_to_exitcode(terminal.status), 1)
                self.assertEqual([os.waitpid(pid, os.WNOHANG) for pid in pids], [(0, 0), (0, 0)])
                self.assertEqual(self.state_of(pids), before)
                self.doCleanups()

    @staticmethod
    def state_of(pids):
        fields = "nice,ionice,cpu_affinity,rlimit"
        return [loads(psutil("proc", str(pid), fields)[1]) for pid in pids]


if __name__ == "__main__":
    if not os.access(NEXT_PID, os.W_OK):
        sys.exit(print("no namespace"))
    unittest.main()
