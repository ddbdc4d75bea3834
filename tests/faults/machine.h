/* An invented machine on which every function has an answer, and on which all sources of a figure
 * agree: what a fallback tells is what the first source would have told. */
#ifndef MACHINE_H
#define MACHINE_H

#include "../root.h"

#define STAT_REST "0 999 1 2 3 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 12 0 0 0 0 0 0 0 0 0 0\n"
#define STATUS_REST                                                                                \
    "VmPeak:\t20 kB\nVmHWM:\t12 kB\nRssAnon:\t4 kB\nRssFile:\t4 kB\nRssShmem:\t4 kB\nVmSwap:\t0 "  \
    "kB\n"                                                                                         \
    "HugetlbPages:\t0 kB\nCpus_allowed_list:\t0-1\nvoluntary_ctxt_switches:\t21\n"                 \
    "nonvoluntary_ctxt_switches:\t22\n"
#define SMAPS_FIGURES                                                                              \
    "Size:                 16 kB\nRss:                  12 kB\nPss:                   9 kB\n"      \
    "Shared_Clean:          4 kB\nShared_Dirty:          0 kB\nPrivate_Clean:         5 kB\n"      \
    "Private_Dirty:         3 kB\nReferenced:           12 kB\nAnonymous:             4 kB\n"      \
    "Private_Hugetlb:       0 kB\nSwap:                 11 kB\nSwapPss:              11 kB\n"
#define CPU(n) "sys/devices/system/cpu/cpu" #n "/"
#define POLICY(n) "sys/devices/system/cpu/cpufreq/policy" #n "/"
#define HWMON "sys/class/hwmon/hwmon0/"
#define NIC "sys/class/net/eth0/"

