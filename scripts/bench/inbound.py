#!/usr/bin/env python3
"""Measures what people write to a Broadcast ID on dist/fanfare: callbacks a second, bare and with an answer to each.

Bare callbacks are typing notes, which nothing follows: what they cost is the check, the storing and the answer 200. The
texts ask for the feeds; the clock stops when the gateway has taken the last answer. Then the same again while `serve` is
killed: a callback that got no 200 is sent again, as a gateway does, and each text must be answered exactly once.

The gateway of this bench keeps some connections and posts on each of them the next callback when the last one is
answered. What it costs itself, and what the local gateway takes for the answers, stands beside the server's time.

  scripts/bench/inbound.py [--senders 2000] [--texts 5] [--kills 3] [--connections 32] [--databases sqlite,postgres]
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import random
import sqlite3
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from installation import ROOT, Http, Installation, answers, cpu_seconds, peak_mib, until

VENV = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fanfare/venv/bin/python"
try:
    import libnacl
except ImportError:
    # the library comes with the official SDK, which scripts/setup.sh has installed there
    if Path(sys.executable) == VENV:
        raise
    os.execv(VENV, [str(VENV), *sys.argv])

SEED = "bench"
AGAIN = 0.01  # seconds until a callback that was not taken is sent again
TEXT, TYPING = 0x01, 0x90  # reference/threema-gateway.md section 4


class Line(asyncio.Protocol):
    """One kept connection of the gateway: the next callback when the last one is answered with 200.

    A bare protocol: the client runs on the cores of the server, and what it costs would be counted as the server's.
    """

    def __init__(self, port, work, done):
        self.port, self.work, self.done = port, work, done
        self.request, self.answer, self.transport, self.later = None, b"", None, None

    async def connect(self):
        """Until there is one: the server may be starting."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.create_connection(lambda: self, "127.0.0.1", self.port)
                return
            except OSError:
                await asyncio.sleep(AGAIN)

    def connection_made(self, transport):
        self.transport, self.answer = transport, b""
        self.send()

    def send(self):
        """The one that was not taken yet, or the next one."""
        if self.request is None:
            if not self.work:
                self.done.release()
                return
            self.request = self.work.pop()
        self.transport.write(self.request)

    def data_received(self, data):
        self.answer += data
        # the answer has no body
        if not self.answer.endswith(b"\r\n\r\n"):
            return
        status, self.answer = self.answer[9:12], b""
        if status == b"200":
            self.request = None
            self.send()
        elif status == b"503":
            self.later = asyncio.get_running_loop().call_later(AGAIN, self.send)
        else:
            print(f"a callback was answered with {status.decode()}", file=sys.stderr, flush=True)
            os._exit(1)

    def connection_lost(self, exc):
        if self.later:
            self.later.cancel()
        if self.request is not None:
            self.later = asyncio.ensure_future(self.connect())


class Site(Installation):
    """An installation with one Broadcast ID whose gateway secret is known here, and a list of the senders."""

    def __init__(self, fanfare, database, senders, connections):
        super().__init__(fanfare, database)
        self.connections = connections
        place = json.loads(self.run("identity", "create", "--organisation", "Bench", "--plan", "unlimited"))
        self.id, self.public = place["threemaId"], bytes.fromhex(place["publicKey"])
        self.secret = self.gateway_secret()
        self.senders = self.people(place["uid"], senders)

    def gateway_secret(self):
        """What only the gateway and `serve` know: from the file of the gateway."""
        with sqlite3.connect(f"file:{self.folder}/gateway/gateway.db?mode=ro", uri=True, timeout=30) as database:
            record = database.execute("SELECT record FROM identity WHERE id = ?", [self.id]).fetchone()[0]
        return json.loads(record)["secret"]

    def people(self, identity, count):
        """Recipients of the ID, each with the key it shares with the ID."""
        self.sim.call("POST", "/sim/recipients", {"count": count, "seed": SEED})
        ids = self.sim.call("GET", f"/sim/recipients?seed={SEED}").split()
        lists = f"/api/v1/identities/{identity}/distribution_lists"
        everybody = self.rest("POST", lists, {"name": "Everybody"})["id"]
        self.rest("POST", f"{lists}/{everybody}/recipients", {"recipients": ids, "replaceExisting": False})
        key = {i: hashlib.sha256((SEED + i).encode()).digest() for i in ids}
        return {i: libnacl.crypto_box_beforenm(self.public, key[i]) for i in ids}

    def callback(self, sender, plain):
        """A callback as it goes over the wire, signed (reference/threema-gateway.md section 2)."""
        padding = max(32 - len(plain), random.randint(1, 255))
        nonce = os.urandom(24)
        box = libnacl.crypto_box_afternm(plain + bytes([padding]) * padding, nonce, self.senders[sender])
        fields = {"from": sender, "to": self.id, "messageId": os.urandom(8).hex(), "date": str(int(time.time())), "nonce": nonce.hex(), "box": box.hex()}
        mac = hmac.new(self.secret.encode(), "".join(fields.values()).encode(), hashlib.sha256)
        body = urlencode({**fields, "mac": mac.hexdigest()})
        head = f"POST /callback/{self.id} HTTP/1.1\r\nhost: localhost:{self.port}\r\ncontent-length: {len(body)}\r\n"
        return f"{head}content-type: application/x-www-form-urlencoded\r\n\r\n{body}".encode()

    def callbacks(self, each, plain):
        """The last one goes first."""
        return [self.callback(sender, plain) for _ in range(each) for sender in self.senders]

    def post(self, work):
        """Sends all, each until it is taken; answers the seconds until the last 200."""
        start = time.monotonic()
        asyncio.run(self.post_all(work))
        return time.monotonic() - start

    async def post_all(self, work):
        done = asyncio.Semaphore(0)
        lines = [Line(self.port, work, done) for _ in range(self.connections)]
        for line in lines:
            await line.connect()
        for _ in lines:
            await done.acquire()
        for line in lines:
            line.transport.close()

    def answered(self):
        return sum(self.by_recipient().values())

    def by_recipient(self):
        """How many different boxes each has got."""
        return json.loads(self.sim.call("GET", "/sim/stats?byRecipient=1"))["byRecipient"]

    def dealt_with(self):
        """Typing notes that were opened and dropped."""
        lines = Http(self.port).call("GET", "/metrics").splitlines()
        counts = (line.split()[-1] for line in lines if line.startswith(f'fanfare_inbound_unknown_total{{type="{TYPING:02x}"}}'))
        return int(next(counts, 0))

    def accepted(self):
        return json.loads(self.sim.call("GET", "/sim/stats"))["accepted"]


