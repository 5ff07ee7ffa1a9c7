"""The official Python SDK of the Threema Gateway as a stranger: it knows nothing of Fanfare but a base URL.

Started by end2end/serve.sh, which names the running server in the environment.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import traceback

import aiohttp
import libnacl
import libnacl.utils
from aiohttp import web
from threema.gateway import Connection, GatewayServerError, ReceptionCapability
from threema.gateway.e2e import DeliveryReceipt, Message, TextMessage, add_callback_route, create_application
from threema.gateway.key import Key

GATEWAY = os.environ["GATEWAY_URL"]
API = os.environ["BASE_URL"] + "/api/v1"
FANFARE = os.environ["FANFARE"]
PATIENCE = 30  # seconds until something that has to arrive is missed
CREDITS = 100
TEXT = "Strasse gesperrt: Brücke 7, bis 18 Uhr 🚧"


def fanfare(*arguments, stdin=""):
    """Calls the program beside the running server."""
    done = subprocess.run([FANFARE, *arguments], input=stdin, capture_output=True, text=True)
    assert done.returncode == 0, f"fanfare {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
    return done.stdout.strip()


def connection(identity, secret, private):
    """A connection of the SDK that only knows another base URL."""
    made = Connection(identity, secret, key=private)
    made.urls = {name: url.replace("https://msgapi.threema.ch", GATEWAY) for name, url in Connection.urls.items()}
    return made


def key_pair():
    private, public = Key.generate_pair()
    return private, public, public.hex_pk().decode()


async def call(http, method, url, *, headers=None, expect=(200, 201, 204), **arguments):
    async with http.request(method, url, headers=headers, **arguments) as answer:
        text = await answer.text()
        assert answer.status in expect, f"{method} {url} answered {answer.status}: {text}"
        return json.loads(text) if text else None


async def until(description, check):
    """Asks again until the check gives something."""
    for _ in range(PATIENCE * 5):
        found = await check()
        if found:
            return found
        await asyncio.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE} s for {description}")


class Story:
    """Two people of the outside: a stranger with the SDK, and a phone."""

    async def start(self):
        self.http = aiohttp.ClientSession()
        self.inbox = asyncio.Queue()

        private, _, public = key_pair()
        server = create_application(None)
        runner = web.AppRunner(server)
        # The route needs the connection, that the identity, and that the address of the callback: the socket comes first.
        listener = socket.create_server(("127.0.0.1", 0))
        callback = f"http://127.0.0.1:{listener.getsockname()[1]}/gateway_callback"
        made = await self.sim("POST", "/sim/identities", kind="gateway", publicKey=public, callbackUrl=callback, credits=CREDITS)
        self.stranger = connection(made["id"], made["secret"], private)
        add_callback_route(self.stranger, server, self.inbox.put)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        self.runner = runner

        self.phone_private, self.phone_public, public = key_pair()
        made = await self.sim("POST", "/sim/identities", kind="user", publicKey=public, nickname="Ruth")
        self.phone, self.phone_token = made["id"], {"Authorization": f"Bearer {made['token']}"}

    async def stop(self):
        await self.stranger.close()
        await self.runner.cleanup()
        await self.http.close()

    async def sim(self, method, path, headers=None, **body):
        return await call(self.http, method, GATEWAY + path, headers=headers, json=body or None)

    async def received_text(self):
        message = await asyncio.wait_for(self.inbox.get(), PATIENCE)
        assert message.type == Message.Type.text_message, f"expected a text, received {message.type!r}"
        return message

    async def test_looks_up(self):
        assert (await self.stranger.get_public_key(self.phone)).hex_pk() == self.phone_public.hex_pk()
        assert ReceptionCapability.text in await self.stranger.get_reception_capabilities(self.phone)
        assert int(await self.stranger.get_credits()) == CREDITS
        for lookup, status in ((self.stranger.get_public_key("ZZZZZZZZ"), 404), (self.wrong_secret(), 401)):
            try:
                await lookup
                raise AssertionError(f"answered where {status} was due")
            except GatewayServerError as error:
                assert error.status == status, f"{error.status} where {status} was due"

    async def wrong_secret(self):
        impostor = connection(self.stranger.id, "0" * 16, self.stranger.key)
        try:
            return await impostor.get_credits()
        finally:
            await impostor.close()

    async def test_sends_to_a_phone(self):
        message_id = await TextMessage(self.stranger, to_id=self.phone, text=TEXT).send()

        async def arrived():
            mailbox = await self.sim("GET", "/sim/mailbox?after=0&wait=5", headers=self.phone_token)
            return mailbox["messages"]

        (message,) = await until("the message in the phone's mailbox", arrived)
        assert message["from"] == self.stranger.id and message["to"] == self.phone
        assert message["messageId"] == message_id
        plain = libnacl.crypto_box_open(
            bytes.fromhex(message["box"]),
            bytes.fromhex(message["nonce"]),
            Key.derive_public(self.stranger.key).pk,
            self.phone_private.sk,
        )
        assert plain[0] == 0x01 and plain[1 : -plain[-1]].decode() == TEXT
        assert int(await self.stranger.get_credits()) == CREDITS - 1

    async def test_receives_from_a_phone(self):
        nonce = libnacl.utils.rand_nonce()
        plain = b"\x01" + "Danke!".encode() + bytes([40]) * 40
        box = libnacl.crypto_box(plain, nonce, Key.derive_public(self.stranger.key).pk, self.phone_private.sk)
        await self.sim(
            "POST", "/sim/messages", headers=self.phone_token, to=self.stranger.id, nonce=nonce.hex(), box=box.hex(), nickname="Ruth"
        )
        message = await self.received_text()
        assert str(message) == "Danke!" and message.from_id == self.phone

    async def test_receives_from_fanfare_and_acknowledges(self):
        organisation, email = "SDK-Probe", "sdk@probe.example"
        fanfare(
            "admin", "create", "--organisation", organisation, "--email", email, "--name", "Sam Probe", stdin="a-long-enough-passphrase\n"
        )
        sender = json.loads(fanfare("identity", "create", "--organisation", organisation, "--nickname", "Probe"))
        key = {"X-Api-Key": fanfare("api-key", "create", "--email", email, "--name", "sdk")}
        lists = f"{API}/identities/{sender['uid']}/distribution_lists"

        created = await call(self.http, "POST", lists, headers=key, json={"name": "Strangers"}, expect=(201,))
        one = f"{lists}/{created['id']}"
        members = {"recipients": [self.stranger.id], "replaceExisting": False}
        await call(self.http, "POST", f"{one}/recipients", headers=key, json=members)
        sent = await call(
            self.http, "POST", f"{one}/chat", headers=key, json={"type": "text", "body": {"de": TEXT, "en": TEXT}}, expect=(201,)
        )

        message = await self.received_text()
        assert str(message) == TEXT and message.from_id == sender["threemaId"]
        assert (await self.stranger.get_public_key(message.from_id)).hex_pk().decode() == sender["publicKey"]

        for receipt, counter in ((DeliveryReceipt.ReceiptType.received, "delivered"), (DeliveryReceipt.ReceiptType.read, "read")):
            await DeliveryReceipt(
                self.stranger, to_id=message.from_id, receipt_type=receipt, message_ids=[message.message_id]
            ).send()

            async def counted(counter=counter):
                now = await call(self.http, "GET", f"{one}/chat/{sent['id']}", headers=key)
                return now["deliveries"][counter] == 1 and now["deliveries"]["total"] == 1

            await until(f"'{counter}' in the cockpit's counters", counted)


async def main():
    story = Story()
    await story.start()
    passed = failed = 0
    try:
        for name in [name for name in vars(Story) if name.startswith("test_")]:
            try:
                await getattr(story, name)()
                passed += 1
                print(f"ok      {name[5:].replace('_', ' ')}")
            except Exception:  # each test reports for itself
                failed += 1
                print(f"FAILED  {name[5:].replace('_', ' ')}")
                traceback.print_exc(file=sys.stdout)
    finally:
        await story.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
