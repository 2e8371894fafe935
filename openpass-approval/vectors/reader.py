#!/usr/bin/env python3
"""Verifies approvals by docs/approvals.md alone: the standard library and `cryptography`.

    reader.py KEYS < LINES     verifies approvals, a JSON object a line, by a key set,
                               and prints what was signed
"""
import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

P = 2**255 - 19
HEX = {"digest": 64, "nonce": 64, "scope": 32, "sealAfter": 64, "sealBefore": 64}
MEMBERS = [*HEX, "approver", "at", "decision", "domain", "factor"]
JWK = {"kty", "crv", "x", "y", "kid", "alg", "use", "kind", "label", "since", "credential"}
FACTORS = {"passphrase": "EdDSA", "biometry": "ES256", "security-key": "ES256", "device": None}
# y of the points of small order: 0, 1, -1 and those of order eight.
OF_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL = {0, 1, P - 1, OF_EIGHT, P - OF_EIGHT}


class Refused(Exception):
    pass


def need(good, why):
    if not good:
        raise Refused(why)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    need(isinstance(text, str) and re.fullmatch("[A-Za-z0-9_-]*", text), "base64url")
    need(len(text) % 4 != 1, "base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64(data) == text, "base64url with spare bits")
    return data


def canonical(members):
    """RFC 8785, of an object whose values are all strings."""
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse(text, longest):
    def once(pairs):
        need(len(dict(pairs)) == len(pairs), "a member twice")
        return dict(pairs)

    need(len(text.encode()) <= longest, "too long")
    try:
        return json.loads(text, object_pairs_hook=once)
    except ValueError:
        raise Refused("JSON") from None


def strings(value, needed, known):
    need(isinstance(value, dict) and needed <= value.keys() <= known, "members")
    need(all(isinstance(it, str) for it in value.values()), "a value that is no string")


def read_key(jwk):
    strings(jwk, {"kty", "crv", "x", "kind"}, JWK)
    shape = jwk["kty"], jwk["crv"], "y" in jwk
    point = [unb64(jwk[it]) for it in ("x", "y") if it in jwk]
    need(all(len(it) == 32 for it in point), "coordinates")
    if shape == ("OKP", "Ed25519", False):
        y = int.from_bytes(point[0], "little") % 2**255
        need(y < P and y not in SMALL, "a point that is no key")
        alg, named = "EdDSA", ("crv", "kty", "x")
        key = ed25519.Ed25519PublicKey.from_public_bytes(point[0])
    else:
        need(shape == ("EC", "P-256", True), "kty, crv and y")
        alg, named = "ES256", ("crv", "kty", "x", "y")
        try:
            encoded = b"\4" + b"".join(point)
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encoded)
        except ValueError:
            raise Refused("no point") from None
    thumbprint = canonical({it: jwk[it] for it in named})
    kid = b64(hashlib.sha256(thumbprint.encode()).digest())
    need(jwk.get("kid", kid) == kid and jwk.get("alg", alg) == alg, "kid or alg")
    need(jwk.get("use", "sig") == "sig", "use")
    need(FACTORS.get(jwk["kind"], "no factor") in (alg, None), "kind")
    need((jwk["kind"] == "security-key") == bool(unb64(jwk.get("credential", ""))), "credential")
    return kid, (alg, key, jwk["kind"])


def read_keys(text):
    keys = parse(text, 64 * 1024)
    need(isinstance(keys, dict) and keys.keys() == {"keys"}, "no set")
    need(isinstance(keys["keys"], list), "no set")
    read = [read_key(jwk) for jwk in keys["keys"]]
    need(len(dict(read)) == len(read), "one key twice")
    return dict(read)


def read_statement(text):
    said = parse(text, 1024)
    strings(said, set(MEMBERS), set(MEMBERS))
    need(canonical(said) == text, "not canonical")
    need(said["domain"] == "openpass-approval-1", "domain")
    need(all(re.fullmatch("[0-9a-f]{%d}" % HEX[it], said[it]) for it in HEX), "hex")
    need(re.fullmatch("0|[1-9][0-9]*", said["at"]) and int(said["at"]) < 2**64, "at")
    need(said["decision"] == "approve", "no approval")
    return said


def verify(line, keys):
    """The statement of one line, if an approver signed it."""
    line = parse(line, 2048)
    strings(line, {"statement", "signature"}, {"statement", "signature", "authenticatorData"})
    said = read_statement(line["statement"])
    need(said["approver"] in keys, "unknown key")
    alg, key, kind = keys[said["approver"]]
    need(kind == said["factor"], "factor")
    need((kind == "security-key") == ("authenticatorData" in line), "form")
    signature = unb64(line["signature"])
    if kind == "security-key":
        message = touched(unb64(line["authenticatorData"]), line["statement"], said["scope"])
    else:
        header = canonical({"alg": alg, "kid": said["approver"], "typ": "openpass-approval"})
        message = f"{b64(header.encode())}.{b64(line['statement'].encode())}".encode()
        need(len(signature) == 64, "form")
    try:
        if alg == "EdDSA":
            key.verify(signature, message)
        else:
            if kind != "security-key":
                r, s = (int.from_bytes(it, "big") for it in (signature[:32], signature[32:]))
                signature = utils.encode_dss_signature(r, s)
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise Refused("signature") from None
    return said


def touched(data, statement, scope):
    """What a security key signs, if it says what it must."""
    need(len(data) == 37, "authenticator data")
    need(data[:32] == hashlib.sha256(b"openpass:").digest(), "relying party")
    need(data[32] & 0b101 == 0b101, "nobody present, or not verified")
    need(data[32] & 0b11000000 == 0 and data[32] & 0b11000 != 0b10000, "flags")
    challenge = b64(hashlib.sha256(statement.encode()).digest())
    client = '{"type":"webauthn.get","challenge":"%s","origin":"openpass:%s","crossOrigin":false}'
    return data + hashlib.sha256((client % (challenge, scope)).encode()).digest()


if __name__ == "__main__":
    keys = read_keys(Path(sys.argv[1]).read_text())
    for line in sys.stdin:
        try:
            print(json.dumps(verify(line.rstrip("\n"), keys)))
        except Refused as why:
            sys.exit(f"refused: {why}")
