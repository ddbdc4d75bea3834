"""Where psutil 7 keeps its classes of results and its enumerations: some programs import them from here."""

import psutil as _psutil


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_psutil, name)
