"""What several tests of processes use."""
import threading
import time


def burn(seconds):
    """Uses so much CPU time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))


def run_threads(work, count):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
