#!/usr/bin/env python3
"""The picture of the command in README.md: what psutil and psutil top --batch really print about a small
machine, which is namespaces of its own with a few programs at work. Needs root, unshare and ip.

    sudo tools/readme_picture.py build/psutil            prints it
    sudo tools/readme_picture.py build/psutil --write    puts it into README.md
"""
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
README = os.path.join(ROOT, "README.md")
BEGIN, END = "<!-- picture: tools/readme_picture.py -->\n", "<!-- end of the picture -->\n"
COLUMNS, TOP_LINES = 80, 11

# Each goes on until the namespace ends with the script.
PROGRAMS = {
    "serve.py": """
import http.server, socketserver
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"x" * 65536)
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Answer).serve_forever()
""",
    "fetch.py": """
import time, urllib.request
while True:
    try: urllib.request.urlopen("http://127.0.0.1:8080/").read()
    except OSError: pass
    time.sleep(0.01)
""",
    "report.py": """
import time
table = bytearray(300 << 20)
while True:
    end = time.monotonic() + 0.03
    while time.monotonic() < end: pass
    time.sleep(0.03)
""",
    "write.py": """
import os, time
with open("log", "w") as log:
    while True:
        log.seek(0); log.write("x" * 500000); log.flush(); os.fsync(log.fileno())
        time.sleep(0.1)
""",
}
COMMANDS = [*(["python3", name] for name in PROGRAMS), ["sleep", "300"]]


def run(*words):
    subprocess.run(words, check=True)


def start_network():
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth1")
    run("ip", "address", "add", "192.0.2.10/24", "dev", "eth0")
    for name in ("eth0", "eth1"):
        run("ip", "link", "set", name, "addrgenmode", "none")
        run("ip", "link", "set", name, "up")


def cut(text, lines=None):
    """As a terminal of 80 columns would show it."""
    return "".join(line[:COLUMNS].rstrip() + "\n" for line in text.splitlines()[:lines])


def shown(command, words, lines=None):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": str(COLUMNS)}
    done = subprocess.run([command, *words], stdout=subprocess.PIPE, check=True, env=env)
    return f"$ {' '.join(['psutil', *words])}\n" + cut(done.stdout.decode(), lines)


def inside(command):
    """As the first process of the namespaces: whoever it started ends with it."""
    start_network()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PROGRAMS.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        children = [subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL) for words in COMMANDS]
        time.sleep(3)
        print("```\n" + shown(command, []) + "\n" + shown(command, ["top", "--batch", "-n", "1"], TOP_LINES) + "```")
        for child in children:
            child.kill()


def write(picture):
    with open(README, encoding="utf-8") as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    with open(README, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + picture + END + rest.split(END)[1])


def main():
    command = os.path.relpath(sys.argv[1], ROOT)
    os.chdir(ROOT)
    if "--inside" in sys.argv:
        inside(command)
        return
    namespaces = ["unshare", "--pid", "--fork", "--net", "--mount-proc"]
    done = subprocess.run([*namespaces, "python3", "tools/readme_picture.py", command, "--inside"],
                          stdout=subprocess.PIPE, check=True, timeout=120)
    if "--write" in sys.argv:
        write(done.stdout.decode())
    else:
        print(done.stdout.decode(), end="")


if __name__ == "__main__":
    main()
