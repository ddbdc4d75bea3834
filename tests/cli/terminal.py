"""A person at a terminal: the command in a tmux of its own, keys that are pressed, the screen that is seen."""
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
import unittest

from command import BIN

GOLDEN = os.path.join(os.environ.get("PSUTIL_SOURCE") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", ".."), "tests", "cli", "golden")

# What the shell does around the command: what it says afterwards tells whether the terminal is as before.
AROUND = r'''trap : INT
"$@"; printf 'left with %s\n' "$?"; stty -a | tr ' ;' '\n\n' | grep -xE -- '-?(icanon|echo|isig|icrnl)' | tr '\n' ' '
echo; exec sleep 600'''


class Terminal:
    def __init__(self, owner, *args, columns=80, rows=24, env=(), shell=False):
        if not shutil.which("tmux"):
            raise unittest.SkipTest("tmux is not installed")
        self.owner = owner
        self.folder = tempfile.mkdtemp(prefix="psutil-tmux-")
        owner.addCleanup(shutil.rmtree, self.folder)
        own = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", **dict(env)}
        for name in ("TMUX", "NO_COLOR", "COLUMNS", "LINES"):
            if name not in dict(env):
                own.pop(name, None)
        term = own.pop("TERM_INSIDE", "screen-256color")
        words = ["env", f"TERM={term}", BIN, *args]
        # A shell that the command is typed into, or one that says how it ended.
        typed = shlex.join(words) if shell else None
        words = ["sh", "-i"] if shell else ["sh", "-c", AROUND, "sh", *words]
        self.tmux("start-server", ";", "set", "-g", "default-terminal", term, ";", "new-session",
                  "-d", "-x", str(columns), "-y", str(rows), *words, env=own)
        owner.addCleanup(self.tmux, "kill-server", check=False)
        self.tmux("set", "-g", "status", "off")
        self.tmux("set", "-g", "remain-on-exit", "on")
        self.resize(columns, rows)
        if typed:
            self.type(typed)
            self.press("Enter")

    def tmux(self, *args, env=None, check=True):
        done = subprocess.run(["tmux", "-u", "-f", "/dev/null", "-S", self.folder + "/s", *args], env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
        if check and done.returncode != 0:
            raise unittest.SkipTest("tmux cannot run: " + done.stderr.decode())
        return done.stdout.decode()

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def press(self, *keys):
        """Keys as tmux names them: "k", "Enter", "Down", "F5"."""
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def mouse(self, button, column, row):
        """As an xterm tells of a button that is pressed and let go; columns and rows from 0."""
        for code in (button, 3):
            if code != 3 or button < 64:
                self.tmux("send-keys", "-H", "1b", "5b", "4d",
                          *(f"{number + 32:x}" for number in (code, column + 1, row + 1)))

    def screen(self, colors=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colors else []))

    def pid(self):
        """Of the command itself."""
        shell = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", shell], capture_output=True, check=False)
        return int(found.stdout.split()[0])

    def wait(self, pattern, seconds=30):
        """The screen, once it shows this."""
        end = time.monotonic() + seconds
        while True:
            screen = self.screen()
            if re.search(pattern, screen, re.MULTILINE):
                return screen
            if time.monotonic() > end:
                self.owner.fail(f"the screen does not show {pattern!r}:\n{screen}")
            time.sleep(0.05)

    def wait_gone(self, pattern, seconds=30):
        end = time.monotonic() + seconds
        while re.search(pattern, self.screen(), re.MULTILINE):
            if time.monotonic() > end:
                self.owner.fail(f"the screen still shows {pattern!r}:\n{self.screen()}")
            time.sleep(0.05)
        return self.screen()

    def assertGolden(self, name, pattern):
        """The screen that shows `pattern` is the one that is kept; GOLDEN_RENEW=1 keeps it anew."""
        path = os.path.join(GOLDEN, name + ".txt")
        screen = "\n".join(line.rstrip() for line in self.wait(pattern).splitlines()) + "\n"
        if os.environ.get("GOLDEN_RENEW"):
            time.sleep(1.5)
            screen = "\n".join(line.rstrip() for line in self.screen().splitlines()) + "\n"
            with open(path, "w", encoding="utf-8") as file:
                file.write(screen)
        with open(path, encoding="utf-8") as file:
            kept = file.read()
        end = time.monotonic() + 10  # what is drawn half way is drawn whole soon
        while screen != kept and time.monotonic() < end:
            time.sleep(0.1)
            screen = "\n".join(line.rstrip() for line in self.screen().splitlines()) + "\n"
        self.owner.assertEqual(screen, kept)
