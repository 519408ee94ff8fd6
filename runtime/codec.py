"""Encrypts everything that Temporal stores for us, so that its server and database hold nothing readable.

Each payload is encrypted as a whole with AES-256-GCM under the newest key of a ring, and carries that key's id. To
rotate, put a new key first and keep the old ones for what was stored before.

A payload is bound to its namespace and its workflow: both are associated data of the encryption, and the payload
carries the workflow id. So a copy of it in another workflow is noticed (docs/decisions/0023).
"""

import copy
import logging
import time
from collections.abc import Collection, Sequence
from typing import NamedTuple, Self

from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec, SerializationContext, WithSerializationContext

from domain.unreadable import Reason, Unreadable
from runtime import key_ring
from runtime.compression import NotUnpackable, pack, unpack
from runtime.key_ring import KeyRing, UndecryptablePayload
from runtime.markers import is_marker, marker

__all__ = ["ENCODING", "KEY_ID", "MESSAGE", "WORKFLOW", "EncryptionCodec", "KeyRing", "UndecryptablePayload"]

ENCODING = b"binary/encrypted"
KEY_ID = "key"
WORKFLOW = "workflow"
"""The metadata of an encrypted payload: the id of its key, and the workflow for which it is sealed."""
MESSAGE = "message"
"""The metadata that names the message, inside of what is encrypted. Only a worker looks at it."""
_SECONDS_BETWEEN_WARNINGS = 60.0

_log = logging.getLogger(__name__)  # not structlog, since a command loads this module and seldom logs


class _Opened(NamedTuple):
    content: Payload | None
    fault: Unreadable | None = None
    sentence: str = ""


