"""One webhook: reads its body, verifies its signature and parses its event."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from inbound.events import Event, NotAnEvent, parse
from inbound.signature import BadSignature, verify

MAX_BODY_BYTES = 256 * 1024
BAD_REQUEST, FORBIDDEN, TOO_SLOW, TOO_LARGE = 400, 403, 408, 413

_log = structlog.get_logger(__name__)


class Refused(Exception):  # noqa: N818 - named for the response
    """This webhook is refused; holds the HTTP status and the reason for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Webhook:
    """A verified webhook."""

    key: tuple[str, str]
    """The account and the event's id, or the hash of a body without an id."""
    account: str
    """The account of the URL, whose key verified the signature."""
    event: Event
    received: datetime
    log: structlog.stdlib.BoundLogger


async def read_body(body: AsyncIterator[bytes], deadline: float) -> bytes:
    """The whole body of a webhook.

    Raises:
        Refused: the body is larger than `MAX_BODY_BYTES`, or not complete by the deadline.
    """
    raw = bytearray()
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in body:
                raw += chunk
                if len(raw) > MAX_BODY_BYTES:
                    raise Refused(TOO_LARGE, f"the body has more than {MAX_BODY_BYTES:,} bytes")
    except TimeoutError:
        raise Refused(TOO_SLOW, "the body did not come in time") from None
    return bytes(raw)


def verify_webhook(
    keys: Mapping[str, bytes], account: str, headers: Mapping[str, str], raw: bytes, now: float
) -> Webhook:
    """The webhook in a raw body.

    Args:
        keys: the public key of each account that has one.
        account: from the URL.
        headers: with lower-case names.
        raw: the body as it was received.
        now: Unix seconds.

    Raises:
        Refused: nothing proves that Telnyx sent it for this account, or it is not an event.
    """
    key = keys.get(account)
    if key is None:
        raise Refused(FORBIDDEN, "no public key is known for this account")
    try:
        verify(key, headers.get("telnyx-signature-ed25519"), headers.get("telnyx-timestamp"), raw, now)
        event = parse(raw)
    except BadSignature as error:
        raise Refused(FORBIDDEN, str(error)) from None
    except NotAnEvent as error:
        raise Refused(BAD_REQUEST, str(error)) from None
    log = _log.bind(account=account, event_id=event.id, event_type=event.event_type, order_id=event.order_id)
    event_key = event.id or hashlib.sha256(raw).hexdigest()
    return Webhook((account, event_key), account, event, datetime.fromtimestamp(now, UTC), log)
