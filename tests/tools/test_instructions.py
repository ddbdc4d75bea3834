"""bench/instructions.py: counts that do not move, and a call that takes more than it did."""
import importlib
import json
import os
import sys
import tempfile
import unittest
from unittest import mock

BUILD = os.environ["PSUTIL_BUILD"]
sys.path.insert(0, os.path.join(os.environ["PSUTIL_SOURCE"], "bench"))

instructions = importlib.import_module("instructions")


class Machine(unittest.TestCase):
    def test_unpacked_and_packed_it_is_the_same(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("r") as again:
            pid = instructions.unpack(folder)
            self.assertTrue(os.path.isfile(f"{folder}/proc/{pid}/stat"))
            with open(instructions.MACHINE, encoding="utf-8") as file:
                before = json.load(file)
            with mock.patch.object(instructions, "MACHINE", again.name):
                instructions.pack(folder, pid)
            self.assertEqual(json.load(again), before)


class Compare(unittest.TestCase):
    def test_a_tenth_more_is_a_failure(self):
        instructions.compare("call", 1100, 1000)
        instructions.compare("call", 500, 1000)
        with self.assertRaises(AssertionError):
            instructions.compare("call", 1101, 1000)

    def check(self, before, now):
        """(exit status, what was said)."""
        with mock.patch.multiple(instructions, why_not=lambda build: None, read_baseline=lambda: before,
                                 count=lambda build: now), mock.patch("builtins.print") as said:
            status = instructions.check(None, [], None)
        return status, "\n".join(str(call.args[0]) for call in said.call_args_list)

    def test_each_call_that_takes_more_is_named(self):
        status, said = self.check({"a": 100, "b": 100, "c": 100}, {"a": 200, "b": 100, "c": 120})
        self.assertEqual(status, 1)
        self.assertIn("not ok 1 - a", said)
        self.assertIn("not ok 3 - c", said)
        self.assertIn("1 passed, 2 failed, 0 skipped", said)

    def test_a_call_that_is_no_longer_counted_is_a_failure(self):
        self.assertEqual(self.check({"a": 1, "gone": 1}, {"a": 1})[0], 1)

    def test_a_new_one_is_skipped(self):
        status, said = self.check({"a": 1}, {"a": 1, "new": 1})
        self.assertEqual(status, 0)
        self.assertIn("1 passed, 0 failed, 1 skipped", said)

    def test_without_a_baseline_it_says_so_and_checks_nothing(self):
        with mock.patch.multiple(instructions, why_not=lambda build: None, key=lambda: "vax-pcc-1"), \
                mock.patch("builtins.print") as said:
            self.assertEqual(instructions.check(None, [], None), 0)
        self.assertIn("SKIP no baseline for vax-pcc-1, only for ", str(said.call_args_list))


class Count(unittest.TestCase):
    def test_the_same_twice(self):
        reason = instructions.why_not(BUILD)
        if reason:
            self.skipTest(reason)
        try:
            first, second = instructions.count(BUILD), instructions.count(BUILD)
        except instructions.Skip as why:  # this valgrind cannot read what this compiler writes
            self.skipTest(str(why))
        self.assertEqual(list(first), list(second))
        self.assertIn("virtual_memory", first)
        for name, value in first.items():
            with self.subTest(name):
                # An address that differs may cost a comparison more.
                self.assertAlmostEqual(second[name] / value, 1, delta=0.03)


if __name__ == "__main__":
    unittest.main()
