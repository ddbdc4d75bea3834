"""The library exports what its headers declare and nothing else, and needs nothing but libc. Library and
command are built as distributions harden programs, and run no other (docs/security.md)."""
import json
import os
import re
import subprocess
import unittest

SOURCE, BUILD = os.environ["PSUTIL_SOURCE"], os.environ["PSUTIL_BUILD"]
SHARED = os.path.join(BUILD, "src", "libpsutil.so")
COMMAND = os.environ["PSUTIL_BIN"]
STATIC = os.path.join(BUILD, "src", "libpsutil.a")
DECLARATION = re.compile(r"^PSUTIL_API\s[^;]*?\b(psutil_\w+)\s*\(", re.MULTILINE)


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def declared():
    names = []
    include = os.path.join(SOURCE, "include", "psutil")
    for name in os.listdir(include):
        with open(os.path.join(include, name), encoding="utf-8") as file:
            names += DECLARATION.findall(file.read())
    return sorted(names)


# What starts a program or takes code or orders from elsewhere.
RUNS = re.compile(r"exec[vl]\w*|fexecve|system|popen|posix_spawnp?|v?fork|clone|_Fork|dlopen|dlmopen|"
                  r"wordexp|(secure_)?getenv")


def imported(path):
    return [line.split()[-1].partition("@")[0]
            for line in run("nm", "-D", "--undefined-only", path).splitlines() if line]


# What cannot fail, or whose failure cannot matter: bytes and numbers in memory, locks that are held
# correctly, attributes within their range, figures that always are there. (lseek: of a kept folder, which fails
# only when its number is another file's by now.)
SURE = re.compile(r"_ITM_\w+|bcmp|__cxa_\w+|__gmon_start__|__errno_location|__stack_chk_fail|\w*mem(cpy|chr|cmp|move|set|rchr)(_chk)?|"
                  r"str(chr|rchr|cmp|len|ncmp|nlen|error_r|tol)|\w*snprintf(_chk)?|qsort|free|close|closedir|dirfd|munmap|"
                  r"clock_gettime|get(e?uid|e?gid|pid)|sched_yield|sysconf|mallinfo2?|malloc_trim|sigfillset|pthread_sigmask|"
                  r"__sched_cpucount|lseek(64)?|pthread_(self|join|setcancel(state|type)|mutex_(un|try)?lock|mutex_destroy|cond_(broadcast|destroy|signal|timedwait|wait)|"
                  r"condattr_\w+|attr_\w+)")


def made_to_fail():
    """The functions that tests/faults leads through itself."""
    with open(os.path.join(SOURCE, "tests", "faults", "meson.build"), encoding="utf-8") as file:
        return set(re.findall(r"'(\w+)'", re.search(r"foreach function : \[(.*?)\]", file.read(), re.DOTALL)[1]))


def build_option(name):
    with open(os.path.join(BUILD, "meson-info", "intro-buildoptions.json"), encoding="utf-8") as file:
        return next(option["value"] for option in json.load(file) if option["name"] == name)


class Hardened(unittest.TestCase):
    def check(self, path):
        """Everything is bound and made read-only at the start, and no stack is executable."""
        segments, dynamic = run("readelf", "-lW", path), run("readelf", "-d", path)
        self.assertIn("GNU_RELRO", segments)
        self.assertRegex(dynamic, r"BIND_NOW|FLAGS.*NOW")
        self.assertNotIn("E", re.search(r"GNU_STACK.*", segments)[0].split()[-2])
        self.assertNotRegex(segments, r"(?m)^ +LOAD .* RWE ")
        self.assertNotRegex(dynamic, r"R(UN)?PATH|TEXTREL")

    def check_compiled(self, path):
        """Stacks and copies are checked as the program runs."""
        names = imported(path)
        self.assertIn("__stack_chk_fail", names)
        if build_option("optimization") in ("0", "plain"):
            self.skipTest("without optimisation there is no _FORTIFY_SOURCE")
        self.assertTrue([name for name in names if name.endswith("_chk")], names)


