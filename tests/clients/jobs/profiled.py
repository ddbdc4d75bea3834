"""A line that takes 50 MiB."""
from memory_profiler import profile


@profile
def work():
    kept = bytearray(50 << 20)
    return len(kept)


if __name__ == "__main__":
    work()