static const char *const machine_files[][2] = {
    {"proc/stat", "cpu  12 24 36 48 50 62 74 86 98 10\ncpu0 11 21 31 41 51 61 71 81 91 10\n"
                  "cpu1 12 22 32 42 52 62 72 82 92 20\nintr 51 1 2\nctxt 61\nbtime 1000\n"
                  "processes 9\nsoftirq 71 1 2\n"},
    {"proc/loadavg", "1.25 2.25 3.25 1/2 34\n"},
    {"proc/meminfo",
     "MemTotal:        1000 kB\nMemFree:          500 kB\nMemAvailable:     600 kB\n"
     "Buffers:           10 kB\nCached:           200 kB\nActive:            40 kB\n"
     "Inactive:          30 kB\nSwapTotal:        100 kB\nSwapFree:          50 kB\n"
     "Shmem:             12 kB\nSlab:              13 kB\nSReclaimable:      11 kB\n"},
    {"proc/zoneinfo", "Node 0, zone DMA\n        low      10\n"},
    {"proc/vmstat", "nr_free_pages 5\npswpin 11\npswpout 22\n"},
    {"proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 1000.000\nphysical id\t: 0\ncore id\t\t: 0\n\n"
                     "processor\t: 1\ncpu MHz\t\t: 1000.000\nphysical id\t: 0\ncore id\t\t: 1\n\n"},
    {"proc/cmdline", "root=/dev/sda1 quiet\n"},
    {"proc/filesystems", "nodev\ttmpfs\n\text4\n"},
    {"proc/self/mountinfo", "1 0 8:1 / / rw,noatime - ext4 /dev/root rw\n"
                            "2 1 0:5 / /run rw - tmpfs tmpfs rw,size=64k\n"
                            "3 1 8:17 / /srv rw,noatime - ext4 /dev/sdb1 rw\n"},
    {"proc/self/mounts", "/dev/root / ext4 rw,noatime 0 0\ntmpfs /run tmpfs rw,size=64k 0 0\n"
                         "/dev/sdb1 /srv ext4 rw,noatime 0 0\n"},
    {"proc/diskstats", "   8       0 sda 11 12 13 14 15 16 17 18 19 20 21\n"
                       "   8       1 sda1 11 12 13 14 15 16 17 18 19 20 21\n"
                       "   8      16 sdb 31 32 33 34 35 36 37 38 39 40 41\n"},
    {"sys/block/sda/stat",
     "      11       12       13       14       15       16       17       18 "
     "      19       20       21\n"},
    {"sys/block/sda/sda1/stat", "11 12 13 14 15 16 17 18 19 20 21\n"},
    {"sys/block/sdb/stat", "31 32 33 34 35 36 37 38 39 40 41\n"},
    {"sys/devices/system/cpu/online", "0-1\n"},
    {"sys/devices/system/cpu/present", "0-1\n"},
    {CPU(0) "topology/core_cpus_list", "0\n"},
    {CPU(0) "topology/thread_siblings_list", "0\n"},
    {CPU(0) "topology/physical_package_id", "0\n"},
    {CPU(0) "topology/core_id", "0\n"},
    {CPU(1) "topology/core_cpus_list", "1\n"},
    {CPU(1) "topology/thread_siblings_list", "1\n"},
    {CPU(1) "topology/physical_package_id", "0\n"},
    {CPU(1) "topology/core_id", "1\n"},
    {POLICY(0) "affected_cpus", "0\n"},
    {POLICY(0) "related_cpus", "0\n"},
    {POLICY(0) "scaling_cur_freq", "1000000\n"},
    {POLICY(0) "cpuinfo_cur_freq", "1000000\n"},
    {POLICY(0) "scaling_min_freq", "800000\n"},
    {POLICY(0) "cpuinfo_min_freq", "800000\n"},
    {POLICY(0) "scaling_max_freq", "2000000\n"},
    {POLICY(0) "cpuinfo_max_freq", "2000000\n"},
    {POLICY(1) "affected_cpus", "1\n"},
    {POLICY(1) "related_cpus", "1\n"},
    {POLICY(1) "scaling_cur_freq", "1000000\n"},
    {POLICY(1) "cpuinfo_cur_freq", "1000000\n"},
    {POLICY(1) "scaling_min_freq", "800000\n"},
    {POLICY(1) "cpuinfo_min_freq", "800000\n"},
    {POLICY(1) "scaling_max_freq", "2000000\n"},
    {POLICY(1) "cpuinfo_max_freq", "2000000\n"},
    {HWMON "name", "chip\n"},
    {HWMON "temp1_input", "41000\n"},
    {HWMON "temp1_max", "81000\n"},
    {HWMON "temp1_crit", "91000\n"},
    {HWMON "temp1_label", "core\n"},
    {HWMON "temp2_input", "42000\n"},
    {HWMON "fan1_input", "910\n"},
    {HWMON "fan1_label", "back\n"},
    {"sys/class/power_supply/BAT0/type", "Battery\n"},
    {"sys/class/power_supply/BAT0/present", "1\n"},
    {"sys/class/power_supply/BAT0/capacity", "50\n"},
    {"sys/class/power_supply/BAT0/status", "Discharging\n"},
    {"sys/class/power_supply/BAT0/energy_now", "500000\n"},
    {"sys/class/power_supply/BAT0/energy_full", "1000000\n"},
    {"sys/class/power_supply/BAT0/power_now", "250000\n"},
    {"sys/class/power_supply/AC/type", "Mains\n"},
    {"sys/class/power_supply/AC/online", "0\n"},
    {NIC "ifindex", "2\n"},
    {NIC "mtu", "1500\n"},
    {NIC "speed", "1000\n"},
    {NIC "duplex", "full\n"},
    {NIC "flags", "0x1003\n"},
    {NIC "operstate", "up\n"},
    {NIC "address", "02:00:00:00:00:01\n"},
    {NIC "broadcast", "ff:ff:ff:ff:ff:ff\n"},
    {"proc/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80     eth0\n"},
    {"proc/1/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80     eth0\n"},
    {"proc/net/dev",
     "Inter-|   Receive\n face |bytes\n    lo: 11 12 0 0 0 0 0 0 13 14 0 0 0 0 0 0\n"
     "  eth0: 21 22 23 24 5 6 7 8 29 30 31 32 13 14 15 16\n"},
    {"proc/1/net/dev",
     "Inter-|   Receive\n face |bytes\n    lo: 11 12 0 0 0 0 0 0 13 14 0 0 0 0 0 0\n"
     "  eth0: 21 22 23 24 5 6 7 8 29 30 31 32 13 14 15 16\n"},
    {"proc/net/tcp",
     "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
     "inode\n"
     "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
     "7701 1 0000000000000000 100 0 0 10 0\n"},
    {"proc/net/tcp6", "  sl  local_address\n"},
    {"proc/net/udp", "  sl  local_address\n"},
    {"proc/net/udp6", "  sl  local_address\n"},
    {"proc/net/unix", "Num       RefCount Protocol Flags    Type St Inode Path\n"
                      "0000000000000000: 00000002 00000000 00010000 0001 01 7802 /run/socket\n"},
    {"run/systemd/sessions/1", "UID=1000\nUSER=ab\nSTATE=active\nCLASS=user\nTTY=tty1\nLEADER=42\n"
                               "REALTIME=1500000000000000\n"},
    {"etc/passwd", "root:x:0:0::/:/bin/sh\nab:x:1000:1000::/:/bin/sh\n"},
    {"proc/tty/drivers", "odd                  /dev/odd      204 64-67 serial\n"},
    {"proc/1/stat", "1 (init) S 0 1 1 0 -1 4194560 11 0 33 0 55 66 77 88 20 0 1 " STAT_REST},
    {"proc/1/status", "Name:\tinit\nTgid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n" STATUS_REST},
    {"proc/1/statm", "5 4 3 2 0 1 0\n"},
    {"proc/1/cmdline", "/init"},
    {"proc/42/stat",
     "42 (ab) S 1 42 42 52288 -1 4194560 11 22 33 44 55 66 77 88 20 -5 1 " STAT_REST},
    {"proc/42/status",
     "Name:\tab\nTgid:\t42\nUid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\n" STATUS_REST},
    {"proc/42/statm", "50 40 30 20 0 10 0\n"},
    {"proc/42/io", "rchar: 11\nwchar: 12\nsyscr: 13\nsyscw: 14\nread_bytes: 15\nwrite_bytes: 16\n"
                   "cancelled_write_bytes: 0\n"},
    {"proc/42/limits",
     "Limit                     Soft Limit           Hard Limit           Units     \n"
     "Max cpu time              unlimited            unlimited            seconds   \n"
     "Max open files            1024                 4096                 files     \n"},
    {"proc/42/smaps", "55e2f1ab8000-55e2f1abc000 r--p 00000000 08:01 123   /opt/a b\n" SMAPS_FIGURES
                      "VmFlags: rd\n"},
    {"proc/42/smaps_rollup", "55e2f1ab8000-7ffd00000000 ---p 00000000 00:00 0   [rollup]\n" //
     SMAPS_FIGURES},
    {"proc/42/fdinfo/3", "pos:\t77\nflags:\t0102001\nmnt_id:\t22\n"},
    {"proc/42/fdinfo/4", "pos:\t0\nflags:\t02\n"},
    {"proc/42/fdinfo/5", "pos:\t0\nflags:\t02\n"},
    {"proc/42/task/42/stat",
     "42 (ab) S 1 42 42 52288 -1 4194560 11 22 33 44 55 66 77 88 20 -5 1 " STAT_REST},
    {"proc/42/task/44/stat",
     "44 (ab) S 1 42 42 52288 -1 4194560 11 22 33 44 56 67 77 88 20 -5 1 " STAT_REST},
    {"proc/43/stat", "43 (cd) S 42 42 42 0 -1 4194560 11 0 33 0 55 66 77 88 20 0 1 " STAT_REST},
    {"proc/43/status",
     "Name:\tcd\nTgid:\t43\nUid:\t1001\t1001\t1001\t1001\nGid:\t1\t1\t1\t1\n" STATUS_REST},
    {"proc/43/statm", "6 5 4 3 0 2 0\n"},
};

static inline struct root make_machine(void)
{
    struct root root = root_make();
    for (size_t i = 0; i < sizeof machine_files / sizeof *machine_files; i++)
        root_file(&root, machine_files[i][0], machine_files[i][1]);
    root_bytes(&root, "proc/42/cmdline", "/opt/ab\0-x\0", 11);
    root_bytes(&root, "proc/42/environ", "A=1\0B=22\0", 9);
    root_file(&root, "nowhere/file", "");
    root_link(&root, "proc/42/exe", "/opt/ab");
    root_link(&root, "proc/42/cwd", "/srv");
    char path[512];
    root_link(&root, "proc/42/fd/3", root_path(&root, "nowhere/file", path));
    root_link(&root, "proc/42/fd/4", "socket:[7701]");
    root_link(&root, "proc/42/fd/5", "socket:[7802]");
    root_link(&root, "sys/dev/block/8:1", "../../block/sda/sda1");
    return root;
}

#endif