@unittest.skipUnless(os.path.exists(SHARED), "this build has no shared library")
class Shared(Hardened):
    def dynamic(self):
        """(name, version) of each symbol that is defined."""
        found = []
        for line in run("readelf", "--dyn-syms", "-W", SHARED).splitlines():
            parts = line.split()
            if len(parts) >= 8 and parts[0][:-1].isdigit() and parts[6] != "UND":
                name, _, version = parts[7].partition("@@")
                found.append((name, version))
        return found

    def test_exports_are_the_declarations(self):
        exported = sorted(name for name, _ in self.dynamic() if not name.startswith("PSUTIL_"))
        self.assertGreater(len(exported), 50)
        self.assertEqual(sorted(set(declared()) - set(exported)), [], "declared, not exported")
        self.assertEqual(sorted(set(exported) - set(declared())), [], "exported, not declared")

    def test_exports_carry_the_version(self):
        for name, version in self.dynamic():
            if not name.startswith("PSUTIL_"):
                self.assertEqual(version, "PSUTIL_0.1", name)

    def test_needs_only_libc(self):
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", SHARED))
        self.assertIn("libc.so.6", needed)
        allowed = r"lib(c|m|pthread)\.so\.\d+$|ld-linux.*"
        self.assertEqual([name for name in needed if not re.match(allowed, name)], [])

    def test_soname(self):
        self.assertIn("[libpsutil.so.0]", run("readelf", "-d", SHARED))

    def test_hardened(self):
        self.check(SHARED)

    def test_compiled_with_checks(self):
        self.check_compiled(SHARED)

    def test_runs_no_program_and_asks_no_environment(self):
        self.assertEqual([name for name in imported(SHARED) if RUNS.fullmatch(name)], [])

    @unittest.skipUnless(os.environ["PSUTIL_OS"] == "linux", "faults are injected on Linux")
    def test_every_call_that_can_fail_is_made_to(self):
        if build_option("b_sanitize") != "none":
            self.skipTest("sanitizers call more")
        wanted = {name for name in imported(SHARED) if not SURE.fullmatch(name)}
        self.assertIn("socket", wanted)
        self.assertLessEqual(wanted, made_to_fail())

    def test_keeps_no_writable_state(self):
        """No mutable global: what lies in .data and .bss are the compiler's few bytes."""
        sizes = {}
        for line in run("readelf", "-SW", SHARED).splitlines():
            match = re.match(r"\s*\[\s*\d+\]\s+(\.\w+)\s+\w+\s+\w+\s+\w+\s+(\w+)", line)
            if match:
                sizes[match[1]] = int(match[2], 16)
        self.assertLessEqual(sizes.get(".data", 0), 16)
        self.assertLessEqual(sizes.get(".bss", 0), 16)
        self.assertNotIn(".tdata", sizes)
        self.assertNotIn(".tbss", sizes)


@unittest.skipUnless(os.path.exists(STATIC), "this build has no static library")
class Static(unittest.TestCase):
    def test_names_have_a_prefix(self):
        names = [line.split()[2] for line in run("nm", "--defined-only", "-g", STATIC).splitlines()
                 if len(line.split()) == 3]
        self.assertGreater(len(names), 50)
        self.assertEqual([name for name in names if not name.startswith(("ps_", "psutil_"))], [])

    def test_holds_every_declaration(self):
        names = {line.split()[-1] for line in run("nm", "--defined-only", "-g", STATIC).splitlines()
                 if line}
        self.assertEqual([name for name in declared() if name not in names], [])


@unittest.skipUnless(os.path.exists(COMMAND), "this build has no command")
class Command(Hardened):
    def test_hardened(self):
        self.assertRegex(run("readelf", "-h", COMMAND), r"Type:\s+DYN")
        self.check(COMMAND)

    def test_compiled_with_checks(self):
        self.check_compiled(COMMAND)

    def test_runs_only_the_program_that_its_user_names(self):
        """watch-memory starts what it is to watch, or what --run names; nothing else is ever run."""
        self.assertEqual(sorted({name for name in imported(COMMAND) if RUNS.fullmatch(name)}), ["getenv", "posix_spawnp"])

    def test_asks_the_environment_only_how_to_draw(self):
        """And on Windows where programs are, which execvp() and its like look up by themselves."""
        asked = set()
        for folder, _, names in os.walk(os.path.join(SOURCE, "cli")):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    asked.update(re.findall(r"getenv\(([^)]*)\)", file.read()))
        self.assertEqual(asked, {'"COLUMNS"', '"NO_COLOR"', '"TERM"', 'L"PATH"'})

    def test_runs_without_the_shared_library(self):
        self.assertNotIn("psutil", " ".join(
            re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", COMMAND))))


if __name__ == "__main__":
    unittest.main()
