"""The other libraries: what builds a program that asks them, what starts it, and what it says.

Nothing of theirs is kept here. Each is fetched by its own registry's client into the build folder when
what it needs is there, and left out by name when not.
"""
import contextlib
import os
import selectors
import shutil
import subprocess
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("PSUTIL_BUILD") or os.path.join(SOURCE, "build")
FOLDER = os.path.join(BUILD, "bench", "peers")
SOURCES = os.path.join(SOURCE, "bench", "peers")


class Missing(Exception):
    """Why a peer is left out."""


def run(*command, cwd=None, env=None):
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        raise Missing(f"{command[0]} failed: {lines[-1] if lines else done.returncode}")
    return done.stdout


def need(program, package):
    if not shutil.which(program):
        raise Missing(f"no {program} ({package})")


def copied(name):
    """Its sources in the build folder, where tools may write beside them."""
    folder = os.path.join(FOLDER, "src", name)
    shutil.copytree(os.path.join(SOURCES, name), folder, dirs_exist_ok=True)
    return folder


def built_c(name, library):
    need("pkg-config", "pkg-config")
    try:
        flags = run("pkg-config", "--cflags", "--libs", library).split()
    except Missing:
        raise Missing(f"no {library}-dev") from None
    program = os.path.join(FOLDER, name)
    run(os.environ.get("CC", "cc"), "-O2", "-o", program, os.path.join(SOURCES, name, "main.c"),
        os.path.join(SOURCES, "peer.c"), *flags)
    return [program], run("pkg-config", "--modversion", library).strip()


def procps():
    return built_c("procps", "libproc2")


def statgrab():
    return built_c("statgrab", "libstatgrab")


def gopsutil():
    need("go", "the Go toolchain")
    folder, program = copied("gopsutil"), os.path.join(FOLDER, "gopsutil")
    run("go", "build", "-mod=mod", "-o", program, ".", cwd=folder)
    return [program], run("go", "list", "-m", "-f", "{{.Version}}", "github.com/shirou/gopsutil/v4",
                          cwd=folder).strip().lstrip("v")


def sysinfo():
    need("cargo", "the Rust toolchain")
    folder, target = copied("sysinfo"), os.path.join(FOLDER, "cargo")
    run("cargo", "build", "--quiet", "--release", cwd=folder, env={"CARGO_TARGET_DIR": target})
    version = run("cargo", "pkgid", "sysinfo", cwd=folder).strip().rpartition("@")[2]
    return [os.path.join(target, "release", "peer")], version


def systeminformation():
    need("node", "Node.js")
    need("npm", "npm")
    folder = copied("systeminformation")
    if not os.path.isdir(os.path.join(folder, "node_modules", "systeminformation")):
        run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", cwd=folder)
    version = run("node", "-p", "require('systeminformation').version()", cwd=folder).strip()
    return ["node", os.path.join(folder, "peer.js")], version


def python_of(environment):
    python = os.path.join(BUILD, environment, "bin", "python")
    if not os.path.exists(python):
        raise Missing(f"no {environment} (make python)")
    version = run(python, "-c", "import psutil; print(psutil.__version__)").strip()
    return [python, os.path.join(SOURCES, "python", "peer.py")], version


def meson_built(name):
    return [os.path.join(BUILD, "bench", "peer-" + name)], ""


# Name, what readies it, options behind the pid. Ours come first: two lanes, and Python in both.
OURS = {
    "ours_proc": (lambda: meson_built("libpsutil"), ["--no-bpf"]),
    "ours_bpf": (lambda: meson_built("libpsutil"), []),
    "python_proc": (lambda: python_of("venv"), ["--no-bpf"]),
    "python_bpf": (lambda: python_of("venv"), []),
}
OTHERS = {
    "psutil": (lambda: python_of("reference-venv"), []),
    "bare": (lambda: meson_built("bare"), []),
    "procps": (procps, []),
    "statgrab": (statgrab, []),
    "gopsutil": (gopsutil, []),
    "sysinfo": (sysinfo, []),
    "systeminformation": (systeminformation, []),
}


# Longer than that nobody takes for an answer, whatever the load.
PATIENCE = 120


class Child:
    """A peer that runs. After a failure it answers nothing more, and `failure` tells why."""

    def __init__(self, command, pid, options):
        self.failure, self.errors = None, tempfile.TemporaryFile()
        self.process = subprocess.Popen([*command, str(pid), *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)

    def ask(self, question, repeat=1):
        """(nanoseconds of one asking, number of items), or None."""
        if self.failure:
            return None
        try:
            self.process.stdin.write(f"{question} {repeat}\n".encode())
            self.process.stdin.flush()
            words = self.line().split()
        except OSError:
            words = []
        if len(words) == 2:
            return float(words[0]), int(words[1])
        if words != [b"none"] and words != [b"failed"]:
            self.failure = "took too long" if words else f"ended: {self.last_error()}"
        return None

    def last_error(self):
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        named = [line.strip() for line in lines if "error" in line.lower()]
        return (named or lines or ["without a word"])[-1]

    def line(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.selector.select(timeout=1):
                return self.process.stdout.readline()
        self.process.kill()
        return b"too long ."

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.selector.close()
        self.errors.close()


class Peers:
    """All that can be had here, each ready to answer about the process `pid`."""

    def __init__(self, terminal, wanted=tuple(OTHERS)):
        self.commands, self.versions, self.left_out = {}, {}, {}
        os.makedirs(FOLDER, exist_ok=True)
        for name, (ready, options) in {**OURS, **{one: OTHERS[one] for one in wanted}}.items():
            terminal.start(f"readying {name}")
            try:
                command, version = ready()
            except (Missing, OSError) as why:
                self.left_out[name] = str(why)
                continue
            self.commands[name] = command, options
            if version:
                self.versions[name] = version

    @contextlib.contextmanager
    def started(self, pid):
        with contextlib.ExitStack() as stack:
            children = {}
            for name, (command, options) in self.commands.items():
                children[name] = Child(command, pid, options)
                stack.callback(children[name].close)
            yield children

