"""Lets locust visit a server of its own for some seconds: visitors.py LOCUST"""
import http.server
import json
import subprocess
import sys
import threading

USERS = """
from locust import HttpUser, constant, task


class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task
    def visit(self):
        self.client.get("/")
"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"fine")

    def log_message(self, *_):
        pass


with open("users.py", "w", encoding="utf-8") as file:
    file.write(USERS)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
done = subprocess.run([sys.argv[1], "--locustfile", "users.py", "--headless", "--users", "2", "--run-time", "5s",
                       "--json", "--host", f"http://127.0.0.1:{server.server_port}"],
                      stdout=subprocess.PIPE, text=True, check=True)
(visits,) = json.JSONDecoder().raw_decode(done.stdout[done.stdout.index("["):])[0]
assert visits["num_requests"] > 0 and visits["num_failures"] == 0, visits
print(visits["num_requests"], "visits without a failure")
