#!/usr/bin/env python3
"""Measures the fan-out of dist/fanfare from the call that sends to the last durable state, over REST.

Called by scripts/bench.sh beside a PostgreSQL (FANFARE_TEST_POSTGRES_URL). `serve` and the gateway are processes of
their own; `serve` is started anew before every run, so that neither its memory nor its cached keys come from the run
before. Public keys are fetched before the clock starts.

  scripts/bench/fanout.py [--million] [--counts 10000,100000] [--latencies 0,100] [--databases sqlite,postgres]
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import time

from installation import ROOT, Http, Installation, cpu_seconds, peak_mib, psql, until

CHUNK = 5_000  # IDs in one REST call
TEXT = "The bridge of the Hauptstrasse is closed until six. Please take the way round by the station. Thank you!"


class Site(Installation):
    """An installation with one list."""

    def __init__(self, fanfare, database, count):
        super().__init__(fanfare, database)
        self.count = count
        self.lists = f"/api/v1/identities/{self.identity}/distribution_lists"
        self.fill()

    def fill(self):
        self.sim.call("POST", "/sim/recipients", {"count": self.count, "seed": "bench"})
        ids = self.sim.call("GET", "/sim/recipients?seed=bench").split()
        self.list = f"{self.lists}/{self.rest('POST', self.lists, {'name': 'Everybody'})['id']}"
        for at in range(0, len(ids), CHUNK):
            self.rest("POST", f"{self.list}/recipients", {"recipients": ids[at : at + CHUNK], "replaceExisting": False})
        until("all public keys are fetched", lambda: self.without_key() == 0, 0.2)

    def without_key(self):
        sql = "SELECT COUNT(*) FROM recipient WHERE public_key IS NULL"
        if self.database_url.startswith("sqlite"):
            with sqlite3.connect(f"file:{self.folder}/fanfare.db?mode=ro", uri=True, timeout=30) as database:
                return database.execute(sql).fetchone()[0]
        return int(psql(self.database_url, sql))

    def send(self):
        sent = self.rest("POST", f"{self.list}/chat", {"type": "text", "body": {"en": TEXT}})
        return f"{self.list}/chat/{sent['id']}"

    def until_sent(self, message):
        def look():
            now = self.rest("GET", message)
            return now if now["state"] == "sent" else None

        now = until("the message is sent", look, 0.02)
        if now["deliveries"]["accepted"] != self.count:
            raise SystemExit(f"not everything was accepted: {now['deliveries']}")

    def accepted(self):
        return json.loads(self.sim.call("GET", "/sim/stats"))["accepted"]

    def fan_out(self, latency):
        self.sim.call("PUT", "/sim/faults", {"latencyMs": latency})
        self.serve()
        before = [cpu_seconds(p.pid) for p in (self.server, self.gateway)]
        start = time.monotonic()
        message = self.send()
        answered = time.monotonic() - start
        self.until_sent(message)
        seconds = time.monotonic() - start
        cpu = [cpu_seconds(p.pid) - b for p, b in zip((self.server, self.gateway), before, strict=True)]
        return {"seconds": seconds, "answered": answered, "cpu": cpu, "peak": peak_mib(self.server.pid)}

    def resume_seconds(self):
        """From the start of the program after `kill -9` to the first box that the gateway takes."""
        self.sim.call("PUT", "/sim/faults", {"latencyMs": 3000})
        self.serve()
        taken = self.accepted()
        self.send()
        self.server.kill()
        self.server.wait()
        if self.accepted() != taken:
            raise SystemExit("boxes left before the kill: the latency is too short for this machine")
        self.sim.call("PUT", "/sim/faults", {"latencyMs": 100})
        start = time.monotonic()
        self.server = self.start("serve", self.environment)
        until("the first box is taken", lambda: self.accepted() > taken, 0.005)
        return time.monotonic() - start

    def page_p95_ms(self):
        times = []
        for _ in range(200):
            page = random.randrange(self.count // 100)
            start = time.monotonic()
            self.rest("GET", f"{self.list}/recipients?pageSize=100&page={page}")
            times.append(time.monotonic() - start)
        return sorted(times)[int(len(times) * 0.95)] * 1000


def sealing_rate():
    """Boxes a second of bare crypto_box: on one core, and on all."""
    done = subprocess.run(["cargo", "bench", "--locked", "-q", "-p", "app", "--bench", "seal"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        return f"not measured: {done.stderr.strip().splitlines()[-1:]}"
    return done.stdout.strip()


def numbers(text):
    return [int(n) for n in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fanfare", default=str(ROOT / "dist/fanfare"))
    parser.add_argument("--counts", type=numbers, default=[10_000, 100_000])
    parser.add_argument("--latencies", type=numbers, default=[0, 100])
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--million", action="store_true", default=bool(os.environ.get("BENCH_MILLION")), help="1 000 000 recipients, too")
    parser.add_argument("--no-sealing", action="store_true", help="do not measure bare crypto_box")
    arguments = parser.parse_args()
    counts = arguments.counts + ([1_000_000] if arguments.million else [])
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    if not arguments.no_sealing:
        print(f"bare crypto_box: {sealing_rate()}")
    print(f"\n{'database':<9} {'recipients':>10} {'latency':>8} {'seconds':>8} {'messages/s':>11} {'answered':>9} {'CPU serve':>10} {'µs each':>8} {'CPU gateway':>12} {'peak RSS':>9} {'load':>5}")
    notes = []
    for database in arguments.databases.split(","):
        for count in counts:
            site = Site(arguments.fanfare, database, count)
            try:
                for latency in arguments.latencies:
                    r = site.fan_out(latency)
                    print(
                        f"{database:<9} {count:>10} {latency:>5} ms {r['seconds']:>8.2f} {count / r['seconds']:>11.0f} {r['answered']:>7.2f} s"
                        f" {r['cpu'][0]:>8.2f} s {r['cpu'][0] / count * 1e6:>8.1f} {r['cpu'][1]:>10.2f} s {r['peak']:>5.1f} MiB {os.getloadavg()[0]:>5.1f}",
                        flush=True,
                    )
                if count == 100_000:
                    notes.append(f"{database}: a page of the list at {count} members, p95: {site.page_p95_ms():.1f} ms")
                    notes.append(f"{database}: first box after kill -9 at {count} open deliveries: {site.resume_seconds():.2f} s (100 ms of it latency)")
            finally:
                site.stop()
    print("\n" + "\n".join(notes))


if __name__ == "__main__":
    main()
