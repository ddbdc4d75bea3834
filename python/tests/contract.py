"""The contract as data: what there is, with which fields."""

TUPLES = {
    "scputimes": "user nice system idle iowait irq softirq steal guest guest_nice",
    "scpustats": "ctx_switches interrupts soft_interrupts syscalls",
    "scpufreq": "current min max",
    "svmem": "total available percent used free active inactive buffers cached shared slab",
    "sswap": "total used free percent sin sout",
    "sdiskpart": "device mountpoint fstype opts",
    "sdiskusage": "total used free percent",
    "sdiskio": "read_count write_count read_bytes write_bytes read_time write_time "
               "read_merged_count write_merged_count busy_time",
    "snetio": "bytes_sent bytes_recv packets_sent packets_recv errin errout dropin dropout",
    "sconn": "fd family type laddr raddr status pid",
    "addr": "ip port",
    "snicaddr": "family address netmask broadcast ptp",
    "snicstats": "isup duplex speed mtu flags",
    "shwtemp": "label current high critical",
    "sfan": "label current",
    "sbattery": "percent secsleft power_plugged",
    "suser": "name terminal host started pid",
    "pheap": "heap_used mmap_used",
    "pcputimes": "user system children_user children_system iowait",
    "pmem": "rss vms shared text lib data dirty",
    "pfullmem": "rss vms shared text lib data dirty uss pss swap",
    "pmmap_grouped": "path rss size pss shared_clean shared_dirty private_clean private_dirty "
                     "referenced anonymous swap",
    "pmmap_ext": "addr perms path rss size pss shared_clean shared_dirty private_clean "
                 "private_dirty referenced anonymous swap",
    "pio": "read_count write_count read_bytes write_bytes read_chars write_chars",
    "pctxsw": "voluntary involuntary",
    "pthread": "id user_time system_time",
    "puids": "real effective saved",
    "pgids": "real effective saved",
    "pionice": "ioclass value",
    "popenfile": "path fd position mode flags",
    "pconn": "fd family type laddr raddr status",
}

# What 8.0 has in addition.
NEW_TUPLES = {
    "ppagefaults": "minor major",
    "pmem_ex": "rss vms shared text lib data dirty peak_rss peak_vms rss_anon rss_file rss_shmem "
               "swap hugetlb",
    "pfootprint": "uss pss swap",
}

FUNCTIONS = {
    "boot_time": "", "cpu_count": "logical=True", "cpu_freq": "percpu=False",
    "cpu_percent": "interval=None, percpu=False", "cpu_stats": "", "cpu_times": "percpu=False",
    "cpu_times_percent": "interval=None, percpu=False",
    "disk_io_counters": "perdisk=False, nowrap=True", "disk_partitions": "all=False",
    "disk_usage": "path", "getloadavg": "", "heap_info": "", "heap_trim": "",
    "net_connections": "kind='inet'", "net_if_addrs": "", "net_if_stats": "",
    "net_io_counters": "pernic=False, nowrap=True", "pid_exists": "pid", "pids": "",
    "process_iter": "attrs=None, ad_value=None", "sensors_battery": "", "sensors_fans": "",
    "sensors_temperatures": "fahrenheit=False", "swap_memory": "", "users": "",
    "virtual_memory": "", "wait_procs": "procs, timeout=None, callback=None",
}

METHODS = {
    "as_dict": "attrs=None, ad_value=None", "children": "recursive=False", "cmdline": "",
    "connections": "kind='inet'", "cpu_affinity": "cpus=None", "cpu_num": "",
    "cpu_percent": "interval=None", "cpu_times": "", "create_time": "", "cwd": "", "environ": "",
    "exe": "", "gids": "", "io_counters": "", "ionice": "ioclass=None, value=None",
    "is_running": "", "kill": "", "memory_full_info": "", "memory_info": "",
    "memory_maps": "grouped=True", "memory_percent": "memtype='rss'", "name": "",
    "net_connections": "kind='inet'", "nice": "value=None", "num_ctx_switches": "", "num_fds": "",
    "num_threads": "", "oneshot": "", "open_files": "", "parent": "", "parents": "", "ppid": "",
    "resume": "", "rlimit": "resource, limits=None", "send_signal": "sig", "status": "",
    "suspend": "", "terminal": "", "terminate": "", "threads": "", "uids": "", "username": "",
    "wait": "timeout=None",
}

NEW_METHODS = {"page_faults": "", "memory_info_ex": "", "memory_footprint": ""}

# Which function or method answers which tuple, for the docstrings.
ANSWERS = {
    "cpu_times": "scputimes", "cpu_stats": "scpustats", "cpu_freq": "scpufreq",
    "virtual_memory": "svmem", "swap_memory": "sswap", "disk_partitions": "sdiskpart",
    "disk_usage": "sdiskusage", "disk_io_counters": "sdiskio", "net_io_counters": "snetio",
    "net_connections": "sconn", "net_if_addrs": "snicaddr", "net_if_stats": "snicstats",
    "sensors_temperatures": "shwtemp", "sensors_fans": "sfan", "sensors_battery": "sbattery",
    "users": "suser", "heap_info": "pheap", "Process.cpu_times": "pcputimes",
    "Process.memory_info": "pmem", "Process.memory_full_info": "pfullmem",
    "Process.memory_maps": "pmmap_grouped", "Process.io_counters": "pio",
    "Process.num_ctx_switches": "pctxsw", "Process.threads": "pthread", "Process.uids": "puids",
    "Process.gids": "pgids", "Process.ionice": "pionice", "Process.open_files": "popenfile",
    "Process.net_connections": "pconn", "Process.page_faults": "ppagefaults",
    "Process.memory_info_ex": "pmem_ex", "Process.memory_footprint": "pfootprint",
}

AS_DICT = frozenset("""
    cmdline connections cpu_affinity cpu_num cpu_percent cpu_times create_time cwd environ exe gids
    io_counters ionice memory_full_info memory_info memory_maps memory_percent name net_connections
    nice num_ctx_switches num_fds num_threads open_files pid ppid status terminal threads uids username
""".split()) - {"connections"}
