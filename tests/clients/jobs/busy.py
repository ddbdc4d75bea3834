"""Takes a CPU and 50 MiB for two seconds."""
import time

kept = bytearray(50 << 20)
end = time.monotonic() + 2
while time.monotonic() < end:
    sum(range(1000))
