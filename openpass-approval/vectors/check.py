#!/usr/bin/env python3
"""Checks the vectors with reader.py: what holds, what is refused, and each with one
byte changed. Needs `cryptography`."""
import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reader import Refused, b64, canonical, read_key, read_keys, verify

HERE = Path(__file__).parent


def load(name):
    return json.loads((HERE / name).read_text())


def refuse(what, work):
    try:
        work()
    except Refused:
        return
    sys.exit(f"the reader does not refuse {what}")


def changed(text):
    """The text with one byte changed, in each place and in two ways."""
    for place, byte in enumerate(text):
        for bit in (1, 4):
            yield text[:place] + chr(ord(byte) ^ bit) + text[place + 1 :]


def check_approval(it, keys):
    said = it["asked"] | {member: it[member] for member in ("approver", "at", "factor")}
    said |= {"decision": "approve", "domain": "openpass-approval-1"}
    assert canonical(said) == it["statement"]
    assert verify(it["line"], keys) == said
    for line in changed(it["line"]):
        refuse(line, lambda: verify(line, keys))


def check_operation(it, keys):
    """From what was asked to the line of a log."""
    digest = hashlib.sha256(bytes.fromhex(it["transcript"])).hexdigest()
    line = json.loads(it["line"])
    assert digest == it["digest"] == line["digest"]
    approval = json.dumps(line["event"]["approval"])
    said = verify(approval, keys)
    assert said["digest"] == digest and said["factor"] == line["event"]["factor"]
    assert fields(bytes.fromhex(it["transcript"]), len(it["begins"])) == it["begins"]


def fields(transcript, count):
    """The first fields: each has its length before it, in eight bytes."""
    found = []
    for _ in range(count):
        length = int.from_bytes(transcript[:8], "big")
        found.append(transcript[8 : 8 + length].decode())
        transcript = transcript[8 + length :]
    return found


def check_derivation(it):
    scope, info = bytes.fromhex(it["scope"]), it["info"].encode()
    seed = HKDF(hashes.SHA256(), 32, scope, info).derive(it["identity"].encode())
    assert seed.hex() == it["seed"]
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key()
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    key = {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes(*raw))}
    assert read_key(key | {"kind": "passphrase"})[0] == it["approver"]


keys = read_keys((HERE / "keys.json").read_text())
approvals, refused = load("approvals.json"), load("refused.json")
for it in approvals:
    check_approval(it, keys)
for it in refused["lines"]:
    refuse(it["what"], lambda: verify(it["line"], keys))
for it in refused["keySets"]:
    refuse(it["what"], lambda: read_keys(it["keys"]))
check_derivation(load("derivation.json"))
for it in load("operations.json"):
    check_operation(it, keys)
lines, sets = len(refused["lines"]), len(refused["keySets"])
print(f"the reader: {len(approvals)} approvals hold; {lines} lines and {sets} key sets are refused")
