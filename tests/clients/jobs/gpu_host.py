"""What nvitop asks the host and its processes."""
import os

from nvitop import HostProcess, host

assert host.virtual_memory().total > 0
assert host.swap_memory().percent >= 0
assert 0 <= host.cpu_percent(interval=0.1) <= 100
assert len(host.load_average()) == 3
assert host.uptime() > 0
assert os.getpid() in host.pids()
process = HostProcess(os.getpid())
with process.oneshot():
    assert process.username() and process.command() and process.cpu_percent() >= 0
    assert process.memory_info().rss > 1 << 20 and process.running_time().total_seconds() >= 0
    assert process.parent().pid == os.getppid()
assert not HostProcess(2**22).is_running()
print("fine", host.ppid_map()[os.getpid()])
