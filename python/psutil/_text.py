"""Numbers and processes as text."""


def bytes2human(n):
    """`n` bytes with the largest unit that gives at least 1: bytes2human(10000) is '9.8K'."""
    symbols = "BKMGTPEZY"
    power = 0
    while power < len(symbols) - 1 and abs(n) >= 1 << 10 * (power + 1):
        power += 1
    return f"{n / (1 << 10 * power):.1f}{symbols[power]}"


def _row(info):
    import time

    started = time.localtime(info["create_time"]) if info["create_time"] else None
    times = info["cpu_times"]
    memory = info["memory_info"]
    spent = int(sum(times[:2])) if times else 0
    command = " ".join(info["cmdline"] or ()) or f"[{info['name']}]"
    return (
        info["username"] or "",
        info["pid"],
        "" if info["memory_percent"] is None else round(info["memory_percent"], 1),
        bytes2human(memory.vms) if memory else "",
        bytes2human(memory.rss) if memory else "",
        info["status"] or "",
        time.strftime("%b%d" if time.time() - info["create_time"] > 86400 else "%H:%M", started)
        if started
        else "",
        f"{spent // 60}:{spent % 60:02}",
        command,
    )


def test():
    """Prints all processes, as ps does."""
    from psutil import process_iter

    fields = "username pid memory_percent memory_info status create_time cpu_times cmdline name"
    line = "{:<12.12} {:>7} {:>5} {:>8} {:>8} {:<10.10} {:>6} {:>8} {}"
    print(line.format("USER", "PID", "%MEM", "VSZ", "RSS", "STATUS", "START", "TIME", "COMMAND"))
    for process in process_iter(fields.split()):
        text = line.format(*(str(cell) for cell in _row(process.info)))
        print(text.encode("ascii", "backslashreplace").decode()[:132].rstrip())


bytes2human.__module__ = test.__module__ = "psutil"
