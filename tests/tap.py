#!/usr/bin/env python3
"""Runs a unittest script and prints TAP, which Meson reads: tap.py SCRIPT [NAME...]

Each test method is one line, and each subTest that was skipped or failed one more. Standard output
carries nothing but TAP: what the tests and the programs they start print goes to standard error.
"""
import faulthandler
import importlib.util
import os
import re
import signal
import sys
import traceback
import unittest


def all_tests(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from all_tests(item)
        else:
            yield item


def short_name(test):
    """Class.method, with the parameters of a subTest behind it."""
    text = re.sub(r"^[\w.]*?(?=\w+\.\w+( |$))", "", test.id())
    return re.sub(r"\s+", " ", text).replace("#", "")


class TapResult(unittest.TestResult):
    def __init__(self, out):
        super().__init__()
        self.out = out
        self.count = 0
        self.seen = set()
        self.failed = False
        self.covered = {}  # class or module -> why none of its tests ran

    def line(self, ok, name, reason=None):
        self.count += 1
        self.failed |= not ok
        skip = "" if reason is None else " # SKIP " + re.sub(r"\s+", " ", reason)
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}{skip}", file=self.out, flush=True)

    def explain(self, text):
        for part in text.rstrip().splitlines():
            print("# " + part, file=self.out, flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.seen.add(test.id())
        self.state = None  # what the method itself came to
        self.broken = 0    # failures in it, of any kind

    def stopTest(self, test):
        super().stopTest(test)
        if self.broken:
            self.line(False, short_name(test))
        elif self.state is None or self.state[0] == "pass":
            self.line(True, short_name(test))
        else:
            self.line(True, short_name(test), self.state[1])

    def fail(self, test, err):
        self.broken += 1
        self.explain(f"{short_name(test)}:")
        self.explain(self._exc_info_to_string(err, test))

    def addSuccess(self, test):
        self.state = ("pass", None)

    def addFailure(self, test, err):
        self.fail(test, err)

    def addError(self, test, err):
        if isinstance(test, unittest.TestCase):
            self.fail(test, err)
            return
        # setUpClass, tearDownClass or their module's: not a test, yet a failure.
        self.explain("".join(traceback.format_exception(*err)))
        self.line(False, str(test))

    def addSkip(self, test, reason):
        if not isinstance(test, unittest.TestCase):
            self.covered[str(test)] = reason
        elif isinstance(test, unittest.case._SubTest):
            self.line(True, short_name(test), reason)
        else:
            self.state = ("skip", reason)
            self.seen.add(test.id())

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.fail(subtest, err)

    def addExpectedFailure(self, test, err):
        self.state = ("pass", None)

    def addUnexpectedSuccess(self, test):
        self.broken += 1
        self.explain(f"{short_name(test)} was expected to fail")

    def skip_the_rest(self, tests):
        """Tests of a class or module whose set-up chose to skip are named one by one."""
        for test in tests:
            if test.id() not in self.seen:
                kind = type(test)
                for holder, reason in self.covered.items():
                    if f"({kind.__module__}.{kind.__qualname__})" in holder \
                            or f"({kind.__module__})" in holder:
                        self.line(True, short_name(test), reason)
                        break


def load(path):
    sys.path.insert(0, os.path.dirname(path))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def main():
    sys.dont_write_bytecode = True
    out = os.fdopen(os.dup(1), "w")
    os.set_inheritable(out.fileno(), False)
    os.dup2(2, 1)
    # Meson ends a test that takes too long with SIGTERM: tell where it hung.
    faulthandler.enable()
    faulthandler.register(signal.SIGTERM, chain=True)
    path = os.path.abspath(sys.argv[1])
    module = load(path)
    loader = unittest.defaultTestLoader
    suite = (loader.loadTestsFromNames(sys.argv[2:], module) if sys.argv[2:]
             else loader.loadTestsFromModule(module))
    tests = list(all_tests(suite))
    if not tests:
        print(f"Bail out! no tests in {path}", file=out, flush=True)
        return 1
    result = TapResult(out)
    suite.run(result)
    result.skip_the_rest(tests)
    print(f"1..{result.count}", file=out, flush=True)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
