"""Sensors against /sys, as this test reads it."""
import glob
import os
import unittest

from live import LiveTest, read, steadily


def value_of(path):
    """The number in a file of a driver, or None where it refuses to answer."""
    try:
        return int(read(path))
    except (OSError, ValueError):
        return None


def chips(pattern):
    """Each chip's readings that answer, by its name."""
    found = {}
    for path in sorted(glob.glob("/sys/class/hwmon/hwmon*/" + pattern)):
        value = value_of(path)
        if value is not None:
            name = os.path.join(os.path.dirname(path), "name")
            found.setdefault(read(name).strip() if os.path.exists(name) else "", []).append(value)
    return found


class Sensors(LiveTest):
    def test_temperatures(self):
        def check():
            wanted = chips("temp*_input")
            found = self.get("sensors_temperatures")
            if wanted:
                self.assertEqual({chip: len(rows) for chip, rows in found.items()},
                                 {chip: len(values) for chip, values in wanted.items()})
                for chip, values in wanted.items():
                    current = sorted(row["current"] for row in found[chip])
                    for ours, theirs in zip(current, sorted(values)):
                        self.assertAlmostEqual(ours, theirs / 1000, delta=3)
            else:
                zones = [path for path in glob.glob("/sys/class/thermal/thermal_zone*/temp")
                         if value_of(path) is not None]
                self.assertEqual(sum(len(rows) for rows in found.values()), len(zones))
        steadily(check)

    def test_fahrenheit(self):
        celsius = self.get("sensors_temperatures")
        for chip, rows in self.get("sensors_temperatures", "fahrenheit=true").items():
            for hot, cold in zip(rows, celsius[chip]):
                self.assertAlmostEqual(hot["current"], cold["current"] * 9 / 5 + 32, delta=6)

    def test_fans(self):
        self.assertEqual({chip: len(rows) for chip, rows in self.get("sensors_fans").items()},
                         {chip: len(values) for chip, values in chips("fan*_input").items()})

    def test_battery(self):
        batteries = [os.path.dirname(path) for path in
                     sorted(glob.glob("/sys/class/power_supply/*/type"))
                     if read(path).strip() == "Battery"]
        found = self.get("sensors_battery")
        if not batteries:
            self.assertIsNone(found)
        elif os.path.exists(batteries[0] + "/capacity"):
            self.assertAlmostEqual(found["percent"], value_of(batteries[0] + "/capacity"), delta=2)


if __name__ == "__main__":
    unittest.main()
