"""Runs a program in a terminal of its own and reads what it draws."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time


def plain(data):
    """What stays on the screen, without the control sequences."""
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|.)", "",
                  data.decode("utf-8", "replace"))


def start(command, env, folder):
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            os.execve(command[0], command, env)
        finally:
            os._exit(127)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    return pid, terminal


def read(terminal, seconds):
    """What comes within that time, or None at the end."""
    if not select.select([terminal], [], [], seconds)[0]:
        return b""
    try:
        return os.read(terminal, 65536) or None
    except OSError:  # EIO: the program has left the terminal
        return None


def stop(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ChildProcessError, ProcessLookupError):
        pass  # it has ended by itself, and was waited for


def screen_of(command, env, folder, until, seconds=200):
    """Everything that it drew until all of those texts were seen, and for two seconds more; then it is ended."""
    pid, terminal = start(command, env, folder)
    drawn, deadline, seen = b"", time.monotonic() + seconds, False
    try:
        while time.monotonic() < deadline and (part := read(terminal, 0.2)) is not None:
            drawn += part
            if not seen and all(text in plain(drawn) for text in until):
                seen, deadline = True, time.monotonic() + 2
        over = os.waitpid(pid, os.WNOHANG)[0] != 0
    finally:
        stop(pid)
        os.close(terminal)
    if over or not seen:
        raise AssertionError(f"it {'ended' if over else 'did not draw'}:\n" + plain(drawn)[-3000:])
    return plain(drawn)
