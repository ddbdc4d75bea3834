"""Two worker processes add squares up; the scheduler knows how much CPU and memory each takes."""
import time

from distributed import Client, LocalCluster


def square(n):
    return n * n


def known(client):
    """What the workers have told with their last heartbeats, when all have told something."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    figures = [worker["metrics"] for worker in workers.values()]
    return figures if all("host_net_io" in each and each["memory"] for each in figures) else None


def main():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                      memory_limit="1GiB") as cluster, Client(cluster, timeout="200s") as client:
        print("sum", client.submit(sum, client.map(square, range(1000))).result(timeout=200))
        while (figures := known(client)) is None:
            time.sleep(0.1)
        for each in figures:
            assert each["memory"] > 1 << 20 and each["cpu"] >= 0, each
            assert "read_bps" in each["host_net_io"], each
        print("workers", len(figures))


if __name__ == "__main__":
    main()
