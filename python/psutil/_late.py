"""What import leaves for the first use: exceptions, enums, classes of named tuples."""

from . import _psutil

_EXCEPTIONS = ("Error", "NoSuchProcess", "ZombieProcess", "AccessDenied", "TimeoutExpired")


def _find(name):
    if name in _EXCEPTIONS:
        from ._exceptions import __dict__ as exceptions

        return exceptions[name]
    if name.startswith("__"):
        return None
    return _psutil._named_tuple(name)


def load(name, package):
    """The value of psutil.<name>, kept in the package so that this happens once."""
    value = _find(name)
    if value is None:
        raise AttributeError(f"module 'psutil' has no attribute {name!r}")
    return package.setdefault(name, value)
