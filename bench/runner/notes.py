"""Where a peer answers a smaller question, a larger one or another: what its time says little about."""

BARE = "only reads, makes nothing of it"
WHOLE = "the whole command: starts, and writes text"
KEEPS_STAT = "keeps each process's stat open, as far as half of the limit of descriptors"
NOTES = {
    ("bare", "processes_10"): BARE,
    ("bare", "processes_18"): BARE,
    ("bare", "sockets"): BARE,
    ("procps", "processes_18"): "16 of 18: no number of descriptors, no working directory",
    ("statgrab", "processes_10"): "9 of 10: no number of threads; processor time is one sum",
    ("sysinfo", "processes_10"): f"9 of 10: no number of threads; processor time is one sum; {KEEPS_STAT}",
    ("sysinfo", "processes_18"): "14 of 18: no numbers of threads and descriptors, no nice value, "
                                 f"no username; {KEEPS_STAT}",
    ("systeminformation", "processes_10"): "starts ps and reads its text; percentages, no times; no threads",
    ("systeminformation", "sockets"): "starts ss and reads its text; no descriptors' numbers",
    ("ss -tanp", "sockets"): WHOLE,
    ("lsof -nP -iTCP", "sockets"): WHOLE,
    ("statgrab", "virtual_memory"): "total, free, used and cache only",
    ("sysinfo", "virtual_memory"): "total, free, available only",
    ("statgrab", "swap_memory"): "without what was swapped in and out",
    ("sysinfo", "swap_memory"): "without what was swapped in and out",
    ("sysinfo", "process_memory"): "reads stat, too",
    ("sysinfo", "process_cmdline"): "reads stat, too",
    ("sysinfo", "disk_partitions"): "with the usage of each; only file systems on disks",
    ("sysinfo", "net_io_counters"): "with addresses and more of each",
    ("systeminformation", "disk_partitions"): "starts df and reads its text",
    ("systeminformation", "net_if_addrs"): "with much more of each",
    ("gopsutil", "virtual_memory"): "with everything in meminfo",
    ("gopsutil", "net_if_addrs"): "with flags and MTU",
    ("systeminformation", "virtual_memory"): "starts no program, but waits for a file at a time",
    ("systeminformation", "net_io_counters"): "with states and more of each",
}


def notes_of(question, peers, items, ours):
    """{peer: text}, with those that found another number of items than ours."""
    found = {}
    for peer in peers:
        text = NOTES.get((peer, question), "")
        number = items.get(peer, 0)
        if number and ours and abs(number - ours) > max(3, ours * 0.05):
            text = (text + "; " if text else "") + f"found {number}, ours {ours}"
        if text:
            found[peer] = text
    return found
