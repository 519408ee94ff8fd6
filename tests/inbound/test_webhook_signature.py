"""Only a body that Telnyx signed a moment ago is verified. Every other one has a reason."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inbound.signature import TOLERANCE, BadSignature, verify
from tests.inbound.webhook_sender import PUBLIC, event, signed

NOW = 1_800_000_000
BODY = event()
SIGNED = signed(BODY, NOW)
SIGNATURE, TIMESTAMP = SIGNED["telnyx-signature-ed25519"], SIGNED["telnyx-timestamp"]


def test_a_signed_body_is_verified() -> None:
    verify(PUBLIC, SIGNATURE, TIMESTAMP, BODY, NOW)


def test_an_empty_body_can_be_signed() -> None:
    headers = signed(b"", NOW)
    verify(PUBLIC, headers["telnyx-signature-ed25519"], TIMESTAMP, b"", NOW)


@pytest.mark.parametrize("off", [-TOLERANCE, TOLERANCE])
def test_the_clock_may_be_off_by_five_minutes(off: int) -> None:
    verify(PUBLIC, SIGNATURE, TIMESTAMP, BODY, NOW + off)


@pytest.mark.parametrize(("off", "reason"), [(TOLERANCE + 1, "301 seconds old"), (-TOLERANCE - 1, "301 seconds ahead")])
def test_an_old_and_a_future_signature_are_refused(off: int, reason: str) -> None:
    with pytest.raises(BadSignature, match=reason):
        verify(PUBLIC, SIGNATURE, TIMESTAMP, BODY, NOW + off)


def test_another_key_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(BadSignature, match="does not match"):
        verify(PUBLIC, signed(BODY, NOW, other)["telnyx-signature-ed25519"], TIMESTAMP, BODY, NOW)


@pytest.mark.parametrize("place", range(0, len(BODY), 7))
def test_a_changed_byte_is_refused(place: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= 1
    with pytest.raises(BadSignature, match="does not match"):
        verify(PUBLIC, SIGNATURE, TIMESTAMP, bytes(changed), NOW)


def test_a_changed_time_is_refused() -> None:
    with pytest.raises(BadSignature, match="does not match"):
        verify(PUBLIC, SIGNATURE, str(NOW + 1), BODY, NOW)


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
        ("", TIMESTAMP, "does not match"),
        ("not base64!", TIMESTAMP, "not base64"),
        ("é", TIMESTAMP, "not base64"),
        (base64.b64encode(b"short").decode(), TIMESTAMP, "does not match"),
    ],
)
def test_missing_and_malformed_headers_are_refused(signature: str | None, timestamp: str | None, reason: str) -> None:
    with pytest.raises(BadSignature, match=reason):
        verify(PUBLIC, signature, timestamp, BODY, NOW)
