"""psutil record on invented machines: what becomes of each kind of name, and of what is broken."""
import os
import re
import shutil
import socket
import stat

from command import Root, psutil, recorded_machine, to_bytes, unpack
from recording import SECRET, RecordTest, options


class Invented(RecordTest):
    def test_names_keep_their_shape(self):
        root = Root(self)
        names = [b"a) S 1 (b", b"line\nline", b"back\\slash", b"\xff\xfe\x80", "gr\u00fc\u00df \u20ac".encode(),
                 b"kworker/0:1-ev", b"(sd-pam)", b"\033[2J", b"", b"fifteen-bytes-x"]
        for pid, name in enumerate(names, 10):
            root.process(pid, name, [name])
        machine, _ = self.record(machine=root.options())
        for pid, name in enumerate(names, 10):
            with self.subTest(name=name):
                found = to_bytes(self.answer(*options(machine), "proc", str(pid), "name")["name"])
                self.assertEqual(len(found), len(name))
                self.assertEqual(re.sub(rb"[A-Za-z0-9\x80-\xff]", b"", found),
                                 re.sub(rb"[A-Za-z0-9\x80-\xff]", b"", name))
                with open(f"{machine}/proc/{pid}/comm", "rb") as file:
                    self.assertEqual(file.read(), found + b"\n")

    def test_one_name_is_one_pseudonym(self):
        root = Root(self)
        for pid in range(1, 60):
            root.process(pid, b"n%d" % (pid // 2), [b"/opt/n%d" % (pid // 2)])
        machine, _ = self.record(machine=root.options())
        found = [self.answer(*options(machine), "proc", str(pid), "name,cmdline") for pid in range(1, 60)]
        for pid, answer in enumerate(found, 1):
            self.assertEqual(answer["cmdline"], ["/opt/" + answer["name"]])
            for other, theirs in enumerate(found, 1):
                self.assertEqual(answer["name"] == theirs["name"], pid // 2 == other // 2)

    def test_keep_names_of_libraries_not_of_data(self):
        root = Root(self)
        root.process(7, b"name", [b"name"])
        head = b"7f0000000000-7f0000001000 r--p 00000000 08:01 1                  "
        root.write("proc/7/smaps", b"".join(head + path + b"\nSize: 4 kB\n" for path in (
            b"/usr/lib/libc.so.6", b"/home/somebody/secret.db", b"[heap]", b"[anon:secret]",
            b"/memfd:secret (deleted)", b"/dev/zero (deleted)", b"/opt/a\\012b")))
        machine, _ = self.record("--keep-names", machine=root.options())
        self.assertHolds(machine, b"somebody")
        self.assertHolds(machine, b"secret")
        paths = [row["path"] for row in
                 self.answer(*options(machine), "proc", "7", "memory_maps", "--ungrouped")["memory_maps"]]
        self.assertEqual((paths[0], paths[2], paths[5]), ("/usr/lib/libc.so.6", "[heap]", "/dev/zero"))
        self.assertRegex(paths[1], r"\A/home/\w{8}/\w{6}\.\w\w\Z")
        self.assertRegex(paths[3], r"\A\[anon:\w{6}\]\Z")
        self.assertRegex(paths[4], r"\A/memfd:\w{6}\Z")
        self.assertRegex(paths[6], r"\A/opt/\w\n\w\Z")

    def test_keep_names(self):
        root = Root(self)
        root.process(7, b"sshd", [b"sshd: somebody@pts/0"], [b"HOME=/home/somebody"])
        root.process(8, b"a-daemon-with-a", [b"/home/somebody/a-daemon-with-a-long-name", b"--secret"])
        machine, _ = self.record("--keep-names", machine=root.options())
        self.assertEqual(self.answer(*options(machine), "proc", "7", "name")["name"], "sshd")
        self.assertEqual(self.answer(*options(machine), "proc", "8", "name")["name"], "a-daemon-with-a-long-name")
        self.assertHolds(machine, b"a-daemon-with-a", wanted=True)
        self.assertHolds(machine, b"somebody")
        self.assertHolds(machine, b"secret")
        machine, _ = self.record(machine=root.options())
        self.assertHolds(machine, b"sshd")
        self.assertHolds(machine, b"daemon")

    def test_addresses(self):
        root = Root(self)
        head = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        ends = ["127.0.0.1", "0.0.0.0", "10.1.2.3", "8.8.8.8", "169.254.7.7", "239.1.2.3", "10.1.2.3"]
        rows = [b"   %d: %08X:0016 %08X:0035 0A 00000000:00000000 00:00000000 00000000 1 0 %d 1 ffff8881 100\n"
                % (i, int.from_bytes(socket.inet_aton(end), "little"),
                   int.from_bytes(socket.inet_aton("10.9.9.9"), "little"), i + 100)
                for i, end in enumerate(ends)]
        root.write("proc/net/tcp", head + b"".join(rows))
        six = ["::1", "::", "fe80::1234:5678", "2a00:1450:4001::1", "::ffff:10.1.2.3"]
        lines = []
        for i, end in enumerate(six):
            packed = socket.inet_pton(socket.AF_INET6, end)
            text = b"".join(b"%08X" % int.from_bytes(packed[at:at + 4], "little") for at in range(0, 16, 4))
            lines.append(b"   %d: %s:0016 %s:0000 0A 00000000:00000000 00:00000000 00000000 1 0 %d 1 0 100\n"
                         % (i, text, b"0" * 32, i + 200))
        root.write("proc/net/tcp6", head + b"".join(lines))
        machine, _ = self.record(machine=root.options())
        found = self.answer(*options(machine), "get", "net_connections", "kind=tcp4")
        local = [row["laddr"]["ip"] for row in found]
        self.assertEqual(local[:2], ["127.0.0.1", "0.0.0.0"])
        self.assertEqual(local[2], local[6])
        self.assertRegex(local[2], r"\A(192\.0\.2|198\.51\.100|203\.0\.113)\.")
        self.assertNotEqual(local[2], local[3])
        self.assertTrue(local[4].startswith("169.254."))
        self.assertTrue(local[5].startswith("233.252."))
        self.assertEqual({row["raddr"]["port"] for row in found}, {53})
        six_found = [row["laddr"]["ip"] for row in
                     self.answer(*options(machine), "get", "net_connections", "kind=tcp6")]
        self.assertEqual(six_found[:2], ["::1", "::"])
        self.assertTrue(six_found[2].startswith("fe80::"))
        self.assertTrue(six_found[3].startswith("2001:db8::"))
        self.assertEqual(six_found[4], "::ffff:" + local[2])
        self.assertHolds(machine, b"ffff8881")
        self.assertHolds(machine, b"56781234")

    def test_devices(self):
        root = Root(self)
        for name, address in (("eth0", b"52:54:00:12:34:56"), ("vpn-" + SECRET.decode()[:8], b"52:54:00:12:34:57"),
                              ("enx525400123456", b"52:54:00:12:34:56")):
            root.write(f"sys/class/net/{name}/address", address + b"\n")
            root.write(f"sys/class/net/{name}/mtu", b"1500\n")
            root.write(f"sys/class/net/{name}/phys_switch_id", SECRET)
        root.write("sys/class/power_supply/BAT0/serial_number", SECRET)
        root.write("sys/class/power_supply/BAT0/capacity", b"81\n")
        root.write("sys/class/power_supply/BAT0/type", b"Battery\n")
        root.write("proc/cpuinfo", b"processor\t: 0\ncpu MHz\t\t: 800.0\nSerial\t\t: 00000000deadbeef\n")
        root.write("proc/cmdline", b"BOOT_IMAGE=/vmlinuz root=/dev/mapper/" + SECRET + b" token=" + SECRET + b"\n")
        root.write("proc/self/mountinfo", b"27 1 254:0 / / rw,noatime - ext4 /dev/sda1 rw\n"
                   b"28 27 0:25 /" + SECRET + b" /home/" + SECRET + b"\\040dir rw shared:3 - cifs //" + SECRET +
                   b"/share rw,username=" + SECRET + b",uid=1000,addr=10.0.0.7\n"
                   b"29 27 0:26 / /var/lib rw - overlay overlay rw,lowerdir=/a\\054" + SECRET + b":/b," + SECRET + b"\n"
                   b"30 27 0:27 / /mnt rw - fuse." + SECRET + b" " + SECRET + b" rw\n")
        machine, _ = self.record(machine=root.options())
        for secret in (SECRET, SECRET[:8], b"525400123456", b"52:54:00", b"deadbeef", b"10.0.0.7", b"vpn"):
            self.assertHolds(machine, secret)
        found = self.answer(*options(machine), "get", "net_if_addrs")
        addresses = [rows[0]["address"] for rows in found.values()]
        self.assertEqual(found["eth0"][0]["address"][:15], "00:00:5e:00:53:")
        self.assertEqual(len(set(addresses)), 2)
        self.assertEqual(self.answer(*options(machine), "get", "sensors_battery")["percent"], 81)
        parts = self.answer(*options(machine), "get", "disk_partitions", "all=true")
        self.assertEqual([part["fstype"].partition(".")[0] for part in parts], ["ext4", "cifs", "overlay", "fuse"])
        self.assertEqual((parts[0]["device"], parts[0]["opts"]), ("/dev/sda1", "rw,noatime"))
        self.assertEqual(len(parts[1]["mountpoint"]), len("/home/" + SECRET.decode() + " dir"))
        self.assertTrue(parts[1]["mountpoint"].startswith("/home/"))
        self.assertIn("uid=1000", parts[1]["opts"])

    # Files with names in them, whose lines are understood or replaced.
    REWRITTEN = ["proc/7/" + name for name in ("stat", "comm", "cmdline", "environ", "smaps", "smaps_rollup",
                                               "fdinfo/1", "task/7/stat", "net/tcp", "net/unix")] + [
        "proc/cpuinfo", "proc/cmdline", "proc/diskstats", "proc/self/mountinfo", "proc/self/mounts", "proc/mounts",
        "proc/net/dev", "proc/net/tcp", "proc/net/tcp6", "proc/net/udp", "proc/net/udp6", "proc/net/unix",
        "proc/net/if_inet6", "sys/class/net/eth0/address"]

    def test_lines_that_nobody_understands(self):
        secret = SECRET.decode()
        lines = [secret, f" {secret}: {secret}", f"{secret}={secret}", f"({secret}", f"1 ({secret}) S {secret} 1",
                 f"00: {secret} {secret}", f"0-1 {secret} {secret} {secret} {secret} {secret}", f"1 2 {secret} 4 {secret}",
                 f"/{secret} /{secret} {secret} {secret} {secret}", f"Serial : {secret}", f"- {secret}", f"\\040{secret}",
                 f"1 2 3:4 / / {secret} {secret} - {secret} {secret} {secret}={secret},{secret}", f"root={secret} {secret}",
                 f"0000000000000000: 0 0 0 0 0 1 {secret}\n{secret}", f"eth0:{secret}", f"0: {secret}:0016 {secret} 0A",
                 f"pos:\t0\n{secret}:\t1", "\0", "", ":", "=", "(", ")", "\\", "-", "[", "'"]
        for separator in ("\n", "\0", " ", ""):
            root = Root(self)
            root.process(7, b"name", [b"name"])
            for name in self.REWRITTEN:
                root.write(name, separator.join(lines).encode())
            os.makedirs(root.path + "/proc/7/fd")
            root.link("proc/7/fd/1", secret)
            with self.subTest(separator=separator):
                machine, summary = self.record(machine=root.options())
                self.assertEqual((summary["processes"], summary["cut"]), (1, 0))
                self.assertHolds(machine, SECRET)

    def test_files_that_are_cut(self):
        whole, root = self.new_folder(), self.new_folder()
        unpack(recorded_machine(), whole)
        for share in (0.31, 0.77):
            shutil.rmtree(root)
            shutil.copytree(whole, root, symlinks=True)
            for path, _, files in os.walk(root):
                for name in files:
                    full = os.path.join(path, name)
                    if not os.path.islink(full):
                        os.truncate(full, int(os.path.getsize(full) * share))
            machine, _ = self.record(machine=options(root))
            for function in ("net_connections", "disk_partitions", "cpu_freq", "cpu_count"):
                one, two = [psutil(*options(folder), "get", function) for folder in (root, machine)]
                self.assertEqual(one[0], two[0], (one, two))

    def test_nothing_is_followed_out(self):
        root = Root(self)
        outside = self.new_folder()
        with open(outside + "/secret", "wb") as file:
            file.write(SECRET)
        root.process(7, b"name", [b"name"])
        root.link("proc/7/exe", outside + "/secret")
        root.link("proc/7/io", outside + "/secret")
        root.link("proc/loadavg", outside + "/secret")
        root.link("proc/net", outside)
        root.link("sys/class", outside)
        root.link("sys/block", "../../../../../../../.." + outside)
        os.mkfifo(root.path + "/proc/diskstats")
        os.mkdir(root.path + "/proc/7/limits")
        machine, summary = self.record(machine=root.options())
        self.assertEqual(summary["processes"], 1)
        self.assertHolds(machine, SECRET)
        self.assertTrue(os.path.islink(machine + "/proc/7/exe"))
        for name in ("proc/7/io", "proc/loadavg", "proc/net", "sys/class", "proc/diskstats", "proc/7/limits"):
            self.assertFalse(os.path.lexists(f"{machine}/{name}"), name)

    def test_masks_do_not_matter(self):
        root = Root(self)
        root.process(7, b"name", [b"name"])
        folder = self.new_folder() + "/machine"
        status, _, err = psutil(*root.options(), "record", folder, preexec_fn=lambda: os.umask(0))
        self.assertEqual((status, err), (0, b""))
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(folder + "/proc/7/stat").st_mode), 0o600)
