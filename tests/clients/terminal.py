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


def ended(pid, seconds):
    """Waits for the program, and ends it when it does not end by itself."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False


def screen_of(command, env, folder, until, keys, seconds=40):
    """Everything that was drawn until all of those texts were seen and the keys were answered by an end."""
    pid, terminal = start(command, env, folder)
    drawn, deadline, pressed = b"", time.monotonic() + seconds, False
    while time.monotonic() < deadline:
        part = read(terminal, 0.2)
        if part is None:
            break
        drawn += part
        if not pressed and all(text in plain(drawn) for text in until):
            time.sleep(1)
            os.write(terminal, keys)
            pressed = True
    over = ended(pid, 5)
    os.close(terminal)
    shown = plain(drawn)
    if not pressed or not over:
        raise AssertionError(f"it {'did not end' if pressed else 'did not draw'}:\n" + shown[-3000:])
    return shown
