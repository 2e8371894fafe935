#!/usr/bin/env python3
"""Verifies approvals with libraries of strangers, PyPI's PyJWT and webauthn, and expects
each to be refused after one byte has changed.

    foreign.py                            the vectors beside it
    foreign.py KEYS [JWS] [WEBAUTHN]      what `openpass audit export` wrote: the key set,
                                          and a file of each form, an approval a line
"""
import base64
import hashlib
import json
import sys
from pathlib import Path

import jwt
from webauthn import verify_authentication_response
from webauthn.helpers.cose import COSECRV, COSEKTY, COSEKey
from webauthn.helpers import encode_cbor
from webauthn.helpers.exceptions import WebAuthnException

HERE = Path(__file__).parent
RP_ID = "openpass:"


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cose(jwk):
    """The key as security keys write it (RFC 9053)."""
    x, y = unb64(jwk["x"]), unb64(jwk["y"])
    key = {COSEKey.KTY: COSEKTY.EC2, COSEKey.ALG: -7, COSEKey.CRV: COSECRV.P256}
    return encode_cbor({int(name): it for name, it in (key | {COSEKey.X: x, COSEKey.Y: y}).items()})


def by_jwt(token, keys):
    """The statement of a JWS, by the key that its header names."""
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "openpass-approval":
        raise jwt.InvalidTokenError("no approval")
    jwk = keys[header["kid"]]
    said = jwt.decode(token, jwt.PyJWK(jwk), algorithms=[jwk["alg"]])
    if (said["approver"], said["factor"]) != (jwk["kid"], jwk["kind"]):
        raise jwt.InvalidTokenError("another approver")
    return said


def by_webauthn(response, statement, jwk):
    """Whether a security key signed the statement."""
    said = json.loads(statement)
    verify_authentication_response(
        credential=response,
        expected_challenge=hashlib.sha256(statement.encode()).digest(),
        expected_rp_id=RP_ID,
        expected_origin="openpass:" + said["scope"],
        credential_public_key=cose(jwk),
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    return said


def changed(data):
    for place in range(len(data)):
        yield data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def refuse(what, work, *errors):
    try:
        work()
    except errors:
        return
    sys.exit(f"not refused: {what}")


def jws_changed(token):
    """Each byte of header, payload and signature, not of their base64."""
    parts = [unb64(it) for it in token.split(".")]
    for number, part in enumerate(parts):
        for other in changed(part):
            yield ".".join(b64(it) for it in parts[:number] + [other] + parts[number + 1 :])


def check_jws(token, keys):
    by_jwt(token, keys)
    wrong = (jwt.PyJWTError, KeyError, ValueError)
    for other in jws_changed(token):
        refuse(f"a JWS with one byte changed: {other}", lambda: by_jwt(other, keys), *wrong)


def check_webauthn(text, statement, jwk):
    by_webauthn(text, statement, jwk)
    wrong = (WebAuthnException, ValueError)
    response = json.loads(text)
    for member, value in response["response"].items():
        for other in changed(unb64(value)):
            parts = response["response"] | {member: b64(other)}
            it = json.dumps(response | {"response": parts})
            refuse(f"{member} with one byte changed", lambda: by_webauthn(it, statement, jwk), *wrong)
    for other in changed(statement.encode()):
        refuse(
            "a statement with one byte changed",
            lambda: by_webauthn(text, other.decode(), jwk),
            *wrong,
            KeyError,
        )


def read_keys(path):
    return {jwk["kid"]: jwk for jwk in json.loads(Path(path).read_text())["keys"]}


def main(keys_file, jws_file=None, webauthn_file=None):
    keys = read_keys(keys_file)
    lines = lambda path: Path(path).read_text().splitlines() if path else []
    tokens, responses = lines(jws_file), lines(webauthn_file)
    if not tokens and not responses:
        sys.exit("there is no approval to verify")
    for token in tokens:
        check_jws(token, keys)
    for line in responses:
        it = json.loads(line)
        jwk = keys[json.loads(it["statement"])["approver"]]
        check_webauthn(json.dumps(it["response"]), it["statement"], jwk)
    print(f"PyJWT {jwt.__version__}: {len(tokens)} approvals hold, none with one byte changed")
    print(f"webauthn: {len(responses)} approvals hold; none with one byte changed")


def vectors():
    keys = read_keys(HERE / "keys.json")
    approvals = json.loads((HERE / "approvals.json").read_text())
    count = {"jws": 0, "webauthn": 0}
    for it in approvals:
        if "jws" in it:
            assert json.loads(it["statement"]) == by_jwt(it["jws"], keys)
            check_jws(it["jws"], keys)
            count["jws"] += 1
        else:
            check_webauthn(it["webauthn"], it["statement"], keys[it["approver"]])
            count["webauthn"] += 1
    assert all(count.values())
    print(f"PyJWT {jwt.__version__}: {count['jws']} approvals hold, none with one byte changed")
    print(f"webauthn: {count['webauthn']} approval holds, none with one byte changed")


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) > 1 else vectors()
