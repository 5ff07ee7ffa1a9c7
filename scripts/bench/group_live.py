#!/usr/bin/env python3
"""Measures how soon 500 open pages of one group have a text that was written in it, on dist/fanfare.

The pages are streams of `/live`, all of one session. An administrator writes a text every half second; the time of a
page runs from the call that writes (so the commit is in it) until the words themselves have reached the page. Then the
same with pages that tell how far they have read, in turns as the page in the browser does among many.

  scripts/bench/group_live.py [--pages 500] [--texts 20] [--databases sqlite,postgres]
"""

import argparse
import asyncio
import json
import os
import random
import re
import sys
import time
import urllib.parse
from pathlib import Path

from installation import ROOT, Installation, cpu_seconds
from sign_in import Browser, quantiles

MEMBERS = 3
NUMBER = re.compile(rb'\\"number\\":(\d+)')
PAUSE = 0.5  # seconds between two texts
TURN = 0.04  # seconds for each page, see groups/view/log.rs


def resident_kib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


class Group:
    """A group that was synchronised."""

    def __init__(self, place, cookie):
        self.place, self.cookie = place, cookie
        place.sim.call("POST", "/sim/recipients", {"count": MEMBERS, "seed": "group"})
        ids = place.sim.call("GET", "/sim/recipients?seed=group").split()
        made = place.rest("POST", f"/api/v1/identities/{place.identity}/groups", {"name": "Crisis", "members": ids})
        self.uid = made["id"]
        self.of = {"identity": place.identity, "group": self.uid}

    async def call(self, function, fields, form=False):
        """A call of the cockpit on a connection of its own."""
        fields = {**self.of, **fields}
        body = urllib.parse.urlencode(fields) if form else json.dumps(fields)
        reader, writer = await self.open("POST", f"/rpc/{function}", body, "x-www-form-urlencoded" if form else "json")
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer[:20]:
            raise SystemExit(f"{function} answered {answer[:300]!r}")

    async def open(self, method, path, body, kind):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.place.port, limit=1 << 20)
        writer.write(self.request(method, path, body, kind))
        await writer.drain()
        return reader, writer

    def request(self, method, path, body="", kind="json"):
        head = {
            "host": f"localhost:{self.place.port}",
            "cookie": self.cookie,
            "accept": "application/json" if body else "text/event-stream",
            "content-type": f"application/{kind}",
            "content-length": str(len(body.encode())),
            "connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}".encode()


class Page(asyncio.Protocol):
    """An open stream; it notes when it had the words that it was asked to listen for.

    A bare protocol: the client runs on the cores of the server, and what it costs would be counted as the server's.
    """

    def __init__(self, group, readers, ready):
        self.group, self.readers, self.ready = group, readers, ready
        self.words, self.tail, self.number = None, b"", None
        self.heard, self.waiting, self.calls, self.head, self.transport = None, False, set(), b"", None

    async def listen(self):
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self.group.place.port)

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.group.request("GET", "/live"))

    def data_received(self, data):
        if self.head is not None:
            self.head += data
            if b"\r\n\r\n" not in self.head:
                return
            if b" 200 " not in self.head[:20]:
                raise SystemExit(f"/live answered {self.head[:300]!r}")
            self.head = None
            self.ready.release()
            return
        # events may come in parts
        data, self.tail = self.tail + data, data[-4096:]
        if self.words and self.heard is None and self.words in data:
            self.heard, self.tail = time.perf_counter(), b""
            self.number = int(NUMBER.search(data, data.rindex(b"data:", 0, data.index(self.words)))[1])
            if self.readers and not self.waiting:
                self.waiting = True
                call = asyncio.ensure_future(self.note())
                self.calls.add(call)
                call.add_done_callback(self.calls.discard)

    def connection_lost(self, exc):
        if self.transport:
            print("a stream has ended", file=sys.stderr, flush=True)
            os._exit(1)

    def close(self):
        transport, self.transport = self.transport, None
        transport.close()

    async def note(self):
        await asyncio.sleep(random.random() * TURN * self.readers)
        self.waiting = False
        await self.group.call("note_group_read", {"up_to": self.number}, form=True)


async def measure(group, pages, texts, readers):
    pid = group.place.server.pid
    before, ready = resident_kib(pid), asyncio.Semaphore(0)
    streams = [Page(group, pages if readers else 0, ready) for _ in range(pages)]
    for page in streams:
        await page.listen()
    for _ in range(pages):
        await ready.acquire()
    await asyncio.sleep(1)
    each = (resident_kib(pid) - before) / pages
    times, cpu = [], cpu_seconds(pid)
    for number in range(texts):
        words = f"Text {number} of {random.getrandbits(64):x}"
        for page in streams:
            page.heard, page.words = None, words.encode()
        begin = time.perf_counter()
        await group.call("write_in_group", {"text": {"text": words}})
        await asyncio.sleep(PAUSE)
        late = sum(page.heard is None for page in streams)
        if late:
            print(f"  {late} pages do not have text {number} within {PAUSE} s")
        times += [(page.heard or begin + PAUSE) - begin for page in streams]
    await asyncio.gather(*(call for page in streams for call in page.calls))
    cpu = (cpu_seconds(pid) - cpu) / texts * 1000
    for page in streams:
        page.close()
    p50, p95, p99 = quantiles(times)
    what = "pages that tell how far they read" if readers else "pages"
    print(
        f"  {pages} {what}: from the call to the words p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms; "
        f"{cpu:.0f} ms CPU a text, {each:.0f} KiB a connection"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fanfare", default=str(ROOT / "dist/fanfare"))
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--texts", type=int, default=20)
    parser.add_argument("--databases", default="sqlite,postgres")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; the client runs on them too")
    for database in arguments.databases.split(","):
        place = Installation(arguments.fanfare, database)
        try:
            print(database)
            browser = Browser(place.port)
            browser.sign_in()
            group = Group(place, browser.headers["cookie"])
            for readers in (False, True):
                asyncio.run(measure(group, arguments.pages, arguments.texts, readers))
        finally:
            place.stop()


if __name__ == "__main__":
    main()
