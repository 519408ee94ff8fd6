"""Proves that a webhook is Telnyx's: an Ed25519 signature over the time and the raw body (Telnyx facts §6)."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE = 300
"""Seconds that the time of a webhook may be off, both ways; what is older may be a replay."""

_LONGEST_TIME = 15


class NotProven(Exception):  # noqa: N818 - named for what is known then
    """Nothing shows that Telnyx sent this; the text is the reason for the log and never leaves this house."""


def prove(key: bytes, signature: str | None, timestamp: str | None, body: bytes, now: float) -> None:
    """Passes silently when the body is signed by the owner of the key, just now.

    Args:
        key: the public key, 32 bytes.
        signature: the header `telnyx-signature-ed25519`, base64; None when it was not sent.
        timestamp: the header `telnyx-timestamp`, Unix seconds; None when it was not sent.
        body: exactly as it was received.
        now: Unix seconds.

    Raises:
        NotProven: a header is missing or malformed, the time is off, or the signature does not fit.
    """
    if signature is None or timestamp is None:
        raise NotProven("the signature or its time is missing")
    _see_time(timestamp, now)
    try:
        raw = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(raw, timestamp.encode() + b"|" + body)
    except (binascii.Error, ValueError):
        raise NotProven("the signature is not base64") from None
    except InvalidSignature:
        raise NotProven("the signature does not fit the body and the account's key") from None


def _see_time(timestamp: str, now: float) -> None:
    if len(timestamp) > _LONGEST_TIME or not (timestamp.isascii() and timestamp.isdigit()):
        raise NotProven("the time of the signature is not in Unix seconds")
    age = now - int(timestamp)
    if abs(age) > TOLERANCE:
        raise NotProven(f"the signature is {abs(age):.0f} seconds {'old' if age > 0 else 'ahead'}, {TOLERANCE} may be")
