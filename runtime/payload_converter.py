"""Turns payloads into values. What cannot be read becomes a value, too, where its reader can refuse it.

An error in here fails a workflow task, which is tried again for ever. So a handler that asks for plain JSON gets an
`Unreadable` for a marker (`runtime.markers`), for an unknown encoding and for what is no JSON. A reader that asks for a
type gets an error. Activities get an `Unreadable` for a marker, which `runtime.sealed_inputs` refuses.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.common import RawValue
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    SerializationContext,
    WithSerializationContext,
)

from domain.unreadable import Reason, Unreadable
from runtime import markers
from runtime.codec import MESSAGE
from runtime.key_ring import UndecryptablePayload

_ANYTHING = (None, object, Any)


@dataclass(frozen=True)
class RefusedInput(Unreadable):
    """Stands for what an activity gets, with its content, which a setting may let in."""

    content: Payload | None = None


class TolerantPayloadConverter(PydanticPayloadConverter):
    """Reads JSON with pydantic, and never fails where plain JSON is asked for."""

    _for_activity = False

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """The value of each payload.

        Raises:
            UndecryptablePayload: a type is asked for, and the payload must not be used.
        """
        hints: list[Any] = [*(type_hints or ())]
        hints += [None] * (len(payloads) - len(hints))
        return [self._value(payload, hint) for payload, hint in zip(payloads, hints, strict=False)]

    def with_context(self, context: SerializationContext) -> Self:
        """The converter of an activity, or this one."""
        if not isinstance(context, ActivitySerializationContext):
            return self
        made = copy.copy(self)
        vars(made).update(_for_activity=True)
        return made

    def _value(self, payload: Payload, hint: Any) -> Any:
        if hint is RawValue:
            return RawValue(payload)
        if markers.is_marker(payload):
            return self._refused(payload, hint)
        if hint not in _ANYTHING:
            return super().from_payloads([payload], [hint])[0]
        try:
            return super().from_payloads([payload], None)[0]
        except (KeyError, ValueError, TypeError, RuntimeError):  # no such encoding, or not what it says
            return Unreadable(Reason.MALFORMED)

    def _refused(self, payload: Payload, hint: Any) -> Unreadable:
        fault = markers.fault_of(payload)
        if self._for_activity:
            return RefusedInput(fault.reason, fault.key, content=markers.content_of(payload))
        if hint in _ANYTHING:
            return fault
        raise UndecryptablePayload(fault.sentence)


class NamingPayloadConverter(TolerantPayloadConverter):
    """Also names each message in its metadata, so that what is sealed as one message is not taken as another."""

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        """A payload for each value."""
        payloads = super().to_payloads(values)
        for value, payload in zip(values, payloads, strict=True):
            if isinstance(value, BaseModel):
                payload.metadata[MESSAGE] = type(value).__name__.encode()
        return payloads


class OpeningDataConverter(DataConverter):
    """Takes what claims to lie in an external storage as any other payload. There is none, and the SDK would raise."""

    def with_context(self, context: SerializationContext) -> Self:
        """As the SDK does it, which makes new converters each time: that costs more than to encrypt a payload."""
        bound = copy.copy(self)
        parts = {"payload_codec": self.payload_codec, "payload_converter": self.payload_converter}
        for name, part in parts.items():
            if isinstance(part, WithSerializationContext):
                vars(bound)[name] = part.with_context(context)
        return bound

    async def _decode_reference_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def _external_retrieve_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def _transform_inbound_payloads(self, payloads: Payloads) -> None:
        if self.payload_codec is not None:
            await self.payload_codec.decode_wrapper(payloads)
