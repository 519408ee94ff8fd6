"""The payloads of a process without keys: stored as they are, and an encrypted one is named as what it is."""

from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from runtime.codec import ENCODING, KEY_ID, UndecryptablePayload


class PlaintextCodec(PayloadCodec):
    """Changes nothing. Without it an encrypted payload would look like a malformed message."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads."""
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads.

        Raises:
            UndecryptablePayload: one is encrypted.
        """
        for payload in payloads:
            if payload.metadata.get("encoding") == ENCODING:
                key_id = payload.metadata.get(KEY_ID, b"").decode(errors="replace")
                raise UndecryptablePayload(
                    f"This was encrypted with the key {key_id!r}, but this process has no keys: give it the "
                    "HOSTED_SMS_KEYS of the other processes."
                )
        return list(payloads)
