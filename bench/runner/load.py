"""What the machine is loaded with meanwhile: sleeping processes, or TCP sockets. All belong to one
helper of ours (bench/load.c), which gives them back when we let go of it, or are gone. And the process that is asked about."""
import contextlib
import os
import subprocess


class TooFew(Exception):
    """This machine does not allow so many."""


@contextlib.contextmanager
def load(build, kind, count):
    helper = subprocess.Popen([f"{build}/bench/psutil-load", kind, str(count)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        said = helper.stdout.readline().split()
        reached = int(said[1]) if len(said) == 2 else 0
        if reached < count:
            raise TooFew(f"only {reached} of {count} {kind} can be made here")
        yield
    finally:
        helper.stdin.close()
        helper.wait()
        helper.stdout.close()


@contextlib.contextmanager
def subject():
    """The process that is asked about. It ends with us, however we end."""
    with open(os.devnull, "wb") as null:
        process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=null)
    try:
        yield process.pid
    finally:
        process.stdin.close()
        process.wait()
