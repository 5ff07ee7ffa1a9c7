#!/usr/bin/env python3
"""Measures what a guarded call and a sign-in cost on dist/fanfare.

50 sessions at once call a server function that does next to nothing behind its guard (it lists API keys, and there are
none), each ten times a second at moments of its own; then sign-ins, one after the other and all at once.

  scripts/bench/sign_in.py [--sessions 50] [--seconds 10] [--databases sqlite,postgres]
"""

import argparse
import asyncio
import http.client
import os
import random
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from installation import EMAIL, PASSWORD, PATIENCE, ROOT, Installation, cpu_seconds, peak_mib

PACE = 0.1  # seconds between two calls of a session


class Browser:
    """One kept connection with its cookies."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = {
            "host": f"localhost:{port}",
            "accept": "application/json",
            "content-type": "application/x-www-form-urlencoded",
        }

    def call(self, function, **fields):
        """Answers the seconds that it took."""
        start = time.perf_counter()
        self.connection.request("POST", f"/rpc/{function}", urlencode(fields), self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - start
        if answer.status != 200:
            raise SystemExit(f"{function} answered {answer.status}: {text[:200]}")
        if cookies := answer.headers.get_all("set-cookie"):
            self.headers["cookie"] = "; ".join(c.split(";")[0] for c in cookies)
        return seconds

    def sign_in(self):
        return self.call("sign_in", email=EMAIL, password=PASSWORD)


class Session(asyncio.Protocol):
    """Calls of one session at its own pace, on one kept connection; a late answer does not put off the next call.

    A bare protocol: the client runs on the cores of the server, and what it costs would be counted as the server's.
    """

    def __init__(self, port, cookie, function):
        lines = f"POST /rpc/{function} HTTP/1.1", f"host: localhost:{port}", f"cookie: {cookie}"
        rest = "accept: application/json", "content-type: application/x-www-form-urlencoded", "content-length: 0"
        self.request = "\r\n".join([*lines, *rest, "", ""]).encode()
        self.port, self.answer, self.sent, self.done = port, b"", 0, None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.answer += data
        head, _, body = self.answer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if not length or len(body) < int(length[1]):
            return
        if b" 200 " not in head[:20]:
            print(f"answered {self.answer[:300]!r}", file=sys.stderr, flush=True)
            os._exit(1)
        self.answer = b""
        self.done.set_result(time.perf_counter() - self.sent)

    async def work(self, seconds):
        """Answers the seconds that each call took."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self.port)
        times, start = [], time.perf_counter() + random.random() * PACE
        for turn in range(int(seconds / PACE)):
            await asyncio.sleep(max(0, start + turn * PACE - time.perf_counter()))
            self.sent, self.done = time.perf_counter(), loop.create_future()
            self.transport.write(self.request)
            times.append(await self.done)
        self.transport.close()
        return times


async def all_calls(place, browsers, seconds):
    """The seconds of each call of all sessions."""
    sessions = [Session(place.port, browser.headers["cookie"], "load_api_keys") for browser in browsers]
    return [t for times in await asyncio.gather(*(s.work(seconds) for s in sessions)) for t in times]


def quantiles(times):
    ranked = sorted(times)
    return [ranked[int(len(ranked) * q)] * 1000 for q in (0.5, 0.95, 0.99)]


def measure(place, sessions, seconds):
    browsers = [Browser(place.port) for _ in range(sessions)]
    before = cpu_seconds(place.server.pid)
    alone = [browser.sign_in() for browser in browsers]
    cpu = (cpu_seconds(place.server.pid) - before) / sessions * 1000
    before = cpu_seconds(place.server.pid)
    calls = asyncio.run(all_calls(place, browsers, seconds))
    each = (cpu_seconds(place.server.pid) - before) / len(calls) * 1e6
    with ThreadPoolExecutor(sessions) as pool:
        start = time.perf_counter()
        together = list(pool.map(lambda b: b.sign_in(), browsers))
        rate = sessions / (time.perf_counter() - start)
    print(
        f"  guarded call, {sessions} sessions, {len(calls) / seconds:.0f} calls/s: p50 {quantiles(calls)[0]:.2f} ms, "
        f"p95 {quantiles(calls)[1]:.2f} ms, p99 {quantiles(calls)[2]:.2f} ms; {each:.0f} µs CPU each"
    )
    print(f"  sign-in, one after the other: p50 {quantiles(alone)[0]:.0f} ms, p95 {quantiles(alone)[1]:.0f} ms; {cpu:.0f} ms CPU each")
    print(f"  sign-in, {sessions} at once: {rate:.1f}/s, p95 {quantiles(together)[1]:.0f} ms; peak {peak_mib(place.server.pid):.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fanfare", default=str(ROOT / "dist/fanfare"))
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--databases", default="sqlite,postgres")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; the client runs on them too")
    for database in arguments.databases.split(","):
        place = Installation(arguments.fanfare, database)
        try:
            print(database)
            measure(place, arguments.sessions, arguments.seconds)
        finally:
            place.stop()


if __name__ == "__main__":
    main()
