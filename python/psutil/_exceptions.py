"""The exceptions."""


class Error(Exception):
    """Base of the exceptions of this package."""

    __module__ = "psutil"

    def _told(self, names):
        """What is known, by name: without what is None, 0 or empty; a pid is told even when 0."""
        told = {}
        for name in names:
            value = getattr(self, name, None)
            if value or (name == "pid" and value == 0):
                told[name] = value
        return told

    def __str__(self):
        told = self._told(("pid", "ppid", "name"))
        details = ", ".join(f"{name}={value!r}" for name, value in told.items())
        parts = (getattr(self, "msg", ""), f"({details})" if details else "")
        return " ".join(part for part in parts if part)

    def __repr__(self):
        told = self._told(("pid", "ppid", "name", "seconds", "msg"))
        details = ", ".join(f"{name}={value!r}" for name, value in told.items())
        return f"psutil.{type(self).__name__}({details})"


class NoSuchProcess(Error):
    """No process has this pid, or the one that had it is gone."""

    __module__ = "psutil"

    def __init__(self, pid, name=None, msg=None):
        Exception.__init__(self)
        self.pid = pid
        self.name = name
        self.msg = msg or "process no longer exists"

    def __reduce__(self):
        return (self.__class__, (self.pid, self.name, self.msg))


class ZombieProcess(NoSuchProcess):
    """The process has ended, though its parent has not asked for its exit code yet, and what was
    asked for is gone."""

    __module__ = "psutil"

    def __init__(self, pid, name=None, ppid=None, msg=None):
        NoSuchProcess.__init__(self, pid, name, msg or "PID still exists but it's a zombie")
        self.ppid = ppid

    def __reduce__(self):
        return (self.__class__, (self.pid, self.name, self.ppid, self.msg))


class AccessDenied(Error):
    """The caller may not do this."""

    __module__ = "psutil"

    def __init__(self, pid=None, name=None, msg=None):
        Exception.__init__(self)
        self.pid = pid
        self.name = name
        self.msg = msg or ""

    def __reduce__(self):
        return (self.__class__, (self.pid, self.name, self.msg))


class TimeoutExpired(Error):
    """The process still exists after so many seconds of Process.wait()."""

    __module__ = "psutil"

    def __init__(self, seconds, pid=None, name=None):
        Exception.__init__(self)
        self.seconds = seconds
        self.pid = pid
        self.name = name
        self.msg = f"timeout after {seconds} seconds"

    def __reduce__(self):
        return (self.__class__, (self.seconds, self.pid, self.name))
