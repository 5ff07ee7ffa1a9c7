"""A client of the live service's REST interface, unchanged: only its base address is another one. It posts into a group.

Started by end2end/serve.sh, which names the running server in the environment.
"""

import json
import os
import subprocess
import sys
import time
from urllib.parse import quote

import libnacl
import requests
import th_broadcast.threema
from th_broadcast import THBroadcast
from threema.gateway.key import Key

GATEWAY = os.environ["GATEWAY_URL"]
API = os.environ["BASE_URL"] + "/api/v1"
FANFARE = os.environ["FANFARE"]
PATIENCE = 30  # seconds until something that has to arrive is missed
GROUP_TEXT = 0x41
TEXT = "Strasse gesperrt: Brücke 7, bis 18 Uhr 🚧"


def fanfare(*arguments, stdin=""):
    """Calls the program beside the running server."""
    done = subprocess.run([FANFARE, *arguments], input=stdin, capture_output=True, text=True)
    assert done.returncode == 0, f"fanfare {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
    return done.stdout.strip()


def call(method, url, **arguments):
    answer = requests.request(method, url, timeout=PATIENCE, **arguments)
    assert answer.ok, f"{method} {url} answered {answer.status_code}: {answer.text}"
    return answer.json()


def group_texts(phone, private, creator):
    """The texts of groups in the phone's mailbox, opened, with the messages' IDs."""
    mailbox = call("GET", f"{GATEWAY}/sim/mailbox?after=0", headers={"Authorization": f"Bearer {phone['token']}"})
    found = []
    for message in mailbox["messages"]:
        plain = libnacl.crypto_box_open(bytes.fromhex(message["box"]), bytes.fromhex(message["nonce"]), creator, private.sk)
        if plain[0] == GROUP_TEXT:
            # creator and group stand before the text
            found.append(plain[17 : -plain[-1]].decode())
    return found


def main():
    organisation, email = "Client-Probe", "client@probe.example"
    fanfare("admin", "create", "--organisation", organisation, "--email", email, "--name", "Sam Probe", stdin="a-long-enough-passphrase\n")
    sender = json.loads(fanfare("identity", "create", "--organisation", organisation, "--nickname", "Probe"))
    key = fanfare("api-key", "create", "--email", email, "--name", "client")
    private, public = Key.generate_pair()
    phone = call("POST", f"{GATEWAY}/sim/identities", json={"kind": "user", "publicKey": public.hex_pk().decode(), "nickname": "Ruth"})
    groups = f"{API}/identities/{sender['uid']}/groups"
    group = call("POST", groups, headers={"X-Api-Key": key}, json={"name": "Crisis", "members": [phone["id"]]})

    th_broadcast.threema.API_BASE = API
    client = THBroadcast(key, sender["uid"])
    assert client.threema.send(group["id"], TEXT), "the client has posted"
    assert not client.threema.send("abcdefghij", TEXT), "a group that is none is refused"
    assert not THBroadcast("none", sender["uid"]).threema.send(group["id"], TEXT), "a key that is none is refused"

    creator = bytes.fromhex(sender["publicKey"])
    end = time.monotonic() + PATIENCE
    while not (found := group_texts(phone, private, creator)):
        assert time.monotonic() < end, f"waited {PATIENCE} s for the text on the phone"
        time.sleep(0.2)
    (text,) = found
    assert text.startswith(TEXT + "\n\n⏰"), text
    chat = call("GET", f"{groups}/{quote(group['id'])}/chat", headers={"X-Api-Key": key})
    assert [entry["body"] for entry in chat["messages"]] == [text], chat
    print("ok      th_broadcast posts into a group")


if __name__ == "__main__":
    sys.exit(main())
