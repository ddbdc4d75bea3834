"""Where ours differs from psutil 7.2.2 on purpose: the whole list, with the reasons.

Each entry says in which states and for which questions, and what ours answers instead; whatever is
not here is the same.
"""
import json
import re


class Difference:
    def __init__(self, state, source, ours, reason):
        self.state, self.source, self.ours, self.reason = state, source, ours, reason

    def covers(self, state, source, before, ours):
        return (re.fullmatch(self.state, state) and re.search(self.source, source) and
                self.ours(before, ours))


def error(answer):
    return answer.get("error", {}).get("type")


def raises(name, text=""):
    return lambda before, ours: error(ours) == name and text in ours["error"]["str"]


def more_is_answered(before, ours):
    return error(before) == "AccessDenied" and "value" in ours


def values(tree, name):
    """All values of the fields of that name in an answer."""
    found = []
    for field, item in zip(tree.get("fields", ()), tree.get("items", ())):
        found += [item["value"]] if field == name and "value" in item else []
    for item in tree.get("items", ()):
        found += values(item, name)
    return found


def both_of_the_interpreter(name, text):
    """The same error, whose text is CPython's own and changes between its releases."""
    return lambda before, ours: error(before) == error(ours) == name and all(
        re.search(text, answer["error"]["str"]) for answer in (before, ours))


IO = ("read_count", "read_merged_count", "read_bytes", "read_time", "write_count", "write_merged_count",
      "write_bytes", "write_time", None, "busy_time")


def io_of_stacked():
    """What devices that stand on others have counted."""
    total = dict.fromkeys(filter(None, IO), 0)
    with open("/proc/diskstats", encoding="ascii") as file:
        for _, _, name, *numbers in map(str.split, file):
            for field, number in zip(IO, numbers if re.match(r"(loop|md|dm-)\d+$", name) else ()):
                if field:
                    total[field] += int(number) * (512 if "bytes" in field else 1)
    return total


def less_stacked(before, ours):
    stacked = io_of_stacked()
    return any(stacked.values()) and all(
        values(before["value"], field) == [value + of_stacked for value in values(ours["value"], field)]
        for field, of_stacked in stacked.items())


TITLE = re.compile(r"a title: with s\b")


def corrected(answer):
    """The reference's answer with what it gets wrong put right: a name that the kernel cut is
    completed from a title that holds spaces, too."""
    return json.loads(TITLE.sub("a title: with spaces", json.dumps(answer)))

