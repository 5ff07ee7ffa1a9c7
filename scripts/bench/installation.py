"""An installation of dist/fanfare to measure: `serve` and the gateway as processes of their own, on loopback."""

import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 900  # seconds
TICK = os.sysconf("SC_CLK_TCK")
EMAIL, PASSWORD = "b@bench.example", "a-long-enough-passphrase"


def free_port():
    """Below the ports that the system gives to outgoing connections."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class Http:
    """One kept connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def call(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        data = None
        if body is not None:
            data, headers["content-type"] = json.dumps(body), "application/json"
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} answered {answer.status}: {text[:500]}")
        return text


def until(what, look, pause=0.01):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(pause)
    raise SystemExit(f"waited {PATIENCE} s until {what}")


def answers(port, path):
    try:
        return Http(port).call("GET", path) is not None
    except (OSError, http.client.HTTPException, SystemExit):
        return False


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_mib(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


class Installation:
    """A database, a gateway, `serve`, and one administrator with a Broadcast ID and an API key."""

    def __init__(self, fanfare, database):
        self.fanfare = fanfare
        self.folder = tempfile.mkdtemp(prefix="fanfare-bench-")
        self.port, self.gateway_port = free_port(), free_port()
        self.processes, self.server = [], None
        self.database_url = f"sqlite://{self.folder}/fanfare.db"
        if database == "postgres":
            self.database_url = new_database()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")},
            "FANFARE_DATA_DIR": self.folder,
            "FANFARE_DATABASE_URL": self.database_url,
            "FANFARE_LISTEN": f"127.0.0.1:{self.port}",
            "FANFARE_PUBLIC_URL": f"http://localhost:{self.port}",
            "FANFARE_GATEWAY_URL": f"http://127.0.0.1:{self.gateway_port}",
            "FANFARE_LOCAL_GATEWAY_LISTEN": "off",
            "FANFARE_LOG": "warn",
        }
        gateway = {**self.environment, "FANFARE_LOCAL_GATEWAY_LISTEN": f"127.0.0.1:{self.gateway_port}"}
        gateway["FANFARE_DATA_DIR"] = f"{self.folder}/gateway"
        self.gateway = self.start("gateway", gateway)
        until("the gateway answers", lambda: answers(self.gateway_port, "/sim/stats"))
        self.sim = Http(self.gateway_port)
        self.serve()
        self.run("admin", "create", "--organisation", "Bench", "--email", EMAIL, "--name", "B", stdin=f"{PASSWORD}\n")
        self.identity = json.loads(self.run("identity", "create", "--organisation", "Bench"))["uid"]
        self.key = {"X-Api-Key": self.run("api-key", "create", "--email", EMAIL, "--name", "bench")}

    def start(self, call, environment):
        process = subprocess.Popen([self.fanfare, call], env=environment, stdout=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def serve(self):
        """Starts `serve`, or starts it anew."""
        if self.server:
            self.server.terminate()
            self.server.wait()
        self.server = self.start("serve", self.environment)
        until("serve is ready", lambda: answers(self.port, "/readyz"))
        self.api = Http(self.port)

    def run(self, *arguments, stdin=""):
        done = subprocess.run([self.fanfare, *arguments], input=stdin, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"fanfare {' '.join(arguments)}: {done.stderr}")
        return done.stdout.strip()

    def rest(self, method, path, body=None):
        return json.loads(self.api.call(method, path, body, self.key))

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def psql(url, sql):
    done = subprocess.run(["psql", "-qAtX", url, "-c", sql], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"psql: {done.stderr}")
    return done.stdout.strip()


def new_database():
    base = os.environ.get("FANFARE_TEST_POSTGRES_URL") or sys.exit("FANFARE_TEST_POSTGRES_URL is missing: run scripts/postgres.sh scripts/bench/fanout.py")
    name = f"bench{random.randrange(1 << 48):012x}"
    psql(base, f"CREATE DATABASE {name}")
    return f"{base.rsplit('/', 1)[0]}/{name}"
