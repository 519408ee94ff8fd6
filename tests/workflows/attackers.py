"""Someone who reaches the Temporal server, with no key of ours or another one, and copies what lies there."""

import base64
import dataclasses
import os

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, WorkflowSerializationContext

from runtime import connection
from runtime.settings import Settings


def without_keys(client: Client) -> Client:
    """The same client, which sends plain text, or a payload as it is given."""
    return _with(client, pydantic_data_converter)


def with_keys(client: Client, keys: str) -> Client:
    """The same client with these keys."""
    return _with(client, connection.data_converter(Settings(keys=keys), client.namespace))


def _with(client: Client, converter: DataConverter) -> Client:
    config = client.config()
    config["data_converter"] = converter
    return Client(**config)


async def sealed(client: Client, value: object, workflow_id: str | None = None) -> Payload:
    """A payload as this client seals it for a workflow, or for none."""
    converter = client.data_converter
    if workflow_id is not None:
        context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=workflow_id)
        converter = converter.with_context(context)
    [payload] = await converter.encode([value])
    return payload


async def sealed_as_before(client: Client, value: object) -> Payload:
    """A payload as it was sealed before payloads were bound to a workflow, and before they named a message."""
    converter = dataclasses.replace(pydantic_data_converter, payload_codec=client.data_converter.payload_codec)
    [payload] = await converter.encode([value])
    return payload


def under_key(payload: Payload, key_id: str) -> Payload:
    """The same payload, which claims to be sealed under another key."""
    return Payload(metadata={**payload.metadata, "key": key_id.encode()}, data=payload.data)


def raw(*payloads: Payload) -> list[RawValue]:
    """Arguments that a client without keys sends as they are."""
    return [RawValue(payload) for payload in payloads]


async def start_input(handle: WorkflowHandle[object, object]) -> Payload:
    """The input of a run, as it lies on the server."""
    async for event in handle.fetch_history_events(page_size=1):
        return event.workflow_execution_started_event_attributes.input.payloads[0]
    raise AssertionError("a run without a first event")


def garbage(encoding: bytes, data: bytes | None = None, **metadata: bytes) -> Payload:
    """Bytes that claim an encoding."""
    return Payload(metadata={"encoding": encoding, **metadata}, data=os.urandom(40) if data is None else data)


ODD: dict[str, Payload] = {
    "random bytes under our key": garbage(b"binary/encrypted", key=b"test"),
    "random bytes without a key": garbage(b"binary/encrypted"),
    "an empty sealed payload": garbage(b"binary/encrypted", b"", key=b"test"),
    "a key id that is no text": garbage(b"binary/encrypted", key=b"\xff\xfe\n{}"),
    "a key id of many bytes": garbage(b"binary/encrypted", key=b"k" * 200_000),
    "an encoding that no one knows": garbage(b"binary/new"),
    "an encoding that is no text": garbage(b"\xff\xfe"),
    "no encoding": Payload(data=b"{}"),
    "protobuf of an unknown type": garbage(b"json/protobuf", b"{}", messageType=b"no.such.Type"),
    "binary protobuf of an unknown type": garbage(b"binary/protobuf", messageType=b"no.such.Type"),
    "null with data": garbage(b"binary/null"),
    "JSON that is cut off": garbage(b"json/plain", b'{"by": "a'),
    "JSON that is deeply nested": garbage(b"json/plain", b"[" * 200_000),
    "JSON that is no text": garbage(b"json/plain", b'"\xff"'),
    "what claims to lie in a storage": garbage(b"json/external-storage-reference", b"{}"),
    "what is marked as lying in a storage": garbage(
        b"binary/encrypted", key=b"test", __temporal_external_storage_reference=b"true"
    ),
    "the marker of a worker": garbage(b"binary/unreadable", b"{}", reason=b"unknown_key", key=b"k", mark=b"m"),
    "the marker of a worker, without a reason": garbage(b"binary/unreadable", b"{}"),
}
"""Payloads that no program of ours sends. None of them may fail a workflow task."""


def keys_of(*ids: str) -> str:
    """A ring of these keys; `test` is that of the stage."""
    keys = {key_id: b"k" * 32 if key_id == "test" else key_id[-1].encode() * 32 for key_id in ids}
    return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in keys.items())
