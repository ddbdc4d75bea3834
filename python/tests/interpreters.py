"""Programs in interpreters of their own."""
import subprocess
import sys
import textwrap


def script(code, *options, timeout=60, expect=0):
    """Runs the code in an interpreter of its own, which ends well and has nothing to say."""
    done = subprocess.run([sys.executable, *options, "-c", textwrap.dedent(code)],
                          capture_output=True, text=True, timeout=timeout)
    assert (done.returncode, done.stderr) == (expect, ""), done.stdout
    return done.stdout
