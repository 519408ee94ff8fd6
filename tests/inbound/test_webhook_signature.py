"""Only what Telnyx signed just now passes; whatever else is off has its reason."""

import base64
import time

import pytest
import telnyx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from telnyx.lib.webhook_verification import WebhookVerificationError

from inbound.signature import TOLERANCE, NotProven, prove
from tests.inbound.sending import PUBLIC, event, signed

NOW = 1_800_000_000
BODY = event()
SIGNED = signed(BODY, NOW)
SIGNATURE, TIMESTAMP = SIGNED["telnyx-signature-ed25519"], SIGNED["telnyx-timestamp"]


def test_what_the_owner_of_the_key_signed_passes() -> None:
    prove(PUBLIC, SIGNATURE, TIMESTAMP, BODY, NOW)


def test_an_empty_body_can_be_signed_too() -> None:
    headers = signed(b"", NOW)
    prove(PUBLIC, headers["telnyx-signature-ed25519"], TIMESTAMP, b"", NOW)


@pytest.mark.parametrize("off", [-TOLERANCE, TOLERANCE])
def test_a_clock_may_be_off_by_five_minutes_both_ways(off: int) -> None:
    prove(PUBLIC, SIGNATURE, TIMESTAMP, BODY, NOW + off)


@pytest.mark.parametrize(("off", "word"), [(TOLERANCE + 1, "301 seconds old"), (-TOLERANCE - 1, "301 seconds ahead")])
def test_a_replay_and_a_time_to_come_do_not_pass(off: int, word: str) -> None:
    with pytest.raises(NotProven, match=word):
        prove(PUBLIC, SIGNATURE, TIMESTAMP, BODY, NOW + off)


def test_another_key_does_not_pass() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(NotProven, match="does not fit"):
        prove(PUBLIC, signed(BODY, NOW, other)["telnyx-signature-ed25519"], TIMESTAMP, BODY, NOW)


@pytest.mark.parametrize("place", range(0, len(BODY), 7))
def test_one_changed_byte_does_not_pass(place: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= 1
    with pytest.raises(NotProven, match="does not fit"):
        prove(PUBLIC, SIGNATURE, TIMESTAMP, bytes(changed), NOW)


def test_the_time_is_signed_too() -> None:
    with pytest.raises(NotProven, match="does not fit"):
        prove(PUBLIC, SIGNATURE, str(NOW + 1), BODY, NOW)


@pytest.mark.parametrize(
    ("signature", "timestamp", "reason"),
    [
        (None, TIMESTAMP, "missing"),
        (SIGNATURE, None, "missing"),
        (SIGNATURE, "", "not in Unix seconds"),
        (SIGNATURE, "soon", "not in Unix seconds"),
        (SIGNATURE, "-1800000000", "not in Unix seconds"),
        (SIGNATURE, "1e9", "not in Unix seconds"),
        (SIGNATURE, "١٨٠٠٠٠٠٠٠٠", "not in Unix seconds"),
        (SIGNATURE, "9" * 5000, "not in Unix seconds"),
        ("", TIMESTAMP, "does not fit"),
        ("not base64!", TIMESTAMP, "not base64"),
        ("é", TIMESTAMP, "not base64"),
        (base64.b64encode(b"short").decode(), TIMESTAMP, "does not fit"),
    ],
)
def test_headers_that_are_missing_or_malformed_do_not_pass(
    signature: str | None, timestamp: str | None, reason: str
) -> None:
    with pytest.raises(NotProven, match=reason):
        prove(PUBLIC, signature, timestamp, BODY, NOW)


def test_the_official_sdk_judges_the_same() -> None:
    sdk = telnyx.Telnyx(api_key="KEY_none", public_key=base64.b64encode(PUBLIC).decode())
    headers = signed(BODY)
    changed = BODY.replace(b"pending", b"deleted")
    sdk.webhooks.unwrap(BODY.decode(), headers=headers)
    prove(PUBLIC, headers["telnyx-signature-ed25519"], headers["telnyx-timestamp"], BODY, time.time())
    with pytest.raises(WebhookVerificationError):
        sdk.webhooks.unwrap(changed.decode(), headers=headers)
    with pytest.raises(NotProven):
        prove(PUBLIC, headers["telnyx-signature-ed25519"], headers["telnyx-timestamp"], changed, time.time())