class Costs:
    """Processor time since this was made: of the server, of this client, of the local gateway, and what nobody used."""

    def __init__(self, site):
        self.site, self.before = site, self.now(site)

    @staticmethod
    def now(site):
        idle = int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[4]) / os.sysconf("SC_CLK_TCK")
        return [cpu_seconds(site.server.pid), time.process_time(), cpu_seconds(site.gateway.pid), idle, time.monotonic()]

    def of(self, count):
        server, client, gateway, idle, seconds = (b - a for a, b in zip(self.before, self.now(self.site), strict=True))
        server, client, gateway = (f"{c / count * 1e6:.0f} µs" for c in (server, client, gateway))
        return f"CPU each: server {server}, client {client}, gateway {gateway}; {idle / seconds / os.cpu_count():.0%} idle"


def measure(site, each):
    """Bare callbacks, then texts with answers."""
    count = each * len(site.senders)
    work, costs = site.callbacks(each, bytes([TYPING, 0])), Costs(site)
    start = time.monotonic()
    bare = site.post(work)
    until("all are dealt with", lambda: site.dealt_with() >= count, 0.1)
    print(f"  bare callbacks: stored at {count / bare:.0f}/s, dealt with at {count / (time.monotonic() - start):.0f}/s")
    print(f"    {costs.of(count)}")
    work, taken, costs = site.callbacks(each, bytes([TEXT]) + b"feeds"), site.accepted(), Costs(site)
    start = time.monotonic()
    stored = site.post(work)
    until("all are answered", lambda: site.accepted() - taken >= count, 0.1)
    done = time.monotonic() - start
    print(f"  texts: stored at {count / stored:.0f}/s, answered at {count / done:.0f}/s ({bare / done:.2f} of the bare rate)")
    print(f"    {costs.of(count)}; peak {peak_mib(site.server.pid):.0f} MiB", flush=True)


def measure_kills(site, each, kills):
    """Texts while `serve` is killed: each is answered once."""
    before = site.by_recipient()
    work = site.callbacks(each, bytes([TEXT]) + b"feeds")
    sending = threading.Thread(target=site.post, args=(work,))
    sending.start()
    fell = 0
    for _ in range(kills):
        time.sleep(random.uniform(0.3, 1.5))
        fell += sending.is_alive()
        site.server.kill()
        site.server.wait()
        site.server = site.start("serve", site.environment)
        until("serve is ready", lambda: answers(site.port, "/readyz"))
    sending.join()
    goal = sum(before.values()) + each * len(site.senders)
    until("all are answered", lambda: site.answered() >= goal, 0.2)
    after = site.by_recipient()
    wrong = [i for i in site.senders if after.get(i, 0) - before.get(i, 0) != each]
    if wrong:
        raise SystemExit(f"{len(wrong)} people did not get exactly {each} answers, such as {wrong[0]}")
    print(f"  {kills} kills, {fell} of them while callbacks came: {each * len(site.senders)} texts, each answered once", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fanfare", default=str(ROOT / "dist/fanfare"))
    parser.add_argument("--senders", type=int, default=2000)
    parser.add_argument("--texts", type=int, default=5, help="of each sender; at most 20 in a minute are answered")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--databases", default="sqlite,postgres")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; the client and the gateway run on them too")
    for database in arguments.databases.split(","):
        site = Site(arguments.fanfare, database, arguments.senders, arguments.connections)
        try:
            print(database)
            measure(site, arguments.texts)
            measure_kills(site, arguments.texts, arguments.kills)
        finally:
            site.stop()


if __name__ == "__main__":
    main()
