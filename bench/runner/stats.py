"""Samples of several sides that take turns, and their medians."""
import statistics
import time


class Samples:
    """Of one side, in nanoseconds."""

    def __init__(self):
        self.values = []

    def median(self):
        return statistics.median(self.values)

    def quartiles(self):
        if len(self.values) < 2:
            return [self.values[0]] * 2
        first, _, third = statistics.quantiles(self.values, n=4, method="inclusive")
        return [first, third]


def take_turns(sides, effort, tick=lambda: None, calm=lambda: True):
    """{name: Samples} of {name: function that answers nanoseconds, or None for nothing more}.

    Each round asks every side once, another one first each time, so that what slows the machine down
    slows all. Rounds go on until the time is over, but not below `effort.least` and not beyond
    `effort.most`; one after which it is not `calm` does not count, unless there is no other."""
    samples = {name: Samples() for name in sides}
    disturbed = {name: Samples() for name in sides}
    active, end, counted, tried = list(sides), time.monotonic() + effort.seconds, 0, 0
    while active and tried < 2 * effort.most and (
            tried < effort.least or counted < effort.least and tried < 3 * effort.least
            or counted < effort.most and time.monotonic() < end):
        taken = one_round(sides, active, tried, tick)
        into = samples if calm() else disturbed
        for name, nanoseconds in taken.items():
            into[name].values.append(nanoseconds)
        tried, counted = tried + 1, counted + (into is samples)
    chosen = samples if counted else disturbed
    return {name: chosen[name] for name in active if chosen[name].values}


def one_round(sides, active, number, tick):
    """Those without an answer are taken out of `active`."""
    first = number % len(active)
    taken = {}
    for name in active[first:] + active[:first]:
        nanoseconds = sides[name]()
        tick()
        if nanoseconds is None:
            active.remove(name)
        else:
            taken[name] = nanoseconds
    return taken
