"""Answers questions about psutil in JSON, one line each: `python answers.py`.

Both sides of the comparison run this file: the reference psutil in its own interpreter and ours in
the one under test. A question is {"source": an expression or statements, "names": variables}; what
it sees besides is `psutil` and the helpers below, and what it stores stays for the next question. An
answer is {"value": ...} or {"error": ...}, both as described by describe() and describe_error().
"""
import enum
import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings

import psutil


def describe(value):
    """The value as JSON that keeps what JSON loses: types, fields, order, bytes, infinities."""
    kind = type(value).__name__
    if isinstance(value, enum.Enum):
        # Enums that are strings or integers stand for the plain value that older programs compare.
        base = str if isinstance(value, str) else int
        return {"type": base.__name__, "value": base(value.value), "enum": f"{kind}.{value.name}"}
    if value is None or isinstance(value, (bool, int, str)):
        return {"type": kind, "value": value}
    if isinstance(value, float):
        return {"type": kind, "value": value if value == value else "nan"}
    if isinstance(value, bytes):
        return {"type": kind, "value": value.decode("latin-1")}
    if isinstance(value, psutil.Process):
        return {"type": kind, "value": value.pid}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {"type": kind, "fields": list(value._fields), "items": [describe(v) for v in value]}
    if isinstance(value, list) and value and type(value[0]).__name__ == "pthread":
        value = sorted(value)  # psutil sorts the ids as text: 10 before 9
    if isinstance(value, (list, tuple)):
        return {"type": kind, "items": [describe(v) for v in value]}
    if isinstance(value, (set, frozenset)):
        return {"type": kind, "items": [describe(v) for v in sorted(value, key=repr)]}
    if isinstance(value, dict):
        return {"type": kind, "keys": [describe(k) for k in value],
                "items": [describe(v) for v in value.values()]}
    if isinstance(value, BaseException):
        return describe_error(value)
    return {"type": kind}


def describe_error(error):
    names = ("pid", "name", "ppid", "msg", "seconds", "errno", "filename")
    return {"type": type(error).__name__, "str": str(error),
            "repr": repr(error) if isinstance(error, psutil.Error) else None,
            "bases": [c.__name__ for c in type(error).__mro__],
            "args": [repr(a) for a in error.args],
            "attributes": {n: describe(getattr(error, n)) for n in names if hasattr(error, n)}}


def order(value):
    """Sorts what comes in no particular order the same on both sides."""
    return repr([str(getattr(v, "value", v)) for v in value] if isinstance(value, tuple) else value)


def plain(value):
    """A constant without its enumeration."""
    return str(value) if isinstance(value, str) else int(value) if isinstance(value, int) else value


def flat(value):
    """The numbers in a number, a tuple or a list of either."""
    return [value] if isinstance(value, (int, float)) else [n for part in value for n in flat(part)]


def shape(value):
    """Types and fields without the values; of lists and dictionaries the kinds of their items."""
    if isinstance(value, tuple):
        return [type(value).__name__, *map(shape, value)]
    if isinstance(value, list):
        return ["list", *sorted({repr(shape(v)) for v in value})][:2]
    if isinstance(value, dict):
        return ["dict", *sorted({repr(shape(v)) for v in value.values()})][:2]
    return type(value).__name__


def mask(question, process):
    """What is answered about a process that is not the same on both sides, without its pid."""
    pid = process.pid
    try:
        return hide(question(process), pid)
    except psutil.Error as error:
        attributes = {k: v for k, v in sorted(vars(error).items()) if not k.startswith("_")}
        return hide([type(error).__name__, str(error), repr(error), attributes], pid)


def hide(value, pid):
    if isinstance(value, (psutil.Process, int)) and value in (pid, os.getpid()) or \
            isinstance(value, psutil.Process) and value.pid in (pid, os.getpid()):
        return f"<{type(value).__name__}>"
    if isinstance(value, str):
        return re.sub(r"started='[^']*'", "started", value.replace(str(pid), "PID"))
    if type(value) in (list, tuple):
        return type(value)(hide(v, pid) for v in value)
    if isinstance(value, dict):
        return {k: hide(v, pid) for k, v in value.items()}
    return value


def within_oneshot(question, pid):
    process = psutil.Process(pid)
    with process.oneshot():
        with process.oneshot():
            question(process)
        return question(process)


class Children:
    """Children of the answering process, in the states that only a parent sees."""

    CODE = {"exits": "input(); import sys; sys.exit(7)",
            "killed": "input(); import os; os.kill(os.getpid(), 9)"}

    def __init__(self):
        self.running = []

    def bring_up(self, kind):
        """A Process, made while it lived, of a child in that state now."""
        args = [sys.executable, "-S", "-c", self.CODE[kind]] if kind in self.CODE else \
            ["sleep", "1000"]
        child = subprocess.Popen(args, stdin=subprocess.PIPE)
        self.running.append(child)
        if kind not in self.CODE:
            wait_for_exec(child.pid)
        process = psutil.Process(child.pid)
        child.stdin.close()
        if kind in ("zombie", "vanished"):
            child.kill()
        if kind not in ("sleeping", "stopped"):
            # Leaves it unreaped.
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        if kind == "vanished":
            child.wait()
        if kind == "stopped":
            child.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
        return process

    def end(self):
        for child in self.running:
            child.kill()
            child.wait()
        self.running.clear()


def wait_for_exec(pid):
    """Until it is the new program, and has come to rest."""
    while os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(sys.executable):
        time.sleep(0.001)
    while psutil.Process(pid).status() != psutil.STATUS_SLEEPING:
        time.sleep(0.001)


def drop_privileges(uid):
    """Becomes a plain user, who still may look at itself."""
    # What is imported late is imported while it can be read: the package may lie below a closed folder.
    for warm in (psutil.Process().as_dict, psutil.cpu_times, psutil.net_connections):
        warm()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in dir(psutil):
            getattr(psutil, name, None)
    import ctypes
    import pwd  # noqa: F401
    import socket  # noqa: F401
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE


def answer(question, names):
    names.update(question["names"])
    source = question["source"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            try:
                code = compile(source, "<question>", "eval")
            except SyntaxError:
                exec(compile(source, "<question>", "exec"), names)
                return {"value": describe(names.pop("result", None))}
            return {"value": describe(eval(code, names))}
        except Exception as error:
            return {"error": describe_error(error)}


def main():
    children = Children()
    names = {"psutil": psutil, "os": os, "sys": sys, "signal": signal, "time": time,
             "bring_up": children.bring_up, "end": children.end, "order": order, "flat": flat, "plain": plain,
             "shape": shape, "mask": mask, "within_oneshot": within_oneshot,
             "drop_privileges": drop_privileges}
    # Nothing that a question prints may get between the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        json.dump(answer(json.loads(line), names), out)
        out.write("\n")
        out.flush()
    children.end()


if __name__ == "__main__":
    main()
