"""tools/setup looks before it installs, and says what it lacks. Its tools are stand-ins here."""
import os
import shutil
import subprocess
import tempfile
import unittest

SETUP = os.path.join(os.environ["PSUTIL_SOURCE"], "tools", "setup")
BUILD = ("cc", "gcc", "ninja", "pkg-config")
TEST = (*BUILD, "python3", "g++", "readelf", "ps", "free", "vmstat", "ss", "ip",
        "ethtool", "lsof", "strace", "mount", "findmnt", "lscpu", "setpriv", "taskset", "prlimit",
        "pgrep", "renice", "pstree", "mpstat", "smem", "ionice", "unshare", "tmux", "zsh", "fish")
# What the script itself is made of.
OWN = ("sh", "id", "uname", "cut", "sed", "env", "cat")

# It "installs" by putting a stand-in for each package's command into place.
APT_GET = """#!/bin/sh
echo "apt-get $*" >>"$LOG"
case "$*" in
*update*) touch "$BIN/.lists" ;;
*install*) for word in "$@"; do
    case $word in
    gcc) cp "$BIN/true" "$BIN/cc" ;;
    meson) printf '#!/bin/sh\\necho 1.0.1\\n' >"$BIN/meson"; chmod +x "$BIN/meson" ;;
    ninja-build) cp "$BIN/true" "$BIN/ninja" ;;
    pkg-config) [ -z "$WITHOUT" ] || exit 1; cp "$BIN/true" "$BIN/pkg-config" ;;
    esac
    done ;;
esac
"""


@unittest.skipIf(os.path.realpath("/usr/sbin") == os.path.realpath("/usr/bin"),
                 "every command is in sbin here")
class Setup(unittest.TestCase):
    def setUp(self):
        self.bin = tempfile.mkdtemp(prefix="psutil-setup-")
        self.addCleanup(shutil.rmtree, self.bin)
        self.log = os.path.join(self.bin, ".log")
        for name in (*OWN, "cp", "touch", "chmod"):
            os.symlink(shutil.which(name), os.path.join(self.bin, name))
        self.script("true", "#!/bin/sh\nexit 0\n")

    def script(self, name, text):
        path = os.path.join(self.bin, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def have(self, *names, meson="1.0.1"):
        for name in names:
            self.script(name, "#!/bin/sh\nexit 0\n")
        self.script("meson", f"#!/bin/sh\necho {meson}\n")

    def have_apt(self, lists):
        self.script("apt-get", APT_GET)
        self.script("apt-cache", '#!/bin/sh\n[ -e "$BIN/.lists" ]\n')
        self.script("id", "#!/bin/sh\necho 0\n")
        if lists:
            self.script(".lists", "")

    def script_over_link(self, name):
        os.unlink(os.path.join(self.bin, name))

    def run_setup(self, target="build", without=""):
        env = {"PATH": self.bin, "BIN": self.bin, "LOG": self.log, "WITHOUT": without}
        return subprocess.run([SETUP, target], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False)

    def calls(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_nothing_missing_nothing_done(self):
        for target, commands in (("build", BUILD), ("test", TEST)):
            with self.subTest(target=target):
                self.have(*commands)
                self.script_over_link("id")
                self.have_apt(lists=True)
                done = self.run_setup(target)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
                self.assertEqual(self.calls(), [])

    def test_installs_what_is_missing_and_says_so(self):
        self.script_over_link("id")
        self.have_apt(lists=True)
        done = self.run_setup()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("gcc libc6-dev meson ninja-build", done.stdout)
        self.assertIn("pkg-config libsmartcols-dev libncurses-dev", done.stdout)
        self.assertEqual(len(self.calls()), 2, "no update when the lists know the packages")

    def test_reads_the_lists_where_there_are_none(self):
        self.script_over_link("id")
        self.have_apt(lists=False)
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertEqual([call.split()[2] for call in self.calls()],
                         ["update", "install", "install"])

    def test_goes_on_without_what_is_only_wished_for(self):
        self.have("cc", "gcc", "ninja")
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertEqual(self.calls(), [])
        self.script_over_link("id")
        self.have_apt(lists=True)
        done = self.run_setup(without="1")
        self.assertEqual(done.returncode, 0)
        self.assertIn("going on without: pkg-config libsmartcols-dev libncurses-dev", done.stdout)

    def test_others_to_measure_beside_are_only_wished_for(self):
        self.have("cc", "gcc", "ninja", "python3")
        self.script_over_link("id")
        self.have_apt(lists=True)
        done = self.run_setup("bench", without="1")
        self.assertEqual(done.returncode, 0)
        self.assertIn("libproc2-dev libstatgrab-dev valgrind lsof iproute2 procps util-linux", done.stdout)

    def test_without_apt_it_names_the_packages(self):
        done = self.run_setup()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("gcc libc6-dev meson ninja-build", done.stderr)

    def test_libfuzzer_is_that_of_the_compiler(self):
        self.have(*BUILD, "python3")
        self.script("clang", '#!/bin/sh\n[ "$1" = -dumpversion ] && echo 14.0.6\n')
        self.assertIn("libclang-rt-14-dev", self.run_setup("fuzz").stderr)
        self.script("clang", "#!/bin/sh\nexit 0\n")
        self.assertEqual(self.run_setup("fuzz").returncode, 0)

    def test_without_root_and_sudo_it_names_the_command(self):
        self.script_over_link("id")
        self.have_apt(lists=True)
        self.script("id", "#!/bin/sh\necho 1000\n")
        done = self.run_setup()
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install gcc", done.stderr)
        self.assertEqual(self.calls(), [])

    def test_an_old_meson_is_refused(self):
        for version, status in (("0.53.2", 1), ("0.63.3", 1), ("0.64.0", 0), ("1.7.0", 0)):
            with self.subTest(version=version):
                self.have(*BUILD, meson=version)
                self.assertEqual(self.run_setup().returncode, status)

    def test_usage(self):
        done = self.run_setup("nonsense")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("usage", done.stderr)


if __name__ == "__main__":
    unittest.main()
