"""What the report looks like on a terminal: progress while it is made, then sections with bars."""
import math
import shutil
import sys
import time

GREEN, YELLOW, RED, BOLD, DIM = 32, 33, 31, 1, 2


class Terminal:
    def __init__(self, out=sys.stdout, err=sys.stderr):
        self.out, self.err = out, err
        self.colours = out.isatty()
        self.live = err.isatty()
        self.began = time.monotonic()
        self.what, self.shown = "", 0.0

    # ---- Progress: one line that is written over, where somebody looks on; else a line for each thing

    def start(self, what):
        self.what = what
        if self.live:
            self.show("")
        else:
            print(f"bench: {what}", file=self.err, flush=True)

    def tick(self, detail=""):
        if self.live and time.monotonic() - self.shown > 0.1:
            self.show(detail)

    def show(self, detail):
        self.shown = time.monotonic()
        passed = int(self.shown - self.began)
        line = f"{passed // 60:2d}:{passed % 60:02d}  {self.what}  {detail}"
        width = shutil.get_terminal_size().columns - 1
        print("\r\x1b[K" + line[:width], end="", file=self.err, flush=True)

    def clear(self):
        if self.live:
            print("\r\x1b[K", end="", file=self.err, flush=True)

    # ---- The report

    def width(self):
        """Of a file, what its reader's is: any."""
        return shutil.get_terminal_size().columns if self.colours else 1000

    def paint(self, text, *codes):
        if not self.colours or not codes:
            return text
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"

    def line(self, text=""):
        print(text, file=self.out, flush=True)

    def title(self, text, about):
        self.line()
        self.line(self.paint(text, BOLD) + "  " + self.paint(about, DIM))


def duration(ns):
    for unit, size in (("s ", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            value = ns / size
            return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {unit}"
    return f"{ns:.0f} ns"


def times(value):
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}x"


def bar(value, most, width=24):
    """On a scale on which each doubling is as long, from 1 to `most`."""
    if value <= 1 or most <= 1:
        return ""
    length = min(1.0, math.log(value) / math.log(most)) * width
    whole, rest = int(length), length - int(length)
    return "█" * whole + " ▏▎▍▌▋▊▉"[int(rest * 8)].strip()
