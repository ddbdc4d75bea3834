"""Starts a kernel, has it compute, and asks what it uses: it answers that with psutil."""
from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="python3")
try:
    client.execute_interactive("print('answer', 6 * 7)", timeout=200)
    client.control_channel.send(client.session.msg("usage_request", {}))
    while True:
        reply = client.get_control_msg(timeout=200)
        if reply["msg_type"] == "usage_reply":
            break
    usage = reply["content"]
    assert usage["kernel_memory"] > 1 << 20 and usage["pid"] == manager.provisioner.pid, usage
    assert usage["host_virtual_memory"]["total"] > usage["host_virtual_memory"]["available"], usage
    assert usage["cpu_count"] >= 1, usage
    print("usage", usage["kernel_memory"])
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
