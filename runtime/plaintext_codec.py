"""The payloads of a process without keys: stored as they are, and an encrypted one is named as what it is."""

import copy
from collections.abc import Collection, Sequence
from typing import Self

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from domain.unreadable import Reason, Unreadable
from runtime import key_ring
from runtime.codec import ENCODING, KEY_ID, UndecryptablePayload
from runtime.markers import is_marker, marker


class PlaintextCodec(PayloadCodec):
    """Changes nothing. Without it an encrypted payload would look like a malformed message."""

    def __init__(self) -> None:
        self._strict = False

    def for_worker(self, _webhook_keys: Collection[str] = ()) -> Self:
        """The codec of a worker. It never raises: an encrypted payload becomes a marker (`runtime.markers`)."""
        strict = copy.copy(self)
        vars(strict).update(_strict=True)
        return strict

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads."""
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads.

        Raises:
            UndecryptablePayload: one is encrypted. The codec of a worker returns a marker instead.
        """
        return [self._decode(payload) for payload in payloads]

    def _decode(self, payload: Payload) -> Payload:
        if self._strict and is_marker(payload):
            return marker(Unreadable(Reason.MALFORMED))
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get(KEY_ID, b"").decode(errors="replace")
        if self._strict:
            return marker(Unreadable(Reason.UNKNOWN_KEY, key_id if key_ring.ID.fullmatch(key_id) else ""))
        raise UndecryptablePayload(
            f"This was encrypted with the key {key_id!r}, but this process has no keys: give it the "
            "HOSTED_SMS_KEYS of the other processes."
        )
