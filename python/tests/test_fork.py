"""fork(), also while other threads are inside of calls."""
import os
import signal
import threading
import time

import psutil

from interpreters import script


def test_fork_between_two_calls():  # corner case 32
    """The child asks about itself and about its parent with objects made before the fork."""
    process = psutil.Process()
    process.name(), process.cpu_percent(), psutil.cpu_percent(), psutil.virtual_memory()
    list(psutil.process_iter())
    child = os.fork()
    if child == 0:
        try:
            mine = psutil.Process()
            good = (mine.pid == os.getpid() != process.pid and mine.ppid() == process.pid and
                    mine != process and process.name() == mine.name() and
                    mine.parent() == process and process.is_running() and
                    psutil.virtual_memory().total > 0 and psutil.cpu_percent() >= 0 and
                    os.getpid() in [p.pid for p in psutil.process_iter()] and
                    mine.as_dict(["pid"]) == {"pid": os.getpid()})
            os._exit(0 if good else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert process.pid == os.getpid() and process.is_running()


def test_fork_while_threads_call():
    code = """
        import os, psutil, threading, time
        stop = threading.Event()
        process = psutil.Process()
        def work():
            while not stop.is_set():
                process.name(); psutil.virtual_memory(); psutil.pids(); process.open_files()
        threads = [threading.Thread(target=work) for _ in range(2)]
        [t.start() for t in threads]
        for _ in range(30):
            child = os.fork()
            if child == 0:
                psutil.Process().name(); psutil.virtual_memory(); process.cpu_times()
                os._exit(0)
            end = time.monotonic() + 20
            while time.monotonic() < end:
                pid, status = os.waitpid(child, os.WNOHANG)
                if pid:
                    assert status == 0, status
                    break
                time.sleep(0.001)
            else:
                os.kill(child, 9); raise SystemExit("hung")
        stop.set()
        [t.join() for t in threads]
    """
    script(code, "-W", "ignore")


def test_fork_while_a_thread_is_inside():  # corner case 32
    """The thread is inside a call that keeps what it saw before, and stays there: it reads a pipe."""
    code = """
        import os, psutil, shutil, signal, tempfile, threading, time
        folder = tempfile.mkdtemp()
        os.mkdir(folder + "/net")
        os.mkfifo(folder + "/net/dev")
        psutil.PROCFS_PATH = folder
        shutil.copy("/proc/stat", folder)
        thread = threading.Thread(target=psutil.net_io_counters)
        thread.start()
        while True:
            try:  # succeeds when somebody is reading
                pipe = os.open(folder + "/net/dev", os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:
                time.sleep(0.001)
        shutil.copy("/proc/net/dev", folder + "/net/new")
        os.rename(folder + "/net/new", folder + "/net/dev")
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # instead of for ever
            psutil.net_io_counters.cache_clear()
            assert psutil.net_io_counters(pernic=True)["lo"] and psutil.net_io_counters()
            psutil.PROCFS_PATH = "/proc"
            assert psutil.net_io_counters() and psutil.Process().name()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert thread.is_alive()
        with open("/proc/net/dev", "rb") as file:
            os.write(pipe, file.read())
        os.close(pipe)
        thread.join()
        psutil.net_io_counters()
        shutil.rmtree(folder)
        print("well")
    """
    assert script(code, "-W", "ignore") == "well\n"


def test_fork_while_threads_fail():
    """What failed is noted under a lock: somebody holds it at one fork or another."""
    code = """
        import os, psutil, signal, threading
        stop = threading.Event()
        def work():
            while not stop.is_set():
                try: psutil.Process(2 ** 22 + 1)
                except psutil.NoSuchProcess: pass
        threads = [threading.Thread(target=work) for _ in range(3)]
        [t.start() for t in threads]
        for _ in range(60):
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                try: psutil.Process(2 ** 22 + 1)
                except psutil.NoSuchProcess as error: os._exit(str(error) == "")
            assert os.waitpid(child, 0)[1] == 0
        stop.set()
        [t.join() for t in threads]
        print("well")
    """
    assert script(code, "-W", "ignore") == "well\n"


def test_multiprocessing():
    code = """
        import multiprocessing, psutil
        def ask(_):
            return psutil.virtual_memory(), psutil.Process().memory_info(), psutil.NoSuchProcess(1)
        if __name__ == "__main__":
            for method in ("fork",):
                with multiprocessing.get_context(method).Pool(2) as pool:
                    for memory, mine, error in pool.map(ask, range(4)):
                        assert memory.total == psutil.virtual_memory().total and mine.rss > 0
                        assert error.pid == 1
    """
    script(code, "-W", "ignore")
