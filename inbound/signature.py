"""Verifies that a webhook comes from Telnyx: an Ed25519 signature of its time and raw body (docs/telnyx.md §6)."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE = 300
"""How many seconds the time of a webhook may be off, in both directions. An older one may be a replay."""

_LONGEST_TIME = 15


class BadSignature(Exception):  # noqa: N818 - named for what was seen
    """Nothing proves that Telnyx sent this webhook. The text is for the log and never for the sender."""


def verify(key: bytes, signature: str | None, timestamp: str | None, body: bytes, now: float) -> None:
    """Check that the owner of a key signed a body a moment ago.

    Args:
        key: the public key, 32 bytes.
        signature: the header `telnyx-signature-ed25519`, base64; None when it is missing.
        timestamp: the header `telnyx-timestamp`, Unix seconds; None when it is missing.
        body: exactly as it was received.
        now: Unix seconds.

    Raises:
        BadSignature: a header is missing or malformed, the time is off, or the signature does not match.
    """
    if signature is None or timestamp is None:
        raise BadSignature("the signature or its time is missing")
    _check_time(timestamp, now)
    try:
        raw = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(raw, timestamp.encode() + b"|" + body)
    except (binascii.Error, ValueError):
        raise BadSignature("the signature is not base64") from None
    except InvalidSignature:
        raise BadSignature("the signature does not match the body and the account's key") from None


def _check_time(timestamp: str, now: float) -> None:
    if len(timestamp) > _LONGEST_TIME or not (timestamp.isascii() and timestamp.isdigit()):
        raise BadSignature("the time of the signature is not in Unix seconds")
    age = now - int(timestamp)
    if abs(age) > TOLERANCE:
        direction = "old" if age > 0 else "ahead"
        raise BadSignature(f"the signature is {abs(age):.0f} seconds {direction}, and at most {TOLERANCE} are allowed")
