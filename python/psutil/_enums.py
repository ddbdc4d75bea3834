"""The enumerations."""


def member(name):
    """The member that the library calls `name`."""
    return name
