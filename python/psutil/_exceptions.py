"""The exceptions."""


class Error(Exception):
    """Base of psutil's exceptions."""

    __module__ = "psutil"


class NoSuchProcess(Error):
    """The process does not exist, or no more."""

    __module__ = "psutil"


class ZombieProcess(NoSuchProcess):
    """The process has ended, and its parent has not asked for its exit code yet."""

    __module__ = "psutil"


class AccessDenied(Error):
    """The permissions do not suffice."""

    __module__ = "psutil"


class TimeoutExpired(Error):
    """The process did not end in time."""

    __module__ = "psutil"
