"""The payload that stands for one that must not be used as it is: the reason, and the content where it can be read.

The codec of a worker makes it, since a codec that fails stops the workflow. Then the payload gate and the activities
decide: they restore the content, or leave the marker, which becomes an `Unreadable`. It is never stored.
"""

from collections.abc import Iterable

from temporalio.api.common.v1 import Payload

from domain.unreadable import Reason, Unreadable

ENCODING = b"binary/unreadable"


def marker(fault: Unreadable, content: Payload | None = None) -> Payload:
    """Stands for a payload with this fault."""
    metadata = {
        "encoding": ENCODING,
        "reason": fault.reason.encode(),
        "key": fault.key.encode(),
        "mark": fault.mark.encode(),
    }
    return Payload(metadata=metadata, data=content.SerializeToString() if content is not None else b"")


def is_marker(payload: Payload) -> bool:
    """Whether it is a marker, and no content."""
    return payload.metadata.get("encoding") == ENCODING


def fault_of(payload: Payload) -> Unreadable:
    """Why the payload that a marker stands for must not be used."""
    text = {name: payload.metadata[name].decode() for name in ("reason", "key", "mark")}
    return Unreadable(Reason(text["reason"]), text["key"], text["mark"])


def content_of(payload: Payload) -> Payload | None:
    """What a marker stands for; None when it cannot be read."""
    return Payload.FromString(payload.data) if payload.data else None


def is_behind_door(payload: Payload) -> bool:
    """Whether it is sealed under a key of the webhooks, and stands where they send nothing."""
    return is_marker(payload) and fault_of(payload).reason is Reason.OTHER_DOOR


def open_door(payloads: Iterable[Payload]) -> None:
    """Take what is sealed under a key of the webhooks as if it were under any other key. It may have another fault."""
    restore(payload for payload in payloads if is_behind_door(payload))


def restore(payloads: Iterable[Payload]) -> None:
    """Put what can be read in place of its marker."""
    for payload in payloads:
        content = content_of(payload) if is_marker(payload) else None
        if content is not None:
            payload.CopyFrom(content)
