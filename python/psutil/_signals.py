"""What Process.wait() returns of a process that a signal has ended."""

import enum
import signal

Negsignal = enum.IntEnum(
    "Negsignal", {member.name: -member.value for member in signal.Signals}, module=__name__
)
Negsignal.__doc__ = "The negative number of a signal."


def negsignal(code):
    """The member for `code`, or the number itself when the signal has no name."""
    try:
        return Negsignal(code)
    except ValueError:
        return code
