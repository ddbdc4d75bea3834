"""Takes 50 MiB, and a CPU for a second and a half, however long that is on a busy machine."""
import time

kept = bytearray(50 << 20)
while time.process_time() < 1.5:
    sum(range(1000))
