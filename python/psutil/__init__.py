"""Processes and system utilisation (CPU, memory, disks, network, sensors), on libpsutil."""

from . import _psutil
from ._psutil import libpsutil_version

__version__ = "7.2.2"
version_info = (7, 2, 2)

PROCFS_PATH = "/proc"

_psutil._bind(globals())


def __getattr__(name):
    from ._late import load

    return load(name, globals())
