"""The official SDK's verifier, the simulator's signer and our verifier agree on what Telnyx signed.

Our verifier is stricter about the encoding: no white space, no signs, no other characters in base64. Telnyx sends none
of them.
"""

import base64
import contextlib
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from telnyx.lib.webhook_verification import WebhookVerificationError, verify_webhook_signature

from inbound.signature import TOLERANCE, BadSignature, verify
from simulator.background import Background
from simulator.settings import Settings
from simulator.state import World
from simulator.webhooks import Webhooks
from tests.contract.openapi import DOCUMENT
from tests.fuzz.oddities import NASTY, drawn

SIGNATURE, TIMESTAMP = "telnyx-signature-ed25519", "telnyx-timestamp"
BODIES = st.text(st.characters(codec="utf-8"), max_size=80).map(str.encode)
OFF = st.integers(TOLERANCE + 5, 10**9)
Headers = dict[str, str]


def sdk_accepts(key: bytes, headers: Headers, body: bytes) -> bool:
    with contextlib.suppress(WebhookVerificationError):
        verify_webhook_signature(body, headers, base64.b64encode(key).decode())
        return True
    return False


def we_accept(key: bytes, headers: Headers, body: bytes) -> bool:
    with contextlib.suppress(BadSignature):
        verify(key, headers.get(SIGNATURE), headers.get(TIMESTAMP), body, time.time())
        return True
    return False


def signed(private: Ed25519PrivateKey, body: bytes, timestamp: str) -> Headers:
    signature = base64.b64encode(private.sign(f"{timestamp}|".encode() + body)).decode()
    return {SIGNATURE: signature, TIMESTAMP: timestamp}


def without(name: str) -> Callable[[Headers], Headers]:
    return lambda headers: {key: value for key, value in headers.items() if key != name}


def with_changed_bit(headers: Headers, place: int) -> Headers:
    """The headers with one bit of the signature changed."""
    raw = bytearray(base64.b64decode(headers[SIGNATURE]))
    raw[place % len(raw)] ^= 1 << place % 8
    return {**headers, SIGNATURE: base64.b64encode(bytes(raw)).decode()}


def test_the_document_names_the_headers_that_we_read() -> None:
    parameters = DOCUMENT["webhooks"]["hostedNumberOrderEvent"]["post"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {SIGNATURE, TIMESTAMP}


@drawn(60)
@given(body=BODIES)
async def test_both_accept_what_the_simulator_signs(body: bytes) -> None:
    webhooks = Webhooks(World(Settings()), Background())
    key = base64.b64decode(webhooks.public_key)
    headers = webhooks._headers(body)
    assert sdk_accepts(key, headers, body)
    assert we_accept(key, headers, body)


@drawn(200)
@given(
    body=BODIES,
    seed=st.binary(min_size=32, max_size=32),
    off=st.integers(-TOLERANCE + 5, TOLERANCE - 5) | OFF | OFF.map(lambda seconds: -seconds),
    change=st.sampled_from(["nothing", "body", "time", "key", "bit", "no signature", "no time", "garbage"]),
    place=st.integers(0, 10**6),
    garbage=st.sampled_from(["", "!", "AAAA", "=", "A", "é", "A" * 87, "A" * 88, "A" * 86 + "=="]),
)
def test_both_accept_and_refuse_the_same(  # noqa: PLR0913 - one argument for each thing drawn
    *, body: bytes, seed: bytes, off: int, change: str, place: int, garbage: str
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key = private.public_key().public_bytes_raw()
    headers = signed(private, body, str(int(time.time()) + off))
    if change == "body":
        body += b" "
    elif change == "time":
        headers[TIMESTAMP] = str(int(headers[TIMESTAMP]) + 1)
    elif change == "key":
        key = Ed25519PrivateKey.from_private_bytes(bytes([seed[0] ^ 1]) + seed[1:]).public_key().public_bytes_raw()
    elif change == "bit":
        headers = with_changed_bit(headers, place)
    elif change == "garbage":
        headers[SIGNATURE] = garbage
    elif change != "nothing":
        headers = without(SIGNATURE if change == "no signature" else TIMESTAMP)(headers)
    expected = change == "nothing" and abs(off) <= TOLERANCE
    assert sdk_accepts(key, headers, body) is expected
    assert we_accept(key, headers, body) is expected


@drawn(200)
@given(
    body=BODIES,
    signature=NASTY | st.text(max_size=90),
    timestamp=NASTY | st.integers().map(str),
    other=st.booleans(),
)
def test_we_accept_nothing_that_the_sdk_refuses(body: bytes, signature: str, timestamp: str, *, other: bool) -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
    headers = {SIGNATURE: signature, TIMESTAMP: timestamp}
    if other:  # the right signature in another encoding: the SDK accepts some, and Telnyx sends none
        good = signed(private, body, str(int(time.time())))
        headers = {SIGNATURE: signature[:3] + good[SIGNATURE] + signature[-3:], TIMESTAMP: good[TIMESTAMP]}
    key = private.public_key().public_bytes_raw()
    assert not we_accept(key, headers, body) or sdk_accepts(key, headers, body)