KNOWN = [
    Difference(".*", r"disk_io_counters\((nowrap=False)?\)", less_stacked,
               "what goes through a stacked device is counted on the disk below it"),
    Difference(".*", r"2\*\*", both_of_the_interpreter("OverflowError", "too large|than maximum|than minimum"),
               "converters of CPython 3.13 tell otherwise what does not fit"),
    Difference(".*", r"\\0", both_of_the_interpreter("ValueError", "embedded null"),
               "os.statvfs() of CPython 3.13 names itself"),
    Difference("kernel_thread", r"\benviron\(\)|as_dict",
               lambda before, ours: error(before) == "NoSuchProcess" and "value" in ours,
               "a kernel thread has no environment, but it is not gone (new kernels answer ESRCH)"),
    Difference("thread", r"Process\(pid\)", raises("NoSuchProcess", "process PID not found"),
               "a thread is not a process: pid_exists() and pids() say so on both sides"),
    Difference("thread", r"send_signal\(0\)", raises("NoSuchProcess"),
               "signals go to processes, by a descriptor that a thread's id does not open"),
    Difference("zombie", r"\bexe\(\)", lambda before, ours:
               error(before) == "ZombieProcess" and error(ours) == "AccessDenied",
               "what the kernel answers to a plain user who asks for a zombie's executable"),
    Difference(".*", r"\b(rlimit|num_fds)\(", more_is_answered,
               "/proc/PID/limits and the size of /proc/PID/fd may be read by everybody"),
    Difference(".*", r"as_dict\(.*num_fds",
               lambda before, ours: "value" in before and "value" in ours and
               plain_without(before, "num_fds") == plain_without(ours, "num_fds"),
               "the same within as_dict()"),
    Difference("odd", r"\bthreads\(\)|as_dict\(names\)",
               lambda before, ours: "value" in ours and max(values(ours["value"], "user_time")) < 1000,
               "a thread's times are right where its name holds a parenthesis"),
    Difference("odd", r"memory_maps\(|as_dict\(",
               lambda before, ours: "\\012" in str(before) and "\\\\012" not in str(ours) and
               str(before).replace("\\\\012", "\\n") == str(ours),
               "the newline in a mapped file's path is a newline"),
    Difference("busy|thread|", r"connections\(",
               lambda before, ours: "socket one" in str(ours) and "socket one" not in str(before),
               "a socket's path may hold a space"),
    Difference(".*", r"\.children\(",
               lambda before, ours: error(before) == error(ours) == "NoSuchProcess" and
               "process PID not found" in before["error"]["str"] and
               "process no longer exists" in ours["error"]["str"],
               "who was there once is no longer there, whoever asks"),
    Difference("own vanished", r"\.children\(",
               lambda before, ours: "process PID not found" in str(before) and
               "process no longer exists" in str(ours),
               "the same of a child of one's own"),
    Difference("reused", r"repr\(p\)|str\(p\)",
               lambda before, ours: "terminated + PID reused" in str(ours),
               "a pid that is somebody else's now is noticed at once, not only by is_running()"),
    Difference("reused", r"p\.wait\(", lambda before, ours: "value" in ours and
               ours["value"]["value"] is None,
               "who waits for a process does not wait for the one that got its pid"),
    Difference("reused", r"p == |p != |p\.ppid\(\)",
               lambda before, ours: True,
               "nothing is read of the process that got the pid"),
    Difference(".*", r"rlimit\(7, \(5, -5\)\)", raises("ValueError", "must not be negative"),
               "-5 is no limit; the kernel takes it for a very large one"),
    Difference(".*", r"send_signal\(2\*\*40\)", raises("OSError", "Invalid argument"),
               "2**40 is no signal; its lower 32 bits are not either"),
    Difference(".*", r"Process\((True|False)\)", lambda before, ours: True,
               "True is the integer 1 everywhere in Python"),
    Difference(".*", r"psutil\.pids\(\)", lambda before, ours:
               error(before) == error(ours) == "FileNotFoundError" and "filename" in str(before),
               "the name of a file in an error is text, as everywhere else"),
    Difference(".*", r"pid_exists\(1\)", lambda before, ours:
               error(before) == "FileNotFoundError" and ours.get("value", {}).get("value") is False,
               "what cannot be seen below PROCFS_PATH does not exist, and neither may that folder"),
    Difference(".*", r"as_dict\(\['foo', 'bar'\]\)", lambda before, ours:
               error(before) == error(ours) == "ValueError" and
               ours["error"]["str"] == "invalid attr names 'foo', 'bar'" and
               before["error"]["str"] == "invalid attr names 'bar', 'foo'",
               "several wrong names are told as they were given, not in the order of a set"),
    Difference(".*", r"setattr|delattr", lambda before, ours:
               error(before) == error(ours) == "AttributeError",
               "pid cannot be set, in the interpreter's words for classes written in C"),
    Difference(".*", r"Process\.name\(5\)", raises("TypeError"),
               "the wrong self, in the interpreter's words for classes written in C"),
    Difference(".*", r"connections\(kind='inet'\)|pid_exists\(2", lambda before, ours:
               error(before) == "OverflowError" and ours.get("value", {}).get("value") is False,
               "no number that is too large to be a pid is one"),
]


def plain_without(answer, name):
    pairs = answer["value"].get("items", ())
    return [pair for pair in pairs if pair["items"][0].get("value") != name]


def reason(state, source, before, ours):
    """Why the two may differ there, or None."""
    for difference in KNOWN:
        if difference.covers(state, source, before, ours):
            return difference.reason
    return None