class EncryptionCodec(PayloadCodec, WithSerializationContext):
    """Encrypts and decrypts each payload for Temporal's SDK.

    That of a face raises for what it cannot open. It accepts a payload in plain text, counts it in
    `plain_payloads_seen` and warns about it at most once a minute: reading commands nothing. That of a worker never
    raises: what is not sealed for this workflow becomes a marker (`runtime.markers`). So does what is sealed
    under a key of the webhooks: the marker holds what it would be under another key, for the few places that use it.
    """

    def __init__(self, ring: KeyRing, namespace: str = "default") -> None:
        self._ring = ring
        self._namespace = namespace
        self._workflow_id: str | None = None  # None: not known. Empty: a payload of no workflow.
        self._strict = False
        self._webhook_keys: Collection[str] = ()
        self._plain = _PlainPayloads()

    def with_context(self, context: SerializationContext) -> Self:
        """The codec of the payloads of one workflow and its activities, or of what belongs to none."""
        namespace, workflow_id = (getattr(context, name, None) for name in ("namespace", "workflow_id"))
        return self._changed(_namespace=namespace or self._namespace, _workflow_id=workflow_id or "")

    def for_workflow(self, workflow_id: str) -> Self:
        """The codec of the payloads of a workflow; of no workflow when the id is empty."""
        return self._changed(_workflow_id=workflow_id)

    def in_namespace(self, namespace: str) -> Self:
        """The codec of the payloads of a namespace."""
        return self._changed(_namespace=namespace)

    def for_worker(self, webhook_keys: Collection[str] = ()) -> Self:
        """The codec of a worker, which uses little of what is sealed under the keys of the webhooks."""
        return self._changed(_strict=True, _webhook_keys=webhook_keys)

    def _changed(self, **attributes: object) -> Self:
        changed = copy.copy(self)
        vars(changed).update(attributes)
        return changed

    @property
    def plain_payloads_seen(self) -> int:
        """How many payloads came in plain text and were accepted."""
        return self._plain.seen

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Pack and encrypt each payload as a whole, its metadata included."""
        return [self._encode(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt and unpack each payload, with the key of the ring that it names.

        Raises:
            UndecryptablePayload: the ring does not have the key, or the payload belongs to another workflow. The codec
                of a worker returns a marker instead.
        """
        return [self._decode(payload) for payload in payloads]

    def _encode(self, payload: Payload) -> Payload:
        metadata = {"encoding": ENCODING, KEY_ID: self._ring.newest.encode()}
        if self._workflow_id:
            metadata[WORKFLOW] = self._workflow_id.encode()
        bound_to = self._associated_data(self._workflow_id or "")
        return Payload(metadata=metadata, data=self._ring.encrypt(pack(payload.SerializeToString()), bound_to))

    def _decode(self, payload: Payload) -> Payload:
        opened = self._open(payload)
        if self._strict:
            return self._checked(payload, opened)
        if opened.content is None:
            raise UndecryptablePayload(opened.sentence)
        if opened.fault is not None and opened.fault.reason is Reason.PLAIN:
            self._plain.count()
        opened.content.metadata.pop(MESSAGE, None)  # the `temporal` command shows JSON with nothing else to it
        return opened.content

    def _checked(self, payload: Payload, opened: _Opened) -> Payload:
        content, fault = opened.content, opened.fault
        if content is not None and is_marker(content):  # markers are made here, and by no one else
            content, fault = None, Unreadable(Reason.MALFORMED)
        if content is None or fault is not None:
            assert fault is not None  # noqa: S101 - what is not opened has a fault
            return self._behind_door(fault.key, marker(fault, content)) if content is not None else marker(fault)
        content.metadata[KEY_ID] = payload.metadata[KEY_ID]  # the gate asks which keys are known to be right
        return self._behind_door(payload.metadata[KEY_ID].decode(), content)

    def _behind_door(self, key_id: str, checked: Payload) -> Payload:
        return marker(Unreadable(Reason.OTHER_DOOR, key_id), checked) if key_id in self._webhook_keys else checked

    def _open(self, payload: Payload) -> _Opened:
        if payload.metadata.get("encoding") != ENCODING:
            return _Opened(payload, Unreadable(Reason.PLAIN))
        named = payload.metadata.get(KEY_ID, b"").decode(errors="replace")
        key_id = named if key_ring.ID.fullmatch(named) else ""
        sealed_for = payload.metadata.get(WORKFLOW, b"").decode(errors="replace")
        if sealed_for and self._workflow_id is not None and sealed_for != self._workflow_id:
            sentence = f"This was encrypted for the workflow {sealed_for[:100]!r}, and not for the one that has it."
            return _Opened(None, Unreadable(Reason.FOREIGN, key_id), sentence)
        try:
            packed = self._ring.decrypt(named, payload.data, self._associated_data(sealed_for))
            content = Payload.FromString(unpack(packed))
        except UndecryptablePayload as error:
            reason = Reason.DAMAGED if named in self._ring else Reason.UNKNOWN_KEY
            return _Opened(None, Unreadable(reason, key_id), str(error))
        except (NotUnpackable, DecodeError) as error:
            sentence = (
                f"What the key {key_id!r} decrypted cannot be unpacked. {error} Who has the keys must have made it."
            )
            return _Opened(None, Unreadable(Reason.DAMAGED, key_id), sentence)
        is_unbound = not sealed_for and self._workflow_id is not None
        return _Opened(content, Unreadable(Reason.UNBOUND, key_id) if is_unbound else None)

    def _associated_data(self, workflow_id: str) -> bytes | None:
        return f"{self._namespace}\0{workflow_id}".encode() if workflow_id else None


class _PlainPayloads:
    """Counts the accepted payloads in plain text; all codecs of a process share one."""

    def __init__(self) -> None:
        self.seen = 0
        self._warned_at: float | None = None

    def count(self) -> None:
        self.seen += 1
        now = time.monotonic()
        if self._warned_at is None or now - self._warned_at >= _SECONDS_BETWEEN_WARNINGS:
            self._warned_at = now
            _log.warning("plain_payload_accepted", extra={"plain_payloads_seen": self.seen})
