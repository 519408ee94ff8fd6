"""Counts the events and bytes that Temporal stores of a workflow."""

from collections.abc import Iterator

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHandle
from temporalio.converter import PayloadCodec

from runtime.codec import ENCODING
from tools.bench.results import History


async def stored(handle: WorkflowHandle[object, object], codec: PayloadCodec | None = None) -> History:
    """What is stored of a workflow. With a codec, also its size without one."""
    events = [event async for event in handle.fetch_history_events()]
    size = sum(event.ByteSize() for event in events)
    if codec is None:
        return History(events=len(events), bytes=size)
    for event in events:
        for payload in [found for found in _payloads(event) if found.metadata.get("encoding") == ENCODING]:
            payload.CopyFrom((await codec.decode([payload]))[0])
    return History(events=len(events), bytes=size, readable_bytes=sum(event.ByteSize() for event in events))


def _payloads(message: Message) -> Iterator[Payload]:
    """Every payload in a message."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            parts = [part for part in value.values() if isinstance(part, Message)]
        else:
            parts = [value] if isinstance(value, Message) else list(value)
        for part in parts:
            yield from _payloads(part)
