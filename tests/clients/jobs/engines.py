"""Two engines add squares up, and tell what psutil knows about each of them."""
import logging

import ipyparallel


def about():
    import psutil
    process = psutil.Process()
    return process.pid, process.cpu_times().user, process.memory_info().rss


def main():
    with ipyparallel.Cluster(n=2, engine_timeout=200, log_level=logging.WARNING) as clients:
        print("sum", sum(clients[:].map_sync(lambda n: n * n, range(1000))))
        known = clients[:].apply_sync(about)
        assert all(user > 0 and rss > 1 << 20 for _, user, rss in known), known
        print("engines", len({pid for pid, _, _ in known}))


if __name__ == "__main__":
    main()
