#!/usr/bin/env python3
"""Measures what people write to a Broadcast ID on dist/fanfare: callbacks a second, bare and with an answer to each.

Bare callbacks are typing notes, which nothing follows: what they cost is the check, the storing and the answer 200. The
texts ask for the feeds; the clock stops when the gateway has taken the last answer. Then the same again while `serve` is
killed: a callback that got no 200 is sent again, as a gateway does, and each text must be answered exactly once.

  scripts/bench/inbound.py [--senders 2000] [--texts 5] [--kills 3] [--databases sqlite,postgres]
"""

import argparse
import hashlib
import hmac
import http.client
import json
import os
import queue
import random
import sqlite3
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from installation import PATIENCE, ROOT, Installation, answers, cpu_seconds, peak_mib, until

VENV = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fanfare/venv/bin/python"
try:
    import libnacl
except ImportError:
    # the library comes with the official SDK, which scripts/setup.sh has installed there
    if Path(sys.executable) == VENV:
        raise
    os.execv(VENV, [str(VENV), *sys.argv])

CONNECTIONS = 8
SEED = "bench"
TEXT, TYPING = 0x01, 0x90  # reference/threema-gateway.md section 4


class Site(Installation):
    """An installation with one Broadcast ID whose gateway secret is known here, and a list of the senders."""

    def __init__(self, fanfare, database, senders):
        super().__init__(fanfare, database)
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
        """The body of a callback, signed (reference/threema-gateway.md section 2)."""
        padding = max(32 - len(plain), random.randint(1, 255))
        nonce = os.urandom(24)
        box = libnacl.crypto_box_afternm(plain + bytes([padding]) * padding, nonce, self.senders[sender])
        fields = {"from": sender, "to": self.id, "messageId": os.urandom(8).hex(), "date": str(int(time.time())), "nonce": nonce.hex(), "box": box.hex()}
        mac = hmac.new(self.secret.encode(), "".join(fields.values()).encode(), hashlib.sha256)
        return urlencode({**fields, "mac": mac.hexdigest()})

    def callbacks(self, each, plain):
        bodies = [self.callback(sender, plain) for _ in range(each) for sender in self.senders]
        work = queue.SimpleQueue()
        for body in bodies:
            work.put(body)
        return work

    def post(self, work):
        """Sends all, each until it is taken; answers the seconds until the last 200."""
        start = time.monotonic()
        threads = [threading.Thread(target=self.post_from, args=(work,)) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - start

    def post_from(self, work):
        connection = None
        while True:
            try:
                body = work.get_nowait()
            except queue.Empty:
                return
            while True:
                try:
                    connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
                    connection.request("POST", f"/callback/{self.id}", body, {"content-type": "application/x-www-form-urlencoded"})
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status == 200:
                        break
                    if answer.status != 503:
                        print(f"a callback was answered with {answer.status}", file=sys.stderr, flush=True)
                        os._exit(1)
                except (OSError, http.client.HTTPException):
                    connection = None
                    time.sleep(0.01)

    def answered(self):
        return sum(self.by_recipient().values())

    def by_recipient(self):
        """How many different boxes each has got."""
        return json.loads(self.sim.call("GET", "/sim/stats?byRecipient=1"))["byRecipient"]

    def accepted(self):
        return json.loads(self.sim.call("GET", "/sim/stats"))["accepted"]


def measure(site, each):
    """Bare callbacks, then texts with answers."""
    count = each * len(site.senders)
    before = cpu_seconds(site.server.pid)
    bare = site.post(site.callbacks(each, bytes([TYPING, 0])))
    cpu = (cpu_seconds(site.server.pid) - before) / count * 1e6
    work, taken, before = site.callbacks(each, bytes([TEXT]) + b"feeds"), site.accepted(), cpu_seconds(site.server.pid)
    start = time.monotonic()
    stored = site.post(work)
    until("all are answered", lambda: site.accepted() - taken >= count, 0.02)
    done = time.monotonic() - start
    each_cpu = (cpu_seconds(site.server.pid) - before) / count * 1e6
    print(f"  bare callbacks: {count / bare:.0f}/s, {cpu:.0f} µs CPU each")
    print(
        f"  texts: stored at {count / stored:.0f}/s, answered at {count / done:.0f}/s ({bare / done:.2f} of the bare rate), "
        f"{each_cpu:.0f} µs CPU each, peak {peak_mib(site.server.pid):.0f} MiB",
        flush=True,
    )


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
    parser.add_argument("--databases", default="sqlite,postgres")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; the client and the gateway run on them too")
    for database in arguments.databases.split(","):
        site = Site(arguments.fanfare, database, arguments.senders)
        try:
            print(database)
            measure(site, arguments.texts)
            measure_kills(site, arguments.texts, arguments.kills)
        finally:
            site.stop()


if __name__ == "__main__":
    main()
