"""Two worker processes add squares up; the scheduler knows how much CPU and memory each takes."""
import time

from distributed import Client, LocalCluster


def square(n):
    return n * n


def main():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                      memory_limit="1GiB") as cluster, Client(cluster) as client:
        print("sum", client.submit(sum, client.map(square, range(1000))).result(timeout=60))
        time.sleep(2)
        workers = client.scheduler_info(n_workers=-1)["workers"]
        for worker in workers.values():
            metrics = worker["metrics"]
            assert metrics["memory"] > 1 << 20 and metrics["cpu"] >= 0, metrics
            assert "read_bps" in metrics["host_net_io"], metrics
        print("workers", len(workers))


if __name__ == "__main__":
    main()
